"""What the shipped nginx answers itself, and what it writes down: a real one, where there is one."""

from __future__ import annotations

import http.client
import http.server
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from bench.speed.stack import SHIPPED, fitted
from newsroom.media import FILE_POLICY

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx on this machine")

AROUND = """
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
daemon off;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/newsroom.conf;
}}
"""
# As what stands before it with a certificate makes it: the tests have none.
HSTS = "max-age=31536000; includeSubDomains; preload"
USUAL = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Strict-Transport-Security": HSTS,
}
FORBIDDEN = ", ".join(f"{name}=()" for name in settings.FORBIDDEN_FEATURES)
AWAY_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Application(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        for name, value in USUAL.items():
            self.send_header(name, value)
        if self.path == "/sends/":
            self.send_header("Permissions-Policy", "camera=()")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *arguments: object) -> None:
        pass


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Front:
    def __init__(self, folder: Path, upstream: int) -> None:
        self.folder, self.port = folder, free_port()
        for name in ("static/site", "media/photos", "log", "cache"):
            (folder / name).mkdir(parents=True)
        (folder / "static/site/site.0123456789ab.css").write_text("p{}")
        (folder / "media/photos/a.webp").write_bytes(b"picture")
        (folder / "media/page.html").write_text("<script>alert(1)</script>")
        (folder / "media/drawing.svg").write_text("<svg onload='alert(1)'/>")
        shipped = fitted(SHIPPED.read_text(), folder, self.port, upstream)
        # Asked over plain http here.
        shipped = shipped.replace('default "";\n    https ', f'default "{HSTS}";\n    https ', 1)
        (folder / "newsroom.conf").write_text(shipped)
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder))

    def start(self) -> None:
        command = [str(NGINX), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        # Its workers would be another account, which cannot read what this one made.
        command += ["-g", "user root;"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(command)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                self.get("/static/nothing")
                return
            except OSError:
                assert self.process.poll() is None, (self.folder / "error.log").read_text()
                time.sleep(0.02)
        raise RuntimeError("nginx did not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def get(self, path: str) -> tuple[int, dict[str, list[str]], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers={"User-Agent": "Firefox"})
            answer = connection.getresponse()
            told: dict[str, list[str]] = {}
            for name, value in answer.getheaders():
                told.setdefault(name, []).append(value)
            return answer.status, told, answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def fronts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Front, Front]]:
    """One before an application, one before nobody."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    both = (
        Front(tmp_path_factory.mktemp("front"), server.server_address[1]),
        Front(tmp_path_factory.mktemp("alone"), free_port()),
    )
    for front in both:
        front.start()
    yield both
    for front in both:
        front.stop()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "status", "more"),
    [
        ("/static/site/site.0123456789ab.css", 200, {}),
        ("/static/nothing.css", 404, {}),
        ("/media/photos/a.webp", 200, {"Content-Security-Policy": FILE_POLICY}),
        ("/media/photos/none.webp", 404, {"Content-Security-Policy": FILE_POLICY}),
        ("/media/page.html", 200, {"Content-Disposition": "attachment"}),
        ("/media/drawing.svg", 200, {"Content-Disposition": "attachment"}),
        # Of the application: said once.
        ("/", 200, {}),
        ("/laporan/kunci-kunci/", 200, {}),
    ],
)
def test_each_answer_says_what_browsers_are_to_insist_on(fronts, path, status, more) -> None:
    found, told, _body = fronts[0].get(path)
    assert found == status
    for name, value in {**USUAL, **more}.items():
        assert told.get(name) == [value], name
    if status == 404:
        # For a year, otherwise.
        assert "Cache-Control" not in told
    if "Content-Disposition" in more:
        assert told["Content-Type"] == ["application/octet-stream"]


@pytest.mark.parametrize(
    "path", ["/", "/admin/", "/laporan/kunci-kunci/", "/komentar/1/tulis/", "/sends/"]
)
def test_what_no_page_may_use_is_said_once_whether_the_application_sends_it_or_not(
    fronts, path
) -> None:
    _status, told, _body = fronts[0].get(path)
    assert told["Permissions-Policy"] == [FORBIDDEN]


def test_the_page_while_the_application_is_away_says_it_too(fronts) -> None:
    status, told, body = fronts[1].get("/")
    assert status == 503
    said = {"Content-Security-Policy": AWAY_POLICY, "Permissions-Policy": FORBIDDEN}
    for name, value in {**USUAL, **said}.items():
        assert told.get(name) == [value], name
    assert (
        b"<script" not in body and b"style=" not in body and told["Cache-Control"] == ["no-store"]
    )


def test_no_key_of_an_address_is_written_down(fronts) -> None:
    front = fronts[0]
    doors = ["laporan", "persetujuan", "pratinjau", "pratinjau/berita"]
    doors += [f"buletin/{name}" for name in ("konfirmasi", "rubrik", "berhenti")]
    for door in doors:
        front.get(f"/{door}/rahasia-kunci/?token=rahasia")
    front.get("/terkini/?ditulis=ya")
    # What is in its buffer is written when it is asked to open its files again, or ends.
    front.stop()
    written = (front.folder / "log/newsroom.log").read_text()
    assert "rahasia" not in written
    assert '"GET /terkini/?ditulis=ya HTTP/1.1" 200' in written
    for door in doors:
        assert f'"GET /{door}/..." 200' in written
    front.start()
