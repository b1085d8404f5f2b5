"""Preview links: made, revoked, found again.

An address carries the row's number and its key under the server's secret (HMAC-SHA-256), so nobody guesses it,
and who reads the table alone cannot open it. It shows the story as it is saved at that moment. It ends with its
day, with a hand, with the right of who made it to write stories, when the story comes out, and when it is
withdrawn.
"""

from __future__ import annotations

import datetime
import re
import secrets
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.signing import Signer
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from .absolute import absolute
from .choices import Status
from .models import Article, PreviewLink

if TYPE_CHECKING:
    from accounts.models import User

# What somebody may choose from, in days; long enough for a weekend and a lawyer.
DAYS = (1, 3, 7)
# More open links than this to one story are a mistake or a misuse.
MOST_OPEN = 20
# What `opened_at` tells is when, not how often: one write a minute is enough.
OPENED_EVERY = datetime.timedelta(minutes=1)
_TOKEN = re.compile(r"([1-9][0-9]{0,17})-([A-Za-z0-9_-]{43})")


# Who may show somebody a story: whoever works here and writes stories. Roles alone give that; see newsroom.roles.
MAKE = "articles.change_article"


class Refused(Exception):
    """`str()` is a sentence for the desk."""


def open_links(article: Article) -> QuerySet[PreviewLink]:
    """The links to that row which work now, newest first. One query when they are read."""
    app, codename = MAKE.split(".")
    right = Permission.objects.filter(content_type__app_label=app, codename=codename)
    entitled = get_user_model().objects.filter(
        Q(is_superuser=True)
        | Exists(Group.objects.filter(user=OuterRef("pk"), permissions__in=right))
        | Q(user_permissions__in=right),
        is_active=True,
        is_staff=True,
    )
    return PreviewLink.objects.filter(
        article=article,
        revoked_at=None,
        expires_at__gt=timezone.now(),
        created_by__in=entitled.values("pk"),
    ).select_related("created_by")


def is_hidden(article: Article) -> bool:
    """Whether there is something to preview: not what is out, nor what is withdrawn."""
    return article.status != Status.WITHDRAWN and not article.is_out


def make(article: Article, *, by: User, days: int) -> PreviewLink:
    """Make a link that works for so many `days`, one of DAYS.

    The caller has seen that the person may change the story. Refused for a story that is out or withdrawn, and
    beyond MOST_OPEN links to it.
    """
    if days not in DAYS:
        raise Refused(_("Choose how long the link works."))
    with transaction.atomic():
        row = Article.objects.lock(article)
        if not is_hidden(row):
            raise Refused(_("The story is public or withdrawn: there is nothing to preview."))
        if open_links(row).count() >= MOST_OPEN:
            raise Refused(_("There are many links to this story already. Revoke one first."))
        return PreviewLink.objects.create(
            article=row,
            key=secrets.token_urlsafe(32),
            expires_at=timezone.now() + datetime.timedelta(days=days),
            created_by=by,
        )


def revoke(link: PreviewLink, *, by: User) -> bool:
    """End the link for good. False when that was done already."""
    done = PreviewLink.objects.filter(pk=link.pk, revoked_at=None).update(
        revoked_at=timezone.now(), revoked_by=by
    )
    return bool(done)


def token_of(link: PreviewLink) -> str:
    return f"{link.pk}-{_signature(link.pk, link.key)}"


def address_of(link: PreviewLink) -> str:
    """The whole address, to be sent to somebody."""
    return absolute(reverse("articles:preview", args=[token_of(link)]))


def find(token: str) -> PreviewLink | None:
    """The link of an address, also one that has ended; None when it is not ours. One query."""
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return None
    rows = PreviewLink.objects.select_related("article__changes_to", "created_by")
    link = rows.defer("article__search", "article__changes_to__search").filter(pk=parts[1]).first()
    # Where there is no such row the same work is done, so that the time tells nothing.
    expected = _signature(int(parts[1]), link.key if link else "")
    return link if constant_time_compare(expected, parts[2]) else None


def has_ended(link: PreviewLink) -> bool:
    """Whether the address shows nothing any more, whatever the state of a story that came out since."""
    story = link.article.changes_to or link.article
    return (
        link.revoked_at is not None
        or link.expires_at <= timezone.now()
        or not _is_entitled(link.created_by)
        or story.status == Status.WITHDRAWN
        # Changes to a story that is not out any more come out nowhere.
        or (link.article.changes_to is not None and not story.is_published)
    )


def _is_entitled(user: User) -> bool:
    return user.is_active and user.is_staff and user.has_perm(MAKE)


def note_opening(link: PreviewLink) -> None:
    """Keep when it was last opened; written once in OPENED_EVERY at most."""
    now = timezone.now()
    if link.opened_at is None or link.opened_at < now - OPENED_EVERY:
        PreviewLink.objects.filter(
            Q(opened_at=None) | Q(opened_at__lt=now - OPENED_EVERY), pk=link.pk
        ).update(opened_at=now)


def _signature(pk: int, key: str) -> str:
    return Signer(salt="articles.preview").signature(f"{pk}.{key}")
