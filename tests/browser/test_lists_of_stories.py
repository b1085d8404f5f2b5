"""The list of stories and the times that are chosen for them, without an error of a script."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from articles.choices import Status
from tests.factories import ArticleFactory

from .test_desk import sign_in, staff  # noqa: F401

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize("list_of", ["article", "person", "photo"])
def test_a_list_throws_no_error(list_of, staff, laptop):  # noqa: F811
    ArticleFactory.create_batch(2)
    problems = sign_in(laptop, "editor")
    laptop.goto(f"/admin/articles/{list_of}/")
    expect(laptop.locator("#changelist")).to_be_visible()
    assert problems == []


def test_the_list_counts_what_is_chosen_on_this_page(staff, phone):  # noqa: F811
    ArticleFactory.create_batch(3)
    problems = sign_in(phone, "editor")
    phone.goto("/admin/articles/article/")
    counter = phone.locator(".action-counter")
    expect(counter).to_have_text(re.compile(r"^0 \D+ 3\b"))
    phone.locator(".action-select").first.check()
    expect(counter).to_have_text(re.compile(r"^1 \D+ 3\b"))
    phone.locator(".action-select").nth(1).check()
    expect(counter).to_have_text(re.compile(r"^2 \D+ 3\b"))
    assert problems == []


def test_a_chosen_time_that_has_passed_is_called_so(staff, laptop):  # noqa: F811
    story = ArticleFactory(status=Status.APPROVED, is_ready=True)
    problems = sign_in(laptop, "editor")
    laptop.goto(f"/admin/articles/article/{story.pk}/move/schedule/")
    reading = laptop.locator(".clocks-reading").first
    expect(reading).not_to_contain_text("Waktu ini sudah lewat.")
    there = timezone.now().astimezone(story.zone)
    laptop.fill("[name=at]", f"{there - datetime.timedelta(days=1):%Y-%m-%dT%H:%M}")
    expect(reading).to_contain_text("Waktu ini sudah lewat.")
    laptop.fill("[name=at]", f"{there + datetime.timedelta(days=1):%Y-%m-%dT%H:%M}")
    expect(reading).not_to_contain_text("Waktu ini sudah lewat.")
    assert problems == []
