"""Texts that are kept while somebody writes: by number, by person, by form; gone once the form is saved."""

from __future__ import annotations

import datetime
import gzip
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import keeping, presence
from articles.admin import keeping as admin_keeping
from articles.keeping import Sent
from articles.models import Article, KeptText, Revision
from auditlog.models import Entry
from tests.desk.conftest import filled, new_story
from tests.desk.keeping import COMPARE, PULSE, discard, kept, page_of, say, tab, values
from tests.desk.test_story_form import change
from tests.factories import ArticleFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("new_pace")]

ADD = reverse("admin:articles_article_add")


# What a form says


def test_a_text_is_kept_and_the_answer_says_when(draft, reporter, at_desk):
    form = tab()
    answer = say(
        at_desk(reporter),
        user=reporter,
        tab=form,
        article=draft.pk,
        seen_version=3,
        written=7,
        values=values(),
    ).json()
    row = KeptText.objects.get()
    assert (row.user, row.tab, row.article_id, row.seen_version) == (reporter, form, draft.pk, 3)
    assert row.values == values()
    assert answer["kept_at"] == row.kept_at.isoformat()
    assert answer["clock"].endswith("WITA")


def test_keeping_leaves_no_trace_in_the_story(draft, reporter, at_desk):
    before = Article.objects.values().get(pk=draft.pk)
    say(
        at_desk(reporter),
        user=reporter,
        tab=tab(),
        article=draft.pk,
        written=1,
        values=values(),
        is_here=True,
    )
    assert Article.objects.values().get(pk=draft.pk) == before
    assert Revision.objects.count() == Entry.objects.filter(kind="articles.article").count() == 0


def test_a_packed_text_is_kept_as_well(reporter, at_desk):
    form = tab()
    say(at_desk(reporter), user=reporter, is_packed=True, tab=form, written=1, values=values())
    assert kept(reporter) == [(form, "Panen")]


def test_an_older_text_never_takes_the_place_of_a_newer_one(reporter, at_desk):
    client, form = at_desk(reporter), tab()
    for number, headline in ((5, "Dua"), (4, "Satu"), (5, "Dua lagi")):
        answer = say(
            client, user=reporter, tab=form, written=number, values=values(headline)
        ).json()
        # Something as new is kept: an answer that was lost is not asked for forever.
        assert answer["kept_at"] is not None
    assert kept(reporter) == [(form, "Dua")]


def test_each_form_keeps_its_own_text(reporter, at_desk):
    client, one, other = at_desk(reporter), tab(), tab()
    say(client, user=reporter, tab=one, written=1, values=values("Satu"))
    say(client, user=reporter, tab=other, written=1, values=values("Dua"))
    assert sorted(kept(reporter)) == sorted([(one, "Satu"), (other, "Dua")])


