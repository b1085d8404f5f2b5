"""Scheduling owes nothing to a program that runs: no worker in these tests ever does a job."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.choices import Status
from articles.forms.moments import Clocks
from articles.models import Article
from tests.factories import ArticleFactory, PlaceFactory, province

from .conftest import DESK, PHONE
from .test_desk import sign_in, staff  # noqa: F401

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

HOUR = datetime.timedelta(hours=1)


def jobs_of(article: Article) -> list[str]:
    """The states of the jobs that were asked for when the story was scheduled."""
    jobs = ProcrastinateJob.objects.filter(args__article_id=article.pk)
    return list(jobs.values_list("status", flat=True))


@pytest.mark.usefixtures("staff")
def test_a_scheduled_story_comes_out_and_ends_while_the_worker_is_stopped(
    new_context, time_machine
):
    ambon = PlaceFactory(name="Ambon", parent=province("81"))
    story = ArticleFactory(
        headline="Kapal cepat ke Banda",
        slug="kapal-cepat",
        status=Status.APPROVED,
        is_ready=True,
        place=ambon,
    )
    at = (timezone.now() + 3 * HOUR).replace(second=0, microsecond=0)
    end = at + 2 * HOUR
    clocks = Clocks.of(story)
    # The editor's phone lives by a third clock, and nothing on the form follows it.
    phone = new_context(**PHONE, timezone_id="Asia/Jakarta").new_page()
    problems = sign_in(phone, "editor")
    for move, moment in (("end", end), ("schedule", at)):
        phone.goto(f"/admin/articles/article/{story.pk}/move/{move}/")
        label = phone.locator("form.step-form label").first
        expect(label).to_contain_text("WIT")
        assert "Ambon" in label.inner_text()
        phone.locator("[name=at]").fill(f"{moment.astimezone(clocks.zone):%Y-%m-%dT%H:%M}")
        expect(phone.locator("form.step-form [role=status]")).to_have_text(clocks.reading(moment))
        # Only for who has no script.
        expect(phone.locator("[name=look]")).to_have_count(0)
        phone.click("[name=confirmed]")
        # Who set a limit goes on with the story; who scheduled it is done with it.
        phone.wait_for_url("**/change/" if move == "end" else "**/admin/")
    assert problems == []
    story.refresh_from_db()
    assert (story.publish_at, story.unpublish_at) == (at, end)
    address = story.get_absolute_url()
    reader = new_context(**DESK).new_page()

    def seen() -> tuple[int, bool, bool]:
        """What the address answers, and whether the front page and the feed tell of the story."""
        answer = reader.goto(address)
        assert answer is not None
        reader.goto("/")
        is_on_front = reader.get_by_text(story.headline).count() > 0
        return answer.status, is_on_front, story.headline in reader.request.get("/rss.xml").text()

    assert seen() == (404, False, False)
    time_machine.move_to(at + datetime.timedelta(seconds=1))
    assert jobs_of(story) == ["todo"]
    assert seen() == (200, True, True)
    time_machine.move_to(end)
    assert seen() == (410, False, False)
    assert jobs_of(story) == ["todo"]
