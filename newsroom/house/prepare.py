"""Brings everything that is made from the code up to date: database, demo, translations, static files.

Each step says one line, and does nothing when there is nothing to do, so that a second start is quick.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

from newsroom.house.errors import sentence_for

BASE_DIR = Path(__file__).resolve().parents[2]
CLONE = "clone"  # the file that names the clone to which a folder under /var/lib belongs
DEMO_ACCOUNTS = "demo-accounts.txt"


def say(line: str) -> None:
    """Print one line of progress at once."""
    print(line, flush=True)


def set_demo_default(environ: MutableMapping[str, str]) -> None:
    """Make this a demo, unless it is production or somebody's own database."""
    if (
        not environ.get("DATABASE_URL")
        and environ.get("ENVIRONMENT", "development") == "development"
    ):
        environ.setdefault("DEMO", "1")


def say_where(var_dir: Path, environ: MutableMapping[str, str]) -> None:
    """Say where the installation keeps its things, and why not in the clone."""
    if os.geteuid() != 0 or environ.get("VAR_DIR"):
        say(f"Everything is kept in {var_dir}.")
        return
    say(
        f"Everything is kept in {var_dir}: run as root, the database works as an account without "
        "rights, which need not reach this clone (VAR_DIR chooses another folder)."
    )
    var_dir.mkdir(parents=True, exist_ok=True)
    # Nobody would think of looking there when a clone is deleted.
    (var_dir / CLONE).write_text(str(BASE_DIR))
    for note in sorted(var_dir.parent.glob(f"newsroom-*/{CLONE}")):
        if not Path(note.read_text()).exists():
            say(f"{note.parent} belonged to {note.read_text()}, which is gone: it can be deleted.")


def say_accounts(var_dir: Path, *, is_new: bool) -> None:
    """Say where the demo accounts are, and their passwords when they were made just now."""
    accounts = var_dir / DEMO_ACCOUNTS
    if is_new:
        say(
            f"Demo accounts, shown this once and kept in {accounts}:\n{accounts.read_text().rstrip()}"
        )
    elif accounts.exists():
        say(f"The demo accounts are in {accounts}.")


def last_change(path: Path) -> int | None:
    """Return when a file was last written, or None when it is not there."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def migrate() -> None:
    """Apply the migrations that the database lacks. HouseError for one that this version cannot bring up to date."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from newsroom.upgrades.squashed import refuse_in_between

    refuse_in_between(connection)
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not missing:
        say("The database is up to date.")
        return
    say(f"Bringing the database up to date, {missing} migrations …")
    call_command("migrate", interactive=False, verbosity=0)


def load_demo() -> None:
    """Load the demo publication into an empty database of a demo installation."""
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    if not settings.DEMO:
        return
    for label in ("accounts.User", "articles.Article"):
        if apps.get_model(label)._default_manager.exists():
            return
    say("Loading the demo publication …")
    call_command("load_demo", verbosity=0)


def compile_translations() -> None:
    """Compile each catalogue that is newer than its compiled form.

    To be called before `django.setup()`: what is imported then may translate a word, and a
    process keeps the catalogues that it has read. Several processes may do it at once.
    """
    from django.conf import settings

    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            goal = source.with_suffix(".mo")
            if not goal.exists() or goal.stat().st_mtime_ns < source.stat().st_mtime_ns:
                _compile_catalogue(source, goal)


def _compile_catalogue(source: Path, goal: Path) -> None:
    # Imported only here: a start with nothing to compile does not wait for it.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as lines:
        catalogue = read_po(lines, locale=source.parent.parent.name)
    fresh = goal.with_name(f"{goal.name}.{os.getpid()}")
    with fresh.open("wb") as compiled:
        write_mo(compiled, catalogue)
    fresh.replace(goal)


def collect_static(var_dir: Path) -> None:
    """Build the static files anew when one of their sources has changed."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    known = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = Path(storage.path(name)).stat()
            known.update(f"{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    stamp = var_dir / "static.stamp"
    if (
        stamp.exists()
        and stamp.read_text() == known.hexdigest()
        and Path(settings.STATIC_ROOT).is_dir()
    ):
        return
    say("Building the static files …")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(known.hexdigest())


def main(purpose: str = "") -> int:
    """Bring everything up to date; 1 after one sentence when something outside the code prevents it.

    Args:
        purpose: "run" when `make run` goes on and shows the demo accounts at its end.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    set_demo_default(os.environ)
    try:
        import django
        from django.conf import settings
        from django.db import connection

        compile_translations()
        django.setup()
        say_where(settings.VAR_DIR, os.environ)
        if connection.settings_dict["ENGINE"] == "newsroom.house.backend":
            say("Starting the embedded PostgreSQL …")
        else:
            say("Connecting to the database of DATABASE_URL …")
        connection.ensure_connection()
        migrate()
        collect_static(settings.VAR_DIR)
        before = last_change(settings.VAR_DIR / DEMO_ACCOUNTS)
        load_demo()
        if purpose != "run" and settings.DEMO:
            is_new = last_change(settings.VAR_DIR / DEMO_ACCOUNTS) != before
            say_accounts(settings.VAR_DIR, is_new=is_new)
    except Exception as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
