"""Those who write at the desk: reporters with their form, its line to the server, photos in pieces, and an editor."""

from __future__ import annotations

import datetime
import hashlib
import io
import random
import re
import time
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image

from .browser import Answer, Browser, NoAnswer, form_in
from .ledger import End
from .people import PASSWORD, People
from .writing import AGAIN, Writer, opened, with_typed

DESK = "/admin/"
ADD = "/admin/articles/article/add/"
PULSE = "/admin/articles/article/pulse/"
UPLOAD = "/admin/articles/photo/uploads/{digest}/?size={size}&offset={offset}"
CHANGE = re.compile(r"/admin/articles/article/(\d+)/change/")
PIECE = 64 * 1024
# The publication's, on which times are typed.
CLOCK = ZoneInfo("Asia/Makassar")
CHANGED = "Wakil bupati membuka rapat {mark} diperbaiki."
TEXT = "<p>Rapat dibuka pukul sembilan dan ditutup menjelang siang. {mark}</p>"


class AtDesk(Writer):
    """Somebody who signs in by the desk's door, and again when the session is gone."""

    def __init__(self, email: str, people: People, browser: Browser, *rest: Any) -> None:
        super().__init__(browser, *rest)
        self.email, self.people = email, people
        self.key = people.keys[email]

    def page(self, path: str) -> Answer:
        """Open a page of the desk. Raises NoAnswer."""
        answer = self.browser.get(path)
        if answer.status == 302 and "/admin/login" in answer.location:
            self.browser.sign_in(self.email, PASSWORD)
            answer = self.browser.get(path)
        return opened(answer)

    def saved(self, answer: Answer) -> tuple[End, str]:
        """Of a story's form: it leads to the story that was saved, or comes back with what is wrong."""
        if answer.status == 302 and CHANGE.search(answer.location):
            return End.SAVED, ""
        if answer.status == 302:
            return End.REFUSED, f"led to {answer.location}"
        return (End.REFUSED if answer.status == 200 else End.FAILED), answer.told

    def made(self, answer: Answer) -> tuple[End, str]:
        """Of a move's page: it leads to the desk, or to the story with why it was not made."""
        if answer.status == 302 and answer.location == DESK:
            return End.SAVED, ""
        if answer.status == 302:
            return End.REFUSED, self.browser.get(answer.location).told or answer.location
        return (End.REFUSED if answer.status == 200 else End.FAILED), answer.told

    def new_story(self, mark: str) -> str:
        """Write and save a story whose headline has that mark; the number of it, "" when it was not saved."""
        fields = with_typed(
            form_in(self.page(ADD).text).fields,
            headline=f"Rapat {mark}",
            standfirst=f"Wakil bupati membuka rapat {mark}.",
            body=TEXT.format(mark=mark),
            section=str(self.people.section),
            written=str(int(time.time() * 1000)),
        )
        piece = self.ledger.begin("story", mark)
        answer = self.insist(piece, lambda: self.browser.post(ADD, fields), self.saved)
        found = CHANGE.search(answer.location) if answer else None
        return found[1] if found else ""


class Reporter(AtDesk):
    """Begins stories, writes on them while the form keeps the text, and saves."""

    kinds = ("story", "saving", "kept text")

    def write(self) -> None:
        number = self.new_story(self.mark("s"))
        for _often in range(2):
            if not number or self.stopping.is_set():
                return
            self.write_on(number)

    def write_on(self, number: str) -> None:
        path = f"/admin/articles/article/{number}/change/"
        fields = form_in(self.page(path).text).fields
        written = int(time.time() * 1000)
        for _often in range(2):
            written += 1
            self.keep(fields, number, written)
        mark = self.mark("v")
        typed = with_typed(fields, standfirst=f"Rapat berlangsung {mark}.", written=str(written))
        piece = self.ledger.begin("saving", mark)
        self.insist(piece, lambda: self.browser.post(path, typed), self.saved)

    def keep(self, fields: dict[str, str], number: str, written: int) -> None:
        """What the form's script tells while somebody types."""
        tab = fields["tab"]
        piece = self.ledger.begin("kept text", f"{tab}#{written}")
        standfirst = f"Rapat berlangsung {tab}#{written}"
        told = {
            "user": self.key,
            "tab": tab,
            "article": int(number),
            "story": None,
            "seen_version": int(fields.get("seen_version") or 0),
            "written": written,
            "is_here": True,
            "values": {
                "fields": {"headline": fields["headline"], "standfirst": standfirst},
                "rows": {},
            },
        }

        def is_kept(answer: Answer) -> tuple[End, str]:
            if answer.status == 200 and answer.json.get("kept_at"):
                return End.SAVED, ""
            return End.FAILED, answer.told

        self.insist(piece, lambda: self.browser.say(PULSE, told), is_kept)


