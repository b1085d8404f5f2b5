"""Who may come in by a code, and what is known about an address.

Readers come in by a code in an e-mail. Staff come in by their password at the desk: a code for
them would be a way around it.
"""

from __future__ import annotations

import datetime
import time

from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from .backends import DemoAwareBackend
from .models import User

SIGNED_IN_AT = "signed_in_at"
# Whoever wants to do what cannot be undone has to have signed in within these minutes.
FRESH_MINUTES = 10
# An address that was typed and never proved may be a stranger's; it is not kept.
UNPROVEN_FOR = datetime.timedelta(days=1)


def account_of(email: str) -> User | None:
    """The account with that address, whatever the case it was typed in."""
    # PostgreSQL's idea of case would also take a dotless i for an i: another address.
    found = User.objects.filter(email__iexact=email)
    return next((user for user in found if user.email.lower() == email.lower()), None)


def may_sign_in(user: User) -> bool:
    """Active, and not a demo account outside the demo: as the door for passwords says."""
    return DemoAwareBackend().user_can_authenticate(user)


def may_use_code(user: User) -> bool:
    return may_sign_in(user) and not user.is_staff


def expect_proof(user: User) -> None:
    """See to it that typing a code proves the account's address.

    Accounts that an import or the desk made have none that could be proved.
    """
    _let_go(user.email)
    sync_user_email_address(user)


def _let_go(email: str) -> None:
    """An address that an account had once, before the desk changed it, is free for its owner."""
    EmailAddress.objects.filter(email=email.lower()).exclude(user__email__iexact=email).delete()


def sign_up(email: str) -> User | None:
    """The account whose address is to be proved now; None when the address has a real account.

    An account that began to sign up earlier and never proved its address is taken up again: it
    holds nothing but the address.
    """
    user = account_of(email)
    if user is None:
        _let_go(email)
        try:
            with transaction.atomic():
                user = User.objects.create_user(email)
                EmailAddress.objects.create(user=user, email=email.lower(), primary=True)
        except IntegrityError:  # the same address, in the same moment
            user = account_of(email)
    return user if user and unproven().filter(pk=user.pk).exists() else None


def unproven() -> QuerySet[User]:
    """Accounts of addresses that nobody has proved: without a name, without anything."""
    proof = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    return User.objects.filter(
        ~Exists(proof),
        name="",
        last_login__isnull=True,
        is_staff=False,
        is_superuser=False,
        is_active=True,
    )


def forget_unproven() -> int:
    """Delete those that are a day old; return how many."""
    old = unproven().filter(created_at__lt=timezone.now() - UNPROVEN_FOR)
    count = old.count()
    old.delete()
    return count


def note_sign_in(request: HttpRequest) -> None:
    request.session[SIGNED_IN_AT] = time.time()


def is_fresh(request: HttpRequest) -> bool:
    """Whether this browser signed in by a code within the last FRESH_MINUTES."""
    signed_in_at: float = request.session.get(SIGNED_IN_AT, 0)
    return time.time() - signed_in_at < FRESH_MINUTES * 60
