"""The forms of an account: signing up, taking part, the name, the wishes."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm
from allauth.account.internal import flows
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.code_forms import email_field
from accounts.doors import sign_up
from accounts.models import User

from . import names, readers, terms
from .models import Reader

# What a visitor typed when signing up, kept in the session until the address is proved.
SIGN_UP = "sign_up"


def name_field() -> forms.CharField:
    field = forms.CharField(
        label=_("Name"),
        help_text=_("Stands beside your comments. Your e-mail address is shown to nobody."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        max_length=200,
        error_messages={"required": _("Write the name that stands beside your comments.")},
    )
    # A browser stops at the rule's length; what is longer all the same gets the rule's sentence.
    field.widget.attrs["maxlength"] = names.LONGEST
    return field


def terms_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("I accept the terms of commenting."),
        error_messages={"required": _("Without the terms nobody can comment here. Tick the box.")},
    )


class SignUpForm(SignupForm):
    """An address, a name, the terms. Nothing is kept of it but the address until that is proved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"email": email_field(), "name": name_field(), "terms": terms_field()}

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean_name(self) -> str:
        try:
            return readers.check_free(self.cleaned_data["name"])
        except names.NameRefused as refused:
            raise forms.ValidationError(str(refused)) from None

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Begin: whoever has an account already gets a letter that says so, and the same page."""
        email = self.cleaned_data["email"]
        request.session[SIGN_UP] = {
            "email": email,
            "name": self.cleaned_data["name"],
            "terms_version": terms.VERSION,
        }
        user = sign_up(email)
        if user is None:
            return None, flows.signup.prevent_enumeration(request, email=email)
        return user, None


class JoinForm(forms.Form):
    """For whoever is signed in and lacks a name or the present terms."""

    def __init__(self, *args: Any, user: User, reader: Reader | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.reader = user, reader
        if reader is None and not user.is_staff:
            self.fields["name"] = name_field()
        self.fields["terms"] = terms_field()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            if self.reader is None:
                name = data.get("name", "")
                self.reader = readers.join(self.user, name=name, terms_version=terms.VERSION)
            else:
                readers.accept_terms(self.reader, terms.VERSION)
        except names.NameRefused as refused:
            self.add_error("name" if "name" in self.fields else None, str(refused))
        return data


class NameForm(forms.Form):
    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, initial={"name": reader.user.name}, **kwargs)
        self.reader = reader
        self.fields["name"] = name_field()
        self.fields["name"].help_text = _(
            "Comments that stand already keep the name they were written under."
        )

    def clean_name(self) -> str:
        try:
            return readers.rename(self.reader, self.cleaned_data["name"]).user.name
        except names.NameRefused as refused:
            raise forms.ValidationError(str(refused)) from None


class WishesForm(forms.ModelForm):
    """Which letters a reader wants."""

    class Meta:
        model = Reader
        fields = ["is_told_of_decisions", "is_told_of_replies", "is_told_of_reports"]
