"""What is there of what was sent: in the database, on the disk, and on the pages that readers get."""

from __future__ import annotations

import contextlib
import hashlib
import io
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PIL import Image

from .browser import Browser, NoAnswer
from .house import House
from .ledger import Piece

Found = dict[tuple[str, str], int]
# By the kind of a piece: a join of marks `m` with what is there of each.
_THERE = {
    "story": "articles_article t ON t.headline = 'Rapat ' || m AND t.changes_to_id IS NULL",
    "saving": "articles_revision t ON t.snapshot::text LIKE '%%' || m || '%%'",
    # A later text of the same form takes the place of an earlier one.
    "kept text": "articles_kepttext t ON t.tab::text = split_part(m, '#', 1)"
    " AND t.written >= split_part(m, '#', 2)::bigint",
    "published": "articles_article t ON t.headline = 'Rapat ' || m"
    " AND t.status IN ('published', 'withdrawn') AND t.publish_at <= now()",
    "planned": "articles_article t ON t.headline = 'Rapat ' || m"
    " AND t.status = 'published' AND t.publish_at > now()",
    # The working copy, which is the story itself once it is published.
    "change": "articles_article t ON t.headline = 'Rapat ' || m AND t.standfirst LIKE '%% diperbaiki.'",
    "changed": "articles_article t ON t.headline = 'Rapat ' || m"
    " AND t.standfirst LIKE '%% diperbaiki.' AND t.changes_to_id IS NULL",
    "withdrawal asked for": "articles_article t ON t.headline = 'Rapat ' || m"
    " AND (t.withdrawal_requested_at IS NOT NULL OR t.status = 'withdrawn')",
    "withdrawn": "articles_article t ON t.headline = 'Rapat ' || m AND t.status = 'withdrawn'",
    "photo": "articles_photo t ON t.source_sha256 = m",
    "comment": "comments_comment t ON t.body LIKE '%%' || m || '%%'",
    "sign-up": "newsletter_subscriber t ON t.email = m",
    "request": "replies_request t ON t.wrong LIKE '%%' || m || '%%'",
    "page view": "ads_event t ON t.showing = m::uuid AND t.kind = 'p'",
}
# Asked so often that each of the web workers answers.
OFTEN = 6


def look(house: House, piece: Piece) -> int:
    """How often a piece is there now."""
    return in_database(house, [piece])[piece.kind, piece.mark]


def in_database(house: House, pieces: Iterable[Piece]) -> Found:
    """How often each piece is there."""
    marks: dict[str, list[str]] = defaultdict(list)
    for piece in pieces:
        marks[piece.kind].append(piece.mark)
    found: Found = {}
    for kind, known in marks.items():
        question = (
            f"SELECT m, count(t.*) FROM unnest(%s::text[]) m LEFT JOIN {_THERE[kind]} GROUP BY m"
        )
        for mark, number in house.rows(question, [known]):
            found[kind, mark] = int(number)
    return found


def damaged_photos(house: House, pieces: Iterable[Piece]) -> list[str]:
    """Photos that are there and whose files are not what they were: the large one, and each smaller one that pages name."""
    marks = [piece.mark for piece in pieces if piece.kind == "photo"]
    question = (
        "SELECT source_sha256, image, renditions FROM articles_photo WHERE source_sha256 = ANY(%s)"
    )
    damaged = []
    for digest, image, renditions in house.rows(question, [marks]):
        names = [image, *_names_in(renditions)]
        damaged += [f"photo {digest}: {name}" for name in names if not _is_whole(house, name)]
    return damaged


def _names_in(renditions: Any) -> Iterable[str]:
    """The files that a photo's row names."""
    if isinstance(renditions, dict):
        renditions = list(renditions.values())
    for one in renditions if isinstance(renditions, list) else []:
        if isinstance(one, dict):
            yield from (value for key, value in one.items() if key == "name")
        elif isinstance(one, list):
            yield from (value for value in one if isinstance(value, str) and "/" in value)


def _is_whole(house: House, name: str) -> bool:
    try:
        contents = house.photo(name)
        with Image.open(io.BytesIO(contents)) as picture:
            picture.load()
    except (OSError, SyntaxError, ValueError):
        return False
    return is_named_by(contents, name)


def is_named_by(contents: bytes, name: str) -> bool:
    """Whether these are the bytes of a photo's file: its name says by their hash which they are."""
    return Path(name).stem == hashlib.sha256(contents).hexdigest()[:32]


def photos_of(house: House, digests: Iterable[str]) -> list[str]:
    """The files of photos that were sent with these hashes: each large one, and the smaller ones that there are."""
    question = "SELECT image, renditions FROM articles_photo WHERE source_sha256 = ANY(%s)"
    found = house.rows(question, [list(digests)])
    return [name for image, smaller in found for name in (image, *_names_in(smaller))]


def uncut_photos(house: House, pieces: Iterable[Piece], *, is_given_up: bool = False) -> list[str]:
    """Photos that were acknowledged and have no smaller files, which a job makes; or those without such a job."""
    marks = [piece.mark for piece in pieces if piece.kind == "photo" and piece.is_acknowledged]
    question = (
        "SELECT source_sha256 FROM articles_photo p WHERE source_sha256 = ANY(%s)"
        " AND renditions = '[]'"
    )
    if is_given_up:
        question += (
            " AND NOT EXISTS (SELECT FROM procrastinate_jobs j"
            " WHERE j.task_name = 'articles.make_renditions' AND j.status IN ('todo', 'doing')"
            " AND j.args->>'photo_id' = p.id::text)"
        )
    return [f"photo {digest}: not cut" for (digest,) in house.rows(question, [marks])]


def wrong_pages(house: House, pieces: Iterable[Piece]) -> list[str]:
    """What readers see that was acknowledged otherwise: a published story not there, a withdrawn one that is."""
    acknowledged = {(piece.kind, piece.mark) for piece in pieces if piece.is_acknowledged}
    published = {mark for kind, mark in acknowledged if kind == "published"}
    question = (
        "SELECT substr(headline, 7), to_char(published_on, 'YYYY/MM/DD'), slug, status"
        " FROM articles_article WHERE substr(headline, 7) = ANY(%s) AND changes_to_id IS NULL"
    )
    wrong = []
    browser = Browser(house.port, "100.127.0.1")
    for mark, day, slug, status in house.rows(question, [sorted(published)]):
        path = f"/{day}/{slug}/"
        is_public = status == "published"
        for _often in range(OFTEN):
            browser.leave()
            try:
                answer = browser.get(path)
            except NoAnswer as error:
                wrong.append(f"page {path}: {error}")
                break
            if (answer.status == 200 and mark in answer.text) != is_public:
                wrong.append(f"page {path} of a {status} story: {answer.status}")
                break
    return wrong


def path_of(house: House, mark: str) -> str:
    """The public address of the story with that mark."""
    question = (
        "SELECT to_char(published_on, 'YYYY/MM/DD'), slug FROM articles_article"
        " WHERE headline = %s AND changes_to_id IS NULL"
    )
    day, slug = house.rows(question, [f"Rapat {mark}"])[0]
    return f"/{day}/{slug}/"


def still_told(house: House) -> int:
    """How many messages of browsers wait on the site's disk."""
    file = house.var_dir / "told.sqlite3"
    if not file.exists():
        return 0
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(file)) as waiting:
        return int(waiting.execute("SELECT count(*) FROM told").fetchone()[0])
    return 1
