"""An import that runs again: nothing twice, nothing of the newsroom overwritten, nothing left half done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from articles import changes, revisions
from articles.models import Article, Author, Page, Photo, Redirect, Section, Tag
from comments import counts
from comments.models import Comment
from newsroom.models import ImportedItem
from tests.factories import StaffFactory, image_file

from .conftest import KINDS, Run, comment, item, rows_as_they_are, wxr

pytestmark = pytest.mark.django_db

SITE = wxr(
    "<wp:author><wp:author_login>baso</wp:author_login><wp:author_display_name>Baso</wp:author_display_name></wp:author>",
    "<wp:category><wp:category_nicename>daerah</wp:category_nicename><wp:cat_name>Daerah</wp:cat_name></wp:category>",
    item(
        1,
        "Satu",
        inner='<category domain="category" nicename="daerah">Daerah</category>' + comment(1),
    ),
    item(2, "Dua", status="draft"),
    item(3, "Tentang", kind="page"),
)


def test_second_run_changes_no_row(run: Run) -> None:
    run(SITE)
    before = rows_as_they_are()
    second = run(SITE)
    assert rows_as_they_are() == before
    assert [second.count(kind)[1:] for kind in KINDS] == [
        (0, 2, 0),
        (0, 1, 0),
        (0, 1, 0),
        (0, 1, 0),
        (0, 1, 0),
        (0, 0, 0),
        (0, 0, 0),
        (0, 4, 0),
    ]


def test_what_changed_there_changes_here(run: Run) -> None:
    run(SITE)
    address = Article.objects.get(slug="slug-1").get_absolute_url()
    changed = (
        SITE.replace("Satu", "Satu lagi")
        .replace("Setuju.", "Tidak setuju.")
        .replace("Tentang", "Tentang kami")
    )
    result = run(changed)
    article = Article.objects.get(slug="slug-1")
    assert article.headline == "Satu lagi"
    assert article.get_absolute_url() == address
    # Taking over is no change by the newsroom.
    assert article.updated_at is None
    assert article.revisions.count() == 2
    assert Comment.objects.get().body == "Tidak setuju."
    assert Page.objects.get().title == "Tentang kami"
    assert [result.count(kind)[1] for kind in ("articles", "pages", "comments")] == [1, 1, 1]
    assert run(changed).count("articles") == (2, 0, 2, 0)


def test_story_that_was_edited_here_stays(run: Run) -> None:
    run(SITE)
    article = Article.objects.get(slug="slug-1")
    article.headline = "Satu, disunting"
    article.save()
    revisions.record(article, by=None)
    result = run(SITE.replace("Satu", "Satu lagi"))
    article.refresh_from_db()
    assert article.headline == "Satu, disunting"
    assert result.count("articles") == (2, 0, 1, 1)
    assert result.reason("post 1") == "It was edited here since and stays as it is."


def test_story_whose_changes_are_being_written_stays(run: Run) -> None:
    run(SITE)
    article = Article.objects.get(slug="slug-1")
    editor = StaffFactory(is_superuser=True)
    copy = changes.begin(article, by=editor)
    result = run(SITE.replace("Satu", "Satu lagi"))
    article.refresh_from_db()
    assert article.headline == "Satu"
    assert result.reason("post 1") == "It was edited here since and stays as it is."
    assert changes.publish(copy, by=editor) == article


@pytest.mark.parametrize("change", ["tags", "bylines", "status"])
def test_every_kind_of_edit_counts(run: Run, change: str) -> None:
    run(SITE)
    article = Article.objects.get(slug="slug-2")
    if change == "tags":
        article.tags.add("baru")
    elif change == "bylines":
        article.bylines.all().delete()
    else:
        Article.objects.filter(pk=article.pk).update(status="in_review")
    assert run(SITE.replace("Dua", "Dua lagi")).count("articles") == (2, 0, 1, 1)
    assert not Article.objects.filter(headline="Dua lagi").exists()


def test_names_comments_and_pages_that_were_edited_here_stay(run: Run) -> None:
    run(SITE)
    Author.objects.update(name="Baso Ilham")
    Section.objects.filter(slug="daerah").update(name="Rubrik Daerah")
    Comment.objects.update(state="rejected")
    Page.objects.update(title="Tentang Kabar")
    result = run(
        SITE.replace(">Baso<", ">Basso<")
        .replace("<wp:cat_name>Daerah", "<wp:cat_name>Wilayah")
        .replace("Setuju.", "Tidak.")
        .replace("Tentang", "Perihal")
    )
    assert [result.count(k) for k in ("authors", "sections", "comments", "pages")] == [
        (1, 0, 0, 1)
    ] * 4
    assert Author.objects.get().name == "Baso Ilham"
    assert Section.objects.get(slug="daerah").name == "Rubrik Daerah"
    assert Comment.objects.get().state == "rejected"
    assert Page.objects.get().title == "Tentang Kabar"


def test_story_that_was_deleted_here_does_not_come_back(run: Run) -> None:
    run(SITE)
    Article.objects.get(slug="slug-2").delete()
    assert run(SITE).count("articles") == (2, 0, 2, 0)
    result = run(SITE.replace("Dua", "Dua lagi"))
    assert result.count("articles") == (2, 0, 1, 1)
    assert result.reason("post 2") == "It was deleted here since."
    assert Article.objects.count() == 1


def test_name_that_was_deleted_here_does_not_stop_new_stories(run: Run) -> None:
    tag = '<category domain="post_tag" nicename="laut">Laut</category>'
    run(wxr(item(1, inner=tag)))
    Tag.objects.all().delete()
    result = run(wxr(item(1, inner=tag), item(2, "Dua", inner=tag)))
    assert result.count("articles") == (2, 1, 1, 0)
    assert list(Article.objects.get(slug="slug-2").tags.names()) == ["Laut"]


def test_older_export_takes_nothing_back(run: Run) -> None:
    newer = SITE.replace("Satu", "Satu lagi")
    run(SITE)
    run(newer)
    result = run(SITE)
    assert result.count("articles") == (2, 0, 2, 0)
    assert Article.objects.get(slug="slug-1").headline == "Satu lagi"


def test_two_sites_with_the_same_numbers_stay_apart(run: Run) -> None:
    run(SITE)
    other = run(SITE.replace("lama.example", "lain.example"))
    assert other.count("articles") == (2, 2, 0, 0)
    assert other.count("comments") == (1, 1, 0, 0)
    assert set(ImportedItem.objects.values_list("source", flat=True)) == {
        "lama.example",
        "lain.example",
    }


def test_pictures_that_come_later_reach_their_stories(run: Run, tmp_path: Path) -> None:
    picture = "https://lama.example/wp-content/uploads/2024/03/dermaga.jpg"
    attachment = item(
        9,
        "dermaga",
        "",
        kind="attachment",
        status="inherit",
        inner=f"<wp:attachment_url>{picture}</wp:attachment_url>",
    )
    site = wxr(
        item(1, "Satu", f'<p>Lihat</p><img src="{picture}">', meta={"_thumbnail_id": "9"}),
        item(2, "Dua"),
        attachment,
    )
    first = run(site)
    assert first.count("media") == (1, 0, 0, 1)
    assert "<img" not in Article.objects.get(slug="slug-1").body
    folder = tmp_path / "uploads"
    (folder / "2024/03").mkdir(parents=True)
    (folder / "2024/03/dermaga.jpg").write_bytes(image_file().read())
    second = run(site, media=folder)
    photo = Photo.objects.get()
    article = Article.objects.get(slug="slug-1")
    assert second.count("media") == (1, 1, 0, 0)
    assert second.count("articles") == (2, 1, 1, 0)
    assert article.body.startswith(f'<p>Lihat</p><figure><img src="{photo.image.url}"')
    assert article.article_photos.get().photo == photo
    # Without the folder the pictures are here all the same.
    assert run(site).count("articles") == (2, 0, 2, 0)


def test_dry_run_keeps_nothing_and_reports_the_same(
    run: Run, tmp_path: Path, media_root: Path
) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(image_file().read())
    site = SITE.replace(
        "</channel>",
        item(
            9,
            "a",
            kind="attachment",
            inner="<wp:attachment_url>https://lama.example/a.jpg</wp:attachment_url>",
        )
        + "</channel>",
    )
    before = rows_as_they_are()
    dry = run(site, media=folder, dry_run=True)
    assert rows_as_they_are() == before
    assert not media_root.exists()
    assert "This was a dry run: nothing was kept." in dry.output
    assert run(site, media=folder).report == dry.report
    assert Photo.objects.get().image.storage.exists(Photo.objects.get().image.name)


KILLED = """
import os, signal, django
django.setup()
from newsroom.importing import stories
usual, number = stories.Stories.take, 0
def story(self, record):
    global number
    usual(self, record)
    number += 1
    if number == 25:
        os.kill(os.getpid(), signal.SIGKILL)
