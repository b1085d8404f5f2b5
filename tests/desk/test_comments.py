"""A comment's own page, bans, the rules, and what the first screen says of comments."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from hashlib import sha256

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from articles.choices import Kind
from comments import bans, moderation, queue, reports, why
from comments.choices import Action, Openness, PinnedAs, State
from comments.models import Comment, Discussion, Policy, Report, Screening, Word
from comments.submission import is_open
from tests.comments.people import decide, moderator, reader, written
from tests.factories import ArticleFactory, PublicationFactory, SectionFactory

pytestmark = pytest.mark.django_db
INDEX = reverse("admin:index")


@pytest.fixture
def desk(member, at_desk):
    return at_desk(member("moderator", name="Hasrul"))


def url(name, *args):
    return reverse(f"admin:comments_{name}", args=args)


def test_the_newsroom_edits_a_text_and_the_original_is_kept(desk):
    comment = written(
        ArticleFactory(is_public=True), author=reader(), body="Nomor saya 0812 hubungi cepat"
    )
    data = {"body": "Nomor saya … hubungi cepat", "note": "Data pribadi", "revision": 0}
    assert desk.post(url("comment_correct", comment.pk), data).status_code == 302
    comment.refresh_from_db()
    assert comment.body == data["body"] and comment.corrected_at
    assert comment.versions.get().body == "Nomor saya 0812 hubungi cepat"
    text = desk.get(url("comment_change", comment.pk)).content.decode()
    assert "<del>0812</del><ins>…</ins>" in text
    assert "Data pribadi" in text


def test_a_refused_edit_keeps_what_was_typed(desk):
    comment = written(ArticleFactory(is_public=True), author=reader())
    Comment.objects.filter(pk=comment.pk).update(revision=1)
    data = {"body": "Teks suntingan", "note": "Nama", "revision": 0}
    response = desk.post(url("comment_correct", comment.pk), data)
    assert response.status_code == 200
    assert "Teks suntingan" in response.content.decode()
    assert not comment.versions.exists()
    data = {"body": "Teks suntingan", "note": "", "revision": 1}
    assert desk.post(url("comment_correct", comment.pk), data).status_code == 200


def test_an_editor_pins_an_official_reply_and_unpins_it(editor, at_desk):
    comment = written(ArticleFactory(is_public=True), author=reader())
    client = at_desk(editor)
    assert (
        "Pin as “Right of reply”" in client.get(url("comment_change", comment.pk)).content.decode()
    )
    client.post(url("comment_pin", comment.pk), {"pinned_as": "right_of_reply"})
    comment.refresh_from_db()
    assert (comment.pinned_as, comment.pinned_by) == (PinnedAs.RIGHT_OF_REPLY, editor)
    client.post(url("comment_unpin", comment.pk))
    comment.refresh_from_db()
    assert comment.pinned_as == ""
    client.post(url("comment_pin", comment.pk), {"pinned_as": "nonsense"})
    comment.refresh_from_db()
    assert comment.pinned_as == ""


def test_what_is_not_shown_is_not_pinned(editor, at_desk):
    comment = written(ArticleFactory(is_public=True), state=State.PENDING)
    response = at_desk(editor).post(
        url("comment_pin", comment.pk), {"pinned_as": "newsroom"}, follow=True
    )
    assert "Only a comment that is shown can be pinned." in response.content.decode()


def test_an_editor_sees_a_comment_without_the_moderators_business(editor, at_desk):
    comment = written(ArticleFactory(is_public=True), author=reader(name="Andi"))
    reports.report(comment, by=reader(), reason="other", note="rahasia pelapor")
    text = at_desk(editor).get(url("comment_change", comment.pk)).content.decode()
    assert "rahasia pelapor" not in text
    assert 'name="to"' not in text


def test_the_case_exports_as_evidence_with_true_checksums(desk, member):
    article = ArticleFactory(is_public=True, headline="Rapat nelayan")
    author = reader(name="Andi Baso", email="andi@rahasia.example")
    comment = written(
        article,
        author=author,
        author_name="Andi Baso",
        body="Bupati maling <b>",
        address_block="n" * 32,
    )
    first, second = reader(name="Pelapor Satu"), reader(name="Pelapor Dua")
    reports.report(comment, by=first, reason="falsehood", note="Tidak benar")
    reports.report(comment, by=second, reason="threat")
    Screening.objects.create(
        comment=comment,
        outcome="pending",
        rule="people",
        verdicts=[{"step": "people", "outcome": "hold", "term": "maling", "detail": "", "ms": 0}],
    )
    decide(comment, State.REJECTED, by=moderator(name="Fitri Rahasia"), reason="falsehood")
    response = desk.post(url("comment_case", comment.pk))
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    assert set(archive.namelist()) == {"case.json", "case.html", "MANIFEST"}
    manifest = dict(
        reversed(line.split("  ")) for line in archive.read("MANIFEST").decode().splitlines()
    )
    assert manifest == {
        name: sha256(archive.read(name)).hexdigest() for name in ("case.json", "case.html")
    }
    case = json.loads(archive.read("case.json"))
    assert case["story"]["headline"] == "Rapat nelayan"
    assert case["story"]["address"].endswith(article.get_absolute_url())
    assert case["comment"]["author_name"] == "Andi Baso"
    assert case["comment"]["account"] == author.pk
    assert [row["by"] for row in case["reports"]] == ["reader 1", "reader 2"]
    assert {row["by"] for row in case["events"] if row["action"] == "reported"} == {
        "reader 1",
        "reader 2",
    }
    assert case["events"][-1]["action"] == Action.EXPORTED
    assert case["checks"][0]["verdicts"][0]["term"] == "maling"
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    for secret in (author.email, first.email, "Pelapor Satu", "Fitri Rahasia", "n" * 32):
        assert secret not in everything, secret
    page = archive.read("case.html").decode()
    assert "Bupati maling &lt;b&gt;" in page and "Berkas komentar" in page
    assert comment.events.filter(action=Action.EXPORTED).count() == 1


def test_a_case_of_an_erased_comment_holds_no_text(desk):
    comment = written(ArticleFactory(is_public=True), author=reader(), body="Rahasia lama")
    moderation.erase(comment)
    response = desk.post(url("comment_case", comment.pk))
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    assert b"Rahasia lama" not in archive.read("case.json") + archive.read("case.html")


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("andi", {1}),
        ("#{0}", {0}),
        ("@{author}", {1}),
        ("baso", set()),
        ("#x", set()),
        ("\x00", {0, 1}),
    ],
)
def test_comments_are_found_by_name_number_and_account(term, expected, desk):
    article, author = ArticleFactory(is_public=True), reader()
    rows = [
        written(article, author_name="Rani"),
        written(article, author_name="Andi Baso", author=author),
    ]
    term = term.format(rows[0].pk, author=author.pk)
    response = desk.get(url("comment_changelist"), {"q": term})
    assert {row.pk for row in response.context["cl"].result_list} == {rows[i].pk for i in expected}


def test_comments_are_filtered_by_state(desk):
    article = ArticleFactory(is_public=True)
    spam = written(article, state=State.SPAM)
    reported = written(article, author=reader())
    for by in (reader(), reader()):
        reports.report(reported, by=by, reason="hatred")
    for state, row in (("spam", spam), ("reported", reported)):
        found = desk.get(url("comment_changelist"), {"state": state}).context["cl"].result_list
        assert [one.pk for one in found] == [row.pk]


@pytest.mark.parametrize("number", [1, 3])
def test_lists_and_pages_take_the_same_queries_for_one_and_three(
    number, desk, django_assert_num_queries
):
    PublicationFactory()
    article = ArticleFactory(is_public=True)
    for _number in range(number):
        comment = written(article, author=reader())
    for _number in range(number):
        reports.report(comment, by=reader(), reason="hatred")
        bans.ban(reader(), by=moderator(), reason="x")
    with django_assert_num_queries(6):
        desk.get(url("comment_changelist"))
    with django_assert_num_queries(12):
        desk.get(url("comment_change", comment.pk))
    with django_assert_num_queries(6):
        desk.get(url("ban_changelist"))


def test_a_ban_is_lifted_once(desk):
    ban = bans.ban(reader(), by=moderator(), reason="Iklan judi")
    assert "Lift the ban" in desk.get(url("ban_change", ban.pk)).content.decode()
    assert desk.post(url("ban_lift", ban.pk)).status_code == 302
    ban.refresh_from_db()
    assert ban.lifted_by.name == "Hasrul"
    again = desk.post(url("ban_lift", ban.pk), follow=True).content.decode()
    assert "This ban is lifted already." in again
    assert desk.get(url("ban_changelist"), {"force": "now"}).context["cl"].result_count == 0
    assert desk.get(url("ban_changelist"), {"force": "past"}).context["cl"].result_count == 1


def test_the_chief_editor_sets_the_rules(member, at_desk):
    client = at_desk(member("chief_editor"))
    section = SectionFactory()
    response = client.get(url("policy_changelist"))
    assert response.url == url("policy_change", 1)
    assert not Policy.objects.exists()
    data = {
        "is_open": "on",
        "closed_kinds": [Kind.OPINION],
        "closes_after_days": "30",
        "sections_shown_first": [section.pk],
    }
    assert client.post(url("policy_change", 1), data).status_code == 302
    policy = Policy.objects.get()
    assert (policy.closed_kinds, policy.closes_after_days) == ([Kind.OPINION], 30)
    assert list(policy.sections_shown_first.all()) == [section]


def test_scores_are_not_set_without_a_trial(member, at_desk):
    client = at_desk(member("chief_editor"))
    before = Policy.current()
    data = {"is_open": "on", "hold_score": "0.5", "spam_score": "0.6"}
    assert client.post(url("policy_change", 1), data).status_code == 302
    after = Policy.objects.get()
    assert (after.hold_score, after.spam_score) == (before.hold_score, before.spam_score)
    text = client.get(url("policy_change", 1)).content.decode()
    assert 'name="hold_score"' not in text and url("word_scores") in text


def test_the_record_as_evidence_says_who_decided(desk):
    PublicationFactory()
    comment = written(ArticleFactory(is_public=True), author=reader())
    by = moderator()
    reports.report(comment, by=reader(), reason="threat")
    comment.refresh_from_db()
    decide(comment, State.REJECTED, by=by, reason="insult")
    response = desk.post(url("comment_case", comment.pk))
    with zipfile.ZipFile(io.BytesIO(response.content)) as files:
        page = files.read("case.html").decode()
        data = json.loads(files.read("case.json"))
    assert f"oleh akun redaksi {by.pk}" in page and "oleh pembaca 1" in page
    assert "reader 1" not in page
    assert data["events"][-2]["by"] == f"newsroom account {by.pk}"


def test_an_editor_closes_a_story_that_has_no_comment_yet(editor, at_desk):
    article = ArticleFactory(is_public=True)
    client = at_desk(editor)
    change = url("discussion_change", article.pk)
    assert (
        change
        in client.get(reverse("admin:articles_article_change", args=[article.pk])).content.decode()
    )
    assert client.get(change).status_code == 200
    assert not Discussion.objects.exists()
    assert client.post(change, {"openness": "closed"}).status_code == 302
    assert Discussion.objects.get().openness == Openness.CLOSED
    assert not is_open(article)
    written(article)
    client.post(change, {"openness": "open"})
    row = Discussion.objects.get()
    assert (row.openness, row.shown_count) == (Openness.OPEN, 1)
    assert client.get(url("discussion_change", 999999)).status_code == 302


def panels(client):
    return {panel.key: panel for panel in client.get(INDEX).context["panels"]}


def test_the_first_screen_says_what_is_due(desk, monkeypatch):
    monkeypatch.setattr(queue, "COUNTED", 1)
    article = ArticleFactory(is_public=True)
    for _number in range(2):
        written(article, state=State.PENDING)
    found = panels(desk)
    assert set(found) == {"comments"} and not found["comments"].is_urgent
    assert found["comments"].rows[0].title == "1+ comments to decide about"
    reported = written(article, author=reader())
    report = reports.report(reported, by=reader(), reason="hatred")
    assert not panels(desk)["reports"].is_urgent
    late = timezone.now() - datetime.timedelta(hours=3, minutes=1)
    Report.objects.filter(pk=report.pk).update(due_at=late)
    Comment.objects.filter(pk=reported.pk).update(queue_due_at=late)
    found = panels(desk)
    assert found["reports"].is_urgent and found["comments"].is_urgent
    assert found["reports"].rows[0].facts[0] == "3 hours overdue"
    assert desk.get(found["reports"].rows[0].url).context["comment"] == reported


def test_wrong_counts_alarm_the_administrator_alone(desk, member, at_desk):
    administrator = at_desk(member("administrator"))
    assert "wrong-counts" not in panels(administrator)
    for status in ("succeeded", "failed"):
        _job(status)
    assert "wrong-counts" in panels(administrator)
    assert "wrong-counts" not in panels(desk)
    _job("succeeded")
    assert "wrong-counts" not in panels(administrator)


def _job(status):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) "
            "VALUES ('default', 'comments.recount', %s::procrastinate_job_status)",
            [status],
        )


def test_recounting_prints_differences_and_fails(capsys):
    comment = written(ArticleFactory(is_public=True))
    call_command("recount_comments")
    Discussion.objects.update(shown_count=7)
    with pytest.raises(SystemExit) as stop:
        call_command("recount_comments")
    assert stop.value.code == 1
    assert f"story {comment.article_id}: stored 7, counted 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        (("timing", "", "1.0 s"), "Ditahan karena formulir dikirim terlalu cepat (1,0 detik)."),
        (("honeypot", "", ""), "Ditahan karena kolom jebakan terisi."),
        (("words", "gacor", "slot"), "Ditahan karena ada kata dari daftar kata “gacor”, “slot”."),
        (("unheard_of", "%(more)s", "x"), "Ditahan karena unheard_of “%(more)s” (x)."),
    ],
)
def test_why_says_what_was_found(verdict, sentence):
    step, term, detail = verdict
    row = {"step": step, "outcome": "hold", "term": term, "detail": detail}
    passed = {"step": "links", "outcome": "pass", "term": "", "detail": ""}
    with translation.override("id"):
        found = why.why(Screening(outcome="pending", rule=step, verdicts=[passed, row]))
        assert found.sentence == sentence
        line = found.lines[0]
        assert (str(line.step), str(line.outcome_in_words)) == ("Tautan", "tidak ada temuan")


def test_why_a_reported_comment_is_here_begins_with_the_report(desk):
    comment = written(ArticleFactory(is_public=True), author=reader())
    reports.report(comment, by=reader(), reason="threat")
    Screening.objects.create(comment=comment, outcome="approved")
    text = desk.get(url("comment_queue")).content.decode()
    begin = text.index("Reported by readers: It threatens")
    assert begin < text.index("It came from the newsroom.")


def test_a_list_of_words_says_in_words_what_each_does(member, at_desk):
    Word.objects.create(term="gacor", key="gacor", list="hold", is_harsh=True, is_active=False)
    text = at_desk(member("moderator")).get(url("word_changelist")).content.decode()
    assert "not in force" in text and "icon-yes" not in text and "icon-no" not in text
