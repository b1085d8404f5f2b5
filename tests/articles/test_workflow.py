"""Who may move a story where, checked over the whole table."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone, translation

from articles import workflow
from articles.choices import CorrectionKind, Status
from articles.models import Article, Correction, Redirect
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    PersonFactory,
    PhotoFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db

TIMES = ("embargo", "end")
ROLES = ("reporter", "editor", "chief_editor", "moderator", "ad_desk")


@pytest.fixture(autouse=True)
def english():
    """Sentences are compared as they stand in the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def staff():
    """One colleague per role."""
    people = {role: StaffFactory(name=role) for role in ROLES}
    for role, person in people.items():
        person.groups.add(Group.objects.get(name=role))
    return people


def story_of(person, **fields):
    return ArticleFactory(created_by=person, is_ready=True, **fields)


def move_names(article, person):
    return {move.name for move in workflow.moves_for(article, person)}


@pytest.mark.parametrize(
    ("state", "role", "moves"),
    [
        (Status.DRAFT, "reporter", {"submit", "embargo"}),
        (Status.RETURNED, "reporter", {"submit", "embargo"}),
        (Status.IN_REVIEW, "reporter", {"recall"}),
        (Status.APPROVED, "reporter", set()),
        (Status.DRAFT, "editor", {"submit", "publish", "schedule", *TIMES}),
        (
            Status.IN_REVIEW,
            "editor",
            {"recall", "send_back", "approve", "publish", "schedule", *TIMES},
        ),
        (Status.APPROVED, "editor", {"send_back", "publish", "schedule", *TIMES}),
        (Status.RETURNED, "chief_editor", {"submit", "publish", "schedule", *TIMES}),
        *[
            (state, role, set())
            for state in Status
            for role in ("moderator", "ad_desk")
            if state not in {Status.PUBLISHED, Status.WITHDRAWN}
        ],
    ],
)
def test_moves_before_publication_by_role(staff, state, role, moves):
    article = story_of(staff["reporter"], status=state)
    assert move_names(article, staff[role]) == moves


def test_reporter_does_not_hand_in_a_colleagues_story(staff):
    article = story_of(StaffFactory())
    assert move_names(article, staff["reporter"]) == set()
    with pytest.raises(workflow.Refused, match="colleague"):
        workflow.submit(article, by=staff["reporter"])
    article.refresh_from_db()
    assert article.status == Status.DRAFT


def test_a_story_goes_from_the_reporter_to_the_public(staff):
    article = story_of(staff["reporter"])
    workflow.submit(article, by=staff["reporter"])
    workflow.send_back(article, by=staff["editor"], note="Siapa yang membuka rapat?")
    article.refresh_from_db()
    assert (article.status, article.desk_note) == (Status.RETURNED, "Siapa yang membuka rapat?")
    workflow.submit(article, by=staff["reporter"])
    workflow.approve(article, by=staff["editor"])
    workflow.publish(article, by=staff["editor"])
    article.refresh_from_db()
    assert article.is_published
    assert article.desk_note == ""
    assert list(Article.objects.published()) == [article]
    assert list(article.revisions.order_by("number").values_list("number", "status")) == [
        (1, "in_review"),
        (2, "returned"),
        (3, "in_review"),
        (4, "approved"),
        (5, "published"),
    ]


def test_return_needs_a_note(staff):
    article = story_of(staff["reporter"], status=Status.IN_REVIEW)
    with pytest.raises(workflow.Refused):
        workflow.send_back(article, by=staff["editor"], note="  ")


def test_a_move_from_a_stale_page_is_refused_and_says_the_state(staff):
    article = story_of(staff["reporter"], status=Status.IN_REVIEW)
    seen_before = Article.objects.get(pk=article.pk)
    workflow.approve(article, by=staff["editor"])
    with pytest.raises(workflow.Refused, match="approved"):
        workflow.approve(seen_before, by=staff["chief_editor"])


