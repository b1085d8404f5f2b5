"""Preview links: what they show, to whom, and when they stop."""

import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from articles import changes, preview
from articles.choices import Status
from articles.models import Article, PreviewLink
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    PersonFactory,
    PublicationFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def editor():
    return StaffFactory(is_superuser=True)


@pytest.fixture
def story():
    PublicationFactory()
    return ArticleFactory(headline="Rapat mutu", slug="rapat-mutu", tags=["mutu"])


def path_of(link):
    return reverse("articles:preview", args=[preview.token_of(link)])


@pytest.fixture
def link(story, editor):
    return preview.make(story, by=editor, days=3)


def test_a_link_shows_the_story_as_it_is_saved_now(client, story, link):
    assert "Rapat mutu</h1>" in client.get(path_of(link)).content.decode()
    Article.objects.filter(pk=story.pk).update(headline="Rapat selesai")
    page = client.get(path_of(link)).content.decode()
    assert "Rapat selesai</h1>" in page
    assert "This story is not out yet and may still change." in page


def test_a_linked_page_is_kept_by_nobody_found_by_nobody_and_runs_nothing(client, link):
    response = client.get(path_of(link))
    page = response.content.decode()
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response
    assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "script-src 'none'" in response["Content-Security-Policy"]
    assert "<script" not in page
    assert 'name="robots" content="noindex"' in page
    assert 'rel="alternate"' not in page
    assert response.cookies == {}


def test_the_address_says_nothing_of_the_story(story, link):
    assert "rapat" not in path_of(link)
    assert preview.address_of(link).endswith(path_of(link))


def test_a_link_opens_one_story_and_only_with_its_signature(client, link):
    token = preview.token_of(link)
    number, signature = token.split("-", 1)
    other = preview.make(ArticleFactory(), by=link.created_by, days=1)
    for forged in (
        f"{other.pk}-{signature}",
        f"{number}-{signature[:-1]}{'A' if signature[-1] != 'A' else 'B'}",
        f"{number}-{link.key}",
        f"0{token}",
        f"{10**17}-{signature}",
        f"{10**30}-{signature}",
        "x",
        "1-",
        "%00",
    ):
        assert client.get(f"/pratinjau/berita/{forged}/").status_code == 404


def test_a_changed_secret_ends_every_link(client, link, settings):
    path = path_of(link)
    settings.SECRET_KEY = "x" * 60
    assert client.get(path).status_code == 404


def test_a_link_ends_with_its_day(client, link, time_machine):
    time_machine.move_to(link.expires_at - datetime.timedelta(seconds=1), tick=False)
    assert client.get(path_of(link)).status_code == 200
    time_machine.move_to(link.expires_at, tick=False)
    response = client.get(path_of(link))
    assert response.status_code == 410
    assert "This preview has ended" in response.content.decode()
    assert "Rapat" not in response.content.decode()


def test_a_revoked_link_shows_nothing(client, link, editor):
    assert preview.revoke(link, by=editor)
    assert not preview.revoke(link, by=editor)
    assert client.get(path_of(link)).status_code == 410


def test_a_link_ends_with_the_account_of_who_made_it(client, link):
    link.created_by.is_active = False
    link.created_by.save()
    assert client.get(path_of(link)).status_code == 410


@pytest.mark.parametrize("loses", ["is_active", "is_staff", "role"])
def test_a_link_ends_with_the_right_of_who_made_it(loses, client, story):
    maker = StaffFactory()
    maker.groups.add(Group.objects.get(name="reporter"))
    link = preview.make(story, by=maker, days=3)
    assert client.get(path_of(link)).status_code == 200
    assert list(preview.open_links(story)) == [link]
    if loses == "role":
        maker.groups.set([Group.objects.get(name="ad_desk")])
    else:
        setattr(maker, loses, False)
        maker.save()
    assert client.get(path_of(link)).status_code == 410
    assert list(preview.open_links(story)) == []


def test_a_right_of_ones_own_counts_as_one_by_a_role(client, story):
    maker = StaffFactory()
    maker.user_permissions.add(Permission.objects.get(codename="change_article"))
    link = preview.make(story, by=maker, days=3)
    assert client.get(path_of(link)).status_code == 200
    assert list(preview.open_links(story)) == [link]


def test_a_link_to_a_withdrawn_story_shows_nothing(client, link):
    withdrawn = ArticleFactory(is_withdrawn=True, headline="Nama korban")
    PreviewLink.objects.filter(pk=link.pk).update(article=withdrawn)
    response = client.get(path_of(link))
    assert response.status_code == 410
    assert "Nama korban" not in response.content.decode()


