"""Those who come as readers: they read, comment, subscribe, and their browsers tell what was seen."""

from __future__ import annotations

import html
import itertools
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

from .browser import Answer, Browser, NoAnswer, form_in
from .ledger import End
from .people import People
from .writing import Writer, by_status, opened, with_typed

PLACES = ("/", "/terkini/", "/terpopuler/", "/rss.xml", "/sitemap.xml", "/redaksi/")
# What a ledger calls a photo that was seen.
PICTURE = "picture"
FACTS = re.compile(r'<script id="sela-page" type="application/json">(.*?)</script>', re.DOTALL)


def network(number: int) -> str:
    return f"100.{64 + number // 65536 % 60}.{number // 256 % 256}.{number % 256}"


class Reader(Writer):
    """Opens pages that were seen before, a few each second; writes nothing."""

    def __init__(self, people: People, *rest: Any) -> None:
        super().__init__(*rest)
        self.paths = [*PLACES, *(path for _key, path in people.stories[:24])]
        self.turn = itertools.cycle(self.paths)

    def write(self) -> None:
        try:
            is_answered = self.browser.get(next(self.turn)).status == 200
        except NoAnswer:
            is_answered = False
        self.ledger.note_read(is_answered=is_answered)
        self.browser.leave()


class Viewer(Writer):
    """Looks at the photos that were sent last; writes nothing. What is shown is the whole photo.

    Args:
        names_of: the files of photos that were sent with these hashes.
        is_named_by: whether these bytes are those of a file.
    """

    def __init__(
        self,
        names_of: Callable[[list[str]], list[str]],
        is_named_by: Callable[[bytes, str], bool],
        *rest: Any,
    ) -> None:
        super().__init__(*rest)
        self.names_of, self.is_named_by = names_of, is_named_by

    def write(self) -> None:
        sent = [piece for piece in self.ledger.pieces(self.ledger.fault) if piece.kind == "photo"]
        names = self.names_of([piece.mark for piece in sent if piece.is_acknowledged][-3:])
        if not names:
            return
        name = self.chance.choice(names)
        self.browser.leave()
        answer = self.browser.get(f"/media/{name}")
        if answer.status == 200 and self.is_named_by(answer.body, name):
            self.ledger.note_seen(PICTURE, answer.begun)
        elif answer.status != 503:
            # That is one that is shown in a moment.
            self.wrong.append(f"photo {name}: {answer.status}, {len(answer.body)} bytes")


class Commenter(Writer):
    """Many readers, one after the other: nobody may write fast."""

    kinds = ("comment",)

    def __init__(self, people: People, browser: Browser, *rest: Any) -> None:
        super().__init__(browser, *rest)
        self.people = people
        self.turn = itertools.cycle(people.readers)

    def write(self) -> None:
        self.browser.cookies = {"sessionid": next(self.turn)}
        story, _path = self.people.stories[0]
        page = opened(self.browser.get(f"/komentar/{story}/formulir/", X_Fragment="1")).text
        fields = form_in(page, having="token").fields
        if not fields:
            # Too fast, or closed: the page says so and nothing can be sent.
            return
        mark = self.mark("k")
        fields = with_typed(fields, body=f"Semoga rapat itu membawa hasil bagi warga, {mark}.")
        piece = self.ledger.begin("comment", mark)
        path = f"/komentar/{story}/tulis/"
        self.insist(piece, lambda: self.browser.post(path, fields), by_status(303, 422))


class Subscribing(Writer):
    """Somebody else each time types an address into the newsletter's form."""

    kinds = ("sign-up",)

    def write(self) -> None:
        self.browser.network = network(self.chance.getrandbits(20))
        fields = form_in(opened(self.browser.get("/buletin/")).text, having="surel").fields
        address = f"{self.mark('l')}@pelanggan.example"
        piece = self.ledger.begin("sign-up", address)
        typed = with_typed(fields, surel=address)
        self.insist(piece, lambda: self.browser.post("/buletin/", typed), by_status(303, 422, 429))


class Asking(Writer):
    """Somebody else each time asks for a right of reply."""

    kinds = ("request",)

    def write(self) -> None:
        self.browser.network = network(self.chance.getrandbits(20))
        fields = form_in(opened(self.browser.get("/hak-jawab/")).text, having="surel").fields
        mark = self.mark("h")
        piece = self.ledger.begin("request", mark)
        typed = with_typed(
            fields,
            berita="Rapat warga",
            sebagai="reader",
            keliru=f"Angka itu keliru, {mark}.",
            nama="Warga Lappabatu",
            surel=f"{mark}@warga.example",
        )
        self.insist(
            piece, lambda: self.browser.post("/hak-jawab/", typed), by_status(303, 422, 429)
        )


class Counted(Writer):
    """Opens stories; the browser tells that the page arrived, and again until it was heard."""

    kinds = ("page view",)

    def __init__(self, people: People, *rest: Any) -> None:
        super().__init__(*rest)
        self.turn = itertools.cycle([path for _key, path in people.stories[:24]])

    def write(self) -> None:
        from ads import tokens

        self.browser.network = network(self.chance.getrandbits(20))
        found = FACTS.search(opened(self.browser.get(next(self.turn))).text)
        if found is None:
            return
        facts = json.loads(html.unescape(found[1]))
        told = json.loads(opened(self.browser.get(f"/s/{facts['key']}")).body)
        visit = uuid.UUID(int=self.chance.getrandbits(128), version=4)
        page = tokens.read_page_token(facts["token"])
        number = tokens.showing_number(
            visit, told["t"], f"{page.key}.{page.article or ''}", 0, None
        )
        body = {
            "visit": str(visit),
            "page": facts["token"],
            "t": told["t"],
            "m": told["m"],
            "device": "phone",
            "drawn": [],
        }
        piece = self.ledger.begin("page view", str(number))

        def send() -> Answer:
            path = "/s/tiba?lagi" if piece.attempts else "/s/tiba"
            return self.browser.send(path, json.dumps(body).encode(), Content_Type="text/plain")

        self.insist(piece, send, _is_counted)


def _is_counted(answer: Answer) -> tuple[End, str]:
    if answer.status == 200:
        return End.SAVED, ""
    # Nobody reads it: the script keeps it and tells it again.
    return End.FAILED, answer.told or f"{answer.status}, told again by the page's script"
