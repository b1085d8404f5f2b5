"""A connection to the replica, which knows how far its server is."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from django.db.utils import DatabaseErrorWrapper, Error
from django.utils.functional import cached_property

from ..backend import base
from . import reading, watching

# Whether a notice has arrived. Positions are in the order of commits, and so is what a server replays: who has this
# one has all before it, and what was changed with them. A server of another database has no such notice.
_HAS_ARRIVED = "SELECT EXISTS (SELECT FROM pagecache_notice WHERE position = %s)"


class DatabaseWrapper(base.DatabaseWrapper):
    link = watching.link
    # Up to which position its server has come for certain. Of this connection alone: the next one may be with
    # another server under the same address, or with one that was made anew from an older copy.
    _reached = 0
    _cuts = 0

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._reached, self._cuts = 0, self.link.cuts
        return super().get_new_connection(conn_params)

    def has_reached(self, position: int) -> bool:
        """Whether all up to that notice is there; asked once, since a server only goes on. Raises Error."""
        if self._cuts != self.link.cuts:
            self.close()
        if self.connection is None or position > self._reached:
            with self.cursor() as cursor:
                cursor.execute(_HAS_ARRIVED, [position])
                if not cursor.fetchone()[0]:
                    return False
            self._reached = position
        return self.is_following

    @property
    def is_following(self) -> bool:
        """Whether the server followed another when it answered last.

        It says so with its answers (`in_hot_standby`, from PostgreSQL 14 on); nobody is asked. One that was promoted has
        a history of its own, and never follows again: what was read before this is from before that.
        """
        now = self.connection
        return now is not None and now.info.parameter_status("in_hot_standby") == "on"

    @cached_property
    def wrap_database_errors(self) -> _Noting:
        return _Noting(self)


class _Noting(DatabaseErrorWrapper):
    """Every error of this connection passes through here, whoever catches it afterwards."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            super().__exit__(exc_type, exc_value, traceback)
            if isinstance(exc_value, Error):
                raise exc_value
        except Error as error:
            reading.note_error(error)
            raise
