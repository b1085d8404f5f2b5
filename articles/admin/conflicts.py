"""A save that came too late, beside what stands in the story now: choose or merge, field by field."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from .. import changes, choosing, revisions, versions, wording, workflow
from ..choices import Status
from ..comparing import text_of_html
from ..forms.seen import read_seen
from ..merging import Conflict
from ..models import Article, LateSave
from ..people.protecting import close_pages
from ..shown import FieldDiff, compare, label_of
from ..snapshots import CONTENTS, Snapshot
from .writing import may_begin, tell_lost

LONGEST_KEY = 18


class LateSavesMixin:
    """Adds `…/<id>/late/<key>/`. Only whoever wrote a late save sees it, and decides about it."""

    def get_urls(self) -> list[Any]:
        return [
            path(
                "<path:object_id>/late/<int:key>/",
                self.admin_site.admin_view(self.late_view),
                name="articles_article_late",
            ),
            *super().get_urls(),
        ]

    def late_view(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        """Both versions field by field. POST writes what was chosen, or forgets the late save."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        # By its own key alone: what was kept at a working copy goes on at its story when that is ended.
        mine = LateSave.objects.filter(user=request.user).select_related("article__changes_to")
        late = mine.filter(pk=key).first() if len(str(key)) <= LONGEST_KEY else None
        if late is None:
            return self._is_settled(request, unquote(object_id))
        _go_with_the_copy(late)
        if request.method != "POST":
            return self._show(request, late)
        if "forget" in request.POST:
            late.delete()
            messages.info(request, _("Your version is put away; the story stays as it is."))
            return HttpResponseRedirect(self.change_url(late.article))
        return self._settle(request, late)

    def _settle(self, request: HttpRequest, late: LateSave) -> HttpResponse:
        sent = request.POST
        answers = {key: sent.get(f"choice-{key}", "") for key in CONTENTS}
        own = {key: _written(sent.get(f"own-{key}", "")) for key in choosing.WRITTEN_ANEW}
        try:
            article = self._write_chosen(request, late, answers, own)
        except choosing.Undecided as undecided:
            names = ", ".join(label_of(key) for key in undecided.keys)
            return self._show(request, late, _("Choose for: %(names)s.") % {"names": names})
        except versions.Stale as stale:
            told = _("Here is how it stands now; what you chose is still chosen.")
            return self._show(request, late, f"{stale.sentence} {told}")
        except workflow.Refused as refused:
            return self._show(request, late, str(refused))
        messages.success(request, _("Saved as you chose."))
        return HttpResponseRedirect(self.change_url(article))

    def _write_chosen(
        self, request: HttpRequest, late: LateSave, answers: dict[str, str], own: dict[str, str]
    ) -> Article:
        """The story, or its working copy, with what was chosen in it."""
        seen = read_seen(request.POST.get("seen_version"))
        in_text = [
            request.POST.get(f"conflict-{number}", "") for number in range(_most(request.POST))
        ]
        with transaction.atomic():
            row = _locked(late)
            versions.require_seen(row, seen)
            three = versions.of_late(late)
            contents = choosing.chosen(
                three,
                answers,
                has_address=row.story.published_on is not None,
                own=own,
                in_text={"body": in_text},
            )
            if row.is_out:
                if not may_begin(row, request.user):
                    raise workflow.Refused(_not_now(row))
                written = changes.begin_with(
                    row, contents, by=request.user, note=late.note, tab=late.tab, seen=seen
                )
                late.delete()
                row, lost = written.copy, written.lost
            else:
                if not Article.objects.editable_by(request.user).filter(pk=row.pk).exists():
                    raise workflow.Refused(_not_now(row))
                lost = versions.settle(late, contents, by=request.user, seen=seen)
                if contents["is_identity_protected"] and not row.is_working_copy:
                    close_pages(row)
        tell_lost(request, lost)
        return row

    def _show(self, request: HttpRequest, late: LateSave, error: str = "") -> HttpResponse:
        article = late.article
        three = versions.of_late(late)
        article.refresh_from_db(fields=["version", "status", "publish_at"])
        found = choosing.choices(three, has_address=article.story.published_on is not None)
        diffs = {diff.key: diff for diff in compare(three.theirs, three.mine)}
        is_writable = self._is_writable(request, article)
        if not found and is_writable:
            # The very same text stands there by now.
            late.delete()
            messages.info(request, _("Exactly this text is saved already."))
            return HttpResponseRedirect(self.change_url(article))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Two versions of one story"),
            "article": article,
            "state": wording.state_of(article),
            "late": late,
            "written_at": wording.clock(article, late.created_at),
            "faster": _faster(late),
            "questions": [
                _question(one, diffs.get(one.key), three.mine, request.POST) for one in found
            ],
            "is_writable": is_writable,
            "why_not": "" if is_writable else _not_now(article),
            "may_recall": "recall" in {m.name for m in workflow.moves_for(article, request.user)},
            "recall_url": self.step_url(article, "recall"),
            "error": error,
        }
        return TemplateResponse(request, "admin/articles/late.html", context)

    def _is_writable(self, request: HttpRequest, article: Article) -> bool:
        if article.is_out:
            return may_begin(article, request.user)
        return Article.objects.editable_by(request.user).filter(pk=article.pk).exists()

    def _is_settled(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The page is opened once more after the choice, by "Back" or a second tap."""
        messages.info(request, _("This has been decided already."))
        article = self.get_object(request, object_id)
        site = self.admin_site.name
        to = self.change_url(article) if article else reverse(f"{site}:index")
        return HttpResponseRedirect(to)

    def late_url(self, late: LateSave) -> str:
        name = f"{self.admin_site.name}:articles_article_late"
        return reverse(name, args=[late.article_id, late.pk])

    def late_saves_of(self, request: HttpRequest, article: Article | None) -> list[tuple[str, str]]:
        """The person's own late saves of a story: where each is decided, and when it was written."""
        if article is None:
            return []
        mine = LateSave.objects.filter(article=article, user=request.user).defer("snapshot")
        return [(self.late_url(one), wording.clock(article, one.created_at)) for one in mine]


def _go_with_the_copy(late: LateSave) -> None:
    """What was written for a public story is compared with its working copy, once somebody began one."""
    if late.article.is_out and (copy := changes.copy_of(late.article)):
        late.article = copy
        late.save(update_fields=["article"])


def _locked(late: LateSave) -> Article:
    try:
        return Article.objects.lock(late.article)
    except Article.DoesNotExist:
        raise workflow.Refused(
            _("These changes were published or discarded meanwhile. Open this page again.")
        ) from None


def _question(
    choice: choosing.Choice, diff: FieldDiff | None, mine: Snapshot, sent: Any
) -> dict[str, Any]:
    """One field for the template, with what was chosen on a page that comes again."""
    key = choice.key
    return {
        "choice": choice,
        "key": key,
        "label": label_of(key),
        "diff": diff,
        "answer": sent.get(f"choice-{key}") or choice.preset or "",
        "own": sent.get(f"own-{key}", mine.get(key, "")),
        "conflicts": [
            (number, _in_words(one), sent.get(f"conflict-{number}", "both"))
            for number, one in enumerate(choice.conflicts)
        ],
    }


def _in_words(conflict: Conflict) -> dict[str, str]:
    return {"mine": text_of_html(conflict.mine), "theirs": text_of_html(conflict.theirs)}


def _faster(late: LateSave) -> str:
    """Who wrote what stands there now."""
    seen = late.seen_version
    theirs = revisions.of(late.article).filter(number__gt=seen).select_related("created_by").first()
    return str(theirs.created_by) if theirs and theirs.created_by else ""


def _not_now(article: Article) -> str:
    if article.status == Status.WITHDRAWN:
        return _("The story is withdrawn: nothing can be written in it any more.")
    return _(
        "The story is “%(state)s” now: your text waits here until you may write in it again."
    ) % {"state": article.get_status_display()}


def _written(sent: str) -> str:
    return sent.replace("\x00", "")


def _most(sent: Any) -> int:
    """How many conflicts a form has answers for; a form that was made by hand may say anything."""
    return min(sum(name.startswith("conflict-") for name in sent), 500)