def test_once_the_story_is_out_the_link_leads_to_its_page(client, story, link):
    now = timezone.now()
    Article.objects.filter(pk=story.pk).update(
        status=Status.PUBLISHED, publish_at=now, published_on=timezone.localdate(now)
    )
    story.refresh_from_db()
    response = client.get(path_of(link))
    assert (response.status_code, response.url) == (302, story.get_absolute_url())
    assert response["Cache-Control"] == "private, no-store"


def test_a_scheduled_story_is_still_shown_by_its_link(client, editor):
    story = ArticleFactory(is_scheduled=True, headline="Besok")
    link = preview.make(story, by=editor, days=1)
    assert "Besok</h1>" in client.get(path_of(link)).content.decode()


def test_a_protected_story_shows_what_its_public_page_would(client, story, link):
    Article.objects.filter(pk=story.pk).update(is_identity_protected=True)
    AttendanceFactory(article=story, person=PersonFactory(name="Andi Tenri"))
    ArticlePhotoFactory(article=story, caption="Andi Tenri")
    page = client.get(path_of(link)).content.decode()
    assert "Andi Tenri" not in page
    assert "/media/" not in page
    assert "/tag/mutu/" not in page


@pytest.mark.parametrize("ending", [changes.publish, changes.discard])
def test_a_link_to_changes_shows_them_and_leads_to_the_story_once_they_are_ended(
    ending, client, editor
):
    PublicationFactory()
    story = ArticleFactory(is_public=True, is_ready=True, headline="Lama")
    copy = changes.begin(story, by=editor)
    Article.objects.filter(pk=copy.pk).update(headline="Baru")
    link = preview.make(copy, by=editor, days=1)
    assert "Baru</h1>" in client.get(path_of(link)).content.decode()
    copy.refresh_from_db()
    ending(copy, by=editor)
    response = client.get(path_of(link))
    assert (response.status_code, response.url) == (302, story.get_absolute_url())
    preview.revoke(link, by=editor)
    assert client.get(path_of(link)).status_code == 410


def test_changes_to_a_story_that_was_withdrawn_are_not_shown(client, editor):
    story = ArticleFactory(is_public=True)
    copy = changes.begin(story, by=editor)
    link = preview.make(copy, by=editor, days=1)
    Article.objects.filter(pk=story.pk).update(
        status=Status.WITHDRAWN,
        withdrawal_ground="decency",
        withdrawal_notice="Maaf.",
        withdrawal_requested_at=timezone.now(),
        withdrawal_requested_by=StaffFactory(),
        withdrawn_at=timezone.now(),
        withdrawn_by=editor,
    )
    assert client.get(path_of(link)).status_code == 410


def test_there_is_no_link_to_what_is_public_or_withdrawn(editor):
    for state in ("is_public", "is_withdrawn"):
        with pytest.raises(preview.Refused, match="nothing to preview"):
            preview.make(ArticleFactory(**{state: True}), by=editor, days=1)


@pytest.mark.parametrize("days", [0, -1, 2, 366])
def test_a_link_works_for_one_of_the_spans(days, story, editor):
    with pytest.raises(preview.Refused, match="how long"):
        preview.make(story, by=editor, days=days)


def test_links_to_one_story_are_bounded_and_a_revoked_one_makes_room(story, editor):
    links = [preview.make(story, by=editor, days=1) for _number in range(preview.MOST_OPEN)]
    with pytest.raises(preview.Refused, match="Revoke one first"):
        preview.make(story, by=editor, days=1)
    preview.revoke(links[0], by=editor)
    preview.make(story, by=editor, days=1)


def test_when_it_was_opened_is_kept_once_a_minute(client, link, time_machine):
    moment = timezone.now()
    for seconds, expected in ((0, 0), (30, 0), (61, 61)):
        time_machine.move_to(moment + datetime.timedelta(seconds=seconds), tick=False)
        client.get(path_of(link))
        link.refresh_from_db()
        assert link.opened_at == moment + datetime.timedelta(seconds=expected)


def test_only_reading_is_answered(client, link):
    assert client.head(path_of(link)).status_code == 200
    assert client.post(path_of(link)).status_code == 405


def test_the_table_refuses_a_link_that_ends_before_it_was_made_or_is_half_revoked(link, editor):
    for values in (
        {"expires_at": timezone.now() - datetime.timedelta(days=9)},
        {"revoked_at": timezone.now()},
        {"revoked_by": editor},
    ):
        with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
            PreviewLink.objects.filter(pk=link.pk).update(**values)


def test_a_linked_page_takes_the_same_queries_for_one_row_and_three(
    client, story, link, django_assert_num_queries
):
    client.get(path_of(link))
    for rows in (1, 2):
        for _row in range(rows):
            AttendanceFactory(article=story)
            ArticlePhotoFactory(article=story)
        with django_assert_num_queries(10):
            client.get(path_of(link))
