"""Several texts that were not saved: each is told by its headline, and the story stays on the screen."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import expect

from articles import keeping

from .conftest import PHONE
from .test_desk import sign_in, staff  # noqa: F401
from .test_unsaved_text import offers, open_add

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def keep(user, *fields):
    for number, values in enumerate(fields, 1):
        sent = {
            "tab": str(uuid.uuid4()),
            "written": number,
            "values": {"fields": values, "rows": {}},
        }
        keeping.keep(keeping.read_sent(sent), by=user)


def test_the_newest_is_shown_by_its_headline_and_the_others_are_folded(staff, new_context):  # noqa: F811
    small = {"viewport": {"width": 360, "height": 640}}
    page = new_context(**{**PHONE, **small}).new_page()
    keep(
        staff["reporter"],
        {"headline": "Banjir di Kota", "body": ""},
        {"headline": "", "body": "<p>Hujan turun &amp; sungai naik.</p><p>Warga mengungsi.</p>"},
        {"headline": "Panen raya di lereng gunung", "body": "<p>Panen.</p>"},
    )
    problems = sign_in(page, "reporter")
    open_add(page)
    expect(offers(page)).to_have_count(3)
    names = page.locator("[data-keep-name]")
    assert names.all_text_contents() == [
        "Panen raya di lereng gunung",
        "Hujan turun & sungai naik. Warga mengungsi.",
        "Banjir di Kota",
    ]
    expect(names.first).to_be_visible()
    expect(names.nth(1)).to_be_hidden()
    more = page.locator("[data-keep-more] summary")
    expect(more).to_have_text("2 tulisan lain belum tersimpan")
    box = page.locator("[name=headline]").bounding_box()
    assert box["y"] < 640 - box["height"] - 60
    more.tap()
    expect(names.nth(1)).to_be_visible()
    assert problems == []


def test_discarding_asks_by_name_and_the_next_text_takes_its_place(staff, phone):  # noqa: F811
    keep(staff["reporter"], {"headline": "Banjir"}, {"headline": "Panen"})
    sign_in(phone, "reporter")
    open_add(phone)
    expect(offers(phone)).to_have_count(2)
    asked = []

    def refuse(dialog):
        asked.append(dialog.message)
        dialog.dismiss()

    phone.once("dialog", refuse)
    phone.locator("[data-keep-discard]:visible").tap()
    assert asked == ["Buang “Panen”? Tidak dapat dikembalikan."]
    expect(offers(phone)).to_have_count(2)
    phone.once("dialog", lambda dialog: dialog.accept())
    phone.locator("[data-keep-discard]:visible").tap()
    expect(offers(phone)).to_have_count(1)
    expect(phone.locator("[data-keep-name]")).to_have_text("Banjir")
    expect(phone.locator("[data-keep-name]")).to_be_visible()
    expect(phone.locator("[data-keep-more]")).to_be_hidden()
