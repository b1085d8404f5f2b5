"""The public forms. `situs` is for programs, which fill in whatever they find; people do not see it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from articles.models import Article

from .choices import Capacity


class RequestForm(forms.Form):
    berita = forms.CharField(
        label=_("Which story?"),
        help_text=_("Its address, or its headline."),
        max_length=500,
        error_messages={"required": _("Name the story.")},
    )
    sebagai = forms.ChoiceField(
        label=_("Who asks?"),
        choices=Capacity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say in which capacity you ask.")},
    )
    keliru = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("The words of the story, and what is right."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say what is wrong.")},
    )
    jawaban = forms.CharField(
        label=_("The text that you would like to see published"),
        help_text=_("You may leave it out if you ask for a correction only."),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    nama = forms.CharField(
        label=_("Your name"), max_length=120, error_messages={"required": _("Write your name.")}
    )
    surel = forms.EmailField(
        label=_("E-mail address"),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("This address is not complete or has a slip in it. Please check it."),
        },
    )
    telepon = forms.CharField(label=_("Phone (optional)"), max_length=40, required=False)
    situs = forms.CharField(required=False)

    @property
    def is_by_a_program(self) -> bool:
        return bool(self.data.get("situs", ""))

    @property
    def article(self) -> Article | None:
        return article_of(self.cleaned_data["berita"])

    def received(self) -> dict[str, Any]:
        """What `cases.receive` takes."""
        typed = self.cleaned_data
        return {
            "story": typed["berita"],
            "article": self.article,
            "name": " ".join(typed["nama"].split()),
            "capacity": typed["sebagai"],
            "email": typed["surel"],
            "phone": typed["telepon"],
            "wrong": typed["keliru"],
            "wanted": typed["jawaban"],
        }


class StatusForm(forms.Form):
    nomor = forms.CharField(
        label=_("Number of the request"),
        max_length=20,
        error_messages={"required": _("Write the number from our letter.")},
    )
    surel = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={"required": _("Write your e-mail address.")},
    )


def article_of(typed: str) -> Article | None:
    """The public or withdrawn story whose address, or exact headline, was typed; None if it is none, or more than one."""
    public = Article.objects.published_or_withdrawn()
    try:
        found = resolve(urlsplit(typed.strip()).path)
    except (Resolver404, ValueError):
        rows = list(public.filter(headline__iexact=typed.strip()).order_by()[:2])
        return rows[0] if len(rows) == 1 else None
    if found.view_name != "articles:article":
        return None
    keys = found.kwargs
    day = f"{keys['year']}-{keys['month']}-{keys['day']}"
    return public.filter(published_on=day, slug=keys["slug"]).first()
