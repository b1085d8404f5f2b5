"""What is backed up comes back: every row, every file, and nothing that was erased since."""

from __future__ import annotations

import datetime
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from ads.models import Creative
from articles.models import Article, ArticlePhoto, Photo
from auditlog import chain
from auditlog.writing import write as write_audit
from comments import moderation
from comments.choices import State
from comments.models import Comment
from newsroom.backup import catalogue, record, sealing
from newsroom.backup.media import named_by_rows
from newsroom.backup.server import Server
from tests.comments.test_attacks import written
from tests.factories import ArticleFactory, ArticlePhotoFactory, PhotoFactory

from .conftest import Newsroom

# `forget_pages` tells of itself.
TOLD = {"public.pagecache_notice"}


def differing(one: Any, other: Any) -> set[str]:
    return {table.name for table in set(one) ^ set(other)} - TOLD


def test_every_table_and_every_file_come_back(newsroom: Newsroom) -> None:
    tables, media = newsroom.tables(), newsroom.media()
    assert len(media) == 2

    backup = newsroom.backup()
    newsroom.empty()
    newsroom.restore()

    assert backup.is_good
    assert backup.about["rows"] == sum(table.rows for table in tables)
    assert newsroom.media() == media
    assert differing(tables, newsroom.tables()) == set()
    assert newsroom.databases() == {newsroom.name}


def test_the_demo_publication_comes_back_and_its_rows_name_every_file(
    newsroom: Newsroom, settings: Any
) -> None:
    Article.objects.all().delete()
    Photo.objects.all().delete()
    for name in newsroom.media():
        (newsroom.media_root / name).unlink()
    settings.DEMO = True
    call_command("load_demo", verbosity=0)
    tables, media = newsroom.tables(), newsroom.media()
    with Server.of_settings().connect() as opened, opened.transaction():
        assert set(named_by_rows(opened)) == set(media)

    assert newsroom.backup().is_good
    newsroom.empty()
    newsroom.restore()

    assert newsroom.media() == media
    assert differing(tables, newsroom.tables()) == set()


def test_a_sealed_backup_opens_with_its_key_alone(
    newsroom: Newsroom, settings: Any, tmp_path: Path
) -> None:
    settings.BACKUP_PUBLIC_KEY = sealing.new_key(tmp_path / "key")
    sealing.new_key(tmp_path / "other")
    tables, media = newsroom.tables(), newsroom.media()
    headline = Article.objects.first().headline

    backup = newsroom.backup()

    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    plain = {"manifest.json", "SHA256SUMS"}
    for path in newsroom.backups.rglob("*"):
        if path.is_file() and path.name not in plain | {"lock", "media.sqlite3"}:
            assert path.read_bytes().startswith(b"age-encryption.org/v1\n"), path
            assert headline.encode() not in path.read_bytes()
    newsroom.empty()
    with pytest.raises(CommandError, match="This backup is sealed: --key names the file"):
        newsroom.restore()
    with pytest.raises(CommandError, match=r"The private key is not the one of this backup\."):
        newsroom.restore(key=tmp_path / "other")
    with pytest.raises(CommandError, match="holds no private key of age"):
        newsroom.restore(key=backup.folder / "manifest.json")
    assert newsroom.media() == {}
    newsroom.restore(key=tmp_path / "key")
    assert newsroom.media() == media
    assert differing(tables, newsroom.tables()) == set()


def test_what_readers_had_erased_since_is_erased_again(newsroom: Newsroom, settings: Any) -> None:
    comment = written(ArticleFactory(is_public=True))
    older = newsroom.backup()
    moderation.erase(comment)
    # The next backup knows of it, and so does who has lost the server but not its backups.
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1), tick=False):
        newsroom.backup()
    (settings.VAR_DIR / "erasures.jsonl").unlink()

    newsroom.restore(replace=True, backup=older.name)

    comment = Comment.objects.get(pk=comment.pk)
    assert (comment.state, comment.body) == (State.ERASED, "")
    # Of that day, and of now.
    assert (settings.VAR_DIR / "erasures.jsonl").read_text().count('"comment"') == 2


