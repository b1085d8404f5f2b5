"""The history of a story: its versions, what differs between two, what comes back, what readers saw."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .. import restoring, revisions, versions, wording, zones
from ..forms.history import CompareForm, MomentForm, RestoreForm
from ..models import Article, Revision, VersionHold
from ..sanitise import clean_body
from ..shown import compare, label_of, shown
from ..snapshots import CONTENTS, TIMES, snapshot
from ..views.then import page_then
from ..workflow import Refused
from .base import DeskAdmin, NeverDeleted

REVISIONS_SHOWN = 50
HIGHEST = 2**31 - 1
# What the page of a version prints as the story itself, and not in its table.
PRINTED = ("headline", "standfirst", "body")


@dataclass(frozen=True)
class Entry:
    """What the list says of a version: `earlier` is the number that it is compared with."""

    time: str
    changed: list[str]
    earlier: int | None

    def __str__(self) -> str:
        return self.time


def of_story(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the story in the place of its number, a working copy's for the copy.

    Who may not see the story, or no versions, sees nothing of it here either.
    """

    @wraps(view)
    def found(self: Any, request: HttpRequest, object_id: Any, **more: Any) -> HttpResponse:
        if not request.user.has_perm("articles.view_revision"):
            raise PermissionDenied
        article = self.get_object(request, unquote(str(object_id)))
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        return view(self, request, article.story, **more)

    return found


