"""Comments on the desk: the list of all, and the page of one with everything that is kept of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.base import DeskAdmin, NeverDeleted

from .. import evidence, moderation
from ..choices import PinnedAs, State
from ..compare import compare
from ..forms import CorrectionForm, PinForm
from ..models import Comment
from .acting import acting, typed_about
from .deciding import DecidingMixin, page_of
from .place import Place
from .queue import QueueMixin, whole
from .readers import ReviewMixin

VERSIONS = 50


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [*State.choices, ("reported", _("reported"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if value == "reported":
            return queryset.filter(queue_due_at__isnull=False, reports__handled_at=None).distinct()
        return queryset.filter(state=value) if value in State.values else queryset


@admin.register(Comment)
class CommentAdmin(QueueMixin, DecidingMixin, ReviewMixin, NeverDeleted, DeskAdmin):
    """Read-only rows: what may be done to a comment are buttons, each of them one of the rules."""

    change_form_template = "admin/comments/comment.html"
    change_list_template = "admin/comments/comments.html"
    list_display = ["excerpt", "author_name", "state", "created_at", "story"]
    list_filter = [StateFilter]
    list_display_links = ["excerpt"]
    search_fields = ["author_name"]
    search_help_text = gettext_lazy("Beginning of a name, #comment, or @account by number.")
    # By number, which has an index; by time there is only one of ranges.
    ordering = ["-id"]
    list_select_related = ["article"]
    fields: tuple[str, ...] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("article__body", "article__search")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """By number at once, by the beginning of a name otherwise: nothing reads all texts."""
        term = search_term.replace("\x00", "").strip()
        if not term:
            return queryset, False
        rest = term[1:]
        if term[0] in "#@" and rest.isascii() and rest.isdecimal() and len(rest) < 19:
            return queryset.filter(Q(pk=rest) if term[0] == "#" else Q(author=rest)), False
        return queryset.filter(author_name__istartswith=term), False

    @admin.display(description=gettext_lazy("comment"))
    def excerpt(self, comment: Comment) -> str:
        if comment.is_harsh:
            return _("[harsh words]")
        return Truncator(comment.body).chars(80) or "–"

    @admin.display(description=gettext_lazy("story"))
    def story(self, comment: Comment) -> str:
        return Truncator(comment.article.headline).chars(60)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        more = {"may_moderate": request.user.has_perm(moderation.MODERATE)}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    # One comment

    def get_urls(self) -> list[Any]:
        return [
            acting(
                self.admin_site, "<int:pk>/correct/", self.correct_view, "comments_comment_correct"
            ),
            acting(self.admin_site, "<int:pk>/pin/", self.pin_view, "comments_comment_pin"),
            acting(self.admin_site, "<int:pk>/unpin/", self.unpin_view, "comments_comment_unpin"),
            acting(self.admin_site, "<int:pk>/case/", self.case_view, "comments_comment_case"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        key = unquote(object_id)
        comment = whole(int(key)) if key.isascii() and key.isdecimal() and len(key) < 19 else None
        if not self.has_view_permission(request):
            raise PermissionDenied
        if comment is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return self._page(request, comment)

    def correct_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The newsroom edits the text; what was typed stays on the page when it is refused."""
        comment = self._to_act_on(request, pk, moderation.MODERATE)
        if isinstance(comment, HttpResponse):
            return comment
        form = CorrectionForm(request.POST)
        if form.is_valid():
            values = form.cleaned_data
            try:
                moderation.correct(
                    comment,
                    values["body"],
                    by=request.user,
                    seen_revision=values["revision"],
                    note=values["note"],
                )
            except moderation.Overtaken as overtaken:
                form.add_error(None, str(overtaken))
            except moderation.Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("Edited. The original is kept."))
                return HttpResponseRedirect(page_of(comment))
        return self._page(request, whole(pk) or comment, correction=form)

    def pin_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put the comment above the threads, as a right of reply or the newsroom's answer."""
        comment = self._to_act_on(request, pk, moderation.PIN)
        if isinstance(comment, HttpResponse):
            return comment
        form = PinForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Choose as what it is pinned."))
            return HttpResponseRedirect(page_of(comment))
        pinned_as = PinnedAs(form.cleaned_data["pinned_as"])
        return self._try(
            request, comment, _("Pinned."), moderation.pin, comment, pinned_as, by=request.user
        )

    def unpin_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        comment = self._to_act_on(request, pk, moderation.PIN)
        if isinstance(comment, HttpResponse):
            return comment
        return self._try(
            request, comment, _("No longer pinned."), moderation.unpin, comment, by=request.user
        )

    def case_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The case as a ZIP. POST, because that it was exported is written down."""
        comment = self._to_act_on(request, pk, moderation.MODERATE)
        if isinstance(comment, HttpResponse):
            return comment
        case = evidence.export(comment, by=request.user)
        response = HttpResponse(case.content, content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="{case.name}"'
        return response

    def _to_act_on(self, request: HttpRequest, pk: int, permission: str) -> Comment | HttpResponse:
        """The comment that a POST is about; or the answer, when it is none or about nothing."""
        if not request.user.has_perm(permission):
            raise PermissionDenied
        comment = Comment.objects.select_related("article").filter(pk=pk).first()
        return comment or self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))

    @staticmethod
    def _try(
        request: HttpRequest, comment: Comment, told: str, act: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        try:
            act(*args, **kwargs)
        except moderation.Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, told)
        return HttpResponseRedirect(page_of(comment))

    def _page(
        self, request: HttpRequest, comment: Comment, correction: CorrectionForm | None = None
    ) -> HttpResponse:
        may_moderate = request.user.has_perm(moderation.MODERATE)
        typed = typed_about(request, comment.pk)
        if correction is None and "body" in typed:
            correction = CorrectionForm(typed)
        is_whole = comment.state not in {State.REMOVED, State.ERASED}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Comment %(number)s") % {"number": comment.pk},
            **self.item_context(request, comment, Place({}), [], {} if "body" in typed else typed),
            "back": "page",
            "did": self._did(request),
            "may_moderate": may_moderate,
            "may_pin": request.user.has_perm(moderation.PIN)
            and (comment.is_shown or bool(comment.pinned_as)),
            "pin_form": PinForm(),
            "versions": self._versions(comment),
            "correction": correction
            or CorrectionForm(initial={"revision": comment.revision, "body": comment.body})
            if may_moderate and is_whole
            else None,
        }
        if not may_moderate:
            context["decisions"] = frozenset()
            context["may_ban"] = False
        return TemplateResponse(request, self.change_form_template, context)

    @staticmethod
    def _versions(comment: Comment) -> list[dict[str, Any]]:
        """Each earlier text beside the one that took its place, the newest change first."""
        rows = list(comment.versions.order_by("id")[:VERSIONS])
        later = [*(row.body for row in rows[1:]), comment.body]
        return [
            {"row": row, "pieces": compare(row.body, after)}
            for row, after in reversed(list(zip(rows, later, strict=False)))
        ]
