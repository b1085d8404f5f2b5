"""What a cache in front is told with a page."""

from __future__ import annotations

import pickle
import re
import string
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecache import recording
from pagecache.answers import Answer
from pagecache.clock import Clock
from pagecache.doorway import Doorway
from pagecache.edge import LONGEST, NOT_AT_EDGE, AtEdge, Edge, name, names
from pagecache.installed import PageCache
from pagecache.keeper import Keeper
from pagecache.recording import FOREVER

from .house import Answered, ask

NOW = 1_800_000_000.0
PLENTY = 1 << 30
NEVER_OLD = "stale-while-revalidate=0, stale-if-error=0"
NOTHING = {"surrogate-control": f"max-age=0, {NEVER_OLD}"}
VARNISH = Path(__file__).resolve().parents[2] / "deploy" / "varnish" / "newsroom.vcl"


class _Ear:
    def ensure_running(self) -> None:
        pass


@dataclass
class Site:
    """A doorway before an application of one page, which shows what it is told to show."""

    now: float = NOW
    hard: set[str] = field(default_factory=lambda: {"story:12"})
    soft: set[str] = field(default_factory=lambda: {"person:7"})
    until: float = FOREVER
    ends: float = FOREVER
    status: str = "200 OK"

    def open(self) -> Site:
        clock = Clock()
        clock.start(1, {})
        self.clock = clock
        self.pages = Keeper(clock, PLENTY, now=lambda: self.now)
        parts = Keeper(clock, PLENTY, is_exact=True)
        cache = PageCache(clock, self.pages, parts, _Ear())  # type: ignore[arg-type]
        self.doorway = Doorway(self.render, cache)
        if self.doorway._edge is not None:
            self.doorway._edge.now = lambda: self.now
        return self

    def render(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        shown = recording.current()
        assert shown is not None
        shown.hard |= self.hard
        shown.soft |= self.soft
        shown.until, shown.ends = self.until, self.ends
        recording.keep()
        start_response(self.status, [("Content-Type", "text/html")])
        return [b"Banjir di Kota."]

    def ask(self, **headers: str) -> Answered:
        self.clock.hear([])
        return ask(self.doorway, "/", **headers)

    def told(self, **headers: str) -> dict[str, str]:
        """What a cache is told when the page is asked for."""
        found = self.ask(**headers).headers
        return {
            one: value for one, value in found.items() if one in {"surrogate-control", "cache-tag"}
        }


@pytest.fixture
def site(settings, monkeypatch) -> Site:
    settings.EDGE_SECONDS = 60
    monkeypatch.setenv("PAGE_CACHE_TELL", "1")
    return Site()


def whole(seconds: int = 60, *tags: str) -> dict[str, str]:
    return {
        "surrogate-control": f"max-age={seconds}, {NEVER_OLD}",
        "cache-tag": ",".join(names(tags or ("story:12", "person:7"))),
    }


class TestAnswers:
    def test_without_the_setting_nothing_is_said(self, site, settings):
        settings.EDGE_SECONDS = 0
        site.open()
        assert [site.told(), site.told()] == [{}, {}]

    def test_a_page_that_is_good_says_for_how_long_and_what_it_shows(self, site):
        site.open()
        # What was just made may be one that is not kept: whoever asks next finds out.
        assert site.told() == NOTHING
        assert site.told() == whole()
        # Made once: the same pair of strings goes out with every answer.
        (kept,) = [place.value.value for place in site.pages.memory._places.values()]
        assert site.doorway._edge.told(kept.at_edge)[1] is kept.at_edge.tags

    def test_an_answer_that_nothing_changed_says_it_too(self, site):
        site.open()
        etag = site.ask().headers["etag"]
        assert site.ask(HTTP_IF_NONE_MATCH=etag).status == "304 Not Modified"
        assert site.told(HTTP_IF_NONE_MATCH=etag) == whole()

    def test_the_notice_in_the_place_of_a_story_that_is_gone_says_it_too(self, site):
        site.status = "410 Gone"
        site.open()
        site.ask()
        assert site.told() == whole()

    def test_what_is_not_confirmed_is_nothing_to_keep(self, site, monkeypatch):
        site.open()
        site.ask()
        # Nothing was heard for a while, and the database is not there.
        site.clock.heard_at = float("-inf")
        monkeypatch.setattr("pagecache.doorway.link.is_down", True)
        answer = ask(site.doorway, "/")
        assert answer.how == "kept"
        assert answer.headers["surrogate-control"] == NOTHING["surrogate-control"]
        assert "cache-tag" not in answer.headers

    def test_an_old_page_is_nothing_to_keep(self, site):
        site.open()
        site.ask()
        site.clock.hear([(2, ["person:7"])])
        page = site.render
        met: list[Answered] = []

        def while_made_anew(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            met.append(ask(site.doorway, "/"))
            return page(environ, start_response)

        site.doorway.renderer = while_made_anew
        site.ask()
        (old,) = met
        assert old.how == "old"
        assert old.headers["surrogate-control"] == NOTHING["surrogate-control"]
        assert "cache-tag" not in old.headers

    @pytest.mark.parametrize("bound", ["until", "ends"])
    def test_a_time_that_ends_it_bounds_how_long(self, site, bound):
        setattr(site, bound, NOW + 100)
        site.open()
        site.ask()
        assert site.told() == whole()
        for left, seconds in ((61.0, 60), (60.9, 59), (30.5, 29), (2.0, 1)):
            site.now = NOW + 100 - left
            assert site.told() == whole(seconds)
        # The last second is for its way.
        site.now = NOW + 100 - 1.9
        assert site.told() == NOTHING

    def test_more_tags_than_fit_into_a_line_are_nothing_to_keep(self, site):
        most = (LONGEST + 1) // len("abcdefgh,")
        site.hard, site.soft = {f"story:{number}" for number in range(most)}, set()
        site.open()
        site.ask()
        said = site.told()
        assert said["surrogate-control"] == whole()["surrogate-control"]
        assert LONGEST - 9 < len(said["cache-tag"]) <= LONGEST
        site.hard.add("person:7")
        site.open()
        site.ask()
        assert site.told() == NOTHING

    def test_a_page_that_shows_nothing_by_name_is_nothing_to_keep(self, site):
        site.hard, site.soft = set(), set()
        site.open()
        site.ask()
        assert site.told() == NOTHING

    def test_it_comes_back_from_the_disk_with_its_page(self):
        one = Answer("200 OK", [], b"x", AtEdge(("Cache-Tag", "abcdefgh"), 12.5))
        assert pickle.loads(pickle.dumps(one)).at_edge == one.at_edge


class TestNames:
    @given(st.from_regex(r"[a-z]+(:[0-9a-z-]{1,40})?", fullmatch=True))
    def test_are_eight_letters_and_tell_nothing(self, tag):
        found = name(tag)
        assert len(found) == 8
        assert set(found) <= set(string.ascii_lowercase)
        assert found == name(tag)

    def test_everything_is_called_so(self):
        assert name("*") == "*"

    def test_differ_from_site_to_site(self, settings):
        before = name("person:7")
        settings.SECRET_KEY = "another"
        assert name("person:7") != before

    def test_are_in_one_order_whatever_order_the_tags_have(self):
        assert names({"a", "b", "c"}) == names(["c", "a", "b", "a"])
        assert len(names("abc")) == 3

    def test_are_taken_by_the_shipped_varnish(self):
        found = re.search(r'Cache-Tag ~ "(\^\[a-z\][^"]*)"', VARNISH.read_text())
        assert found
        assert re.fullmatch(found[1], ",".join(names(["story:1", "person:7", "latest"])))


def test_nothing_is_said_of_a_page_that_was_not_marked():
    assert Edge(60).told(None) == NOT_AT_EDGE
