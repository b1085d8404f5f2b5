"""Stories on the desk: the list, and the form in which they are written."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import checks, revisions, wording, workflow
from ..choices import Status
from ..forms.holding import hold_people
from ..forms.moves import has_step
from ..forms.story import StoryForm
from ..models import Article, Attendance, Author, Byline, Tag
from ..people.names import name_key
from ..people.protecting import close_pages
from ..sanitise import clean_body
from .base import DeskAdmin, NeverDeleted
from .copydesk import CopyDeskMixin
from .filters import MineFilter, StateFilter
from .inlines import AttendanceInline, BylineInline, PhotoInline, RelatedInline
from .keeping import KeepMixin
from .moves import FORWARD, MovesMixin, buttons_for
from .register import RegisterMixin, fill_without_script

REVISIONS_SHOWN = 100


class Unfit(Exception):
    """A public story would break a rule that it kept; `sentences` say which."""

    def __init__(self, findings: list[checks.Finding]) -> None:
        self.sentences = tuple(finding.message for finding in findings)
        super().__init__(*self.sentences)


class StoryList(ChangeList):
    """Lines of the list: everything they show, and not the text of the story."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet:
        bylines = Byline.objects.select_related("author")
        return (
            super()
            .get_queryset(request, exclude_parameters)
            .without_copies()
            .select_related("section", "place", "created_by")
            .defer("body", "search", "standfirst", "withdrawal_notice", "desk_note")
            .prefetch_related(Prefetch("bylines", queryset=bylines))
        )


