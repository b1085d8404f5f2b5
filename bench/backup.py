"""Backup and restore of 100,000 stories: seconds, size, and memory at the peak.

    .venv/bin/python bench/backup.py                      100,000 stories, and a small file of media for each 50th
    .venv/bin/python bench/backup.py --articles 2000      fewer

The corpus (`manage.py load_corpus`) lies on an embedded PostgreSQL of its own in the folder given by `--var` and stays
there. Every table is compared three times: after the backup's own restore, by `restore`, and here. What counts is that
memory does not grow with the size; seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
EACH = 50


def peak() -> float:
    """Megabytes of this process at its peak."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def measured(what: str) -> Iterator[None]:
    began, before = time.monotonic(), peak()
    yield
    seconds = time.monotonic() - began
    print(f"{what:<12} {seconds:7.1f} s   {peak() - before:6.1f} MB more at the peak", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--var", type=Path, default=ROOT / "var" / "bench-backup")
    asked = parser.parse_args()
    os.environ |= {
        "VAR_DIR": str(asked.var.absolute()),
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "DEMO": "0",
        "DATABASE_IS_THROWAWAY": "1",
        "LANGUAGE_CODE": "en",
        "BACKUP_PUBLIC_KEY": "",
    }
    os.environ.pop("DATABASE_URL", None)

    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from articles.models import Article
    from newsroom.backup import catalogue, sealing, tables
    from newsroom.backup.server import Server

    call_command("migrate", verbosity=0)
    if Article.objects.count() != asked.articles:
        with measured("corpus"):
            call_command("load_corpus", articles=asked.articles, verbosity=0, add=True)
    for number in range(asked.articles // EACH):
        name = hashlib.sha256(str(number).encode()).hexdigest()
        path = Path(settings.MEDIA_ROOT) / "photos" / name[:2] / f"{name}.jpg"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(name.encode() * 500)

    def looked() -> list[tables.Table]:
        with Server.of_settings().connect() as opened:
            found = list(tables.look(opened, lambda done, whole: None))
        return [table for table in found if table.name != "public.pagecache_notice"]

    before = looked()
    key = asked.var / "bench.key"
    key.unlink(missing_ok=True)
    for kind, public in (("plain", ""), ("sealed", sealing.new_key(key))):
        settings.BACKUP_PUBLIC_KEY = public
        folder = asked.var / f"backups-{kind}"
        shutil.rmtree(folder, ignore_errors=True)
        for what in (kind, f"{kind} again"):
            with measured(what):
                call_command("backup", folder, verbosity=0)
        (newest, *_older) = catalogue.backups(folder)
        about = newest.about
        print(
            f"  {about['rows']:,} rows, {about['files']:,} files, {about['bytes'] / 1e6:.0f} MB, "
            f"new the second time {about['new_files']} files",
            flush=True,
        )
        with measured(f"restore {kind}"):
            options = {"key": key} if public else {}
            call_command("restore", folder, replace=True, no_input=True, verbosity=0, **options)
        differing = ", ".join(tables.differing(looked(), before))
        print(f"  tables that differ: {differing or 'none'}", flush=True)
    server = Server.of_settings()
    with server.connect("postgres") as opened:
        like = f"{server.database}\\_before\\_%"
        found = opened.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [like])
        for (name,) in found.fetchall():
            server.drop(name)


if __name__ == "__main__":
    main()