class HistoryMixin:
    """Adds the pages under `…/<id>/history/`. Only POST to a version's `restore/` changes anything."""

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "articles_article"
        return [
            path(
                "<int:object_id>/history/compare/", wrap(self.compare_view), name=f"{name}_compare"
            ),
            path(
                "<int:object_id>/history/<int:number>/restore/",
                wrap(self.restore_view),
                name=f"{name}_restore",
            ),
            path("<int:object_id>/history/then/", wrap(self.then_view), name=f"{name}_then"),
            *super().get_urls(),
        ]

    @of_story
    def history_view(
        self, request: HttpRequest, story: Article, extra_context: Any = None
    ) -> HttpResponse:
        """Who saved the story, when, why, and what changed; newest first, older ones on further pages."""
        older_than = request.GET.get("before", "")
        rows = story.revisions.select_related("created_by").defer("snapshot")
        if older_than.isascii() and older_than.isdecimal():
            rows = rows.filter(number__lt=min(int(older_than[:10]), HIGHEST))
        found = list(rows[: REVISIONS_SHOWN + 1])
        row = restoring.written_by(story)
        entries = _entries(story, found)[:REVISIONS_SHOWN]
        context = {
            "revisions": entries,
            "marked": _marked(entries),
            "is_further": bool(older_than),
            "older_than": found[REVISIONS_SHOWN - 1].number if found[REVISIONS_SHOWN:] else None,
            "may_restore": restoring.why_may_not(row, request.user) is None,
            "current": row.version,
            "moment_form": MomentForm(article=story),
            "zone": _zone_in_words(story),
            **self._hold(request, story),
            **(extra_context or {}),
        }
        return self._history_page(request, "history", story, _("History"), context)

    @of_story
    def compare_view(self, request: HttpRequest, story: Article) -> HttpResponse:
        """Two versions, word by word."""
        form = CompareForm(request.GET)
        rows = story.revisions.select_related("created_by")
        asked = list(form.cleaned_data.values()) if form.is_valid() else []
        pair = sorted(rows.filter(number__in=asked), key=lambda one: one.number)
        if len(pair) != 2:
            messages.error(request, _("Choose two versions to compare."))
            return HttpResponseRedirect(self._url("history", story))
        before, after = pair
        context = {
            "sides": [(one, wording.clock(story, one.created_at)) for one in pair],
            "diffs": compare(before.snapshot, after.snapshot),
            "may_restore": _may_restore(story, request),
        }
        title = _("Version %(a)s and version %(b)s") % {"a": before.number, "b": after.number}
        return self._history_page(request, "compare", story, title, context)

    @of_story
    def restore_view(self, request: HttpRequest, story: Article, number: int) -> HttpResponse:
        """What would come back, beside what stands there now; POST brings back the chosen fields."""
        revision = story.revisions.filter(number=min(number, HIGHEST)).first()
        if revision is None:
            messages.error(request, _("This story has no such version."))
            return HttpResponseRedirect(self._url("history", story))
        if request.method != "POST":
            return self._ask_what_comes_back(request, story, revision)
        row = restoring.written_by(story)
        form = RestoreForm(request.POST, differing=_differing(row, revision))
        if form.is_valid():
            keys, seen = tuple(form.cleaned_data["keys"]), form.cleaned_data["seen_version"]
            try:
                restored = restoring.restore(story, revision, by=request.user, seen=seen, keys=keys)
            except versions.Stale as stale:
                now = _("This is how it stands now.")
                form.add_error(None, f"{stale.sentence} {now}")
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                return self._restored(request, revision, restored)
        return self._ask_what_comes_back(request, story, revision, form)

    @of_story
    def then_view(self, request: HttpRequest, story: Article) -> HttpResponse:
        """The story as its readers saw it at a moment, on its own page; or why there is nothing to see."""
        form = MomentForm(request.GET, article=story)
        if not form.is_valid():
            return self._ask_when(request, story, form)
        moment = form.cleaned_data["at"]
        revision = revisions.as_readers_saw(story, moment)
        if revision is None:
            form.add_error(None, _why_not_seen(story, moment))
            return self._ask_when(request, story, form)
        time = wording.clock(story, moment)
        banner = {
            "title": _("As readers saw it at %(time)s") % {"time": time},
            "version": _("Version %(number)s.") % {"number": revision.number},
            "url": self._url("history", story),
            "back": _("History"),
            "lost_words": _("Gone since, and not shown:"),
            "language": get_language(),
        }
        return page_then(request, story, revision, moment, banner)

    # Parts

    def _ask_when(self, request: HttpRequest, story: Article, form: MomentForm) -> HttpResponse:
        context = {"form": form, "zone": _zone_in_words(story)}
        return self._history_page(request, "then", story, _("As readers saw it"), context)

    def _ask_what_comes_back(
        self,
        request: HttpRequest,
        story: Article,
        revision: Revision,
        form: RestoreForm | None = None,
    ) -> HttpResponse:
        row = restoring.written_by(story)
        diffs = [diff for diff in compare(snapshot(row), revision.snapshot) if diff.key in CONTENTS]
        chosen = set(form["keys"].value() or []) if form else {diff.key for diff in diffs}
        context = {
            "revision": revision,
            "time": wording.clock(story, revision.created_at),
            "choices": [(diff, diff.key in chosen) for diff in diffs],
            "problems": form.errors.values() if form else [],
            # What stands on this page is what was seen.
            "seen_version": row.version,
            "why_not": restoring.why_may_not(row, request.user),
            "is_public": story.is_published,
        }
        title = _("Bring back version %(number)s") % {"number": revision.number}
        return self._history_page(request, "restore", story, title, context)

    def _restored(
        self, request: HttpRequest, revision: Revision, restored: restoring.Restored
    ) -> HttpResponse:
        article = restored.article
        if article.is_working_copy:
            told = _(
                "Version %(number)s is back in the changes; readers see it once you publish them."
            )
        else:
            told = _("Version %(number)s is back.")
        messages.success(request, told % {"number": revision.number})
        if restored.lost:
            gone = _("Not brought back, because it is gone from the newsroom: %(names)s.")
            messages.warning(request, gone % {"names": ", ".join(restored.lost)})
        url = reverse(f"{self.admin_site.name}:articles_article_change", args=[article.pk])
        return HttpResponseRedirect(url)

    def _history_page(
        self,
        request: HttpRequest,
        template: str,
        story: Article,
        title: str,
        context: dict[str, Any],
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "article": story,
            "title": title,
            **context,
        }
        return TemplateResponse(request, f"admin/articles/{template}.html", context)

    def _hold(self, request: HttpRequest, story: Article) -> dict[str, Any]:
        """Where earlier versions are held back from readers, for who may: also before readers see any."""
        if not request.user.has_perm("articles.add_versionhold"):
            return {}
        hold = VersionHold.objects.filter(article=story).first()
        where = f"{self.admin_site.name}:articles_versionhold"
        if hold is None:
            return {"hold_url": f"{reverse(f'{where}_add')}?article={story.pk}"}
        return {"hold": hold, "hold_url": reverse(f"{where}_change", args=[story.pk])}

    def _url(self, name: str, story: Article) -> str:
        return reverse(f"{self.admin_site.name}:articles_article_{name}", args=[story.pk])


