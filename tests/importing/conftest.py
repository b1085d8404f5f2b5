"""Small exports written by tests, and an import as the command runs it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

DATA = Path(__file__).parent / "data"
KINDS = ("articles", "pages", "comments", "authors", "sections", "tags", "media", "redirects")

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>Suara Lama</title><link>https://lama.example</link><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_blog_url>https://lama.example</wp:base_blog_url>
"""
FOOT = "</channel>\n</rss>\n"


def cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>"


def comment(
    number: int, body: str = "Setuju.", *, parent: int = 0, approved: str = "1", **more: str
) -> str:
    fields = {
        "comment_author": cdata("Daeng Rani"),
        "comment_author_email": "rani@example.org",
        "comment_author_IP": "192.0.2.7",
        "comment_date": "2024-03-02 09:00:00",
        "comment_date_gmt": "2024-03-02 01:00:00",
        "comment_type": "",
    } | more
    inner = "".join(f"<wp:{name}>{value}</wp:{name}>" for name, value in fields.items())
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_content>{cdata(body)}"
        f"</wp:comment_content><wp:comment_approved>{approved}</wp:comment_approved>"
        f"<wp:comment_parent>{parent}</wp:comment_parent>{inner}</wp:comment>"
    )


def item(
    number: int = 7,
    title: str = "Jembatan diresmikan",
    body: str = "Warga datang.",
    *,
    kind: str = "post",
    status: str = "publish",
    slug: str | None = None,
    date: str = "2024-03-01 08:30:00",
    gmt: str = "2024-03-01 00:30:00",
    creator: str = "baso",
    link: str | None = None,
    meta: dict[str, str] | None = None,
    inner: str = "",
) -> str:
    """An item of a WordPress export; `inner` is put in as it stands."""
    slug = slug if slug is not None else f"slug-{number}"
    link = link if link is not None else f"https://lama.example/2024/03/{slug}/"
    metas = "".join(
        f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value>{cdata(value)}</wp:meta_value></wp:postmeta>"
        for key, value in (meta or {}).items()
    )
    return f"""<item>
<title>{cdata(title)}</title><link>{escape(link)}</link><dc:creator>{cdata(creator)}</dc:creator>
<guid isPermaLink="false">https://lama.example/?p={number}</guid>
<content:encoded>{cdata(body)}</content:encoded><excerpt:encoded></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date>{date}</wp:post_date><wp:post_date_gmt>{gmt}</wp:post_date_gmt>
<wp:post_name>{slug}</wp:post_name><wp:status>{status}</wp:status><wp:post_parent>0</wp:post_parent>
<wp:post_type>{kind}</wp:post_type>{metas}{inner}
</item>
"""


def wxr(*parts: str) -> str:
    """A WordPress export of the site lama.example."""
    return HEAD + "".join(parts) + FOOT


@dataclass
class Result:
    """What a run reported and printed."""

    report: dict[str, Any]
    returncode: int = 0
    error: str = ""
    output: str = ""
    reasons: list[str] = field(default_factory=list)

    def count(self, kind: str) -> tuple[int, int, int, int]:
        """found, imported, unchanged, skipped"""
        return tuple(self.report[kind].values())  # type: ignore[return-value]

    def reason(self, item: str) -> str:
        """Why an item whose name holds `item` was noted; all reasons, a line each."""
        found = [p["reason"] for p in self.report["problems"] if item in p["item"]]
        return "\n".join(found)


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run an import of text or of files; `system` is "wordpress" or "blogger"."""
    numbers = iter(range(1000))

    def run_import(
        *sources: str | bytes | Path, system: str = "wordpress", **options: Any
    ) -> Result:
        files = []
        for source in sources:
            if isinstance(source, Path):
                files.append(source)
                continue
            path = tmp_path / f"export-{next(numbers)}.xml"
            path.write_bytes(source if isinstance(source, bytes) else source.encode())
            files.append(path)
        report = tmp_path / f"report-{next(numbers)}.json"
        out = io.StringIO()
        result = Result({})
        try:
            call_command(
                f"import_{system}", *map(str, files), report=str(report), stdout=out, **options
            )
        except CommandError as error:
            result.returncode, result.error = error.returncode, str(error)
        result.output = out.getvalue()
        if report.exists():
            result.report = json.loads(report.read_text())
            assert_adds_up(result.report)
            result.reasons = [problem["reason"] for problem in result.report["problems"]]
        return result

    return run_import


def assert_adds_up(report: dict[str, Any]) -> None:
    assert set(report) == {*KINDS, "problems"}
    for kind in KINDS:
        count = report[kind]
        assert set(count) == {"found", "imported", "unchanged", "skipped"}
        assert count["found"] == count["imported"] + count["unchanged"] + count["skipped"], kind
    for problem in report["problems"]:
        assert set(problem) == {"item", "reason"}
        assert problem["reason"]


def rows_as_they_are() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table with its place on the disk: any write, even of the same values, shows."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT xmin::text, ctid::text, t::text FROM "{table}" t')
            found[table] = sorted(cursor.fetchall())
    return found
