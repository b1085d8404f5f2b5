"""`manage.py proofread` and `count_words`, as a shell sees them; and the job at publication."""

import io
import json

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob

from articles import tasks, workflow
from articles.copydesk.knowledge import Knowledge
from articles.copydesk.models import ArchiveWord
from tests.factories import ArticleFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def proofread(monkeypatch):
    """Runs the command over bytes: (what it printed, its error stream, its error or "")."""

    def run(source, *args):
        out, err, said = io.StringIO(), io.StringIO(), ""
        stdin = io.TextIOWrapper(io.BytesIO(source))
        monkeypatch.setattr("sys.stdin", stdin)
        try:
            call_command("proofread", *args, stdout=out, stderr=err)
        except CommandError as error:
            said = str(error)
        return out.getvalue(), err.getvalue(), said

    return run


def test_a_text_gives_a_list_of_findings(proofread):
    out, err, said = proofread("😀 Ia tingal dirumah.".encode())
    assert json.loads(out) == [
        {"start": 5, "end": 11, "text": "tingal", "kind": "spelling", "suggestion": "tinggal"},
        {"start": 12, "end": 19, "text": "dirumah", "kind": "form", "suggestion": "di rumah"},
    ]
    assert (err, said) == ("", "")


def test_lines_give_a_list_each(proofread):
    source = b'{"text": "Ia tingal."}\n\n{"text": "", "id": 7}\n{"text": "Benar."}'
    out, err, said = proofread(source, "--jsonl")
    assert [len(json.loads(line)) for line in out.splitlines()] == [1, 0, 0]
    assert (err, said) == ("", "")


def test_what_the_database_knows_is_used(proofread):
    ArchiveWord.objects.create(word="tingal", stories=3)
    assert json.loads(proofread(b"Ia tingal.")[0]) == []


@pytest.mark.parametrize("source", [b"", b" \n"])
def test_no_text_is_said_and_gives_an_empty_list(proofread, source):
    assert proofread(source) == ("[]\n", "There is no text on standard input.\n", "")


def test_bytes_that_are_no_text_are_refused_in_a_sentence(proofread):
    assert proofread(b"abc\xff") == ("", "", "The text is not UTF-8: byte 3 cannot be read.")


def test_characters_that_no_database_takes_are_read(proofread):
    out, err, said = proofread(b"a\0b Ia tingal.")
    assert [row["text"] for row in json.loads(out)] == ["tingal"]
    assert (err, said) == ("", "")
    out, err, said = proofread(b'{"text": "\\ud800 Ia tingal \\u0000."}', "--jsonl")
    assert [row["text"] for row in json.loads(out)] == ["tingal"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"{", "Line 2: The line is not JSON."),
        (b"[" * 100_000, "Line 2: The line is not JSON."),
        (b"[1]", "Line 2: The line is no object with a text."),
        (b'{"teks": ""}', "Line 2: The line is no object with a text."),
        (b'{"text": 3}', "Line 2: The line is no object with a text."),
        (b"\xff", "Line 2: The line is not UTF-8."),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_answered(proofread, line, sentence):
    source = b'{"text": "Ia tingal."}\n' + line + b'\n{"text": "Ia tingal."}\n'
    out, err, said = proofread(source, "--jsonl")
    answers = [json.loads(one) for one in out.splitlines()]
    assert [len(answers[0]), answers[1], len(answers[2])] == [1, [], 1]
    assert err == sentence + "\n"
    assert said == "1 line could not be read; an empty list stands in its place."


def test_a_megabyte_is_read_to_its_end(proofread):
    source = b"Ia diberi ijin kota. " * 47_000
    out, _err, said = proofread(source)
    assert (len(json.loads(out)), said) == (47_000, "")


def test_a_mark_of_the_encoding_is_no_character_of_the_text(proofread):
    (row,) = json.loads(proofread("\ufeffIa tingal.".encode())[0])
    assert (row["start"], row["end"], row["text"]) == (3, 9, "tingal")
    out, err, said = proofread('\ufeff{"text": "Ia tingal."}'.encode(), "--jsonl")
    assert ([row["start"] for row in json.loads(out)], err, said) == ([3], "", "")


def test_a_headline_is_read_as_one(proofread):
    (row,) = json.loads(proofread(b"Warga Bulutellue Minta Ijin\n")[0])
    assert (row["text"], row["suggestion"]) == ("Ijin", "Izin")


def test_more_than_any_story_is_refused(proofread, monkeypatch):
    monkeypatch.setattr("articles.management.commands.proofread.LONGEST", 10)
    assert proofread(b"a" * 11) == ("", "", "The text is longer than 10 bytes.")
    out, err, _said = proofread(b"a" * 30 + b'\n{"text": 1}\n', "--jsonl")
    assert out == "[]\n[]\n"
    assert err == (
        "Line 1: The line is longer than 10 bytes.\nLine 2: The line is longer than 10 bytes.\n"
    )


def test_without_the_database_it_goes_on_with_what_ships(proofread, monkeypatch):
    def refuse(text):
        raise OperationalError("connection refused\nmore")

    monkeypatch.setattr(Knowledge, "load", refuse)
    out, err, said = proofread(b'{"text": "Ia tingal."}\n{"text": "Ia tingal."}\n', "--jsonl")
    assert [len(json.loads(line)) for line in out.splitlines()] == [1, 1]
    assert err == "The database cannot be asked (connection refused); only what ships is known.\n"
    assert said == ""


def test_count_words_says_what_it_counted():
    ArticleFactory(is_public=True, headline="Satu", standfirst="dua", body="<p>tiga</p>")
    out = io.StringIO()
    call_command("count_words", stdout=out, stderr=io.StringIO())
    assert out.getvalue() == "3 words in 1 story.\n"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_count_words_shows_a_bar_on_a_terminal_and_takes_it_away():
    ArticleFactory.create_batch(2, is_public=True)
    err = Terminal()
    call_command("count_words", stdout=io.StringIO(), stderr=err)
    assert "█" * 30 + " 2/2" in err.getvalue()
    assert err.getvalue().endswith("\r\x1b[K")


@pytest.fixture
def chief():
    person = StaffFactory()
    person.groups.add(Group.objects.get(name="chief_editor"))
    return person


def jobs():
    return ProcrastinateJob.objects.filter(task_name="articles.count_words_of")


def test_publishing_asks_for_the_words_of_the_story(chief):
    story = ArticleFactory(created_by=chief, headline="Tompolangi", is_ready=True)
    workflow.publish(story, by=chief)
    job = jobs().get()
    assert job.args == {"article_id": story.pk}
    tasks.count_words_of(**job.args)
    assert ArchiveWord.objects.get(word="tompolangi").stories == 1


def test_a_scheduled_storys_words_are_counted_when_it_comes_out(chief):
    story = ArticleFactory(created_by=chief, headline="Tompolangi", is_ready=True)
    at = timezone.now() + timezone.timedelta(hours=3)
    workflow.publish(story, by=chief, at=at)
    job = jobs().get()
    assert job.scheduled_at == at
    tasks.count_words_of(**job.args)
    assert not ArchiveWord.objects.exists()


def test_a_refused_publication_asks_for_nothing():
    reporter = StaffFactory()
    story = ArticleFactory(created_by=reporter)
    with pytest.raises(workflow.Refused):
        workflow.publish(story, by=reporter)
    assert not jobs().exists()


def test_the_weekly_job_counts_anew():
    ArchiveWord.objects.create(word="hilang", stories=3)
    tasks.recount_words(timestamp=0)
    assert not ArchiveWord.objects.exists()
