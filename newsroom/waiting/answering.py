"""Who asks for a right of reply or a correction and waits."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from replies.choices import OPEN
from replies.models import Request

from .lines import SHOWN, Panel, Row


def requests() -> Iterator[Panel]:
    """The oldest first; urgent as soon as one is overdue."""
    rows = Request.objects.filter(state__in=OPEN).select_related("article")
    found = list(rows.defer("article__body", "article__search").order_by("due_at")[: SHOWN + 1])
    if not found:
        return
    yield Panel(
        key="replies",
        title=_("Requests for a right of reply or a correction"),
        rows=[
            Row(
                title=f"{row.number} · {row.article.headline if row.article else row.story}",
                url=reverse("admin:replies_request_change", args=[row.pk]),
                facts=[
                    *([_("overdue")] if row.is_overdue else []),
                    timesince(row.created_at),
                    str(row.get_state_display()),
                ],
            )
            for row in found[:SHOWN]
        ],
        more_url=f"{reverse('admin:replies_request_changelist')}?waiting=yes",
        has_more=len(found) > SHOWN,
        is_urgent=found[0].is_overdue,
    )
