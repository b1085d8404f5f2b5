"""What a person is told when something outside the code is not as it must be: one sentence, no traceback."""

from __future__ import annotations

import errno
import sys

# How the SQLSTATEs begin with which PostgreSQL turns a connection away or ends it.
CONNECTION_STATES = ("08", "28", "3D", "53300", "57P")

# What only the owner of the machine can mend: no right, a full disk, a disk that only reads.
FILE_TROUBLE = (errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT, errno.EROFS)


class HouseError(Exception):
    """Something on this machine stands in the way; the message is one sentence that says what, and what to do."""


def complain(line: str) -> None:
    """Print one line about what went wrong at once."""
    print(line, file=sys.stderr, flush=True)


def sentence_for(error: BaseException) -> str | None:
    """Return the sentence for an error that a person can mend, or None for one that deserves its traceback.

    Known are: errors of the house, faulty settings, a file without rights or a full disk, and a
    database that cannot be reached or ends the connection. The sentence never holds a password: the
    messages it is made of do not.
    """
    if isinstance(error, HouseError):
        return str(error)
    if isinstance(error, OSError) and error.errno in FILE_TROUBLE and error.filename:
        return f"{error.filename} cannot be used: {error.strerror}."
    kinds = {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}
    if (
        "django.core.exceptions.ImproperlyConfigured" in kinds
        or "environs.exceptions.EnvError" in kinds
    ):
        return " ".join(str(error).split())
    if "django.db.utils.OperationalError" in kinds or "psycopg.OperationalError" in kinds:
        cause = error.__cause__ or error
        state = getattr(cause, "sqlstate", None)
        if state is None or state.startswith(CONNECTION_STATES):
            said = " ".join((str(error).splitlines() or [""])[0].split())
            return f"The database cannot be reached: {said}"
    return None