def _entries(story: Article, found: list[Revision]) -> list[tuple[Revision, Entry]]:
    """Each version with what the list says of it. A working copy follows on the story that it changes."""
    entries = []
    for place, one in enumerate(found):
        earlier = (r.number for r in found[place + 1 :] if one.is_working or not r.is_working)
        entry = Entry(
            wording.clock(story, one.created_at), _labels(one.changed), next(earlier, None)
        )
        entries.append((one, entry))
    return entries


def _marked(entries: list[tuple[Revision, Entry]]) -> tuple[int, int] | None:
    """The newest two on the page of which the later changed something: publishing alone changes nothing."""
    here = {one.number for one, _entry in entries}
    pairs = ((e.earlier, one.number) for one, e in entries if e.changed and e.earlier in here)
    newest = tuple(one.number for one, _entry in entries[1::-1])
    return next(pairs, newest if len(newest) == 2 else None)


def _labels(keys: list[str]) -> list[str]:
    return [label_of(key) for key in (*CONTENTS, *TIMES) if key in keys]


def _differing(row: Article, revision: Revision) -> list[str]:
    return [diff.key for diff in compare(snapshot(row), revision.snapshot)]


def _may_restore(story: Article, request: HttpRequest) -> bool:
    return restoring.why_may_not(restoring.written_by(story), request.user) is None


def _zone_in_words(story: Article) -> str:
    """Whose clock a time is on: "WITA, the clock of Sinjai"."""
    label = zones.label(datetime.datetime.now(datetime.UTC), story.zone.key)
    if story.place is None:
        return label
    words = _("%(zone)s, the clock of %(place)s")
    return words % {"zone": label, "place": story.place.short_name}


def _why_not_seen(story: Article, moment: datetime.datetime) -> str:
    earlier = story.revisions.filter(is_working=False, created_at__lte=moment)
    if not earlier.exists():
        return _("Of that time nothing of this story is kept.")
    return _("At that time the story was not public.")


@admin.register(Revision)
class RevisionAdmin(NeverDeleted, DeskAdmin):
    """Read only: a story as it was. Who may not see the story does not see its versions."""

    list_display = ["article", "number", "created_at", "created_by", "status", "note"]
    list_select_related = ["article", "created_by"]
    ordering = ["-id"]
    change_form_template = "admin/articles/revision.html"
    fields = ["article", "number", "status", "note", "created_at", "created_by"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        stories = self.admin_site.get_model_admin(Article)
        return super().has_view_permission(request, obj) and stories.has_view_permission(
            request, obj and obj.article
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        # Reached from its story; a list of everybody's saves is no place to start from.
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The story as it was then, with its text cleaned once more."""
        revision = self.get_object(request, unquote(object_id))
        return super().change_view(
            request, object_id, form_url, self._then(request, revision) | (extra_context or {})
        )

    def _then(self, request: HttpRequest, revision: Revision | None) -> dict[str, Any]:
        if revision is None:
            return {}
        story = revision.article
        earlier = story.revisions.filter(number__lt=revision.number)
        if not revision.is_working:
            earlier = earlier.filter(is_working=False)
        return {
            # Sanitised by the same rules as every story; see articles.sanitise.
            "body": mark_safe(clean_body(str(revision.snapshot.get("body", "")))),
            "facts": [
                one for one in shown(revision.snapshot) if one.key not in PRINTED and one.value
            ],
            "saved_time": wording.clock(story, revision.created_at),
            "earlier": earlier.values_list("number", flat=True).first(),
            "latest": story.revisions.values_list("number", flat=True).first(),
            "may_restore": _may_restore(story, request),
        }
