"""Behind the links of letters: confirming, choosing sections, leaving. GET only shows; a button does it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles.models import Section

from .. import links, subscribing
from ..choices import LeftBy, Standing
from ..forms import ChooseForm, keys_in
from ..models import Subscriber
from .answers import private_page, small_form


@require_http_methods(["GET", "HEAD", "POST"])
@small_form
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    subscriber = links.find_confirming(token)
    if subscriber is not None and request.method == "POST":
        subscribing.confirm(subscriber)
        # Of two taps on the button the other one may have done it: what is said goes by how it stands now.
        subscriber = links.find_confirming(token)
    if subscriber is None:
        return _stale(request)
    if subscriber.standing == Standing.CONFIRMED:
        # The page says the same to who presses twice, or comes back to the letter.
        return _said(
            request,
            _("You are subscribed"),
            [_("The newsletter comes to %(address)s.") % {"address": subscriber.email}],
            choose=token_of(links.choosing(subscriber)),
        )
    if not subscribing.is_open(subscriber):
        return _stale(request)
    context = {"subscriber": subscriber, "sections": _names(subscriber)}
    return private_page(
        request, "newsletter/confirm.html", context, title=_("Confirm the newsletter")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@small_form
def choose(request: HttpRequest, token: str) -> HttpResponse:
    subscriber = links.find_own(token)
    if subscriber is None or not subscriber.email:
        return _not_subscribed(request)
    is_sent = request.method == "POST"
    form = ChooseForm(request.POST) if is_sent else ChooseForm()
    is_saved = is_sent and form.is_valid() and subscribing.choose(subscriber, form.sections)
    every = list(Section.objects.all())
    if is_sent:
        chosen = keys_in(request.POST.getlist("rubrik"))
    elif subscriber.wants_all:
        chosen = {section.pk for section in every}
    else:
        chosen = set(subscriber.sections.values_list("pk", flat=True))
    errors = [str(error) for error in form.errors.get("rubrik", [])] if is_sent else []
    context = {
        "subscriber": subscriber,
        "all_sections": every,
        "chosen": chosen,
        "refused": errors[0] if errors else "",
        "is_saved": is_saved,
        "leave": token_of(links.leaving(subscriber)),
    }
    return private_page(
        request,
        "newsletter/choose.html",
        context,
        title=_("Sections of the newsletter"),
        status=422 if errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@small_form
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button. POST ends it at once: from the page, or from a mail program (RFC 8058).

    A mail program is told that it is done also when it was done before; it would only try again.
    """
    subscriber = links.find_own(token)
    is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    if subscriber is None or not subscriber.email:
        return _not_subscribed(request, status=200 if is_one_click else None)
    if request.method == "POST":
        subscribing.leave(subscriber, by=LeftBy.ONE_CLICK if is_one_click else LeftBy.LINK)
        return _said(
            request,
            _("You are unsubscribed"),
            [
                _("No further newsletter comes, and your address is deleted here already."),
                _("A letter that was on its way this very moment may still arrive."),
            ],
        )
    return private_page(
        request, "newsletter/leave.html", {"subscriber": subscriber}, title=_("Unsubscribe")
    )


def token_of(address: str) -> str:
    """The path of one of our own links."""
    return "/" + address.split("://", 1)[1].partition("/")[2]


def _names(subscriber: Subscriber) -> list[str]:
    return [] if subscriber.wants_all else [one.name for one in subscriber.sections.all()]


def _stale(request: HttpRequest) -> HttpResponse:
    return _said(
        request,
        _("This link is not good any more"),
        [
            _("A link for confirming can be used for 48 hours after the form was sent."),
            _("Send the form once more, and a new letter comes."),
        ],
        status=410,
        is_to_begin=True,
    )


def _not_subscribed(request: HttpRequest, status: int | None = None) -> HttpResponse:
    return _said(
        request,
        _("You are not subscribed"),
        [_("No newsletter goes to the address of this link, and we do not keep the address.")],
        status=status or 410,
        is_to_begin=True,
    )


def _said(
    request: HttpRequest, heading: str, sentences: list[str], status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "heading": heading,
        "sentences": sentences,
        "page": reverse("newsletter:page"),
        **more,
    }
    return private_page(request, "newsletter/said.html", context, title=heading, status=status)
