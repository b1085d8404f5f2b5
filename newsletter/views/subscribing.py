"""The newsletter's page: what it is, the form, and its last issues."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from articles.views.frame import Frame, render_page, slice_of
from pagecache import recording

from .. import subscribing
from ..forms import SubscribeForm, keys_in
from ..models import Issue, Newsletter
from .answers import private, private_page, small_form


@require_http_methods(["GET", "HEAD", "POST"])
@small_form
def page(request: HttpRequest) -> HttpResponse:
    """GET: the same for everybody. POST: takes an address; what it answers does not depend on who has it."""
    if request.method == "POST":
        return _receive(request)
    frame = Frame.load()
    meta = frame.meta(
        _("Newsletter"),
        reverse("newsletter:page"),
        description=_("The day's news by e-mail, section by section."),
        is_indexed=not request.GET.get("sebelum"),
    )
    return render_page(
        request, "newsletter/page.html", _context(request, frame), frame=frame, meta=meta
    )


def _context(request: HttpRequest, frame: Frame) -> dict[str, Any]:
    # The sections are what the page is about, and not beside it.
    recording.shows("site", "issues")
    issues = slice_of(request, Issue.objects.made(), by="made_at")
    return {
        "newsletter": Newsletter.current(),
        "issues": issues,
        "all_sections": frame.sections,
        "chosen": {section.pk for section in frame.sections},
    }


def _receive(request: HttpRequest) -> HttpResponse:
    form = SubscribeForm(request.POST)
    is_valid = form.is_valid()
    if not Newsletter.current().is_on:
        return _again(request, form, _("The newsletter is resting. Nobody can subscribe just now."))
    if form.is_by_a_program:
        # It learns nothing from what it is told.
        return _to_the_mail()
    if not ratelimit.consume(request, action="newsletter_form"):
        told = _("Too many attempts from your network. Wait ten minutes and send the form again.")
        return _again(request, form, told, status=429)
    if not is_valid:
        errors = [str(error) for errors in form.errors.values() for error in errors]
        return _again(request, form, errors[0])
    email = form.cleaned_data["surel"]
    # Who types a stranger's address ten times sends one letter or three, and is told the same.
    # What counts may be held up, as by a process that was killed while it counted: an address that was never written to
    # is written to all the same, since whoever is told to look for a letter has to get one.
    is_due = ratelimit.consume(request, action="newsletter_letter", key=email)
    if is_due or subscribing.find(email) is None:
        subscribing.ask(email, form=form.form, sections=form.sections)
    return _to_the_mail()


def _to_the_mail() -> HttpResponse:
    headers = {"Location": reverse("newsletter:check")}
    return private(HttpResponse(status=303, headers=headers))


def _again(request: HttpRequest, form: SubscribeForm, told: str, status: int = 422) -> HttpResponse:
    """The form with what was typed into it, and why it came back."""
    frame = Frame.load()
    chosen = keys_in(request.POST.getlist("rubrik"))
    context = _context(request, frame) | {"refused": told, "typed": form["surel"].value() or ""}
    if chosen:
        context["chosen"] = chosen
    return private_page(
        request, "newsletter/page.html", context, title=_("Newsletter"), status=status
    )


@require_safe
def check_your_mail(request: HttpRequest) -> HttpResponse:
    """Where the form leads, whatever was typed: the same page for everybody."""
    frame = Frame.load()
    meta = frame.meta(_("Check your mail"), reverse("newsletter:check"), is_indexed=False)
    return render_page(request, "newsletter/check.html", {}, frame=frame, meta=meta)
