"""What stands beside the stories: corrections, pages, old addresses, the masthead."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from auditlog.choices import Action
from auditlog.writing import write as write_audit

from .. import holding, public_versions, revisions
from ..choices import CorrectionKind, Status
from ..forms.fields import GrowingText, StoryText
from ..models import Correction, Page, Publication, Redirect, Revision, VersionHold
from ..people.protecting import why_not_said
from .base import DeskAdmin, NeverDeleted
from .taxonomy import SlugFromName

# Of a number that the database holds.
HIGHEST = 2**31 - 1


class CorrectionForm(forms.ModelForm):
    """A correction of a story that readers have seen; a withdrawal has its own way."""

    kind = forms.ChoiceField(
        label=capfirst(gettext_lazy("kind")),
        choices=[c for c in CorrectionKind.choices if c[0] != CorrectionKind.WITHDRAWAL],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the kind.")},
    )

    class Meta:
        model = Correction
        fields = ["article", "kind", "text"]
        widgets = {"text": GrowingText(rows=4)}
        error_messages = {
            "text": {"required": gettext_lazy("A correction says what is right.")},
            "article": {"required": gettext_lazy("Choose the story.")},
        }

    def clean_article(self) -> Any:
        article = self.cleaned_data["article"]
        if not (article.is_published or article.status == Status.WITHDRAWN):
            raise forms.ValidationError(
                _("This story is not public: change its text, there is nothing to correct yet.")
            )
        return article

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        article, text = cleaned.get("article"), cleaned.get("text", "")
        if article is not None and (sentence := why_not_said(article, text)):
            self.add_error("text", sentence)
        return cleaned


class CorrectionHoldForm(forms.ModelForm):
    """Whether readers may read the words of a correction; nothing else of it changes."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Correction
        fields = ["held_why"]

    may_release = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who it was that is held, and why, as the page shows it.
        self.now = f"{self.instance.held_at or ''} {self.instance.held_why}".strip()
        self.initial["seen"] = self.now

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("seen", "") != self.now:
            raise forms.ValidationError(
                _("Somebody held this back or showed it again meanwhile. Open it again.")
            )
        return cleaned

    def clean_held_why(self) -> str:
        why: str = self.cleaned_data["held_why"].strip()
        if not why and self.initial.get("held_why") and not self.may_release:
            raise forms.ValidationError(
                _("Only who may remove this may show readers what was held back.")
            )
        return why


@admin.register(Correction)
class CorrectionAdmin(NeverDeleted, DeskAdmin):
    """What was wrong stays in the open; a wrong correction gets one of its own. Its words can be held back."""

    form = CorrectionForm
    fields = ["article", "kind", "text"]
    autocomplete_fields = ["article"]
    audited_values = ["held_why"]
    list_display = ["created_at", "kind", "article", "created_by", "readers"]
    list_filter = ["kind"]
    list_select_related = ["article", "created_by"]
    search_fields = ["article__headline", "text"]

    @admin.display(description=gettext_lazy("readers"))
    def readers(self, correction: Correction) -> str:
        return _("held back") if correction.held_why else ""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return self.fields
        written = ["article", "kind", "text", "created_at", "created_by", "held_why"]
        moved = ["held_at", "held_by"] if obj.held_at else []
        is_form = self.has_change_permission(request, obj)
        return [*written, *moved, "seen"] if is_form else [*written, *moved]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        told = self.get_fields(request, obj) if obj else []
        return [name for name in told if name not in {"held_why", "seen"}]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Correction | None:
        # What the form is compared with is what stands there until this request has ended.
        if request.method == "POST" and object_id.isascii() and object_id.isdecimal():
            rows = Correction.objects.select_for_update(no_key=True).filter(pk=object_id[:18])
            list(rows.values_list("pk"))
        found: Correction | None = super().get_object(request, object_id, from_field)
        return found

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None:
            kwargs["form"] = CorrectionHoldForm
        form = super().get_form(request, obj, change=change, **kwargs)
        # Who may show readers earlier versions again.
        form.may_release = request.user.has_perm("articles.delete_versionhold")
        return form

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("article__body", "article__search")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        # Whoever holds one back does not come to write another.
        context = {**(extra_context or {}), "show_save_and_add_another": False}
        return super().change_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: Correction, form: Any, change: bool) -> None:
        if change:
            if "held_why" in form.changed_data:
                self._move(request, obj, form.initial["held_why"])
            return
        obj.created_by = request.user
        super().save_model(request, obj, form, change)
        note = f"{obj.get_kind_display()}: {obj.text}"
        revisions.record(obj.article, by=request.user, note=note[:300])

    @staticmethod
    def _move(request: HttpRequest, correction: Correction, before: str) -> None:
        # The form has put the new words there already.
        why, correction.held_why = correction.held_why, before
        if why:
            holding.hold(correction, why=why, by=request.user)
        else:
            holding.release(correction, by=request.user)

    def log_addition(self, request: HttpRequest, obj: Correction, message: Any) -> Any:
        told = {"kind": obj.kind, "correction": obj.pk, "text": obj.text}
        return write_audit(Action.STORY_CORRECTED, by=request.user, about=obj.article, details=told)

    def response_add(
        self, request: HttpRequest, obj: Correction, post_url_continue: Any = None
    ) -> HttpResponse:
        self.message_user(request, _("The correction stands on the story and on its page."))
        url = reverse("admin:articles_article_change", args=[obj.article_id])
        return HttpResponseRedirect(url)


