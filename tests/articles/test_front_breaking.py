"""Breaking news: a line above every public page, with an end."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone, translation

from articles import front, workflow
from articles.choices import Kind
from articles.front import Refused
from articles.models import BreakingNews
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    AuthorFactory,
    BreakingNewsFactory,
    OrganisationFactory,
    PersonFactory,
    PublicationFactory,
    SectionFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db

LINE = "Gempa terasa di Lappabatu"


@pytest.fixture(autouse=True)
def publication():
    return PublicationFactory()


@pytest.fixture
def editor():
    with translation.override("en"):
        person = StaffFactory()
        person.groups.add(Group.objects.get(name="editor"))
        yield person


def in_minutes(minutes):
    return timezone.now() + datetime.timedelta(minutes=minutes)


def bar(client, path="/"):
    """The line above a page; None where there is none."""
    return client.get(path).context["breaking"]


def test_a_line_stands_above_every_kind_of_page(client):
    section, author = SectionFactory(), AuthorFactory()
    story = ArticleFactory(is_public=True, section=section, tags=["laut"])
    person, organisation = PersonFactory(), OrganisationFactory()
    BreakingNewsFactory(article=story)
    paths = [
        "/",
        story.get_absolute_url(),
        ArticleFactory(is_withdrawn=True).get_absolute_url(),
        section.get_absolute_url(),
        author.get_absolute_url(),
        person.get_absolute_url(),
        organisation.get_absolute_url(),
        *("/terkini/", "/terpopuler/", "/tag/laut/", "/tokoh/", "/cari/?q=laut", "/ralat/"),
        *("/redaksi/", "/pedoman-media-siber/", "/privasi/", "/kontak/", "/tidak-ada/"),
        f"/arsip/{story.published_on:%Y}/",
        f"/arsip/{story.published_on:%Y/%m}/",
        f"/arsip/{story.published_on:%Y/%m/%d}/",
        reverse("account_login"),
        reverse("account_signup"),
    ]
    without = {
        path: client.get(path).status_code
        for path in paths
        if LINE not in client.get(path).content.decode()
    }
    assert without == {}
    link = f'<p class="wrap"><a href="{story.get_absolute_url()}">'
    assert link in client.get("/").content.decode()


def test_a_line_ends_by_itself(client):
    BreakingNewsFactory(ends_at=in_minutes(-1))
    assert bar(client) is None


def test_a_line_that_was_taken_down_stands_nowhere(client, editor):
    front.end(BreakingNewsFactory(), by=editor)
    assert bar(client) is None


def test_a_line_to_come_does_not_stand_yet(client):
    BreakingNewsFactory(starts_at=in_minutes(1))
    assert bar(client) is None


def test_the_newest_line_stands_and_the_older_comes_back_after_it(client, editor):
    BreakingNewsFactory(text="Lama", starts_at=in_minutes(-50))
    newer = BreakingNewsFactory(text="Baru", starts_at=in_minutes(-5))
    assert bar(client).text == "Baru"
    front.end(newer, by=editor)
    assert bar(client).text == "Lama"


@pytest.mark.parametrize(
    "story",
    [
        {},
        {"is_scheduled": True},
        {"is_public": True, "kind": Kind.PAID, "sponsor": "PT Griya"},
        {"is_public": True, "unpublish_at": timezone.now() - datetime.timedelta(minutes=1)},
    ],
)
def test_a_line_leads_nowhere_while_its_story_is_not_public_or_was_paid_for(story, client):
    BreakingNewsFactory(article=ArticleFactory(**story))
    assert (bar(client).text, bar(client).url) == (LINE, "")


def test_no_line_of_a_withdrawn_story_stands_above_any_page(client):
    BreakingNewsFactory(text="Tanpa berita", starts_at=in_minutes(-50))
    BreakingNewsFactory(article=ArticleFactory(is_withdrawn=True), starts_at=in_minutes(-5))
    assert bar(client).text == "Tanpa berita"


def test_the_lines_of_a_story_end_with_its_withdrawal(client, editor):
    story, other = ArticleFactory(is_public=True), ArticleFactory(is_public=True)
    running = BreakingNewsFactory(article=story)
    to_come = BreakingNewsFactory(article=story, starts_at=in_minutes(30), ends_at=in_minutes(90))
    over = BreakingNewsFactory(article=story, ends_at=in_minutes(-1))
    others = BreakingNewsFactory(article=other, starts_at=in_minutes(-50))
    workflow.request_withdrawal(story, by=editor, ground="child_protection", notice="Maaf.")
    assert bar(client).text == LINE
    second = StaffFactory()
    second.groups.add(Group.objects.get(name="chief_editor"))
    workflow.withdraw(story, by=second)
    ended = BreakingNews.objects.filter(ended_by=second).values_list("pk", flat=True)
    assert set(ended) == {running.pk, to_come.pk}
    assert not BreakingNews.objects.filter(pk__in=[over.pk, others.pk], ended_at__isnull=False)
    assert bar(client).url == other.get_absolute_url()


def test_a_line_names_nobody_whom_its_story_protects(editor):
    story = ArticleFactory(is_public=True, is_identity_protected=True)
    AttendanceFactory(article=story, person=PersonFactory(name="Andi Melati"))
    with pytest.raises(Refused, match="this names Andi Melati"):
        front.announce("Andi Melati pulang", by=editor, ends_at=in_minutes(60), article=story)
    assert not BreakingNews.objects.exists()
    front.announce("Anak itu pulang", by=editor, ends_at=in_minutes(60), article=story)


def test_a_line_is_printed_as_text(client):
    BreakingNewsFactory(text="<script>x</script>")
    assert "<script>x" not in client.get("/").content.decode()


def test_it_asks_for_nothing_more(client, django_assert_num_queries):
    BreakingNewsFactory(article=ArticleFactory(is_public=True))
    # Publication with the line, sections.
    with django_assert_num_queries(2):
        client.get("/redaksi/")


def test_it_is_announced_from_now_with_an_end(client, editor):
    news = front.announce("  Gempa \n terasa ", by=editor, ends_at=in_minutes(60))
    assert (news.text, news.created_by) == ("Gempa terasa", editor)
    assert bar(client).text == "Gempa terasa"


def test_a_better_line_takes_the_place_of_the_old_one(client, editor):
    old = BreakingNewsFactory(text="Gmpa")
    front.announce("Gempa", by=editor, ends_at=in_minutes(1), replaces=old.pk)
    old.refresh_from_db()
    assert old.ended_by == editor
    assert bar(client).text == "Gempa"


@pytest.mark.parametrize(
    ("text", "starts", "ends", "sentence"),
    [
        ("", None, 60, "Say what happened"),
        ("   ", None, 60, "Say what happened"),
        ("x" * 141, None, 60, "too long"),
        ("x", -5, 60, "has passed"),
        ("x", None, -5, "ends after it begins"),
        ("x", 60, 60, "ends after it begins"),
        ("x", None, 24 * 60 + 5, "a day at most"),
        ("x", 367 * 24 * 60, 367 * 24 * 60 + 5, "a year ahead"),
    ],
)
def test_a_line_that_cannot_stand_is_refused(text, starts, ends, sentence, editor):
    moment = in_minutes(0)
    starts_at = None if starts is None else moment + datetime.timedelta(minutes=starts)
    ends_at = moment + datetime.timedelta(minutes=ends)
    with pytest.raises(Refused, match=sentence):
        front.announce(text, by=editor, starts_at=starts_at, ends_at=ends_at)
    assert not BreakingNews.objects.exists()


def test_a_paid_story_is_never_breaking_news(editor):
    paid = ArticleFactory(is_public=True, kind=Kind.PAID, sponsor="PT Griya")
    with pytest.raises(Refused, match="advertising"):
        front.announce("x", by=editor, ends_at=in_minutes(5), article=paid)


def test_only_editors_announce():
    with translation.override("en"):
        reporter = StaffFactory()
        reporter.groups.add(Group.objects.get(name="reporter"))
        with pytest.raises(Refused, match="may not"):
            front.announce("x", by=reporter, ends_at=in_minutes(5))
        with pytest.raises(Refused, match="may not"):
            front.end(BreakingNewsFactory(), by=reporter)


def test_what_is_over_is_not_taken_down(editor):
    news = BreakingNewsFactory(ends_at=in_minutes(-5))
    front.end(news, by=editor)
    assert news.ended_at is None


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"text": ""}, "articles_breakingnews_says_something"),
        ({"ends_at": in_minutes(-120)}, "articles_breakingnews_has_an_end"),
        ({"ended_at": in_minutes(0)}, "articles_breakingnews_ended_by_somebody"),
    ],
)
def test_a_line_of_a_wrong_shape_is_refused(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        BreakingNewsFactory(**fields)
