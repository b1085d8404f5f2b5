"""The readers' door, by a code in an e-mail: django-allauth's views in our frame."""

from __future__ import annotations

from typing import Any

from allauth.account import views
from allauth.account.internal.stagekit import clear_login
from allauth.account.utils import passthrough_next_redirect_url
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import names, readers
from ..reader_forms import SIGN_UP
from .frame import frame_context, private, show


class Framed:
    """In the public site's frame, kept nowhere."""

    title: Any = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return private(super().dispatch(request, *args, **kwargs))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | frame_context(str(self.title), self.request.path)

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        # Whoever opens the door again mistyped the address or lost the mail: the form is shown,
        # and the code that is on its way stays good until another is asked for.
        return None


class SignIn(Framed, views.LoginView):
    title = gettext_lazy("Sign in")


class SignUp(Framed, views.SignupView):
    title = gettext_lazy("Sign up")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        if isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(self.passthrough_next_url(response.url))
        return response


class CodePage(Framed):
    """Where the code is typed. However it ends, the reader is told and knows where to go on."""

    door = "account_login"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        response = super().dispatch(request, *args, **kwargs)
        if not isinstance(response, HttpResponseRedirect):
            return response
        if request.user.is_authenticated and not was_signed_in:
            return private(self.welcome(request, response))
        if not request.user.is_authenticated and response.url == reverse("account_login"):
            self.explain(request)
            url = passthrough_next_redirect_url(request, reverse(self.door), "next")
            return private(HttpResponseRedirect(url))
        return response

    def explain(self, request: HttpRequest) -> None:
        """Say why the code page is gone, unless it was said already."""
        if request.method == "POST" and not messages.get_messages(request).added_new:
            messages.error(
                request,
                _("This code is no longer good: it is too old or was used. Ask for a new one."),
            )

    def welcome(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Signed in. Whoever lacks a name or the present terms is asked for them on the way."""
        wanted = request.session.pop(SIGN_UP, None)
        user = request.user
        if wanted and wanted["email"] == user.email.lower() and not readers.reader_of(user):
            try:
                readers.join(user, name=wanted["name"], terms_version=wanted["terms_version"])
            except names.NameRefused as refused:
                # Somebody took the name while the mail was on its way.
                messages.error(request, str(refused))
            except ValueError:
                pass  # the terms changed meanwhile: they are shown and asked for below
        if readers.has_current_terms(readers.reader_of(user)):
            return response
        own_page = reverse("reader_page")
        if response.url == own_page:
            return response
        return HttpResponseRedirect(f"{own_page}?{urlencode({'next': response.url})}")


class SignInCode(CodePage, views.ConfirmLoginCodeView):
    title = gettext_lazy("Type the code")


class SignUpCode(CodePage, views.ConfirmEmailVerificationCodeView):
    title = gettext_lazy("Type the code")
    door = "account_signup"


class SignOut(Framed, views.LogoutView):
    title = gettext_lazy("Sign out")


def closed(request: HttpRequest) -> HttpResponse:
    """Where a way in ends for an account that may not come in."""
    clear_login(request)
    return show(request, "account/account_inactive.html", _("This account is closed"), {})


def too_many(request: HttpRequest) -> HttpResponse:
    """The answer when a limit is reached; it needs no account and tells nothing of one."""
    return show(request, "account/too_many.html", _("Too many attempts"), {}, status=429)
