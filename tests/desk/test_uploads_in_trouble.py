"""A photo in pieces while the store of photos is in trouble: what was sent stays, and becomes a photo afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles import uploads
from articles.models import Photo
from tests.desk.test_uploads import address, errors, phone, picture, put, save  # noqa: F401 - a fixture
from tests.engines import Bucket


def parts() -> list[str]:
    return [path.suffix for path in uploads._root().glob("*/*")]


def test_a_photo_in_pieces_goes_into_the_bucket(phone: Client, bucket: Bucket) -> None:  # noqa: F811
    contents = picture()
    put(phone, contents, 0, 100)
    card = put(phone, contents, 100).json()
    photo = Photo.objects.get()
    assert card["url"] == photo.image.url == f"/media/{photo.image.name}"
    assert photo.image.name in bucket.objects()
    assert parts() == []


@pytest.mark.parametrize("kind", ["gone", "403"])
def test_a_file_that_arrived_stays_and_is_made_a_photo_when_the_store_is_back(
    phone: Client,  # noqa: F811
    bucket: Bucket,
    trouble: Callable[[str], None],
    kind: str,
) -> None:
    contents = picture()
    trouble(kind)
    response = put(phone, contents)
    assert (response.status_code, response.json()) == (503, {"busy": True, "reason": "not_kept"})
    assert phone.get(address(contents)).json()["offset"] == len(contents)
    assert (parts(), Photo.objects.count()) == ([".part"], 0)
    bucket.back()
    # The browser offers the end of the file again, of which nothing is left to be sent.
    assert put(phone, contents, len(contents)).json()["photo"] == Photo.objects.get().pk
    assert parts() == []


def test_a_form_with_a_file_comes_back_with_the_sentence_and_its_words(
    phone: Client,  # noqa: F811
    draft,
    bucket: Bucket,
    trouble: Callable[[str], None],
) -> None:
    trouble("500")
    file = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    response = save(phone, draft, {"file": file, "caption": "Dermaga pagi"})
    assert response.status_code == 200
    assert "Photos cannot be kept just now" in str(errors(response))
    assert "Dermaga pagi" in response.content.decode()
