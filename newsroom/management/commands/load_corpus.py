from __future__ import annotations

import argparse
import datetime
import sys
import time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, Person
from newsroom.corpus.load import load
from newsroom.corpus.plan import FEWEST_PEOPLE, PEOPLE_FOR_STORIES, SECONDS_BETWEEN

SECONDS_BETWEEN_LINES = 0.5
SECONDS_BETWEEN_LINES_ELSEWHERE = 30
MOST_ARTICLES = 20_000_000
MOST_COMMENTS = 100_000_000
FIRST_YEAR = 1000


class Command(BaseCommand):
    help = (
        "Load an invented archive for measurements, the same at each loading, of any size. Everything in one "
        "transaction: when it fails or is stopped, the database is as it was. Other sessions wait meanwhile."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        # Read by `_number`, which says in the reader's language what is no number.
        parser.add_argument("--articles", required=True, help="how many stories")
        parser.add_argument("--comments", help="how many comments; as many as stories")
        parser.add_argument("--people", help="how many people; 2,000 for 50,000 stories")
        parser.add_argument(
            "--until", help="the stories are those before this day, as in 2026-11-26; today"
        )
        parser.add_argument(
            "--add", action="store_true", help="load into a database that has stories already, too"
        )
        parser.add_argument(
            "--in-production",
            action="store_true",
            help="load into a newsroom in production, too: nothing takes a corpus away again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION and not options["in_production"]:
            raise CommandError(
                _(
                    "This is a newsroom in production, and nothing takes a corpus away again: nothing was "
                    "loaded. With --in-production it is loaded all the same."
                )
            )
        articles = _number(options["articles"], "--articles", 1, MOST_ARTICLES)
        comments, people = options["comments"], options["people"]
        if comments is None:
            comments = articles
        if people is None:
            of, per = PEOPLE_FOR_STORIES
            people = max(FEWEST_PEOPLE, of * articles // per)
        comments = _number(comments, "--comments", 0, MOST_COMMENTS)
        people = _number(people, "--people", FEWEST_PEOPLE, MOST_ARTICLES)
        if comments and articles < 3:
            raise CommandError(_("The third story is the first that has comments: load three."))
        day = _day(options["until"], articles)
        if not options["add"] and (Article.objects.exists() or Person.objects.exists()):
            raise CommandError(
                _(
                    "There are stories or people in this database: nothing was loaded. With --add the "
                    "corpus comes beside them."
                )
            )
        zone = ZoneInfo(settings.TIME_ZONE)
        progress = Progress(self.stderr, sys.stderr.isatty())
        load(
            articles=articles,
            comments=comments,
            people=people,
            until=datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC),
            zone=zone,
            step=progress.step,
        )
        progress.finish()
        if options["verbosity"] > 0:
            self.stdout.write(
                _(
                    "Loaded %(articles)d stories, %(comments)d comments, %(people)d people in %(seconds)d s."
                )
                % {
                    "articles": articles,
                    "comments": comments,
                    "people": people,
                    "seconds": progress.seconds,
                }
            )


class Progress:
    """One line of how far the loading is: on a terminal in its place, elsewhere now and then."""

    def __init__(self, out: Any, is_terminal: bool) -> None:
        self._out = out
        self._is_terminal = is_terminal
        self._pause = SECONDS_BETWEEN_LINES if is_terminal else SECONDS_BETWEEN_LINES_ELSEWHERE
        self._began = self._said_at = time.monotonic()
        self._kind = ""
        self._kind_began = self._began

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def step(self, kind: str, done: int, whole: int) -> None:
        now = time.monotonic()
        if kind != self._kind:
            self._kind, self._kind_began = kind, now
        elif now - self._said_at < self._pause:
            return
        self._said_at = now
        sentence = self._sentence(kind, done, whole, now - self._kind_began)
        self._out.write(
            f"\r\x1b[K{sentence}" if self._is_terminal else sentence,
            ending="" if self._is_terminal else "\n",
        )
        self._out.flush()

    def finish(self) -> None:
        if self._is_terminal:
            self._out.write("\r\x1b[K", ending="")
            self._out.flush()

    def _sentence(self, kind: str, done: int, whole: int, seconds: float) -> str:
        if kind == "stories":
            rate = done / seconds if seconds else 0
            return _("%(done)d of %(whole)d stories, %(rate)d a second, %(left)d s left") % {
                "done": done,
                "whole": whole,
                "rate": rate,
                "left": (whole - done) / rate if rate else 0,
            }
        if kind == "indexes":
            return _("Indexes and constraints: %(done)d of %(whole)d") % {
                "done": done,
                "whole": whole,
            }
        if kind == "appearances":
            return _("Who appears where …")
        if kind == "people":
            return _("People, institutions, readers …")
        return _("Counting rows for the planner …")


def _number(given: str | int, name: str, least: int, most: int) -> int:
    """The number that an option was given. Raises CommandError for what is none, or none of these."""
    try:
        number = int(given)
    except ValueError:
        number = None
    if number is None or not least <= number <= most:
        raise CommandError(
            _("%(name)s takes a number from %(least)d to %(most)d.")
            % {"name": name, "least": least, "most": most}
        )
    return number


def _day(text: str | None, articles: int) -> datetime.date:
    """The day that was named, or today.

    Raises CommandError for what is no day, for one to come, and for one so early that not all stories have years of
    four figures, as their addresses need.
    """
    today = timezone.localdate()
    if text is None:
        return today
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise CommandError(
            _("--until takes a day such as 2026-11-26, not “%(text)s”.") % {"text": text}
        ) from None
    if day > today:
        raise CommandError(
            _("--until is today at the latest: stories of days to come are not public.")
        )
    days = (day - datetime.date(FIRST_YEAR, 1, 1)).days
    # A day more than the stories take: the clock of the publication is not that of UTC.
    if days * 24 * 3600 < articles * SECONDS_BETWEEN + 24 * 3600:
        raise CommandError(
            _("--until is too early: the oldest story would be from before the year %(year)d.")
            % {"year": FIRST_YEAR}
        )
    return day
