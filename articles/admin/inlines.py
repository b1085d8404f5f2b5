"""The rows under a story: photos, the register, bylines, related stories."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..forms.delegations import Register
from ..forms.photos import PhotoForm, PhotoRows
from ..forms.register import AttendanceForm
from ..forms.rows import BylineForm, RelatedForm, StoryRows
from ..models import ArticlePhoto, Attendance, Byline, RelatedArticle
from .base import DeskFields
from .photo_words import photo_words

MOST_BLANK_LINES = 20


class RowsInline(DeskFields, admin.StackedInline):
    """Rows as cards. `row_template` draws one; `add_label` is the button that adds one.

    `tools_template` stands above the cards, where a kind of rows has more ways to fill them.
    """

    template = "admin/articles/rows.html"
    extra = 0
    row_template = ""
    tools_template = ""
    add_label: Any = ""

    @property
    def media(self) -> forms.Media:
        # The cards are moved by desk/rows.js; Django's script for inlines is not needed.
        return forms.Media()

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Blank lines: none for script, and as many as `?lines=` says for those without it."""
        asked = request.GET.get("lines", "")
        if asked.isascii() and asked.isdecimal():
            return min(int(asked[:3]), MOST_BLANK_LINES)
        return self.extra

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.by = request.user
        return formset


class PhotoInline(RowsInline):
    model = ArticlePhoto
    form = PhotoForm
    formset = PhotoRows
    row_template = "admin/articles/photo_row.html"
    tools_template = "admin/articles/photo_tools.html"
    add_label = _("Add a photo")
    verbose_name_plural = _("Photos")
    fields = [
        *("photo", "upload", "file", "caption", "credit", "alt_text", "focal_x", "focal_y"),
        *("is_ai_generated", "position"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("photo")

    @property
    def words(self) -> str:
        """What desk/photos.js says, in the person's language; `%s` stands for a number or a name."""
        return json.dumps(photo_words())


class AttendanceInline(RowsInline):
    model = Attendance
    form = AttendanceForm
    formset = Register
    row_template = "admin/articles/attendance_row.html"
    add_label = _("Add somebody")
    tools_template = "admin/articles/register_tools.html"
    verbose_name_plural = _("Present")
    fields = [
        *("subject", "name", "chosen", "which", "office_as_printed", "capacity", "group_count"),
        *("represents_as_printed", "represents_chosen", "is_private", "wants_page", "tenure"),
        *("position", "read_name", "read_office"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            super()
            .get_queryset(request)
            .select_related(
                *("person", "organisation", "represents_person", "represents_post"),
                "represents_organisation",
            )
        )


class BylineRows(StoryRows):
    subject_fields = ("author", "role")
    duplicate_message = _("The same author stands there twice in the same role.")


class BylineInline(RowsInline):
    model = Byline
    form = BylineForm
    formset = BylineRows
    autocomplete_fields = ["author"]
    row_template = "admin/articles/byline_row.html"
    add_label = _("Add a name")
    verbose_name_plural = _("Bylines")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("author")


class RelatedRows(StoryRows):
    subject_fields = ("related",)
    duplicate_message = _("The same story stands there twice.")


class RelatedInline(RowsInline):
    model = RelatedArticle
    fk_name = "article"
    form = RelatedForm
    formset = RelatedRows
    autocomplete_fields = ["related"]
    row_template = "admin/articles/related_row.html"
    add_label = _("Add a story")
    verbose_name_plural = _("Related stories")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        related = super().get_queryset(request).select_related("related")
        return related.defer("related__body", "related__search")
