import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from comments import counts


class Command(BaseCommand):
    help = "Count all comments anew and print where a stored number differs; 1 if any does."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for difference in counts.differences():
            wrong += 1
            self.stdout.write(str(difference))
        if wrong:
            sys.exit(1)
        self.stdout.write(_("Every count of comments is right."))
