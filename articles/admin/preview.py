"""A look at a story as its readers will see it: what is typed and not saved, and links for others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .. import checks, preview, wording
from ..choices import Status
from ..forms.previews import LinkForm
from ..models import Article, PreviewLink
from ..views.preview import page_for_frame

# What a form also says that is not of the story: a preview makes no move and tells nothing about saving.
NOT_OF_THE_STORY = ("_move", "_save", "_read_list", "_lines", "tab", "written", "ignored")


class Shown(Exception):
    """Leaves the saving of a form with its page made: the transaction takes everything back."""

    def __init__(self, page: str, findings: list[checks.Finding]) -> None:
        self.page, self.findings = page, findings
        super().__init__()


class PreviewMixin:
    """Adds `preview/` and `…/<id>/preview/`. POST shows the form as it was sent, GET what is saved.

    A sent form goes the admin's own way of saving, so that it is checked and put together as a real save is;
    where the story and its rows are written, its page is made and an exception takes all of it back. Only the
    files of new photos stay, under the names of their contents: the save that follows finds them there.
    """

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "articles_article_preview"
        return [
            path("preview/", wrap(self.preview_view), name=name),
            path("<int:object_id>/preview/", wrap(self.preview_view), name=f"{name}_story"),
            path("<int:object_id>/preview/links/", wrap(self.links_view), name=f"{name}_links"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, object_id: int | None = None) -> HttpResponse:
        """The story as readers will see it; nothing of it is saved."""
        if request.method == "POST":
            return self._preview_of_form(request, object_id)
        if object_id is None:
            return HttpResponseRedirect(reverse(f"{self.admin_site.name}:articles_article_add"))
        article = self._to_look_at(request, object_id)
        if article is None or article.status == Status.WITHDRAWN:
            return self._not_there(request, article, object_id)
        return self._preview_of_saved(request, article)

    # In the form

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Article | None = None,
    ) -> HttpResponse:
        context["preview_url"] = self.preview_url(obj)
        context["may_preview"] = obj is not None and preview.is_hidden(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def preview_url(self, article: Article | None) -> str:
        name = f"{self.admin_site.name}:articles_article_preview"
        return reverse(f"{name}_story", args=[article.pk]) if article else reverse(name)

    @staticmethod
    def leave_when_looked_at(request: HttpRequest, article: Article) -> None:
        """Where a preview leaves the saving: the story and its rows are written, and nobody was told so."""
        if getattr(request, "_is_preview", False):
            page = page_for_frame(request, article)
            saved = Article.objects.get(pk=article.pk)
            raise Shown(page, checks.before_publishing(saved))

    # What is typed

    def _preview_of_form(self, request: HttpRequest, object_id: int | None) -> HttpResponse:
        told = request._messages
        # Whatever the saving says is said to nobody: it did not happen.
        request._messages = default_storage(request)
        try:
            response = self._save_and_take_back(request, object_id)
        except Shown as shown:
            article = self._to_look_at(request, object_id)
            return self._page(request, article, shown.page, findings=shown.findings)
        except PermissionDenied:
            # Handed in, approved or published meanwhile, by a colleague or in another window.
            article = self._to_look_at(request, object_id)
            if article is None or article.status == Status.WITHDRAWN:
                raise
            note = _("You may not edit this story any more. This is what is saved.")
            return self._preview_of_saved(request, article, note)
        finally:
            request._messages = told
        if not hasattr(response, "context_data"):
            return self._not_there(request, None, object_id)
        return self._not_yet(request, response.context_data)

    def _save_and_take_back(self, request: HttpRequest, object_id: int | None) -> HttpResponse:
        """Raises Shown when the form is whole; else the form with its errors."""
        sent = request.POST.copy()
        for name in NOT_OF_THE_STORY:
            sent.pop(name, None)
        if object_id is not None:
            # What somebody else saved meanwhile is met when this is saved, not when it is looked at.
            rows = Article.objects.filter(pk=object_id)
            sent["seen_version"] = str(rows.values_list("version", flat=True).first() or 0)
        request.POST = sent
        request._is_preview = True
        with transaction.atomic():
            key = None if object_id is None else str(object_id)
            response = self.changeform_view(request, key)
            transaction.set_rollback(True)
        return response

    def _not_yet(self, request: HttpRequest, form_context: dict[str, Any]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Preview"),
            "errors": list(_errors_of(form_context)),
        }
        return TemplateResponse(request, "admin/articles/preview_not_yet.html", context, status=422)

    # What is saved

    def _to_look_at(self, request: HttpRequest, object_id: int | None) -> Article | None:
        article = None if object_id is None else self.get_object(request, str(object_id))
        if article and not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        return article

    def _preview_of_saved(
        self, request: HttpRequest, article: Article, note: str = ""
    ) -> HttpResponse:
        page = page_for_frame(request, article)
        return self._page(
            request,
            article,
            page,
            note=note or _("This is what is saved."),
            findings=checks.before_publishing(article),
        )

    def _not_there(
        self, request: HttpRequest, article: Article | None, object_id: int | None
    ) -> HttpResponse:
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        messages.warning(request, _("This story is withdrawn: readers see its notice."))
        return HttpResponseRedirect(self.change_url(article))

    def _page(
        self,
        request: HttpRequest,
        article: Article | None,
        page: str,
        *,
        findings: list[checks.Finding],
        note: str = "",
        form: LinkForm | None = None,
    ) -> HttpResponse:
        may_share = article is not None and self._may_share(request, article)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Preview"),
            "article": article,
            "page": page,
            "note": note or _("This is what stands in the form now. It is not saved yet."),
            "is_typed": not note,
            "findings": findings,
            "may_share": may_share,
            "link_form": (form or LinkForm()) if may_share else None,
            "links": list(_shown_links(self._links(request, article), article)) if article else [],
        }
        return TemplateResponse(request, "admin/articles/preview.html", context)

    # Links for somebody without an account

    def links_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Make a link to what is saved of the story, or revoke one (`revoke`, its number)."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        article = self._to_look_at(request, object_id)
        if article is None:
            return self._not_there(request, None, object_id)
        if "revoke" in request.POST:
            self._revoke(request, article)
        elif self._may_share(request, article):
            self._make_link(request, article)
        else:
            raise PermissionDenied
        return HttpResponseRedirect(f"{self.preview_url(article)}#links")

    def _may_share(self, request: HttpRequest, article: Article) -> bool:
        return preview.is_hidden(article) and self.has_change_permission(request, article)

    def _links(self, request: HttpRequest, article: Article) -> QuerySet[PreviewLink]:
        """The open links that the person may see and revoke.

        All of them for whoever may make one, and for whoever reviews; one's own also when the story is with
        the editors meanwhile.
        """
        if not preview.is_hidden(article):
            return PreviewLink.objects.none()
        links = preview.open_links(article)
        reviews = request.user.has_perm("articles.review_article")
        if reviews or self._may_share(request, article):
            return links
        return links.filter(created_by=request.user)

    def _make_link(self, request: HttpRequest, article: Article) -> None:
        form = LinkForm(request.POST)
        if not form.is_valid():
            messages.error(request, " ".join(form.errors["days"]))
            return
        try:
            preview.make(article, by=request.user, days=form.cleaned_data["days"])
        except preview.Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The link is made. Copy it below and send it."))

    def _revoke(self, request: HttpRequest, article: Article) -> None:
        number = request.POST["revoke"]
        is_number = number.isascii() and number.isdecimal() and len(number) < 19
        link = self._links(request, article).filter(pk=number).first() if is_number else None
        if link is None:
            messages.info(request, _("This link does not work any more."))
        else:
            preview.revoke(link, by=request.user)
            messages.success(request, _("The link is revoked: it shows nothing any more."))


def _shown_links(
    links: QuerySet[PreviewLink], article: Article
) -> Iterator[tuple[PreviewLink, str, str, str]]:
    """Each link with its address, until when it works, and when it was opened."""
    for link in links:
        until = wording.clock(article, link.expires_at)
        opened = wording.clock(article, link.opened_at)
        yield link, preview.address_of(link), until, opened


def _errors_of(form_context: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What keeps the form from being shown: where, and the sentence."""
    yield from _errors_of_form(form_context["adminform"].form)
    for inline in form_context.get("inline_admin_formsets", ()):
        formset = inline.formset
        name = str(capfirst(inline.opts.verbose_name_plural))
        yield from ((name, str(error)) for error in formset.non_form_errors())
        for number, form in enumerate(formset.forms, start=1):
            for label, error in _errors_of_form(form):
                yield f"{name} {number}, {label}" if label else f"{name} {number}", error


def _errors_of_form(form: Any) -> Iterator[tuple[str, str]]:
    for field, errors in form.errors.items():
        label = str(form[field].label) if field in form.fields else ""
        yield from ((label, str(error)) for error in errors)
