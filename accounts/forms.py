"""Signing in, and making accounts for colleagues."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.forms import AdminPasswordChangeForm as GivenPasswordForm
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from auditlog.choices import Action
from auditlog.writing import write

from . import letters, limits
from .models import Language, User


def shut_sentence(shut: limits.Shut) -> str:
    """What is said to who has to wait."""
    words = ngettext(
        "Too many attempts. Try again in %d minute.",
        "Too many attempts. Try again in %d minutes.",
        shut.minutes,
    )
    return words % shut.minutes


class DeskLoginForm(AdminAuthenticationForm):
    """The door of the desk: e-mail and password."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _(
            "This e-mail address and password do not open the desk. Check both; capital letters "
            "count in the password."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("E-mail address")
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autofocus": True, "autocomplete": "username", "maxlength": 254}
        )

    def clean(self) -> dict[str, Any]:
        """Tries are counted first; what is answered does not depend on whether there is such an account."""
        typed = self.cleaned_data
        if not typed.get("username") or not typed.get("password"):
            return super().clean()
        try:
            attempt = limits.password(self.request, typed["username"])
        except limits.Shut as shut:
            raise forms.ValidationError(shut_sentence(shut), code="shut") from None
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            attempt.failed()
            raise
        attempt.succeeded()
        return cleaned


class Told:
    """Writes to the owner of the account whose password was changed."""

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)  # type: ignore[misc]
        letters.send("password_changed", user.email)
        return user


class OwnPasswordForm(Told, AdminPasswordChangeForm):
    """Another password of one's own. Whoever found a desk open does not guess at the present one for ever."""

    def clean_old_password(self) -> str:
        try:
            attempt = limits.proof(self.user)
        except limits.Shut as shut:
            raise forms.ValidationError(shut_sentence(shut), code="shut") from None
        try:
            old: str = super().clean_old_password()
        except forms.ValidationError:
            attempt.failed()
            raise
        attempt.succeeded()
        return old

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        write(Action.ACCESS, by=self.user, about=self.user, details={"password": "changed"})
        return super().save(commit)


class ColleaguesPasswordForm(Told, GivenPasswordForm):
    """A password that an administrator gives, or takes away."""


class RolesField(forms.ModelMultipleChoiceField):
    """The roles as words; `label_of` turns a group's name into what the newsroom calls it."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *args: Any, label_of: Any = str, **kwargs: Any) -> None:
        self.label_of = label_of
        super().__init__(*args, **kwargs)

    def label_from_instance(self, obj: Group) -> str:
        return str(self.label_of(obj.name))


class LanguageForm(forms.Form):
    """The language a person reads the desk in."""

    language = forms.ChoiceField(choices=Language.choices)


class StaffCreationForm(UserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "language")


class StaffChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