@admin.register(Page)
class PageAdmin(SlugFromName, NeverDeleted, DeskAdmin):
    slug_source = "title"
    list_display = ["title", "slug", "is_published", "saved_at"]
    search_fields = ["title"]
    fields = ["title", "body", "is_published", "slug"]

    class Media:
        css = {"all": ["desk/prose.css"]}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "body":
            return forms.CharField(
                label=capfirst(db_field.verbose_name), required=False, strip=False, widget=StoryText
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Redirect)
class RedirectAdmin(DeskAdmin):
    list_display = ["path", "leads_to"]
    list_select_related = ["article", "page"]
    search_fields = ["path__startswith"]
    autocomplete_fields = ["article", "page"]

    @admin.display(description=gettext_lazy("leads to"))
    def leads_to(self, redirect: Redirect) -> str:
        return redirect.get_absolute_url()


class VersionHoldForm(forms.ModelForm):
    """Up to which version of the story; only of one that its history has."""

    class Meta:
        model = VersionHold
        fields = ["article", "through", "why"]
        error_messages = {
            "article": {"required": gettext_lazy("Choose the story.")},
            "why": {"required": gettext_lazy("Say why readers may not see them.")},
        }

    may_loosen = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_new = self.instance._state.adding
        article = cleaned.get("article") if is_new else self.instance.article
        through = cleaned.get("through")
        if article is None or through is None:
            return cleaned
        if not Revision.objects.filter(article=article, number=min(through, HIGHEST)).exists():
            self.add_error("through", _("This story has no such version."))
        elif not any(step.version.number <= through for step in public_versions.of(article)):
            self.add_error("through", _("Readers have seen nothing up to this version."))
        elif not is_new and through < self.initial["through"] and not self.may_loosen:
            self.add_error(
                "through", _("Only who may remove this may show readers what was held back.")
            )
        return cleaned


@admin.register(VersionHold)
class VersionHoldAdmin(DeskAdmin):
    """Which earlier versions readers do not see, and why; the way here is a story's history."""

    form = VersionHoldForm
    fields = ["article", "through", "why"]
    autocomplete_fields = ["article"]
    list_display = ["article", "through", "why", "created_by", "created_at"]
    list_select_related = ["article", "created_by"]
    search_fields = ["article__headline", "why"]
    audited_values = ["through", "why"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("article__body", "article__search")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["article"] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.may_loosen = self.has_delete_permission(request, obj)
        return form

    def save_model(self, request: HttpRequest, obj: VersionHold, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Publication)
class PublicationAdmin(NeverDeleted, DeskAdmin):
    """One row: its list is its form."""

    audited_as = Action.SETTINGS
    audited_values = [
        *("name", "tagline", "legal_name", "responsible_person", "address", "email", "phone"),
        *("masthead", "ownership", "shows_versions"),
    ]
    fieldsets = [
        (None, {"fields": ["name", "tagline"]}),
        (
            gettext_lazy("Masthead (Press Law 40/1999, article 12)"),
            {
                "fields": [
                    "legal_name",
                    "responsible_person",
                    "address",
                    "email",
                    "phone",
                    "masthead",
                ]
            },
        ),
        (gettext_lazy("Who owns it"), {"fields": ["ownership"]}),
        (gettext_lazy("In the open"), {"fields": ["shows_versions"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        # Before anybody has filled it in there is no row yet; looking at the form makes none.
        return Publication.current() if object_id == "1" else None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:articles_publication_change", args=[1]))
