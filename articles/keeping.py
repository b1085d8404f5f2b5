"""Texts that were typed and not saved: kept by themselves, offered again, forgotten once they are saved.

The only door to `KeptText`. One row for each open form of a person, and only that person ever reads it. A form
numbers what it sends with `written`, so that what arrives late, or twice, changes nothing; once the form was saved,
what was written before that is not kept again, however late it arrives.
"""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from . import presence
from .models import Article, KeptText, LateSave
from .sent import storable

if TYPE_CHECKING:
    from accounts.models import User

Values = dict[str, Any]

# A text of 500,000 characters and a register of a thousand lines have less than this, as bytes of JSON.
LARGEST = 4_000_000
# Texts of one person that are kept at a time, and forms that are remembered as saved; the oldest ones go.
MOST_FORMS = 60
# 2255, in milliseconds: no clock of a browser is later than this, and none may claim a number that outlasts all others.
LAST_WRITTEN = 9_000_000_000_000
# As much of a text as it is recognised by, with its markup.
BEGINNING = 400
_PLAIN = (str, bool, type(None))


class Unfit(Exception):
    """What was sent cannot be kept; the sentence says why, for the person who wrote it."""


@dataclass(frozen=True)
class Sent:
    """What a form says of itself. Made by `read_sent` alone, so it can be stored as it is.

    `article` is the key of the story that the form shows, `story` of the public one when that is a working copy;
    None while it was never saved. `written` is a number that grows with each change in the form.
    """

    tab: str
    article: int | None
    story: int | None
    seen: int | None
    written: int
    values: Values | None


def read_sent(told: Any) -> Sent:
    """Read the JSON of a form. Raises Unfit for what no form of ours sends."""
    if not isinstance(told, dict):
        raise Unfit(_("This could not be read; nothing was kept."))
    return Sent(
        tab=tab_of(told.get("tab")),
        article=_number(told.get("article"), 2**63 - 1),
        story=_number(told.get("story"), 2**63 - 1),
        seen=_number(told.get("seen_version"), 2**31 - 1),
        written=_number(told.get("written"), LAST_WRITTEN) or 0,
        values=_values(told.get("values")),
    )


def tab_of(name: Any) -> str:
    """The name of a form, as the server prints it. Raises Unfit for anything else."""
    try:
        return str(uuid.UUID(name))
    except (ValueError, TypeError, AttributeError):
        raise Unfit(_("This could not be read; nothing was kept.")) from None