stories.Stories.take = story
from django.core.management import call_command
call_command("import_wordpress", os.environ["EXPORT"])
"""


@pytest.mark.django_db(transaction=True)
def test_interrupted_run_continues(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "site.xml"
    path.write_text(wxr(*(item(n, f"Berita {n}", inner=comment(n)) for n in range(1, 61))))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED], env=environment(EXPORT=str(path)), capture_output=True
    )
    assert killed.returncode == -9, killed.stderr.decode()
    # The story on which it was killed is not half there.
    assert Article.objects.count() == 24
    assert Article.objects.count() == ImportedItem.objects.filter(kind="article").count()

    result = run(path)
    assert result.count("articles") == (60, 36, 24, 0)
    assert result.count("comments") == (60, 36, 24, 0)
    assert Article.objects.count() == Comment.objects.count() == 60
    assert Redirect.objects.count() == 120
    assert run(path).count("articles") == (60, 0, 60, 0)


def environment(**more: str) -> dict[str, str]:
    """For a process of its own that works on the database of this test."""
    database = connection.settings_dict
    host = database["HOST"] or "localhost"
    address = f"postgres://{database['USER']}@/{database['NAME']}?host={host}"
    if database.get("PORT"):
        address = (
            f"postgres://{database['USER']}@:{database['PORT']}/{database['NAME']}?host={host}"
        )
    return os.environ | {
        "DATABASE_URL": address,
        "PGPASSWORD": database.get("PASSWORD") or "",
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "PYTHONPATH": str(settings.BASE_DIR),
        **more,
    }


def test_second_export_of_a_thread_leaves_counts_exact_and_nothing_waiting(run: Run) -> None:
    def thread(state: str, said: str) -> str:
        return wxr(item(inner=comment(1, "pertama", approved=state) + comment(2, said, parent=1)))

    run(thread("0", "jawaban"))
    assert Comment.objects.visible().count() == 0
    run(thread("1", "jawaban lain"))
    assert {c.body for c in Comment.objects.visible()} == {"pertama", "jawaban lain"}
    assert list(counts.differences()) == []
    assert not Comment.objects.queued().exists()
