"""What a person is told when a backup cannot be made, or not be restored."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.utils.translation import gettext as _


class Problem(Exception):
    """A backup or a restore that does not go on; `str()` is the sentence that says why."""


@contextmanager
def disk_trouble(folder: object) -> Iterator[None]:
    """What a disk or a store refuses becomes a Problem that names it."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem(_("There is no room left in %(folder)s.") % {"folder": folder}) from error
        raise Problem(
            _("%(file)s cannot be used: %(error)s.")
            % {"file": error.filename or folder, "error": error.strerror or error}
        ) from error


@contextmanager
def refusals() -> Iterator[None]:
    """What PostgreSQL refuses becomes a Problem in its words; a server that is away stays what it is."""
    try:
        yield
    except psycopg.Error as error:
        if error.sqlstate is None:
            raise
        words = (str(error).splitlines() or [""])[0]
        raise Problem(_("PostgreSQL refuses: %(words)s") % {"words": words}) from error
