"""Stories on the desk: the list, and the form in which they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, Max, Prefetch, Q, QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.paging import KeysetList, NumberedPage, page_by_number

from .. import checks, wording
from ..choices import Status
from ..forms.moves import asks_first, has_step
from ..forms.story import StoryForm
from ..models import Article, Attendance, Byline, Tag
from ..people import lookup
from ..people.models.attendance import REGISTER
from ..sanitise import clean_body
from ..search_blocks import Block
from ..search_windows import nearest_by_number, newest_by_number
from .base import DeskAdmin, NeverDeleted
from .bulk import BulkMixin
from .calendar import CalendarMixin
from .changes import ChangesMixin
from .checks import ChecksMixin
from .conflicts import LateSavesMixin
from .copydesk import CopyDeskMixin
from .filters import MineFilter, StateFilter
from .history import HistoryMixin
from .inlines import AttendanceInline, BylineInline, PhotoInline, RelatedInline
from .keeping import KeepMixin
from .live import LiveMixin
from .moves import FORWARD, MovesMixin, buttons_for
from .preview import PreviewMixin
from .register import RegisterMixin
from .threads import ThreadMixin
from .times import times_of
from .writing import WritingMixin

# What a search finds is read from new to old, and nobody reads that far.
MOST_FOUND = 1000
# Each of whose stories are looked up; more have a name in common that tells little.
FEW_PEOPLE = 50
# So many lines of the next stories' registers are read before the index of their words is asked.
LINES_READ = 4000


class StoryList(KeysetList):
    """Lines of the list: everything they show, and not the text of the story."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet:
        bylines = Byline.objects.select_related("author")
        return (
            super()
            .get_queryset(request, exclude_parameters)
            .without_copies()
            .select_related("section", "place", "created_by")
            .defer("body", "search", "standfirst", "withdrawal_notice", "desk_note")
            .prefetch_related(
                Prefetch("bylines", queryset=bylines),
                # Asked for these lines alone: as a condition of the list it would read all stories.
                Prefetch("working_copy", queryset=Article.objects.only("pk", "changes_to")),
            )
        )


def _with_somebody_named(words: Sequence[str], page: NumberedPage | None) -> list[int]:
    """The keys of the newest stories in whose register somebody has these words in one of the names, or of a page.

    Where half the town has, as with a mere given name, those that print it so.
    """
    people = list(lookup.entries_named(words).values_list("pk", flat=True)[: FEW_PEOPLE + 1])
    lines = Attendance.objects.order_by()
    last = Article.objects.aggregate(last=Max("pk"))["last"] or 0
    if len(people) <= FEW_PEOPLE:
        return _stories_of(lines.filter(person__in=people), page, last)
    query = lookup.search_query(words)
    lines = lines.annotate(found_by=REGISTER + Block("article_id"))
    if page is not None:
        of_stories = lines.filter(article__changes_to=None).annotate(read_by=REGISTER)
        return nearest_by_number(
            of_stories, query, by="article_id", read=LINES_READ, **page.asked(last)
        )
    found = newest_by_number(lines, query, by="article_id", last=last, most=MOST_FOUND)
    return list(found.values_list("article_id", flat=True))


def _stories_of(lines: QuerySet, page: NumberedPage | None, last: int) -> list[int]:
    number = F("article_id") + 0
    if page is None:
        return list(lines.order_by(-number).values_list("article_id", flat=True)[:MOST_FOUND])
    asked = page.asked(last)
    side = "gte" if asked["is_rising"] else "lte"
    lines = lines.filter(**{f"article_id__{side}": asked["start"]}, article__changes_to=None)
    order = "number" if asked["is_rising"] else "-number"
    numbers = lines.annotate(number=number).order_by(order).values_list("number", flat=True)
    return list(numbers.distinct()[: asked["most"]])


