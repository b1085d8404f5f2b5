"""The desk's lists over an archive: 100,000 stories, and what grows with them.

Each list is asked for as its first page, as a later one, filtered and searched. Counted are the queries, and looked
at is how PostgreSQL answers each: no large table is read from end to end, and nothing large is sorted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from ads.models import Campaign, PaidStory
from articles.models import (
    Article,
    ArticlePhoto,
    Attendance,
    Author,
    Byline,
    Correction,
    Organisation,
    Person,
    Photo,
    Redirect,
    Revision,
    Tag,
    TaggedArticle,
    Tenure,
    VersionHold,
)
from comments.models import Comment, Discussion, place_in_thread
from newsroom.models import OutgoingMail
from tests.ads.factories import FlightFactory
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    BylineFactory,
    CorrectionFactory,
    RedirectFactory,
    TagFactory,
    TenureFactory,
    VersionHoldFactory,
)

# What every row of a list begins with: its first page has to be told without the others.
IN_EVERY_ROW = {
    "articles.article": "berita",
    "articles.person": "nama",
    "articles.tag": "salinan",
    "articles.redirect": "/lama/",
    "accounts.user": "pembaca",
    "ads.paidstory": "berita",
    "newsroom.outgoingmail": "a@",
}
STORIES = 100_000
FIRST = 1_000_000
# Whoever reads fewer rows than this reads them as fast as any index would tell.
SMALL = 5000


def story(every: int = 1) -> str:
    """The key of a copied story, a different one for each copy `n` in turn."""
    return f"{FIRST} + (n * {every}) % {STORIES}"


# How often the row is copied, and what differs in copy `n`.
COPIES: dict[type[models.Model], tuple[int, dict[str, str]]] = {
    Article: (
        STORIES,
        {
            "headline": "'Berita nomor ' || n || ' dari Bulusirua'",
            "slug": "'berita-' || n",
            "status": "(ARRAY['draft', 'in_review', 'returned', 'approved', 'published'])"
            "[CASE WHEN n % 100 < 4 THEN 1 + n % 100 ELSE 5 END]",
            "kind": "(ARRAY['news', 'feature', 'opinion', 'paid'])[1 + n % 4]",
            "sponsor": "'Toko Makmur'",
            "publish_at": "x.publish_at - n * interval '1 minute'",
            "published_on": "(x.publish_at - n * interval '1 minute')::date",
        },
    ),
    Person: (
        50_000,
        {
            "name": "'Nama ' || n",
            "name_key": "'nama ' || n",
            "slug": "'nama-' || n",
            "is_public": "n % 3 = 0",
        },
    ),
    Tag: (20_000, {"name": "'salinan ' || n", "slug": "'salinan-' || n"}),
    Author: (500, {"name": "'Penulis ' || n", "slug": "'penulis-' || n", "user_id": "NULL"}),
    Organisation: (4000, {"name": "'Dinas ' || n", "slug": "'dinas-' || n"}),
    Photo: (
        60_000,
        {
            "source_sha256": "md5(n::text)",
            "caption": "'Foto sawah ' || n",
            "is_ai_generated": "n % 100 = 0",
        },
    ),
    Byline: (STORIES, {"article_id": story(), "author_id": f"{FIRST} + n % 500"}),
    ArticlePhoto: (STORIES, {"article_id": story(), "photo_id": f"{FIRST} + n % 60000"}),
    TaggedArticle: (
        3 * STORIES,
        {"content_object_id": story(), "tag_id": f"{FIRST} + (n + n / {STORIES}) % 20000"},
    ),
    Attendance: (
        3 * STORIES,
        {
            "article_id": story(),
            "person_id": f"{FIRST} + (n + n / {STORIES}) % 50000",
            "tenure_id": "NULL",
        },
    ),
    Tenure: (20_000, {"person_id": f"{FIRST} + n % 50000"}),
    Revision: (2 * STORIES, {"article_id": story(), "number": "2 + n"}),
    Correction: (2000, {"article_id": story()}),
    Comment: (
        2 * STORIES,
        {
            "article_id": story(),
            "path": f"ARRAY[({FIRST} + n)::bigint]",
            "state": "CASE WHEN n % 500 = 0 THEN 'spam' ELSE x.state END",
            "is_shown": "n % 500 > 0",
        },
    ),
    Discussion: (
        STORIES - 1,
        {
            "article_id": story(),
            "openness": "CASE WHEN n % 9000 = 0 THEN 'closed' ELSE 'default' END",
        },
    ),
    VersionHold: (
        2000,
        {"article_id": story(), "created_at": "x.created_at - n * interval '1 minute'"},
    ),
    Redirect: (60_000, {"path": "'/lama/' || n", "article_id": story()}),
    User: (
        40_000,
        {
            "email": "'pembaca' || n || '@example.org'",
            "name": "'Pembaca ' || n",
            "is_staff": "false",
            "is_superuser": "false",
            "is_active": "n % 50 > 0",
        },
    ),
    OutgoingMail: (40_000, {}),
    # Every fourth story is a paid one.
    PaidStory: (2000, {"article_id": f"{FIRST} + {STORIES} - 1 - n * 4"}),
}


def fill() -> None:
    """One row of each, and its copies; large tables are counted anew for the planner."""
    article = ArticleFactory(is_public=True, headline="Berita")
    BylineFactory(article=article)
    ArticlePhotoFactory(article=article)
    TaggedArticle.objects.create(content_object=article, tag=TagFactory())
    AttendanceFactory(article=article)
    TenureFactory()
    CorrectionFactory(article=article)
    RedirectFactory(article=article, target="")
    Organisation.objects.first() or TenureFactory()
    Revision.objects.create(article=article, number=1, snapshot={}, status=article.status)
    comment = Comment(article=article, author_name="Rani", body="Bagus.", state="approved")
    place_in_thread([comment])
    comment.save()
    VersionHoldFactory(article=article)
    OutgoingMail.objects.create(to="a@example.org", sender="b@example.org", subject="A", text="A")
    campaign = Campaign.objects.get(pk=FlightFactory().campaign_id)
    PaidStory.objects.create(article=article, campaign=campaign)
    with connection.cursor() as cursor:
        # What waits for the end of the transaction has to be done before triggers can be switched off.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model, (number, different) in COPIES.items():
            copy(cursor, model, number, different)
        cursor.execute("ANALYZE")


def copy(cursor: Any, model: type[models.Model], number: int, different: dict[str, str]) -> None:
    table = model._meta.db_table
    columns = {
        field.column: different.get(field.column, f'x."{field.column}"')
        for field in model._meta.local_concrete_fields
        if not getattr(field, "generated", False)
    }
    if model._meta.pk and model._meta.pk.remote_field is None:
        columns[model._meta.pk.column] = f"{FIRST} + n"
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(map(connection.ops.quote_name, columns))}) SELECT {', '.join(columns.values())} "
        f"FROM (SELECT * FROM {table} ORDER BY 1 LIMIT 1) x, generate_series(0, {number - 1}) n"
    )
    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def queries(client: Client, url: str) -> tuple[Any, list[str]]:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    # One row of settings has its form in the place of its list.
    assert response.status_code in {200, 302}, url
    return response, [query["sql"] for query in captured if query["sql"].startswith("SELECT")]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def faults(sql: str) -> list[str]:
    """What reads or sorts more rows than any page has use for, in the plan that was carried out."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql.replace("%", "%%"), [])
        (plan,) = cursor.fetchone()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    found = []
    for node in nodes(plan[0]["Plan"]):
        rows = node["Actual Rows"] * node["Actual Loops"]
        removed = node.get("Rows Removed by Filter", 0) * node["Actual Loops"]
        if rows + removed > SMALL:
            found.append(
                f"{node['Node Type']} {node.get('Relation Name', '')} {rows + removed:,.0f}"
            )
    return found


