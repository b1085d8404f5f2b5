"""Pages as they are rendered for everybody are those that the whole of Django answers to somebody unknown."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from newsroom.pages import PageHandler
from tests.factories import ArticleFactory, PublicationFactory, RedirectFactory

pytestmark = pytest.mark.django_db

ADDRESSES = [
    *("/", "/terkini/", "/terpopuler/", "/redaksi/", "/redaksi", "/kontak/", "/cari/?q=laut"),
    *("/tokoh/", "/ralat/", "/nirwana/", "/lama/", "/rss.xml", "/sitemap.xml", "/robots.txt"),
    *("/moderasi/", "/ketentuan-komentar/", "/ads.txt", "/popolo.json", "/2020/13/01/x/"),
]
# Those that the page cache makes itself.
OURS = {"ETag", "Vary", "Content-Length", "X-Accel-Expires"}


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_is_the_same_without_sessions_and_accounts(client, reader, address):
    PublicationFactory()
    ArticleFactory(is_public=True, headline="Laut tenang")
    RedirectFactory(path="/lama/")
    whole = client.get(address)
    page = reader.get(address)
    assert page.status == whole.status_code
    assert page.body == whole.content
    # The order of a policy's directives says nothing.
    for headers in (told := [dict(whole.headers), page.headers]):
        headers["Content-Security-Policy"] = sorted(headers["Content-Security-Policy"].split("; "))
    whole_told, page_told = ({n: v for n, v in one.items() if n not in OURS} for one in told)
    assert page_told == whole_told


def test_pages_have_only_middleware_that_everybody_has_or_a_kind_of_it():
    everybodys = tuple(import_string(name) for name in settings.MIDDLEWARE)
    for name in settings.PAGE_MIDDLEWARE:
        assert issubclass(import_string(name), everybodys), name
    assert len(settings.PAGE_MIDDLEWARE) < len(everybodys)
    before = list(settings.MIDDLEWARE)
    PageHandler()
    assert before == settings.MIDDLEWARE