class Editor(AtDesk):
    """Publishes stories, looks at them, changes some, and withdraws half of them.

    Args:
        path_of: the public address of the story with that mark.
    """

    kinds = ("published", "change", "changed", "withdrawal asked for", "withdrawn")

    def __init__(
        self,
        path_of: Callable[[str], str],
        email: str,
        people: People,
        browser: Browser,
        *rest: Any,
    ) -> None:
        super().__init__(email, people, browser, *rest)
        self.path_of = path_of
        # A withdrawal takes two.
        self.second: Editor | None = None
        if email != people.second:
            alike = Browser(browser.port, browser.network)
            self.second = Editor(path_of, people.second, people, alike, *rest)

    def write(self) -> None:
        mark = self.mark("p")
        number = self.new_story(mark)
        if not number:
            return
        if not self.move("published", mark, number, "publish"):
            return
        # Where nobody does, the first who comes is somebody of whom nothing is known.
        if self.chance.random() < 0.5:
            self.look_at(mark)
        if self.chance.random() < 0.4:
            self.change(mark, number)
        if self.chance.random() < 0.5:
            return
        if self.move("withdrawal asked for", mark, number, "request_withdrawal") and self.second:
            self.second.move("withdrawn", mark, number, "withdraw")

    def look_at(self, mark: str) -> None:
        """Whoever published a story sees it, at once."""
        path = self.path_of(mark)
        answer = self.browser.get(path)
        if answer.status in (200, 404, 410) and mark not in answer.text:
            self.wrong.append(f"not seen by who published it: {path} ({answer.status})")

    def change(self, mark: str, number: str) -> None:
        """Write another standfirst, and publish that."""
        path = f"/admin/articles/article/{number}/change/"
        fields = form_in(self.page(path).text).fields
        typed = with_typed(fields, standfirst=CHANGED.format(mark=mark))
        piece = self.ledger.begin("change", mark)
        answer = self.insist(piece, lambda: self.browser.post(path, typed), self.saved)
        if found := CHANGE.search(answer.location) if answer else None:
            self.move("changed", mark, found[1], "publish_changes")

    def move(self, kind: str, mark: str, number: str, name: str) -> bool:
        """Press the button on the page of a move; whether the site said that it is done."""
        path = f"/admin/articles/article/{number}/move/{name}/"
        page = self.page(path).text
        fields = with_typed(form_in(page, "seen_version").fields, confirmed="1")
        if 'name="waved"' in page:
            fields["waved"] = "Sudah diperiksa"
        if ground := re.search(r'name="ground" value="(\w+)"', page):
            fields |= {"ground": ground[1], "notice": "Berita ini ditarik atas permintaan."}
        piece = self.ledger.begin(kind, mark)
        answer = self.insist(piece, lambda: self.browser.post(path, fields), self.made)
        return answer is not None and answer.location == DESK


class Planner(AtDesk):
    """Sets stories for an hour from now, and looks whether readers see one of them before.

    Args:
        path_of: the public address of the story with that mark.
    """

    kinds = ("planned",)

    def __init__(
        self, path_of: Callable[[str], str], email: str, people: People, *rest: Any
    ) -> None:
        super().__init__(email, people, *rest)
        self.path_of = path_of
        self.reader = Browser(self.browser.port, "100.126.0.1")
        self.planned: list[tuple[str, str]] = []

    def write(self) -> None:
        mark = self.mark("j")
        number = self.new_story(mark)
        if number and self.plan(mark, number):
            self.planned.append((self.path_of(mark), mark))
        for path, planned in self.planned[-3:]:
            self.look_early(path, planned)

    def plan(self, mark: str, number: str) -> bool:
        path = f"/admin/articles/article/{number}/move/schedule/"
        page = self.page(path).text
        when = datetime.datetime.now(CLOCK) + datetime.timedelta(hours=1)
        fields = with_typed(form_in(page).fields, confirmed="1", at=f"{when:%Y-%m-%dT%H:%M}")
        if 'name="waved"' in page:
            fields["waved"] = "Sudah diperiksa"
        piece = self.ledger.begin("planned", mark)
        answer = self.insist(piece, lambda: self.browser.post(path, fields), self.made)
        return answer is not None and answer.location == DESK

    def look_early(self, path: str, mark: str) -> None:
        """The story's own page, and the list of what is new."""
        for place in (path, "/terkini/"):
            self.reader.leave()
            # A page about what is not there repeats the words of its address, in small letters.
            if f"Rapat {mark}" in self.reader.get(place).text:
                self.wrong.append(f"seen before its time: {path}")


class Photographer(AtDesk):
    """Sends photos in pieces; a piece that got no answer is sent on from where the site says."""

    kinds = ("photo",)

    def write(self) -> None:
        if not self.browser.token:
            self.page("/admin/")
        contents = _photo(self.chance)
        digest = hashlib.sha256(contents).hexdigest()
        piece = self.ledger.begin("photo", digest)
        self.insist(piece, lambda: self.send(digest, contents), _is_stored)

    def send(self, digest: str, contents: bytes) -> Answer:
        """All pieces that are missing; the last answer, or the first that says that something is wrong."""
        size = len(contents)
        answer = self.browser.get(UPLOAD.format(digest=digest, size=size, offset=0))
        while (
            answer.status in (200, 409) and "offset" in answer.json and "photo" not in answer.json
        ):
            offset = int(answer.json["offset"])
            # What is whole already is only to be looked at.
            part = contents[offset : offset + PIECE]
            path = UPLOAD.format(digest=digest, size=size, offset=offset)
            answer = self.browser.send(path, part, Content_Type="application/octet-stream")
            if answer.status == 409:
                time.sleep(self.chance.uniform(*AGAIN))
        if answer.status == 302:
            self.browser.sign_in(self.email, PASSWORD)
            raise NoAnswer("signed out")
        return answer


def _is_stored(answer: Answer) -> tuple[End, str]:
    told = answer.json
    if "photo" in told:
        return End.SAVED, ""
    if "refused" in told:
        return End.REFUSED, answer.told
    # Its turn comes: the script says so and asks again.
    return End.FAILED, answer.told or ("The photo waits for its turn." if "busy" in told else "")


def _photo(chance: random.Random) -> bytes:
    """A picture that nobody has sent before, of some hundred kilobytes."""
    noise = Image.frombytes("RGB", (200, 150), chance.randbytes(200 * 150 * 3))
    out = io.BytesIO()
    noise.resize((800, 600), Image.Resampling.BICUBIC).save(out, "JPEG", quality=92)
    return out.getvalue()
