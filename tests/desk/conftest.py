"""Somebody of each role at the desk, and forms filled in as a browser without script would."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from articles.admin import keeping as admin_keeping
from articles.models import Article, Byline
from tests.factories import ArticleFactory, AuthorFactory, SectionFactory, StaffFactory


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    """The desk in English, so that a test reads like what it says."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def member(db: None) -> Callable[..., Any]:
    """Make a member of the staff with that role: `member("editor")`."""

    def make(role: str, **fields: Any) -> Any:
        fields = {"name": role.replace("_", " ").title(), "language": "en", **fields}
        user = StaffFactory(**fields)
        if role == "administrator":
            user.is_superuser = True
            user.save()
        else:
            user.groups.add(Group.objects.get(name=role))
        return user

    return make


@pytest.fixture
def at_desk() -> Callable[[Any], Client]:
    """A client signed in as that person."""

    def sign_in(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def reporter(member: Callable[..., Any]) -> Any:
    user = member("reporter", name="Rahma Nurdin")
    AuthorFactory(name=user.name, user=user, slug="rahma-nurdin")
    return user


@pytest.fixture
def editor(member: Callable[..., Any]) -> Any:
    return member("editor", name="Hasrullah Makmur")


@pytest.fixture
def draft(reporter: Any) -> Article:
    """A story that the reporter began."""
    article = ArticleFactory(headline="Rapat mutu pendidikan", created_by=reporter)
    Byline.objects.create(article=article, author=reporter.author)
    return article


def filled(response: Any, **changes: Any) -> dict[str, Any]:
    """What a browser would send back from that page, with `changes` typed in.

    A change of None takes the field out, as an unticked box or a line that was not sent.
    """
    context = response.context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data: dict[str, Any] = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            is_file = getattr(bound.field.widget, "input_type", "") == "file"
            if value is None or value is False or is_file:
                continue
            data[bound.html_name] = value if isinstance(value, list) else str(value)
    # Those that the page itself carries beside its form's fields.
    if context.get("changes_to"):
        data["changes_to"] = str(context["changes_to"])
    elif context.get("is_out"):
        data["is_public"] = "1"
    data.update(changes)
    return {name: value for name, value in data.items() if value is not None}


def line(prefix: str, index: int, total: int, **fields: Any) -> dict[str, Any]:
    """One more row under a story: `line("attendances", 0, 1, name="Sanneng")`."""
    values = {f"{prefix}-{index}-{name}": value for name, value in fields.items()}
    return {f"{prefix}-TOTAL_FORMS": str(total), **values}


def new_story(**changes: Any) -> dict[str, Any]:
    """A new story's form, filled in with what it cannot do without."""
    data: dict[str, Any] = {
        "headline": "Rapat mutu pendidikan",
        "standfirst": "Wakil bupati membuka rapat.",
        "body": "<p>Paragraf pertama.</p>",
        "section": "",
        "kind": "news",
    }
    for prefix in ("article_photos", "attendances", "bylines", "related_links"):
        data[f"{prefix}-TOTAL_FORMS"] = data[f"{prefix}-INITIAL_FORMS"] = "0"
    if "section" not in changes:
        data["section"] = str(SectionFactory().pk)
    return data | changes


def upload(name: str = "rapat.jpg", colour: str = "teal") -> SimpleUploadedFile:
    """A photo as a browser sends it."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


@pytest.fixture
def new_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests have told the story form's line is forgotten."""
    monkeypatch.setattr(admin_keeping, "pace", admin_keeping.Pace())
    most = admin_keeping.MOST_COMPARISONS
    monkeypatch.setattr(admin_keeping, "pace_of_comparing", admin_keeping.Pace(most))
