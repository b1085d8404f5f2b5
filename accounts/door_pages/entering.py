"""The desk's door: password, then the second factor; and proving once more who one is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from .. import entering, limits, second_factor
from ..forms import shut_sentence
from .frame import page, safe_next


class DeskSignIn(LoginView):
    """Django's, which signs nobody in by the password alone who has a second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        return entering.after_password(self.request, form.get_user(), self.get_success_url())


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
        error_messages={"required": gettext_lazy("Write the code.")},
    )


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


def code_page(site: Any) -> Callable[..., HttpResponse]:
    """Where the second factor is shown: a code of the app, a passkey or a recovery code."""

    @never_cache
    @sensitive_post_parameters()
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest) -> HttpResponse:
        found = entering.awaited(request)
        if found is None:
            return HttpResponseRedirect(reverse("admin:login"))
        user, url = found
        kinds = {factor.type for factor in second_factor.factors(user)}
        if not kinds:  # reset meanwhile: the password leads to setting up a new one
            return HttpResponseRedirect(reverse("admin:login"))
        form = CodeForm(request.POST if "code" in request.POST else None)
        refusal = ""
        if request.method == "POST" and (form.is_valid() or "answer" in request.POST):
            try:
                attempt = limits.proof(user)
            except limits.Shut as shut:
                refusal = shut_sentence(shut)
            else:
                if _is_shown(request, user, form):
                    attempt.succeeded()
                    return entering.enter(request, user, url, by_factor=True)
                attempt.failed()
                refusal = _wrong(request)
        challenge = None
        if second_factor.TYPE.WEBAUTHN in kinds:
            from .. import passkeys  # late, as it asks for itself

            challenge = passkeys.challenge_to_show(user)
        return page(
            site,
            request,
            "code.html",
            _("Second factor"),
            form=form,
            refusal=refusal,
            has_app=second_factor.TYPE.TOTP in kinds,
            challenge=challenge,
        )

    return view


def _is_shown(request: HttpRequest, user: Any, form: CodeForm) -> bool:
    from .. import factor_codes, passkeys  # late, as they ask for themselves

    if "answer" in request.POST:
        return passkeys.take(user, request.POST["answer"])
    return factor_codes.take_code(user, form.cleaned_data["code"])


def _wrong(request: HttpRequest) -> str:
    if "answer" in request.POST:
        return _("That passkey does not open this account. Try again, or type a code.")
    return _("That code is not right, or it was used. Wait for the next one of the app.")


def prove(site: Any, request: HttpRequest) -> HttpResponse:
    """Ask for the password again, before what opens the door is changed."""
    url = safe_next(request, "admin:second_factor")
    form = PasswordForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            attempt = limits.proof(request.user)
        except limits.Shut as shut:
            refusal = shut_sentence(shut)
        else:
            if request.user.check_password(form.cleaned_data["password"]):
                attempt.succeeded()
                entering.prove(request)
                return HttpResponseRedirect(url)
            attempt.failed()
            refusal = _("That is not your password.")
    title = _("Is it you?")
    return page(site, request, "prove.html", title, form=form, refusal=refusal, next=url)
