"""The demo publication: complete, loaded once, and only where a demo is asked for."""

import re
import stat
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Min
from django.utils import timezone

from accounts.models import User
from ads import forecast
from ads.models import Advertiser, Creative, Delivery, Flight, PaidStory, Placement
from articles import public_versions
from articles.choices import Status
from articles.models import (
    Article,
    ArticleViews,
    Attendance,
    Person,
    Photo,
    Section,
    StoryThread,
    Tenure,
)
from articles.snapshots import snapshot
from comments import counts
from comments.choices import PinnedAs, State
from comments.models import Comment
from newsroom.demo import files
from newsroom.roles import ROLES
from replies.models import Request

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO = True
    settings.VAR_DIR = tmp_path
    call_command("load_demo")
    return tmp_path


def test_demo_is_refused_in_a_newsroom(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("load_demo")
    assert not User.objects.exists()


def test_demo_is_whole_and_loaded_once(demo, client):
    states = Counter(
        "scheduled" if article.is_scheduled else article.status for article in Article.objects.all()
    )
    assert set(states) == {*Status.values, "scheduled"}
    assert states["published"] >= 50 and sum(states.values()) >= 60
    requests = Request.objects.order_by("serial").values_list("state", flat=True)
    assert list(requests) == ["received", "examined"]
    assert Section.objects.count() == 8
    assert Section.objects.filter(articles__in=Article.objects.published()).distinct().count() == 8
    assert Person.objects.count() >= 40 and Tenure.objects.count() >= 40
    assert Photo.objects.count() == len(
        {path.stem for path in files.HERE.glob("illustrations/*.webp")}
    )

    before = (Article.objects.count(), User.objects.count())
    call_command("load_demo")
    assert (Article.objects.count(), User.objects.count()) == before

    _check_model_story()
    _check_discussion()
    _check_versions(client)
    _check_advertising()
    _check_accounts(demo)
    assert StoryThread.objects.get().instalments.filter(placed_at__isnull=False).count() == 5


def _check_model_story():
    """The case that the register was made for: seven officials, a delegation and a group."""
    story = Article.objects.get(headline__startswith="Wakil Bupati Buka Rapat Koordinasi")
    lines = Attendance.objects.filter(article=story)
    assert lines.filter(person__isnull=False).count() == 7
    assert lines.filter(person__isnull=False).exclude(office_as_printed="").count() == 7
    assert lines.get(organisation__isnull=False).organisation.short_name == "Bappeda"
    group = lines.exclude(group_label="").get()
    assert group.group_count == 42
    assert lines.exclude(represents_as_printed="").get().represents_post is not None
    assert story.article_photos.count() == 2
    assert story.is_published and f"{story.local_publish_at:%Z}" == "WITA"


def _check_versions(client):
    """What is related stands in the first version, and what was corrected stood there before."""
    related = Article.objects.filter(related_links__isnull=False).distinct()
    assert related.count() > 5
    for article in related:
        version = article.revisions.earliest("number")
        assert version.snapshot["related"] == snapshot(article)["related"]
    story = Article.objects.get(slug="wisuda-untom")
    after, before = public_versions.of(story)
    assert (after.version.at, before.version.at) == (story.updated_at, story.publish_at)
    page = client.get(f"{story.get_absolute_url()}riwayat/?versi=2").text
    assert re.search(r"<del>.*?148.*?</del><ins>.*?418.*?</ins>", page)


def _check_discussion():
    """A conversation in every state, with something for the moderators to do."""
    assert {*Comment.objects.values_list("state", flat=True)} == {*State} - {State.ERASED}
    assert {c.state for c in Comment.objects.queued()} == {
        State.PENDING,
        State.UNREVIEWED,
        State.APPROVED,
    }
    # Nobody told the demo which ones are spam: the filter found them.
    spam = Comment.objects.filter(state=State.SPAM)
    assert {c.screenings.get().rule for c in spam} == {"learned_score"}
    assert Comment.objects.get(pinned_as=PinnedAs.RIGHT_OF_REPLY).is_by_staff
    assert list(counts.differences()) == []


def _check_advertising():
    """Sales in every state but stopped, a month behind them, and something for the desk to do."""
    assert {*Flight.objects.values_list("state", flat=True)} == {"draft", "booked", "paused"}
    assert {*Creative.objects.values_list("state", flat=True)} == {"approved", "sent", "refused"}
    today = timezone.localdate()
    assert Flight.objects.filter(days__startswith__gt=today, state="booked").exists()
    assert Flight.objects.filter(days__endswith__lte=today, state="booked").exists()
    # Each sponsorship that has begun is judged by all its days so far.
    begun = Flight.objects.filter(kind="sponsorship", days__startswith__lt=today)
    for flight in begun:
        held = flight.booked_days.aggregate(first=Min("day"))["first"]
        assert (flight.state, held) == ("booked", flight.first_day)
    # Every placement has something of our own, and most of them something sold.
    assert not Placement.objects.filter(fallback=None).exists()
    assert PaidStory.objects.count() == Article.objects.filter(kind="paid").count() == 3
    assert Advertiser.objects.filter(people__isnull=False).exists()
    assert Article.objects.filter(is_tragedy=True).count() == 2
    assert forecast.load(today).days_known == 28
    for delivery in Delivery.objects.all():
        assert 0 < delivery.clicks < delivery.viewable * 0.02 < delivery.served * 0.02
    assert ArticleViews.objects.exists()


def _check_accounts(folder):
    users = User.objects.filter(is_demo=True, is_staff=True)
    assert sorted(users.values_list("groups__name", flat=True), key=str) == sorted(
        [*ROLES, None], key=str
    )
    path = folder / "demo-accounts.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    passwords = {line.split()[1]: line.split()[2] for line in path.read_text().splitlines()}
    assert all(user.check_password(passwords[user.email]) for user in users)


@pytest.mark.parametrize(
    ("age", "seconds"), [("40m", -2400), ("3h", -10800), ("2d", -172800), ("+5h", 18000)]
)
def test_ages_count_from_the_loading(age, seconds):
    now = timezone.now()
    assert (files.moment(age, now) - now).total_seconds() == seconds


@pytest.mark.parametrize("age", ["", "3", "h3", "-3h", "3 hours"])
def test_age_of_another_form_is_refused(age):
    with pytest.raises(ValueError, match="looks like"):
        files.moment(age, timezone.now())
