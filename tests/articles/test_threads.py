"""Story threads: which stories readers see of them, in which order, and what the pages of stories say of them."""

import datetime
import json
import re
import threading

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import threads
from articles.choices import CorrectionKind, Status
from articles.keyset import PAGE_SIZE
from articles.models import Article, Instalment, StoryThread
from articles.views import blocks
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    CorrectionFactory,
    InstalmentFactory,
    PersonFactory,
    RelatedArticleFactory,
    StoryThreadFactory,
)
from tests.races import somebody_waits_for_me

pytestmark = pytest.mark.django_db


def hours_ago(hours):
    return timezone.now() - datetime.timedelta(hours=hours)


def story(hours=1, **more):
    return ArticleFactory(is_public=True, publish_at=hours_ago(hours), **more)


def placed(thread, hours=1, line="", happened_at=None, **more):
    article = story(hours, **more)
    return InstalmentFactory(thread=thread, article=article, line=line, happened_at=happened_at)


def html(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def listed(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return [row.article for row in response.context["instalments"].items]


@pytest.fixture
def thread():
    return StoryThreadFactory(name="Banjir Bulusirua")


def test_a_name_that_two_begin_at_once_is_one_thread(monkeypatch, thread):
    seen = []
    real = threads.named
    monkeypatch.setattr(threads, "named", lambda name: real(name) if seen else seen.append(name))
    assert threads.place(story(), "banjir  bulusirua").thread == thread
    assert StoryThread.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_story_is_published_while_its_place_is_changed(thread):
    article = ArticleFactory()
    InstalmentFactory(thread=thread, article=article)
    has_locked, results = threading.Event(), []

    def place() -> None:
        has_locked.wait(20)
        try:
            results.append(threads.place(article, thread.name, line="Mulai."))
        finally:
            connection.close()

    other = threading.Thread(target=place)
    other.start()
    with transaction.atomic():
        Article.objects.lock(article)
        has_locked.set()
        assert somebody_waits_for_me()
        moment = timezone.now()
        day = timezone.localdate(moment)
        Article.objects.filter(pk=article.pk).update(
            status=Status.PUBLISHED, publish_at=moment, published_on=day
        )
    other.join(20)
    row = Instalment.objects.get()
    assert (row.line, row.placed_at) == ("Mulai.", moment)


class TestTimeline:
    def test_shows_the_newest_first_and_from_the_beginning_when_asked(self, client, thread):
        rows = [placed(thread, hours).article for hours in (5, 3, 1)]
        assert listed(client, "/perkembangan/banjir-bulusirua/") == rows[::-1]
        assert listed(client, "/perkembangan/banjir-bulusirua/?urut=awal") == rows

    def test_story_stands_on_the_day_on_which_it_happened(self, client, thread):
        first = placed(thread, 5).article
        told_late = placed(thread, 1, happened_at=hours_ago(48)).article
        assert listed(client, thread.get_absolute_url()) == [first, told_late]

    def test_shows_only_what_is_public(self, client, thread):
        shown = placed(thread).article
        for state in ("is_scheduled", "is_withdrawn", "is_over"):
            InstalmentFactory(thread=thread, article=ArticleFactory(**{state: True}))
        InstalmentFactory(thread=thread, article=ArticleFactory())
        assert listed(client, thread.get_absolute_url()) == [shown]

    @pytest.mark.parametrize("state", [{}, {"is_scheduled": True}, {"is_withdrawn": True}])
    def test_thread_without_a_public_story_has_no_page(self, client, thread, state):
        InstalmentFactory(thread=thread, article=ArticleFactory(**state))
        assert client.get(thread.get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("query", ["", "?urut=awal"])
    def test_pages_go_on_without_gap_or_repetition(self, client, thread, query):
        moment = hours_ago(9)
        # Of one moment, so that the number decides.
        rows = [
            InstalmentFactory(
                thread=thread, article=ArticleFactory(is_public=True, publish_at=moment)
            ).article
            for _ in range(PAGE_SIZE + 2)
        ]
        path = thread.get_absolute_url()
        first = html(client, f"{path}{query}")
        (more,) = re.findall(r'rel="next" href="([^"]+)"', first)
        more = more.replace("&amp;", "&")
        seen = listed(client, f"{path}{query}") + listed(client, f"{path}{more}")
        assert seen == (rows if query else rows[::-1])

    @pytest.mark.parametrize("query", ["?sebelum=x", "?urut=awal&sesudah=20201301T000000000000-1"])
    def test_made_up_cursor_is_not_found(self, client, thread, query):
        placed(thread)
        assert client.get(thread.get_absolute_url() + query).status_code == 404

    def test_line_of_an_editor_leads_to_the_story(self, client, thread):
        row = placed(thread, line="Jembatan ambruk.", headline="Banjir Besar")
        page = html(client, thread.get_absolute_url())
        assert '<p class="happening-line">Jembatan ambruk.</p>' in page
        assert f'<a href="{row.article.get_absolute_url()}">Banjir Besar</a>' in page

    def test_line_of_a_protected_story_is_not_shown(self, client, thread):
        placed(thread, line="Nama Korban diperiksa.", is_identity_protected=True)
        page = html(client, thread.get_absolute_url())
        assert "Nama Korban" not in page

    def test_says_what_was_corrected(self, client, thread):
        row = placed(thread)
        CorrectionFactory(article=row.article, kind=CorrectionKind.CLARIFICATION)
        page = html(client, thread.get_absolute_url())
        assert f'<a href="{row.article.get_absolute_url()}#ralat">' in page

    def test_tells_machines_what_it_lists(self, client, thread):
        older, newer = placed(thread, 3), placed(thread, 1)
        page = html(client, thread.get_absolute_url())
        documents = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
        data = json.loads(documents[0])
        assert data["@type"] == "CollectionPage"
        assert [item["name"] for item in data["mainEntity"]["itemListElement"]] == [
            newer.article.headline,
            older.article.headline,
        ]
        address = f"{settings.SITE_URL}/perkembangan/banjir-bulusirua/"
        assert f'<link rel="canonical" href="{address}">' in page

    def test_other_order_is_not_indexed(self, client, thread):
        placed(thread)
        assert 'content="noindex"' in html(client, f"{thread.get_absolute_url()}?urut=awal")

    @pytest.mark.parametrize("count", [1, 3])
    def test_costs_what_one_story_costs(self, client, django_assert_num_queries, thread, count):
        for hours in range(count):
            CorrectionFactory(article=placed(thread, hours + 1).article)
        path = thread.get_absolute_url()
        html(client, path)
        # The thread, its stories; publication with breaking news, sections; the slots.
        with django_assert_num_queries(5):
            html(client, path)


class TestIndex:
    def test_has_those_that_go_on_first_and_of_each_kind_the_newest_story_first(self, client):
        names = {"lama": 9, "baru": 2, "usai-lama": 8, "usai-baru": 1}
        for name, hours in names.items():
            ended_on = datetime.date(2026, 1, 2) if name.startswith("usai") else None
            placed(StoryThreadFactory(name=name, ended_on=ended_on), hours)
        page = client.get("/perkembangan/")
        assert [row.name for row in page.context["threads"].items] == [
            *("baru", "lama", "usai-baru", "usai-lama")
        ]
        html = page.content.decode()
        assert html.count("Masih berlanjut</h2>") == html.count("Sudah selesai</h2>") == 1
        assert f'<link rel="canonical" href="{settings.SITE_URL}/perkembangan/">' in html

    @pytest.mark.parametrize("state", [{}, {"is_scheduled": True}, {"is_withdrawn": True}])
    def test_has_no_thread_without_a_public_story(self, client, thread, state):
        InstalmentFactory(thread=thread, article=ArticleFactory(**state))
        page = client.get("/perkembangan/")
        assert page.context["threads"].items == [] and "Banjir" not in page.content.decode()

    def test_says_what_happened_last(self, client, thread):
        placed(thread, 5, line="Air naik.")
        row = placed(thread, 1, line="Air surut.")
        InstalmentFactory(thread=thread, article=ArticleFactory(is_scheduled=True), line="Nanti.")
        page = html(client, "/perkembangan/")
        assert f'<a href="{row.article.get_absolute_url()}">Air surut.</a>' in page
        assert "Air naik." not in page and "Nanti." not in page

    def test_line_of_a_protected_story_is_not_shown(self, client, thread):
        placed(thread, line="Nama Korban diperiksa.", is_identity_protected=True)
        assert "Nama Korban" not in html(client, "/perkembangan/")

    def test_pages_go_on_without_gap_or_repetition(self, client, monkeypatch):
        monkeypatch.setattr(threads.keyset, "PAGE_SIZE", 2)
        moment = hours_ago(9)
        made = []
        for ended_on in (None, datetime.date(2026, 1, 2)):
            rows = [StoryThreadFactory(ended_on=ended_on) for _ in range(3)]
            for row in rows:
                # Of one moment, so that the number decides.
                article = ArticleFactory(is_public=True, publish_at=moment)
                InstalmentFactory(thread=row, article=article)
            made += rows[::-1]
        seen, path = [], "/perkembangan/"
        while path:
            page = client.get(path)
            seen += page.context["threads"].items
            more = re.findall(r'rel="next" href="([^"]+)"', page.content.decode())
            path = more and f"/perkembangan/{more[0]}"
        assert seen == made

    @pytest.mark.parametrize("cursor", ["x", "selesai-", "selesai-20201301T000000000000-1"])
    def test_made_up_cursor_is_not_found(self, client, cursor):
        assert client.get(f"/perkembangan/?sebelum={cursor}").status_code == 404

    @pytest.mark.parametrize("count", [1, 3])
    def test_costs_what_one_thread_costs(self, client, django_assert_num_queries, count):
        for hours in range(count):
            placed(StoryThreadFactory(), hours + 1)
        html(client, "/perkembangan/")
        # The threads, their newest stories; publication with breaking news, sections; the slots.
        with django_assert_num_queries(5):
            html(client, "/perkembangan/")

    def test_is_led_to_from_a_thread_and_from_every_page(self, client, thread):
        placed(thread)
        assert html(client, thread.get_absolute_url()).count('href="/perkembangan/"') == 2
        assert html(client, "/").count('href="/perkembangan/"') == 1


class TestStory:
    def test_names_its_thread_and_what_came_before_and_after(self, client, thread):
        before, here, after = (
            placed(thread, hours, line=line)
            for hours, line in ((5, "Satu."), (3, ""), (1, "Tiga."))
        )
        placed(thread, 9)
        page = html(client, here.article.get_absolute_url())
        assert '<p class="thread-of">' in page
        block = page.partition('<section class="in-thread"')[2].partition("</section>")[0]
        assert re.findall(r'href="([^"]+)"', block) == [
            before.article.get_absolute_url(),
            after.article.get_absolute_url(),
            thread.get_absolute_url(),
        ]

    def test_tells_machines_of_its_thread(self, client, thread):
        page = html(client, placed(thread).article.get_absolute_url())
        documents = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
        (part,) = json.loads(documents[0])["isPartOf"]
        assert part["@id"] == f"{settings.SITE_URL}{thread.get_absolute_url()}#thread"

    def test_alone_in_its_thread_has_the_way_there_and_no_block(self, client, thread):
        page = html(client, placed(thread).article.get_absolute_url())
        assert thread.get_absolute_url() in page
        assert "in-thread" not in page

    def test_of_no_thread_says_nothing_of_one(self, client, thread):
        placed(thread)
        page = html(client, story().get_absolute_url())
        assert "thread-of" not in page and "in-thread" not in page

    def test_leads_to_nothing_that_is_not_public(self, client, thread):
        here = placed(thread, 3).article
        InstalmentFactory(thread=thread, article=ArticleFactory(is_scheduled=True))
        InstalmentFactory(thread=thread, article=ArticleFactory(is_withdrawn=True))
        assert "in-thread" not in html(client, here.get_absolute_url())

    @pytest.mark.parametrize("count", [2, 4])
    def test_costs_one_query_more_however_long_the_thread(
        self, reader, django_assert_num_queries, thread, count
    ):
        for _ in range(blocks.LATEST + 1):
            story()
        reader.get(story(400).get_absolute_url())
        here = placed(thread, 50).article
        for hours in range(count):
            placed(thread, hours + 51)
        with django_assert_num_queries(3):
            assert "in-thread" in reader.get(here.get_absolute_url()).text

    def test_hears_of_a_story_that_follows_it(self, reader, page_cache, thread):
        here = placed(thread, 5).article
        placed(thread, 6)
        reader.get(here.get_absolute_url())
        coming = placed(thread, 1, line="Kabar baru.")
        page_cache.clock.notice(f"of-thread:{thread.pk}", f"story:{coming.article_id}")
        # One reader has it made anew while others get the old one.
        reader.get(here.get_absolute_url())
        assert "Kabar baru." in reader.get(here.get_absolute_url()).text


class TestRows:
    def test_place_follows_the_story(self, thread):
        row = InstalmentFactory(thread=thread, article=ArticleFactory())
        assert Instalment.objects.get().placed_at is None
        out = story()
        Article.objects.filter(pk=row.article_id).update(
            status="published", publish_at=out.publish_at, published_on=out.published_on
        )
        assert Instalment.objects.get().placed_at == out.publish_at
        Article.objects.filter(pk=row.article_id).update(status="draft")
        assert Instalment.objects.get().placed_at is None

    def test_story_is_part_of_one_thread(self, thread):
        row = placed(thread)
        with pytest.raises(IntegrityError), transaction.atomic():
            Instalment.objects.create(thread=StoryThreadFactory(), article=row.article)

    def test_working_copy_is_part_of_none(self, thread):
        copy = ArticleFactory(changes_to=story())
        with pytest.raises(IntegrityError), transaction.atomic():
            Instalment.objects.create(thread=thread, article=copy)

    def test_two_threads_have_two_names(self, thread):
        with pytest.raises(IntegrityError), transaction.atomic():
            StoryThreadFactory(name="BANJIR bulusirua", slug="lain")

    def test_long_thread_is_read_by_its_index(self, thread):
        """Neither direction of the timeline sorts, nor do the looks before and after a story."""
        middle = [placed(thread, hours) for hours in (3, 2, 1)][1]
        middle.refresh_from_db()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            with CaptureQueriesContext(connection) as asked:
                threads.around(middle)
            cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql']}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert plan.count("articles_instalments_idx") == 2
        assert "Sort" not in plan


class TestDoor:
    def test_begins_a_thread_of_a_new_name(self):
        row = threads.place(story(), "  Sidang   Kades ")
        assert (row.thread.name, row.thread.slug) == ("Sidang Kades", "sidang-kades")

    def test_finds_a_thread_in_whatever_case_and_moves_the_story(self, thread):
        row = placed(StoryThreadFactory())
        again = threads.place(row.article, "banjir BULUSIRUA", line="Surut.")
        assert (again.pk, again.thread, again.line) == (row.pk, thread, "Surut.")
        assert StoryThread.objects.count() == 2

    def test_places_the_story_of_a_working_copy(self):
        public = story()
        assert threads.place(ArticleFactory(changes_to=public), "Banjir").article == public

    @pytest.mark.parametrize(
        "name, line", [("Kasus Bunga Melati", ""), ("Kasus", "Bunga Melati pulang.")]
    )
    def test_refuses_to_name_whom_the_story_protects(self, name, line):
        protected = story(is_identity_protected=True)
        person = PersonFactory(name="Bunga Melati")
        AttendanceFactory(article=protected, person=person, name_as_printed="Bunga Melati")
        with pytest.raises(threads.Refused, match="Bunga Melati"):
            threads.place(protected, name, line=line)
        assert not StoryThread.objects.exists()

    def test_suggests_open_threads_of_like_stories_the_likeliest_first(self):
        often, once = StoryThreadFactory(), StoryThreadFactory()
        ended = StoryThreadFactory(ended_on=datetime.date(2026, 1, 1))
        for thread, tags in ((often, ["banjir"]), (often, ["jembatan"]), (ended, ["banjir"])):
            placed(thread, tags=tags)
        placed(StoryThreadFactory(), tags=["olahraga"])
        here = story(tags=["banjir", "jembatan"])
        RelatedArticleFactory(article=here, related=placed(once).article)
        assert threads.suggestions(here) == [often, once]
