"""The list of likely duplicates as it is kept: with offices and stories, and without what was judged."""

import datetime

import pytest
from django.utils import timezone

from articles.models import DuplicatePair, Person, PersonAlias
from articles.people import identity, suspects
from articles.people.duplicates import Reason
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    OrganisationFactory,
    PersonFactory,
    PostFactory,
    StaffFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 26)


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def editor():
    return StaffFactory(name="Hasrullah Makmur")


def listed() -> dict[tuple[str, str], list[list]]:
    """What is to be judged today, by the names of both."""
    pairs = suspects.open_pairs(TODAY).select_related("one", "other")
    return {(str(pair.one), str(pair.other)): pair.reasons for pair in pairs}


def two(*names: str) -> list[Person]:
    return [
        PersonFactory(name=name, slug=f"{number}") for number, name in enumerate(names, start=1)
    ]


def test_two_entries_of_one_name_are_listed_and_nothing_is_merged():
    two("Kahar Muslim", "Kahar Muslim", "Ramlah Daud")
    assert suspects.find() == 1
    assert listed() == {("Kahar Muslim", "Kahar Muslim"): [["same_name"]]}
    assert not Person.objects.filter(merged_into__isnull=False).exists()


def test_finding_again_changes_nothing_and_keeps_what_was_put_off():
    two("Kahar Muslim", "Kahar Muslim")
    suspects.find()
    suspects.put_off(DuplicatePair.objects.get(), TODAY)
    assert listed() == {}
    suspects.find()
    assert listed() == {}
    later = TODAY + datetime.timedelta(days=14)
    assert suspects.open_pairs(later).count() == 1


def test_two_who_were_told_apart_never_come_back(editor):
    one, other = two("Kahar Muslim", "Kahar Muslim")
    identity.tell_apart(one, other, by=editor)
    assert suspects.find() == 0
    # Nor by an entry that was merged since.
    third = PersonFactory(name="Baso Larupa")
    identity.merge(one, third, by=editor)
    assert suspects.find() == 0


def test_two_who_were_told_apart_by_mistake_come_back_when_that_is_undone(editor):
    one, other = two("Kahar Muslim", "Kahar Muslim")
    judgement = identity.tell_apart(one, other, by=editor)
    identity.undo(judgement, by=editor)
    assert suspects.find() == 1


def test_names_of_merged_entries_and_aliases_are_compared_for_who_stands(editor):
    merged, root, other = two("Kahar Muslim", "Baso Larupa", "H. Kahar Muslim")
    identity.merge(merged, root, by=editor)
    suspects.find()
    noted = [["same_name"], ["noted_name"]]
    expected = [[*pair[:2]] for pair in [[root.pk, other.pk]]]
    pair = DuplicatePair.objects.get()
    assert [[pair.one_id, pair.other_id]] == expected
    assert [reason[0] for reason in pair.reasons] == [reason[0] for reason in noted]
    PersonAlias.objects.create(person=merged, name="Ramlah Daud")
    PersonFactory(name="Ramlah Daud")
    assert suspects.find() == 2


@pytest.mark.parametrize(
    ("offices", "reason"),
    [
        ([("a", 2020, 2024), ("a", 2023, None)], Reason.SAME_OFFICE_THEN),
        ([("a", 2015, 2018), ("a", 2019, None)], Reason.SAME_OFFICE),
        ([("a", 2020, None), ("b", 2020, None)], Reason.SAME_ORGANISATION),
    ],
)
def test_offices_speak_for_a_pair(offices, reason):
    organisation = OrganisationFactory()
    posts = {title: PostFactory(organisation=organisation, title=title) for title in "ab"}
    for person, (post, start, end) in zip(
        two("Kahar Muslim", "Kahar Muslim"), offices, strict=True
    ):
        TenureFactory(
            person=person,
            post=posts[post],
            started_on=datetime.date(start, 1, 1),
            ended_on=end and datetime.date(end, 1, 1),
        )
    suspects.find()
    assert list(listed().values()) == [[["same_name"], [reason]]]


def test_two_in_one_story_speak_against_it_and_are_listed_all_the_same():
    one, other = two("Kahar Muslim", "Kahar Muslim")
    for _number in range(3):
        story = ArticleFactory(is_public=True)
        AttendanceFactory(article=story, person=one)
        AttendanceFactory(article=story, person=other)
    suspects.find()
    pair = DuplicatePair.objects.get()
    assert pair.reasons == [["same_name"], ["together", 3]]
    assert not pair.is_strong
    assert suspects.reasons_in_words(pair) == [
        ("Same name, titles apart", False),
        (
            "Both stand in 3 stories: probably two people, unless one was entered twice there",
            True,
        ),
    ]


def test_every_reason_has_its_words():
    pair = DuplicatePair(reasons=[[reason, 2] for reason in Reason])
    sentences = [sentence for sentence, _against in suspects.reasons_in_words(pair)]
    assert len(set(sentences)) == len(Reason)
    assert not set(sentences) & set(Reason)


def test_hard_pairs_of_the_field_are_not_strong():
    two(
        *("H. Muhammad Yusuf, S.Pd., M.Si.", "H. Muhammad Yunus, S.Pd., M.Si."),
        *("Hj. Andi Rahma, S.Sos.", "Hj. Andi Rahmi, S.Sos."),
    )
    suspects.find()
    assert listed() == {
        ("Hj. Andi Rahma, S.Sos.", "Hj. Andi Rahmi, S.Sos."): [["one_letter"]],
    }
    assert not DuplicatePair.objects.filter(is_strong=True).exists()


@pytest.mark.parametrize("people", [2, 6])
def test_finding_takes_the_same_queries_for_few_and_many(people, django_assert_num_queries):
    two(*["Kahar Muslim"] * people)
    with django_assert_num_queries(15):
        suspects.find()


def test_an_entry_that_gave_way_since_the_night_is_not_shown(editor):
    one, other = two("Kahar Muslim", "Kahar Muslim")
    suspects.find()
    Person.objects.filter(pk=one.pk).update(merged_into=other)
    assert not suspects.open_pairs(timezone.localdate()).exists()
