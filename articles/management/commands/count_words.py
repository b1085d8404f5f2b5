"""Counts the words of the archive, which the copy desk never takes for misspellings."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from articles.copydesk import archive
from articles.models import ArchiveWord, Article

BAR_WIDTH = 30


class Command(BaseCommand):
    help = "Count in how many published stories each word stands; the copy desk knows them then."

    def handle(self, *args: Any, **options: Any) -> None:
        self._total = max(Article.objects.published().count(), 1)
        self._shown = -1
        stories = archive.recount(self._show)
        if self._shown >= 0 and self.stderr.isatty():
            self.stderr.write("\r\x1b[K", ending="")
        words = ArchiveWord.objects.count()
        self.stdout.write(
            ngettext(
                "%(words)d words in %(stories)d story.",
                "%(words)d words in %(stories)d stories.",
                stories,
            )
            % {"words": words, "stories": stories}
        )

    def _show(self, done: int) -> None:
        """A bar on a terminal, redrawn when its length changes; a log gets no bar."""
        filled = min(BAR_WIDTH, BAR_WIDTH * done // self._total)
        if filled != self._shown and self.stderr.isatty():
            self._shown = filled
            bar = "█" * filled + "░" * (BAR_WIDTH - filled)
            self.stderr.write(f"\r\x1b[K{bar} {done}/{self._total}", ending="")
