"""What stands beside the stories of `manage.py load_corpus`: threads, live coverage, paid stories, letters, requests.

The corpus has stories, their people and their comments. A newsroom that works has more, which its lists and pages show,
and an empty list says nothing about a full one. Everything here grows with the archive, and of everything there are two
pages of a list in the smallest already. Rows are written by the database, without triggers: what these would have
derived comes with the rows. Photos are not among them: their lists are held to plans by tests/desk/test_large_lists.py.
"""

from __future__ import annotations

from typing import Any

# Two pages of a list of the desk are full of these.
FEWEST = 150
VERSIONS_OF_STORY = 4
ENTRIES_OF_COVERAGE = 60
ENTRIES_OF_ISSUE = 8
DAYS_BACK = "(SELECT max(publish_at) FROM articles_article) - g.n * interval '1 hour'"


def fill(connection: Any, stories: int) -> None:
    """Write everything, once: does nothing where it is written already."""
    from django.db import transaction

    from ads.models import PaidStory

    if PaidStory.objects.exists():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        # What waits for the end of the transaction has to be looked at before triggers can rest.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE TEMPORARY TABLE told ON COMMIT DROP AS SELECT *, row_number() OVER (ORDER BY id DESC) AS n "
            "FROM (SELECT id, headline, standfirst, section_id, publish_at FROM articles_article "
            "WHERE status = 'published' AND NOT is_identity_protected AND kind = 'news') x"
        )
        cursor.execute("CREATE UNIQUE INDEX ON told (n)")
        rows = Rows(cursor)
        for write in (_of_stories, _of_sales, _of_readers, _of_the_desk):
            write(rows, stories)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(sorted(rows.tables))}")


