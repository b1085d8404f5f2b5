"""Photos in pieces: a piece that was lost, a file twice, a broken one, a person's bound, the sweep."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.request import UnreadablePostError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from PIL import Image

from articles import photos, uploads
from articles.admin.uploads import _pieces
from articles.models import ArticlePhoto, Photo
from articles.photos.refusals import refused
from tests.desk.conftest import filled, line
from tests.desk.test_story_form import change, errors
from tests.factories import ArticlePhotoFactory, PhotoFactory


def picture(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return out.getvalue()


def digest_of(contents: bytes) -> str:
    return hashlib.sha256(contents).hexdigest()


def address(contents: bytes, offset: int | None = None, **query: object) -> str:
    query = {"size": len(contents)} | ({} if offset is None else {"offset": offset}) | query
    told = "&".join(f"{name}={value}" for name, value in query.items())
    return reverse("admin:articles_photo_upload", args=[digest_of(contents)]) + f"?{told}"


def put(client: Client, contents: bytes, start: int = 0, end: int | None = None):
    """Send a piece of that file."""
    return client.post(
        address(contents, start), contents[start:end], content_type="application/octet-stream"
    )


@pytest.fixture
def phone(reporter, at_desk):
    return at_desk(reporter)


def test_a_file_in_two_pieces_becomes_a_photo_with_its_card(phone, reporter):
    contents = picture()
    assert put(phone, contents, 0, 100).json() == {"offset": 100}
    card = put(phone, contents, 100).json()
    photo = Photo.objects.get()
    assert (photo.created_by, photo.source_sha256) == (reporter, digest_of(contents))
    assert card == {
        "photo": photo.pk,
        "url": photo.image.url,
        "caption": "",
        "credit": "",
        "alt_text": "",
        "focal_x": 50,
        "focal_y": 50,
        "is_ai_generated": False,
        "may_change": True,
    }


def test_asked_again_the_server_says_where_to_go_on(phone, reporter):
    contents = picture()
    put(phone, contents, 0, 100)
    told = phone.get(address(contents)).json()
    assert (told["offset"], told["user"]) == (100, reporter.pk)
    assert len(told["token"]) == 64


def test_a_finished_file_is_not_asked_for_again(phone, member, at_desk):
    contents = picture()
    put(phone, contents)
    photo = Photo.objects.get()
    assert phone.get(address(contents)).json()["photo"] == photo.pk
    assert at_desk(member("reporter")).get(address(contents)).json()["photo"] == photo.pk
    # An answer that got lost: the last piece comes again.
    assert put(phone, contents, 100).json()["photo"] == photo.pk
    assert Photo.objects.count() == 1


def test_a_piece_at_the_wrong_place_changes_nothing_and_hears_the_right_one(phone):
    contents = picture()
    put(phone, contents, 0, 100)
    for start in (0, 50, 101):
        response = put(phone, contents, start, start + 20)
        assert (response.status_code, response.json()) == (409, {"offset": 100})
    assert put(phone, contents, 100).json()["photo"] == Photo.objects.get().pk


class DroppedRequest:
    """What a request is whose sender is gone after 64 bytes."""

    def __init__(self, contents: bytes) -> None:
        self.left = [contents[:64]]

    def read(self, size: int) -> bytes:
        if self.left:
            return self.left.pop()
        raise UnreadablePostError("connection lost")


def test_of_a_line_that_drops_what_was_read_stays(phone, reporter):
    contents = picture()
    upload = uploads.Upload(by=reporter, digest=digest_of(contents), size=len(contents))
    assert upload.append(0, _pieces(DroppedRequest(contents))) == 64
    assert phone.get(address(contents)).json()["offset"] == 64


@pytest.mark.parametrize(
    "contents", [b"not a picture", b"<svg xmlns='x'/>", b"\xff\xd8\xff broken"]
)
def test_a_broken_file_is_a_sentence_and_is_not_asked_for_again(contents, phone):
    refused = put(phone, contents)
    assert refused.status_code == 200
    assert refused.json()["refused"]
    assert phone.get(address(contents)).json()["refused"] == refused.json()["refused"]
    assert Photo.objects.count() == 0


def test_files_too_large_and_empty_are_refused_before_they_are_sent(phone):
    large = phone.get(address(b"x", size=photos.MAX_BYTES + 1)).json()["refused"]
    assert large == "This file is larger than 40 MB."
    assert phone.get(address(b"x", size=0)).json()["refused"] == "This file is empty."


def test_a_file_of_just_the_largest_size_comes_in_pieces(phone, settings):
    contents = picture() + b"\x00" * (photos.MAX_BYTES - len(picture()))
    half = len(contents) // 2
    assert put(phone, contents, 0, half).json() == {"offset": half}
    assert put(phone, contents, half).json()["photo"] == Photo.objects.get().pk


def test_other_bytes_than_announced_are_thrown_away(phone):
    contents = picture()
    other = contents[:-10] + b"0123456789"
    response = phone.post(address(contents, 0), other, content_type="application/octet-stream")
    assert (response.status_code, response.json()) == (409, {"offset": 0, "damaged": True})
    assert phone.get(address(contents)).json()["offset"] == 0
    assert put(phone, contents).json()["photo"] == Photo.objects.get().pk


def test_a_file_that_waits_for_its_turn_is_not_thrown_away(phone, monkeypatch):
    def busy(*args: object, **kwargs: object) -> None:
        raise refused("busy")

    contents = picture()
    with monkeypatch.context() as patch:
        patch.setattr(photos, "store", busy)
        assert put(phone, contents).status_code == 503
    assert phone.get(address(contents)).json()["offset"] == len(contents)
    # No more bytes are needed.
    assert put(phone, contents, len(contents)).json()["photo"] == Photo.objects.get().pk


def test_bytes_beyond_the_size_are_dropped(phone):
    contents = picture()
    response = phone.post(
        address(contents, 0), contents + b"more", content_type="application/octet-stream"
    )
    assert response.json()["photo"] == Photo.objects.get().pk


@pytest.mark.parametrize(
    ("digest", "query"),
    [
        ("x", "size=5"),
        ("A" * 64, "size=5"),
        ("." * 64, "size=5"),
        ("a" * 64, "size=-5"),
        ("a" * 64, "size=5.5"),
        ("a" * 64, "size=" + "9" * 40),
        ("a" * 64, "size=5&offset=٣"),
        ("a" * 64, "size=5&offset=%00"),
    ],
)
def test_a_malformed_announcement_is_a_sentence(digest, query, phone):
    base = reverse("admin:articles_photo_upload", args=["a" * 64])
    for send in (phone.get, phone.post):
        response = send(base.replace("a" * 64, digest) + "?" + query)
        assert response.status_code in {400, 404}, (digest, query)


def test_parts_lie_outside_of_what_is_served(phone, settings):
    put(phone, picture(), 0, 100)
    (part,) = uploads._root().glob("*/*.part")
    assert not part.is_relative_to(settings.MEDIA_ROOT)
    assert part.stat().st_size == 100


def test_one_person_does_not_see_or_fill_anothers_part(phone, member, at_desk):
    contents = picture()
    put(phone, contents, 0, 100)
    assert at_desk(member("reporter")).get(address(contents)).json()["offset"] == 0


@pytest.mark.parametrize("role", ["moderator", "ad_desk"])
def test_who_may_not_add_photos_sends_none(role, member, at_desk):
    client = at_desk(member(role))
    assert client.get(address(picture())).status_code == 403
    assert put(client, picture()).status_code == 403


def test_without_a_session_the_answer_leads_to_signing_in(db):
    response = put(Client(), picture())
    assert response.status_code == 302
    assert "/login/" in response["Location"]


def test_a_wrong_token_is_refused_and_asking_gives_the_right_one(reporter):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reporter)
    contents = picture()
    assert put(client, contents).status_code == 403
    token = client.get(address(contents)).json()["token"]
    response = client.post(
        address(contents, 0),
        contents,
        content_type="application/octet-stream",
        headers={"X-CSRFToken": token},
    )
    assert response.json()["photo"] == Photo.objects.get().pk


def begin(client: Client, contents: bytes, touched: float = 0) -> None:
    put(client, contents, 0, 10)
    part = next(uploads._root().glob(f"*/{digest_of(contents)}*"))
    if touched:
        os.utime(part, (touched, touched))


def test_the_oldest_parts_make_room_and_what_is_being_sent_does_not(phone, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 2)
    files = [picture(colour) for colour in ("teal", "maroon", "navy", "olive")]
    begin(phone, files[0], touched=time.time() - 7200)
    begin(phone, files[1])
    begin(phone, files[2])
    assert [phone.get(address(one)).json()["offset"] for one in files[:3]] == [0, 10, 10]
    full = put(phone, files[3], 0, 10)
    assert full.status_code == 507
    assert full.json()["error"].startswith("Too many unfinished photos of yours")


def test_what_was_announced_counts_and_not_what_has_arrived(phone, settings, monkeypatch):
    settings.UPLOADS_MB_A_PERSON = 0
    assert put(phone, picture(), 0, 10).status_code == 507


def test_a_full_disk_is_a_sentence(phone, monkeypatch):
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploads.Upload, "_begin", full)
    response = put(phone, picture())
    assert response.status_code == 507
    assert response.json()["error"] == "The server has no room for photos just now."


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.ENOTDIR, errno.ENOENT])
def test_photos_that_cannot_be_read_on_the_disk_are_a_sentence_and_what_arrived_stays(
    phone, monkeypatch, number
):
    def cannot(*_told: object) -> None:
        raise OSError(number, os.strerror(number))

    contents = picture()
    with monkeypatch.context() as broken:
        broken.setattr(uploads.Upload, "_store", cannot)
        response = put(phone, contents)
    assert response.status_code == 507
    assert response.json()["error"] == "The server has no room for photos just now."
    assert phone.get(address(contents)).json()["offset"] == len(contents)
    # Nothing of it has to be sent again.
    assert put(phone, contents, len(contents)).json()["photo"] == Photo.objects.get().pk


def test_the_sweep_forgets_what_nobody_went_on_sending(phone, settings):
    settings.UPLOADS_KEPT_HOURS = 72
    begin(phone, picture("teal"), touched=time.time() - 73 * 3600)
    begin(phone, picture("maroon"), touched=time.time() - 71 * 3600)
    assert uploads.sweep() == 1
    assert phone.get(address(picture("maroon"))).json()["offset"] == 10
    assert phone.get(address(picture("teal"))).json()["offset"] == 0


@examples(max_examples=40)
@given(
    pieces=st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 40), st.integers(0, 40)), max_size=30
    )
)
def test_two_tabs_never_mix_their_pieces(pieces, tmp_path_factory):
    """Whatever comes from where, what lies on disk is the beginning of the file, and it only grows."""
    contents = bytes(range(64))
    folder = tmp_path_factory.mktemp("parts")

    class Somebody:
        pk = 1

    upload = uploads.Upload(by=Somebody(), digest=digest_of(contents), size=len(contents))
    upload.folder = folder
    upload.path = folder / "x-64.part"
    for _tab, start, length in pieces:
        before = upload.offset
        try:
            upload.append(start, [contents[start : start + length]])
        except uploads.Misplaced as misplaced:
            assert misplaced.offset == before != start
        here = upload.path.read_bytes()
        assert here == contents[: len(here)]
        assert len(here) >= before


# The rows of a story


def save(client, draft, *rows, **more):
    data = filled(client.get(change(draft)))
    for index, fields in enumerate(rows):
        data |= line("article_photos", index, len(rows), position=index, **fields)
    return client.post(change(draft), data | more)


def test_a_row_gets_its_photo_by_number_and_gives_the_library_its_words(phone, draft):
    pk = put(phone, picture()).json()["photo"]
    save(phone, draft, {"photo": pk, "caption": "Satu", "alt_text": "Orang", "credit": "Rahma"})
    row = draft.article_photos.select_related("photo").get()
    assert (row.photo_id, row.caption, row.alt_text) == (pk, "Satu", "Orang")
    assert (row.photo.caption, row.photo.alt_text, row.photo.credit) == ("Satu", "Orang", "Rahma")


def test_a_photo_that_has_words_keeps_them(phone, draft):
    photo = PhotoFactory(caption="Pelabuhan", alt_text="Perahu", credit="Baso")
    save(phone, draft, {"photo": photo.pk, "caption": "Lain", "alt_text": "Lain"})
    photo.refresh_from_db()
    assert (photo.caption, photo.alt_text, photo.credit) == ("Pelabuhan", "Perahu", "Baso")


def test_a_row_saved_before_its_answer_came_finds_its_photo_by_the_digest(phone, draft):
    contents = picture()
    put(phone, contents)
    save(phone, draft, {"upload": digest_of(contents), "caption": "Satu"})
    assert draft.article_photos.get().photo == Photo.objects.get()


@pytest.mark.parametrize("digest", ["a" * 64, "x", "a" * 65, "\x00"])
def test_a_row_whose_file_has_not_arrived_says_so_and_keeps_its_words(digest, phone, draft):
    response = save(phone, draft, {"upload": digest, "caption": "Satu"})
    assert response.status_code == 200
    assert errors(response)
    assert "Satu" in response.content.decode()
    assert ArticlePhoto.objects.count() == 0


def test_without_script_a_file_still_comes_with_the_form(phone, draft):
    file = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    assert save(phone, draft, {"file": file, "caption": "Satu"}).status_code == 302
    assert draft.article_photos.get().photo.caption == "Satu"


def test_a_row_with_a_photo_says_so_to_the_scripts(phone, draft):
    row = ArticlePhotoFactory(article=draft)
    page = phone.get(change(draft)).content.decode()
    assert f'data-photo="{row.photo_id}"' in page
    # The empty row for the next one.
    assert page.count('data-photo=""') == 1


# The library's window


def cards(client, **query):
    return client.get(reverse("admin:articles_photo_cards"), query)


def test_the_window_finds_photos_by_all_the_words(phone):
    wanted = PhotoFactory(caption="Pelabuhan pagi", credit="Baso Ilham")
    PhotoFactory(caption="Pelabuhan malam", credit="Rahma")
    found = cards(phone, q="pelab baso").json()
    assert [card["photo"] for card in found["cards"]] == [wanted.pk]
    assert found["before"] is None


def test_the_window_goes_back_page_by_page(phone, monkeypatch):
    monkeypatch.setattr("articles.admin.uploads.CARDS_SHOWN", 2)
    keys = [PhotoFactory().pk for _number in range(3)]
    first = cards(phone).json()
    assert [card["photo"] for card in first["cards"]] == [keys[2], keys[1]]
    assert first["before"] == keys[1]
    second = cards(phone, before=first["before"]).json()
    assert [card["photo"] for card in second["cards"]] == [keys[0]]


@pytest.mark.parametrize(
    "query", [{"q": "\x00"}, {"before": "x"}, {"before": "9" * 40}, {"q": "%" * 500}]
)
def test_a_malformed_question_to_the_window_is_answered(query, phone):
    assert cards(phone, **query).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_window_costs_the_same_for_one_photo_and_for_three(
    count, phone, django_assert_num_queries
):
    for _number in range(count):
        PhotoFactory()
    with django_assert_num_queries(5):
        cards(phone)


def test_a_card_of_no_photo_and_for_nobody(phone, member, at_desk):
    assert phone.get(reverse("admin:articles_photo_card", args=[9])).status_code == 404
    assert phone.get(reverse("admin:articles_photo_card", args=[10**30])).status_code == 404
    photo = PhotoFactory()
    moderator = at_desk(member("moderator"))
    assert moderator.get(reverse("admin:articles_photo_card", args=[photo.pk])).status_code == 403
    assert cards(moderator).status_code == 403
