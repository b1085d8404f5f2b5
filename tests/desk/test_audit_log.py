"""Who did what, from where: each door writes it down, and whoever may reads it on the desk."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from ads import booking
from articles import changes, workflow
from articles.models import CheckRule, Publication
from auditlog import chain
from auditlog.choices import Action
from auditlog.desk import Audited
from auditlog.models import Entry
from auditlog.wording import in_short
from auditlog.writing import write
from comments import bans, evidence, moderation
from comments.choices import State
from newsroom.audit_admin import EntryAdmin
from tests.ads.selling import ad_desk
from tests.ads.selling import draft as offer
from tests.comments.people import written
from tests.desk.conftest import filled
from tests.factories import ArticleFactory, PageFactory, RedirectFactory, UserFactory

LIST = reverse("admin:auditlog_entry_changelist")
LOGIN = reverse("admin:login")
PASSWORD = "padi-menguning-1"


def rows(**wanted: Any) -> list[Entry]:
    return list(Entry.objects.filter(**wanted).order_by("pk"))


def only(action: Action) -> Entry:
    (row,) = rows(action=action)
    return row


@pytest.fixture
def chief(member):
    return member("chief_editor", name="Ratna", email="ratna@kabar.example")


def test_signing_in_and_out_is_written_down_with_where_it_was_asked(chief, settings):
    settings.TRUSTED_PROXIES = 1
    chief.set_password(PASSWORD)
    chief.save()
    client = Client(headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.7"})
    client.post(LOGIN, {"username": chief.email, "password": PASSWORD})
    client.post(reverse("admin:logout"))
    came, left = rows()
    assert [came.action, left.action] == [Action.SIGNED_IN, Action.SIGNED_OUT]
    for row in (came, left):
        assert (row.account, row.name) == (chief.pk, "Ratna (ratna@kabar.example)")
        assert (row.kind, row.object_id) == ("accounts.user", str(chief.pk))
        assert row.address == "203.0.113.7"


def test_a_row_has_the_request_id_of_the_log_lines(chief):
    Client().post(
        LOGIN, {"username": "x", "password": "y"}, **{"newsroom.request_id": "abcdefgh12"}
    )
    assert only(Action.REFUSED).request_id == "abcdefgh12"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("rani@rumah.example", "r•••@rumah.example"),
        ("padi-menguning-1", "•••"),
        ("@", "•••"),
        ("a\x00@b.example", "a•••@b.example"),
    ],
)
def test_who_was_not_let_in_is_written_down_without_what_was_typed(db, typed, kept):
    Client().post(LOGIN, {"username": typed, "password": "x"}, REMOTE_ADDR="198.51.100.9")
    found = rows()
    if "\x00" in typed:
        # Refused by the form before anybody is looked for.
        assert found == []
        return
    (row,) = found
    assert (row.action, row.account, row.name, row.kind) == (Action.REFUSED, None, "", "")
    assert row.details == {"typed": kept}
    assert row.address == "198.51.100.9"


def test_a_wrong_password_of_somebody_who_works_here_names_the_account(chief):
    Client().post(LOGIN, {"username": "RATNA@kabar.example", "password": "wrong"})
    row = only(Action.REFUSED)
    assert (row.account, row.object_id) == (None, str(chief.pk))
    assert row.label == "Ratna (ratna@kabar.example)"
    assert "wrong" not in str(row.__dict__)


def test_readers_come_and_go_unwritten(db):
    reader = UserFactory(is_staff=False)
    client = Client()
    client.force_login(reader)
    client.logout()
    assert rows() == []


def test_a_change_of_roles_says_which_there_were_and_which_there_are(chief, reporter, at_desk):
    client = at_desk(chief)
    url = reverse("admin:accounts_user_change", args=[reporter.pk])
    editor = Group.objects.get(name="editor")
    data = filled(client.get(url), groups=[str(editor.pk)], password="")
    assert client.post(url, data).status_code == 302
    row = only(Action.ACCESS)
    assert (row.account, row.object_id) == (chief.pk, str(reporter.pk))
    assert row.details["values"] == {"groups": [["reporter"], ["editor"]]}


def test_an_account_that_is_closed_and_a_password_that_is_set_are_written_down(
    chief, reporter, at_desk
):
    client = at_desk(chief)
    url = reverse("admin:accounts_user_change", args=[reporter.pk])
    client.post(url, filled(client.get(url), is_active=None, password=""))
    assert only(Action.ACCESS).details["values"] == {"is_active": [True, False]}
    url = reverse("admin:auth_user_password_change", args=[reporter.pk])
    client.post(url, {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"})
    (row,) = rows(action=Action.CHANGED)
    assert row.object_id == str(reporter.pk)
    assert PASSWORD not in str(row.details)


def test_a_reader_is_a_number_to_the_log(chief, at_desk):
    reader = UserFactory(is_staff=False, name="Rani", email="rani@rumah.example")
    client = at_desk(chief)
    url = reverse("admin:accounts_user_change", args=[reader.pk])
    client.post(url, filled(client.get(url), is_active=None, name="Rini", password=""))
    row = only(Action.ACCESS)
    assert (row.object_id, row.label) == (str(reader.pk), "")
    row = write(Action.EXPORTED, by=reader, about=reader)
    assert (row.account, row.name, row.label, row.address) == (reader.pk, "", "", "")
    assert "ani" not in str(list(Entry.objects.values("label", "details", "name")))


@pytest.mark.parametrize(
    ("name", "status", "arguments"),
    [
        ("submit", "draft", {}),
        ("recall", "in_review", {}),
        ("send_back", "in_review", {"note": "Siapa?"}),
        ("approve", "in_review", {}),
        ("publish", "approved", {}),
        ("request_withdrawal", "published", {"ground": "victim_trauma", "notice": "Dicabut."}),
    ],
)
def test_each_move_of_a_story_is_written_down(member, name, status, arguments):
    chief = member("chief_editor", name="Ratna")
    state = {"is_public": True} if status == "published" else {"status": status}
    story = ArticleFactory(is_ready=True, created_by=chief, **state)
    getattr(workflow, name)(story, by=chief, **arguments)
    (row,) = rows()
    assert row.action == f"story.{name}"
    assert (row.account, row.kind, row.object_id) == (chief.pk, "articles.article", str(story.pk))
    assert row.label == story.headline
    assert row.details["why"]


def test_a_move_that_is_refused_leaves_no_row(member):
    story = ArticleFactory(status="draft")
    with pytest.raises(workflow.Refused):
        workflow.publish(story, by=member("reporter"))
    assert rows() == []


def test_published_changes_of_a_public_story_are_written_down(chief):
    story = ArticleFactory(is_public=True, is_ready=True, created_by=chief)
    copy = changes.begin(story, by=chief)
    copy.headline = "Rapat mutu pendidikan ditunda"
    copy.save()
    changes.publish(copy, by=chief, why="Ditunda")
    assert only(Action.STORY_CHANGED).object_id == str(story.pk)


def test_a_correction_is_a_row_about_its_story(editor, at_desk):
    story = ArticleFactory(is_public=True)
    data = {"article": story.pk, "kind": "correction", "text": "Yang benar: Selasa."}
    at_desk(editor).post(reverse("admin:articles_correction_add"), data)
    row = only(Action.STORY_CORRECTED)
    assert (row.account, row.object_id) == (editor.pk, str(story.pk))
    assert row.details["text"] == "Yang benar: Selasa."


def test_decisions_about_comments_and_bans_name_no_reader(member):
    moderator = member("moderator")
    reader = UserFactory(is_staff=False, name="Rani", email="rani@rumah.example")
    comment = written(
        ArticleFactory(is_public=True), author=reader, state=State.PENDING, body="Halo"
    )
    event = moderation.decide(
        comment, State.SPAM, by=moderator, seen=State.PENDING, seen_revision=comment.revision
    )
    moderation.undo(event, by=moderator)
    bans.lift(bans.ban(reader, by=moderator, reason="Iklan"), by=moderator)
    evidence.export(comment, by=moderator)
    found = rows()
    assert [row.action for row in found] == [
        *(Action.DECIDED, Action.UNDECIDED, Action.BANNED, Action.UNBANNED, Action.EXPORTED),
    ]
    assert found[0].details == {"from": "pending", "to": "spam", "reason": ""}
    assert {row.account for row in found} == {moderator.pk}
    assert {row.label for row in found} == {""}


def test_a_ban_that_is_over_is_not_lifted_and_not_written_down(member):
    moderator = member("moderator")
    ban = bans.ban(UserFactory(is_staff=False), by=moderator, reason="Iklan")
    bans.lift(ban, by=moderator)
    with pytest.raises(moderation.Refused):
        bans.lift(ban, by=moderator)
    only(Action.UNBANNED)


def test_what_is_sold_is_written_down_with_its_record(db):
    seller, flight = ad_desk(), offer()
    booking.book(flight, by=seller)
    row = only(Action.SOLD)
    assert (row.account, row.kind, row.object_id) == (seller.pk, "ads.flight", str(flight.pk))
    record = flight.records.get()
    assert row.details["deed"] == "booked"
    assert (row.details["record"], row.details["changes"]) == (record.pk, record.changes)


@pytest.mark.parametrize(
    ("kind", "details", "words"),
    [
        ("ads.flight", {"deed": "booked", "record": 7, "note": ""}, "booked"),
        (
            "ads.flight",
            {
                "deed": "extended",
                "record": 7,
                "note": "",
                "changes": {"days": ["1–2 Jan", ""]},
            },
            "days changed; days: 1–2 Jan → –",
        ),
        (
            "comments.comment",
            {"from": "pending", "to": "rejected", "reason": "abuse"},
            "waiting → rejected; abuse",
        ),
        ("replies.request", {"from": "", "to": "open", "correction": 3}, "open"),
        (
            "articles.article",
            {"kind": "correction", "correction": 3, "text": "Jumlahnya 42."},
            "Erratum; Jumlahnya 42.",
        ),
        (
            "articles.article",
            {"status": "scheduled", "publish_at": "2026-01-05 10:00:00+00:00", "why": "Besok"},
            "state: scheduled; publication: 5 Jan 2026, 18.00; Besok",
        ),
        ("accounts.user", {"factor": "reset on the server"}, "second factor reset on the server"),
        ("accounts.user", {"shut_minutes": 15}, "locked for 15 minutes"),
        (
            "articles.publication",
            {"values": {"shows_versions": [False, True]}},
            "show earlier versions of stories: No → Yes",
        ),
        (
            "accounts.user",
            {
                "message": [{"changed": {"fields": ["E-mail", "Groups"]}}],
                "values": {"groups": [["reporter"], ["editor"]]},
            },
            "Changed E-mail. groups: reporter → editor",
        ),
        # Whatever stands there.
        ("accounts.user", {"values": [1]}, "{'values': [1]}"),
        ("accounts.user", {"values": {"a": [1]}}, "{'values': {'a': [1]}}"),
        ("accounts.user", {"message": [3]}, "{'message': [3]}"),
        ("comments.comment", {"to": {"a": 1}}, "{'to': {'a': 1}}"),
        ("accounts.user", {"shut_minutes": "x"}, "{'shut_minutes': 'x'}"),
        # Of a row of which there is none any more, and what nobody foresaw.
        ("gone.row", {"values": {"x": [1, None]}}, "x: 1 → –"),
        ("gone.row", {"odd": {"a": 1}, "even": [True, "b"]}, "odd: {'a': 1}; even: Yes, b"),
    ],
)
def test_what_was_done_is_told_in_words(kind, details, words):
    assert in_short(Entry(kind=kind, details=details)) == words


def test_fields_are_called_in_an_entry_what_they_are_called_on_the_desk():
    message = [{"changed": {"fields": ["Held back", "Headline", "Nowhere"]}}]
    entry = Entry(kind="articles.correction", details={"message": message})
    with translation.override("id"):
        assert in_short(entry) == "Ditahan, Judul dan Nowhere diubah."


def test_settings_of_the_publication_say_what_they_were(chief, at_desk):
    client = at_desk(chief)
    Publication.objects.create(pk=1, name="Kabar", phone="1")
    url = reverse("admin:articles_publication_change", args=[1])
    client.post(url, filled(client.get(url), phone="2"))
    assert only(Action.SETTINGS).details["values"] == {"phone": ["1", "2"]}


def test_a_check_made_stricter_is_a_setting(chief, at_desk):
    client, url = at_desk(chief), reverse("admin:articles_checkrule_changelist")
    form = client.get(url).context["form"]
    data = {bound.html_name: bound.value() for bound in form}
    name, field = next(
        (name, field)
        for name, field in form.fields.items()
        if len([c for c in field.choices if c[0]]) > 1
    )
    data[name] = next(c[0] for c in field.choices if c[0] and c[0] != data[name])
    client.post(url, data)
    row = only(Action.SETTINGS)
    assert row.kind == CheckRule._meta.label_lower
    assert "→" in row.details["message"]


def test_what_is_deleted_on_the_desk_stays_named(editor, at_desk):
    redirect = RedirectFactory(path="/lama/")
    number = redirect.pk
    at_desk(editor).post(reverse("admin:articles_redirect_delete", args=[number]), {"post": "yes"})
    row = only(Action.DELETED)
    assert (row.object_id, row.label) == (str(number), "/lama/")


def test_djangos_own_journal_stays_empty_and_the_history_is_read_from_here(editor, at_desk):
    page = PageFactory(title="Kontak kami")
    client = at_desk(editor)
    url = reverse("admin:articles_page_change", args=[page.pk])
    client.post(url, filled(client.get(url), title="Kontak"))
    assert not LogEntry.objects.exists()
    history = client.get(reverse("admin:articles_page_history", args=[page.pk])).content.decode()
    assert editor.name in history
    assert "Changed Title." in history
    assert client.get(reverse("admin:articles_page_history", args=[10**9])).status_code == 302


def test_every_list_of_the_desk_is_audited():
    assert [
        model._meta.label
        for model, model_admin in admin.site._registry.items()
        if not isinstance(model_admin, Audited)
    ] == ["procrastinate.ProcrastinateJob"]  # Only looked at.


def test_the_log_is_read_by_permission_and_changed_by_nobody(member, at_desk):
    row = write(Action.SETTINGS)
    page = reverse("admin:auditlog_entry_change", args=[row.pk])
    for role, status in [
        *(("reporter", 403), ("editor", 403), ("moderator", 403), ("ad_desk", 403)),
        *(("chief_editor", 200), ("administrator", 200)),
    ]:
        client = at_desk(member(role))
        assert client.get(LIST).status_code == status
        assert client.get(page).status_code == status
        assert client.post(page, {"name": "x"}).status_code == 403
        assert client.get(reverse("admin:auditlog_entry_add")).status_code == 403
        assert (
            client.post(
                reverse("admin:auditlog_entry_delete", args=[row.pk]), {"post": "yes"}
            ).status_code
            == 403
        )
    assert Client().get(LIST).status_code == 302


def shown(client: Client, query: str = "") -> list[int]:
    response = client.get(f"{LIST}{query}")
    assert response.status_code == 200
    return [row.pk for row in response.context["cl"].result_list]


def test_the_list_is_filtered_by_who_what_when_and_about_what(chief, editor, at_desk):
    client = at_desk(chief)
    story, other = ArticleFactory(), ArticleFactory()
    one = write(Action.STORY_PUBLISH, by=editor, about=story).pk
    two = write(Action.STORY_WITHDRAW, by=chief, about=story).pk
    three = write(Action.STORY_PUBLISH, about=other).pk
    of = f"articles.article:{story.pk}"
    assert shown(client)[:3] == [three, two, one]
    assert shown(client, f"?who={editor.pk}") == [one]
    assert shown(client, "?who=server") == [three]
    assert shown(client, "?action=story.publish") == [three, one]
    assert shown(client, f"?about={of}") == [two, one]
    assert shown(client, "?about=articles.article") == [three, two, one]
    assert shown(client, f"?about={of}&action=story.publish&who={editor.pk}") == [one]
    tomorrow = f"{timezone.now() + datetime.timedelta(days=2):%Y-%m-%dT00:00Z}"
    assert shown(client, f"?at__gte={tomorrow}") == []
    assert shown(client, f"?at__lt={tomorrow}")[:3] == [three, two, one]
    assert shown(client, f"?q={editor.name[:4]}") == [one]
    assert shown(client, f"?q={editor.email[:6]}") == [one]


@pytest.mark.parametrize(
    "query",
    [
        *("?who=x", "?who=99999999999999999999", "?about=:::", "?about=a.b:%00", "?action=x"),
        *("?q=%00", "?after=x", "?at__gte=yesterday", "?about=articles.article:%27;--"),
    ],
)
def test_nonsense_in_the_address_of_the_list_is_answered(chief, at_desk, query):
    assert at_desk(chief).get(f"{LIST}{query}").status_code in (200, 302)


def test_addresses_and_requests_are_found(chief, at_desk):
    client = at_desk(chief)
    Client().post(LOGIN, {"username": "x", "password": "y"}, REMOTE_ADDR="198.51.100.9")
    Client().post(
        LOGIN, {"username": "x", "password": "y"}, **{"newsroom.request_id": "abcdefgh12"}
    )
    first, second = rows(action=Action.REFUSED)
    assert shown(client, "?q=198.51.100.9") == [first.pk]
    assert shown(client, "?q=abcdefgh12") == [second.pk]


def test_the_list_goes_on_by_keyset(chief, at_desk, monkeypatch):
    monkeypatch.setattr(EntryAdmin, "list_per_page", 2)
    client = at_desk(chief)
    made = [write(Action.SETTINGS).pk for _ in range(5)]
    response = client.get(f"{LIST}?action=row.settings")
    assert [row.pk for row in response.context["cl"].result_list] == [made[4], made[3]]
    assert shown(client, response.context["cl"].next_url) == [made[2], made[1]]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_often_for_one_row_as_for_three(
    chief, at_desk, number, django_assert_num_queries
):
    client = at_desk(chief)
    story = ArticleFactory()
    for _ in range(number):
        write(Action.STORY_PUBLISH, by=chief, about=story)
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)


def test_a_page_of_the_log_shows_all_of_a_row_as_text(chief, at_desk):
    row = write(Action.SETTINGS, by=chief, details={"message": "<script>", "note": "<b>x"})
    page = at_desk(chief).get(reverse("admin:auditlog_entry_change", args=[row.pk]))
    assert "<script>" not in page.content.decode().partition("<main")[2].replace("<script src", "")
    assert "&lt;b&gt;x" in page.content.decode()


def test_the_status_page_shows_the_head_and_what_is_wrong(chief, at_desk, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    write(Action.SETTINGS)
    chain.seal()
    page = at_desk(chief).get("/admin/status/").content.decode()
    assert str(chain.head()) in page
    assert "Rows wait to be sealed" not in page


def test_a_row_and_what_it_tells_of_are_one(member, monkeypatch):
    """A row that cannot be written keeps the deed from being done."""
    chief = member("chief_editor")
    story = ArticleFactory(status="in_review", is_ready=True)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(workflow, "write_audit", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        workflow.approve(story, by=chief)
    story.refresh_from_db()
    assert story.status == "in_review"
    assert User.objects.filter(pk=chief.pk).exists()
