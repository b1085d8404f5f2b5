"""Accounts that write here: joining, the name, the terms, and leaving for good.

`join` is the only door to a `Reader`; `rename` and `accept_terms` change one; `erase` ends it.
"""

from __future__ import annotations

import contextlib

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.signals import account_erased

from . import erasures, moderation, names, terms
from .choices import ReviewFirst
from .models import Comment, Reader, Report

# Comments read at once when an account goes.
BATCH = 200


class CannotErase(Exception):
    """An account that is not deleted here; `str()` says why and what to do."""


def reader_of(user: User) -> Reader | None:
    """What the account has as a reader; None for anonymous visitors and for those who never joined."""
    if not user.is_authenticated:
        return None
    return Reader.objects.filter(pk=user.pk).select_related("user").first()


def has_current_terms(reader: Reader | None) -> bool:
    """Whether the terms that hold now were accepted; without it no comment is taken."""
    return reader is not None and reader.terms_version == terms.VERSION


def join(user: User, *, name: str, terms_version: str) -> Reader:
    """Make an account a reader: it gets its public name and has accepted the terms.

    Joining again sets the name and accepts the terms anew. Staff keep the name that the newsroom
    gave them, whatever `name` says.

    Raises names.NameRefused, or its subclasses NameReserved and NameTaken, with a sentence for
    the person; ValueError for terms that are not the present ones. Two who ask for one name at
    once: one gets it, the other NameTaken.
    """
    if terms_version != terms.VERSION:
        raise ValueError(f"The terms {terms_version} are not the present ones.")
    accepted = {"terms_version": terms_version, "terms_accepted_at": timezone.now()}
    return _write(user, name, accepted)


def rename(reader: Reader, name: str) -> Reader:
    """Give a reader another public name; comments that stand keep the name they were signed with.

    Raises as `join`; NameRefused for staff, whose name the newsroom gave them.
    """
    if reader.user.is_staff:
        raise names.NameRefused(
            _("The newsroom gave you this name; an administrator changes it at the desk.")
        )
    return _write(reader.user, name, {})


def accept_terms(reader: Reader, terms_version: str) -> Reader:
    """Accept a newer version. Raises ValueError for one that is not the present one."""
    if terms_version != terms.VERSION:
        raise ValueError(f"The terms {terms_version} are not the present ones.")
    reader.terms_version = terms_version
    reader.terms_accepted_at = timezone.now()
    reader.save(update_fields=["terms_version", "terms_accepted_at"])
    return reader


def check_free(name: str, user: User | None = None) -> str:
    """The name as it would be kept, if `user` could bear it now; raises as `join`. Keeps nothing."""
    name = names.check(name, owner=user)
    others = Reader.objects.filter(name_key=_key(name, user))
    if (others.exclude(pk=user.pk) if user else others).exists():
        raise names.NameTaken()
    return name


def _key(name: str, user: User | None) -> str:
    """What the name looks like. Staff never lose theirs to a reader who had it before them."""
    key = names.key_of(name)
    return f"{key}/{user.pk}" if user and user.is_staff else key


def _write(user: User, name: str, accepted: dict[str, object]) -> Reader:
    name = check_free(user.name if user.is_staff else name, user)
    key = _key(name, user)
    try:
        with transaction.atomic():
            if not user.is_staff:
                user.name = name
                user.save(update_fields=["name"])
            reader, _is_new = Reader.objects.update_or_create(
                user=user, defaults={"name_key": key, **accepted}
            )
    except IntegrityError as error:
        if "comments_reader_name_unique" not in str(error):
            raise
        user.refresh_from_db(fields=["name"])
        raise names.NameTaken() from None
    return reader


def erase(user: User) -> None:
    """Delete an account and all that says who it was, for good.

    Its comments keep their place in the threads, without text, name and account. Then the
    account goes, with its sessions, and receivers of `account_erased` delete what they keep.
    Each comment goes in its own transaction, so an interruption leaves some erased and the account
    there: calling it again goes on from where it stopped.

    Raises CannotErase for staff and for whoever wrote more than comments.
    """
    if user.is_staff:
        raise CannotErase(staff_refusal())
    address, number = user.email, user.pk
    while True:
        while _erase_comments(user):
            pass
        with transaction.atomic():
            # Keeps a comment that is being sent in another window from coming in meanwhile.
            locked = User.objects.select_for_update().filter(pk=user.pk).first()
            if locked is None:
                return
            if Comment.objects.filter(author=locked).exists():
                continue
            _forget_traces(locked)
            try:
                locked.delete()
            except models.ProtectedError:
                raise CannotErase(
                    _(
                        "This account wrote more than comments, so it cannot delete itself. Write "
                        "to the newsroom, who will do it."
                    )
                ) from None
            account_erased.send(User, address=address)
            erasures.note("account", number)
            return


def _forget_traces(user: User) -> None:
    """What other rows say about the account: its own words in reports. The audit log knows its number alone."""
    Report.objects.filter(by=user).update(note="")


def staff_refusal() -> str:
    """Why whoever works here cannot delete the account, as a sentence."""
    return _(
        "You work here: an administrator ends your account at the desk, and your stories stay."
    )


def _erase_comments(user: User) -> int:
    """Erase the next comments of an account, each in a transaction of its own; return how many."""
    batch = list(Comment.objects.filter(author=user).order_by("id")[:BATCH])
    for comment in batch:
        # Refused: erased in another window meanwhile.
        with contextlib.suppress(moderation.Refused):
            moderation.erase(comment, by=user)
    return len(batch)


def set_review(reader: Reader, review: str, *, by: User) -> None:
    """Say whether the account's comments are looked at before they are shown. Raises moderation.Refused."""
    if not by.has_perm(moderation.MODERATE):
        raise moderation.Refused(_("You may not do this."))
    if review not in ReviewFirst.values:
        raise moderation.Refused(_("Choose when its comments are looked at."))
    Reader.objects.filter(pk=reader.pk).update(review=review)
    reader.review = review
