"""An empty database filled from a dump that goes by in pieces."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from .problem import Problem
from .server import Server, last_words


@contextlib.contextmanager
def filled(server: Server, database: str | None) -> Iterator[Callable[[bytes], None]]:
    """Gives what takes the pieces of a dump in pg_dump's custom format; the database is filled where the block ends.

    Without a database the pieces are let go. Raises Problem when it could not be filled.
    """
    if database is None:
        yield lambda piece: None
        return
    # Another server has other accounts: everything belongs to who restores it.
    arguments = ("--format=custom", "--exit-on-error", "--no-owner", "--no-privileges")
    with server.running("pg_restore", database, *arguments, stdin=subprocess.PIPE) as (
        program,
        complaints,
    ):
        stdin = program.stdin
        assert stdin is not None

        def fill(piece: bytes) -> None:
            # One that has ended says why below.
            with contextlib.suppress(BrokenPipeError):
                stdin.write(piece)

        yield fill
        with contextlib.suppress(BrokenPipeError):
            stdin.close()
        if program.wait():
            raise Problem(
                _("The dump could not be restored. %(words)s") % {"words": last_words(complaints)}
            )
