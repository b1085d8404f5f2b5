"""The demo's live coverage, through the doors of the newsroom; only the times are those of the past hour."""

from __future__ import annotations

import datetime
from typing import Any

from accounts.models import User
from articles import live, photos
from articles.models import Article, Author, Coverage, LiveEntry, Photo, Place

from . import files


def load_live(
    users: dict[str, User],
    articles: dict[str, Article],
    authors: dict[str, Author],
    places: dict[str, Place],
    now: datetime.datetime,
) -> None:
    """Cover one story: entries of two reporters and an editor, key points, one changed and one withdrawn."""
    told = files.live()
    story = articles[told["story"]]
    story.refresh_from_db()
    reporter, editor = users["reporter"], users["editor"]
    live.begin(story, by=editor)
    Coverage.objects.filter(pk=story.pk).update(begun_at=files.moment(told["begun"], now))
    story.refresh_from_db()
    pinned: dict[int, LiveEntry] = {}
    for row in told["entries"]:
        moment = files.moment(row["age"], now)
        words = _words(row, row["text"], moment, authors, places, _photo(row, reporter))
        entry = live.add(story, words, by=reporter)
        times = {"entered_at": moment}
        if changed := row.get("changed"):
            words = _words(row, changed, moment, authors, places, entry.photo)
            live.change(entry, words, by=editor, seen=entry.position)
            times["changed_at"] = files.moment(row["changed_age"], now)
        if word := row.get("withdrawn"):
            live.withdraw(entry, by=editor, word=word)
            times["withdrawn_at"] = files.moment(row["withdrawn_age"], now)
        LiveEntry.objects.filter(pk=entry.pk).update(**times)
        if "pin" in row:
            pinned[row["pin"]] = entry
    for place in sorted(pinned):
        live.pin(pinned[place], by=editor)


def _words(
    row: dict[str, Any],
    text: str,
    moment: datetime.datetime,
    authors: dict[str, Author],
    places: dict[str, Place],
    photo: Photo | None,
) -> live.Words:
    return live.Words(
        text=text,
        title=row.get("title", ""),
        happened_at=moment,
        place=places[row["place"]] if "place" in row else None,
        photo=photo,
        caption=row.get("caption", ""),
        author=authors[row["author"]],
    )


def _photo(row: dict[str, Any], by: User) -> Photo | None:
    if "illustration" not in row:
        return None
    with files.illustration(row["illustration"]).open("rb") as file:
        return photos.store(file, by=by, credit=row["credit"], alt_text=row["caption"])
