"""The library of photos."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .. import photos, wording
from ..forms.library import LibraryPhotoForm, ReplaceForm
from ..forms.photos import may_change
from ..models import Article, Photo
from .base import DeskAdmin, NeverDeleted
from .uploads import UploadsMixin

USES_SHOWN = 20
LISTED_WORDS = 14
# What a search finds is read from new to old, and nobody reads that far.
MOST_FOUND = 1000


@admin.register(Photo)
class PhotoAdmin(UploadsMixin, NeverDeleted, DeskAdmin):
    form = LibraryPhotoForm
    list_display = ["thumbnail", "caption_or_text", "credit", "size", "taken_in"]
    list_display_links = ["thumbnail", "caption_or_text"]
    list_filter = ["is_ai_generated"]
    search_fields = ["caption", "credit", "alt_text"]
    search_help_text = _("Words of caption, credit or alternative text.")
    list_per_page = 30
    readonly_fields = ["preview", "used_in", "uploaded"]
    change_form_template = "admin/articles/photo.html"

    class Media:
        js = [
            forms.widgets.Script("desk/rows.js", type="module"),
            forms.widgets.Script("desk/focal.js", type="module"),
        ]
        css = {"all": ["desk/story.css", "desk/photos.css"]}

    def get_fieldsets(self, request: HttpRequest, obj: Photo | None = None) -> Any:
        texts = ["caption", "credit", "alt_text", "is_ai_generated"]
        if obj is None:
            return [(None, {"fields": ["file", *texts]})]
        return [
            (None, {"fields": ["preview", *texts]}),
            (_("Focal point"), {"fields": [("focal_x", "focal_y")], "classes": ["collapse"]}),
            (_("Use"), {"fields": ["used_in", "uploaded"]}),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        if obj is not None:
            form.base_fields.pop("file", None)
        return form

    def save_model(self, request: HttpRequest, obj: Photo, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if focus := form.new_focus():
            photos.move_focal_point(obj, *focus)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Photo:
        if change:
            return super().save_form(request, form, change)
        # The photo is stored already. A file that the library knew may be somebody else's
        # photo: what was missing there is filled in by now, and nothing else of it changes.
        stored = form.stored
        if may_change(stored, request.user) and not self._why_not_reworded(request, form):
            for field in ("caption", "credit", "alt_text", "is_ai_generated"):
                if form.cleaned_data.get(field):
                    setattr(stored, field, form.cleaned_data[field])
        else:
            messages.info(request, _("The library has this picture already; it stays as it is."))
        form.instance = stored
        return form.save(commit=False)

    @staticmethod
    def _why_not_reworded(request: HttpRequest, form: Any) -> str:
        stored, typed = form.stored, form.cleaned_data
        return photos.why_not_reworded(
            stored,
            credit=typed.get("credit") or stored.credit,
            is_ai_generated=typed.get("is_ai_generated") or stored.is_ai_generated,
            may_any=request.user.has_perm("articles.change_photo"),
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who uploaded a photo may mend its words; nobody else's."""
        if super().has_change_permission(request, obj):
            return True
        return obj is not None and may_change(obj, request.user)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Beginnings of words, through the index of the library's texts."""
        words = re.findall(r"\w+", search_term)
        if not words:
            return queryset, False
        query = SearchQuery(" & ".join(f"{w}:*" for w in words), search_type="raw", config="simple")
        vector = SearchVector("caption", "credit", "alt_text", config="simple")
        # By a number that is no column: in the order of the keys the library would be read to its end.
        found = Photo.objects.annotate(words=vector).filter(words=query).order_by(-(F("pk") + 0))
        return queryset.filter(pk__in=list(found.values_list("pk", flat=True)[:MOST_FOUND])), False

    # Another in its place

    def get_urls(self) -> list[Any]:
        replace = self.admin_site.admin_view(self.replace_view)
        return [
            path("<int:pk>/replace/", replace, name="articles_photo_replace"),
            *super().get_urls(),
        ]

    def replace_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put another photo wherever this one is: which, and which stories that changes."""
        old = self.get_object(request, str(pk))
        if old is None:
            raise Http404
        if not request.user.has_perm("articles.change_photo"):
            raise PermissionDenied
        sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = ReplaceForm(*sent, by=request.user)
        if form.is_valid() and self._is_replaced(request, old, form):
            to = reverse("admin:articles_photo_change", args=[form.new.pk])
            return HttpResponseRedirect(to)
        return self._replace_page(request, old, form)

    @staticmethod
    def _is_replaced(request: HttpRequest, old: Photo, form: ReplaceForm) -> bool:
        try:
            stories = photos.replace(old, form.new, by=request.user)
        except photos.PhotoRefused as refused:
            form.add_error(None, str(refused))
            return False
        sentence = ngettext(
            "The photo was replaced everywhere; %(count)d story has the new one.",
            "The photo was replaced everywhere; %(count)d stories have the new one.",
            len(stories),
        )
        messages.success(request, sentence % {"count": len(stories)})
        return True

    def _replace_page(self, request: HttpRequest, old: Photo, form: ReplaceForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Replace everywhere"),
            "photo": old,
            "form": form,
            "uses": [(story, wording.state_of(story)) for story in _stories_with(old)],
        }
        return TemplateResponse(request, "admin/articles/photo_replace.html", context)

    # What is shown

    @admin.display(description=_("photo"))
    def thumbnail(self, photo: Photo) -> SafeString:
        return _picture(photo, "desk-thumb")

    @admin.display(description=_("picture"))
    def preview(self, photo: Photo) -> SafeString:
        return format_html(
            '<figure class="photo-preview" data-focal>{}'
            '<span class="focal-mark needs-js" data-focal-mark hidden></span></figure>'
            '<ul class="crops needs-js" data-crops-list hidden>{}</ul>',
            _picture(photo, "desk-preview"),
            format_html_join(
                "",
                '<li><span class="crop" data-crop="{}"><img alt=""></span>{}</li>',
                (("1", "1:1"), ("1.3333", "4:3"), ("1.7778", "16:9")),
            ),
        )

    @admin.display(description=_("caption"))
    def caption_or_text(self, photo: Photo) -> str:
        return Truncator(photo.caption or photo.alt_text or "–").words(LISTED_WORDS, truncate=" …")

    @admin.display(description=_("size"))
    def size(self, photo: Photo) -> str:
        return f"{photo.width} × {photo.height}"

    @admin.display(description=_("uploaded"), ordering="created_at")
    def taken_in(self, photo: Photo) -> str:
        return wording.at_home(photo.created_at)

    @admin.display(description=_("uploaded"))
    def uploaded(self, photo: Photo) -> str:
        return " · ".join(
            filter(None, [wording.at_home(photo.created_at), str(photo.created_by or "")])
        )

    @admin.display(description=_("used in"))
    def used_in(self, photo: Photo) -> Any:
        links = format_html_join(
            "",
            '<li><a href="{}">{}</a> <span class="help">{}</span></li>',
            (
                (
                    reverse("admin:articles_article_change", args=[story.pk]),
                    story,
                    wording.state_of(story),
                )
                for story in _stories_with(photo)
            ),
        )
        return format_html('<ul class="photo-uses">{}</ul>', links) if links else _("in no story")


def _stories_with(photo: Photo) -> QuerySet[Article]:
    """The latest stories with this photo, among their photos or in their live coverage, without their texts."""
    entries = photo.live_entries.filter(withdrawn_at__isnull=True)
    keys = (
        photo.uses.order_by().values("article_id").union(entries.order_by().values("coverage_id"))
    )
    stories = Article.objects.filter(pk__in=keys).defer("body", "search", "standfirst")
    return stories.order_by("-id")[:USES_SHOWN]


def _picture(photo: Photo, css_class: str) -> SafeString:
    return format_html(
        '<img class="{}" src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        css_class,
        photo.smallest_url,
        photo.alt_text,
        photo.width,
        photo.height,
    )
