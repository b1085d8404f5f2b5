"""Django as it renders pages that are kept for everybody."""

from __future__ import annotations

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponseBase

from pagecache.replica import reading


class PageHandler(WSGIHandler):
    """Django with PAGE_MIDDLEWARE alone: no session, account or token is even looked for.

    So none can come into a page that is kept, and a page takes a fifth less time. Asked only for addresses that
    `pagecache.addresses` lets through; a view behind one that looks for who asks fails.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        whole = settings.MIDDLEWARE
        settings.MIDDLEWARE = settings.PAGE_MIDDLEWARE
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = whole

    def _get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Where Django calls the view and renders its template, and an error is still an error and no answer.

        So what a replica could not answer is rendered again before anything is said of it, in a log or to a reader.
        """
        answer: HttpResponseBase = reading.read(
            lambda: super(PageHandler, self)._get_response(request)
        )
        return answer
