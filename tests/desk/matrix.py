"""Every address of the desk, with rows behind it, asked as anybody; the table of docs/roles.md says what is answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

ROLES = ["administrator", "chief_editor", "editor", "reporter", "moderator", "ad_desk"]
TABLE = Path(__file__).resolve().parents[2] / "docs" / "roles.md"
DOOR = "/admin/login/"
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Address:
    """One address of the desk: as the table writes it, and with the rows of a test put in."""

    name: str
    url: str
    # What is sent when it is acted upon.
    sent: tuple[tuple[str, str], ...] = ()
    # Whether nothing being there is what who may come in is told; otherwise it means that they may not.
    is_empty: bool = False


def routes() -> Iterator[str]:
    """What stands behind /admin/ in each address, as Django writes it."""
    resolver = get_resolver()
    desk = next(one for one in resolver.url_patterns if getattr(one, "namespace", "") == "admin")

    def walk(patterns: Any, before: str) -> Iterator[str]:
        for one in patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLPattern):
                yield route
            else:
                yield from walk(one.url_patterns, route)

    return walk(desk.url_patterns, "")


def addresses(rows: dict[str, Any]) -> list[Address]:
    """All of them. `rows` gives the key of a row by model ("articles.article") and other arguments by name.

    Raises KeyError for an argument that nobody gives.
    """
    found = []
    for route in routes():
        if route.endswith("(?P<url>.*)$"):  # whatever is left: nothing
            continue
        if "(?P<app_label>" in route:
            labels = sorted({model._meta.app_label for model in admin.site._registry})
            found += [Address(f"{label}/", f"/admin/{label}/") for label in labels]
            continue
        # Django's older address of a row, which leads to its newer one.
        if route.endswith("/<path:object_id>/") and not route.startswith("r/"):
            continue
        for given in rows["several"].get(route, [{}]):
            found.append(_filled(route, rows, given))
    return found


def _filled(route: str, rows: dict[str, Any], given: dict[str, str]) -> Address:
    parts = route.split("/")
    model = ".".join(parts[:2])

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in given:
            return given[name]
        if (route, name) in rows:
            return str(rows[route, name])
        if name in {"object_id", "pk", "key", "id"} and model in rows:
            return str(rows[model])
        return str(rows[name])

    shown = _ARGUMENT.sub(lambda match: given.get(match[1], f"<{match[1]}>"), route)
    return Address(
        shown or "(first screen)",
        "/admin/" + _ARGUMENT.sub(value, route),
        tuple(rows["sent"].get(route, {}).items()),
        is_empty=route in rows["empty"],
    )


def answer(client: Client, address: Address) -> str:
    """What that person gets there: "look", "act", "look act" or "" for a closed door.

    Looking is a GET, acting a POST, mostly with an empty form; whatever it changed is undone.
    """
    looks = _is_open(client, address, lambda: client.get(address.url))
    acts = _is_open(client, address, lambda: client.post(address.url, dict(address.sent)))
    return " ".join(word for word, may in (("look", looks), ("act", acts)) if may)


def _is_open(client: Client, address: Address, ask: Callable[[], Any]) -> bool:
    signed_in = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        response = ask()
        transaction.set_rollback(True)
    # Also who has just signed out.
    client.cookies.clear()
    client.cookies.load(signed_in)
    if response.status_code in {301, 302}:
        return not response.url.startswith(DOOR)
    assert response.status_code < 500, (address, response.status_code)
    return response.status_code not in ({403, 405} if address.is_empty else {403, 404, 405})


def table(heading: str) -> dict[str, dict[str, str]]:
    """What people read under a heading of docs/roles.md: by address or action, by role."""
    part = TABLE.read_text().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = {}
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == len(ROLES) + 1 and cells[0].startswith("`"):
            said = ["" if cell == "–" else cell for cell in cells[1:]]
            found[cells[0].strip("`")] = dict(zip(ROLES, said, strict=True))
    return found
