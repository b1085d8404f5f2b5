"""The preview in a real browser: what is typed and not saved, in a frame that runs nothing."""

# ruff: noqa: F811 - the fixture is imported by its name
from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article, Photo
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_desk import sign_in, staff  # noqa: F401 - a fixture
from tests.desk.conftest import upload
from tests.factories import ArticleFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def look(page: Page) -> Page:
    """Press the button; the page that opens beside the form."""
    with page.context.expect_page() as opened:
        page.click("[data-preview]")
    opened.value.wait_for_load_state()
    return opened.value


def test_a_story_never_saved_is_looked_at_on_a_phone_and_the_typing_goes_on(staff, phone):
    problems = sign_in(phone, "reporter")
    phone.goto("/admin/articles/article/add/")
    phone.fill("[name=headline]", "Panen raya")
    phone.select_option("[name=section]", label="Pendidikan")
    phone.wait_for_selector(".prose[data-ready]")
    phone.locator(".prose-text").click()
    phone.keyboard.type("Gabah melimpah.")
    picture = upload("panen.jpg")
    phone.set_input_files(
        "[data-rows-files]",
        {"name": "panen.jpg", "mimeType": "image/jpeg", "buffer": picture.read()},
    )
    phone.wait_for_selector(".photo-row[data-photo]:not([data-photo=''])")
    shown = look(phone)
    complaints: list[str] = []
    shown.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    story = shown.frame_locator(".preview-frame")
    expect(story.get_by_role("heading", name="Panen raya")).to_be_visible()
    expect(story.locator(".text")).to_contain_text("Gabah melimpah.")
    expect(story.locator("figure.photo img")).to_have_js_property("naturalWidth", 320)
    # As wide as the phone, and no wider.
    assert shown.evaluate("document.documentElement.scrollWidth") == 390
    shown.close()
    # The photo came into the library when it was chosen; of the story there is nothing.
    assert (Article.objects.count(), Photo.objects.count()) == (0, 1)
    expect(phone.locator("[name=headline]")).to_have_value("Panen raya")
    with phone.expect_navigation():
        phone.locator(".bar [name=_save]").click()
    assert Article.objects.get().body == "<p>Gabah melimpah.</p>"
    assert problems == complaints == []


def test_the_width_is_switched_without_script(staff, new_context, laptop):
    sign_in(laptop, "editor")
    article = ArticleFactory(headline="Panen raya")
    signed_in = laptop.context.storage_state()
    page = new_context(**DESK, storage_state=signed_in, java_script_enabled=False).new_page()
    page.goto(f"/admin/articles/article/{article.pk}/preview/")
    frame = page.locator(".preview-frame")
    assert frame.bounding_box()["width"] == 390
    page.locator("label[for=preview-desktop]").click()
    story = page.frame_locator(".preview-frame").locator("body")
    assert story.evaluate("body => innerWidth") in {1278, 1280}
    stage = page.locator(".preview-stage").bounding_box()["width"]
    assert frame.bounding_box()["width"] == pytest.approx(min(1280, stage), abs=1)


def test_nothing_of_the_story_runs_in_the_frame_and_its_links_open_beside_it(staff, laptop):
    problems = sign_in(laptop, "editor")
    article = ArticleFactory(headline="Panen raya")
    laptop.goto(f"/admin/articles/article/{article.pk}/preview/")
    story = laptop.frame_locator(".preview-frame")
    assert story.locator("script").count() == 0
    with laptop.context.expect_page() as opened:
        story.get_by_role("link", name=article.section.name).first.click()
    opened.value.wait_for_load_state()
    assert opened.value.url.endswith(article.section.get_absolute_url())
    expect(story.get_by_role("heading", name="Panen raya")).to_be_visible()
    assert problems == []


def test_somebody_without_an_account_reads_by_a_link_until_it_is_revoked(
    staff,
    laptop,
    new_context,
):
    sign_in(laptop, "editor")
    article = ArticleFactory(headline="Panen raya")
    laptop.goto(f"/admin/articles/article/{article.pk}/preview/")
    laptop.locator(".preview-make button").click()
    address = laptop.locator(".preview-address").input_value()
    stranger = new_context(**PHONE).new_page()
    path = address[address.index("/pratinjau/") :]
    assert stranger.goto(path).status == 200
    expect(stranger.get_by_role("heading", name="Panen raya")).to_be_visible()
    assert stranger.evaluate("document.documentElement.scrollWidth") == 390
    laptop.locator("[name=revoke]").click()
    expect(laptop.locator(".preview-address")).to_have_count(0)
    assert stranger.goto(path).status == 410
    assert "Panen raya" not in stranger.content()
