"""Uploaded files: only what lies under MEDIA_ROOT, and never as a page of ours."""

from pathlib import Path

import pytest


@pytest.fixture
def media(settings):
    root = Path(settings.MEDIA_ROOT)
    (root / "photos").mkdir(parents=True, exist_ok=True)
    (root / "photos" / "a.jpg").write_bytes(b"picture")
    (root.parent / "secret.txt").write_text("secret")
    return root


def test_picture_is_shown_and_kept_for_good(client, media):
    response = client.get("/media/photos/a.jpg")
    assert b"".join(response.streaming_content) == b"picture"
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies


def test_picture_that_is_known_is_not_sent_again(client, media):
    since = client.get("/media/photos/a.jpg")["Last-Modified"]
    again = client.get("/media/photos/a.jpg", headers={"if-modified-since": since})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "data"])
def test_anything_else_is_a_download(client, media, name):
    (media / name).write_text("<script>alert(1)</script>")
    response = client.get(f"/media/{name}")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "path",
    [
        "/media/",
        "/media/photos/",
        "/media/photos/b.jpg",
        "/media/../secret.txt",
        "/media/%2e%2e/secret.txt",
        "/media/photos/../../secret.txt",
        "/media//etc/passwd",
        "/media/a%00b",
        "/media/" + "x" * 3000,
    ],
)
@pytest.mark.django_db
def test_nothing_outside_is_reached(client, media, path):
    assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_link_that_leads_outside_is_not_followed(client, media):
    (media / "link.jpg").symlink_to(media.parent / "secret.txt")
    assert client.get("/media/link.jpg").status_code == 404


def test_media_answers_head(client, media):
    response = client.head("/media/photos/a.jpg")
    assert response.status_code == 200


def test_icon_answers_at_its_old_address(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response["Location"].startswith("/static/site/icon")
