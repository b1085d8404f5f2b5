"""What is measured: an installation with a corpus, servers on one core, and who asks on the other.

PostgreSQL runs on the core of who asks. A cached page does not need it; what a rendered one costs the web server
is seen apart from what it costs the database, whose processor time for each answer stands among the parts.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..advertising.house import BASE_DIR, House, Server, free_port
from . import wrk
from .tools import find

SERVER_CORE, LOAD_CORE = 0, 1
# As browsers and as the simplest machines ask.
ASKED_WITH = {"br": {"Accept-Encoding": "gzip, deflate, br"}, "plain": {}}
SHIPPED = BASE_DIR / "deploy" / "nginx" / "newsroom.conf"
NGINX = """
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/newsroom.conf;
}}
"""


@dataclass(frozen=True)
class Asked:
    """Answers a second, and microseconds of processor time for each: the server's, PostgreSQL's."""

    rate: float
    cpu: float
    database: float
    p50: float
    said: wrk.Said


@dataclass
class Stack:
    """The installation and what runs of it.

    Args:
        house: folder and database.
        seconds: how long one asking lasts.
        rounds: how often two things are measured in turn.
    """

    house: House
    seconds: int
    rounds: int
    connections: int = 8
    stories: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.house.folder

    @contextlib.contextmanager
    def serving(
        self, application: str = "newsroom.wsgi:application", **more: Any
    ) -> Iterator[Server]:
        """A server on the servers' core, gone afterwards."""
        server = self.house.serve(application, core=SERVER_CORE, database="newsroom", **more)
        try:
            yield server
        finally:
            server.stop()
            self.house.servers.remove(server)

    @contextlib.contextmanager
    def constant(self, answer: Answer) -> Iterator[Server]:
        """A server of the same kind that answers these bytes with these headers, whatever it is asked."""
        file = self.folder / f"constant-{free_port()}"
        file.write_bytes(answer.body)
        file.with_suffix(".json").write_text(_json(answer.headers))
        name = "bench.advertising.constant:application"
        with self.serving(name, CONSTANT_ANSWER=str(file)) as server:
            yield server

    @contextlib.contextmanager
    def nginx(self, server: Server | None) -> Iterator[Nginx]:
        """The shipped nginx in front of a server, on the servers' core."""
        front = Nginx(self.folder / f"nginx-{free_port()}", server.port if server else free_port())
        try:
            front.start()
            yield front
        finally:
            front.stop()

    def ask(
        self,
        server: Server | Nginx,
        path: str = "/",
        *,
        headers: dict[str, str] | None = None,
        paths: list[str] | None = None,
        first: int = 0,
        seconds: int | None = None,
        script: Path = wrk.LIST,
        connections: int | None = None,
    ) -> Asked:
        """Ask as fast as the connections allow; `paths` one after the other from the `first` on."""
        arguments: list[str] = []
        if paths is not None:
            file = self.folder / f"addresses-{len(paths)}-{hash(tuple(paths)) & 0xFFFFFFFF:x}"
            if not file.exists():
                file.write_text("\n".join(paths) + "\n")
            arguments = [str(file), str(first)]
        before, database = server.cpu_seconds(), postgres_seconds()
        said = wrk.run(
            f"http://127.0.0.1:{server.port}{path}",
            seconds=seconds or self.seconds,
            connections=connections or self.connections,
            core=LOAD_CORE,
            headers=ASKED_WITH["br"] if headers is None else headers,
            script=script if paths is not None else None,
            arguments=arguments,
        )
        each = 1e6 / max(1, said.number)
        return Asked(
            rate=said.rate,
            cpu=(server.cpu_seconds() - before) * each,
            database=(postgres_seconds() - database) * each,
            p50=said.p50,
            said=said,
        )


@dataclass(frozen=True)
class Answer:
    """What came back for one question."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


def get(
    port: int, path: str, *, headers: dict[str, str] | None = None, host: str = "127.0.0.1"
) -> Answer:
    """One question on a connection of its own. Raises OSError or HTTPException."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.putrequest("GET", path, skip_accept_encoding=True, skip_host=True)
        for name, value in {"Host": host, **(headers or {})}.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        body = response.read()
        return Answer(response.status, response.getheaders(), body)
    finally:
        connection.close()