def keep(sent: Sent, *, by: User) -> datetime.datetime | None:
    """Keep what stands in a form of `by`, unless something newer of that form is kept or was saved.

    Returns when this text, or a newer one of the form, was kept; None when the form was saved since. Waits for
    no lock but that of the same form's row.
    """
    article = _where(sent)
    values: Any = None if sent.values is None else Jsonb(sent.values)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO articles_kepttext (user_id, tab, article_id, seen_version, written, "values")
            VALUES (%s, %s, %s, %s, %s, %s)
            ON CONFLICT (user_id, tab) DO UPDATE SET
                article_id = excluded.article_id, seen_version = excluded.seen_version,
                written = excluded.written, "values" = excluded.values, kept_at = now()
            WHERE articles_kepttext.written < excluded.written
            RETURNING kept_at, xmax = 0
            """,
            [by.pk, sent.tab, article, sent.seen, sent.written, values],
        )
        row = cursor.fetchone()
    if row is None:
        newer = of(by).filter(tab=sent.tab).values_list("kept_at", flat=True)
        return newer.first()
    kept_at, is_new = row
    if is_new:
        _bound(by, sent.tab)
    moment: datetime.datetime = kept_at
    return moment


def forget(*, by: User, tab: str, written: int) -> None:
    """The form `tab` was saved, or its text given up, with everything that was `written` in it by then.

    Where something newer is kept, that stays. `tab` may be anything that was sent.
    """
    try:
        name = tab_of(tab)
    except Unfit:
        return
    rows = KeptText.objects.filter(user=by, tab=name)
    if written < 1:
        # A form that does not count has nothing under way.
        rows.update(values=None)
        return
    written = min(written, LAST_WRITTEN)
    keep(Sent(name, None, None, None, written, None), by=by)
    # The last change may have been kept under the very number that the form was saved with.
    rows.filter(written=written).update(values=None)


def of(user: User) -> QuerySet[KeptText]:
    """The texts of a person that were not saved, newest first."""
    return KeptText.objects.filter(user=user, values__isnull=False)


def for_form(user: User, article: Article | None) -> QuerySet[KeptText]:
    """The texts that a form of `article` is offered; of a new story when None.

    Without the texts themselves, but with their `headline` and the `beginning` of the body, as HTML.

    A working copy is offered what was written into the public story's form before there was one.
    """
    fields = KeyTransform("fields", "values")
    texts = of(user).annotate(
        headline=KeyTextTransform("headline", fields),
        beginning=Left(KeyTextTransform("body", fields), BEGINNING),
    )
    texts = texts.defer("values")
    if article is None:
        return texts.filter(article__isnull=True)
    where = Q(article=article.pk)
    if article.changes_to_id:
        where |= Q(article=article.changes_to_id)
    return texts.filter(where)


def waiting(user: User) -> QuerySet[KeptText]:
    """The texts of a person that no open form is writing on, newest first, with their `headline`."""
    open_now = presence.now_here().filter(user=OuterRef("user"), tab=OuterRef("tab"))
    headline = KeyTextTransform("headline", KeyTextTransform("fields", "values"))
    texts = of(user).exclude(Exists(open_now))
    texts = texts.annotate(headline=headline).select_related("article__place")
    return texts.defer("values", "article__body", "article__search")


def move(*, from_copy: Article) -> None:
    """A working copy ends: what was typed into it and not saved is offered with its story from now on."""
    KeptText.objects.filter(article=from_copy.pk).update(article=from_copy.changes_to_id)


def sweep() -> int:
    """Forget what is older than settings.UNSAVED_TEXTS_KEPT_DAYS; returns how many rows went."""
    before = timezone.now() - datetime.timedelta(days=settings.UNSAVED_TEXTS_KEPT_DAYS)
    return KeptText.objects.filter(kept_at__lt=before).delete()[0]


def sweep_late_saves() -> int:
    """Forget saves that came too late and nobody decided about for settings.LATE_SAVES_KEPT_DAYS; how many went.

    Their door is `versions`, which never lets one go by itself: this is the end of those that are left.
    """
    before = timezone.now() - datetime.timedelta(days=settings.LATE_SAVES_KEPT_DAYS)
    return LateSave.objects.filter(created_at__lt=before).delete()[0]


def _where(sent: Sent) -> int | None:
    """The story that the text is kept for: of a working copy that has ended since, the public one."""
    asked = [key for key in (sent.article, sent.story) if key is not None]
    there = (
        set(Article.objects.filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()
    )
    return next((key for key in asked if key in there), None)


def _bound(user: User, tab: str) -> None:
    """Let the oldest go, of texts and of what is only remembered: many saves push no text out.

    What is being written now, in the form `tab` and in others that are open, stays.
    """
    written_now = {tab, *presence.open_tabs(user)}
    for is_done in (False, True):
        rows = KeptText.objects.filter(user=user, values__isnull=is_done)
        staying = rows.filter(tab__in=written_now).count()
        others = rows.exclude(tab__in=written_now).order_by("-kept_at", "-id")
        # A slice cannot be deleted from.
        beyond = others.values_list("pk", flat=True)[max(MOST_FORMS - staying, 0) :]
        KeptText.objects.filter(pk__in=list(beyond)).delete()


def _number(sent: Any, most: int) -> int | None:
    """A whole number from 0 on; None for anything else, which then is as good as not said."""
    if isinstance(sent, str) and sent.isascii() and sent.isdecimal() and len(sent) < 20:
        sent = int(sent)
    is_number = isinstance(sent, int) and not isinstance(sent, bool)
    return sent if is_number and 0 <= sent <= most else None


def _values(sent: Any) -> Values | None:
    """The contents of a form, storable. Raises Unfit unless they have the shape that forms send."""
    if sent is None:
        return None
    fields, rows = (
        (sent.get("fields"), sent.get("rows")) if isinstance(sent, dict) else (None, None)
    )
    are_rows = isinstance(rows, dict) and all(isinstance(group, list) for group in rows.values())
    if not isinstance(fields, dict) or not isinstance(rows, dict) or not are_rows:
        raise Unfit(_("This could not be read; nothing was kept."))
    return {
        "fields": _fields(fields),
        "rows": {storable(key): [_fields(row) for row in group] for key, group in rows.items()},
    }


def _fields(sent: Any) -> dict[str, Any]:
    if not isinstance(sent, dict):
        raise Unfit(_("This could not be read; nothing was kept."))
    return {storable(name): _value(value) for name, value in sent.items()}


def _value(sent: Any) -> Any:
    """A text, a tick, or a choice as [key, what it says]."""
    if isinstance(sent, str):
        return storable(sent)
    if isinstance(sent, list) and len(sent) == 2 and all(isinstance(part, str) for part in sent):
        return [storable(part) for part in sent]
    if isinstance(sent, _PLAIN):
        return sent
    raise Unfit(_("This could not be read; nothing was kept."))
