"""As much of a browser as somebody needs who fills in forms: cookies, fields, buttons, and what the page says."""

from __future__ import annotations

import html
import http.client
import json
import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

# As long as a person waits for an answer.
PATIENCE = 20.0
AGENT = (
    "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36"
)


class NoAnswer(Exception):
    """The line broke, nobody listened, or it took longer than a person waits."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    begun: float
    ended: float

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> dict[str, Any]:
        """What a script is told; {} when it is no object."""
        try:
            told = json.loads(self.body)
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}

    @property
    def location(self) -> str:
        return urlsplit(self.headers.get("location", "")).path

    @property
    def told(self) -> str:
        """What a person reads in it: the sentence for a script, or what stands out of a page."""
        if known := self.json:
            return str(known.get("error") or known.get("refused") or "")
        if "html" not in self.headers.get("content-type", ""):
            return " ".join(self.text.split())[:300]
        return sentences(self.text)


class Browser:
    """One person with one connection and its cookies.

    Args:
        port: where the site listens.
        network: the address that the person comes from, as a proxy of ours would say it.
    """

    def __init__(self, port: int, network: str) -> None:
        self.port, self.network = port, network
        self.cookies: dict[str, str] = {}
        self._line: http.client.HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> Answer:
        """Raises NoAnswer."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, str] | list[tuple[str, str]]) -> Answer:
        """Send a form. Raises NoAnswer."""
        told = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields).encode(), told)

    def send(self, path: str, body: bytes, **headers: str) -> Answer:
        """Send bytes, as a script does. Raises NoAnswer."""
        return self._ask("POST", path, body, headers)

    def say(self, path: str, told: dict[str, Any]) -> Answer:
        """Send JSON, as a script does. Raises NoAnswer."""
        kind = {"Content-Type": "application/json", "Accept": "application/json"}
        return self._ask("POST", path, json.dumps(told).encode(), kind)

    def sign_in(self, email: str, password: str) -> None:
        """Through the desk's door. Raises NoAnswer when it does not open."""
        page = self.get("/admin/login/?next=/admin/")
        fields = form_in(page.text).fields | {"username": email, "password": password}
        answer = self.post("/admin/login/?next=/admin/", fields)
        if answer.status != 302:
            raise NoAnswer(f"{email} cannot sign in: {answer.status} {answer.told}")

    @property
    def token(self) -> str:
        return self.cookies.get("csrftoken", "")

    def leave(self) -> None:
        """Close the connection: the next request may meet another process."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        sent = {
            "User-Agent": AGENT,
            "X-Forwarded-For": self.network,
            "Host": f"127.0.0.1:{self.port}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        sent.setdefault("Accept", "text/html,application/xhtml+xml")
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.token:
            sent.setdefault("X-CSRFToken", self.token)
        begun = time.monotonic()
        # A fresh connection for what is sent: whether an old one still holds is nothing a person sees.
        if method == "POST":
            self.leave()
        line = self._line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        self._line = line
        try:
            line.request(method, path, body, sent)
            answer = line.getresponse()
            read = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.leave()
            raise NoAnswer(f"{type(error).__name__}: {error}") from error
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self._remember(value)
        told = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, told, read, begun, time.monotonic())

    def _remember(self, cookie: str) -> None:
        name, _equals, rest = cookie.partition("=")
        value, _semicolon, about = rest.partition(";")
        if "max-age=0" in about.lower():
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value


@dataclass
class Form:
    """What would be sent if nothing was typed."""

    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select = self.area = ""
        self.typed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form()
            self.forms.append(self.form)
        if self.form is None or not (name := told.get("name", "") or self.select):
            return
        kind = told.get("type", "text")
        if tag == "input" and kind not in ("submit", "button", "file", "image", "reset"):
            if kind not in ("checkbox", "radio") or "checked" in told:
                self.form.fields[name] = told.get("value", "on" if kind == "checkbox" else "")
        elif tag == "textarea":
            self.area, self.typed = name, []
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in told:
            self.form.fields[self.select] = told.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.typed.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area and self.form is not None:
            # The first line break after the tag is none of the text.
            self.form.fields[self.area] = "".join(self.typed).removeprefix("\n")
            self.area = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.form = None


def form_in(page: str, having: str = "csrfmiddlewaretoken") -> Form:
    """The form of a page that has a field of that name, without the rows that a script copies; {} for none."""
    reading = _Forms()
    reading.feed(page)
    with_it = [one for one in reading.forms if having in one.fields]
    found = max(with_it, key=lambda one: len(one.fields), default=Form())
    # Empty rows stand in the page as patterns.
    return Form({name: value for name, value in found.fields.items() if "__prefix__" not in name})


_OUTSTANDING = re.compile(
    r'<(h1)[^>]*>(.*?)</h1>|<(p|li|div|ul)[^>]*(?:class="[^"]*(?:errornote|errorlist|talk-refusal|talk-failed|wrong|'
    r'error|warning|success|info)[^"]*"|role="alert")[^>]*>(.*?)</\3>',
    re.DOTALL,
)
_AFTER_HEADING = re.compile(r"</h1>\s*<p[^>]*>(.*?)</p>", re.DOTALL)


def sentences(page: str) -> str:
    """The heading of a page with what stands below it, and what says that something is wrong."""
    found = [one[1] or one[3] for one in _OUTSTANDING.findall(page)]
    if below := _AFTER_HEADING.search(page):
        found.insert(1, below[1])
    words = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in found]
    return " · ".join(dict.fromkeys(word for word in words if word))[:300]