@admin.register(Article)
class ArticleAdmin(
    WritingMixin,
    LateSavesMixin,
    ChangesMixin,
    BulkMixin,
    PreviewMixin,
    CalendarMixin,
    RegisterMixin,
    MovesMixin,
    ChecksMixin,
    HistoryMixin,
    CopyDeskMixin,
    LiveMixin,
    KeepMixin,
    ThreadMixin,
    NeverDeleted,
    DeskAdmin,
):
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
        css = {"all": ["desk/bulk.css"]}
        js = [
            Script("desk/rows.js", type="module"),
            Script("desk/suggest.js", type="module"),
            Script("desk/register.js", type="module"),
            Script("desk/found.js", type="module"),
            Script("desk/offices.js", type="module"),
            Script("desk/photos.js", type="module"),
            Script("desk/library.js", type="module"),
            Script("desk/story.js", type="module"),
            Script("desk/keep.js", type="module"),
            Script("desk/copydesk.js", type="module"),
        ]

    # The list

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetList]:
        return StoryList

    @admin.display(description=gettext_lazy("state"))
    def state_in_words(self, article: Article) -> str:
        if article.is_scheduled:
            return _("scheduled")
        state = wording.state_of(article)
        # Only the list knows it of each line; other pages ask for the copy itself.
        if hasattr(article, "working_copy"):
            return _("%(state)s, changes waiting") % {"state": state}
        return state

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
        """Beginnings of words in the headline, through its index; or a name in the register.

        Also where a story is chosen for something else, such as a correction: there its working copy is none.
        """
        queryset = queryset.without_copies()
        if not re.search(r"\w", search_term):
            return queryset, False
        # Each by its own index, the newest first; both together in one condition would read the archive,
        # and so would the keys' own order: hence the number that is no column.
        page = page_by_number(request, self.list_per_page)
        keys = Article.objects.without_copies().headlined(search_term, most=MOST_FOUND, page=page)
        if words := lookup.words_of_name(search_term):
            keys += _with_somebody_named(words, page)
        # With the keys at hand the list is read by them, not from its newest row on.
        return queryset.filter(pk__in=keys), False

    # The form

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        place = ["section", "place", "event_on", "tags"]
        more, why = ["slug"], []
        if self.has_change_permission(request, obj):
            more += ["seen_version", "tab"]
            if obj and (obj.status == Status.PUBLISHED or obj.is_working_copy):
                why = ["why"]
        story = ["headline", "standfirst", "body"]
        if obj and not self.has_change_permission(request, obj):
            # Shown as it is printed, by the template.
            story = []
        labels = ["kind", "sponsor", "is_unverified", "is_identity_protected", "is_tragedy"]
        return [
            (None, {"fields": story, "classes": ["story-main"]}),
            *([(None, {"fields": why, "classes": ["story-why"]})] if why else []),
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
        day = obj.story.published_on if obj else None
        if day and "event_on" in form.base_fields:
            # The day whose offices count while the event has none.
            widget = form.base_fields["event_on"].widget
            widget.attrs["data-otherwise"] = day.isoformat()
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
        if copy := self.copy_to_open(request, obj):
            return HttpResponseRedirect(self.change_url(copy))
        article = obj or Article(created_by=request.user)
        is_editable = self.has_change_permission(request, obj) if obj else True
        context |= {
            "is_editable": is_editable,
            **self._moves(article, request, is_editable),
            **self.words_of_changes(request, obj),
            "late_saves": self.late_saves_of(request, obj),
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
            "times": times_of(article, request.user),
            "may_correct": bool(obj)
            and obj.is_published
            and request.user.has_perm("articles.add_correction"),
            "may_place": request.user.has_perm("articles.add_instalment"),
            "may_see_revisions": request.user.has_perm("articles.view_revision"),
            "live_url": self.live_url_for(request, obj),
        }
        if context["list_read"]:
            # Nothing is wrong: the lines are only not saved yet. What else there is stands at its field.
            context["errors"] = ()
        return super().render_change_form(request, context, add, change, form_url, obj)

    @staticmethod
    def _moves(article: Article, request: HttpRequest, is_editable: bool) -> dict[str, Any]:
        """The way forward stands in the bar; what is rarer, or goes back, unfolds."""
        moves = buttons_for(article, request.user, is_form=is_editable)
        ahead = [move for move in moves if move.name in FORWARD][:2]
        if ahead and ahead[0].name == "publish_changes":
            # Whoever may publish the changes need not hand them in, and a phone's bar is narrow.
            ahead = ahead[:1]
        asks = asks_first if is_editable else has_step
        return {
            "moves": [(move, asks(move)) for move in ahead],
            "more_moves": [(move, asks(move)) for move in moves if move not in ahead],
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
