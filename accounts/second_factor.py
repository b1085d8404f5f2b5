"""The second factor of staff: who needs one, who has shown one, and how it is taken away.

django-allauth keeps the factors (`Authenticator`): the key of an app that shows codes, passkeys, recovery codes.
Its pages are made for readers' accounts, so the desk has its own (`accounts/door_pages`), which come here. Every
process that knows the desk loads this, so what opens a sealed key stands apart: `factor_codes` and `passkeys`.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from auditlog.choices import Action
from auditlog.writing import write

from . import devices, letters
from .models import User

ADMINISTRATOR = "administrator"
# In the session: whose second factor this browser has shown.
PASSED = "desk_factor_passed"
TYPE = Authenticator.Type


def needs(user: Any) -> bool:
    """Whether one of the person's roles has to have a second factor (`settings.SECOND_FACTOR_ROLES`).

    Accounts of the demo do not: their passwords are printed for everybody to try.
    """
    roles = settings.SECOND_FACTOR_ROLES
    if not roles or not user.is_staff or user.is_demo:
        return False
    if user.is_superuser:
        return ADMINISTRATOR in roles
    return any(group.name in roles for group in user.groups.all())


def factors(user: Any) -> QuerySet[Authenticator]:
    """An app and passkeys; recovery codes alone are no factor."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user.pk)
    return found.exclude(type=TYPE.RECOVERY_CODES).order_by("created_at", "pk")


def with_whether(users: QuerySet[User]) -> QuerySet[User]:
    """The same accounts, each with `has_factor`."""
    own = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=TYPE.RECOVERY_CODES)
    return users.annotate(has_factor=Exists(own))


def has(user: Any) -> bool:
    return factors(user).exists()


def pass_here(request: HttpRequest, user: Any) -> None:
    """This browser has shown it."""
    request.session[PASSED] = user.pk


def has_passed(request: HttpRequest) -> bool:
    return bool(request.session.get(PASSED) == request.user.pk)


def is_settled(request: HttpRequest) -> bool:
    """Whether nothing more is asked of who is signed in here: shown, or not needed. Asked once a request."""
    if has_passed(request):
        return True
    if not hasattr(request, "_is_factor_settled"):
        request._is_factor_settled = not needs(request.user)  # type: ignore[attr-defined]
    return request._is_factor_settled  # type: ignore[attr-defined, no-any-return]


def settle(request: HttpRequest) -> None:
    """After a factor was added: this browser has shown it, the others come in anew, and its owner is told."""
    pass_here(request, request.user)
    devices.end_all(request.user, but=request.session.session_key)
    write(Action.ACCESS, by=request.user, about=request.user, details={"factor": "added"})
    tell(request.user, "factor_added")


def remove(user: User, pk: int) -> bool:
    """Take one factor away; False when it is not there, or the last one of somebody who needs one."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        found = factors(user).filter(pk=pk).first()
        is_last = factors(user).count() == 1
        if found is None or (is_last and needs(user)):
            return False
        found.delete()
        if is_last:
            Authenticator.objects.filter(user=user).delete()
        write(Action.ACCESS, by=user, about=user, details={"factor": "removed"})
        tell(user, "factor_removed")
    return True


def reset(user: User) -> bool:
    """Take all of a colleague's factors, who has lost them, and sign the colleague out everywhere.

    The next password sign-in leads to setting up a new one. False when there was nothing.
    """
    with transaction.atomic():
        if not Authenticator.objects.filter(user=user).exists():
            return False
        Authenticator.objects.filter(user=user).delete()
        devices.end_all(user)
        tell(user, "factor_reset")
    return True


def tell(user: Any, letter: str, **context: Any) -> None:
    """A letter to the owner of what was changed or used."""
    letters.send(letter, user.email, context)
