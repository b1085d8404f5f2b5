"""Has every kept page rendered anew: after a database was restored, or put in the place of another."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = (
        "Has all pages rendered anew, in every process and in a cache in front that is told. "
        "Run it after the database was restored: pages that were kept may show what is not in it any more."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pagecache_everything()")
        self.stdout.write(_("All pages are rendered anew as they are asked for."))
