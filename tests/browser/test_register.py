"""The register in a real browser: paste a release, confirm, publish, read the person's page."""

from __future__ import annotations

import datetime
import re

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article, Attendance, MentionVerdict, Person, Post
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_from_phone_to_page import choose_place, newsroom, sign_in, watch
from tests.factories import OrganisationFactory, PersonFactory, PostFactory, TenureFactory

__all__ = ["newsroom"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

HEADLINE = "Wakil Bupati Buka Rapat Koordinasi Mutu Pendidikan"
RELEASE = (
    "Kegiatan dihadiri oleh Wakil Bupati Sinjai Hj. A. Tenriola Patawari, S.Sos., Ketua DPRD "
    "Sinjai Baso Ilham Sennang, S.E., M.Si., perwakilan Bappeda, dan para kepala sekolah."
)
DEPUTY = "Hj. A. Tenriola Patawari, S.Sos."
CHAIR = "Baso Ilham Sennang, S.E., M.Si."
SMALL_PHONE = PHONE | {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
def regency(newsroom):
    """The deputy regent's office, of a regency that the reader of texts knows."""
    Post.objects.filter(title="Wakil Bupati Tompolangi").update(title="Wakil Bupati Sinjai")
    Post.objects.filter(title="Bupati Tompolangi").update(title="Bupati Sinjai")


def begin(page: Page) -> None:
    page.goto("/admin/articles/article/add/")
    page.fill("[name=headline]", HEADLINE)
    page.fill("[name=standfirst]", "Wakil Bupati buka rapat koordinasi mutu pendidikan.")
    page.locator(".ProseMirror").first.click()
    page.keyboard.insert_text("Rapat koordinasi mutu pendidikan dibuka pagi ini.")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(RELEASE)
    page.select_option("[name=section]", label="Pendidikan")


def paste(page: Page) -> None:
    page.locator("[data-finder] summary").first.tap()
    page.fill("#id_pasted_list", RELEASE)
    page.locator("[data-find=list]").tap()
    expect(page.locator("[data-found-card]")).to_have_count(4)


def card(page: Page, words: str):
    # By its own name: the piece of the text on it may name others.
    return page.locator("[data-found-card]", has=page.locator(".found-name", has_text=words))


def rows(page: Page):
    return page.locator("[data-rows=attendances] [data-rows-list] > [data-row]")


def names(page: Page) -> list[str]:
    return [
        field.input_value() for field in rows(page).locator("[name$=-name]:not([name*=read])").all()
    ]


def test_a_release_is_pasted_confirmed_published_and_stands_on_the_persons_page(
    regency, new_context
):
    phone = new_context(**SMALL_PHONE).new_page()
    problems = watch(phone)
    sign_in(phone, "reporter@example.org")
    begin(phone)
    choose_place(phone, "Lappabatu")
    paste(phone)
    # An initial is never taken by itself: the reporter says that this is the known deputy.
    card(phone, DEPUTY).locator("[data-take]", has_text="Andi Tenriola Patawari").tap()
    expect(phone.locator("[data-register-says]")).to_contain_text(DEPUTY)
    card(phone, CHAIR).locator("[data-take]").first.tap()
    card(phone, "perwakilan Bappeda").locator("[data-take]").first.tap()
    phone.locator("[data-take-certain]").tap()
    expect(rows(phone)).to_have_count(4)
    assert Attendance.objects.count() == MentionVerdict.objects.count() == 0
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.locator("[name=_move][value=submit]").tap()
    phone.wait_for_url(re.compile(r"/admin/(articles/article/(\d+/change/)?)?$"))
    article = Article.objects.get(headline=HEADLINE)
    assert article.status == "in_review"
    assert list(
        article.attendances.values_list("name_as_printed", "group_label", "office_as_printed")
    ) == [
        (DEPUTY, "", "Wakil Bupati Sinjai"),
        (CHAIR, "", "Ketua DPRD Sinjai"),
        # A delegation is printed by its institution's name, and keeps only words of its own.
        ("", "", ""),
        ("", "para kepala sekolah", ""),
    ]
    deputy = Person.objects.get(slug="andi-tenriola-patawari")
    assert article.attendances.first().person == deputy
    assert article.attendances.first().tenure == deputy.tenures.get()
    assert MentionVerdict.objects.filter(is_accepted=True).count() == 4

    desk = new_context(**DESK).new_page()
    problems += watch(desk)
    sign_in(desk, "editor@example.org")
    desk.goto(f"/admin/articles/article/{article.pk}/change/")
    with desk.expect_navigation():
        desk.locator("[name=_move][value=publish]").click()

    reader = new_context(**PHONE).new_page()
    problems += watch(reader)
    for slug, office in (
        ("andi-tenriola-patawari", "Wakil Bupati Sinjai"),
        ("baso-ilham-sennang", "Ketua DPRD Sinjai"),
    ):
        reader.goto(f"/tokoh/{slug}/")
        expect(reader.get_by_role("link", name=HEADLINE)).to_be_visible()
        expect(reader.locator("main")).to_contain_text(office)
    assert problems == []


def test_what_is_refused_is_not_offered_again_after_saving(regency, laptop):
    sign_in(laptop, "reporter@example.org")
    begin(laptop)
    laptop.locator("[data-finder] summary").first.click()
    laptop.locator("[data-find=text]").click()
    card(laptop, CHAIR).locator("[data-refuse]").click()
    # Taken back, and refused again, by keyboard: the focus stays among the cards.
    card(laptop, CHAIR).locator("[data-found-undo]").click()
    card(laptop, CHAIR).locator("[data-refuse]").focus()
    laptop.keyboard.press("Enter")
    expect(laptop.locator("[data-found] :focus")).to_have_count(1)
    laptop.locator(".bar [name=_save]").click()
    laptop.wait_for_url(re.compile(r"/\d+/change/"))
    laptop.locator("[data-finder] summary").first.click()
    laptop.locator("[data-find=text]").click()
    expect(laptop.locator(".found > .found-cards > [data-found-card]")).to_have_count(3)
    refused = laptop.locator(".found-refused")
    refused.locator("summary").click()
    expect(refused.locator("[data-found-card]")).to_contain_text(CHAIR)


def test_an_office_that_had_ended_warns_and_is_replaced_by_one_tap(regency, laptop):
    deputy = Person.objects.get(slug="andi-tenriola-patawari")
    agency = OrganisationFactory(name="Dinas Sosial")
    TenureFactory(
        person=deputy,
        post=PostFactory(title="Kepala Dinas Sosial", organisation=agency),
        started_on=datetime.date(2020, 1, 1),
        ended_on=datetime.date(2025, 2, 19),
    )
    sign_in(laptop, "reporter@example.org")
    begin(laptop)
    laptop.locator("[data-rows=attendances] [data-rows-add]").click()
    row = rows(laptop).first
    row.locator("[data-first]").press_sequentially("wabup tenri")
    laptop.locator(".suggestions [role=option]", has_text="Tenriola").click()
    expect(row.locator("[name$=-office_as_printed]")).to_have_value("Wakil Bupati Sinjai")
    laptop.fill("[name=event_on]", "2025-02-19")
    laptop.locator("[name=event_on]").dispatch_event("change")
    doubt = row.locator("[data-doubt]")
    expect(doubt).to_contain_text("Wakil Bupati Sinjai")
    doubt.locator("button", has_text="Kepala Dinas Sosial").click()
    expect(row.locator("[name$=-office_as_printed]")).to_have_value("Kepala Dinas Sosial")
    expect(doubt).to_be_empty()
    laptop.locator(".bar [name=_save]").click()
    laptop.wait_for_url(re.compile(r"/\d+/change/"))
    assert Attendance.objects.get().tenure.post.organisation == agency


def test_lines_are_put_in_the_order_of_protocol_and_back(regency, laptop):
    PostFactory(title="Camat", protocol_rank=60)
    PersonFactory(name="Umar", slug="umar")
    sign_in(laptop, "reporter@example.org")
    begin(laptop)
    for name, office in (
        ("Umar Baddu", ""),
        ("Sitti Rahma", "Camat"),
        ("Baso Ilham", "Bupati Sinjai"),
    ):
        laptop.locator("[data-rows=attendances] [data-rows-add]").click()
        row = rows(laptop).last
        row.locator("[data-first]").fill(name)
        row.locator("[name$=-office_as_printed]").fill(office)
    laptop.locator("[data-by-protocol]").click()
    expect(laptop.locator("[data-undo-order]")).to_be_visible()
    assert names(laptop) == ["Sitti Rahma", "Baso Ilham", "Umar Baddu"]
    laptop.locator("[data-undo-order]").click()
    assert names(laptop) == ["Umar Baddu", "Sitti Rahma", "Baso Ilham"]
    # By keyboard, and by the grip.
    rows(laptop).nth(2).locator("[data-row-up]").focus()
    laptop.keyboard.press("Enter")
    assert names(laptop) == ["Umar Baddu", "Baso Ilham", "Sitti Rahma"]
    grip = rows(laptop).nth(2).locator("[data-row-grip]")
    grip.scroll_into_view_if_needed()
    from_box = grip.bounding_box()
    to_box = rows(laptop).nth(0).bounding_box()
    laptop.mouse.move(from_box["x"] + 20, from_box["y"] + 20)
    laptop.mouse.down()
    laptop.mouse.move(from_box["x"] + 20, to_box["y"] + 5, steps=4)
    laptop.mouse.up()
    assert names(laptop) == ["Sitti Rahma", "Umar Baddu", "Baso Ilham"]
    laptop.locator(".bar [name=_save]").click()
    laptop.wait_for_url(re.compile(r"/\d+/change/"))
    assert names(laptop) == ["Sitti Rahma", "Umar Baddu", "Baso Ilham"]


def test_the_cards_are_large_enough_for_a_thumb(regency, new_context):
    phone = new_context(**SMALL_PHONE).new_page()
    sign_in(phone, "reporter@example.org")
    begin(phone)
    paste(phone)
    small = phone.evaluate(
        """() => [...document.querySelectorAll("[data-finder] button, [data-finder] summary")]
            .filter((one) => one.offsetParent)
            .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
            .filter(([, box]) => box.height < 44 || box.width < 44)
            .map(([words]) => words)"""
    )
    assert small == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


def add_line(page: Page, name: str, office: str = "") -> None:
    page.locator("[data-rows=attendances] [data-rows-add]").click()
    row = rows(page).last
    row.locator("[data-first]").fill(name)
    row.locator("[name$=-office_as_printed]").fill(office)


def test_an_order_stays_through_an_error_elsewhere(regency, laptop):
    PostFactory(title="Camat", protocol_rank=60)
    sign_in(laptop, "reporter@example.org")
    begin(laptop)
    add_line(laptop, "Umar Baddu")
    add_line(laptop, "Baso Ilham", "Bupati Sinjai")
    add_line(laptop, "Sitti Rahma", "Camat")
    laptop.locator("[data-by-protocol]").click()
    expect(laptop.locator("[data-undo-order]")).to_be_visible()
    ordered = names(laptop)
    assert ordered != ["Umar Baddu", "Baso Ilham", "Sitti Rahma"]
    laptop.fill("[name=headline]", "")
    with laptop.expect_navigation():
        laptop.locator(".bar [name=_save]").click()
    assert names(laptop) == ordered
    rows(laptop).nth(2).locator("[data-row-up]").click()
    moved = [ordered[0], ordered[2], ordered[1]]
    assert names(laptop) == moved
    laptop.fill("[name=headline]", HEADLINE)
    laptop.locator(".bar [name=_save]").click()
    laptop.wait_for_url(re.compile(r"/\d+/change/"))
    assert names(laptop) == moved


def test_another_networks_page_and_a_lost_sign_in_never_land_in_the_form(regency, new_context):
    phone = new_context(**SMALL_PHONE).new_page()
    problems = watch(phone)
    sign_in(phone, "reporter@example.org")
    begin(phone)
    phone.locator("[data-finder] summary").first.tap()
    phone.fill("#id_pasted_list", RELEASE)
    said = phone.locator("[data-found] .found-error")

    def portal(route):
        route.fulfill(status=200, content_type="text/html", body="<h1>Wifi</h1><p>Sign in</p>")

    phone.route("**/register/find/", portal)
    phone.route("**/article/people/*", portal)
    phone.locator("[data-find=list]").tap()
    expect(said).to_have_text(phone.locator("[data-finder]").get_attribute("data-offline"))
    expect(phone.locator("[data-finder] h1")).to_have_count(0)
    phone.locator("[data-rows=attendances] [data-rows-add]").tap()
    with phone.expect_response("**/article/people/*"):
        rows(phone).last.locator("[data-first]").press_sequentially("tenri")
    phone.unroute("**/register/find/")
    phone.unroute("**/article/people/*")
    phone.context.clear_cookies(name="sessionid")
    phone.context.clear_cookies(name="__Host-sessionid")
    phone.locator("[data-find=list]").tap()
    finder = phone.locator("[data-finder]")
    words = [finder.get_attribute("data-signed-out"), finder.get_attribute("data-stale")]
    expect(said).to_have_text(re.compile("|".join(map(re.escape, words))))
    assert phone.input_value("#id_pasted_list") == RELEASE
    assert [one for one in problems if "SyntaxError" in str(one)] == []


def test_a_name_that_is_typed_again_keeps_its_office(regency, laptop):
    sign_in(laptop, "reporter@example.org")
    begin(laptop)
    laptop.locator("[data-rows=attendances] [data-rows-add]").click()
    field = rows(laptop).first.locator("[data-first]")
    office = rows(laptop).first.locator("[name$=-office_as_printed]")
    field.press_sequentially("wabup tenri")
    laptop.locator(".suggestions [role=option]", has_text="Tenriola").click()
    name = field.input_value()
    field.fill("")
    field.press_sequentially(name)
    office.focus()
    expect(office).to_have_value("Wakil Bupati Sinjai")
    field.fill("")
    field.press_sequentially("Baso Ilham")
    office.focus()
    expect(office).to_have_value("")


def test_an_office_that_had_not_begun_is_told_when_the_form_opens(regency, laptop):
    sign_in(laptop, "reporter@example.org")
    begin(laptop)
    add_line(laptop, "Andi Tenriola Patawari", "Wakil Bupati Sinjai")
    laptop.fill("[name=event_on]", "2024-02-19")
    laptop.locator(".bar [name=_save]").click()
    laptop.wait_for_url(re.compile(r"/\d+/change/"))
    with laptop.expect_response("**/register/lines/"):
        laptop.reload()
    expect(rows(laptop).first.locator("[data-doubt]")).to_contain_text("Wakil Bupati Sinjai")


def test_a_card_lets_the_reporter_say_that_somebody_is_private(regency, new_context):
    phone = new_context(**SMALL_PHONE).new_page()
    sign_in(phone, "reporter@example.org")
    begin(phone)
    paste(phone)
    chair = card(phone, CHAIR)
    box = chair.locator("[data-private]")
    expect(box).not_to_be_checked()
    chair.locator(".found-private").tap()
    expect(box).to_be_checked()
    chair.locator("[data-take]").first.tap()
    expect(rows(phone).last.locator("[name$=-is_private]")).to_be_checked()
    words = phone.locator("[data-take-certain]")
    expect(words.locator(":scope > *")).to_have_count(1)
    phone.locator(".bar [name=_save]").tap()
    phone.wait_for_url(re.compile(r"/\d+/change/"))
    assert Person.objects.get(slug="baso-ilham-sennang").is_public is False
