"""What an entry of live coverage may say, and how that comes into its row. `covering` calls it under its lock."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..models import Article, Author, LiveEntry, Photo, Place
from ..people import protecting
from ..sanitise import clean_body, plain_text

# A phone's clock, or a form that was sent a moment ago.
AHEAD = datetime.timedelta(minutes=2)
# What is told of earlier belongs into the story; and a wrong year is a slip of the finger.
BACK = datetime.timedelta(days=7)
LONGEST_TEXT = 20_000
LONGEST_WORD: int = LiveEntry._meta.get_field("withdrawal_word").max_length or 0
LONGEST_TITLE: int = LiveEntry._meta.get_field("title").max_length or 0
LONGEST_CAPTION: int = LiveEntry._meta.get_field("caption").max_length or 0


class Refused(Exception):
    """What may not be done; `str()` is the reason, in the person's language."""


class Changed(Refused):
    """The entry was changed since the person saw it."""


@dataclass(frozen=True)
class Words:
    """What an entry says. `text` is HTML, cleaned on its way in; `happened_at` aware, None for now."""

    text: str
    title: str = ""
    happened_at: datetime.datetime | None = None
    place: Place | None = None
    photo: Photo | None = None
    caption: str = ""
    author: Author | None = None


def say(entry: LiveEntry, words: Words, now: datetime.datetime) -> None:
    """Write the words into the row. Raises Refused for what cannot stand there."""
    text = clean_body(words.text)
    if not plain_text(text):
        raise Refused(_("An entry says something."))
    if len(text) > LONGEST_TEXT:
        raise Refused(_("The entry is too long: it belongs into the story."))
    title = " ".join(words.title.replace("\x00", "").split())
    if len(title) > LONGEST_TITLE:
        raise Refused(_("The title is too long: %(limit)d characters.") % {"limit": LONGEST_TITLE})
    caption = " ".join(words.caption.replace("\x00", "").split()) if words.photo else ""
    if len(caption) > LONGEST_CAPTION:
        raise Refused(
            _("The caption is too long: %(limit)d characters.") % {"limit": LONGEST_CAPTION}
        )
    if words.photo is not None and not words.photo.credit and words.photo != entry.photo:
        raise Refused(_("The photo needs its credit."))
    require_unnamed(entry.coverage.article, plain_text(text), title, caption)
    entry.text, entry.title, entry.caption = text, title, caption
    entry.place, entry.photo, entry.author = words.place, words.photo, words.author
    entry.happened_at = _moment(entry, words.happened_at, now)


def _moment(
    entry: LiveEntry, given: datetime.datetime | None, now: datetime.datetime
) -> datetime.datetime:
    if given is None:
        return entry.happened_at or now
    if given == entry.happened_at:
        return given
    if given > now + AHEAD:
        raise Refused(_("The time of an entry has not come yet."))
    # From when it came in: what a reporter wrote two weeks ago can still be mended.
    if given < entry.entered_at - BACK:
        raise Refused(_("The time of an entry is at most seven days before it was written."))
    return min(given, now)


def require_unnamed(story: Article, *texts: str) -> None:
    """Raise Refused when plain `texts`, public at once, name somebody whom the story protects."""
    if sentence := protecting.why_not_said(story, *texts):
        raise Refused(sentence)


def contents(entry: LiveEntry) -> dict[str, object]:
    """What an entry says, as it is kept; names beside keys, since a history outlives what it names."""
    return {
        "happened_at": entry.happened_at.astimezone(datetime.UTC).isoformat(),
        "title": entry.title,
        "text": entry.text,
        "place": entry.place_id,
        "place_name": entry.place.name if entry.place else "",
        "photo": entry.photo_id,
        "caption": entry.caption,
        "author": entry.author_id,
        "author_name": entry.author.name if entry.author else "",
        "withdrawal_word": entry.withdrawal_word,
    }
