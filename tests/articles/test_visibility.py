"""`published()` and `is_published` say the same of every state and time."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from articles.choices import Status
from articles.models import Article
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AuthorFactory,
    BylineFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db

BEFORE, AFTER = datetime.timedelta(seconds=-1), datetime.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("status", "offset"),
    [
        (status, offset)
        for status in Status.values
        for offset in (BEFORE, AFTER, None)
        # The database refuses a published or withdrawn story without a time.
        if offset is not None or status not in {Status.PUBLISHED, Status.WITHDRAWN}
    ],
)
def test_is_published_agrees_with_published(status, offset, time_machine):
    now = datetime.datetime(2026, 11, 23, 4, 0, tzinfo=datetime.UTC)
    time_machine.move_to(now, tick=False)
    if status == Status.WITHDRAWN:
        fields = {"is_withdrawn": True}
    elif status == Status.PUBLISHED:
        fields = {"is_public": True}
    else:
        fields = {"status": status}
    if offset is not None:
        fields["publish_at"] = now + offset
    article = ArticleFactory(**fields)
    is_out = status == Status.PUBLISHED and offset == BEFORE
    assert article.is_published is is_out
    assert Article.objects.published().exists() is is_out


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("offset", [BEFORE, AFTER, None])
def test_is_over_and_is_published_agree_with_the_queries(status, offset, time_machine):
    now = datetime.datetime(2026, 11, 23, 4, 0, tzinfo=datetime.UTC)
    time_machine.move_to(now, tick=False)
    traits = {Status.PUBLISHED: {"is_public": True}, Status.WITHDRAWN: {"is_withdrawn": True}}
    fields = traits.get(status, {"status": status})
    article = ArticleFactory(unpublish_at=offset and now + offset, **fields)
    is_out = status == Status.PUBLISHED
    is_over = is_out and offset == BEFORE
    assert (article.is_over, Article.objects.over().exists()) == (is_over, is_over)
    assert article.is_published is Article.objects.published().exists() is (is_out and not is_over)
    told = (is_out and not is_over) or status == Status.WITHDRAWN
    assert Article.objects.published_or_withdrawn().exists() is told


@pytest.mark.parametrize("second", [-1, 0, 1])
def test_a_story_is_public_up_to_the_very_moment_that_ends_it(second, time_machine):
    end = datetime.datetime(2026, 11, 23, 4, 0, tzinfo=datetime.UTC)
    start = end - datetime.timedelta(hours=1)
    article = ArticleFactory(is_public=True, publish_at=start, unpublish_at=end)
    time_machine.move_to(end + datetime.timedelta(seconds=second), tick=False)
    assert article.is_published is (second < 0)
    assert Article.objects.published().exists() is (second < 0)
    assert Article.objects.over().exists() is (second >= 0)


@pytest.mark.parametrize(
    ("role", "state", "is_own", "may_edit"),
    [
        ("reporter", Status.DRAFT, True, True),
        ("reporter", Status.RETURNED, True, True),
        ("reporter", Status.IN_REVIEW, True, False),
        ("reporter", Status.APPROVED, True, False),
        ("reporter", Status.DRAFT, False, False),
        ("editor", Status.IN_REVIEW, False, True),
        ("editor", Status.PUBLISHED, False, True),
        ("chief_editor", Status.WITHDRAWN, False, False),
        ("moderator", Status.DRAFT, True, False),
        ("ad_desk", Status.DRAFT, True, False),
    ],
)
def test_who_may_edit_which_story(role, state, is_own, may_edit):
    person = StaffFactory()
    person.groups.add(Group.objects.get(name=role))
    traits = {Status.PUBLISHED: {"is_public": True}, Status.WITHDRAWN: {"is_withdrawn": True}}
    fields = traits.get(state, {"status": state})
    ArticleFactory(created_by=person if is_own else None, **fields)
    assert Article.objects.editable_by(person).exists() is may_edit


def test_who_signs_a_story_owns_it():
    person = StaffFactory()
    person.groups.add(Group.objects.get(name="reporter"))
    byline = BylineFactory(author=AuthorFactory(user=person))
    assert list(Article.objects.editable_by(person)) == [byline.article]


def test_list_fetches_one_lead_photo_per_story(django_assert_num_queries):
    for _ in range(3):
        article = ArticleFactory(is_public=True)
        second = ArticlePhotoFactory(article=article, position=7)
        first = ArticlePhotoFactory(article=article, position=3)
    with django_assert_num_queries(2):
        stories = list(Article.objects.published().newest_first().for_list())
        photos = [story.lead_photo.photo for story in stories]
    assert photos[0] == first.photo and second.photo not in photos


def test_search_finds_names_that_the_stemmer_would_cut():
    article = ArticleFactory(is_public=True, headline="Diana Membuka Pameran")
    assert article.pk in Article.objects.extra(
        where=["search @@ to_tsquery('simple', 'diana')"]
    ).values_list("pk", flat=True)


def test_times_are_those_of_the_dateline():
    from tests.factories import province

    at = datetime.datetime(2026, 11, 23, 8, 9, tzinfo=datetime.UTC)
    clocks = {}
    for code in ("31", "61", "73", "81"):
        article = ArticleFactory(is_public=True, publish_at=at, place=province(code))
        clocks[code] = f"{article.local_publish_at:%H.%M %Z}"
    assert clocks == {"31": "15.09 WIB", "61": "15.09 WIB", "73": "16.09 WITA", "81": "17.09 WIT"}
    without = ArticleFactory(is_public=True, publish_at=at)
    assert f"{without.local_publish_at:%H.%M %Z}" == "16.09 WITA"
    assert timezone.is_aware(without.local_publish_at)
