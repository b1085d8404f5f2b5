"""What a browser tells, for tests: the marks and tokens that it would have got, and the requests it would send."""

from __future__ import annotations

import datetime
import json
import time
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client

from ads import tokens
from ads.models import Discard, Event, Placement

BROWSER = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Mobile Safari/537.36"
)


def placement(key: str = "article-top-1") -> int:
    return Placement.objects.get(key=key).pk


def now_minus(seconds: int = 10) -> int:
    return int(time.time()) - seconds


def arrival(
    *drawn: tuple[int, int | None],
    page: tokens.Page | None = None,
    at: int | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A page view with valid marks of what it drew, (placement, creative) each."""
    page = page or tokens.Page("article", 7, 70)
    at = now_minus() if at is None else at
    told = {
        "visit": str(uuid.uuid4()),
        "page": tokens.page_token(page),
        "t": at,
        "m": tokens.mark(at, page.key, 0, None),
        "device": "phone",
        "drawn": [[p, c or 0, tokens.mark(at, page.key, p, c)] for p, c in drawn],
    }
    return told | changes


def post(client: Client, path: str, told: Any, **headers: str) -> Any:
    """Send it as `sendBeacon` does; bytes and text go as they are."""
    body = told if isinstance(told, (bytes, str)) else json.dumps(told)
    sent = {"user-agent": BROWSER} | {k.replace("_", "-"): v for k, v in headers.items()}
    return client.post(path, body, content_type="text/plain;charset=UTF-8", headers=sent)


def arrive(client: Client, *drawn: tuple[int, int | None], **more: Any) -> list[str | None]:
    """The showing tokens of a page view that drew these."""
    response = post(client, "/s/tiba", arrival(*drawn, **more))
    assert response.status_code == 200, response.content
    shown: list[str | None] = response.json()["shown"]
    return shown


def tell(client: Client, *told: tuple[str | None, str]) -> Any:
    return post(client, "/s/lihat", {"told": told})


def events() -> list[tuple[str, int | None, int | None]]:
    return sorted(Event.objects.values_list("kind", "placement_id", "creative_id"), key=str)


def discards() -> dict[tuple[str, int | None, int | None], int]:
    found = Discard.objects.values_list("reason", "placement_id", "creative_id", "count")
    return {(reason, where, what): count for reason, where, what, count in found}


def click(client: Client, creative: int, token: str | None, **headers: str) -> Any:
    sent = {"user-agent": BROWSER} | {k.replace("_", "-"): v for k, v in headers.items()}
    return client.get(f"/s/ke/{creative}", {"t": token or ""}, headers=sent)


def local(*parts: int) -> datetime.datetime:
    """A time of the publication's zone."""
    year, month, day, *rest = parts
    return datetime.datetime(year, month, day, *rest, tzinfo=ZoneInfo("Asia/Makassar"))  # type: ignore[misc]
