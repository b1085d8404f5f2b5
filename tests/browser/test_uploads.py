"""Twenty photos from a phone: broken ones among them, a line that drops, a closed tab, a session that ended."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from articles.models import Article, Photo
from articles.photos import files
from tests.browser.conftest import PHONE
from tests.factories import ArticleFactory, PhotoFactory

from .test_desk import open_story, save, sign_in, staff  # noqa: F401

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

SENT = re.compile(r"/admin/articles/photo/uploads/([0-9a-f]{64})/\?.*offset=(\d+)")
# Larger than the first piece, so that there is a middle to be cut in.
LARGE = (900, 700)


def photo_file(folder: Path, number: int, size: tuple[int, int] = (320, 240)) -> Path:
    """A photo of noise, which does not become small; each number has its own."""
    noise = random.Random(number).randbytes(size[0] * size[1] * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", size, noise).save(out, "JPEG", quality=80)
    path = folder / f"IMG_{number:04}.jpg"
    path.write_bytes(out.getvalue())
    return path


@pytest.fixture
def english(staff):  # noqa: F811
    """The staff, with the desk in English: the tests read what it says."""
    User.objects.update(language="en")
    return staff


@pytest.fixture
def story(english) -> Article:
    return ArticleFactory(created_by=english["reporter"], headline="Panen raya")


def rows(page: Page) -> Any:
    return page.locator("[data-rows=article_photos] [data-row]")


def with_photo(page: Page) -> Any:
    return page.locator("[data-rows=article_photos] [data-row] .photo-row:not([data-photo=''])")


def choose(page: Page, *files: Path) -> None:
    page.set_input_files("[data-rows-files]", list(files))


def record(page: Page) -> list[tuple[str, int]]:
    """Digest and offset of every piece that the page sends from now on."""
    sent: list[tuple[str, int]] = []

    def note(request: Any) -> None:
        if request.method == "POST" and (found := SENT.search(request.url)):
            sent.append((found[1], int(found[2])))

    page.on("request", note)
    return sent


def cut_after(page: Page, pieces: int) -> Callable[[], None]:
    """Let so many pieces through, then nothing; returns what mends the line."""
    left = [pieces]

    def answer(route: Route) -> None:
        if route.request.method == "POST" and left[0] > 0:
            left[0] -= 1
            route.continue_()
        elif route.request.method == "POST" or left[0] <= 0:
            route.abort("connectionfailed")
        else:
            route.continue_()

    page.route("**/photo/uploads/**", answer)
    return lambda: page.unroute("**/photo/uploads/**")


def online(page: Page) -> None:
    """What the browser tells its pages when the line is back."""
    page.evaluate("dispatchEvent(new Event('online'))")


def photos_of(story: Article) -> list[str]:
    return [row.caption for row in story.article_photos.all()]


def test_twenty_photos_three_of_them_broken(story, phone, tmp_path):
    files = [photo_file(tmp_path, number) for number in range(20)]
    files[4].write_bytes(b"this is a letter")
    files[9].write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    files[14].write_bytes(files[14].read_bytes()[:100])
    problems = sign_in(phone, "reporter")
    open_story(phone, story)
    choose(phone, *files)
    # A caption is written while the pictures are on their way.
    rows(phone).nth(19).locator("[name$=-caption]").fill("Yang terakhir")
    expect(with_photo(phone)).to_have_count(17, timeout=60_000)
    expect(phone.locator("[data-uploads-says]")).to_have_text(
        "All photos are there. 3 cannot be used; see the rows.", timeout=30_000
    )
    wrong = phone.locator("[data-upload].is-wrong")
    assert [text.split(".")[0] for text in wrong.locator("p").all_inner_texts()] == [
        "This file is not a picture that can be read, or it is damaged",
        "SVG drawings cannot be used; save it as PNG or JPEG",
        "This file is not a picture that can be read, or it is damaged",
    ]
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    save(phone)
    # The story has the good ones, in the order in which they were chosen.
    used = [row.photo.source_sha256 for row in story.article_photos.select_related("photo")]
    assert len(set(used)) == 17
    assert photos_of(story) == [""] * 16 + ["Yang terakhir"]
    assert problems == []


def test_a_line_that_drops_in_the_middle_goes_on_where_it_stopped(story, phone, tmp_path):
    sign_in(phone, "reporter")
    open_story(phone, story)
    sent = record(phone)
    mend = cut_after(phone, 1)
    file = photo_file(tmp_path, 1, LARGE)
    choose(phone, file)
    expect(phone.locator("[data-upload-says]").first).to_have_text(
        "No connection. It goes on by itself where it stopped."
    )
    mend()
    online(phone)
    expect(with_photo(phone)).to_have_count(1)
    assert Photo.objects.get().width == LARGE[0]
    # The piece that was lost was sent twice, what had arrived was not.
    offsets = [offset for _digest, offset in sent]
    assert offsets[0] == 0
    assert 0 not in offsets[1:]
    assert offsets == sorted(offsets)


def test_an_answer_that_the_database_is_away_is_no_refusal(story, phone, tmp_path):
    """What a server says of itself for a moment is not said of the file."""
    sign_in(phone, "reporter")
    open_story(phone, story)
    sent = record(phone)
    is_away = [True]

    def answer(route: Route) -> None:
        if is_away[0] and route.request.method == "POST":
            away = '{"error": "Sebentar lagi."}'
            route.fulfill(status=503, content_type="application/json", body=away)
        else:
            route.fallback()

    phone.route("**/photo/uploads/**", answer)
    choose(phone, photo_file(tmp_path, 1))
    expect(phone.locator("[data-upload-says]").first).to_have_text(re.compile("^No connection"))
    is_away[0] = False
    online(phone)
    expect(with_photo(phone)).to_have_count(1)
    assert Photo.objects.count() == 1
    assert sent


def test_chosen_again_after_the_tab_was_closed_nothing_is_sent_twice(story, new_context, tmp_path):
    context = new_context(**PHONE)
    first = context.new_page()
    sign_in(first, "reporter")
    open_story(first, story)
    small = [photo_file(tmp_path, number) for number in range(3)]
    choose(first, *small)
    expect(with_photo(first)).to_have_count(3)
    cut_after(first, 1)
    large = photo_file(tmp_path, 9, LARGE)
    choose(first, large)
    expect(first.locator("[data-upload-says]").last).to_have_text(re.compile("^No connection"))
    first.close()

    second = context.new_page()
    open_story(second, story)
    sent = record(second)
    choose(second, *small, large)
    expect(with_photo(second)).to_have_count(4)
    assert Photo.objects.count() == 4
    assert len({digest for digest, _offset in sent}) == 1
    assert min(offset for _digest, offset in sent) > 0


def test_a_session_that_ends_in_the_middle_goes_on_after_signing_in_elsewhere(
    story, phone, tmp_path
):
    sign_in(phone, "reporter")
    open_story(phone, story)
    mend = cut_after(phone, 1)
    choose(phone, photo_file(tmp_path, 1, LARGE))
    expect(phone.locator("[data-upload-says]").first).to_have_text(re.compile("^No connection"))
    phone.context.clear_cookies()
    mend()
    online(phone)
    expect(phone.locator("[data-upload-says]").first).to_have_text(
        re.compile("^You are signed out"), timeout=30_000
    )
    other = phone.context.new_page()
    sign_in(other, "reporter")
    phone.bring_to_front()
    online(phone)
    expect(with_photo(phone)).to_have_count(1, timeout=30_000)
    assert Photo.objects.get().created_by.email == "reporter@example.org"


def test_a_photo_that_cannot_be_kept_yet_is_kept_by_itself_later(
    story, phone, tmp_path, monkeypatch
):
    is_away = [True]
    keep = files.keep

    def away(*told: Any) -> str:
        if is_away[0]:
            raise OSError(5, "no answer")
        return keep(*told)

    monkeypatch.setattr(files, "keep", away)
    sign_in(phone, "reporter")
    open_story(phone, story)
    sent = record(phone)
    choose(phone, file := photo_file(tmp_path, 1))
    expect(phone.locator("[data-upload-says]").first).to_have_text(
        re.compile("^All sent, but photos cannot be stored just now"), timeout=30_000
    )
    is_away[0] = False
    # As when somebody looks at the phone again.
    online(phone)
    expect(with_photo(phone)).to_have_count(1, timeout=30_000)
    # Nothing of the file went over the line twice.
    assert [offset for _digest, offset in sent if offset < file.stat().st_size] == [0]
    assert Photo.objects.count() == 1


def test_somebody_else_who_signs_in_gets_none_of_the_photos(story, phone, tmp_path):
    sign_in(phone, "reporter")
    open_story(phone, story)
    mend = cut_after(phone, 0)
    choose(phone, photo_file(tmp_path, 1))
    expect(phone.locator("[data-upload-says]").first).to_have_text(re.compile("^No connection"))
    phone.context.clear_cookies()
    other = phone.context.new_page()
    sign_in(other, "editor")
    mend()
    online(phone)
    expect(phone.locator("[data-upload-says]").first).to_have_text(
        "Somebody else has signed in on this device. Open the story anew.", timeout=30_000
    )
    assert Photo.objects.count() == 0


def test_saving_waits_for_photos_on_their_way(story, phone, tmp_path):
    sign_in(phone, "reporter")
    open_story(phone, story)
    mend = cut_after(phone, 0)
    choose(phone, photo_file(tmp_path, 1))
    rows(phone).first.locator("[name$=-caption]").fill("Suasana")
    phone.locator(".bar [name=_save]").tap()
    expect(phone.locator("[data-hold]")).to_be_visible()
    with phone.expect_navigation():
        mend()
        online(phone)
    assert photos_of(story) == ["Suasana"]


def test_saving_without_them_saves_the_rest(story, phone, tmp_path):
    sign_in(phone, "reporter")
    open_story(phone, story)
    cut_after(phone, 0)
    choose(phone, photo_file(tmp_path, 1))
    phone.locator("[name=headline]").fill("Panen padi")
    phone.locator(".bar [name=_save]").tap()
    with phone.expect_navigation():
        phone.locator("[data-hold-without]").tap()
    story.refresh_from_db()
    assert (story.headline, photos_of(story)) == ("Panen padi", [])


def test_the_same_photo_chosen_twice_is_one_row(story, phone, tmp_path):
    sign_in(phone, "reporter")
    open_story(phone, story)
    file = photo_file(tmp_path, 1)
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(file.read_bytes())
    choose(phone, file, copy)
    expect(with_photo(phone)).to_have_count(1)
    expect(rows(phone)).to_have_count(1)
    choose(phone, copy)
    expect(phone.locator("[data-uploads-says]")).to_have_text(
        "copy.jpg stands in the story already."
    )
    expect(rows(phone)).to_have_count(1)


def test_a_kept_copy_brings_its_photos_back(story, phone, tmp_path):
    sign_in(phone, "reporter")
    phone.on("dialog", lambda dialog: dialog.accept())
    open_story(phone, story)
    choose(phone, photo_file(tmp_path, 1))
    expect(with_photo(phone)).to_have_count(1)
    rows(phone).first.locator("[name$=-caption]").fill("Suasana")
    phone.goto("/admin/")
    open_story(phone, story)
    sent = record(phone)
    phone.locator("[data-keep-compare]").first.tap()
    phone.locator("[data-keep-restore]").first.tap()
    expect(with_photo(phone)).to_have_count(1)
    expect(rows(phone).first.locator("[data-focal] img")).to_be_visible()
    save(phone)
    assert photos_of(story) == ["Suasana"]
    assert sent == []


def test_a_removed_row_is_not_sent_on_and_can_be_put_back(story, phone, tmp_path):
    sign_in(phone, "reporter")
    open_story(phone, story)
    mend = cut_after(phone, 0)
    choose(phone, photo_file(tmp_path, 1))
    expect(phone.locator("[data-upload-says]").first).to_have_text(re.compile("^No connection"))
    rows(phone).first.locator(".card-remove").tap()
    mend()
    rows(phone).first.locator(".card-remove").tap()
    expect(with_photo(phone)).to_have_count(1)


def test_photos_of_the_library_are_chosen_with_their_pictures(story, phone):
    wanted = [PhotoFactory(caption=f"Pelabuhan {number}") for number in range(2)]
    PhotoFactory(caption="Pasar")
    problems = sign_in(phone, "reporter")
    open_story(phone, story)
    phone.locator("[data-library-open]").tap()
    phone.locator("[data-library-query]").fill("pelab")
    expect(phone.locator("[data-library-photos] button")).to_have_count(2)
    for button in phone.locator("[data-library-photos] button").all():
        button.tap()
    phone.locator("[data-library-put]").tap()
    expect(with_photo(phone)).to_have_count(2)
    expect(rows(phone).first.locator("[name$=-caption]")).to_have_value("Pelabuhan 1")
    save(phone)
    assert [row.photo for row in story.article_photos.all()] == [wanted[1], wanted[0]]
    assert problems == []


def test_a_tap_shows_how_the_picture_is_cropped(story, phone, tmp_path):
    sign_in(phone, "reporter")
    open_story(phone, story)
    choose(phone, photo_file(tmp_path, 1))
    expect(with_photo(phone)).to_have_count(1)
    image = phone.locator("[data-focal] img").first
    image.scroll_into_view_if_needed()
    box = image.bounding_box()
    image.tap(position={"x": box["width"] * 0.25, "y": box["height"] * 0.5})
    square = phone.locator("[data-crop='1'] img").first
    expect(square).to_be_visible()
    # 4:3 cropped to 1:1 keeps three quarters of the width: 0.25 - 0.375 is outside, so the left edge.
    expect(square).to_have_js_property("style.objectPosition", "0% 50%")


def test_a_photo_that_the_browser_cannot_draw_is_shown_once_it_is_there(story, phone, tmp_path):
    pillow_heif.register_heif_opener()
    file = tmp_path / "IMG_2001.HEIC"
    Image.new("RGB", (400, 300), "teal").save(file, "HEIF")
    sign_in(phone, "reporter")
    open_story(phone, story)
    mend = cut_after(phone, 0)
    choose(phone, file)
    expect(phone.locator("[data-photo-name]").first).to_have_text("IMG_2001.HEIC")
    expect(phone.locator("[data-focal] img").first).to_be_hidden()
    mend()
    online(phone)
    expect(with_photo(phone)).to_have_count(1, timeout=30_000)
    expect(phone.locator("[data-focal] img").first).to_be_visible()
    expect(phone.locator("[data-photo-name]").first).to_be_hidden()


def test_each_script_of_the_form_runs_once(story, phone):
    """A module that stands on the page by its hashed name and is imported by its plain one runs twice."""
    loaded: list[str] = []
    phone.on("request", lambda request: loaded.append(request.url))
    sign_in(phone, "reporter")
    open_story(phone, story)
    scripts = [re.sub(r"\.[0-9a-f]{12}(?=\.js)", "", url) for url in set(loaded) if ".js" in url]
    assert [name for name in set(scripts) if scripts.count(name) > 1] == []


def test_a_refused_file_takes_one_line_and_one_credit_fills_the_empty_ones(story, phone, tmp_path):
    files = [photo_file(tmp_path, number) for number in range(4)]
    files[1].write_bytes(b"this is a letter")
    problems = sign_in(phone, "reporter")
    open_story(phone, story)
    choose(phone, *files)
    expect(with_photo(phone)).to_have_count(3, timeout=60_000)
    refused = phone.locator(".card.is-refused")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("IMG_0001.jpg")
    expect(refused.locator("label.card-remove")).to_be_visible()
    expect(refused.locator("[name$=-caption]")).to_be_hidden()
    assert refused.bounding_box()["height"] < with_photo(phone).first.bounding_box()["height"] / 4
    rows(phone).nth(0).locator("[name$=-credit]").fill("Andi")
    one = phone.get_by_label("The same credit for all photos")
    one.fill("Rahma/Kabar")
    one.press("Enter")
    expect(one).to_be_hidden()
    save(phone)
    credits = [row.photo.credit for row in story.article_photos.select_related("photo")]
    assert credits == ["Andi", "Rahma/Kabar", "Rahma/Kabar"]
    assert problems == []
