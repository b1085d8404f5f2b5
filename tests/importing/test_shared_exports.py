"""Exports that others published: each goes in, adds up, and changes nothing the second time."""

from pathlib import Path

import pytest
from django.test import Client

from articles.choices import Status
from articles.models import Article, Redirect

from .conftest import DATA, Run, rows_as_they_are

pytestmark = pytest.mark.django_db

# articles, pages, comments, authors, sections, tags, media, redirects: found
FOUND = {
    "wordpress/ghost-co-authors-plus.xml": (4, 0, 0, 3, 0, 1, 0, 4),
    "wordpress/ghost-feature-image-captions.xml": (3, 0, 0, 1, 0, 0, 2, 3),
    "wordpress/ghost-has-audio-enclosure-with-libsyn-embed.xml": (1, 0, 0, 1, 0, 0, 0, 2),
    "wordpress/ghost-has-audio-enclosure.xml": (1, 0, 0, 1, 0, 0, 0, 2),
    "wordpress/ghost-has-meta.xml": (0, 0, 0, 2, 1, 0, 0, 0),
    "wordpress/ghost-has-yoast-meta.xml": (2, 0, 0, 1, 0, 0, 0, 4),
    "wordpress/ghost-multiple_attachments-only.xml": (0, 0, 0, 0, 0, 0, 1, 0),
    "wordpress/ghost-multiple_pages-only.xml": (0, 1, 0, 1, 0, 0, 0, 1),
    "wordpress/ghost-multiple_posts-only.xml": (3, 0, 0, 2, 1, 2, 0, 2),
    "wordpress/ghost-sample-no-slug.xml": (3, 1, 0, 2, 1, 2, 1, 0),
    "wordpress/ghost-sample-with-alt.xml": (1, 0, 0, 1, 1, 1, 1, 1),
    "wordpress/ghost-sample.xml": (3, 1, 0, 2, 1, 2, 1, 3),
    "wordpress/google-wordpress-sample.wxr": (3, 1, 2, 1, 4, 3, 1, 7),
    "wordpress/google-wordpress.1.xml": (4, 2, 3, 2, 2, 3, 4, 6),
    "wordpress/google-wordpress.2.xml": (3, 1, 2, 1, 4, 3, 1, 7),
    "wordpress/refinerycms-wordpress_dump.xml": (3, 3, 3, 1, 3, 4, 2, 4),
    "blogger/google-blogger-sample.xml": (3, 0, 2, 1, 0, 3, 2, 3),
    "blogger/google-blogger.goldenfile.1.xml": (4, 0, 3, 2, 0, 2, 1, 4),
    "blogger/google-blogger.goldenfile.2.xml": (3, 0, 2, 1, 0, 3, 2, 3),
}


def test_every_file_is_expected() -> None:
    files = [*DATA.glob("*/*.xml"), *DATA.glob("*/*.wxr")]
    assert sorted(FOUND) == sorted(str(path.relative_to(DATA)) for path in files)


@pytest.mark.parametrize("name", FOUND)
def test_shared_export_is_taken_over_once(run: Run, name: str) -> None:
    path: Path = DATA / name
    system = path.parent.name
    first = run(path, system=system)
    assert first.returncode == 0
    assert tuple(count["found"] for count in list(first.report.values())[:8]) == FOUND[name]
    # Only pictures, whose files nobody gave, are left out.
    assert {k for k, v in first.report.items() if k != "problems" and v["skipped"]} <= {"media"}

    before = rows_as_they_are()
    second = run(path, system=system)
    assert [second.count(k)[1] for k in FOUND_KINDS] == [0] * 8
    assert [second.count(k)[0] for k in FOUND_KINDS] == [first.count(k)[0] for k in FOUND_KINDS]
    assert rows_as_they_are() == before


FOUND_KINDS = ("articles", "pages", "comments", "authors", "sections", "tags", "media", "redirects")


def test_files_of_one_site_are_one_site_in_any_order(run: Run) -> None:
    parts = [
        DATA / f"wordpress/ghost-multiple_{part}-only.xml"
        for part in ("posts", "pages", "attachments")
    ]
    whole = run(DATA / "wordpress/ghost-sample.xml")
    again = run(*reversed(parts))
    assert whole.count("articles") == (3, 3, 0, 0)
    assert again.count("articles") == (3, 0, 3, 0)
    assert again.count("pages") == (1, 0, 1, 0)
    assert again.count("authors") == (2, 0, 2, 0)


def test_all_shared_exports_fit_beside_each_other(run: Run) -> None:
    files = sorted((DATA / "wordpress").glob("*.xml"))
    first = run(*files)
    assert first.count("articles")[3] == 0
    before = rows_as_they_are()
    second = run(*files)
    assert [second.count(k)[1] for k in FOUND_KINDS] == [0] * 8
    assert rows_as_they_are() == before


def test_numbers_of_categories_and_authors_lead_to_their_lists(run: Run, client: Client) -> None:
    run(DATA / "wordpress/refinerycms-wordpress_dump.xml")
    author = "/penulis/admin/"
    expected = {
        "/wordpress/?author=1": author,
        "/wordpress/?cat=7": "/rubrik/rant/",
        "/wordpress/?cat=3": "/rubrik/tutorials/",
        "/wordpress/?cat=1": "/rubrik/uncategorized/",
    }
    told = Redirect.objects.filter(path__regex=r"\?(cat|author)=")
    assert dict(told.values_list("path", "target")) == expected
    for path, target in expected.items():
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (301, target)
        assert client.get(target).status_code == 200
    assert client.get("/wordpress/?cat=8").status_code == 404
    # Who signs nothing that is public has no page.
    Article.objects.update(status=Status.DRAFT)
    assert client.get("/wordpress/?author=1").status_code == 404
