"""Pictures: from the folder that was given, from the old site only when asked."""

from __future__ import annotations

import io
import socket
from pathlib import Path

import pytest

from articles import outgoing
from articles.models import Article, Photo
from newsroom.importing.mediafiles import FileMissing, MediaFolder
from tests.factories import image_file

from .conftest import Run, item, wxr

ADDRESS = "https://lama.example/wp-content/uploads/2024/03/dermaga.jpg"


def attachment(number: int = 9, address: str = ADDRESS, title: str = "dermaga", **more: str) -> str:
    file = more.pop("file", "")
    meta = {key: value for key, value in more.items() if key.startswith("_")}
    inner = f"<wp:attachment_url>{address}</wp:attachment_url>"
    if file:
        meta["_wp_attached_file"] = file
    text = item(
        number,
        title,
        more.get("description", ""),
        kind="attachment",
        status="inherit",
        meta=meta,
        inner=inner,
    )
    return text.replace(
        "<excerpt:encoded>", f"<excerpt:encoded><![CDATA[{more.get('caption', '')}]]>"
    )


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads"
    (folder / "2024/03").mkdir(parents=True)
    (folder / "2024/03/dermaga.jpg").write_bytes(image_file().read())
    return folder


@pytest.mark.django_db
def test_attachment_becomes_a_photo_with_its_texts(run: Run, uploads: Path) -> None:
    metadata = 'a:2:{s:5:"width";i:3;s:10:"image_meta";a:1:{s:6:"credit";s:4:"Baso";}}'
    result = run(
        wxr(
            attachment(
                caption="Dermaga &amp; <em>perahu</em>",
                description="Keterangan",
                _wp_attachment_image_alt="Perahu di dermaga",
                _wp_attachment_metadata=metadata,
            )
        ),
        media=uploads,
    )
    photo = Photo.objects.get()
    assert (photo.caption, photo.alt_text, photo.credit) == (
        "Dermaga & perahu",
        "Perahu di dermaga",
        "Baso",
    )
    assert result.count("media") == (1, 1, 0, 0)


@pytest.mark.django_db
def test_description_serves_where_there_is_no_caption(run: Run, uploads: Path) -> None:
    run(wxr(attachment(description="Keterangan")), media=uploads)
    assert Photo.objects.get().caption == "Keterangan"


@pytest.mark.django_db
def test_featured_picture_may_come_later_in_the_file_or_in_another(run: Run, uploads: Path) -> None:
    run(
        wxr(item(1, meta={"_thumbnail_id": "9"})),
        wxr(attachment()),
        media=uploads,
    )
    article = Article.objects.get()
    assert article.article_photos.get().photo == Photo.objects.get()
    assert (article.article_photos.get().caption, article.article_photos.get().position) == ("", 0)


@pytest.mark.django_db
def test_captions_and_galleries_find_their_pictures(run: Run, uploads: Path) -> None:
    (uploads / "2024/03/kapal.png").write_bytes(image_file(size=(30, 20)).read())
    body = (
        f'[caption id="attachment_9" width="300"]<img class="wp-image-9" src="{ADDRESS[:-4]}-300x200.jpg"> Foto dermaga[/caption]'
        '\n\n[gallery]\n\n[gallery ids="10,77"]'
    )
    kapal = attachment(10, ADDRESS.replace("dermaga.jpg", "kapal.png"), caption="Kapal").replace(
        "<wp:post_parent>0", "<wp:post_parent>1"
    )
    result = run(wxr(item(1, body=body), attachment(), kapal), media=uploads)
    first, second = Photo.objects.order_by("pk")
    figures = Article.objects.get().body.split("<figure>")[1:]
    assert [first.image.url in figures[0], "Foto dermaga" in figures[0]] == [True, True]
    assert [second.image.url in figure and "Kapal" in figure for figure in figures[1:]] == [
        True,
        True,
    ]
    assert (
        result.reason("post 1")
        == "Pictures of a gallery are not in the library and were left out: 77."
    )


@pytest.mark.django_db
def test_picture_that_is_not_listed_is_found_in_the_folder(run: Run, uploads: Path) -> None:
    site = wxr(item(1, body=f'<img src="{ADDRESS}"> <img src="https://lain.example/dermaga.jpg">'))
    first = run(site, media=uploads)
    body = Article.objects.get().body
    assert body.count("<img") == 1
    assert Photo.objects.get().image.url in body
    # A picture of the same name on another site is another picture.
    assert '<a href="https://lain.example/dermaga.jpg"' in body
    assert first.count("media") == (0, 0, 0, 0)
    assert run(site, media=uploads).count("articles") == (1, 0, 1, 0)