@admin.register(Article)
class ArticleAdmin(RegisterMixin, MovesMixin, CopyDeskMixin, KeepMixin, NeverDeleted, DeskAdmin):
    form = StoryForm
    inlines = [PhotoInline, AttendanceInline, BylineInline, RelatedInline]
    change_form_template = "admin/articles/story.html"
    autocomplete_fields = ["place"]
    list_display = ["headline", "state_in_words", "time_there", "section", "signed"]
    list_filter = [StateFilter, MineFilter, "section", "kind"]
    search_fields = ["headline"]
    search_help_text = gettext_lazy("Words of the headline, or somebody's name in the register.")
    ordering = ["-id"]

    class Media:
        js = [
            Script("desk/rows.js", type="module"),
            Script("desk/suggest.js", type="module"),
            Script("desk/register.js", type="module"),
            Script("desk/found.js", type="module"),
            Script("desk/offices.js", type="module"),
            Script("desk/photos.js", type="module"),
            Script("desk/story.js", type="module"),
            Script("desk/keep.js", type="module"),
            Script("desk/copydesk.js", type="module"),
        ]

    # The list

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return StoryList

    @admin.display(description=gettext_lazy("state"))
    def state_in_words(self, article: Article) -> str:
        return _("scheduled") if article.is_scheduled else wording.state_of(article)

    @admin.display(description=gettext_lazy("time"))
    def time_there(self, article: Article) -> str:
        return wording.clock(article, article.publish_at or article.saved_at)

    @admin.display(description=gettext_lazy("by"))
    def signed(self, article: Article) -> str:
        bylines = article.bylines.all()
        return str(bylines[0].author) if bylines else str(article.created_by or "–")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Beginnings of words in the headline, through its index; or a name in the register."""
        typed = re.findall(r"\w+", search_term)
        if not typed:
            return queryset, False
        in_headline = SearchQuery(
            " & ".join(f"{word}:*A" for word in typed), search_type="raw", config="simple"
        )
        named = Q()
        for word in name_key(search_term).split():
            named &= Q(person__name_key__contains=word)
        lines = Attendance.objects.filter(named, article=OuterRef("pk"), person__isnull=False)
        return queryset.filter(Q(search=in_headline) | Exists(lines)), False

    # Who may do what

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        if obj is None or obj._state.adding:
            return super().has_change_permission(request)
        # Asked many times for one page; the answer is one query.
        known = request.__dict__.setdefault("_editable_stories", {})
        if obj.pk not in known:
            known[obj.pk] = Article.objects.editable_by(request.user).filter(pk=obj.pk).exists()
        return known[obj.pk]

    # The form

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        place = ["section", "place", "event_on", "tags"]
        more = ["slug"]
        if self.has_change_permission(request, obj):
            more += ["seen_version", "tab"]
            if obj and obj.status == Status.PUBLISHED:
                more.insert(0, "why")
        story = ["headline", "standfirst", "body"]
        if obj and not self.has_change_permission(request, obj):
            # Shown as it is printed, by the template.
            story = []
        labels = ["kind", "sponsor", "is_unverified", "is_identity_protected", "is_tragedy"]
        return [
            (None, {"fields": story, "classes": ["story-main"]}),
            (_("Section and place"), {"fields": place, "classes": ["story-side"]}),
            (_("Kind and labels"), {"fields": labels, "classes": ["story-side", "collapse"]}),
            (_("Address"), {"fields": more, "classes": ["story-last", "collapse"]}),
        ]

    def get_form(
        self, request: HttpRequest, obj: Article | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        form.refusals = getattr(request, "_refusals", ())
        if obj and obj.published_on and "event_on" in form.base_fields:
            # The day whose offices count while the event has none.
            widget = form.base_fields["event_on"].widget
            widget.attrs["data-otherwise"] = obj.published_on.isoformat()
        if "tags" in form.base_fields:
            url = reverse(f"{self.admin_site.name}:articles_article_tags")
            form.base_fields["tags"].widget.attrs |= {
                "data-suggest": url,
                "data-suggest-commas": "",
                "autocomplete": "off",
            }
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A reporter usually stays in one section: that of the story before."""
        initial = super().get_changeform_initial_data(request)
        last = Article.objects.filter(created_by=request.user).order_by("-id").first()
        return {"section": last.section_id} | initial if last else initial

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Article | None = None,
    ) -> HttpResponse:
        article = obj or Article(created_by=request.user)
        is_editable = self.has_change_permission(request, obj) if obj else True
        context |= {
            "is_editable": is_editable,
            **self._moves(article, request),
            "list_read": getattr(request, "_list_read", ""),
            # Sanitised by the same rules as on its way into the table.
            "body": "" if is_editable else mark_safe(clean_body(article.body)),
            "state_line": wording.saved_line(article) if obj else _("Not saved yet"),
            "state": wording.state_of(article),
            "findings": self._findings(obj, request),
            "own_author": self._own_author(request) if add else None,
            "published_at": wording.both_clocks(article, article.publish_at)
            if article.publish_at
            else "",
            "updated_at": wording.clock(article, article.updated_at),
            "may_correct": bool(obj)
            and obj.is_published
            and request.user.has_perm("articles.add_correction"),
            "may_see_revisions": request.user.has_perm("articles.view_revision"),
        }
        if context["list_read"]:
            # Nothing is wrong: the lines are only not saved yet. What else there is stands at its field.
            context["errors"] = ()
        return super().render_change_form(request, context, add, change, form_url, obj)

    @staticmethod
    def _moves(article: Article, request: HttpRequest) -> dict[str, Any]:
        """The way forward stands in the bar; what is rarer, or goes back, unfolds."""
        moves = buttons_for(article, request.user)
        ahead = [move for move in moves if move.name in FORWARD][:2]
        return {
            "moves": [(move, has_step(move)) for move in ahead],
            "more_moves": [(move, has_step(move)) for move in moves if move not in ahead],
        }

    @staticmethod
    def _findings(article: Article | None, request: HttpRequest) -> list[checks.Finding]:
        if article is None or article.status == Status.WITHDRAWN:
            return []
        found = checks.before_publishing(article)
        # Who hands in is asked then; a look at the whole text is for who decides, while it is open.
        if request.user.has_perm("articles.publish_article") and not article.is_published:
            found += checks.copy_desk(article)
        return found

    # Saving

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        if request.method == "POST" and "_read_list" in request.POST:
            self._read_list(request, object_id)
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Unfit as unfit:
            # Everything that was saved is taken back; the form comes again as it was sent.
            request._refusals = unfit.sentences
            return super().changeform_view(request, object_id, form_url, extra_context)

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

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
            super().save_model(request, obj, form, change)
            return
        # The form has locked the row, and its state is the workflow's: it may have moved on
        # since `obj` was read, so only what stands on the form is written.
        row = Article.objects.get(pk=obj.pk)
        is_public = row.status == Status.PUBLISHED
        form.found_before = checks.before_publishing(row) if is_public else None
        fields = [f.name for f in obj._meta.concrete_fields if f.name in form.cleaned_data]
        obj.save(update_fields=[*fields, "saved_at"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows and the revision. Raises Unfit when that makes a public story worse."""
        hold_people(formsets)
        super().save_related(request, form, formsets, change)
        article = form.instance
        if article.is_identity_protected:
            self._close_pages(request, article)
        if not change:
            self._sign(request, article)
        revisions.record(
            article,
            by=request.user,
            note=form.cleaned_data.get("why", ""),
            tab=form.cleaned_data.get("tab", ""),
        )
        if change and form.found_before is not None:
            now = Article.objects.get(pk=article.pk)
            if worse := checks.made_worse(form.found_before, checks.before_publishing(now)):
                raise Unfit(worse)

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

    def response_add(
        self, request: HttpRequest, obj: Article, post_url_continue: Any = None
    ) -> HttpResponse:
        return self._after_save(request, obj)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self._after_save(request, obj)

    def _after_save(self, request: HttpRequest, article: Article) -> HttpResponse:
        """The text is saved; then the move whose button was pressed, which may be refused."""
        self._tell_saved(request)
        name = request.POST.get("_move", "")
        move = workflow.MOVES.get(name)
        if move and self._may_move(request, name):
            if has_step(move) or self.looks_first(request, article, move):
                return HttpResponseRedirect(self.step_url(article, name))
            is_made = self.move_and_tell(request, article, name)
            if not is_made:
                messages.info(request, _("The text is saved all the same."))
            return self._answer(request, article, is_made)
        # That it is saved, and when, stands in the bar of the page that follows.
        lines = request.POST.get("_lines", "")
        more = f"?lines={lines}#attendances-group" if lines.isdecimal() else ""
        return HttpResponseRedirect(self.change_url(article) + more)

    # Pages beside the form

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("tags/", wrap(self.tags_view), name="articles_article_tags"),
            *super().get_urls(),
        ]

    def tags_view(self, request: HttpRequest) -> JsonResponse:
        """The type-ahead of the tags: at most ten that begin with `q`, or have a word that does."""
        if not request.user.has_perm("articles.change_article"):
            raise PermissionDenied
        text = " ".join(request.GET.get("q", "")[:100].replace("\x00", "").split())
        found = Tag.objects.none()
        if text:
            found = Tag.objects.filter(Q(name__istartswith=text) | Q(name__icontains=f" {text}"))
        names = found.order_by("name").values_list("name", flat=True)[:10]
        return JsonResponse({"results": [{"name": name} for name in names]})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The story's revisions: who saved it, when, why, and in which state."""
        if not request.user.has_perm("articles.view_revision"):
            raise PermissionDenied
        article = self.get_object(request, unquote(object_id))
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        rows = article.revisions.select_related("created_by").defer("snapshot")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "article": article,
            "title": _("History"),
            "revisions": [
                (revision, wording.clock(article, revision.created_at))
                for revision in rows[:REVISIONS_SHOWN]
            ],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/articles/history.html", context)
