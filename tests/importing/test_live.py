"""Live coverage that comes into a story here."""

from __future__ import annotations

import uuid
from types import SimpleNamespace

import pytest
from django.db import connection

from articles import live
from articles.models import Coverage
from newsroom.importing.exporting_items import _live
from newsroom.importing.extension import Extension
from tests.covering import covered, entry, member
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def exported(editor):
    """What an export has of a story with two entries, under names that are not here."""
    story = covered(by=editor)
    rows = [entry(story, text, by=editor) for text in ("Satu", "Dua")]
    live.pin(rows[0], by=editor)
    data = _live(story)
    for line in data["live_entries"]:
        line["key"] = str(uuid.uuid4())
    return data


@pytest.fixture
def editor():
    return member("editor")


def take(story, data):
    context = SimpleNamespace(resolve=lambda *_: None, report=None)
    Extension(context).fill_rows(story, SimpleNamespace(data=data, label="berita"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def counts(story):
    coverage = Coverage.objects.get(pk=story.pk)
    rows = coverage.entries.order_by("number").values_list("number", "position")
    return (coverage.position, coverage.last_number), list(rows)


def test_a_coverage_comes_with_its_counts(exported):
    story = ArticleFactory(is_public=True)
    take(story, exported)
    assert counts(story) == ((3, 2), [(1, 3), (2, 2)])


def test_a_coverage_that_began_here_without_an_entry_counts_what_comes_and_goes_on(
    exported, editor
):
    story = covered(by=editor)
    live.end(story, by=editor)
    live.begin(story, by=editor)
    take(story, exported)
    # Pages that were open at 2 are told of all that came.
    assert counts(story) == ((5, 2), [(1, 5), (2, 4)])
    story.refresh_from_db()
    assert entry(story, by=editor).number == 3


def test_a_coverage_with_entries_here_stays_as_it_is(exported, editor):
    story = covered(by=editor)
    entry(story, by=editor)
    take(story, exported)
    assert counts(story) == ((1, 1), [(1, 1)])
