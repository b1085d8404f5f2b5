"""What is settled between two versions of a story, and what a person chooses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.choosing import Undecided, choices, chosen
from articles.snapshots import CONTENTS
from articles.versions import Versions

BASE = {
    "headline": "Rapat mutu",
    "standfirst": "Teras.",
    "slug": "rapat-mutu",
    "body": "<p>Satu.</p><p>Dua.</p><p>Tiga.</p>",
    "kind": "news",
    "sponsor": "",
    "section_id": 1,
    "place_id": None,
    "event_on": None,
    "is_identity_protected": False,
    "is_unverified": False,
    "is_tragedy": False,
    "tags": ["laut"],
    "bylines": [{"author_id": 1, "role": "reporter"}],
    "photos": [],
    "attendances": [],
    "related": [],
}


def versions(mine, theirs, base=BASE):
    return Versions(base, BASE | mine, BASE | theirs)


def told(found):
    return [(one.key, one.changed_by, one.preset) for one in found]


def test_what_one_side_alone_changed_is_settled():
    both = versions({"standfirst": "Mine."}, {"section_id": 2})
    assert told(choices(both, has_address=True)) == [
        ("standfirst", "mine", "mine"),
        ("section_id", "theirs", "theirs"),
    ]
    result = chosen(both, {}, has_address=True)
    assert (result["standfirst"], result["section_id"]) == ("Mine.", 2)


def test_what_both_changed_must_be_chosen():
    both = versions({"standfirst": "Mine."}, {"standfirst": "Theirs."})
    assert told(choices(both, has_address=True)) == [("standfirst", "both", None)]
    with pytest.raises(Undecided) as undecided:
        chosen(both, {}, has_address=True)
    assert undecided.value.keys == ["standfirst"]
    answers = {"standfirst": "own"}
    result = chosen(both, answers, has_address=True, own={"standfirst": " Ours.  "})
    assert result["standfirst"] == "Ours."


@pytest.mark.parametrize("answer", ["", "both", "own", "x", "mine'--"])
def test_an_answer_that_is_none_settles_nothing(answer):
    both = versions({"section_id": 3}, {"section_id": 2})
    with pytest.raises(Undecided):
        chosen(both, {"section_id": answer}, has_address=True)


def test_paragraphs_that_different_people_changed_are_put_together():
    both = versions(
        {"body": "<p>Satu mine.</p><p>Dua.</p><p>Tiga.</p>"},
        {"body": "<p>Satu.</p><p>Dua.</p><p>Tiga theirs.</p>"},
    )
    assert told(choices(both, has_address=True)) == [("body", "both", "both")]
    body = "<p>Satu mine.</p><p>Dua.</p><p>Tiga theirs.</p>"
    assert chosen(both, {}, has_address=True)["body"] == body


@pytest.mark.parametrize(
    ("answers", "body"),
    [
        (["mine"], "<p>Satu.</p><p>Mine.</p><p>Tiga.</p>"),
        (["theirs"], "<p>Satu.</p><p>Theirs.</p><p>Tiga.</p>"),
        (["both"], "<p>Satu.</p><p>Theirs.</p><p>Mine.</p><p>Tiga.</p>"),
        ([], "<p>Satu.</p><p>Theirs.</p><p>Mine.</p><p>Tiga.</p>"),
        (["nonsense", "mine"], "<p>Satu.</p><p>Theirs.</p><p>Mine.</p><p>Tiga.</p>"),
    ],
)
def test_a_paragraph_that_both_changed_is_chosen_by_itself(answers, body):
    both = versions(
        {"body": "<p>Satu.</p><p>Mine.</p><p>Tiga.</p>"},
        {"body": "<p>Satu.</p><p>Theirs.</p><p>Tiga.</p>"},
    )
    assert told(choices(both, has_address=True)) == [("body", "both", None)]
    asked = {"answers": {"body": "both"}, "in_text": {"body": answers}}
    assert chosen(both, has_address=True, **asked)["body"] == body


def test_people_whom_each_added_stand_there_together_and_the_removed_one_is_gone():
    def line(person, **more):
        return {"person_id": person, "organisation_id": None, "group_label": "", **more}

    base = BASE | {"attendances": [line(1), line(2)]}
    both = Versions(
        base,
        base | {"attendances": [line(1), line(2), line(3)]},
        base | {"attendances": [line(2, capacity="quoted"), line(4)]},
    )
    assert told(choices(both, has_address=True)) == [("attendances", "both", "both")]
    assert chosen(both, {}, has_address=True)["attendances"] == [
        line(2, capacity="quoted"),
        line(4),
        line(3),
    ]


def test_one_person_whom_both_changed_is_for_a_person_to_choose():
    def line(capacity):
        return [{"person_id": 1, "organisation_id": None, "group_label": "", "capacity": capacity}]

    base = BASE | {"attendances": line("attended")}
    both = Versions(
        base, base | {"attendances": line("quoted")}, base | {"attendances": line("mentioned")}
    )
    assert told(choices(both, has_address=True)) == [("attendances", "both", None)]


def test_without_a_common_beginning_everything_that_differs_is_asked():
    both = versions({"standfirst": "Mine."}, {"section_id": 2}, base=None)
    assert told(choices(both, has_address=True)) == [
        ("standfirst", "both", None),
        ("section_id", "both", None),
    ]


@pytest.mark.parametrize(
    ("answer", "slug"), [("mine", "mine"), ("theirs", "theirs"), ("own", "yang-baru")]
)
def test_the_address_of_a_story_that_was_never_out_follows_its_headline(answer, slug):
    both = versions({"headline": "Mine", "slug": "mine"}, {"headline": "Theirs", "slug": "theirs"})
    assert [one.key for one in choices(both, has_address=False)] == ["headline"]
    own = {"headline": "Yang baru"}
    assert chosen(both, {"headline": answer}, has_address=False, own=own)["slug"] == slug


def test_a_headline_is_never_written_empty():
    both = versions({"headline": "Mine"}, {"headline": "Theirs"})
    with pytest.raises(Undecided):
        chosen(both, {"headline": "own"}, has_address=True, own={"headline": "  "})


words = st.sampled_from(["a", "b", "c"])
texts = st.lists(words, max_size=4).map(lambda found: "".join(f"<p>{w}</p>" for w in found))
lists = st.lists(words, max_size=4, unique=True)
contents = st.fixed_dictionaries(
    {"headline": words, "standfirst": words, "body": texts, "tags": lists}
)


@given(contents, contents, contents)
def test_every_choice_of_one_side_gives_that_side_and_nothing_is_invented(base, mine, theirs):
    both = Versions(BASE | base, BASE | mine, BASE | theirs)
    keys = [one.key for one in choices(both, has_address=True)]
    for side, expected in (("mine", BASE | mine), ("theirs", BASE | theirs)):
        result = chosen(both, dict.fromkeys(keys, side), has_address=True)
        assert {key: result[key] for key in CONTENTS} == {key: expected[key] for key in CONTENTS}


@given(contents, contents)
def test_whoever_changed_nothing_takes_nothing_away(base, theirs):
    both = Versions(BASE | base, BASE | base, BASE | theirs)
    assert chosen(both, {}, has_address=True) == BASE | theirs


def group(name, count):
    return {"group_label": name, "group_count": count}


def test_lists_with_two_groups_of_one_name_are_not_merged_for_one_would_be_lost():
    villagers = [group("Warga", 10), group("Warga", 20)]
    base = BASE | {"attendances": villagers}
    mine = {"attendances": [*villagers, group("Nelayan", 5)]}
    theirs = {"attendances": [*villagers, group("Guru", 3)]}
    both = Versions(base, base | mine, base | theirs)
    (choice,) = choices(both, has_address=True)
    assert (choice.preset, choice.both) == (None, None)
    with pytest.raises(Undecided):
        chosen(both, {"attendances": "both"}, has_address=True)
    assert (
        chosen(both, {"attendances": "mine"}, has_address=True)["attendances"]
        == mine["attendances"]
    )


GROUPS = st.lists(st.builds(group, st.sampled_from("ABC"), st.integers(1, 2)), max_size=4)


@given(GROUPS, GROUPS, GROUPS)
def test_merged_lists_lose_no_row_that_neither_side_removed(base, mine, theirs):
    both = Versions(
        BASE | {"attendances": base},
        BASE | {"attendances": mine},
        BASE | {"attendances": theirs},
    )
    for choice in choices(both, has_address=True):
        if choice.both is None:
            continue
        for row in (*mine, *theirs):
            is_removed = row in base and (row not in mine or row not in theirs)
            if not is_removed:
                assert choice.both.count(row) >= max(mine.count(row), theirs.count(row))