@pytest.mark.django_db
def test_what_is_missing_or_no_picture_is_named(run: Run, uploads: Path) -> None:
    (uploads / "2024/03/rusak.jpg").write_bytes(b"no picture")
    result = run(
        wxr(
            attachment(1, ADDRESS.replace("dermaga.jpg", "hilang.jpg"), "hilang"),
            attachment(2, ADDRESS.replace("dermaga.jpg", "rusak.jpg"), "rusak"),
            attachment(3, ADDRESS.replace("dermaga.jpg", "cv.pdf"), "cv"),
        ),
        media=uploads,
    )
    assert result.count("media") == (3, 0, 0, 3)
    assert result.reason("hilang") == "Its file is not in the folder that --media names."
    assert (
        result.reason("rusak") == "This file is not a picture that can be read, or it is damaged."
    )
    assert result.reason("cv") == "It is no picture (pdf)."


@pytest.mark.parametrize(
    ("kept_as", "address", "file"),
    [
        ("2024/03/a.jpg", "https://x.example/wp-content/uploads/2024/03/a.jpg", ""),
        (
            "wp-content/uploads/2024/03/a.jpg",
            "https://x.example/wp-content/uploads/2024/03/a.jpg",
            "",
        ),
        ("uploads/2024/03/a.jpg", "https://x.example/blog/wp-content/uploads/2024/03/a.jpg", ""),
        ("2024/03/a.jpg", "https://cdn.example/unrelated.jpg", "2024/03/a.jpg"),
        ("a.jpg", "https://x.example/wp-content/uploads/2024/03/a.jpg", ""),
        ("2024/03/a.jpg", "https://x.example/wp-content/uploads/2024/03/a-300x200.jpg", ""),
        ("2024/03/a-scaled.jpg", "https://x.example/wp-content/uploads/2024/03/a-scaled.jpg", ""),
        ("A.JPG", "https://x.example/files/a.jpg?w=300", ""),
        ("foto pasar.jpg", "https://x.example/foto%20pasar.jpg", ""),
        ("kafe\u0301.jpg", "https://x.example/kaf%C3%A9.jpg", ""),
    ],
)
def test_file_is_found_wherever_the_copy_keeps_it(
    tmp_path: Path, kept_as: str, address: str, file: str
) -> None:
    path = tmp_path / kept_as
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    with MediaFolder(tmp_path).open(address, file) as found:
        assert found.read() == b"x"


def test_ambiguous_name_is_not_guessed(tmp_path: Path) -> None:
    for folder in ("01", "02"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.jpg").write_bytes(b"x")
    with pytest.raises(FileMissing):
        MediaFolder(tmp_path).open("https://x.example/elsewhere/a.jpg")


@pytest.mark.parametrize(
    "address",
    [
        "https://x.example/../secret.jpg",
        "https://x.example/%2e%2e/secret.jpg",
        "https://x.example/uploads/..%2Fsecret.jpg",
    ],
)
@pytest.mark.parametrize("file", ["", "../secret.jpg", "/etc/hostname", "a\x00b"])
def test_nothing_outside_of_the_folder_is_read(tmp_path: Path, address: str, file: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    folder = tmp_path / "media"
    folder.mkdir()
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(FileMissing):
        MediaFolder(folder).open(address, file)
    with pytest.raises(FileMissing):
        MediaFolder(folder).open("https://x.example/link.jpg")


# The network


@pytest.mark.django_db
def test_nothing_is_fetched_unless_asked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*arguments: object, **more: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket, "create_connection", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    result = run(wxr(attachment(), item(1, body=f'<img src="{ADDRESS}">')))
    assert result.reason("attachment 9") == "Its file was not given: name the folder with --media."


@pytest.mark.django_db
def test_asked_to_the_import_fetches(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def fetch(address: str, *, accept: str) -> io.BytesIO:
        asked.append(address)
        return io.BytesIO(image_file().read())

    monkeypatch.setattr(outgoing, "fetch", fetch)
    result = run(wxr(attachment(), item(1, meta={"_thumbnail_id": "9"})), fetch_media=True)
    assert asked == [ADDRESS]
    assert result.count("media") == (1, 1, 0, 0)
    assert Article.objects.get().article_photos.count() == 1
