"""Whether an account's comments are looked at first: set where its record stands."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from .. import moderation, readers
from .acting import acting
from .deciding import page_of
from .place import Place


class ReviewMixin:
    """Adds `queue/review/`, which sets `Reader.review` of a comment's author. POST only."""

    def get_urls(self) -> list[Any]:
        return [
            acting(self.admin_site, "queue/review/", self.review_view, "comments_comment_review"),
            *super().get_urls(),
        ]

    def review_view(self, request: HttpRequest) -> HttpResponse:
        self.require_moderator(request)
        comment = self._comment(request)
        reader = readers.reader_of(comment.author) if comment.author else None
        if reader is None:
            messages.error(request, _("This account is gone."))
        else:
            try:
                with transaction.atomic():
                    readers.set_review(reader, request.POST.get("review", ""), by=request.user)
                    self.log_change(request, reader.user, str(reader.get_review_display()))
            except moderation.Refused as refused:
                messages.error(request, str(refused))
            else:
                told = _("Comments of %(name)s are reviewed: %(review)s.") % {
                    "name": reader,
                    "review": reader.get_review_display(),
                }
                messages.success(request, told)
        if request.POST.get("back") == "page":
            return HttpResponseRedirect(page_of(comment))
        return HttpResponseRedirect(Place(request.POST).url(c=comment.pk))