class Rows:
    """Writes rows of a model's table, and knows which tables were written."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.tables: set[str] = set()

    def insert(self, model: Any, count: int, *, join: str = "", **columns: str) -> None:
        """Rows `g.n` from 1 to `count`: each column by its expression, every other as Django would leave it."""
        names, values, given = [], [], []
        for field in model._meta.local_concrete_fields:
            name = field.column
            if name in columns:
                values.append(columns[name].replace("%", "%%"))
            elif getattr(field, "generated", False) or field.primary_key or field.has_db_default():
                continue
            else:
                values.append("%s")
                given.append(field.get_db_prep_save(field.get_default(), self._cursor.db))
            names.append(f'"{name}"')
        join = join.replace("%", "%%")
        self.write(
            model,
            f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) SELECT {', '.join(values)} "
            f"FROM generate_series(1, {count}) g(n) {join}",
            given,
        )

    def write(self, model: Any, statement: str, given: Any = None) -> None:
        """Carry out a statement while the triggers of the table rest."""
        table = model._meta.db_table
        self._cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self._cursor.execute(statement, given)
        # What it left for the end of the transaction would keep the table from being changed back.
        self._cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self._cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        self.tables.add(table)


def _of_stories(rows: Rows, stories: int) -> None:
    from articles.models import (
        Article,
        Correction,
        Coverage,
        Instalment,
        LiveEntry,
        Publication,
        Redirect,
        Revision,
        StoryThread,
        VersionHold,
    )

    threads = FEWEST + stories // 1000
    rows.insert(
        StoryThread,
        threads,
        id="g.n",
        name="'Perkembangan sungai ' || g.n",
        slug="'perkembangan-' || g.n",
        ended_on=f"CASE WHEN g.n > {threads // 2} THEN current_date END",
    )
    # One story of twenty, and most of them in the threads that were begun first.
    rows.insert(
        Instalment,
        stories // 20,
        join="JOIN told ON told.n = g.n * 16",
        thread_id=f"1 + ({threads} * power(g.n % 1000 / 1000.0, 2))::bigint % {threads}",
        article_id="told.id",
        placed_at="told.publish_at",
    )
    covered = 20 + stories // 2000
    rows.insert(
        Coverage,
        covered,
        join="JOIN told ON told.n = g.n * 5",
        article_id="told.id",
        begun_at="told.publish_at",
        position=f"{ENTRIES_OF_COVERAGE}",
        last_number=f"{ENTRIES_OF_COVERAGE}",
    )
    rows.insert(
        LiveEntry,
        covered * ENTRIES_OF_COVERAGE,
        join=f"JOIN told ON told.n = (1 + (g.n - 1) / {ENTRIES_OF_COVERAGE}) * 5",
        coverage_id="told.id",
        key="gen_random_uuid()",
        number=f"1 + (g.n - 1) % {ENTRIES_OF_COVERAGE}",
        position=f"1 + (g.n - 1) % {ENTRIES_OF_COVERAGE}",
        happened_at=f"told.publish_at + (g.n - 1) % {ENTRIES_OF_COVERAGE} * interval '1 minute'",
        text="'<p>Air naik sampai lutut di jembatan, kata petugas.</p>'",
    )
    rows.write(
        Article,
        "UPDATE articles_article SET live = 'running' WHERE id IN (SELECT article_id FROM articles_coverage)",
    )
    changed = FEWEST + stories // 500
    rows.insert(
        Revision,
        changed * VERSIONS_OF_STORY,
        join=f"JOIN told ON told.n = (1 + (g.n - 1) / {VERSIONS_OF_STORY}) * 3 "
        "JOIN articles_revision first ON first.article_id = told.id AND first.number = 1",
        article_id="told.id",
        number=f"2 + (g.n - 1) % {VERSIONS_OF_STORY}",
        snapshot="jsonb_set(first.snapshot, '{headline}', to_jsonb(told.headline || ' ' || g.n))",
        status="'published'",
        changed="ARRAY['headline']",
        created_at=f"told.publish_at + (1 + (g.n - 1) % {VERSIONS_OF_STORY}) * interval '10 minutes'",
    )
    Publication.objects.update(shows_versions=True)
    rows.insert(
        VersionHold,
        FEWEST + stories // 1000,
        join="JOIN told ON told.n = g.n * 7",
        article_id="told.id",
        through="1",
        why="'Putusan pengadilan nomor ' || g.n",
        created_at="told.publish_at",
    )
    rows.insert(
        Correction,
        FEWEST,
        join="JOIN told ON told.n = g.n * 11",
        article_id="told.id",
        kind="'correction'",
        text="'Jumlah rumah yang benar tertulis sekarang.'",
        created_at="told.publish_at + interval '1 day'",
    )
    rows.insert(
        Redirect,
        stories // 10,
        join="JOIN told ON told.n = g.n * 8",
        path="'/lama/' || g.n || '/'",
        article_id="told.id",
    )


def _of_sales(rows: Rows, stories: int) -> None:
    from ads.models import Advertiser, Campaign, Creative, Flight, PaidStory, Record

    advertisers, campaigns = FEWEST + stories // 2000, FEWEST + stories // 500
    flights = campaigns * 2
    rows.insert(Advertiser, advertisers, id="g.n", name="'Toko ' || g.n")
    rows.insert(
        Campaign,
        campaigns,
        id="g.n",
        advertiser_id=f"1 + g.n % {advertisers}",
        name="'Promosi ' || g.n",
        category_id="(SELECT min(id) FROM ads_category)",
        contract="'K-' || g.n",
    )
    rows.insert(
        Flight,
        flights,
        id="g.n",
        campaign_id=f"1 + g.n % {campaigns}",
        name="'Tayang ' || g.n",
        kind="'standard'",
        goal="1000",
        days="daterange((current_date - 400), (current_date - 390))",
    )
    rows.insert(
        Creative,
        flights,
        flight_id=f"1 + g.n % {flights}",
        name="'Materi ' || g.n",
        kind="'text'",
        headline="'Belanja murah'",
        link="'https://toko.example/'",
    )
    rows.insert(
        Record,
        FEWEST + stories // 100,
        deed="'changed'",
        name="'Redaksi'",
        campaign_id=f"1 + g.n % {campaigns}",
        created_at=DAYS_BACK,
    )
    rows.insert(
        PaidStory,
        stories,
        join="JOIN articles_article paid ON paid.id = "
        "g.n - 1 + (SELECT min(id) FROM articles_article) AND paid.kind = 'paid'",
        article_id="paid.id",
        campaign_id=f"1 + paid.id % {campaigns}",
    )


def _of_readers(rows: Rows, stories: int) -> None:
    from comments.models import Ban, Word
    from newsletter.models import Entry, Issue, Subscriber
    from replies.models import Request

    readers = "(SELECT user_id, row_number() OVER (ORDER BY user_id) AS n FROM comments_reader) r"
    rows.insert(
        Ban,
        FEWEST + stories // 1000,
        join=f"JOIN {readers} ON r.n = g.n",
        reader_id="r.user_id",
        reason="'Menghina'",
        by_id="(SELECT min(id) FROM accounts_user)",
        started_at=DAYS_BACK,
    )
    rows.insert(Word, FEWEST, term="'kata ' || g.n", key="'kata' || g.n")
    issues = FEWEST + stories // 125
    day = "((SELECT max(publish_at) FROM articles_article)::date - g.n::int)"
    rows.insert(
        Issue,
        issues,
        id="g.n",
        day=day,
        state="'sent'",
        subject="'Berita hari ini ' || g.n",
        since=f"{day}::timestamptz - interval '1 day'",
        until=f"{day}::timestamptz",
        made_at=f"{day}::timestamptz",
        ended_at=f"{day}::timestamptz + interval '1 hour'",
    )
    rows.insert(
        Entry,
        issues * ENTRIES_OF_ISSUE,
        join=f"JOIN told ON told.n = 1 + (g.n - 1) % {stories // 2}",
        issue_id=f"1 + (g.n - 1) / {ENTRIES_OF_ISSUE}",
        position=f"(g.n - 1) % {ENTRIES_OF_ISSUE}",
        kind=f"CASE WHEN (g.n - 1) % {ENTRIES_OF_ISSUE} = 0 THEN 'lead' ELSE 'story' END",
        article_id="told.id",
        section_id="told.section_id",
        headline="told.headline",
    )
    rows.insert(
        Subscriber,
        FEWEST + stories // 10,
        email="'pelanggan' || g.n || '@corpus.example'",
        email_hash="md5(g.n::text) || md5('-' || g.n)",
        key="left(md5(g.n::text) || md5('-' || g.n), 43)",
        standing="'confirmed'",
        asked_by="'page'",
        confirmed_at=DAYS_BACK,
    )
    rows.insert(
        Request,
        FEWEST + stories // 500,
        join="JOIN told ON told.n = g.n * 13",
        year="2020",
        serial="g.n",
        article_id="told.id",
        story="told.headline",
        name="'Nurhayati'",
        capacity="'named'",
        email="'nurhayati@corpus.example'",
        wrong="'Nama saya salah.'",
        wanted="'Ralat.'",
        created_at="told.publish_at",
        due_at="told.publish_at + interval '2 days'",
    )


def _of_the_desk(rows: Rows, stories: int) -> None:
    from articles.models import BreakingNews, FrontLayout, Organisation, OwnWord, Page, Post
    from auditlog.models import Entry
    from newsroom.models import OutgoingMail

    staff = "(SELECT min(id) FROM accounts_user)"
    rows.insert(
        FrontLayout,
        FEWEST + stories // 500,
        starts_at=f"{DAYS_BACK} - interval '10 days'",
        is_cancelled="true",
        cancelled_by_id=staff,
        created_by_id=staff,
    )
    rows.insert(
        BreakingNews,
        FEWEST + stories // 500,
        text="'Gempa terasa di kota'",
        starts_at=f"{DAYS_BACK} - interval '10 days'",
        ends_at=f"{DAYS_BACK} - interval '9 days'",
        created_by_id=staff,
    )
    rows.insert(OwnWord, FEWEST, word="'katakita' || g.n")
    rows.insert(
        Page,
        FEWEST,
        title="'Halaman ' || g.n",
        slug="'halaman-' || g.n",
        body="'<p>Tentang kami.</p>'",
        saved_at="now()",
    )
    rows.insert(
        Organisation,
        FEWEST,
        name="'Badan Siaga ' || g.n",
        slug="'badan-siaga-' || g.n",
    )
    rows.insert(
        Post,
        FEWEST,
        title="'Staf ahli ' || g.n",
        organisation_id="(SELECT min(id) FROM articles_organisation)",
    )
    rows.insert(
        OutgoingMail,
        FEWEST + stories // 10,
        to="'pembaca' || g.n || '@corpus.example'",
        sender="'redaksi@corpus.example'",
        subject="'Kode Anda'",
        created_at=DAYS_BACK,
        sent_at=DAYS_BACK,
    )
    rows.insert(
        Entry,
        FEWEST + stories // 2,
        at=DAYS_BACK,
        account=staff,
        name="'Redaksi ' || g.n % 12",
        action="(ARRAY['row.changed', 'story.publish', 'comment.decided'])[1 + g.n % 3]",
        kind="(ARRAY['articles.person', 'articles.article', 'comments.comment'])[1 + g.n % 3]",
        object_id="(g.n % 5000)::text",
        address="'192.0.2.' || g.n % 200",
        position="g.n + 1000000",
        hash="md5(g.n::text) || md5('-' || g.n)",
    )
