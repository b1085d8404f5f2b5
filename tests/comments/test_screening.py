"""The checks before a person looks: each step by itself, and what they make of a comment together."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments import screening, steps
from comments.choices import ReviewFirst, State
from comments.facts import Facts, fingerprint_of, gather
from comments.screening import PASS, Outcome, Verdict, screen
from comments.words import Term, key_of, matches
from tests.comments.people import reader
from tests.factories import ArticleFactory, AttendanceFactory, PersonFactory

HOLD = Verdict(Outcome.HOLD, risk=40)
SPAM = Verdict(Outcome.SPAM, risk=90)
REJECT = Verdict(Outcome.REJECT, risk=60)


def says(verdict: Verdict) -> Any:
    return lambda facts: verdict


def term(word: str, *, is_blocking: bool = False, is_harsh: bool = False) -> Term:
    return Term(word, key_of(word), is_blocking, is_harsh)


@pytest.mark.parametrize(
    ("verdicts", "state", "rule"),
    [
        ([PASS, PASS], State.PENDING, ""),
        ([PASS, HOLD], State.PENDING, "1"),
        ([HOLD, SPAM], State.SPAM, "1"),
        ([SPAM, REJECT, HOLD], State.REJECTED, "1"),
        ([HOLD, HOLD], State.PENDING, "0"),
    ],
)
def test_gravest_verdict_decides_and_the_first_of_equals_names_the_rule(
    verdicts: list[Verdict], state: State, rule: str
) -> None:
    result = screen(Facts("x"), [(str(n), says(v)) for n, v in enumerate(verdicts)])
    assert (result.state, result.rule) == (state, rule)
    assert [v["step"] for v in result.verdicts] == [str(n) for n in range(len(verdicts))]


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, State.PENDING),
        ({"is_section_shown_first": True}, State.UNREVIEWED),
        ({"is_section_shown_first": True, "review": ReviewFirst.FIRST}, State.PENDING),
        ({"review": ReviewFirst.AFTER}, State.UNREVIEWED),
        ({"is_staff": True, "review": ReviewFirst.FIRST}, State.APPROVED),
    ],
)
def test_comment_without_objection_is_shown_only_where_section_or_account_say_so(
    facts: dict[str, Any], state: State
) -> None:
    assert screen(Facts("x", **facts), [("only", says(PASS))]).state == state


def test_step_that_fails_holds_the_comment_and_the_others_still_speak() -> None:
    def broken(facts: Facts) -> Verdict:
        raise ZeroDivisionError

    facts = Facts("x", review=ReviewFirst.AFTER)
    result = screen(facts, [("broken", broken), ("after", says(PASS))])
    assert (result.state, result.rule) == (State.PENDING, "broken")
    assert [(v["step"], v["outcome"], v["detail"]) for v in result.verdicts] == [
        ("broken", "hold", "failed"),
        ("after", "pass", ""),
    ]


def test_step_that_takes_too_long_holds_the_comment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screening, "STEP_SECONDS", 0.05)
    let_go = threading.Event()

    def stuck(facts: Facts) -> Verdict:
        let_go.wait(20)
        return PASS

    result = screen(Facts("x", review=ReviewFirst.AFTER), [("stuck", stuck), ("b", says(PASS))])
    let_go.set()
    assert (result.state, result.rule) == (State.PENDING, "stuck")
    assert [v["detail"] for v in result.verdicts] == ["took too long", ""]


def test_what_time_does_not_reach_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screening, "ALL_SECONDS", 0)
    result = screen(Facts("x", review=ReviewFirst.AFTER), [("late", says(PASS))])
    assert (result.state, result.verdicts[0]["detail"]) == (State.PENDING, "not reached in time")


@pytest.mark.parametrize(
    "text",
    [
        "cek https://contoh.example/x",
        "main di situs77 . com sekarang",
        "buka ＷＷＷ.contoh.xyz",
        "hubungi wa.me/62811",
        "situs(dot)online",
        "hxxp ke h\u200bttps://a.example",
    ],
)
def test_address_is_seen_however_it_is_written(text: str) -> None:
    assert steps.links(Facts(text)).outcome == Outcome.HOLD


@pytest.mark.parametrize(
    "text",
    [
        *("Setuju pak. Mantap", "jam 10.30 wita", "dst.dll", "Rp1.000.000"),
        *("S.E.", "Andi, S.E., M.Si.", "a.n. Rani", "No. 5.2.1", "H.M. Saleh", "dkk. co"),
    ],
)
def test_full_stop_is_no_address(text: str) -> None:
    assert steps.links(Facts(text)) == PASS


@pytest.mark.parametrize(
    "text", ["z.com", "x.co", "http://x.co", "https://1.1.1.1/a", "www.y.id", "lihat t.co/abc ya"]
)
def test_short_addresses_are_seen(text) -> None:
    assert steps.links(Facts(text)).outcome == Outcome.HOLD


def test_known_account_may_link_a_little() -> None:
    known = Facts("https://a.example https://b.example", approved_before=3)
    assert steps.links(known) == PASS
    many = Facts("https://a.example https://b.example https://c.example", approved_before=3)
    assert steps.links(many).detail == "3"


@pytest.mark.parametrize(
    "text",
    ["WA 0812-3456-7890", "+62 811 4567 890", "0 8 1 2 3 4 5 6 7 8 9", "０８１２３４５６７８９０"],
)
def test_telephone_number_is_seen_however_it_is_divided(text: str) -> None:
    assert steps.phones(Facts(text)).outcome == Outcome.HOLD


@pytest.mark.parametrize("text", ["tahun 2024 dan 2025", "Rp 850.000.000", "pasal 08 ayat 1"])
def test_other_numbers_are_no_telephone(text: str) -> None:
    assert steps.phones(Facts(text)) == PASS


@pytest.mark.parametrize(
    "text",
    ["dasar g4c0r", "s l o t gacor", "G.A.C.O.R!!", "𝐆𝐀𝐂𝐎𝐑", "gаcоr", "gacorrrrr", "ga\u200bcor"],
)
def test_word_is_found_behind_any_letters(text: str) -> None:
    verdict = steps.words(Facts(text, terms=(term("gacor"),)))
    assert (verdict.outcome, verdict.term) == (Outcome.HOLD, "gacor")


def test_word_is_found_only_whole_unless_it_ends_with_a_star() -> None:
    assert list(matches("kacamata", [term("kaca")])) == []
    assert [t.term for t in matches("kacamata", [term("kaca*")])] == ["kaca*"]
    assert list(matches("mata kaca", [term("kaca mata")])) == []


def test_word_that_rejects_outweighs_one_that_holds() -> None:
    terms = (term("satu", is_harsh=True), term("dua", is_blocking=True))
    verdict = steps.words(Facts("satu dua", terms=terms))
    assert (verdict.outcome, verdict.term, verdict.is_harsh) == (Outcome.REJECT, "dua", True)


def test_accusation_beside_a_name_of_the_story_is_held_as_perhaps_slander() -> None:
    named = ("Drs. H. Andi Karsina, M.Si.",)
    verdict = steps.people(Facts("pak Karsina itu k0rupsi", people=named))
    assert (verdict.outcome, verdict.term, verdict.detail) == (Outcome.HOLD, "korupsi", named[0])
    assert steps.people(Facts("korupsi harus diberantas", people=named)) == PASS
    assert steps.people(Facts("pak Karsina hebat", people=named)) == PASS


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        ({"is_trap_filled": True}, steps.honeypot),
        ({"form_age": datetime.timedelta(seconds=2.9)}, steps.timing),
        ({"is_block_of_banned": True}, steps.account),
        ({"rejected_lately": 3}, steps.account),
        ({"from_block_lately": steps.FROM_BLOCK_AT_MOST}, steps.pace_of_network),
        ({"under_story_lately": steps.UNDER_STORY_AT_MOST}, steps.pace_of_story),
        ({"same_by_author": 1}, steps.repeats),
        ({"same_by_others": 3}, steps.repeats),
        ({"is_incomplete": True}, steps.completeness),
    ],
)
def test_suspicion_holds(facts: dict[str, Any], step: Any) -> None:
    assert step(Facts("x", **facts)).outcome == Outcome.HOLD
    assert step(Facts("x")) == PASS


def test_colleagues_are_not_checked_for_what_strangers_do() -> None:
    facts = Facts("https://a.example", is_staff=True, terms=(term("example"),))
    assert screen(facts).state == State.APPROVED


@pytest.mark.parametrize("is_staff", [False, True])
def test_a_protected_name_is_held_whoever_writes_it(is_staff: bool) -> None:
    facts = Facts("x", is_staff=is_staff, review=ReviewFirst.AFTER, protected_name="Andi Melati")
    result = screen(facts, steps.STEPS)
    assert (result.state, result.rule) == (State.PENDING, "identities")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("is_protected", "body", "name"),
    [
        (True, "Kasihan andi MELATI itu.", "Andi Melati"),
        (True, "Kasihan anak itu.", ""),
        (False, "Kasihan Andi Melati itu.", ""),
    ],
)
def test_who_a_story_protects_is_known_before_a_comment_is_shown(is_protected, body, name) -> None:
    article = ArticleFactory(is_public=True, is_identity_protected=is_protected)
    AttendanceFactory(article=article, person=PersonFactory(name="Andi Melati"))
    assert gather(article=article, author=reader(), body=body).protected_name == name


def test_same_words_in_other_letters_have_one_fingerprint() -> None:
    plain = "Main di situs kami pasti menang besar"
    assert fingerprint_of(plain) == fingerprint_of("M a i n di s1tus kami, PASTI menang besarrr!!")
    assert fingerprint_of(plain) != fingerprint_of("Main di situs mereka pasti menang besar")
    assert fingerprint_of("mantap pak") is None


@given(st.text(max_size=300))
def test_steps_take_any_text(text: str) -> None:
    facts = Facts(text, terms=(term("gacor"),), people=("Andi Karsina",))
    for _name, step in steps.STEPS:
        assert isinstance(step(facts), Verdict)