def test_pages_are_rendered_anew_after_a_restore(newsroom: Newsroom) -> None:
    newsroom.backup()
    newsroom.restore(replace=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tags FROM pagecache_notice ORDER BY id DESC LIMIT 1")
        assert cursor.fetchone() == (["*"],)


def test_a_database_in_use_is_refused_and_with_replace_kept_under_another_name(
    newsroom: Newsroom,
) -> None:
    newsroom.backup()
    later = ArticleFactory()
    with pytest.raises(CommandError, match=r"is not empty: nothing was restored\. With --replace"):
        newsroom.restore()
    assert Article.objects.filter(pk=later.pk).exists()

    said = newsroom.restore(replace=True)

    assert not Article.objects.filter(pk=later.pk).exists()
    (former,) = newsroom.databases() - {newsroom.name}
    assert f"is kept as {former}" in said
    with Server.of_settings().connect(former) as opened:
        found = opened.execute("SELECT count(*) FROM articles_article WHERE id = %s", [later.pk])
        assert found.fetchone() == (1,)


@pytest.mark.parametrize("answer", ["", "yes"])
def test_nothing_is_restored_unless_the_database_is_named(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    newsroom.backup()
    later = ArticleFactory()
    monkeypatch.setattr("builtins.input", lambda _question: answer)
    with pytest.raises(CommandError, match=r"^Nothing was restored\.$"):
        newsroom.restore(replace=True, no_input=False)
    assert Article.objects.filter(pk=later.pk).exists()

    monkeypatch.setattr("builtins.input", lambda _question: newsroom.name)
    newsroom.restore(replace=True, no_input=False)
    assert not Article.objects.filter(pk=later.pk).exists()


def test_a_backup_is_of_one_point_while_the_newsroom_writes(newsroom: Newsroom) -> None:
    has_begun, is_over = threading.Event(), threading.Event()

    def write() -> None:
        try:
            while not is_over.is_set():
                ArticlePhotoFactory(article=ArticleFactory())
                has_begun.set()
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    has_begun.wait()
    before = Article.objects.count()
    backup = newsroom.backup()
    after = Article.objects.count()
    is_over.set()
    writer.join()

    assert backup.is_good
    newsroom.restore(replace=True)
    assert before <= Article.objects.count() < after
    assert ArticlePhoto.objects.count() in {Article.objects.count(), Article.objects.count() - 1}
    assert {photo.image.name for photo in Photo.objects.all()} <= set(newsroom.media())


def test_a_second_backup_copies_only_what_is_new(newsroom: Newsroom) -> None:
    first = newsroom.backup()
    inodes = {path: path.stat().st_ino for path in (newsroom.backups / "media").rglob("*")}
    assert first.about["new_files"] == 1
    assert newsroom.backup().about["new_files"] == 0
    (newsroom.media_root / "photos" / "same.jpg").write_bytes(next(iter(newsroom.media().values())))
    (newsroom.media_root / "photos" / "new.jpg").write_bytes(b"new")

    third = newsroom.backup()

    assert (third.about["new_files"], third.about["files"]) == (1, 4)
    assert all(path.stat().st_ino == inode for path, inode in inodes.items())


def test_backups_that_begin_within_one_second_have_names_of_their_own(newsroom: Newsroom) -> None:
    with time_machine.travel(
        datetime.datetime(2026, 11, 27, 10, 30, 44, tzinfo=datetime.UTC), tick=False
    ):
        names = [newsroom.backup().name for _ in range(3)]
    assert names == ["20261127T103044Z", "20261127T103045Z", "20261127T103046Z"]


def test_a_backup_by_a_clock_that_was_set_back_stays(newsroom: Newsroom) -> None:
    day = datetime.datetime(2026, 11, 25, tzinfo=datetime.UTC)
    for hour in (8, 4):
        with time_machine.travel(day.replace(hour=hour), tick=False):
            newsroom.backup()
    found = [path.name for path in sorted(newsroom.backups.glob("20*Z"))]
    assert found == ["20261125T040000Z", "20261125T080000Z"]


def test_a_lost_list_of_the_store_is_made_anew_without_copying(newsroom: Newsroom) -> None:
    newsroom.backup()
    (newsroom.backups / "media.sqlite3").write_bytes(
        b"no database, and long enough to be read" * 99
    )
    assert newsroom.backup().about["new_files"] == 0


def test_files_are_found_in_all_columns_that_name_some(newsroom: Newsroom) -> None:
    Photo.objects.update(renditions=[{"name": "photos/a.webp"}, {"name": "photos/b.webp"}])
    with Server.of_settings().connect() as opened, opened.transaction():
        found = set(named_by_rows(opened))
    assert found == {"photos/a.webp", "photos/b.webp", *newsroom.media()}
    # Whoever keeps names of files in another column of JSON adds it there.
    assert Creative._meta.get_field("images").column == "images"


def test_a_file_that_a_row_names_and_nobody_has_is_said_and_the_backup_kept(
    newsroom: Newsroom,
) -> None:
    Photo.objects.filter(pk=PhotoFactory().pk).update(image="photos/lost.jpg")
    with pytest.raises(CommandError) as refused:
        newsroom.backup()
    assert str(refused.value) == "1 files that rows name are not there: photos/lost.jpg"
    (backup,) = catalogue.backups(newsroom.backups)
    assert backup.about["missing"] == ["photos/lost.jpg"]
    assert not backup.is_good
    assert record.runs()[0]["missing"] == 1


def test_the_manifest_has_the_head_of_the_audit_log(newsroom: Newsroom) -> None:
    write_audit("row.settings")
    chain.seal()
    backup = newsroom.backup()
    assert backup.about["audit_log"] == str(chain.head())
    assert chain.head().position >= 1
    kept = chain.head()
    newsroom.empty()
    newsroom.restore()
    assert chain.check([kept]).head == kept
