"""Tells Varnish or a CDN in front what changed, for as long as it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from pagecache.teller import Edge, Place, Teller


class Command(BaseCommand):
    help = (
        "Tells the cache at EDGE_PURGE_URL what changed, from where it was told last, until it is stopped. "
        "Run it beside the web server, once; docs/performance.md says what stands in front."
    )
    # It starts while the database is away, too.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        url = settings.EDGE_PURGE_URL
        if not url:
            raise CommandError(_("Nobody is to be told: EDGE_PURGE_URL is empty."))
        if not settings.EDGE_SECONDS:
            self._say(
                _("EDGE_SECONDS is 0: the edge is told, but pages do not ask it to keep them.")
            )
        teller = Teller(
            Edge(url),
            Place(Path(settings.VAR_DIR) / "edge", url),
            self._say,
            kept_seconds=settings.EDGE_SECONDS,
        )
        self._say(_("The edge at %(url)s is told what changes.") % {"url": url})
        try:
            teller.run()
        except KeyboardInterrupt:
            teller.stop()

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
