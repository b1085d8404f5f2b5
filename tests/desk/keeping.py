"""What a story form says to the server while somebody writes, as its script would say it."""

from __future__ import annotations

import gzip
import json
import uuid
from typing import Any

from django.urls import reverse

from articles import keeping

PULSE = reverse("admin:articles_article_pulse")
COMPARE = reverse("admin:articles_article_kept_compare")


def tab() -> str:
    return str(uuid.uuid4())


def values(headline: str = "Panen", **more: Any) -> dict[str, Any]:
    """The form with a headline in it."""
    rows = more.pop("rows", {"attendances": []})
    return {"fields": {"headline": headline, "body": "<p>Panen dimulai.</p>", **more}, "rows": rows}


def say(client: Any, url: str = PULSE, *, user: Any, is_packed: bool = False, **told: Any) -> Any:
    """POST what a form says; the response."""
    sent = json.dumps({"user": user.pk, **told}).encode()
    headers = {"accept": "application/json"}
    if is_packed:
        sent, headers = gzip.compress(sent), headers | {"content-encoding": "gzip"}
    return client.post(url, sent, content_type="application/json", headers=headers)


def kept(user: Any) -> list[tuple[str, str]]:
    """The names of the forms and the headlines that are kept of somebody, the newest first."""
    return [(one.tab, one.values["fields"]["headline"]) for one in keeping.of(user)]


def page_of(tab: str) -> str:
    return reverse("admin:articles_article_kept", args=[tab])


def discard(tab: str) -> str:
    return reverse("admin:articles_article_kept_discard", args=[tab])