def addresses(model: type[models.Model], model_admin: Any, response: Any) -> Iterator[str]:
    """The list's other pages: the next one, one of each filter, one that finds something, one that does not."""
    changelist = response.context["cl"]
    if getattr(changelist, "next_url", ""):
        yield changelist.next_url
    for spec in changelist.filter_specs:
        for choice in list(spec.choices(changelist))[1:4]:
            yield choice["query_string"]
    if model_admin.search_fields:
        yield "?q=nama+7771"
        yield "?q=xyzzy"
        if text := IN_EVERY_ROW.get(model._meta.label_lower):
            yield f"?q={text}"


@pytest.mark.usefixtures("thousands")
def test_no_list_reads_or_sorts_an_archive(member: Any, at_desk: Any) -> None:
    client = at_desk(member("administrator"))
    fill()
    slow = []
    for model, model_admin in admin.site._registry.items():
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        url = reverse(f"admin:{name}_changelist")
        response, first = queries(client, url)
        if not getattr(response, "context", None) or "cl" not in response.context:
            continue
        asked = {url: first}
        for more in addresses(model, model_admin, response):
            asked[more] = queries(client, url + more)[1]
        for address, sent in asked.items():
            slow += [
                f"{name} {address}: {fault}\n    {sql}" for sql in sent for fault in faults(sql)
            ]
    assert not slow, "\n".join(slow)
