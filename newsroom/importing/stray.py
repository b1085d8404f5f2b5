"""Comments that stand for themselves in an export and come in any order, as Blogger's do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .records import StrayCommentRecord
from .stories import Stories
from .threads import Threads


class StrayComments:
    """Takes them over in rounds, each a reading of the files.

    First those that answer a story, then those whose comment has come in, until none does any
    more; the last round takes the rest as beginnings of threads. Nothing is remembered between
    the rounds but in the database.
    """

    def __init__(self) -> None:
        self._is_first, self._is_last = True, False
        self._came_in = self._deferred = 0

    def next_round(self) -> bool:
        """Whether there is something left for another reading."""
        if self._is_last or not self._deferred:
            return False
        self._is_first = False
        self._is_last = not self._came_in
        self._came_in = self._deferred = 0
        return True

    def take(self, stories: Stories, threads: Threads, record: StrayCommentRecord) -> None:
        """Import a comment if this is its round; each is counted in one round only."""
        is_known = threads.is_known(record)
        if not self._is_first and (is_known or record.unwanted):
            return
        article = None if record.unwanted else stories.find(record.story)
        if article is None:
            if self._is_first:
                threads.skip([record], _("Its story was not taken over."))
        elif is_known or not record.parent or self._is_last or threads.has_parent(record):
            threads.take(article, [record])
            self._came_in += not is_known
        else:
            self._deferred += 1
