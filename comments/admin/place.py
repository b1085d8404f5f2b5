"""Where in the queue somebody is, out of an address or a form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from .. import queue
from ..models import Comment


def number(value: Any) -> int | None:
    """A key out of an address or a form; None for what is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


class Place:
    """Where in the queue somebody is: the tab, and whose or which comments alone."""

    def __init__(self, values: Any) -> None:
        self.tab = queue.TABS.get(values.get("tab", ""), queue.TABS["all"])
        self.author = number(values.get("author", ""))
        self.same = number(values.get("same", ""))

    @property
    def is_narrowed(self) -> bool:
        return self.author is not None or self.same is not None

    @property
    def fields(self) -> dict[str, Any]:
        """As fields of an address or a form."""
        fields = {"tab": self.tab.key if self.tab.key != "all" else None}
        fields |= {"author": self.author, "same": self.same}
        return {name: value for name, value in fields.items() if value is not None}

    def url(self, **more: Any) -> str:
        found = urlencode(
            self.fields | {key: value for key, value in more.items() if value is not None}
        )
        base = reverse("admin:comments_comment_queue")
        return f"{base}?{found}" if found else base

    @property
    def url_of_tab(self) -> str:
        """The whole tab again."""
        base = reverse("admin:comments_comment_queue")
        return base if self.tab.key == "all" else f"{base}?tab={self.tab.key}"

    def rows(self) -> QuerySet[Comment]:
        """The comments of this place. Raises Http404 for “the same as” one that is not there."""
        fingerprint = None
        if self.same is not None:
            fingerprint = (
                Comment.objects.filter(pk=self.same).values_list("fingerprint", flat=True).first()
            )
            if fingerprint is None:
                raise Http404
        return queue.narrowed(queue.of_tab(self.tab), author=self.author, same=fingerprint)
