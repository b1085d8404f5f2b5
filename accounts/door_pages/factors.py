"""One's own second factor: an app, passkeys, recovery codes.

What opens keys is loaded by the page that needs it, as `accounts.factor_codes` and `accounts.passkeys` ask.
"""

from __future__ import annotations

import base64
from typing import Any

from allauth.mfa.adapter import get_adapter
from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import limits, second_factor
from ..devices import browser_of
from ..forms import shut_sentence
from .entering import CodeForm
from .frame import page


class PasskeyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("What you will know it by: the phone, the key on the ring."),
    )
    answer = forms.CharField(widget=forms.HiddenInput)


def overview(site: Any, request: HttpRequest) -> HttpResponse:
    from .. import factor_codes

    user = request.user
    found = list(second_factor.factors(user))
    is_needed = second_factor.needs(user)
    title = _("Second factor")
    return page(
        site,
        request,
        "factors.html",
        title,
        factors=[
            {
                "row": factor,
                "is_app": factor.type == second_factor.TYPE.TOTP,
                "may_remove": len(found) > 1 or not is_needed,
            }
            for factor in found
        ],
        has_app=any(factor.type == second_factor.TYPE.TOTP for factor in found),
        is_needed=is_needed,
        codes_left=factor_codes.recovery_codes_left(user),
    )


@csp_update({"img-src": ["data:"]})  # the key as a picture, which has no address
def app(site: Any, request: HttpRequest) -> HttpResponse:
    """The key as a picture and as letters, and the first code that proves it arrived."""
    from .. import factor_codes

    form = CodeForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            attempt = limits.proof(request.user)
        except limits.Shut as shut:
            refusal = shut_sentence(shut)
        else:
            if factor_codes.add_app(request, form.cleaned_data["code"]):
                attempt.succeeded()
                return _added(site, request)
            attempt.failed()
            refusal = _("That is not the code that the app shows now. Is the phone's clock right?")
    secret = factor_codes.key_on_its_way(request, is_new=request.method != "POST")
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return page(
        site,
        request,
        "app.html",
        _("An app that shows codes"),
        form=form,
        refusal=refusal,
        # The policy lets a picture be data and no element bring styles of its own.
        picture=f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}",
        link=adapter.build_totp_url(request.user, secret),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    )


def passkey(site: Any, request: HttpRequest) -> HttpResponse:
    from .. import passkeys

    initial = {"name": browser_of(request.META.get("HTTP_USER_AGENT", ""))[:60]}
    form = PasskeyForm(request.POST if request.method == "POST" else None, initial=initial)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        if passkeys.add(request, form.cleaned_data["answer"], form.cleaned_data["name"]):
            return _added(site, request)
        refusal = _("No passkey was made. Try again, or set up an app that shows codes.")
    return page(
        site,
        request,
        "passkey.html",
        _("A passkey"),
        form=form,
        refusal=refusal,
        challenge=passkeys.challenge_to_add(request.user),
    )


def codes(site: Any, request: HttpRequest) -> HttpResponse:
    """New recovery codes; the earlier ones are worth nothing more."""
    if not second_factor.has(request.user):
        return HttpResponseRedirect(reverse("admin:second_factor"))
    return _show_codes(site, request)


def remove(site: Any, request: HttpRequest, pk: int) -> HttpResponse:
    if second_factor.remove(request.user, pk):
        messages.success(request, _("It is removed and opens nothing any more."))
    else:
        messages.error(request, _("Nothing was removed: your role needs a second factor."))
    return HttpResponseRedirect(reverse("admin:second_factor"))


def _added(site: Any, request: HttpRequest) -> HttpResponse:
    """With the first factor come codes for the day on which it is lost."""
    from .. import factor_codes

    if factor_codes.recovery_codes_left(request.user) is None:
        return _show_codes(site, request)
    messages.success(request, _("It is set up."))
    return HttpResponseRedirect(reverse("admin:second_factor"))


def _show_codes(site: Any, request: HttpRequest) -> HttpResponse:
    from .. import factor_codes

    made = factor_codes.new_recovery_codes(request.user)
    file = base64.b64encode(("\n".join(made) + "\n").encode()).decode()
    title = _("Recovery codes")
    return page(
        site, request, "codes.html", title, codes=made, file=f"data:text/plain;base64,{file}"
    )
