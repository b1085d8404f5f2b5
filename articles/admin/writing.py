"""How the form of a story is saved: into the story, into its working copy, or beside it when it came too late.

Nothing that somebody sends is thrown away, and nothing that somebody else wrote is written over. Everything is
one transaction: a server that dies in the middle has saved all of it or nothing.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg.errors import DeadlockDetected

from .. import changes, checks, revisions, versions, workflow
from ..choices import Status
from ..forms.holding import hold_people
from ..forms.moves import asks_first, has_step
from ..forms.seen import TabField
from ..models import Article, Author, Byline, LateSave, Revision
from ..people.protecting import close_pages
from ..snapshots import CONTENTS, Snapshot, differing, snapshot
from .register import fill_without_script

# A form of a new story that comes once more after this is a new story: its name was given for one writing.
SENT_AGAIN_WITHIN = datetime.timedelta(days=14)


class Way(Enum):
    """Where a form is written to."""

    STORY = "the story itself"
    COPY = "the working copy of a public story"
    BESIDE = "a late save, for its writer to choose"


class End(Enum):
    """What became of a form that was not written into its story."""

    COPIED = "it is, or is in, the working copy"
    KEPT = "it is kept as a late save"
    SAME = "the very same text stands there already"
    UNTOUCHED = "it came too late, and nothing had been written in it"


@dataclass(frozen=True)
class Outcome:
    """`article` is where the person goes on; `sentence` says why the form was not written."""

    end: End
    article: Article
    sentence: str = ""
    late: LateSave | None = None


# Of a public story, and never of what is being written in its form.
OF_PUBLIC_STORIES = {"request_withdrawal", "drop_withdrawal_request", "withdraw"}


class Unfit(Exception):
    """A scheduled story would break a rule that it kept; `sentences` say which."""

    def __init__(self, findings: list[checks.Finding]) -> None:
        self.sentences = tuple(finding.message for finding in findings)
        super().__init__(*self.sentences)


class WritingMixin:
    """The saving of `ArticleAdmin`'s form."""

    # Which story a form is for

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        if obj is None or obj._state.adding:
            return super().has_change_permission(request)
        if obj.pk in getattr(request, "_written_beside", ()):
            return True
        if request.method == "GET" and "public" in request.GET and obj.is_out:
            # Somebody wants to see, or withdraw, what readers see while changes to it are being written.
            return False
        # Asked many times for one page; the answer is one query.
        known = request.__dict__.setdefault("_editable_stories", {})
        if obj.pk not in known:
            known[obj.pk] = Article.objects.editable_by(request.user).filter(pk=obj.pk).exists()
        return known[obj.pk]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        if "_read_list" in request.POST:
            self._read_list(request, object_id)
        try:
            return self._write(request, object_id, form_url, extra_context)
        except Unfit as unfit:
            # Everything that was saved is taken back; the form comes again as it was sent.
            request._refusals = unfit.sentences
            return self._write(request, object_id, form_url, extra_context)
        except Article.DoesNotExist:
            # A colleague ended the working copy between the reading of its row and the lock.
            return self._write(request, object_id, form_url, extra_context)

    def _write(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        try:
            return self._write_once(request, object_id, form_url, extra_context)
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
            # Two waited for one another, and the database ended this one: the other goes on, then it is our turn.
            return self._write_once(request, object_id, form_url, extra_context)

    def _write_once(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        # Of an attempt that was taken back.
        request._outcome = None
        with transaction.atomic():
            key = self._meant(request, object_id)
            if key is not None:
                self._let_write_beside(request, key)
            return super().changeform_view(request, key, form_url, extra_context)

    def _meant(self, request: HttpRequest, object_id: str | None) -> str | None:
        """The key of the story that a sent form belongs to now.

        Of a new story that its form has made already, when it is sent twice on a slow line; of the public
        story, when the working copy was published or given up since.
        """
        if object_id is None:
            return self._made_by_this_form(request)
        key = _key(unquote(object_id))
        if key is None or Article.objects.filter(pk=key).exists():
            return object_id
        story = _key(request.POST.get("changes_to", ""))
        if story is None or not Article.objects.filter(pk=story).exists():
            return object_id
        request._is_copy_ended = True
        request.POST = _rows_of(request.POST, of=key, to=story)
        return str(story)

    @staticmethod
    def _made_by_this_form(request: HttpRequest) -> str | None:
        tab = TabField().clean(request.POST.get("tab", ""))
        if not tab:
            return None
        with connection.cursor() as cursor:
            # Two sendings at once: the second waits until the first has made the story.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [tab])
        made = Revision.objects.filter(
            tab=tab,
            number=1,
            created_by=request.user,
            created_at__gte=timezone.now() - SENT_AGAIN_WITHIN,
        )
        key = made.values_list("article_id", flat=True).first()
        return None if key is None else str(key)

    def _let_write_beside(self, request: HttpRequest, object_id: str) -> None:
        """Take a form of a story that may not be edited any more: what was typed is kept beside it."""
        article = Article.objects.filter(pk=_key(unquote(object_id))).first()
        if article is None or self.has_change_permission(request, article):
            return
        if not request.user.has_perm("articles.change_article"):
            return
        is_theirs = request.user.has_perm("articles.change_any_article") or (
            Article.objects.owned_by(request.user).filter(pk=article.pk).exists()
        )
        if is_theirs:
            request._written_beside = {article.pk}

    def _read_list(self, request: HttpRequest, object_id: str | None) -> None:
        """Without script a pasted list comes back as lines of the form; nothing is saved."""
        article = self.get_object(request, unquote(object_id)) if object_id else None
        is_allowed = (
            self.has_change_permission(request, article)
            if article
            else self.has_add_permission(request)
        )
        if is_allowed:
            told, is_read = fill_without_script(request, article)
            request._refusals = (told,)
            request._list_read = told if is_read else ""

    # Writing

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
            super().save_model(request, obj, form, change)
            return
        # The form has locked the row, and its state is the workflow's: it may have moved on
        # since `obj` was read, so only what stands on the form is written.
        row = form.row
        form.way = self._way(request, form)
        revisions.keep_beginning(row)
        form.before = None if form.way == Way.STORY else snapshot(row)
        is_watched = form.way == Way.STORY and row.status == Status.PUBLISHED
        form.found_before = checks.before_publishing(row) if is_watched else None
        fields = [f.name for f in obj._meta.concrete_fields if f.name in form.cleaned_data]
        obj.save(update_fields=[*fields, "saved_at"])

    @staticmethod
    def _way(request: HttpRequest, form: Any) -> Way:
        row = form.row
        if row.is_out:
            return Way.COPY if may_begin(row, request.user) else Way.BESIDE
        if row.pk in getattr(request, "_written_beside", ()):
            return Way.BESIDE
        if not Article.objects.editable_by(request.user).filter(pk=row.pk).exists():
            # Handed in, approved or withdrawn between the reading of the row and the lock.
            return Way.BESIDE
        return Way.BESIDE if form.stale else Way.STORY

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows and the revision. Raises Unfit when that makes a scheduled story worse."""
        hold_people(formsets)
        super().save_related(request, form, formsets, change)
        article = form.instance
        for formset in formsets:
            formset.leave_only_these()
        if not change:
            self._sign(request, article)
        self.leave_when_looked_at(request, article)
        if change and form.way != Way.STORY:
            request._outcome = self._put_aside(request, form)
            return
        if article.is_identity_protected:
            self._close_pages(request, article)
        values = form.cleaned_data
        note, tab = values.get("why", ""), values.get("tab", "")
        revisions.record(article, by=request.user, note=note, tab=tab)
        if change and form.found_before is not None:
            now = Article.objects.get(pk=article.pk)
            if worse := checks.made_worse(form.found_before, checks.before_publishing(now)):
                raise Unfit(worse)

    def _put_aside(self, request: HttpRequest, form: Any) -> Outcome:
        """Take what was written out of the story again, and keep it where it belongs."""
        row, mine = form.row, snapshot(form.instance)
        versions.put_back(row, form.before)
        if form.way == Way.BESIDE:
            sentence = form.stale.sentence if form.stale else _not_now(row)
            return self._keep_beside(request, form, row, mine, sentence)
        return self._into_copy(request, form, mine)

    def _into_copy(self, request: HttpRequest, form: Any, mine: Snapshot) -> Outcome:
        row, values = form.row, form.cleaned_data
        if not _apart(form.before, mine) and changes.copy_of(row) is None:
            return Outcome(End.SAME, row)
        try:
            written = changes.begin_with(
                row,
                mine,
                by=request.user,
                note=values.get("why", ""),
                tab=values.get("tab", ""),
                seen=values.get("seen_version"),
            )
        except versions.Stale as stale:
            return self._keep_beside(
                request, form, stale.article, mine, stale.sentence, seen=stale.seen
            )
        except workflow.Refused as refused:
            return self._keep_beside(request, form, row, mine, str(refused))
        tell_lost(request, written.lost)
        return Outcome(End.COPIED, written.copy)

    @staticmethod
    def _keep_beside(
        request: HttpRequest,
        form: Any,
        article: Article,
        mine: Snapshot,
        sentence: str,
        *,
        seen: int | None = None,
    ) -> Outcome:
        """`seen` is the version of `article` that the form began with, where it is not the one it names."""
        if not _apart(snapshot(article), mine):
            return Outcome(End.SAME, article)
        values = form.cleaned_data
        seen = values.get("seen_version") if seen is None or seen < 0 else seen
        base = None if seen is None else revisions.seen_as(article, seen)
        if base is not None and not _apart(base.snapshot, mine):
            return Outcome(End.UNTOUCHED, article, sentence)
        late = versions.keep_late(
            article,
            mine,
            by=request.user,
            seen=seen or 0,
            tab=values.get("tab", ""),
            note=values.get("why", ""),
        )
        return Outcome(End.KEPT, article, sentence, late)

    @staticmethod
    def _close_pages(request: HttpRequest, article: Article) -> None:
        """Also at a later save: whoever was added since is protected as the others are."""
        if count := close_pages(article):
            sentence = ngettext(
                "%(count)s person of this story has no public page any more.",
                "%(count)s people of this story have no public page any more.",
                count,
            )
            messages.info(request, sentence % {"count": count})

    def _sign(self, request: HttpRequest, article: Article) -> None:
        """A reporter's new story carries the reporter's name, first; others may choose."""
        author = self._own_author(request)
        signed = list(article.bylines.all())
        is_reporter = not request.user.has_perm("articles.change_any_article")
        if author is None or any(byline.author_id == author.pk for byline in signed):
            return
        if is_reporter or not signed:
            for byline in signed:
                byline.position += 1
            Byline.objects.bulk_update(signed, ["position"])
            Byline.objects.create(article=article, author=author, position=0)

    @staticmethod
    def _own_author(request: HttpRequest) -> Author | None:
        return Author.objects.filter(user=request.user).first()

    def log_change(self, request: HttpRequest, obj: Article, message: Any) -> Any:
        # A revision says who saved what, and when.
        return None

    # Answering

    def response_add(
        self, request: HttpRequest, obj: Article, post_url_continue: Any = None
    ) -> HttpResponse:
        return self._after_save(request, obj)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        outcome = getattr(request, "_outcome", None)
        if outcome is None:
            return self._after_save(request, obj)
        answers = {
            End.COPIED: self._after_copying,
            End.KEPT: self._after_keeping,
            End.SAME: self._after_nothing,
            End.UNTOUCHED: self._after_nothing,
        }
        name = request.POST.get("_move", "")
        if name in OF_PUBLIC_STORIES and outcome.end in {End.COPIED, End.SAME}:
            return self._after_deciding(request, outcome, name)
        return answers[outcome.end](request, outcome)

    def _after_deciding(self, request: HttpRequest, outcome: Outcome, name: str) -> HttpResponse:
        """A move of the public story itself, pressed in its form: what was typed there is not in its way."""
        self._tell_saved(request)
        story = outcome.article.story
        if outcome.end == End.COPIED:
            messages.info(request, _("What you wrote stands as changes to the story."))
        if not self._may_move(request, name):
            raise PermissionDenied
        if has_step(workflow.MOVES[name]):
            return HttpResponseRedirect(self.step_url(story, name))
        return self._answer(request, story, self.move_and_tell(request, story, name))

    def _after_copying(self, request: HttpRequest, outcome: Outcome) -> HttpResponse:
        if getattr(request, "_is_copy_ended", False):
            told = _(
                "The changes that you were writing on were ended by a colleague. Your text begins new ones."
            )
        elif "is_public" not in request.POST:
            told = _(
                "The story came out while you were writing. Your text stands as changes to it."
            )
        else:
            return self._after_save(request, outcome.article)
        # Readers are shown nothing that the person did not know to be for them.
        self._tell_saved(request)
        messages.warning(request, told)
        return HttpResponseRedirect(self.change_url(outcome.article))

    def _after_keeping(self, request: HttpRequest, outcome: Outcome) -> HttpResponse:
        self._tell_saved(request)
        kept = _("Nothing of yours is lost: both versions stand here, and you choose.")
        messages.warning(request, f"{outcome.sentence} {kept}")
        return HttpResponseRedirect(self.late_url(outcome.late))

    def _after_nothing(self, request: HttpRequest, outcome: Outcome) -> HttpResponse:
        self._tell_saved(request)
        if outcome.end == End.UNTOUCHED:
            told = _("You had changed nothing. This is the story as it is now; look at it again.")
            messages.warning(request, f"{outcome.sentence} {told}")
        elif outcome.article.is_out:
            messages.info(request, _("Readers see exactly this text: there is nothing to change."))
        else:
            messages.info(request, _("Exactly this text is saved already."))
        return HttpResponseRedirect(self.change_url(outcome.article))

    def _after_save(self, request: HttpRequest, article: Article) -> HttpResponse:
        """The text is saved; then the move whose button was pressed, which may be refused."""
        self._tell_saved(request)
        name = request.POST.get("_move", "")
        move = workflow.MOVES.get(name)
        if move and self._may_move(request, name):
            is_asked = self.looks_first(request, article, move) or self.asks_why(article, move)
            if asks_first(move) or is_asked or self.asks_once(article, move):
                return HttpResponseRedirect(self.step_url(article, name))
            is_made = self.move_and_tell(request, article, name)
            if not is_made:
                messages.info(request, _("The text is saved all the same."))
            return self._answer(request, article, is_made)
        # That it is saved, and when, stands in the bar of the page that follows.
        lines = request.POST.get("_lines", "")
        more = f"?lines={lines}#attendances-group" if lines.isdecimal() else ""
        return HttpResponseRedirect(self.change_url(article) + more)


def tell_lost(request: HttpRequest, lost: list[str]) -> None:
    """Say what could not be written, because it is gone from the newsroom; see `snapshots.apply`."""
    if lost:
        gone = _("Gone from the newsroom meanwhile and left out: %(names)s.")
        messages.warning(request, gone % {"names": ", ".join(lost)})


def may_begin(story: Article, user: Any) -> bool:
    """Whether the person may write changes to a public story."""
    return workflow.why_not(story, workflow.MOVES["begin_changes"], user) is None


def _key(sent: str) -> int | None:
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 19 else None


def _rows_of(sent: QueryDict, *, of: int, to: int) -> QueryDict:
    """A form whose rows say that they belong to one story, as a form of another."""
    changed = sent.copy()
    for name in sent:
        if name.endswith("-article") and sent[name] == str(of):
            changed[name] = str(to)
    return changed


def _apart(before: Snapshot, after: Snapshot) -> list[str]:
    return [key for key in differing(before, after) if key in CONTENTS]


def _not_now(row: Article) -> str:
    """Why a form was not written, for whoever might have written a moment ago."""
    return _("The story is “%(state)s” now, so your text was not put into it.") % {
        "state": row.get_status_display()
    }
