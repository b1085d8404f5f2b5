"""The PostgreSQL server of a backup: its programs, and databases beside the newsroom's own that come and go."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any

import psycopg
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from newsroom.database import OPTIONS
from newsroom.house.backend.base import server_of

from .problem import Problem

SCRATCH = "_scratch_"
# One backup or restore of a database at a time: whatever else is called a scratch database is a leftover.
ONE_AT_A_TIME = 0x6E62_6163
# What a value is written like: fingerprints of rows are made of texts.
WRITTEN_ALIKE = (
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; "
    "SET extra_float_digits = 1; SET bytea_output = 'hex'; SET xmloption = 'content'; "
    # A long snapshot is no client that went away.
    "SET statement_timeout = 0; SET lock_timeout = '60s'; SET idle_in_transaction_session_timeout = 0"
)
# How often whoever uses a database is sent away before it changes its name.
MOST_TRIES = 20
_PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}


@dataclass(frozen=True)
class Server:
    """How to reach the server, and where its programs are; `database` is the newsroom's."""

    parameters: dict[str, str]
    database: str
    folder: str | None

    @classmethod
    def of_settings(cls) -> Server:
        """The server of Django's connection, which has started if it is the embedded one."""
        connection.ensure_connection()
        settings = connection.settings_dict
        known = {
            "host": settings["HOST"],
            "port": str(settings["PORT"]),
            "user": settings["USER"],
            "password": settings["PASSWORD"],
        }
        options = {
            name: str(value) for name, value in settings["OPTIONS"].items() if name in OPTIONS
        }
        embedded = settings["ENGINE"] == "newsroom.house.backend"
        folder = str(server_of(settings).cluster.programs) if embedded else None
        # A backup may wait for a busy server; a reader may not.
        parameters = options | {name: value for name, value in known.items() if value}
        return cls(parameters | {"connect_timeout": "30"}, settings["NAME"], folder)

    def connect(self, database: str | None = None) -> psycopg.Connection[Any]:
        """A connection of our own, to the newsroom's database or another, which commits by itself."""
        parameters = {**self.parameters, "dbname": database or self.database}
        opened = psycopg.connect(psycopg.conninfo.make_conninfo(**parameters), autocommit=True)
        opened.execute(WRITTEN_ALIKE)
        return opened

    @property
    def version(self) -> int:
        with self.connect() as opened:
            return opened.info.server_version

    def program(self, name: str) -> str:
        """The path of pg_dump or pg_restore. Raises Problem when it is missing or older than the server."""
        path = shutil.which(name, path=self.folder)
        if path is None:
            raise Problem(
                _(
                    "%(program)s is not on the PATH: install PostgreSQL's client programs, of the server's "
                    "version or newer."
                )
                % {"program": name}
            )
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        found = re.search(r"\)\s(\d+)", said.stdout)
        needed = self.version // 10_000
        if found is None or int(found[1]) < needed:
            raise Problem(
                _(
                    "%(program)s is of version %(found)s and the server of %(needed)s: install PostgreSQL's "
                    "client programs, of the server's version or newer."
                )
                % {"program": path, "found": found[1] if found else "?", "needed": needed}
            )
        return path

    @contextmanager
    def running(
        self, name: str, database: str, *arguments: str, **pipes: Any
    ) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
        """One of its programs at work on a database, and the file that it complains into; ended when left."""
        parameters = {**self.parameters, "dbname": database}
        environ = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        # On a command line every account of the machine could read it.
        if "password" in parameters:
            environ["PGPASSWORD"] = parameters.pop("password")
        environ |= {"LC_ALL": "C"}
        target = f"--dbname={psycopg.conninfo.make_conninfo(**parameters)}"
        with tempfile.TemporaryFile() as complaints:
            program = subprocess.Popen(
                [self.program(name), target, "--no-password", *arguments],
                env=environ,
                stderr=complaints,
                **pipes,
            )
            try:
                yield program, complaints
            finally:
                for pipe in (program.stdin, program.stdout):
                    if pipe:
                        with suppress(BrokenPipeError):
                            pipe.close()
                if program.poll() is None:
                    program.kill()
                program.wait()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other backup or restore of this database goes on; what one left behind is dropped."""
        with self.connect() as held:
            row = held.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME]).fetchone()
            if not row or not row[0]:
                raise Problem(_("Another backup or restore of this database is going on."))
            like = f"{self._scratch_prefix}%"
            for (name,) in held.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s", [like.replace("_", r"\_")]
            ).fetchall():
                self.drop(name)
            yield

    @property
    def _scratch_prefix(self) -> str:
        # The name of a database has 63 bytes.
        return self.database.encode()[:40].decode(errors="ignore") + SCRATCH

    def new_scratch(self) -> str:
        """Make an empty database that sorts and compares as the newsroom's; return its name. Raises Problem."""
        name = self._scratch_prefix + secrets.token_hex(4)
        with self.connect() as opened:
            row = opened.execute(
                "SELECT to_jsonb(d), pg_encoding_to_char(encoding) FROM pg_database d "
                "WHERE datname = current_database()"
            ).fetchone()
            assert row is not None
            about, encoding = row
            provider = about["datlocprovider"]
            locale = about.get("datlocale") or about.get("daticulocale")
            words = [
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {}").format(
                    sql.Identifier(name), encoding
                ),
                sql.SQL("LOCALE_PROVIDER {} LC_COLLATE {} LC_CTYPE {}").format(
                    sql.SQL(_PROVIDERS[provider]), about["datcollate"], about["datctype"]
                ),
            ]
            if locale:
                kind = "ICU_LOCALE" if provider == "i" else "BUILTIN_LOCALE"
                words.append(sql.SQL(kind + " {}").format(locale))
            try:
                opened.execute(sql.SQL(" ").join(words))
            except psycopg.errors.InsufficientPrivilege:
                raise Problem(
                    _(
                        "The account %(user)s may not make databases, which checking and restoring a backup "
                        "need: ALTER ROLE %(user)s CREATEDB."
                    )
                    % {"user": opened.info.user}
                ) from None
        return name

    def drop(self, database: str) -> None:
        with self.connect() as opened:
            opened.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
            )

    def put_in_place(self, scratch: str) -> str:
        """Give `scratch` the name of the newsroom's database; return the name which that one has from now on."""
        former = self._scratch_prefix.removesuffix(SCRATCH) + "_before_" + secrets.token_hex(4)
        live, aside = sql.Identifier(self.database), sql.Identifier(former)
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        with self.connect(_elsewhere(self)) as opened:
            for _try in range(MOST_TRIES):
                opened.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = ANY(%s)",
                    [[self.database, scratch]],
                )
                # Both names or none; whoever was sent away may be back before that.
                with suppress(psycopg.errors.ObjectInUse), opened.transaction():
                    opened.execute(rename.format(live, aside))
                    opened.execute(rename.format(sql.Identifier(scratch), live))
                    return former
        raise Problem(
            _("Others keep using the database %(name)s: stop the site and its job worker.")
            % {"name": self.database}
        )


def _elsewhere(server: Server) -> str:
    """A database from which others can be renamed: every server has one of these two."""
    for name in ("postgres", "template1"):
        try:
            server.connect(name).close()
        except psycopg.OperationalError:
            continue
        return name
    raise Problem(_("The server has no database “postgres” from which another could be renamed."))


def last_words(complaints: IO[bytes]) -> str:
    """The last line that a program complained with."""
    complaints.seek(0, os.SEEK_END)
    complaints.seek(max(0, complaints.tell() - 10_000))
    lines = complaints.read().decode(errors="replace").splitlines()
    telling = [line for line in lines if "error" in line.lower()] or [*lines, ""][:1]
    return telling[0].strip()
