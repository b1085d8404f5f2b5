"""What a Blogger export becomes."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from articles.choices import Status
from articles.models import Article, Author, Page, Photo, Redirect
from comments.models import Comment
from tests.factories import SectionFactory, image_file

from .conftest import DATA, Run, rows_as_they_are

pytestmark = pytest.mark.django_db

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"
 xmlns:gd="http://schemas.google.com/g/2005" xmlns:app="http://purl.org/atom/app#" xmlns:blogger="http://schemas.google.com/blogger/2018">
<title>Blog Lama</title><link rel="alternate" href="http://bloglama.blogspot.com/"/>
"""


def feed(*entries: str) -> str:
    return HEAD + "".join(entries) + "</feed>"


def entry(number: int, kind: str, title: str = "", content: str = "", inner: str = "") -> str:
    return f"""<entry><id>tag:blogger.com,1999:blog-5.post-{number}</id><published>2012-04-05T08:00:00.000+08:00</published>
<category scheme="http://schemas.google.com/g/2005#kind" term="http://schemas.google.com/blogger/2008/kind#{kind}"/>
<title type="text">{title}</title><content type="html"><![CDATA[{content}]]></content>
<author><name>Baso Ilham</name><email>noreply@blogger.com</email></author>{inner}</entry>
"""


def label(name: str) -> str:
    return f'<category scheme="http://www.blogger.com/atom/ns#" term="{name}"/>'


def link(path: str) -> str:
    return f'<link rel="alternate" type="text/html" href="http://bloglama.blogspot.com{path}"/>'


def answer(number: int, body: str, *, story: int = 1, to: int = 0, inner: str = "") -> str:
    related = (
        f'<link rel="related" href="http://www.blogger.com/feeds/5/1/comments/default/{to}"/>'
        if to
        else ""
    )
    reply = f'<thr:in-reply-to ref="tag:blogger.com,1999:blog-5.post-{story}"/>'
    return entry(number, "comment", "", body, reply + related + inner)


def test_stories_pages_and_labels_are_taken_over(run: Run) -> None:
    result = run(
        feed(
            entry(90, "settings", "Nama"),
            entry(91, "template", "Rupa"),
            entry(
                1,
                "post",
                "Pasar &amp; dermaga",
                "satu<br/><br/>dua",
                label("Pasar") + label("Laut") + link("/2012/04/pasar.html"),
            ),
            entry(
                2, "post", "Konsep", "x", "<app:control><app:draft>yes</app:draft></app:control>"
            ),
            entry(3, "page", "Tentang", "<div>Kami</div>", link("/p/tentang.html")),
        ),
        system="blogger",
    )
    story = Article.objects.get(slug="pasar")
    assert (story.headline, story.body) == ("Pasar & dermaga", "<p>satu</p><p>dua</p>")
    assert story.publish_at == datetime.datetime(2012, 4, 5, tzinfo=datetime.UTC)
    assert sorted(story.tags.names()) == ["Laut", "Pasar"]
    assert [b.author.name for b in story.bylines.all()] == ["Baso Ilham"]
    assert Article.objects.get(headline="Konsep").status == Status.DRAFT
    page = Page.objects.get()
    assert (page.title, page.slug, page.body) == ("Tentang", "tentang", "<p>Kami</p>")
    assert Redirect.objects.get(path="/p/tentang.html").page == page
    assert Redirect.objects.get(path="/2012/04/pasar.html").article == story
    assert [result.count(k)[0] for k in ("articles", "pages", "authors", "tags", "redirects")] == [
        2,
        1,
        1,
        2,
        2,
    ]
    assert result.report["problems"] == []


def test_label_of_a_section_is_the_section(run: Run) -> None:
    section = SectionFactory(name="Ekonomi", slug="ekonomi")
    run(feed(entry(1, "post", "Pasar", "x", label("EKONOMI"))), system="blogger")
    assert Article.objects.get().section == section


@pytest.mark.parametrize("order", [[1, 2, 3], [3, 2, 1], [2, 3, 1]])
def test_threads_come_together_in_any_order(run: Run, order: list[int]) -> None:
    comments = {1: answer(11, "induk"), 2: answer(12, "anak", to=11), 3: answer(13, "cucu", to=12)}
    source = feed(
        *(comments[n] for n in order), answer(14, "yatim", to=99), entry(1, "post", "Pasar", "x")
    )
    result = run(source, system="blogger")
    rows = {c.body: c for c in Comment.objects.all()}
    assert rows["cucu"].path == [rows["induk"].pk, rows["anak"].pk, rows["cucu"].pk]
    assert rows["yatim"].parent is None
    assert result.count("comments") == (4, 4, 0, 0)
    before = rows_as_they_are()
    assert run(source, system="blogger").count("comments") == (4, 0, 4, 0)
    assert rows_as_they_are() == before


