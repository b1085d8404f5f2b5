"""One's own page: comments and what became of them, wishes, the copy of one's data, the end."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import letters
from accounts.doors import expect_proof, is_fresh
from articles.views.frame import slice_of
from auditlog.choices import Action
from auditlog.writing import write as write_audit

from .. import bans, export, readers, wording
from ..models import Comment
from ..reader_forms import JoinForm, NameForm, WishesForm
from .doors import too_many
from .frame import TYPED_NAME, own_page, show


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def page(request: HttpRequest) -> HttpResponse:
    """GET: everything of one's own. POST: the form that is named by `do`."""
    reader = readers.reader_of(request.user)
    ban = bans.ban_in_force(request.user)
    context: dict[str, Any] = {"reader": reader, "banned": bans.told(ban) if ban else ""}
    if not readers.has_current_terms(reader):
        form = JoinForm(_data(request, "join"), user=request.user, reader=reader)
        if form.is_bound and form.is_valid():
            return _done(request, _("Welcome. You can write comments now."))
        context["join_form"] = form
        context["next_url"] = get_next_redirect_url(request) or ""
    else:
        name_form = NameForm(_data(request, "name"), reader=reader)
        if typed := request.session.pop(TYPED_NAME, ""):
            name_form.initial["name"] = typed
        if name_form.is_bound and name_form.is_valid():
            return _done(request, _("Your name is changed."))
        wishes_form = WishesForm(_data(request, "wishes"), instance=reader)
        if wishes_form.is_bound and wishes_form.is_valid():
            wishes_form.save()
            return _done(request, _("Your choices are saved."))
        context |= {"name_form": name_form, "wishes_form": wishes_form}
    comments = slice_of(request, wording.of(request.user), by="created_at")
    context["entries"] = [wording.own_comment(comment) for comment in comments.items]
    context |= {"older": comments.older, "is_first": comments.is_first}
    return show(request, "account/own.html", _("Your account"), context)


def _data(request: HttpRequest, name: str) -> Any:
    return request.POST if request.method == "POST" and request.POST.get("do") == name else None


def _done(request: HttpRequest, words: str) -> HttpResponse:
    """On to where the reader was going, or back to the page with a word about it."""
    next_url = get_next_redirect_url(request)
    if not next_url:
        messages.success(request, words)
    return HttpResponseRedirect(next_url or reverse("reader_page"))


@require_safe
@own_page
def download(request: HttpRequest) -> HttpResponse:
    write_audit(Action.EXPORTED, by=request.user, about=request.user, details={"as": "own data"})
    response = StreamingHttpResponse(
        export.export(request.user), content_type="application/json; charset=utf-8"
    )
    name = f"data-{timezone.localdate():%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def erase(request: HttpRequest) -> HttpResponse:
    """GET names what will happen, POST does it; both ask for a fresh code first."""
    if not request.user.is_staff and not is_fresh(request):
        return show(request, "account/erase_code.html", _("Delete the account"), {})
    refusal = ""
    if request.method == "POST" and request.POST.get("do") == "erase":
        address = request.user.email
        try:
            readers.erase(request.user)
        except readers.CannotErase as error:
            refusal = str(error)
        else:
            letters.send("erased", address)
            logout(request)
            return show(request, "account/erased.html", _("The account is deleted"), {})
    elif request.user.is_staff:
        refusal = str(readers.staff_refusal())
    return show(
        request,
        "account/erase.html",
        _("Delete the account"),
        {"refusal": refusal, "count": Comment.objects.filter(author=request.user).count()},
        status=409 if refusal and request.method == "POST" else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def ask_again(request: HttpRequest) -> HttpResponse:
    """Sign out and send a code, so that what cannot be undone is done by the owner of the address.

    GET only leads on: whoever was signed out before the button comes back here from the door.
    """
    if request.method != "POST":
        return HttpResponseRedirect(reverse("reader_erase"))
    user = request.user
    if user.is_staff or not ratelimit.consume(
        request, action="request_login_code", key=user.email.lower()
    ):
        return too_many(request)
    logout(request)
    expect_proof(user)
    LoginCodeVerificationProcess.initiate(request=request, user=user, email=user.email.lower())
    goal = urlencode({"next": reverse("reader_erase")})
    return HttpResponseRedirect(f"{reverse('account_confirm_login_code')}?{goal}")
