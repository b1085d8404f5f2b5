"""Asking for a right of reply: the public form, the case on the desk, the letters, and what stays of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from articles.models import Article
from auditlog.models import Entry
from newsroom import waiting
from replies import cases
from replies.choices import Case
from replies.models import Request, Step
from tests.factories import ArticleFactory, CorrectionFactory, PublicationFactory, StaffFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db
ASK, TAKEN, STATUS = "/hak-jawab/", "/hak-jawab/terkirim/", "/hak-jawab/status/"


@pytest.fixture(autouse=True)
def site(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    cache.clear()
    PublicationFactory()
    with translation.override("en"):
        yield


@pytest.fixture
def story() -> Article:
    return ArticleFactory(is_public=True)


def staff(role: str) -> Any:
    user = StaffFactory(name=role, language="en")
    user.groups.add(Group.objects.get(name=role))
    return user


def typed(story: Article, **fields: Any) -> dict[str, Any]:
    return {
        "berita": story.get_absolute_url(),
        "sebagai": "named",
        "keliru": "Saya tidak hadir.",
        "jawaban": "Saya di Makassar hari itu.",
        "nama": "Andi Baso",
        "surel": "andi@rumah.example",
        "telepon": "",
        "situs": "",
    } | fields


def received(story: Article | None = None, **fields: Any) -> Request:
    return cases.receive(
        **{
            "story": "Rapat",
            "article": story,
            "name": "Andi Baso",
            "capacity": "named",
            "email": "andi@rumah.example",
            "phone": "",
            "wrong": "Saya tidak hadir.",
            "wanted": "",
            **fields,
        }
    )


def test_a_request_gets_a_number_and_is_confirmed_by_mail(client, story):
    answer = client.post(ASK, typed(story))
    assert (answer.status_code, answer["Location"]) == (303, TAKEN)
    row = Request.objects.get()
    assert row.number == f"HJ-{timezone.localdate().year}-0001"
    assert (row.article, row.state, row.name) == (story, Case.RECEIVED, "Andi Baso")
    (letter,) = mail.outbox
    assert letter.to == ["andi@rumah.example"]
    assert row.number in letter.subject
    assert "Saya" not in letter.body, "a stranger's address could be typed"
    assert client.get(TAKEN).status_code == 200
    assert not client.cookies


def test_a_link_on_the_story_and_on_the_masthead_leads_to_the_form(client, story):
    path = story.get_absolute_url()
    assert f"{ASK}?berita={path}" in client.get(path).content.decode()
    assert ASK in client.get("/redaksi/").content.decode()
    assert ASK in client.get("/ralat/").content.decode()
    form = client.get(ASK, {"berita": path})
    assert f'value="{path}"' in form.content.decode()
    assert form["Cache-Control"] == "private, no-store"


def test_a_story_is_known_by_its_address_or_its_headline_and_may_be_unknown(client, story):
    host = f"https://kabar.example{story.get_absolute_url()}?utm_source=wa"
    for named, found in [(host, story), (story.headline.upper(), story), ("yang kemarin", None)]:
        client.post(ASK, typed(story, berita=named))
        assert Request.objects.order_by("-pk").first().article == found


def test_a_draft_is_not_told_by_what_the_form_does(client):
    draft = ArticleFactory(headline="Rahasia")
    client.post(ASK, typed(draft, berita="Rahasia"))
    assert Request.objects.get().article is None


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("berita", "", "Name the story."),
        ("sebagai", "", "Say in which capacity you ask."),
        ("keliru", " ", "Say what is wrong."),
        ("nama", "", "Write your name."),
        ("surel", "", "Write your e-mail address."),
        ("surel", "andi@", "This address is not complete"),
        ("keliru", "a\x00b", "Null characters"),
        ("keliru", "x" * 4001, "at most 4000"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(client, story, field, value, sentence):
    answer = client.post(ASK, typed(story, **{field: value}))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert "Saya di Makassar hari itu." in page
    assert not Request.objects.exists() and not mail.outbox


def test_a_program_is_told_the_same_and_does_nothing(client, story):
    answer = client.post(ASK, typed(story, situs="https://spam.example"))
    assert (answer.status_code, answer["Location"]) == (303, TAKEN)
    assert not Request.objects.exists() and not mail.outbox


def test_one_network_and_one_address_are_bounded(client, story, settings):
    for turn in range(5):
        assert client.post(ASK, typed(story, keliru=f"Angka {turn}.")).status_code == 303
    assert client.post(ASK, typed(story)).status_code == 429
    assert Request.objects.count() == 5


def test_the_same_form_once_more_is_the_same_request(client, story, time_machine):
    # As of somebody whose line dropped before the answer came.
    time_machine.move_to(timezone.now(), tick=False)
    for _turn in range(2):
        assert client.post(ASK, typed(story))["Location"] == TAKEN
    assert (Request.objects.count(), len(mail.outbox)) == (1, 1)
    client.post(ASK, typed(story, keliru="Lain lagi."))
    assert Request.objects.count() == 2


def test_the_form_is_taken_without_a_cookie(story):
    client = Client(enforce_csrf_checks=True)
    assert client.post(ASK, typed(story)).status_code == 303


def test_how_a_request_stands_is_told_to_who_knows_number_and_address(client, story):
    row = received(story)
    ours = {"nomor": row.number.lower(), "surel": " Andi@Rumah.example "}
    assert "received" in client.post(STATUS, ours).content.decode()
    for wrong in [
        {"nomor": row.number, "surel": "other@rumah.example"},
        {"nomor": "HJ-2026-9999", "surel": "andi@rumah.example"},
        {"nomor": "HJ-٢٠٢٦-1", "surel": "andi@rumah.example"},
        {"nomor": "x", "surel": "andi@rumah.example"},
    ]:
        answer = client.post(STATUS, wrong)
        assert answer.status_code == 404
        assert "No request has this number and this e-mail address." in answer.content.decode()
    assert client.post(STATUS, {"nomor": "", "surel": ""}).status_code == 422
    assert client.get(STATUS).status_code == 200


def test_looking_is_bounded(client):
    data = {"nomor": "HJ-2026-1", "surel": "x@y.example"}
    codes = [client.post(STATUS, data).status_code for _turn in range(21)]
    assert codes == [404] * 20 + [429]


@pytest.mark.parametrize(
    ("to", "kind"), [(Case.REPLIED, "right_of_reply"), (Case.CORRECTED, "clarification")]
)
def test_an_answer_is_what_was_published_and_the_asker_is_told(story, to, kind):
    editor, row = staff("editor"), received()
    correction = CorrectionFactory(article=story, kind=kind)
    mail.outbox.clear()
    row = cases.move(row, Case.EXAMINED, by=editor)
    row = cases.move(row, to, by=editor, correction=correction, note="Terima kasih.")
    assert (row.state, row.article, row.correction) == (to, story, correction)
    assert row.closed_at is not None
    assert [step.state for step in row.steps.all()] == ["received", "examined", to]
    letter = mail.outbox[-1]
    assert len(mail.outbox) == 2
    assert "Terima kasih." in letter.body and story.get_absolute_url() in letter.body
    told = Entry.objects.order_by("pk").last()
    assert (told.action, told.label, told.account) == ("reply.moved", row.number, editor.pk)
    assert told.details == {"from": "examined", "to": to, "correction": correction.pk}


def test_moves_that_may_not_be_made_are_refused_with_a_sentence(story):
    editor, row = staff("editor"), received(story)
    erratum = CorrectionFactory(article=story, kind="correction")
    foreign = CorrectionFactory(article=ArticleFactory(is_public=True), kind="right_of_reply")
    for to, more, sentence in [
        (Case.REFUSED, {}, "Say why"),
        (Case.REPLIED, {}, "Choose the reply"),
        (Case.REPLIED, {"correction": erratum}, "of another kind"),
        (Case.REPLIED, {"correction": foreign}, "another story"),
        (Case.RECEIVED, {}, "cannot be done"),
    ]:
        with pytest.raises(cases.Refused, match=sentence):
            cases.move(row, to, by=editor, **more)
    with pytest.raises(cases.Refused, match="role"):
        cases.move(row, Case.EXAMINED, by=staff("reporter"))
    assert Step.objects.count() == 1
    cases.move(row, Case.REFUSED, by=editor, note="Beritanya benar.")
    with pytest.raises(cases.Refused, match="refused"):
        cases.move(row, Case.REFUSED, by=editor, note="Sekali lagi.")
    assert cases.move(row, Case.EXAMINED, by=editor).closed_at is None


def test_steps_are_only_added(story):
    received(story)
    for statement in ("UPDATE replies_step SET note = 'x'", "DELETE FROM replies_step"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "replied", "closed_at": timezone.now()},
        {"state": "examined", "closed_at": timezone.now()},
        {"state": "refused"},
        {"email": ""},
        {"wrong": ""},
        {"state": "lost"},
    ],
)
def test_a_request_that_cannot_be_is_refused_by_the_database(story, fields):
    row = received(story)
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=row.pk).update(**fields)


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_moment_get_numbers_of_their_own(site):
    results = at_once(*[lambda n=n: received(wrong=f"Angka {n}.").serial for n in range(4)])
    assert sorted(results) == [1, 2, 3, 4]


def test_the_desk_lists_what_waits_and_what_is_overdue_is_red(story, settings):
    editor = staff("editor")
    client = Client()
    client.force_login(editor)
    row = received(story)
    assert [panel.is_urgent for panel in waiting.panels_for(editor) if panel.key == "replies"] == [
        False
    ]
    Request.objects.update(due_at=timezone.now() - datetime.timedelta(minutes=1))
    (panel,) = [panel for panel in waiting.panels_for(editor) if panel.key == "replies"]
    assert panel.is_urgent and "overdue" in panel.rows[0].facts
    url = reverse("admin:replies_request_changelist")
    page = client.get(url, {"waiting": "late"}).content.decode()
    assert row.number in page and "overdue" in page
    assert row.number not in client.get(url, {"waiting": "no"}).content.decode()


def test_an_editor_answers_on_the_desk(story):
    client = Client()
    client.force_login(staff("editor"))
    row = received(story)
    correction = CorrectionFactory(article=story, kind="right_of_reply")
    page = reverse("admin:replies_request_change", args=[row.pk])
    assert "Andi Baso" in client.get(page).content.decode()
    move = reverse("admin:replies_request_move", args=[row.pk])
    assert "Say why" in client.post(move, {"to": "refused"}, follow=True).content.decode()
    assert client.get(move).status_code == 405
    told = client.post(move, {"to": "x"}, follow=True).content.decode()
    assert "not there any more" in told
    client.post(move, {"to": "replied", "correction": correction.pk})
    row.refresh_from_db()
    assert row.state == Case.REPLIED


@pytest.mark.parametrize("role", ["reporter", "moderator", "ad_desk"])
def test_contacts_of_askers_are_closed_to_other_roles(role, story):
    client = Client()
    client.force_login(staff(role))
    row = received(story)
    assert client.get(reverse("admin:replies_request_changelist")).status_code == 403
    page = reverse("admin:replies_request_change", args=[row.pk])
    assert client.get(page).status_code == 403
    move = reverse("admin:replies_request_move", args=[row.pk])
    assert client.post(move, {"to": "examined"}).status_code == 403


def test_what_is_personal_goes_after_the_days_of_the_settings(story, settings):
    editor = staff("editor")
    row, open_row = received(story), received(story, wrong="Yang lain.")
    cases.move(row, Case.REFUSED, by=editor, note="Pak Andi, beritanya benar.")
    days = datetime.timedelta(days=settings.REPLY_REQUESTS_KEPT_DAYS)
    Request.objects.filter(pk=row.pk).update(closed_at=timezone.now() - days)
    assert cases.forget() == 1
    assert cases.forget() == 0
    row.refresh_from_db()
    assert (row.name, row.email, row.wrong, row.state) == ("", "", "", Case.REFUSED)
    assert "Andi" not in str(list(Step.objects.values()))
    open_row.refresh_from_db()
    assert open_row.name == "Andi Baso"
    assert cases.find(row.number, "") is None
    with pytest.raises(cases.Refused):
        cases.move(row, Case.EXAMINED, by=editor)
