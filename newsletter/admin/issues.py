"""Issues on the desk: the next one as it would be now, what editors say about it, and how far letters are."""

from __future__ import annotations

import datetime
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import zones
from articles.admin.base import DeskAdmin, NeverDeleted

from .. import issues, letters, styles, trial
from ..choices import DeliveryState
from ..forms import keys_in
from ..layout import Laid, lay_out
from ..models import Delivery, Entry, Issue, Newsletter

TROUBLE_SHOWN = 50


@admin.register(Issue)
class IssueAdmin(NeverDeleted, DeskAdmin):
    """The list is what went out; the page of the next issue stands above it."""

    change_list_template = "admin/newsletter/issues.html"
    list_display = ["day_in_words", "state", "subject", "progress"]
    ordering = ["-day"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("next/", wrap(self.next_view), name="newsletter_issue_next"),
            path("next/trial/", wrap(self.trial_view), name="newsletter_issue_trial"),
            path("<slug:day>/do/", wrap(self.do_view), name="newsletter_issue_do"),
            path("<slug:day>/letter/", wrap(self.letter_view), name="newsletter_issue_letter"),
            path("<slug:day>/text/", wrap(self.text_view), name="newsletter_issue_text"),
            *super().get_urls(),
        ]

    # In words

    @admin.display(description=gettext_lazy("day"), ordering="day")
    def day_in_words(self, issue: Issue) -> str:
        return date_format(issue.day, "l, j F Y")

    @admin.display(description=gettext_lazy("letters"))
    def progress(self, issue: Issue) -> str:
        return progress_of(issue) if issue.is_made else "–"

    # Pages

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """The next issue, made or not: what it would hold if it were made now."""
        self._require_view(request)
        newsletter = Newsletter.current()
        coming = issues.upcoming(newsletter)
        issue = coming.issue or Issue(day=coming.day)
        laid = lay_out(issues.preview(newsletter).entries)
        context = {
            "is_next": True,
            "newsletter": newsletter,
            "due": moment(coming.due_at),
            "subject": laid.lead.headline if laid else "",
            "may_try": laid is not None and request.user.has_perm(issues.EDIT),
        }
        return self._page(request, issue, laid, context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One issue as it was made, with its letters; of one that is not made only what was said about it."""
        self._require_view(request)
        keys = keys_in([unquote(object_id)])
        issue = Issue.objects.select_related("changed_by").filter(pk__in=keys).first()
        if issue is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context: dict[str, Any] = {"subject": issue.subject}
        if issue.is_made:
            trouble = Delivery.objects.filter(
                issue=issue, state__in=[DeliveryState.UNKNOWN, DeliveryState.FAILED]
            )
            context |= {
                "progress": progress_of(issue),
                "made": moment(issue.made_at),
                "trouble": list(
                    trouble.select_related("subscriber").order_by("id")[:TROUBLE_SHOWN]
                ),
                "may_see_who": request.user.has_perm("newsletter.view_subscriber"),
                "is_without_server": not settings.EMAIL_HOST and issue.waiting,
            }
        return self._page(request, issue, lay_out(_entries(issue)), context)

    def _page(
        self, request: HttpRequest, issue: Issue, laid: Laid | None, more: dict[str, Any]
    ) -> HttpResponse:
        may_edit = request.user.has_perm(issues.EDIT)
        moves = [name for name in issues.MOVES if may_edit and issues.may_move(issue, name)]
        if issue.day < timezone.localdate():
            moves = [name for name in moves if name in {"stop", "resume"}]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Newsletter of %(day)s") % {"day": date_format(issue.day, "j F Y")},
            "issue": issue,
            "laid": laid,
            "moves": moves,
            "may_greet": may_edit and issues.may_greet(issue),
            **more,
        }
        return TemplateResponse(request, "admin/newsletter/issue.html", context)

    def do_view(self, request: HttpRequest, day: str) -> HttpResponse:
        """Greet, hold back, release, skip, restore, stop, go on. POST only."""
        if not request.user.has_perm(issues.EDIT):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        date, what = _day(day), request.POST.get("do", "")
        back = reverse("admin:newsletter_issue_next")
        if date is None or (what != "greet" and what not in issues.MOVES):
            messages.error(request, _("This button is not there any more."))
            return HttpResponseRedirect(back)
        try:
            with transaction.atomic():
                if what == "greet":
                    issue = issues.greet(date, request.POST.get("greeting", ""), by=request.user)
                else:
                    issue = issues.move(date, what, by=request.user)
                told = _said(what, issue)
                self.log_change(request, issue, told)
        except issues.Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(back)
        messages.success(request, told)
        if request.POST.get("from") != "next":
            back = reverse("admin:newsletter_issue_change", args=[issue.pk])
        return HttpResponseRedirect(back)

    def trial_view(self, request: HttpRequest) -> HttpResponse:
        """Send the next issue's letter, as it would be now, to whoever asks and nobody else. POST only."""
        if not request.user.has_perm(issues.EDIT):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        key = str(request.user.pk)
        if ratelimit.consume(request, action="newsletter_trial", key=key):
            try:
                trial.ask(by=request.user)
            except issues.Refused as refused:
                messages.error(request, str(refused))
            else:
                told = _("A trial is on its way to %(address)s. It may take a minute.")
                messages.success(request, told % {"address": request.user.email})
        else:
            messages.error(request, _("Too many trials. Wait ten minutes."))
        return HttpResponseRedirect(reverse("admin:newsletter_issue_next"))

    def letter_view(self, request: HttpRequest, day: str) -> HttpResponse:
        parts = self._parts(request, day)
        response = HttpResponse(letters.sample(parts.html) if parts else _("Nothing to send."))
        # What django-csp's decorator sets; read from the template when it is wanted.
        response._csp_replace = styles.policy()  # type: ignore[attr-defined]
        return response

    def text_view(self, request: HttpRequest, day: str) -> HttpResponse:
        parts = self._parts(request, day)
        text = letters.sample(parts.text) if parts else _("Nothing to send.")
        return HttpResponse(text, content_type="text/plain; charset=utf-8")

    def _parts(self, request: HttpRequest, day: str) -> letters.Parts | None:
        """The letter of an issue as a subscriber of all sections gets it; of the next one, as it would be now."""
        self._require_view(request)
        date = _day(day)
        issue = Issue.objects.filter(day=date).first() if date else None
        if issue is not None and issue.is_made:
            return letters.parts_of(issue, letters.public_entries(issue))
        return letters.parts_of(*issues.as_it_would_be())

    def _require_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


def _entries(issue: Issue) -> list[Entry]:
    rows = Entry.objects.filter(issue=issue).select_related("section", "article")
    return list(rows.defer("article__body", "article__search").order_by("position"))


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def moment(when: datetime.datetime | None) -> str:
    """A time on the publication's clock with its zone: "27 Nov 2026, 06.00 WITA"."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    zone = zones.label(when, str(timezone.get_current_timezone()))
    return f"{date_format(local, 'j M Y')}, {local:%H.%M} {zone}"


def progress_of(issue: Issue) -> str:
    """ "1.240 of 1.250 handed over, 4 failed, 1 unknown", as the job last counted."""
    parts = [
        _("%(sent)s of %(all)s handed over")
        % {"sent": _figure(issue.sent), "all": _figure(issue.recipients)}
    ]
    if issue.failed:
        parts.append(_("%(number)s not delivered") % {"number": _figure(issue.failed)})
    if issue.unknown:
        parts.append(_("%(number)s unknown") % {"number": _figure(issue.unknown)})
    if issue.dropped:
        parts.append(_("%(number)s not needed any more") % {"number": _figure(issue.dropped)})
    return ", ".join(parts)


def _figure(number: int) -> str:
    return str(number_format(number, use_l10n=True, force_grouping=True))


def _said(what: str, issue: Issue) -> str:
    if what == "release" and issue.is_made:
        return _("Released: its letters go out now.")
    return {
        "greet": _("The greeting is saved."),
        "hold": _("Held back: it is not made before somebody releases it."),
        "release": _("Released: it goes out at its time."),
        "skip": _("Skipped: no issue on this day. Its stories stand in the next one."),
        "restore": _("It goes out after all."),
        "stop": _("Stopped: no further letter goes out. Whoever has one already keeps it."),
        "resume": _("The letters go on, within a minute."),
    }[what]