class Nginx:
    """The shipped configuration on a port and in a folder of its own."""

    def __init__(self, folder: Path, upstream: int) -> None:
        # Its worker is another account, which has no way into the folder of the measurement.
        self.folder = Path(tempfile.mkdtemp(prefix=f"{folder.name}-"))
        self.folder.chmod(0o755)
        self.port, self.upstream = free_port(), upstream
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        for name in ("cache", "static", "media", "log"):
            (self.folder / name).mkdir()
            (self.folder / name).chmod(0o777)
        (self.folder / "newsroom.conf").write_text(
            fitted(SHIPPED.read_text(), self.folder, self.port, self.upstream)
        )
        (self.folder / "nginx.conf").write_text(NGINX.format(folder=self.folder))
        command = ["taskset", "-c", str(SERVER_CORE), find("nginx") or "nginx"]
        command += ["-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        subprocess.run([*command, "-t", "-q"], check=True)
        self.process = subprocess.Popen([*command, "-g", "daemon off;"], start_new_session=True)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                get(self.port, "/static/nothing")
                return
            time.sleep(0.02)
        raise RuntimeError("nginx did not start")

    def put(self, name: str, body: bytes) -> str:
        """Lay a file among those that it serves itself, and does not look for a packed one beside; its address."""
        file = self.folder / "media" / name
        file.write_bytes(body)
        file.chmod(0o644)
        return f"/media/{name}"

    def stop(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def cpu_seconds(self) -> float:
        assert self.process is not None
        return group_seconds(self.process.pid)


def fitted(shipped: str, folder: Path, port: int, upstream: int) -> str:
    """The shipped configuration for another port and other folders. Raises ValueError when it has changed too much.

    One application behind it, and no TLS, which would be measured with it. The file that it is compared with is
    logged as pages are.
    """
    changes = {
        "listen 443 ssl http2 default_server;\n    listen [::]:443 ssl http2 default_server;": f"listen 127.0.0.1:{port} default_server;",
        "    server 127.0.0.1:8001 max_fails=0;\n": "",
        "127.0.0.1:8000": f"127.0.0.1:{upstream}",
        "/var/cache/nginx/newsroom": f"{folder}/cache",
        "/var/lib/newsroom": str(folder),
        "/var/log/nginx": f"{folder}/log",
    }
    for found, wanted in changes.items():
        if found not in shipped:
            raise ValueError(f"The shipped nginx configuration has no “{found}”.")
        shipped = shipped.replace(found, wanted)
    # What belongs to TLS, and the second server, which sends everybody there.
    shipped = re.sub(r"(?m)^    ssl_.*\n", "", shipped)
    shipped = shipped[: shipped.rindex("\nserver {")]
    return shipped.replace("        access_log off;\n", "")


def group_seconds(group: int) -> float:
    """Processor time that a process group has used so far."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            after = stat.read_text().rpartition(")")[2].split()
            if int(after[2]) == group:
                ticks += int(after[11]) + int(after[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def postgres_processes() -> list[int]:
    """The numbers of the processes of the measurement's PostgreSQL, the first of them first."""
    from django.conf import settings

    from newsroom.house.postgres import server_at

    file = server_at(Path(settings.VAR_DIR) / "postgres").cluster.postmaster_file
    try:
        first = int(file.read_text().split()[0])
    except (OSError, IndexError, ValueError):
        return []
    found = [first]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == first:
                found.append(int(stat.parent.name))
    return found


def postgres_seconds() -> float:
    """Processor time of the PostgreSQL processes that there are now."""
    ticks = 0
    for number in postgres_processes():
        with contextlib.suppress(OSError):
            after = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
            ticks += int(after[11]) + int(after[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def prepare_site(house: House, articles: int) -> list[str]:
    """Files, translations and the corpus; the addresses of public stories in a random but fixed order."""
    from django.core.management import call_command, get_commands

    from articles.models import Article
    from newsroom.house.prepare import compile_translations

    compile_translations()
    call_command("collectstatic", interactive=False, verbosity=0)
    if "load_corpus" in get_commands():
        call_command("load_corpus", articles=articles, verbosity=0)
    else:
        from django.conf import settings

        settings.DEMO = True
        call_command("load_demo", verbosity=0)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    public = Article.objects.published().order_by("pk").defer("body")
    stories = [story.get_absolute_url() for story in public.iterator()]
    random.Random(7).shuffle(stories)
    return stories


def _json(headers: list[tuple[str, str]]) -> str:
    import json

    # Date and server are added by whoever serves.
    return json.dumps([[k, v] for k, v in headers if k.lower() not in {"date", "server"}])
