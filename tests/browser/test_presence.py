"""Two people at one story see each other, also with the tab hidden, and are told of each other's saves."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from articles.models import Presence
from tests.factories import ArticleFactory

from .test_desk import open_story, save, sign_in, staff  # noqa: F401

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_two_people_at_one_story_see_each_other_and_each_others_saves(staff, phone, laptop):  # noqa: F811
    article = ArticleFactory(created_by=staff["reporter"])
    problems = sign_in(phone, "reporter") + sign_in(laptop, "editor")
    open_story(phone, article)
    expect(phone.locator("[data-keep-others]")).to_be_hidden()
    open_story(laptop, article)
    others = laptop.locator("[data-keep-others]")
    expect(others).to_have_text(re.compile(r"Reporter.*\d\d\.\d\d"))
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.locator("[data-keep-others]")).to_have_text(re.compile("Editor"))
    laptop.locator("[name=headline]").press_sequentially("Lain ")
    save(laptop)
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.locator("[data-keep-changed]")).to_contain_text("Editor")
    # Who leaves is gone at once, in whatever way.
    laptop.goto("/admin/")
    # What a page says when it goes may arrive after the next page.
    for _try in range(200):
        if Presence.objects.count() == 1:
            break
        laptop.wait_for_timeout(50)
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.locator("[data-keep-others]")).to_be_hidden()
    assert Presence.objects.count() == 1
    assert problems == []
