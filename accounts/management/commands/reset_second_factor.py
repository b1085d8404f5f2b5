"""For the last administrator, whose phone and recovery codes are gone: nobody above can reset the factor."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import second_factor
from accounts.doors import account_of
from auditlog.choices import Action
from auditlog.writing import write


class Command(BaseCommand):
    help = (
        "Takes away the second factor of one account and signs it out; its owner is told by mail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        account = account_of(email)
        if account is None:
            raise CommandError(f"There is no account with the address {email}.")
        with transaction.atomic():
            was_there = second_factor.reset(account)
            if was_there:
                write(Action.ACCESS, about=account, details={"factor": "reset on the server"})
        if not was_there:
            raise CommandError(f"{email} has no second factor.")
        self.stdout.write("Done: the next sign-in leads to setting up a new one.")
