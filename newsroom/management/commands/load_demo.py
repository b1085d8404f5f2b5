from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Article
from newsroom.demo import files
from newsroom.demo.accounts import create_accounts
from newsroom.demo.load import load


class Command(BaseCommand):
    help = "Fill an empty database with the demo publication; does nothing to one that is in use."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(_("The demo loads only where DEMO=1 is set, never into a newsroom."))
        if Article.objects.exists() or User.objects.exists():
            self.stdout.write(_("The database is in use: the demo is not loaded."))
            return
        names = {
            row["role_account"]: row["name"]
            for row in files.rows("authors.toml", "authors")
            if "role_account" in row
        }
        with transaction.atomic():
            users, path = create_accounts(names)
            for done, total, _headline in load(users):
                if self.stdout.isatty():
                    self.stdout.write(f"\r  {done}/{total}", ending="")
                    self.stdout.flush()
        if self.stdout.isatty():
            self.stdout.write("")
        # `make run` says where the accounts are by itself.
        if options["verbosity"] > 0:
            self.stdout.write(
                _("Demo publication loaded; its accounts stand in %(path)s") % {"path": path}
            )
