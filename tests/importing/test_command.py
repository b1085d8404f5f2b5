"""What the person at the terminal sees, and what a program gets."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article
from newsroom.importing import progress
from newsroom.importing.progress import Progress
from newsroom.importing.report import SHOWN_PROBLEMS, Report
from tests.factories import SectionFactory

from .conftest import DATA, HEAD, Run, assert_adds_up, item, rows_as_they_are, wxr

pytestmark = pytest.mark.django_db


def test_report_is_a_table_and_a_list(run: Run) -> None:
    result = run(wxr(item(1), item(2, "Menu", kind="nav_menu_item")))
    lines = result.output.splitlines()
    assert lines[0].split() == ["found", "imported", "unchanged", "skipped"]
    assert lines[1].split() == ["Stories", "1", "1", "0", "0"]
    assert lines[-1] == (
        "- nav_menu_item 2 “Menu”: Items of the type “nav_menu_item” have no place here."
    )


def test_damaged_file_is_read_as_far_as_possible_and_says_where_it_breaks(run: Run) -> None:
    result = run(
        HEAD + item(1) + "<item><title>Dua</title><wp:post_type>page</wp:post_type>", item_later()
    )
    assert result.returncode == 3
    assert result.error.startswith("A file is damaged: what could be read of it was taken over")
    assert result.count("articles") == (2, 2, 0, 0)
    assert result.count("pages") == (1, 0, 0, 1)
    assert result.reason("page “Dua”") == (
        "The file is not well-formed in line 16, column 58 (no element found)."
    )


def item_later() -> str:
    return wxr(item(5))


def test_repaired_file_is_no_damaged_one(run: Run) -> None:
    result = run(DATA / "wordpress/ghost-sample.xml")
    assert result.returncode == 0
    assert result.reason("ghost-sample.xml").endswith("10 times, first in line 109, column 101.")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty."),
        ("<html><body>404</body></html>", "is not a WordPress export."),
        (
            "<rss><channel><title>x</title><item><title>a</title></item></channel></rss>",
            "is a feed, not a WordPress export.",
        ),
        (
            '<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>',
            "for a Blogger export use import_blogger.",
        ),
        ("halo", "is not an export file: it is no XML (line 1)."),
        ('<!DOCTYPE x [<!ENTITY a "b">]><rss/>', "declares entities or asks for other files"),
    ],
)
def test_wrong_file_is_one_sentence_and_nothing_is_written(
    run: Run, content: str, sentence: str
) -> None:
    before = rows_as_they_are()
    result = run(wxr(item()), content)
    assert (result.returncode, result.report) == (1, {})
    assert sentence in result.error
    assert rows_as_they_are() == before


def test_wordpress_file_is_no_blogger_file(run: Run) -> None:
    result = run(wxr(item()), system="blogger")
    assert result.error.endswith(
        "is not a Blogger export; for a WordPress export use import_wordpress."
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"section": "tak-ada"}, "There is no section “tak-ada”; there are: kabar."),
        (
            {"timezone": "Mars/Olympus"},
            "“Mars/Olympus” is no time zone; one is called Asia/Makassar.",
        ),
        ({"media": Path("/nowhere")}, "--media: there is no folder /nowhere."),
    ],
)
def test_wrong_option_is_one_sentence(run: Run, options: dict, sentence: str) -> None:
    SectionFactory(slug="kabar")
    result = run(wxr(item()), **options)
    assert (result.returncode, result.error) == (1, sentence)
    assert not Article.objects.exists()


def test_stopping_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    usual, taken = Article.save, []

    def save(article: Article, *args: object, **more: object) -> None:
        if taken:
            raise KeyboardInterrupt
        taken.append(article)
        usual(article, *args, **more)

    monkeypatch.setattr(Article, "save", save)
    result = run(wxr(item(1), item(2)))
    assert (result.returncode, result.report) == (130, {})
    assert (
        result.error == "Stopped. What was taken over is kept; the same command goes on from there."
    )
    assert Article.objects.count() == 1


def test_report_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text(wxr(item()))
    with pytest.raises(CommandError, match="the report cannot be written: Is a directory"):
        call_command("import_wordpress", str(path), report=tmp_path, stdout=io.StringIO())
    assert Article.objects.count() == 1


def test_report_without_a_folder_is_refused_before_the_work(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text(wxr(item()))
    with pytest.raises(CommandError, match="The report cannot be written"):
        call_command("import_wordpress", str(path), report=tmp_path / "none" / "r.json")
    assert not Article.objects.exists()


def test_unreadable_folder_is_one_sentence(run: Run, tmp_path: Path) -> None:
    assert run(tmp_path).error.endswith("is a folder, not an export file.")


def test_what_the_database_refuses_costs_only_its_item(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Article.save

    def save(article: Article, *args: object, **more: object) -> None:
        if article.headline == "Buruk":
            raise ValueError("a value that no column can hold")
        usual(article, *args, **more)

    monkeypatch.setattr(Article, "save", save)
    result = run(wxr(item(1), item(2, "Buruk"), item(3)))
    assert result.count("articles") == (3, 2, 0, 1)
    assert result.reason("post 2") == "It could not be written: a value that no column can hold"


# Report and progress by themselves


def test_report_keeps_many_problems_and_shows_some() -> None:
    report = Report()
    for number in range(SHOWN_PROBLEMS + 50):
        report.skipped("articles", f"post {number}", "x" * 200 + "\ud800")
    text, file = io.StringIO(), io.StringIO()
    report.write_text(text)
    report.write_json(file)
    assert "… and 50 more; --report FILE keeps all of them." in text.getvalue()
    loaded = json.loads(file.getvalue())
    assert loaded == report.as_dict()
    assert len(loaded["problems"]) == SHOWN_PROBLEMS + 50
    assert_adds_up(loaded)


def test_empty_report_is_valid_json() -> None:
    file = io.StringIO()
    Report().write_json(file)
    assert json.loads(file.getvalue())["problems"] == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_DRAWINGS", 0)
    out = Terminal()
    bar = Progress(out, 200)
    bar.step(50)
    bar.step(200)
    bar.finish()
    drawings = out.getvalue().split("\r\x1b[K")
    assert drawings == ["", "█" * 7 + "░" * 23 + " 25 %, 1 items", "█" * 30 + " 100 %, 2 items", ""]


def test_progress_is_a_line_now_and_then_elsewhere() -> None:
    out = io.StringIO()
    bar = Progress(out, 5000)
    for number in range(2500):
        bar.step(number)
    bar.finish()
    assert out.getvalue().splitlines() == ["19 %, 1000 items", "39 %, 2000 items"]
