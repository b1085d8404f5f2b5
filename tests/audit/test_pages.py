"""The table of pages: each kind is found by its address or said to be missing."""

from __future__ import annotations

import pytest

from audit import pages, results
from audit.pages import KINDS
from tests.factories import ArticleFactory, PublicationFactory

pytestmark = pytest.mark.django_db


def test_no_two_kinds_have_the_same_name():
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)


def test_what_the_publication_lacks_is_said_and_not_judged(capsys):
    PublicationFactory()
    found, missing = pages.found()
    assert {"front", "search", "masthead", "not-found"} <= {page.kind.name for page in found}
    assert {"article", "person", "withdrawn"} <= {kind.name for kind in missing}
    assert "SKIPPED: the demo has no page of the kind “withdrawn”" in capsys.readouterr().out


def test_an_answer_of_each_kind_has_the_status_of_the_table(client):
    PublicationFactory()
    ArticleFactory(is_public=True)
    ArticleFactory(is_withdrawn=True)
    for page in pages.found()[0]:
        if not page.kind.is_readers_own:
            assert client.get(page.address).status_code == page.kind.status, page


def test_names_may_be_shortened_and_wrong_ones_are_told():
    PublicationFactory()
    assert [page.kind.name for page in pages.found(["search*"])[0]] == [
        *("search", "search-found", "search-nothing")
    ]
    assert pages.unknown(["front", "search*"]) == ""
    assert pages.unknown(["fornt"]).startswith("No kind of page is called “fornt”; there are front")


def test_a_limit_is_missed_above_it_and_a_fault_is_kept_once():
    report = results.Report()
    report.require("weight", "article", "bytes of script", 12_000, 12_000)
    assert report.faults == []
    for _time in range(2):
        report.require("weight", "article", "bytes of script", 12_001, 12_000)
    assert [finding.text for finding in report.faults] == [
        "bytes of script: 12,001, and 12,000 at most"
    ]