def test_comments_without_a_place_are_named(run: Run) -> None:
    removed = '<gd:extendedProperty name="blogger.contentRemoved" value="true"/>'
    result = run(
        feed(
            entry(1, "post", "Pasar", "x"),
            answer(11, "Komentar ini telah dihapus.", inner=removed),
            answer(12, "tanpa berita", story=77),
            answer(13, ""),
        ),
        system="blogger",
    )
    assert result.count("comments") == (3, 0, 0, 3)
    assert result.reason("comment 11") == "The comment was removed on the old site."
    assert result.reason("comment 12") == "Its story was not taken over."
    assert result.reason("comment 13") == "The comment has no text."


def test_takeout_of_today_is_understood(run: Run) -> None:
    def takeout(number: int, kind: str, status: str, inner: str = "") -> str:
        return f"""<entry><id>tag:blogger.com,1999:blog-5.post-{number}</id><blogger:type>{kind}</blogger:type>
<blogger:status>{status}</blogger:status><author><name>Baso</name></author><title>Judul {number}</title>
<content type="html">isi {number}</content><blogger:created>2024-01-02T03:04:05Z</blogger:created>
<published>2024-01-02T03:04:05Z</published>{inner}</entry>"""

    parent = "<blogger:parent>tag:blogger.com,1999:blog-5.post-1</blogger:parent>"
    result = run(
        feed(
            takeout(1, "POST", "LIVE", "<blogger:filename>/2024/01/judul.html</blogger:filename>"),
            takeout(2, "POST", "DRAFT"),
            takeout(3, "POST", "SOFT_TRASHED"),
            takeout(4, "PAGE", "LIVE"),
            takeout(5, "COMMENT", "LIVE", parent),
            takeout(6, "COMMENT", "SPAMMED", parent),
            takeout(
                7,
                "COMMENT",
                "LIVE",
                parent
                + "<blogger:inReplyTo>tag:blogger.com,1999:blog-5.post-5</blogger:inReplyTo>",
            ),
            takeout(8, "POST", "SCHEDULED").replace("<published>2024", "<published>2999"),
        ),
        system="blogger",
    )
    assert dict(Article.objects.values_list("headline", "status")) == {
        "Judul 1": "published",
        "Judul 2": "draft",
        "Judul 8": "published",
    }
    assert Article.objects.get(headline="Judul 8").is_scheduled
    assert Redirect.objects.get(path="/2024/01/judul.html").article.headline == "Judul 1"
    assert {c.body: c.state for c in Comment.objects.all()} == {
        "isi 5": "approved",
        "isi 6": "spam",
        "isi 7": "approved",
    }
    assert Comment.objects.get(body="isi 7").parent.body == "isi 5"
    assert result.count("articles") == (4, 3, 0, 1)


def test_pictures_of_the_texts_are_the_media(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pasar.jpg").write_bytes(image_file().read())
    body = (
        '<a href="http://1.bp.blogspot.com/-x/s1600/pasar.jpg"><img src="http://1.bp.blogspot.com/-x/s320/pasar.jpg" alt="Pasar"/></a>'
        "<img src='http://lain.example/x.gif'>"
    )
    result = run(feed(entry(1, "post", "Pasar", body)), system="blogger", media=tmp_path)
    photo = Photo.objects.get()
    assert f'<figure><img src="{photo.image.url}" alt="Pasar"' in Article.objects.get().body
    assert result.count("media") == (2, 1, 0, 1)


def test_shared_sample_is_right_by_hand(run: Run) -> None:
    run(DATA / "blogger/google-blogger-sample.xml", system="blogger")
    story = Article.objects.get(slug="a-test-of-newlines-and-labelscategories")
    assert story.headline == "A test of newlines and labels/categories"
    assert story.publish_at == datetime.datetime(2008, 5, 16, 19, 40, 23, tzinfo=datetime.UTC)
    assert sorted(story.tags.names()) == ["DataPortability", "NewTag", "wordpress2blogger"]
    assert story.body.startswith("<p>We're having fun with tags")
    assert "<p>What's <strong>your</strong> take on newlines, huh?</p>" in story.body
    (comment,) = story.comments.all()
    assert (
        comment.body
        == "Now let's try to see what it takes to make a comment work correctly.\n\nCan you see this?"
    )
    assert comment.created_at == datetime.datetime(2008, 5, 16, 20, 24, 37, tzinfo=datetime.UTC)
    assert Author.objects.get().name == "jlueck"
    assert Redirect.objects.get(path="/2008/05/16/an-image-test/").article.slug == "an-image-test"
