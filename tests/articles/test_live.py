"""The doors of live coverage: who may do what, what is kept of it, and what the database never lets happen."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from articles import live
from articles.live import Words
from articles.models import Coverage, LiveEntry, LiveRecord, Place
from articles.models.live import MOST_PINNED
from tests.covering import covered, entry, member
from tests.factories import ArticleFactory, AttendanceFactory, PersonFactory, PhotoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def editor():
    return member("editor")


@pytest.fixture
def reporter():
    return member("reporter")


def acts(story):
    return list(LiveRecord.objects.filter(coverage=story.pk).values_list("act", flat=True))


def refusal(act, *args, **more):
    with pytest.raises(live.Refused) as refused:
        act(*args, **more)
    return str(refused.value)


# It begins and ends


def test_coverage_begins_ends_and_is_taken_up_again_and_the_story_says_so(editor):
    story = ArticleFactory(is_public=True)
    coverage = live.begin(story, by=editor)
    story.refresh_from_db()
    assert (story.live, coverage.is_running) == ("running", True)

    coverage = live.end(story, by=editor)
    story.refresh_from_db()
    assert (story.live, coverage.ended_by) == ("ended", editor)

    live.begin(story, by=editor)
    story.refresh_from_db()
    assert story.live == "running"
    assert acts(story) == ["begun", "ended", "reopened"]


def test_coverage_that_runs_is_not_begun_twice_and_one_that_ended_not_ended_again(editor):
    story = covered(by=editor)
    assert refusal(live.begin, story, by=editor) == "The live coverage is running already."
    live.end(story, by=editor)
    assert refusal(live.end, story, by=editor) == "The live coverage has ended."
    assert (
        refusal(live.end, ArticleFactory(), by=editor) == "There is no live coverage of this story."
    )


def test_a_draft_may_have_coverage_and_a_withdrawn_or_ended_story_may_not(editor):
    assert live.begin(ArticleFactory(), by=editor).is_running
    assert (
        refusal(live.begin, ArticleFactory(is_withdrawn=True), by=editor)
        == "The story has been withdrawn."
    )
    assert (
        refusal(live.begin, ArticleFactory(is_over=True), by=editor)
        == "The story is not public any more."
    )


@pytest.mark.parametrize("role", ["reporter", "moderator", "ad_desk"])
def test_only_who_leads_begins_ends_pins_and_withdraws(role, editor):
    story = covered(by=editor)
    found = entry(story, by=editor)
    user = member(role)
    for act, args in (
        (live.begin, (ArticleFactory(),)), (live.end, (story,)), (live.pin, (found,)), (live.unpin, (found,)),
    ):  # fmt: skip
        assert refusal(act, *args, by=user) == "Your role does not allow this."
    assert refusal(live.withdraw, found, by=user, word="Keliru") == "Your role does not allow this."


# Entries are added


def test_an_entry_is_cleaned_numbered_and_dated_now(reporter):
    story = covered()
    before = timezone.now()
    found = live.add(
        story,
        Words(text="<p>Air <b>naik</b>.<script>x</script></p><p></p>", title="  Sungai \n meluap "),
        by=reporter,
    )
    assert (found.number, found.text, found.title) == (
        1,
        "<p>Air <strong>naik</strong>.</p>",
        "Sungai meluap",
    )
    assert before <= found.happened_at <= timezone.now()
    assert entry(story, by=reporter).number == 2


def test_a_request_that_comes_twice_adds_nothing_also_after_the_end(reporter, editor):
    story = covered()
    key = uuid.uuid4()
    first = live.add(story, Words(text="<p>Satu</p>"), by=reporter, key=key)
    live.end(story, by=editor)
    again = live.add(story, Words(text="<p>Lain</p>"), by=reporter, key=key)
    assert (again.pk, again.text) == (first.pk, "<p>Satu</p>")
    assert acts(story) == ["begun", "added", "ended"]


def test_a_key_of_somebody_else_is_refused(reporter, editor):
    story, key = covered(), uuid.uuid4()
    live.add(story, Words(text="<p>Satu</p>"), by=reporter, key=key)
    said = refusal(live.add, story, Words(text="<p>Dua</p>"), by=editor, key=key)
    assert said == "This entry has come already, by somebody else."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"text": "<p> </p><script>a</script>"}, "An entry says something."),
        ({"text": f"<p>{'a' * 20_001}</p>"}, "The entry is too long: it belongs into the story."),
        ({"title": "a" * 161}, "The title is too long: 160 characters."),
        ({"happened_at": timezone.now() + datetime.timedelta(hours=9)}, "The time of an entry has not come yet."),
        ({"happened_at": timezone.now() - datetime.timedelta(days=9)}, "The time of an entry is at most seven days before it was written."),
    ],
)  # fmt: skip
def test_what_cannot_be_an_entry_is_refused_with_a_sentence_and_takes_no_number(
    words, said, reporter
):
    story = covered()
    assert refusal(live.add, story, Words(**{"text": "<p>Satu</p>", **words}), by=reporter) == said
    assert entry(story, by=reporter).number == 1


def test_a_photo_needs_its_credit(reporter):
    story = covered()
    words = Words(text="<p>Satu</p>", photo=PhotoFactory(credit=""))
    assert refusal(live.add, story, words, by=reporter) == "The photo needs its credit."


@pytest.fixture
def protected():
    """A covered story that protects who stands in its register: Andi Tenri."""
    story = covered(is_identity_protected=True)
    AttendanceFactory(article=story, person=PersonFactory(name="Andi Tenri"))
    return story


@pytest.mark.parametrize(
    "words",
    [
        {"text": "<p>Anak itu, <strong>Andi</strong> Tenri, pulang.</p>"},
        {"title": "Andi Tenri pulang"},
        {"caption": "ANDI TENRI di rumah", "photo": True},
    ],
)
def test_no_entry_names_whom_the_story_protects(words, protected, reporter):
    if "photo" in words:
        words = words | {"photo": PhotoFactory()}
    said = Words(**{"text": "<p>Anak itu pulang.</p>", **words})
    assert "this names Andi Tenri" in refusal(live.add, protected, said, by=reporter)
    found = entry(protected, by=reporter)
    sentence = refusal(live.change, found, said, by=reporter, seen=found.position)
    assert "this names Andi Tenri" in sentence


def test_the_word_of_a_withdrawal_names_nobody_whom_the_story_protects(protected, editor):
    found = entry(protected, by=editor)
    said = refusal(live.withdraw, found, by=editor, word="Andi Tenri keberatan.")
    assert "this names Andi Tenri" in said
    assert live.withdraw(found, by=editor, word="Keluarga keberatan.").is_withdrawn


def test_nothing_is_added_without_coverage_after_its_end_or_to_a_withdrawn_story(reporter, editor):
    words = Words(text="<p>Satu</p>")
    said = refusal(live.add, ArticleFactory(), words, by=reporter)
    assert said == "There is no live coverage of this story."
    story = covered()
    live.end(story, by=editor)
    assert refusal(live.add, story, words, by=reporter) == "The live coverage has ended."
    story = covered()
    type(story).objects.filter(pk=story.pk).update(unpublish_at=timezone.now())
    assert refusal(live.add, story, words, by=reporter) == "The story is not public any more."
    assert (
        refusal(live.add, covered(), words, by=member("moderator"))
        == "Your role does not allow this."
    )


# Entries are changed


def test_a_change_says_when_and_the_history_has_every_version(reporter):
    story = covered()
    found = entry(story, "Satu", by=reporter)
    changed = live.change(
        found, Words(text="<p>Dua</p>", title="Judul"), by=reporter, seen=found.position
    )
    assert (changed.text, changed.changed_by, changed.position) == ("<p>Dua</p>", reporter, 2)
    assert changed.happened_at == found.happened_at
    records = list(found.records.all())
    assert [(r.act, r.contents["text"], r.by) for r in records] == [
        ("added", "<p>Satu</p>", reporter), ("changed", "<p>Dua</p>", reporter),
    ]  # fmt: skip


def test_saving_without_a_difference_changes_nothing(reporter):
    story = covered()
    found = entry(story, "Satu", by=reporter)
    again = live.change(found, Words(text="<p>Satu</p>"), by=reporter, seen=found.position)
    assert (again.changed_at, again.position, acts(story)) == (None, 1, ["begun", "added"])


def test_a_change_over_a_colleagues_change_is_refused(editor):
    story = covered()
    found = entry(story, by=editor)
    live.change(found, Words(text="<p>Dua</p>"), by=editor, seen=found.position)
    with pytest.raises(live.Changed):
        live.change(found, Words(text="<p>Tiga</p>"), by=member("editor"), seen=found.position)


def test_reporters_change_their_own_while_it_runs_and_editors_all(reporter, editor):
    story = covered()
    own, others = entry(story, by=reporter), entry(story, by=editor)
    words = Words(text="<p>Dua</p>")
    own = live.change(own, words, by=reporter, seen=own.position)
    assert (
        refusal(live.change, others, words, by=reporter, seen=others.position)
        == "This is a colleague's entry."
    )
    live.end(story, by=editor)
    said = refusal(live.change, own, Words(text="<p>Tiga</p>"), by=reporter, seen=own.position)
    assert said == "The live coverage has ended: an editor changes the entry."
    assert (
        live.change(own, Words(text="<p>Tiga</p>"), by=editor, seen=own.position).text
        == "<p>Tiga</p>"
    )


def test_the_time_of_an_old_entry_is_mended_within_the_week_before_it_was_written(editor):
    story = covered()
    found = entry(story, by=editor)
    written = timezone.now() - datetime.timedelta(days=30)
    LiveEntry.objects.filter(pk=found.pk).update(entered_at=written, happened_at=written)
    mended = written - datetime.timedelta(days=6)
    changed = live.change(
        found, Words(text=found.text, happened_at=mended), by=editor, seen=found.position
    )
    assert changed.happened_at == mended
    too_early = Words(text=found.text, happened_at=written - datetime.timedelta(days=8))
    said = refusal(live.change, found, too_early, by=editor, seen=changed.position)
    assert said == "The time of an entry is at most seven days before it was written."


# Key points, and what is taken back


def test_key_points_stand_in_order_are_few_and_close_their_gaps(editor):
    story = covered()
    rows = [entry(story, by=editor) for _ in range(MOST_PINNED + 1)]
    for row in rows[:MOST_PINNED]:
        live.pin(row, by=editor)
    assert (
        refusal(live.pin, rows[-1], by=editor)
        == "There are 5 key points already: take one off first."
    )
    live.unpin(rows[1], by=editor)
    live.withdraw(rows[0], by=editor, word="Keliru")
    pinned = story.coverage.entries.filter(pin__isnull=False).order_by("pin")
    assert [(row.pk, row.pin) for row in pinned] == [
        (r.pk, n) for n, r in enumerate(rows[2:5], start=1)
    ]


def test_a_withdrawn_entry_keeps_its_place_with_a_word_and_is_changed_no_more(editor):
    story = covered()
    found = entry(story, by=editor)
    assert (
        refusal(live.withdraw, found, by=editor, word=" ")
        == "Say in a word why: readers see it in the place of the entry."
    )
    gone = live.withdraw(found, by=editor, word="Angka itu\nkeliru.")
    assert (gone.withdrawal_word, gone.withdrawn_by) == ("Angka itu keliru.", editor)
    for act, more in ((live.pin, {}), (live.withdraw, {"word": "Lagi"})):
        assert refusal(act, found, by=editor, **more) == "The entry has been withdrawn."


# What the database never lets happen


@pytest.mark.parametrize(
    "values",
    [
        {"text": ""},
        {"pin": 0},
        {"pin": MOST_PINNED + 1},
        {"number": 0},
        {"changed_at": timezone.now()},
        {"withdrawn_at": timezone.now()},
        {"withdrawal_word": "Keliru"},
        {"caption": "Sungai"},
        {"pin": 1, "withdrawn_at": timezone.now(), "withdrawal_word": "Keliru"},
    ],
)
def test_an_entry_that_cannot_be_is_refused_by_the_database(values, editor):
    found = entry(covered(), by=editor)
    if "withdrawn_at" in values and "pin" in values:
        values = values | {"withdrawn_by": editor}
    with pytest.raises(IntegrityError), transaction.atomic():
        LiveEntry.objects.filter(pk=found.pk).update(**values)


def test_numbers_positions_and_pins_are_unique_within_a_story(editor):
    story = covered()
    one, two = live.pin(entry(story, by=editor), by=editor), entry(story, by=editor)
    for values in ({"number": one.number}, {"position": one.position}, {"pin": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LiveEntry.objects.filter(pk=two.pk).update(**values)


def test_coverage_ends_after_it_begins_and_by_somebody(editor):
    coverage = covered().coverage
    before = coverage.begun_at - datetime.timedelta(seconds=1)
    for values in (
        {"ended_at": timezone.now()},
        {"ended_at": before, "ended_by": editor},
        {"position": 0, "last_number": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Coverage.objects.filter(pk=coverage.pk).update(**values)


def test_the_history_is_never_changed_and_so_no_entry_is_deleted(editor):
    story = covered()
    found = entry(story, by=editor)
    with pytest.raises(IntegrityError), transaction.atomic():
        LiveRecord.objects.update(act="changed")
    with pytest.raises(IntegrityError), transaction.atomic():
        found.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        LiveRecord.objects.filter(entry=found).update(entry=None)


def test_no_entry_is_deleted_also_one_without_a_history_nor_with_its_story():
    story = ArticleFactory()
    coverage = Coverage.objects.create(
        article=story, begun_at=timezone.now(), position=1, last_number=1
    )
    coverage.entries.create(number=1, position=1, happened_at=timezone.now(), text="<p>Satu</p>")
    for rows in (
        LiveEntry.objects.filter(coverage=coverage),
        type(story).objects.filter(pk=story.pk),
    ):
        with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
            rows.delete()


@pytest.mark.parametrize(
    "values",
    [
        {"withdrawn_at": None, "withdrawn_by": None, "withdrawal_word": ""},
        {"text": "<p>Lain</p>"},
        {"title": "Lain"},
        {"withdrawal_word": "Lain"},
    ],
)
def test_what_was_withdrawn_neither_comes_back_nor_says_something_else(values, editor):
    found = live.withdraw(entry(covered(), by=editor), by=editor, word="Keliru")
    with pytest.raises(IntegrityError, match="for good"), transaction.atomic():
        LiveEntry.objects.filter(pk=found.pk).update(**values)


def test_a_coverage_counts_all_of_its_entries_when_a_transaction_ends(editor):
    story = covered()
    found = entry(story, by=editor)
    rows = LiveEntry.objects.filter(pk=found.pk)
    coverage = Coverage.objects.filter(pk=story.pk)
    for row, values in (
        (rows, {"number": 2}),
        (rows, {"position": 2}),
        (coverage, {"last_number": 0}),
        (coverage, {"position": 0, "last_number": 0}),
    ):
        with pytest.raises(IntegrityError, match="counts all"), transaction.atomic():
            row.update(**values)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_stale_save_of_the_story_does_not_bring_back_an_old_word(editor):
    story = ArticleFactory(is_public=True)
    stale = type(story).objects.get(pk=story.pk)
    live.begin(story, by=editor)
    stale.save()
    story.refresh_from_db()
    assert story.live == "running"
    type(story).objects.filter(pk=story.pk).update(live="ended")
    story.refresh_from_db()
    assert story.live == "running"


def test_an_entry_has_the_clock_of_its_own_place_or_of_the_storys(editor):
    ambon = Place.objects.get(code="81")
    story = covered()
    here, there = entry(story, by=editor), entry(story, by=editor, place=ambon)
    assert here.zone == story.zone
    assert there.local_happened_at.tzname() == "WIT"


class Covering(RuleBasedStateMachine):
    """Whatever is done in whatever order: positions count what happened, pins have no gap, withdrawn stays withdrawn."""

    def __init__(self):
        super().__init__()
        self.editor = member("editor")
        self.story = covered(by=self.editor)
        self.rows, self.gone, self.happened = [], set(), 0

    def tried(self, act, *args, **more):
        try:
            found = act(*args, by=self.editor, **more)
        except live.Refused:
            return None
        self.happened = Coverage.objects.get(pk=self.story.pk).position
        return found

    @rule(
        text=st.sampled_from(["Satu", "Dua", ""]),
        key=st.sampled_from([uuid.UUID(int=n) for n in range(4)]),
    )
    def adds(self, text, key):
        found = self.tried(live.add, self.story, Words(text=f"<p>{text}</p>"), key=key)
        if found and found.pk not in self.rows:
            self.rows.append(found.pk)

    @precondition(lambda self: self.rows)
    @rule(
        which=st.integers(0, 5),
        act=st.sampled_from(["pin", "unpin", "withdraw", "change"]),
        text=st.sampled_from(["Tiga", "Empat"]),
    )
    def moves(self, which, act, text):
        row = LiveEntry.objects.select_related("coverage").get(pk=self.rows[which % len(self.rows)])
        more = {
            "withdraw": {"word": "Keliru"},
            "change": {"words": Words(text=f"<p>{text}</p>"), "seen": row.position},
        }
        if self.tried(getattr(live, act), row, **more.get(act, {})) and act == "withdraw":
            self.gone.add(row.pk)

    @rule()
    def ends_or_begins(self):
        running = Coverage.objects.get(pk=self.story.pk).is_running
        assert self.tried(live.end if running else live.begin, self.story)

    @invariant()
    def holds(self):
        coverage = Coverage.objects.get(pk=self.story.pk)
        rows = list(coverage.entries.order_by("number"))
        assert [row.number for row in rows] == list(
            range(1, len(rows) + 1)
        ) and coverage.last_number == len(rows)
        assert coverage.position == max([self.happened, *(row.position for row in rows)])
        pins = sorted(row.pin for row in rows if row.pin)
        assert pins == list(range(1, len(pins) + 1))
        assert {row.pk for row in rows if row.is_withdrawn} == self.gone
        with connection.cursor() as cursor:
            cursor.execute("SELECT live FROM articles_article WHERE id = %s", [self.story.pk])
            assert cursor.fetchone() == ("running" if coverage.is_running else "ended",)


class TestCovering(HypothesisCase, Covering.TestCase):
    settings = settings(
        max_examples=6,
        stateful_step_count=10,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
