"""When a story may be public: embargo, schedule, end; on which clock each is typed and said."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from articles import wording, workflow
from articles.choices import Kind, Status
from articles.forms.moments import Clocks, MomentField
from articles.models import Article, Revision
from tests.desk.conftest import filled
from tests.factories import ArticleFactory, BylineFactory, PlaceFactory, province

# Ten in the morning in the publication (WITA), nine in Jakarta, eleven in Ambon.
NOW = datetime.datetime(2026, 11, 24, 2, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten(time_machine):
    time_machine.move_to(NOW, tick=False)


def utc(hour, minute=0, day=24):
    return datetime.datetime(2026, 11, day, hour, minute, tzinfo=datetime.UTC)


def place_in(code, name):
    return PlaceFactory(name=name, parent=province(code))


def ready(**fields):
    """An approved story that no check has a word about: signed, with a dateline."""
    fields = {"status": Status.APPROVED, "place": province("73")} | fields
    return BylineFactory(article=ArticleFactory(**fields)).article


def approved_unless(fields):
    """An approved story, where the fields do not make another state of it."""
    is_moved = {"is_public", "is_scheduled"} & fields.keys()
    return fields if is_moved else {"status": Status.APPROVED} | fields


def step(article, name):
    return reverse("admin:articles_article_move", args=[article.pk, name])


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def made(client, article, name, **values):
    """POST a step; the sentences of its form when it came again, else what the next page said."""
    response = client.post(step(article, name), {"confirmed": "1", **values})
    article.refresh_from_db()
    if response.status_code == 200:
        errors = response.context["form"].errors.values()
        return [str(sentence) for found in errors for sentence in found]
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize(
    ("province_code", "town", "instant", "said"),
    [
        ("31", "Jakarta", utc(10), "17.00 WIB (18.00 WITA)"),
        ("73", "Sinjai", utc(9), "17.00 WITA"),
        ("81", "Ambon", utc(8), "17.00 WIT (16.00 WITA)"),
        # West Kalimantan lives by another name of the same clock as Java.
        ("61", "Pontianak", utc(10), "17.00 WIB (18.00 WITA)"),
    ],
)
@pytest.mark.parametrize(
    ("move", "field", "column"),
    [
        ("schedule", "at", "publish_at"),
        ("embargo", "until", "not_before"),
        ("end", "at", "unpublish_at"),
    ],
)
def test_five_o_clock_is_that_of_the_place(
    move, field, column, province_code, town, instant, said, editor, at_desk
):
    article = ready(place=place_in(province_code, town))
    client = at_desk(editor)
    page = client.get(step(article, move)).content.decode()
    zone = said.split()[1]
    assert f"({zone}, the clock of {town})" in page
    made(client, article, move, **{field: "2026-11-24T17:00"})
    assert getattr(article, column) == instant
    assert wording.both_clocks(article, instant) == said
    assert said in client.get(change(article)).content.decode()


def test_a_night_in_ambon_is_another_day_in_the_publication(editor, at_desk):
    article = ready(place=place_in("81", "Ambon"))
    client = at_desk(editor)
    response = client.post(step(article, "schedule"), {"look": "1", "at": "2026-11-25T00:30"})
    help_text = response.context["form"].fields["at"].help_text
    assert help_text == (
        "That is Wednesday 25 November 2026, 00.30 WIT; on the publication's clock "
        "Tuesday 24 November 2026, 23.30 WITA."
    )
    assert 'value="2026-11-25T00:30"' in response.content.decode()
    article.refresh_from_db()
    # Only looked at.
    assert article.status == Status.APPROVED
    made(client, article, "schedule", at="2026-11-25T00:30")
    assert article.publish_at == utc(15, 30)
    # The address has the publication's day.
    assert article.published_on == datetime.date(2026, 11, 24)


def test_without_script_a_time_that_cannot_be_is_told_when_it_is_looked_at(editor, at_desk):
    article = ArticleFactory(status=Status.APPROVED)
    response = at_desk(editor).post(step(article, "schedule"), {"look": "1", "at": "besok"})
    assert response.context["form"].errors["at"] == ["Write the time as 2026-12-31 17:00."]
    assert 'value="besok"' in response.content.decode()


def test_the_form_offers_the_next_full_hour_or_the_end_of_the_embargo(editor, at_desk):
    ambon = place_in("81", "Ambon")
    article = ArticleFactory(status=Status.APPROVED, place=ambon)
    client = at_desk(editor)
    assert 'value="2026-11-24T12:00"' in client.get(step(article, "schedule")).content.decode()
    Article.objects.filter(pk=article.pk).update(not_before=utc(8))
    assert 'value="2026-11-24T17:00"' in client.get(step(article, "schedule")).content.decode()


def test_a_story_under_embargo_comes_out_no_earlier(editor, at_desk):
    article = ready(place=place_in("81", "Ambon"))
    client = at_desk(editor)
    made(client, article, "embargo", until="2026-11-24T17:00", why="Polda Maluku")
    assert wording.state_of(article) == "approved, not scheduled · embargo until 17.00 WIT"
    assert article.revisions.get().note == "Embargo until 2026-11-24 17.00 WIT: Polda Maluku"
    refused = ["The story is under embargo until 17.00 WIT (16.00 WITA)."]
    response = client.post(step(article, "publish"))
    assert str([*get_messages(response.wsgi_request)][-1]) == refused[0]
    assert made(client, article, "schedule", at="2026-11-24T16:59") == refused
    assert article.status == Status.APPROVED
    made(client, article, "schedule", at="2026-11-24T17:00")
    assert (article.status, article.publish_at) == (Status.PUBLISHED, utc(8))


def test_the_database_keeps_an_embargo_whoever_writes():
    article = ArticleFactory(status=Status.APPROVED, not_before=NOW + HOUR)
    with pytest.raises(IntegrityError, match="articles_article_embargo_kept"), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(
            status=Status.PUBLISHED, publish_at=NOW, published_on=NOW.date()
        )


def test_an_embargo_is_lifted_by_leaving_it_empty(editor, at_desk):
    article = ArticleFactory(status=Status.APPROVED, not_before=NOW + HOUR)
    client = at_desk(editor)
    assert 'value="2026-11-24T11:00"' in client.get(step(article, "embargo")).content.decode()
    made(client, article, "embargo", until="", why="")
    assert article.not_before is None
    assert article.revisions.get().note == "Embargo lifted"
    assert made(client, article, "embargo", until="") == ["There is no embargo to lift."]


@pytest.mark.parametrize(
    ("fields", "until", "sentence"),
    [
        ({}, "2026-11-24T09:00", "This time has passed, so nothing would be held back."),
        ({}, "2126-11-24T09:00", "This time is more than three years away; please check the year."),
        (
            {"is_scheduled": True, "publish_at": NOW + HOUR},
            "2026-11-24T12:00",
            "The story is scheduled for 11.00 WITA: take it off the schedule first.",
        ),
        (
            {"unpublish_at": NOW + HOUR},
            "2026-11-24T12:00",
            "The story would end before it may come out: change that time first.",
        ),
        ({"is_public": True}, "2026-11-24T12:00", "The story is out already."),
    ],
)
def test_an_embargo_that_cannot_be_is_a_sentence(fields, until, sentence, editor, at_desk):
    article = ArticleFactory(**approved_unless(fields))
    assert made(at_desk(editor), article, "embargo", until=until) == [sentence]
    assert article.not_before is None


@pytest.mark.parametrize(
    ("status", "may"),
    [
        (Status.DRAFT, True),
        (Status.RETURNED, True),
        (Status.IN_REVIEW, False),
        (Status.APPROVED, False),
    ],
)
def test_a_reporter_sets_the_embargo_of_an_own_story_while_writing_it(
    status, may, draft, reporter, at_desk
):
    Article.objects.filter(pk=draft.pk).update(status=status)
    found = made(at_desk(reporter), draft, "embargo", until="2026-11-24T17:00")
    assert (draft.not_before is not None) is may
    if not may:
        assert found == ["The story is with the editors now; they keep its embargo."]


def test_a_reporter_sets_neither_a_colleagues_embargo_nor_any_end(draft, reporter, at_desk):
    client = at_desk(reporter)
    theirs = ArticleFactory()
    assert made(client, theirs, "embargo", until="2026-11-24T17:00") == [
        "This is a colleague's story."
    ]
    assert client.post(step(draft, "end"), {"confirmed": "1"}).status_code == 403
    assert [line.move.name for line in client.get(change(draft)).context["times"]] == ["embargo"]


def test_a_story_ends_by_itself_and_the_desk_says_so(editor, at_desk, time_machine):
    article = ready(place=place_in("81", "Ambon"))
    client = at_desk(editor)
    made(client, article, "end", at="2026-11-24T17:00", why="Pendaftaran ditutup")
    assert article.revisions.get().note == "Public until 2026-11-24 17.00 WIT: Pendaftaran ditutup"
    assert "Public until:" in client.get(change(article)).content.decode()
    workflow.publish(article, by=editor)
    assert wording.state_of(article) == "published, public until 17.00 WIT"
    time_machine.move_to(utc(8), tick=False)
    assert wording.state_of(article) == "over: was public until 17.00 WIT"
    page = client.get(change(article)).content.decode()
    assert "Over: was public until 17.00 WIT" in page
    assert "Read it on the site" not in page
    assert (
        "over: was public until 17.00 WIT"
        in client.get(
            reverse("admin:articles_article_changelist"), {"state": "over"}
        ).content.decode()
    )
    listed = client.get(reverse("admin:articles_article_changelist"), {"state": "published"})
    assert listed.context["cl"].result_count == 0


def test_a_news_story_that_is_out_is_only_withdrawn(editor, at_desk):
    article = ArticleFactory(is_public=True, publish_at=NOW - HOUR)
    client = at_desk(editor)
    assert made(client, article, "end", at="2026-11-24T17:00") == [
        "A story that is out does not end by itself any more: it is withdrawn, with a reason that "
        "readers see. Only paid stories get another end."
    ]
    assert article.unpublish_at is None
    assert client.get(change(article)).context["times"] == []


def test_a_paid_story_gets_another_end_while_it_is_out_and_when_it_is_over(
    editor, at_desk, time_machine
):
    article = ArticleFactory(
        is_public=True, publish_at=NOW - HOUR, kind=Kind.PAID, sponsor="PT Griya"
    )
    client = at_desk(editor)
    made(client, article, "end", at="2026-11-24T11:00")
    assert article.unpublish_at == NOW + HOUR
    time_machine.move_to(NOW + 2 * HOUR, tick=False)
    assert article.is_over
    assert 'href="' + step(article, "end") in client.get(change(article)).content.decode()
    made(client, article, "end", at="2026-11-25T11:00", why="Diperpanjang")
    assert article.is_published
    made(client, article, "end", at="")
    assert (article.unpublish_at, article.updated_at) == (None, None)


@pytest.mark.parametrize(
    ("fields", "at", "sentence"),
    [
        ({}, "2026-11-24T09:00", "This time has passed; choose one to come."),
        ({}, "9999-12-31T23:59", "This time is more than three years away; please check the year."),
        ({}, "0001-01-01T00:00", "This time has passed; choose one to come."),
        ({}, "", "The story has no end that could be taken away."),
        ({}, "besok\x00", "Null characters are not allowed."),
        (
            {"is_scheduled": True, "publish_at": NOW + HOUR},
            "2026-11-24T11:00",
            "The story comes out at 11.00 WITA: choose a later time.",
        ),
        (
            {"not_before": NOW + HOUR},
            "2026-11-24T10:30",
            "The story comes out at 11.00 WITA: choose a later time.",
        ),
    ],
)
def test_an_end_that_cannot_be_is_a_sentence(fields, at, sentence, editor, at_desk):
    article = ArticleFactory(**approved_unless(fields))
    found = made(at_desk(editor), article, "end", at=at)
    assert found == [sentence] or (at.endswith("\x00") and len(found) == 1)
    assert article.unpublish_at is None


def test_a_story_is_not_published_after_its_end(editor, at_desk):
    article = ready(unpublish_at=NOW + HOUR)
    assert made(at_desk(editor), article, "schedule", at="2026-11-24T11:00") == [
        "The story would end before it comes out: change that time first."
    ]
    assert article.status == Status.APPROVED


def test_a_working_copy_has_no_times_of_its_own(editor, at_desk):
    article = ArticleFactory(is_public=True, publish_at=NOW - HOUR)
    copy = ArticleFactory(changes_to=article, headline="Ubahan", slug="ubahan")
    client = at_desk(editor)
    assert made(client, copy, "end", at="2026-11-24T17:00") == [
        "These are changes to a public story: publish or discard them."
    ]
    assert client.get(change(copy)).context["times"] == []


def test_times_are_changes_that_the_history_names_and_no_change_of_the_text(editor):
    article = ArticleFactory(
        is_public=True, publish_at=NOW - HOUR, kind=Kind.PAID, sponsor="PT Griya"
    )
    workflow.end(article, by=editor, at=NOW + HOUR)
    revision = Revision.objects.get()
    assert revision.changed and revision.snapshot["unpublish_at"] == (NOW + HOUR).isoformat()
    assert (article.updated_at, article.version) == (None, 1)


def test_two_who_set_a_time_at_once_do_not_pass_each_other(editor):
    article = ready()
    stale = Article.objects.get(pk=article.pk)
    workflow.publish(article, by=editor, at=NOW + HOUR)
    with pytest.raises(workflow.Refused, match="scheduled for"):
        workflow.embargo(stale, by=editor, until=NOW + 2 * HOUR)
    with pytest.raises(workflow.Refused, match="comes out at"):
        workflow.end(stale, by=editor, at=NOW + HOUR)


def test_the_buttons_stand_beside_the_times_and_save_the_text_first(editor, at_desk):
    article = ArticleFactory(status=Status.IN_REVIEW, headline="Sebelum")
    client = at_desk(editor)
    data = filled(client.get(change(article)), headline="Sesudah", _move="embargo")
    response = client.post(change(article), data)
    article.refresh_from_db()
    assert (response.url, article.headline) == (step(article, "embargo"), "Sesudah")


def test_a_draft_without_times_says_so(draft, editor, at_desk):
    lines = at_desk(editor).get(change(draft)).context["times"]
    assert [(line.label, line.words) for line in lines] == [
        ("Embargo until:", ""),
        ("Public until:", ""),
    ]
    assert timezone.now() == NOW


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Jayapura"])
@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_time_at_the_end_of_the_calendar_is_never_a_fault(zone, typed):
    field = MomentField()
    field.use(Clocks(ZoneInfo(zone), "Timika"))
    try:
        assert field.clean(typed).year in {1, 9999}
    except forms.ValidationError as error:
        assert error.code == "invalid"


@pytest.mark.parametrize(
    ("move", "values", "is_back"),
    [
        ("embargo", {"until": "2026-11-24T17:00"}, True),
        ("end", {"at": "2026-11-30T17:00"}, True),
        ("schedule", {"at": "2026-11-24T17:00"}, False),
    ],
)
def test_who_sets_a_limit_goes_back_to_the_story(move, values, is_back, editor, at_desk):
    article = ready(place=place_in("73", "Sinjai"))
    sent = {"seen_version": article.version, "confirmed": "1", **values}
    answer = at_desk(editor).post(step(article, move), sent)
    assert answer.url == (change(article) if is_back else reverse("admin:index"))
