"""The readers' door, by a code in an e-mail: django-allauth's views in our frame."""

from __future__ import annotations

from typing import Any

from allauth.account import views
from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import tries

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

    def get_initial(self) -> dict[str, Any]:
        """What was typed last time, for whoever comes back from the code."""
        typed = self.request.session.get(SIGN_UP) or {}
        kept = {name: typed[name] for name in ("email", "name") if name in typed}
        return kept | super().get_initial()

    def form_valid(self, form: Any) -> HttpResponse:
        """Limits count codes that are sent, not names that were refused; the form stays filled."""
        if not ratelimit.consume(self.request, action="sign_up_code"):
            return self._too_many(form)
        response = super().form_valid(form)
        if response.status_code == 429:
            return self._too_many(form)
        if isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(self.passthrough_next_url(response.url))
        return response

    def _too_many(self, form: Any) -> HttpResponse:
        form.add_error(None, _("Too many attempts. Wait ten minutes, then send this form again."))
        return self.render_to_response(self.get_context_data(form=form), status=429)


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

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if self._action == "verify":
            state = self._process.state
            kwargs["take_try"] = lambda: tries.take(
                state.get("email") or "", self._process.code, state["at"]
            )
        return kwargs

    def form_invalid(self, form: Any) -> HttpResponse:
        """A slip of the finger costs no try; when none is left, the code is worth nothing more."""
        if form.is_used_up:
            self._process.abort()
            adapter = get_adapter(self.request)
            adapter.add_message(
                self.request,
                messages.ERROR,
                message=adapter.error_messages["too_many_login_attempts"],
            )
            return HttpResponseRedirect(reverse("account_login"))
        if not form.is_tried:
            return self.render_to_response(self.get_context_data(form=form))
        return super().form_invalid(form)

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
