"""After a restore: erases again what was erased since the backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import User
from comments import erasures, moderation, readers
from comments.choices import State
from comments.models import Comment


class Command(BaseCommand):
    help = (
        "Erases again every comment and account on the list of erasures (VAR_DIR/erasures.jsonl)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="Another list than VAR_DIR's.")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"] or erasures.file()
        if not path.exists() and not options["file"]:
            self.stdout.write(_("Nothing was ever erased here."))
            return
        try:
            rows = list(erasures.listed(path))
        except erasures.BadList as error:
            raise CommandError(str(error)) from None
        done = 0
        for kind, pk, at in rows:
            done += self._account(pk, at) if kind == "account" else self._comment(pk, at)
        self.stdout.write(
            _("%(done)d of %(all)d on the list were there again and are erased.")
            % {"done": done, "all": len(rows)}
        )

    @staticmethod
    def _comment(pk: int, at: Any) -> bool:
        # Numbers may be given anew after a restore: what is younger than the erasure is another.
        row = Comment.objects.filter(pk=pk, created_at__lte=at).exclude(state=State.ERASED).first()
        if row is None:
            return False
        moderation.erase(row, rule="erased again")
        return True

    @staticmethod
    def _account(pk: int, at: Any) -> bool:
        user = User.objects.filter(pk=pk, created_at__lte=at, is_staff=False).first()
        if user is None:
            return False
        readers.erase(user)
        return True
