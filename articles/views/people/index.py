"""All public people by name."""

from __future__ import annotations

import string

from django.db.models.functions import Left, Upper
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pagecache import recording

from ... import agenda
from ...models import Person
from ...people.querysets import PersonQuerySet
from ..frame import Frame, render_page
from .company import add_current_tenures

PER_PAGE = 60


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """People by name, from a letter on (`huruf`) or after somebody's address (`setelah`)."""
    recording.shows("people")
    # Next to a name stand the offices of today.
    agenda.until_tomorrow()
    rows = _asked_for(request)
    found = list(
        rows.annotate(letter=Upper(Left("name_key", 1))).order_by("name_key", "pk")[: PER_PAGE + 1]
    )
    shown = found[:PER_PAGE]
    add_current_tenures(shown)
    is_first = not request.GET.get("setelah") and not request.GET.get("huruf")
    frame = Frame.load()
    return render_page(
        request,
        "articles/people.html",
        {
            "people": shown,
            "after": shown[-1].slug if len(found) > PER_PAGE else "",
            "is_first": is_first,
            "letters": string.ascii_uppercase,
            "chosen": request.GET.get("huruf", "").upper(),
        },
        frame=frame,
        meta=frame.meta(
            _("People"),
            reverse("articles:people"),
            is_indexed=is_first,
            popolo_path=reverse("articles:popolo"),
        ),
    )


def _asked_for(request: HttpRequest) -> PersonQuerySet:
    """Raises Http404 for what is no letter, and for somebody who is not in the list."""
    rows = Person.objects.public()
    after, letter = request.GET.get("setelah", ""), request.GET.get("huruf", "")
    if after:
        last = rows.filter(slug=after).first() if "\x00" not in after else None
        if last is None:
            raise Http404("No such person")
        return rows.filter(name_key__gte=last.name_key).exclude(
            name_key=last.name_key, pk__lte=last.pk
        )
    if letter:
        if len(letter) != 1 or letter not in string.ascii_letters:
            raise Http404("No such letter")
        return rows.filter(name_key__gte=letter.lower())
    return rows
