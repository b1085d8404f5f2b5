"""Several in the hall at the same moment: no number twice, no entry twice, no key point too many."""

import uuid

import pytest

from articles import live
from articles.live import Words
from articles.models import Coverage, LiveEntry
from articles.models.live import MOST_PINNED
from tests.covering import covered, entry, member
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_entries_of_several_at_once_are_numbered_without_a_gap():
    story, people = covered(), [member("reporter") for _ in range(4)]
    at_once(
        *((lambda who=who: live.add(story, Words(text="<p>Satu</p>"), by=who)) for who in people)
    )
    rows = LiveEntry.objects.filter(coverage=story.pk)
    assert sorted(rows.values_list("number", "position")) == [(n, n) for n in range(1, 5)]
    assert Coverage.objects.get(pk=story.pk).position == 4


def test_one_entry_that_is_sent_twice_at_once_is_there_once():
    story, who, key = covered(), member("reporter"), uuid.uuid4()
    send = lambda: live.add(story, Words(text="<p>Satu</p>"), by=who, key=key)  # noqa: E731
    results = at_once(send, send, send)
    assert {one.pk for one in results} == {LiveEntry.objects.get(coverage=story.pk).pk}


def test_the_last_place_among_the_key_points_is_given_once():
    story, editor = covered(), member("editor")
    rows = [entry(story, by=editor) for _ in range(MOST_PINNED + 1)]
    for row in rows[: MOST_PINNED - 1]:
        live.pin(row, by=editor)
    results = at_once(*((lambda row=row: live.pin(row, by=editor)) for row in rows[-2:]))
    assert sum(isinstance(one, live.Refused) for one in results) == 1
    assert LiveEntry.objects.filter(pin__isnull=False).count() == MOST_PINNED


def test_an_entry_and_the_end_at_once_never_leave_an_entry_after_the_end():
    story, editor = covered(), member("editor")
    added, _ended = at_once(
        lambda: live.add(story, Words(text="<p>Satu</p>"), by=editor),
        lambda: live.end(story, by=editor),
    )
    acts = list(story.coverage.records.values_list("act", flat=True))
    expected = (
        ["begun", "ended"] if isinstance(added, live.Refused) else ["begun", "added", "ended"]
    )
    assert acts == expected
