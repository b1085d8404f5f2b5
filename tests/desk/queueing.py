"""Addresses of the queue, and comments that wait in it, for its tests."""

from __future__ import annotations

from django.urls import reverse

from comments.choices import State
from tests.comments.people import reader, written
from tests.factories import ArticleFactory

QUEUE = reverse("admin:comments_comment_queue")
DECIDE = reverse("admin:comments_comment_decide")
UNDO = reverse("admin:comments_comment_undo")
BULK = reverse("admin:comments_comment_bulk")
BAN = reverse("admin:comments_comment_ban")
JSON = {"HTTP_ACCEPT": "application/json"}
HARM = "<script>alert(1)</script>"


def waiting(article=None, **fields):
    article = article or ArticleFactory(is_public=True)
    fields = {"author": reader(), "state": State.PENDING, **fields}
    return written(article, **fields)


def seen(comment, **more):
    return {
        "comment": comment.pk,
        "state": comment.state,
        "revision": comment.revision,
        **more,
    }


def keys(response):
    return [row.pk for row in response.context["page"].items]