def test_scheduled_story_is_published_by_the_clock_alone(staff, time_machine):
    article = story_of(staff["editor"])
    at = timezone.now() + datetime.timedelta(hours=3)
    workflow.publish(article, by=staff["editor"], at=at)
    assert article.is_scheduled and not Article.objects.published().exists()
    assert list(Article.objects.scheduled()) == [article]
    time_machine.move_to(at + datetime.timedelta(seconds=1))
    assert article.is_published
    assert list(Article.objects.published()) == [article]
    assert not Article.objects.scheduled().exists()


def test_schedule_in_the_past_is_refused(staff):
    article = story_of(staff["editor"])
    with pytest.raises(workflow.Refused):
        workflow.publish(
            article, by=staff["editor"], at=timezone.now() - datetime.timedelta(minutes=5)
        )
    article.refresh_from_db()
    assert article.status == Status.DRAFT


def test_taking_off_the_schedule_frees_the_address(staff):
    article = story_of(staff["editor"])
    workflow.publish(article, by=staff["editor"], at=timezone.now() + datetime.timedelta(days=1))
    workflow.unschedule(article, by=staff["editor"])
    article.refresh_from_db()
    assert (article.status, article.publish_at, article.published_on) == (
        Status.APPROVED,
        None,
        None,
    )


def test_a_public_story_cannot_be_taken_off_the_schedule(staff):
    article = ArticleFactory(is_public=True)
    with pytest.raises(workflow.Refused):
        workflow.unschedule(article, by=staff["editor"])


def test_address_has_the_date_of_the_publications_zone(staff, settings, time_machine):
    # 23.30 in Jakarta is 00.30 of the next day in Makassar.
    settings.TIME_ZONE = "Asia/Makassar"
    time_machine.move_to(datetime.datetime(2026, 12, 31, 16, 30, tzinfo=datetime.UTC))
    article = story_of(staff["editor"], headline="Tahun Baru")
    workflow.publish(article, by=staff["editor"])
    assert article.get_absolute_url() == "/2027/01/01/tahun-baru/"


def test_two_stories_of_a_day_with_one_headline_get_two_addresses(staff):
    first, second = (
        story_of(staff["editor"], slug="banjir"),
        story_of(staff["editor"], slug="banjir"),
    )
    workflow.publish(first, by=staff["editor"])
    workflow.publish(second, by=staff["editor"])
    assert (first.slug, second.slug) == ("banjir", "banjir-2")


@pytest.mark.parametrize(
    ("fields", "found"),
    [({"body": ""}, "no text yet"), ({"kind": "paid", "sponsor": ""}, "who paid for it")],
)
def test_blocking_checks_stop_publication(staff, fields, found):
    article = story_of(staff["editor"], **fields)
    with pytest.raises(workflow.Refused, match=found):
        workflow.publish(article, by=staff["editor"])
    article.refresh_from_db()
    assert article.status == Status.DRAFT


def test_photo_without_credit_stops_publication(staff):
    article = story_of(staff["editor"])
    ArticlePhotoFactory(article=article, photo=PhotoFactory(credit=""))
    with pytest.raises(workflow.Refused, match="credit"):
        workflow.publish(article, by=staff["editor"])


def test_withdrawal_takes_two_people_and_keeps_the_address(staff):
    article = ArticleFactory(is_public=True)
    address = article.get_absolute_url()
    workflow.request_withdrawal(
        article, by=staff["editor"], ground="child_protection", notice="Menyangkut seorang anak."
    )
    assert list(Article.objects.published()) == [article]
    with pytest.raises(workflow.Refused):
        workflow.withdraw(article, by=staff["editor"])
    workflow.withdraw(article, by=staff["chief_editor"])
    article.refresh_from_db()
    assert article.status == Status.WITHDRAWN
    assert article.get_absolute_url() == address
    assert not Article.objects.published().exists()
    assert list(Article.objects.addressable()) == [article]
    correction = Correction.objects.get(article=article)
    assert (correction.kind, correction.text) == (
        CorrectionKind.WITHDRAWAL,
        "Menyangkut seorang anak.",
    )


def test_the_chief_editor_cannot_withdraw_alone(staff):
    article = ArticleFactory(is_public=True)
    chief = staff["chief_editor"]
    workflow.request_withdrawal(article, by=chief, ground="decency", notice="Alasan.")
    assert "withdraw" not in move_names(article, chief)
    with pytest.raises(workflow.Refused):
        workflow.withdraw(article, by=chief)


