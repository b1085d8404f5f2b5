"""The ledger of `make faults` can find fault: what was lost, doubled or passed over in silence is told."""

from __future__ import annotations

import pytest

from bench.faults.browser import form_in, sentences
from bench.faults.causes import FAULTS
from bench.faults.ledger import Attempt, End, Ledger, Piece, judge
from bench.faults.letters import Letters
from bench.faults.running import Row
from bench.faults.table import BEGIN, END, complaints, documented, kinds_line, table

AWAY = "It is not certain whether what you just sent has arrived."


def attempt(end: End, told: str = "", *, took_place: bool = False, begun: float = 0) -> Attempt:
    return Attempt(begun, begun + 1, end, 503, told, took_place)


def piece(*attempts: Attempt, mark: str = "s1") -> Piece:
    return Piece("story", mark, list(attempts))


def verdict(one: Piece, times: int):
    return judge([one], {(one.kind, one.mark): times})


def test_what_was_acknowledged_and_is_there_once_is_good():
    found = verdict(piece(attempt(End.SAVED)), 1)
    assert (found.acknowledged, found.is_good) == (1, True)


def test_what_was_acknowledged_and_is_not_there_is_lost():
    found = verdict(piece(attempt(End.UNANSWERED), attempt(End.SAVED)), 0)
    assert (found.lost, found.is_good) == (["story s1"], False)


def test_what_was_never_acknowledged_and_is_not_there_is_not_lost():
    found = verdict(piece(attempt(End.UNANSWERED), attempt(End.FAILED, AWAY)), 0)
    assert (found.acknowledged, found.lost, found.is_good) == (0, [], True)


@pytest.mark.parametrize("end", list(End))
def test_what_is_there_twice_is_told_whatever_was_answered(end):
    found = verdict(piece(attempt(end, AWAY)), 2)
    assert (found.twice, found.is_good) == (["story s1 (2 times)"], False)


def test_whoever_was_answered_without_a_word_was_passed_over():
    assert verdict(piece(attempt(End.FAILED)), 0).silent == ["story s1: 503 “”"]
    assert verdict(piece(attempt(End.REFUSED)), 0).silent == ["story s1: 503 “”"]
    assert verdict(piece(attempt(End.FAILED, AWAY)), 0).silent == []


def test_a_sentence_that_denies_what_took_place_is_as_bad_as_none():
    untrue = attempt(End.FAILED, "What you just sent has not arrived.", took_place=True)
    assert len(verdict(piece(untrue), 1).silent) == 1
    true = attempt(End.FAILED, "What you just sent has not arrived.")
    assert verdict(piece(true), 0).silent == []
    assert verdict(piece(attempt(End.FAILED, AWAY, took_place=True)), 1).silent == []


def test_what_took_place_without_an_answer_is_counted():
    found = verdict(piece(attempt(End.UNANSWERED, took_place=True), attempt(End.SAVED)), 1)
    assert (found.unanswered, found.unanswered_but_there, found.is_good) == (1, 1, True)


def test_recovery_is_seen_in_what_began_after_the_fault():
    ledger = Ledger()
    ledger.fault = "database"
    ledger.begin("story", "a").attempts.append(attempt(End.SAVED, begun=5))
    ledger.begin("photo", "b").attempts.append(attempt(End.SAVED, begun=7))
    assert ledger.first_saved(4, ["story"]) == 6
    assert ledger.first_saved(6, ["story"]) is None
    assert ledger.first_saved(6, ["story", "photo"]) == 8


def test_the_table_names_what_was_not_tried_and_why():
    rows = [Row(FAULTS[0], why="not tried: needs root"), tried(Row(FAULTS[1], rounds=2))]
    lines = table(rows).splitlines()
    assert "| not tried: needs root |" in lines[2]
    assert "| 2 | 1 | 1 | 0 | 0 | 0 of 0 |" in lines[3]
    assert {line.count("|") for line in lines} == {11}


def test_what_was_acknowledged_is_told_by_its_kind():
    rows = [tried(Row(FAULTS[1])), tried(Row(FAULTS[2])), Row(FAULTS[0], why="not tried")]
    assert kinds_line(rows) == "Acknowledged: story 2."
    assert kinds_line([]) == "Acknowledged: nothing."


def tried(row: Row) -> Row:
    row.verdict = verdict(piece(attempt(End.SAVED)), 0)
    return row


def test_each_thing_that_is_wrong_has_a_line():
    letters = Letters(lost=["letter to a@b.example"], twice=["letters to c@d.example: 2"])
    row = tried(Row(FAULTS[1], wrong=["photo x: half a file"]))
    assert [line.split()[0] for line in complaints([row], letters)] == [
        *("lost", "wrong", "lost", "twice")
    ]
    assert complaints([Row(FAULTS[0], why="not tried")], Letters()) == []
    failed = Row(FAULTS[0], wrong=["manage.py move_media: no"])
    assert (len(complaints([failed])), failed.is_good) == (1, False)


def test_the_document_gets_the_table_between_its_marks():
    assert documented(f"a\n{BEGIN}\nold\n{END}\nb", "new") == f"a\n{BEGIN}\n\nnew\n\n{END}\nb"
    with pytest.raises(ValueError, match="has no"):
        documented("nothing", "new")


def test_a_form_is_read_as_a_browser_would_send_it():
    page = """<form><input name="q"></form><form><input type="hidden" name="csrfmiddlewaretoken" value="t">
        <textarea name="body">\nSatu &amp; dua</textarea><select name="kind"><option value="a"><option value="b" selected>
        </select><input type="checkbox" name="no"><input type="checkbox" name="yes" checked>
        <input name="row-__prefix__-x" value="y"><button name="go">x</button></form>"""
    assert form_in(page).fields == {
        "csrfmiddlewaretoken": "t",
        "body": "Satu & dua",
        "kind": "b",
        "yes": "on",
    }


def test_what_a_page_says_is_its_heading_with_what_stands_below_it():
    page = '<h1>In a <b>moment</b></h1>\n<p class="x">Go back.</p><p>Not this.</p><p role="alert">Too fast.</p>'
    assert sentences(page) == "In a moment · Go back. · Too fast."
