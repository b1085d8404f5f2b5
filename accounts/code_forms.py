"""The forms of the readers' door: an address, then the code that came to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    LoginForm,
)
from allauth.core import context, ratelimit
from django import forms
from django.utils.translation import gettext_lazy as _

from .doors import account_of, expect_proof, may_use_code

EMAIL_INPUT = {
    "autocomplete": "email",
    "inputmode": "email",
    "autocapitalize": "none",
    "spellcheck": "false",
    "maxlength": 254,
}


def email_field() -> forms.EmailField:
    return forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs=EMAIL_INPUT),
        error_messages={"required": _("Write your e-mail address.")},
    )


class EmailForm(LoginForm):
    """Where to send the code. Whether the address is known is told to nobody but its owner."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = email_field()

    def clean_login(self) -> str:
        return self.cleaned_data["login"].strip().lower()

    def _clean_without_password(self, email: str | None, phone: str | None) -> Any:
        address = email or ""
        if not ratelimit.consume(context.request, action="request_login_code", key=address):
            self.add_error("login", get_adapter().validation_error("too_many_login_attempts"))
            return self.cleaned_data
        account = account_of(address)
        self.user = account if account and may_use_code(account) else None
        if self.user:
            expect_proof(self.user)
        return self.cleaned_data


class CodeInput(forms.TextInput):
    """A wrong code is not shown again: the right one is typed into an empty field."""

    def format_value(self, value: Any) -> None:
        return None


class CodeField:
    """Six figures, which a phone takes out of the mail by itself.

    `take_try` says whether there is a try left and uses it up; it is asked only for what could be
    a code. Afterwards `is_tried` says whether it was, `is_used_up` that there was none left.
    """

    is_tried = is_used_up = False

    def __init__(self, *args: Any, take_try: Callable[[], bool] = bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.take_try = take_try
        self.fields["code"] = forms.CharField(
            label=_("Code"),
            max_length=20,
            widget=CodeInput(
                attrs={
                    "autocomplete": "one-time-code",
                    "inputmode": "numeric",
                    "autofocus": True,
                    "spellcheck": "false",
                    "maxlength": 20,
                }
            ),
            error_messages={"required": _("Write the six figures of the mail.")},
        )

    def clean_code(self) -> str:
        typed = re.sub(r"[\s-]", "", self.cleaned_data["code"])
        if not re.fullmatch(r"[0-9]{6}", typed):
            raise get_adapter().validation_error("incorrect_code")
        self.is_tried = True
        if not self.take_try():
            self.is_used_up = True
            raise get_adapter().validation_error("too_many_login_attempts")
        return super().clean_code()


class LoginCodeForm(CodeField, ConfirmLoginCodeForm):
    pass


class SignUpCodeForm(CodeField, ConfirmEmailVerificationCodeForm):
    pass