@pytest.mark.parametrize(
    "told",
    [
        {"tab": ""},
        {"tab": "x"},
        {"tab": ["a"]},
        {"tab": 7},
        {"values": []},
        {"values": {"fields": {}}},
        {"values": {"fields": {}, "rows": []}},
        {"values": {"fields": {"headline": 7}, "rows": {}}},
        {"values": {"fields": {"headline": {"deep": 1}}, "rows": {}}},
        {"values": {"fields": {}, "rows": {"attendances": ["x"]}}},
        {"values": {"fields": {"section": ["1", 2]}, "rows": {}}},
    ],
)
def test_what_no_form_sends_is_refused_with_a_sentence(told, reporter, at_desk):
    told = {"tab": tab(), "written": 1, "values": values()} | told
    response = say(at_desk(reporter), user=reporter, **told)
    assert response.status_code == 400
    assert response.json() == {"error": "This could not be read; nothing was kept."}
    assert not KeptText.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff", b"[" * 100_000, b"1" * 5000])
def test_what_is_no_json_is_refused(body, reporter, at_desk):
    response = at_desk(reporter).post(PULSE, body, content_type="application/json")
    assert response.status_code == 400


@pytest.mark.parametrize(
    "number", [-1, 2**63, 10**30, "9" * 40, "x", 1.5, True, None, [], {"a": 1}]
)
def test_numbers_that_are_none_count_as_not_said(number, reporter, at_desk):
    told = {"article": number, "story": number, "seen_version": number, "written": number}
    response = say(at_desk(reporter), user=reporter, tab=tab(), values=values(), **told)
    assert response.status_code == 200
    row = KeptText.objects.get()
    assert (row.article_id, row.seen_version, row.written) == (None, None, 0)


def test_what_the_database_cannot_hold_is_left_out(reporter, at_desk):
    sent = values("Pa\x00nen\ud800", **{"na\x00me": "x"})
    say(at_desk(reporter), user=reporter, tab=tab(), written=1, values=sent)
    assert KeptText.objects.get().values == values("Panen", name="x")


def test_a_text_that_is_too_large_is_said_to_be(reporter, at_desk, monkeypatch):
    monkeypatch.setattr(keeping, "LARGEST", 1000)
    client, large = at_desk(reporter), values("x" * 2000)
    for is_packed in (False, True):
        response = say(
            client, user=reporter, is_packed=is_packed, tab=tab(), written=1, values=large
        )
        assert response.status_code == 413
        assert response.json() == {"error": "This text is too large to be kept by itself. Save it."}
    assert not KeptText.objects.exists()


def test_a_bomb_is_unpacked_no_further_than_what_is_kept(reporter, at_desk):
    packed = gzip.compress(b" " * 50_000_000)
    response = at_desk(reporter).post(
        PULSE, packed, content_type="application/json", headers={"content-encoding": "gzip"}
    )
    assert response.status_code == 413


def test_a_register_of_two_hundred_lines_is_kept(reporter, at_desk):
    lines = [
        {"name": f"Orang {n}", "office_as_printed": "Kepala Desa " * 8, "id": ""}
        for n in range(200)
    ]
    rows = {"attendances": lines}
    say(at_desk(reporter), user=reporter, tab=tab(), written=1, values=values(rows=rows))
    assert KeptText.objects.get().values["rows"] == rows


def test_a_script_that_runs_away_is_told_to_wait(reporter, editor, at_desk, monkeypatch):
    monkeypatch.setattr(admin_keeping, "pace", admin_keeping.Pace(2))
    client = at_desk(reporter)
    codes = [say(client, user=reporter, tab=tab(), written=1).status_code for _n in range(3)]
    assert codes == [200, 200, 429]
    assert say(at_desk(editor), user=editor, tab=tab(), written=1).status_code == 200


def test_comparisons_are_asked_for_more_slowly_than_texts_are_kept(reporter, at_desk):
    assert admin_keeping.MOST_COMPARISONS < admin_keeping.MOST_PULSES
    client, form = at_desk(reporter), tab()
    told = {"user": reporter, "tab": form, "before": values("A"), "after": values("B")}
    answers = [
        say(client, COMPARE, **told).status_code for _n in range(admin_keeping.MOST_COMPARISONS + 1)
    ]
    assert answers == [200] * admin_keeping.MOST_COMPARISONS + [429]
    # The text itself is kept all the same.
    assert say(client, user=reporter, tab=form, written=1, values=values()).status_code == 200


def test_only_the_newest_texts_of_a_person_stay(reporter, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_FORMS", 3)
    names = [tab() for _n in range(5)]
    for number, name in enumerate(names):
        keeping.keep(Sent(name, None, None, None, 1, values(str(number))), by=reporter)
        moment = timezone.now() - datetime.timedelta(minutes=10 - number)
        KeptText.objects.filter(tab=name).update(kept_at=moment)
    # Saving many forms pushes no text out.
    for _n in range(5):
        keeping.forget(by=reporter, tab=tab(), written=1)
    assert [headline for _tab, headline in kept(reporter)] == ["4", "3", "2"]


def test_what_is_being_written_is_never_let_go_for_newer_texts(reporter, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_FORMS", 2)
    story = ArticleFactory(created_by=reporter)
    names = [tab() for _n in range(4)]
    presence.here(story.pk, by=reporter, tab=names[0])
    moment = timezone.now()
    for number, name in enumerate(names):
        keeping.keep(Sent(name, None, None, None, 1, values(str(number))), by=reporter)
        # The clock of the server was put back meanwhile: what comes last looks older.
        minutes = datetime.timedelta(minutes=number)
        KeptText.objects.filter(tab=name).update(kept_at=moment + minutes)
    assert [headline for _tab, headline in kept(reporter)] == ["3", "0"]
    last = tab()
    keeping.keep(Sent(last, None, None, None, 1, values("now")), by=reporter)
    assert {headline for _tab, headline in kept(reporter)} == {"0", "now"}


# Who may


def test_nobody_sees_the_text_of_somebody_else(reporter, editor, at_desk):
    form = tab()
    say(at_desk(reporter), user=reporter, tab=form, written=1, values=values())
    other = at_desk(editor)
    assert other.get(page_of(form)).status_code == 404
    assert other.post(discard(form)).status_code == 302
    response = say(other, COMPARE, user=editor, tab=form, before=values())
    assert response.status_code == 404
    assert other.get(ADD).context["kept"] == []
    assert kept(reporter) == [(form, "Panen")]


def test_a_form_of_one_name_is_another_one_for_another_person(reporter, editor, at_desk):
    form = tab()
    for user in (reporter, editor):
        say(at_desk(user), user=user, tab=form, written=1, values=values(user.name))
    assert kept(reporter) == [(form, "Rahma Nurdin")]
    assert kept(editor) == [(form, "Hasrullah Makmur")]


def test_a_text_is_never_kept_in_the_name_of_who_signed_in_since(reporter, editor, at_desk):
    response = say(at_desk(editor), user=reporter, tab=tab(), written=1, values=values())
    assert response.status_code == 409
    assert not KeptText.objects.exists()


@pytest.mark.parametrize("role", ["moderator", "ad_desk"])
def test_who_writes_no_stories_keeps_no_texts(role, member, at_desk):
    user = member(role)
    client = at_desk(user)
    assert say(client, user=user, tab=tab(), written=1, values=values()).status_code == 403
    assert client.get(PULSE).status_code == 403


def test_who_is_signed_out_is_sent_to_sign_in(client):
    response = client.post(PULSE, "{}", content_type="application/json")
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/admin/login/")


def test_a_request_without_the_token_is_refused_and_the_token_can_be_had(reporter):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reporter)
    told = {"user": reporter, "tab": tab(), "written": 1, "values": values()}
    assert say(client, **told).status_code == 403
    answer = client.get(PULSE).json()
    assert answer["user"] == reporter.pk
    sent = json.dumps(told | {"user": reporter.pk})
    response = client.post(
        PULSE,
        sent,
        content_type="application/json",
        headers={"x-csrftoken": answer["token"]},
    )
    assert response.status_code == 200


def test_a_pulse_takes_the_same_few_queries(draft, reporter, at_desk, django_assert_num_queries):
    client, form = at_desk(reporter), tab()
    told = {"user": reporter, "tab": form, "article": draft.pk, "is_here": True}
    told["seen_version"] = draft.version
    say(client, **told, written=1, values=values())
    for number, lines in ((2, 1), (3, 3)):
        rows = {"attendances": [{"name": str(n)} for n in range(lines)]}
        with django_assert_num_queries(9):
            say(client, **told, written=number, values=values(rows=rows))


# Once it is saved


def test_saving_the_form_forgets_what_was_kept_of_it(
    reporter, at_desk, django_capture_on_commit_callbacks
):
    client, form, other = at_desk(reporter), tab(), tab()
    for name in (form, other):
        say(client, user=reporter, tab=name, written=5, values=values())
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ADD, new_story(tab=form, written="5"))
    assert [name for name, _headline in kept(reporter)] == [other]
    assert client.session["saved_copies"] == [f"{form}:5"]


def test_what_arrives_after_the_save_and_was_written_before_is_not_kept_again(reporter, at_desk):
    client, form = at_desk(reporter), tab()
    keeping.forget(by=reporter, tab=form, written=5)
    for number in (4, 5):
        answer = say(client, user=reporter, tab=form, written=number, values=values()).json()
        assert answer["kept_at"] is None
    assert kept(reporter) == []
    # After "Back" somebody types on in the same form.
    say(client, user=reporter, tab=form, written=6, values=values("Lagi"))
    assert kept(reporter) == [(form, "Lagi")]


def test_saving_forgets_nothing_that_was_written_after_it(reporter, at_desk):
    form = tab()
    say(at_desk(reporter), user=reporter, tab=form, written=9, values=values())
    keeping.forget(by=reporter, tab=form, written=8)
    assert kept(reporter) == [(form, "Panen")]


def test_a_form_that_was_refused_keeps_its_text(
    reporter, at_desk, django_capture_on_commit_callbacks
):
    client, form = at_desk(reporter), tab()
    say(client, user=reporter, tab=form, written=5, values=values())
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(ADD, new_story(tab=form, written="5", headline=""))
    assert response.context["adminform"].form["tab"].value() == form
    assert kept(reporter) == [(form, "Panen")]
    assert response.context["kept"] == []


@pytest.mark.parametrize("name", ["", "x", "\x00", "' OR 1=1", "z" * 4000])
@pytest.mark.parametrize("written", ["", "x", "-1", "9" * 30, "١"])
def test_a_save_never_fails_for_what_is_kept(
    name, written, reporter, at_desk, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = at_desk(reporter).post(ADD, new_story(tab=name, written=written))
    assert response.status_code == 302
    assert Article.objects.count() == 1


def test_a_save_does_not_fail_when_forgetting_does(
    reporter, at_desk, monkeypatch, django_capture_on_commit_callbacks
):
    def fail(**_of):
        raise RuntimeError("no database")

    monkeypatch.setattr(keeping, "forget", fail)
    with django_capture_on_commit_callbacks(execute=True):
        response = at_desk(reporter).post(ADD, new_story(tab=tab(), written="5"))
    assert response.status_code == 302


def test_each_opened_form_has_a_name_of_its_own(draft, reporter, at_desk):
    client = at_desk(reporter)
    names = [client.get(change(draft)).context["adminform"].form["tab"].value() for _n in "12"]
    assert names[0] != names[1]
    assert keeping.tab_of(names[0]) == names[0]


def test_a_saved_revision_knows_its_form(draft, reporter, at_desk):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), headline="Baru")
    client.post(change(draft), data)
    assert draft.revisions.first().tab == data["tab"]
