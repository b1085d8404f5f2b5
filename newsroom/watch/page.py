"""The desk's page on how the installation is, for chief editors and administrators.

`status_urls(site)` gives the addresses; the desk includes them under `status/`.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from typing import Any

import django
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pagecache.installed import page_cache

from ..retention import forgetting
from . import database, figures, jobs, replica, shared

WATCH = "newsroom.watch_site"
# Of failed jobs, letters, tables and statements.
MOST = 10


def status_urls(site: AdminSite) -> list[Any]:
    """The addresses; each asks for the permission."""

    def shown(view: Callable[..., HttpResponseBase], *methods: str) -> Any:
        @require_http_methods(methods)
        @wraps(view)
        def guarded(request: HttpRequest, **keys: Any) -> HttpResponseBase:
            if not request.user.has_perm(WATCH):
                raise PermissionDenied
            return view(site, request, **keys)

        return site.admin_view(guarded)

    return [
        path("", shown(status, "GET", "HEAD"), name="status"),
        path("job/<int:job_id>/again/", shown(again, "POST"), name="job_again"),
        path("job/<int:job_id>/give-up/", shown(give_up, "POST"), name="job_give_up"),
    ]


def status(site: AdminSite, request: HttpRequest) -> HttpResponse:
    late = jobs.seconds_late()
    failures = jobs.failed(MOST)
    for failure in failures:
        failure["words"] = (
            _("Begun again and again, and each time the worker died.")
            if failure["sentence"] == jobs.KILLS
            else failure["sentence"]
        )
    context = {
        "title": _("How the site is running"),
        "jobs": jobs.counts(),
        "minutes_late": round(late / 60),
        "is_late": late > settings.JOBS_LATE_SECONDS,
        "failures": failures,
        "mail": figures.mail(),
        "letters": figures.failed_letters(MOST),
        "is_mail_sent": bool(settings.EMAIL_HOST),
        "told_waiting": figures.told_waiting(),
        "backup_at": figures.last_backup(),
        "rooms": figures.rooms(),
        "media_store": figures.media_store(),
        "cache_server": figures.cache_server(),
        "audit_log": figures.audit_log(),
        "forgetting": (forgotten := forgetting.lines()),
        "is_forgetting_late": any(line.is_late for line in forgotten),
        "is_forgetting_failing": any(line.last and line.last.error for line in forgotten),
        "database": (facts := database.facts()),
        "replica": (found := replica.standing()),
        "pages_read": _added_up("newsroom_pages_read", "database") if found is not None else {},
        "tables": database.largest_tables(MOST),
        "statements": database.slowest(MOST),
        "cache": _cache(),
        "versions": _versions(facts.version),
    }
    return TemplateResponse(request, "admin/status.html", {**site.each_context(request), **context})


def again(site: AdminSite, request: HttpRequest, job_id: int) -> HttpResponse:
    """Have a failed job done once more."""
    try:
        jobs.try_again(job_id)
    except jobs.NotPossible:
        return _not_possible(request)
    messages.success(request, _("The job waits to be done again."))
    return _back()


def give_up(site: AdminSite, request: HttpRequest, job_id: int) -> HttpResponse:
    """Let a failed job be."""
    try:
        jobs.give_up(job_id, by=request.user)
    except jobs.NotPossible:
        return _not_possible(request)
    messages.success(request, _("The job is given up and is listed no more."))
    return _back()


def _not_possible(request: HttpRequest) -> HttpResponse:
    messages.error(
        request,
        _("Nothing was done: the job has gone on meanwhile, or another of its kind waits already."),
    )
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('admin:status')}#jobs")


def _cache() -> dict[str, Any] | None:
    """What the page cache holds in this process, and what all processes gave out; None when it is off."""
    if (cache := page_cache()) is None:
        return None
    given = _added_up("newsroom_pages", "how")
    whole = sum(given.values())
    return {
        "entries": len(cache.pages.memory) + len(cache.parts.memory),
        "bytes": cache.pages.memory.used + cache.parts.memory.used,
        "limit": settings.PAGE_CACHE_MB * figures.MEGABYTE,
        "given": whole,
        "kept_percent": round(100 * (whole - given.get("made", 0)) / whole) if whole else None,
    }


def _added_up(name: str, label: str) -> dict[str, int]:
    """What all processes of this machine have counted under that name."""
    return {
        sample.labels[label]: int(sample.value)
        for metric in shared.added_up()
        if metric.name == name
        for sample in metric.samples
    }


def _versions(postgres: str) -> list[tuple[str, str]]:
    """In the order in which somebody who helps asks for them."""
    return [
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        ("PostgreSQL", postgres.split(" ")[0]),
        ("psycopg", version("psycopg")),
        ("procrastinate", version("procrastinate")),
        ("granian", version("granian")),
    ]
