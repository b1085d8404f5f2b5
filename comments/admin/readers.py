"""Whether an account's comments are looked at first: set where its record stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from ..models import Comment


class ReviewMixin:
    """Until readers' accounts have their own settings there is nothing to choose."""

    def review_choices(self, request: HttpRequest, comment: Comment) -> list[Any]:
        return []