@pytest.mark.parametrize(
    ("ground", "notice"), [("boredom", "Alasan."), ("", "Alasan."), ("decency", " ")]
)
def test_withdrawal_needs_a_named_ground_and_a_notice(staff, ground, notice):
    article = ArticleFactory(is_public=True)
    with pytest.raises(workflow.Refused):
        workflow.request_withdrawal(article, by=staff["editor"], ground=ground, notice=notice)


def test_dropping_a_withdrawal_request_leaves_the_story_public(staff):
    article = ArticleFactory(is_public=True)
    workflow.request_withdrawal(article, by=staff["editor"], ground="decency", notice="Alasan.")
    workflow.drop_withdrawal_request(article, by=staff["chief_editor"])
    article.refresh_from_db()
    assert article.is_published and article.withdrawal_requested_at is None
    notes = list(article.revisions.order_by("number").values_list("note", flat=True))
    assert notes == ["Alasan.", "Drop the withdrawal"]


def test_changed_slug_of_a_public_story_leaves_a_redirect(staff):
    from articles import revisions

    article = story_of(staff["editor"], slug="lama")
    workflow.publish(article, by=staff["editor"])
    old = article.get_absolute_url()
    article.slug = "baru"
    article.save()
    revisions.record(article, by=staff["editor"])
    assert Redirect.objects.get(path=old).get_absolute_url() == article.get_absolute_url()
    article.slug = "lama"
    article.save()
    revisions.record(article, by=staff["editor"])
    assert not Redirect.objects.filter(path=old).exists()


def test_bring_in_refuses_a_story_that_has_a_history(staff):
    article = story_of(staff["editor"])
    workflow.bring_in(article, status=Status.DRAFT, note="Import")
    with pytest.raises(ValueError, match="history"):
        workflow.bring_in(article, status=Status.DRAFT, note="Import")


def test_bring_in_keeps_the_old_address_and_time(staff):
    article = story_of(None, slug="lama")
    at = datetime.datetime(2014, 3, 1, 17, 0, tzinfo=datetime.UTC)
    workflow.bring_in(
        article,
        status=Status.PUBLISHED,
        publish_at=at,
        published_on=datetime.date(2014, 3, 1),
        note="Import",
    )
    article.refresh_from_db()
    assert article.publish_at == at
    assert article.get_absolute_url() == "/2014/03/01/lama/"


def test_bring_in_keeps_a_withdrawal_with_its_time_and_people(staff):
    article = story_of(None)
    at = datetime.datetime(2024, 5, 2, 3, 0, tzinfo=datetime.UTC)
    withdrawal = workflow.Withdrawal(
        "decency", "Alasan.", at, staff["editor"], at, staff["chief_editor"]
    )
    workflow.bring_in(
        article, status=Status.WITHDRAWN, publish_at=at, withdrawal=withdrawal, note="Import"
    )
    article.refresh_from_db()
    assert (article.status, article.withdrawn_at) == (Status.WITHDRAWN, at)
    assert article.corrections.get().created_at == at


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.PUBLISHED},
        {"status": Status.WITHDRAWN, "publish_at": timezone.now()},
        {"status": Status.DRAFT, "publish_at": timezone.now()},
    ],
)
def test_bring_in_refuses_half_a_state(fields):
    with pytest.raises(ValueError, match="comes with its time"):
        workflow.bring_in(ArticleFactory(), note="Import", **fields)


def test_a_notice_names_nobody_whom_the_withdrawn_story_protects(staff):
    article = ArticleFactory(is_public=True, is_identity_protected=True)
    AttendanceFactory(article=article, person=PersonFactory(name="Andi Melati"))
    ask = {"by": staff["chief_editor"], "ground": "child_protection"}
    with pytest.raises(workflow.Refused, match="Andi Melati"):
        workflow.request_withdrawal(article, notice="Andi Melati keberatan.", **ask)
    workflow.request_withdrawal(article, notice="Keluarga keberatan.", **ask)
