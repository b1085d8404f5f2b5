"""What `for_page()` reads in one query is what Django's own prefetching gives."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import models

from articles.models import Article
from articles.people.models import Attendance
from pagecache.recording import recording
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    BylineFactory,
    CorrectionFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    PostFactory,
    RelatedArticleFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db


def story(**more: Any) -> Article:
    """One with two of everything, in an order that is not that of their keys."""
    tenure = TenureFactory(
        started_on=datetime.date(2019, 3, 2), person=PersonFactory(merged_into=PersonFactory())
    )
    made: Article = ArticleFactory(
        is_public=True, place=PlaceFactory(parent=PlaceFactory()), tags=["laut", "angin"], **more
    )
    for position in (2, 1):
        ArticlePhotoFactory(article=made, position=position)
        BylineFactory(article=made, position=position)
        CorrectionFactory(article=made)
        RelatedArticleFactory(article=made, position=position)
    AttendanceFactory(article=made, position=3, person=tenure.person, tenure=tenure)
    AttendanceFactory(
        article=made, position=2, person=None, organisation=OrganisationFactory(),
        represents_post=PostFactory(),
    )  # fmt: skip
    AttendanceFactory(article=made, position=1, represents_person=PersonFactory())
    return made


def values(row: models.Model | None) -> Any:
    """A row and all that was fetched with it, without asking for anything."""
    if row is None:
        return None
    told = {
        field.attname: row.__dict__[field.attname]
        for field in row._meta.concrete_fields
        if field.attname in row.__dict__
    }
    # ImageField puts a file of its own there once it is looked at.
    told = {name: str(value) if hasattr(value, "url") else value for name, value in told.items()}
    others = {
        name: values(other)
        for name, other in row._state.fields_cache.items()
        if not isinstance(other, Article)
    }
    return type(row), told, others


def test_rows_are_those_of_prefetching(django_assert_num_queries):
    made = story()
    with django_assert_num_queries(1):
        found = Article.objects.for_page().get(pk=made.pk)
        lines = [values(line) for line in found.attendances.all()]
        photos = [values(row) for row in found.article_photos.all()]
        bylines = [values(row) for row in found.bylines.all()]
        corrections = [values(row) for row in found.corrections.all()]
        tags = [values(row) for row in found.tags.all()]
        place, section = values(found.place), values(found.section)
        assert found.corrections.all()[0].article is found
    joined = Attendance.objects.filter(article=made).select_related(
        "person__merged_into",
        "organisation",
        "represents_person__merged_into",
        "represents_organisation",
        "represents_post__organisation",
        "tenure__post__organisation",
    )
    own = Article.objects.select_related("section", "place__parent__parent__parent").get(pk=made.pk)
    assert lines == [values(line) for line in joined]
    assert photos == [values(row) for row in made.article_photos.select_related("photo")]
    assert bylines == [values(row) for row in made.bylines.select_related("author")]
    assert corrections == [values(row) for row in made.corrections.all()]
    assert tags == [values(row) for row in made.tags.all()]
    assert (place, section) == (values(own.place), values(own.section))


def test_story_without_anything_has_empty_rows(django_assert_num_queries):
    made = ArticleFactory(is_public=True)
    with django_assert_num_queries(1):
        found = Article.objects.for_page().get(pk=made.pk)
        assert found.place is None
        assert found.public_related_links == found.related_to_come == []
        for name in ("article_photos", "bylines", "tags", "corrections", "attendances"):
            assert list(getattr(found, name).all()) == []


def test_related_stories_are_those_that_are_public_and_the_others_are_known_by_their_times_alone():
    made = ArticleFactory(is_public=True)
    public = RelatedArticleFactory(article=made).related
    draft = RelatedArticleFactory(article=made, related=ArticleFactory()).related
    found = Article.objects.for_page().get(pk=made.pk)
    assert [link.related for link in found.public_related_links] == [public]
    assert [link.related for link in found.related_to_come] == [draft]
    told = found.related_to_come[0].related.__dict__
    assert {"headline", "body", "slug"}.isdisjoint(told)


def test_rows_note_themselves():
    made = story()
    found = Article.objects.for_page().get(pk=made.pk)
    people = {
        person.pk
        for line in found.attendances.all()
        for one in (line.person, line.represents_person)
        for person in (one, one.merged_into if one else None)
        if person is not None
    }
    with recording() as noted:
        Article.objects.for_page().get(pk=made.pk)
    assert noted.hard >= {f"story:{made.pk}", f"gone:{made.pk}", f"place:{made.place_id}", "site"}
    assert {tag for tag in noted.hard if tag.startswith("person:")} == {
        f"person:{pk}" for pk in people
    }
    assert {f"photo:{row.photo_id}" for row in found.article_photos.all()} <= noted.hard
    assert {f"author:{row.author_id}" for row in found.bylines.all()} <= noted.hard
    assert {f"tag:{tag.pk}" for tag in found.tags.all()} <= noted.hard
    related = {link.related_id for link in found.public_related_links}
    assert {f"story:{pk}" for pk in related} <= noted.soft
    assert {f"gone:{pk}" for pk in related} <= noted.hard
