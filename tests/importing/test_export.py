"""The export is one that WordPress takes, whole, and keeps readers' addresses at home."""

from __future__ import annotations

import datetime
import io
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.choices import Status
from articles.models import Article, Page, Photo, Place, Redirect
from articles.photos import store
from comments.choices import State
from comments.models import Comment, place_in_thread
from newsroom.importing.rows import export_number
from tests import factories
from tests.factories import image_file

from .conftest import Run
from .test_round_trip import contents, empty_the_newsroom

pytestmark = pytest.mark.django_db

NAMES = {
    "wp": "http://wordpress.org/export/1.2/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
# What WordPress's importer asks every item for.
ITEM = (
    *(
        "title",
        "link",
        "pubDate",
        "dc:creator",
        "guid",
        "description",
        "content:encoded",
        "excerpt:encoded",
    ),
    *(
        "wp:post_id",
        "wp:post_date",
        "wp:post_date_gmt",
        "wp:comment_status",
        "wp:ping_status",
        "wp:post_name",
    ),
    *(
        "wp:status",
        "wp:post_parent",
        "wp:menu_order",
        "wp:post_type",
        "wp:post_password",
        "wp:is_sticky",
    ),
)


@pytest.fixture
def export(tmp_path: Path):
    def export_wordpress() -> tuple[Path, ElementTree.Element]:
        path = tmp_path / "newsroom.xml"
        call_command("export_wordpress", str(path), stderr=io.StringIO())
        return path, ElementTree.parse(path).getroot().find("channel")

    return export_wordpress


def item_of(channel: ElementTree.Element, row: Any) -> ElementTree.Element:
    number = str(export_number(row))
    return next(
        i for i in channel.findall("item") if i.findtext("wp:post_id", namespaces=NAMES) == number
    )


def text(element: ElementTree.Element, name: str) -> str:
    return element.findtext(name, namespaces=NAMES) or ""


def metas(item: ElementTree.Element) -> dict[str, str]:
    return {
        text(meta, "wp:meta_key"): text(meta, "wp:meta_value")
        for meta in item.findall("wp:postmeta", NAMES)
    }


def test_every_item_has_what_wordpress_asks_for(export) -> None:
    article = factories.ArticlePhotoFactory(article__is_public=True).article
    factories.PageFactory()
    _path, channel = export()
    assert channel.findtext("wp:wxr_version", namespaces=NAMES) == "1.2"
    items = channel.findall("item")
    assert Counter(text(i, "wp:post_type") for i in items) == {
        "post": 1,
        "page": 1,
        "attachment": 1,
    }
    for item in items:
        for name in ITEM:
            assert item.find(name, NAMES) is not None, name
    numbers = [text(i, "wp:post_id") for i in items]
    assert len(set(numbers)) == len(numbers)
    post = item_of(channel, article)
    photo = Photo.objects.get()
    assert metas(post)["_thumbnail_id"] == str(export_number(photo))
    assert (
        text(item_of(channel, photo), "wp:attachment_url")
        == f"http://127.0.0.1:8000{photo.image.url}"
    )
    assert metas(item_of(channel, photo))["_wp_attachment_image_alt"] == photo.alt_text


def test_story_reads_in_wordpress_as_it_does_here(export) -> None:
    moment = datetime.datetime(2026, 3, 1, 0, 30, 15, tzinfo=datetime.UTC)
    article = factories.ArticleFactory(
        headline="A & B < C", standfirst="Ringkas & jelas", is_public=True, publish_at=moment, tags=["Laut & pantai"],
        body='<p>x ]]&gt; y</p><figure><img src="/media/photos/ab/x.jpg" alt=""></figure>', section__name="Desa & kota",
    )  # fmt: skip
    for name in ("Baso Ilham", "Andi Rani"):
        factories.BylineFactory(article=article, author__name=name, position=len(name))
    _path, channel = export()
    post = item_of(channel, article)
    assert text(post, "title") == "A &amp; B &lt; C"
    assert text(post, "excerpt:encoded") == "Ringkas &amp; jelas"
    assert text(post, "content:encoded") == (
        '<p>x ]]&gt; y</p><figure><img src="http://127.0.0.1:8000/media/photos/ab/x.jpg" alt=""></figure>'
    )
    assert (text(post, "wp:post_date"), text(post, "wp:post_date_gmt")) == (
        "2026-03-01 08:30:15",
        "2026-03-01 00:30:15",
    )
    assert text(post, "dc:creator") == "andi-rani"
    terms = [(c.get("domain"), c.get("nicename"), c.text) for c in post.findall("category")]
    assert terms == [
        ("category", article.section.slug, "Desa &amp; kota"),
        ("post_tag", "laut-pantai", "Laut &amp; pantai"),
        ("author", "andi-rani", "Andi Rani"),
        ("author", "baso-ilham", "Baso Ilham"),
    ]


@pytest.mark.parametrize(
    ("traits", "status"),
    [
        ({}, "draft"), ({"status": Status.IN_REVIEW}, "pending"), ({"status": Status.RETURNED}, "draft"),
        ({"status": Status.APPROVED}, "pending"), ({"is_public": True}, "publish"), ({"is_scheduled": True}, "future"),
        ({"is_withdrawn": True}, "private"), ({"is_over": True}, "private"),
    ],
)  # fmt: skip
def test_states_are_those_of_wordpress(export, traits: dict[str, Any], status: str) -> None:
    article = factories.ArticleFactory(**traits)
    _path, channel = export()
    assert text(item_of(channel, article), "wp:status") == status


def test_comments_are_threads_without_addresses(export) -> None:
    article = factories.ArticleFactory(is_public=True)
    reader = factories.UserFactory(email="pembaca@example.org", name="Pembaca")
    first = Comment(
        article=article,
        author=reader,
        author_name="Pembaca",
        body="a < b\n\ndua",
        state=State.APPROVED,
        created_at=timezone.now(),
    )
    second = Comment(
        article=article,
        parent=first,
        author_name="Lain",
        body="jawab",
        state=State.SPAM,
        created_at=timezone.now(),
    )
    Comment.objects.bulk_create(place_in_thread([first, second]))
    path, channel = export()
    comments = item_of(channel, article).findall("wp:comment", NAMES)
    assert [text(c, "wp:comment_content") for c in comments] == ["a &lt; b\n\ndua", "jawab"]
    assert [text(c, "wp:comment_approved") for c in comments] == ["1", "spam"]
    assert text(comments[1], "wp:comment_parent") == str(first.pk)
    assert "pembaca@example.org" not in path.read_text()


def test_export_goes_to_the_standard_output_too(capsys: pytest.CaptureFixture[str]) -> None:
    factories.ArticleFactory(is_public=True)
    out = io.StringIO()
    call_command("export_wordpress", stdout=out)
    assert ElementTree.fromstring(out.getvalue()).find("channel/item") is not None
    assert capsys.readouterr().out == ""


def test_unfinished_export_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "newsroom.xml"
    path.write_text("the one before")
    monkeypatch.setattr("newsroom.importing.exporting.Export.run", fail)
    with pytest.raises(
        CommandError, match=r"newsroom\.xml cannot be written: No space left on device\."
    ):
        call_command("export_wordpress", str(path))
    assert [p.name for p in tmp_path.iterdir()] == ["newsroom.xml"]
    assert path.read_text() == "the one before"


def test_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        call_command("export_wordpress", str(tmp_path / "none" / "x.xml"))


def test_query_count_does_not_grow_with_the_stories(export, django_assert_num_queries) -> None:
    def stories(number: int) -> None:
        for _number in range(number):
            article = factories.ArticlePhotoFactory(article__is_public=True).article
            factories.BylineFactory(article=article)
            factories.AttendanceFactory(article=article)

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    stories(1)
    with CaptureQueriesContext(
        connection,
    ) as one:
        export()
    stories(2)
    with CaptureQueriesContext(connection) as three:
        export()
    # One query for the other names of each person.
    assert len(three) - len(one) == 2


def test_own_files_that_are_still_here_are_taken_as_they_are(run: Run, export) -> None:
    store(image_file(size=(40, 30)), by=None, caption="Dermaga")
    before = contents()["Photo"]
    path, _channel = export()
    empty_the_newsroom()
    assert run(path).count("media") == (1, 1, 0, 0)
    assert contents()["Photo"] == before


def test_files_from_another_installation_are_written_anew(
    run: Run, export, media_root: Path, tmp_path: Path
) -> None:
    photo = store(image_file(size=(40, 30)), by=None, caption="Dermaga", credit="Baso")
    body = f'<p>x</p><figure><img src="{photo.image.url}" alt="y"></figure>'
    factories.ArticlePhotoFactory(photo=photo, article__is_public=True, article__body=body)
    path, _channel = export()
    shutil.move(media_root, tmp_path / "copy")
    empty_the_newsroom()
    result = run(path, media=tmp_path / "copy")
    assert result.count("media") == (1, 1, 0, 0)
    restored = Photo.objects.get()
    assert (restored.caption, restored.credit, restored.source_sha256) == (
        "Dermaga",
        "Baso",
        photo.source_sha256,
    )
    assert restored.image.storage.exists(restored.image.name)
    assert f'<img src="{restored.image.url}"' in Article.objects.get().body
    assert Article.objects.get().article_photos.get().photo == restored


def test_without_its_files_the_rest_comes_back_and_says_so(
    run: Run, export, media_root: Path
) -> None:
    photo = store(image_file(size=(40, 30)), by=None)
    article = factories.ArticlePhotoFactory(
        photo=photo,
        article__is_public=True,
        article__body=f'<p>x</p><figure><img src="{photo.image.url}"></figure>',
    ).article
    path, _channel = export()
    shutil.rmtree(media_root)
    empty_the_newsroom()
    result = run(path)
    assert result.count("media") == (1, 0, 0, 1)
    assert result.count("articles") == (1, 1, 0, 0)
    assert "is not in the library and was left out" in result.reason(article.headline)
    assert Article.objects.get().body == "<p>x</p><figure></figure>"


def test_fields_of_ours_in_an_export_of_wordpress_are_out_of_date(run: Run, export) -> None:
    """Somebody moved to WordPress, edited there, and came back: WordPress's word counts."""
    factories.ArticleFactory(is_public=True, headline="Judul lama")
    path, _channel = export()
    source = path.read_text()
    start = source.index("<newsroom:export>")
    end = source.index("</newsroom:export>") + len("</newsroom:export>")
    empty_the_newsroom()
    run(
        (source[:start] + source[end:]).replace(
            "<title><![CDATA[Judul lama", "<title><![CDATA[Judul baru"
        )
    )
    assert Article.objects.get().headline == "Judul baru"


def test_damaged_fields_of_ours_cost_only_their_item(run: Run, export) -> None:
    for number in range(3):
        factories.ArticleFactory(is_public=True, headline=f"Judul {number}")
    path, _channel = export()
    empty_the_newsroom()
    source = path.read_text().replace(
        '"headline":"Judul 1","standfirst":"What happened."',
        '"headline":"Judul 1","standfirst":null',
    )
    result = run(source)
    assert result.count("articles") == (3, 2, 0, 1)
    assert "It could not be written" in result.reason("Judul 1")


def test_names_in_the_history_come_back_as_accounts_that_open_nothing(run: Run, export) -> None:
    factories.ArticleFactory(
        is_withdrawn=True,
        created_by=factories.StaffFactory(email="baso@example.org", password="rahasia-sekali"),
    )
    factories.UserFactory(email="pembaca@example.org")
    path, _channel = export()
    empty_the_newsroom()
    run(path)
    from django.contrib.auth import get_user_model

    accounts = get_user_model().objects.all()
    assert accounts.count() == 3
    assert not accounts.filter(email="pembaca@example.org").exists()
    for account in accounts:
        assert (
            account.is_active,
            account.is_staff,
            account.is_superuser,
            account.has_usable_password(),
        ) == (False,) * 4
    assert Article.objects.get().created_by.email == "baso@example.org"


def test_accounts_that_are_here_are_not_touched(run: Run, export) -> None:
    factories.ArticleFactory(
        created_by=factories.StaffFactory(email="baso@example.org", name="Baso")
    )
    path, _channel = export()
    empty_the_newsroom()
    chief = factories.StaffFactory(
        email="BASO@example.org", name="Baso Ilham", password="rahasia-sekali"
    )
    run(path)
    chief.refresh_from_db()
    assert (chief.name, chief.is_active, chief.is_staff) == ("Baso Ilham", True, True)
    assert Article.objects.get().created_by == chief


def test_places_with_a_code_are_those_of_every_installation(run: Run, export) -> None:
    sinjai = Place.objects.get(code="73.07")
    village = factories.PlaceFactory(name="Balangnipa", parent=sinjai)
    factories.ArticleFactory(place=sinjai)
    factories.ArticleFactory(place=village)
    path, channel = export()
    records = channel.findall("{urn:newsroom:export:1}record")
    assert [json.loads(r.text)["name"] for r in records if r.get("kind") == "place"] == [
        "Balangnipa"
    ]
    number = Place.objects.count()
    empty_the_newsroom()
    run(path)
    assert {a.place.name for a in Article.objects.select_related("place")} == {
        sinjai.name,
        "Balangnipa",
    }
    assert Place.objects.count() == number


def test_export_into_the_newsroom_it_came_from_doubles_nothing_it_knows(run: Run, export) -> None:
    factories.PageFactory()
    Redirect.objects.create(path="/lama/", target="/terkini/")
    path, _channel = export()
    empty_the_newsroom()
    run(path)
    again = run(path)
    assert (again.count("pages"), again.count("redirects")) == ((1, 0, 1, 0), (1, 0, 1, 0))
    assert Page.objects.count() == 1
