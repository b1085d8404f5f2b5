"""Threads as everybody sees them: the discussion page, its pieces, a comment's own address, counts."""

from __future__ import annotations

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone

from articles.choices import Kind
from articles.models import Article
from comments import moderation
from comments.choices import Openness, PinnedAs, State
from comments.models import Comment, Discussion, Policy, place_in_thread
from tests.comments.people import decide, member, moderator, staff, written
from tests.factories import (
    ArticleFactory,
    PublicationFactory,
    RedirectFactory,
    RelatedArticleFactory,
    SectionFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db

A_MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def article() -> Article:
    PublicationFactory()
    return ArticleFactory(
        is_public=True,
        headline="Harga pasar",
        slug="pasar",
        publish_at=timezone.now() - datetime.timedelta(days=2),
        section=SectionFactory(slug="ekonomi"),
    )


def discussion(article: Article, query: str = "") -> str:
    return f"{article.get_absolute_url()}komentar/{query}"


def html_of(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def bodies(html: str) -> list[str]:
    """The texts of the comments in their order; "–" for the place of one that is gone."""
    found = re.findall(r'class="word-text"[^>]*><p>(.*?)</p>|<p class="(word-gone)">', html, re.S)
    return [text or "–" for text, _gone in found]


def without_tags(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


class TestDiscussion:
    def test_page_names_the_story_and_sets_each_thread(self, client, article) -> None:
        root = written(article, body="Pertama", created_at=timezone.now() - A_MINUTE)
        written(article, root, body="Jawaban")
        written(article, body="Kedua")
        html = html_of(client, discussion(article))
        assert f'<a href="{article.get_absolute_url()}">Harga pasar</a>' in html
        assert bodies(html) == ["Kedua", "Pertama", "Jawaban"]
        assert "3 komentar" in html
        assert '<meta name="robots" content="noindex">' in html

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["baru", "ramai", "balasan", "lama"]),
            ("?urut=terbaru", ["baru", "ramai", "balasan", "lama"]),
            ("?urut=terlama", ["lama", "ramai", "balasan", "baru"]),
            ("?urut=teramai", ["ramai", "balasan", "baru", "lama"]),
        ],
    )
    def test_threads_come_in_the_order_that_is_asked_for(
        self, client, article, query, expected
    ) -> None:
        now = timezone.now()
        written(article, body="lama", created_at=now - 3 * A_MINUTE)
        busy = written(article, body="ramai", created_at=now - 2 * A_MINUTE)
        written(article, busy, body="balasan", created_at=now)
        written(article, body="baru", created_at=now - A_MINUTE)
        html = html_of(client, discussion(article, query))
        assert bodies(html) == expected
        fragment = html_of(client, f"/komentar/{article.pk}/isi/{query}")
        assert bodies(fragment) == expected

    def test_pages_of_threads_follow_each_other_without_script(self, client, article) -> None:
        now = timezone.now()
        for n in range(25):
            written(article, body=f"t{n:02}", created_at=now - n * A_MINUTE)
        seen = []
        path = discussion(article)
        while path:
            html = html_of(client, path)
            seen += bodies(html)
            found = re.search(r'href="([^"]+)" rel="next nofollow"', html)
            path = found[1].replace("&amp;", "&").partition("#")[0] if found else ""
        assert seen == [f"t{n:02}" for n in range(25)]

    @pytest.mark.parametrize(
        "query",
        ["?urut=acak", "?sesudah=x", "?sesudah=7-7", "?urut=teramai&sesudah=t1-1", "?sesudah=%00"],
    )
    def test_made_up_order_or_cursor_is_not_found(self, client, article, query) -> None:
        for path in (discussion(article), f"/komentar/{article.pk}/isi/"):
            assert client.get(path + query).status_code == 404

    @pytest.mark.parametrize("state", ["draft", "scheduled"])
    def test_discussion_of_what_is_not_public_is_not_found(self, client, state) -> None:
        PublicationFactory()
        hidden = ArticleFactory(is_scheduled=True) if state == "scheduled" else ArticleFactory()
        comment = written(hidden)
        paths = [
            discussion(hidden),
            f"/komentar/{hidden.pk}/isi/",
            f"/komentar/{hidden.pk}/formulir/",
            f"/komentar/{hidden.pk}/tulis/",
            f"/komentar/{hidden.pk}/saya/",
            f"/komentar/{comment.pk}/balasan/",
            f"/komentar/k/{comment.pk}/",
            f"/komentar/k/{comment.pk}/lapor/",
        ]
        assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)

    def test_withdrawn_story_shows_its_notice_and_no_comment(self, client) -> None:
        PublicationFactory()
        gone = ArticleFactory(is_withdrawn=True, headline="Yang dicabut")
        comment = written(gone, body="Rahasia")
        for path in (discussion(gone), f"/komentar/k/{comment.pk}/"):
            html = html_of(client, path, 410)
            assert "This story could have harmed a child." in html
            assert "Rahasia" not in html
            assert "Yang dicabut" not in html
        assert client.get(f"/komentar/{gone.pk}/isi/").status_code == 404

    def test_discussion_follows_a_story_to_its_new_address(self, client, article) -> None:
        old = article.get_absolute_url()
        Article.objects.filter(pk=article.pk).update(slug="pasar-baru")
        RedirectFactory(path=old, target="", article=article)
        article.refresh_from_db()
        response = client.get(f"{old}komentar/")
        assert (response.status_code, response["Location"]) == (301, discussion(article))
        Article.objects.filter(pk=article.pk).update(status="draft")
        assert client.get(f"{old}komentar/").status_code == 404

    def test_impossible_date_is_not_found(self, client, article) -> None:
        assert client.get("/2020/13/41/pasar/komentar/").status_code == 404

    @pytest.mark.parametrize("number", [10**9, 2**63, 10**30])
    def test_numbers_that_nothing_has_are_not_found(self, client, article, number) -> None:
        for path in (
            f"/komentar/{number}/isi/",
            f"/komentar/{number}/balasan/",
            f"/komentar/{number}/formulir/",
            f"/komentar/k/{number}/",
            f"/komentar/k/{number}/lapor/",
            f"/komentar/{article.pk}/formulir/?balas={number}",
        ):
            assert client.get(path).status_code == 404

    def test_empty_discussion_says_what_can_be_done(self, client, article) -> None:
        assert "Apa yang Anda ketahui tentang peristiwa ini?" in html_of(
            client, discussion(article)
        )

    def test_links_in_a_comment_stay_plain_text(self, client, article) -> None:
        written(article, body="Lihat https://judi.example dan www.slot.example")
        html = html_of(client, discussion(article))
        assert bodies(html) == ["Lihat https://judi.example dan www.slot.example"]

    def test_staff_badge_and_notes_are_words(self, client, article) -> None:
        written(article, is_by_staff=True, author_name="Nurhayati")
        now = timezone.now()
        Comment.objects.filter(pk=written(article).pk).update(edited_at=now)
        Comment.objects.filter(pk=written(article).pk).update(edited_at=now, corrected_at=now)
        text = without_tags(html_of(client, f"/komentar/{article.pk}/isi/"))
        assert "Nurhayati Redaksi" in text
        assert text.count("disunting redaksi") == 1
        assert text.count("disunting") == 2

    def test_official_reply_stands_in_a_box_above_the_threads(self, client, article) -> None:
        reply = written(article, body="Jawab kami", author_name="Dinas", state=State.APPROVED)
        written(article, body="Lain")
        moderation.pin(reply, PinnedAs.RIGHT_OF_REPLY, by=staff("editor"))
        html = html_of(client, discussion(article))
        assert html.index('<h2 class="official-title">Hak jawab</h2>') < html.index("talk-threads")
        assert bodies(html).count("Jawab kami") == 2
        assert html.count(f'id="k{reply.pk}"') == 1
        # On later pages of the list it is not repeated.
        assert "official" not in html_of(
            client, f"/komentar/{article.pk}/isi/?sesudah=t9999999999999999-1"
        )


class TestReplies:
    def test_more_replies_are_a_link_that_works_without_script(self, client, article) -> None:
        root = written(article, body="akar")
        for n in range(7):
            written(article, root, body=f"b{n}")
        html = html_of(client, discussion(article))
        assert bodies(html) == ["akar", "b0", "b1", "b2"]
        href, more, text = re.search(
            r'href="([^"]+)" rel="nofollow" data-more="([^"]+)">([^<]+)<', html
        ).groups()
        assert text == "4 balasan lagi"
        assert bodies(html_of(client, more)) == ["b3", "b4", "b5", "b6"]
        assert bodies(html_of(client, href)) == ["akar", "b3", "b4", "b5", "b6"]
        assert bodies(html_of(client, f"/komentar/k/{root.pk}/"))[:3] == ["akar", "b0", "b1"]

    @pytest.mark.parametrize("query", ["", "?sesudah=x", "?sesudah=1-1", "?sesudah=1.2-3"])
    def test_cursor_of_another_thread_is_not_found(self, client, article, query) -> None:
        root = written(article)
        assert client.get(f"/komentar/{root.pk}/balasan/{query}").status_code == 404

    def test_replies_of_a_reply_are_not_an_address(self, client, article) -> None:
        reply = written(article, written(article))
        assert client.get(f"/komentar/{reply.pk}/balasan/").status_code == 404

    def test_what_stands_beside_its_question_says_whom_it_answers(self, client, article) -> None:
        parent = None
        names = ["Satu", "Dua", "Tiga", "Empat", "Lima", "Enam"]
        for name in names:
            parent = written(article, parent, author_name=name)
        html = html_of(client, f"/komentar/k/{Comment.objects.get(author_name='Satu').pk}/")
        assert re.findall(r'<p class="word-whom">(.*?)</p>', html) == ["menjawab <bdi>Lima</bdi>"]
        # The others stand below what they answer; that is said to those who do not see it.
        assert re.findall(r'<p class="spoken">menjawab <bdi>(.*?)</bdi></p>', html) == names[:4]

    def test_nobody_is_named_whose_comment_is_gone(self, client, article) -> None:
        parent = None
        for name in ["Satu", "Dua", "Tiga", "Empat", "Lima", "Enam"]:
            parent = written(article, parent, author_name=name)
        Comment.objects.filter(author_name="Lima").update(state=State.REMOVED)
        root = Comment.objects.get(author_name="Satu").pk
        for path in (
            f"/komentar/k/{root}/",
            f"/komentar/k/{parent.pk}/",
            f"/komentar/{article.pk}/isi/",
            f"/komentar/{root}/balasan/?sesudah={root}.0-0",
        ):
            assert "Lima" not in html_of(client, path)


class TestOwnAddress:
    def test_reply_is_marked_among_what_it_answers_and_what_answers_it(
        self, client, article
    ) -> None:
        root = written(article, body="akar")
        for n in range(5):
            written(article, root, body=f"lain{n}")
        marked = written(article, root, body="ini")
        written(article, marked, body="bawah")
        html = html_of(client, f"/komentar/k/{marked.pk}/")
        assert bodies(html) == ["akar", "ini", "bawah"]
        assert re.findall(r'class="word is-marked" id="k(\d+)"', html) == [str(marked.pk)]
        assert f'href="/komentar/k/{root.pk}/">Seluruh utas' in html

    def test_what_was_taken_down_says_so_and_leads_to_the_discussion(self, client, article) -> None:
        comment = written(article, body="Rahasia", state=State.REJECTED)
        html = html_of(client, f"/komentar/k/{comment.pk}/", 404)
        assert "Komentar ini tidak tampil lagi." in html
        assert f'href="{discussion(article)}"' in html
        assert "Rahasia" not in html

    @pytest.mark.parametrize("state", [State.PENDING, State.REJECTED, State.SPAM])
    def test_hidden_comment_is_not_there_nor_what_stands_under_it(
        self, client, article, state
    ) -> None:
        hidden = written(article, state=state)
        below = written(article, hidden)
        for comment in (hidden, below):
            assert client.get(f"/komentar/k/{comment.pk}/").status_code == 404
            assert client.get(f"/komentar/k/{comment.pk}/lapor/").status_code == 404
        path = f"/komentar/{article.pk}/formulir/?balas={hidden.pk}"
        assert client.get(path).status_code == 404

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            (State.REMOVED, "Komentar ini dihapus penulisnya."),
            (State.ERASED, "Komentar ini sudah dihapus."),
        ],
    )
    def test_what_was_taken_out_is_gone_and_its_place_holds_the_thread(
        self, client, article, state, words
    ) -> None:
        whose = {} if state == State.ERASED else {"body": "asal", "author_name": "Penulis"}
        root = written(article, state=state, **whose)
        assert words in html_of(client, f"/komentar/k/{root.pk}/", 410)
        assert words not in html_of(client, discussion(article))
        written(article, root, body="balasan")
        for path in (f"/komentar/k/{root.pk}/", discussion(article)):
            html = html_of(client, path)
            assert words in html
            assert bodies(html) == ["–", "balasan"]
            assert "asal" not in html
            assert "Penulis" not in html


class TestCounts:
    def test_story_says_how_many_and_leads_to_them(self, client, article) -> None:
        page = article.get_absolute_url()
        assert "Belum ada komentar." in html_of(client, page)
        root = written(article)
        html = html_of(client, page)
        assert f'<a href="{page}komentar/" data-open="1">Tampilkan 1 komentar</a>' in html
        written(article, root)
        assert "Tampilkan 2 komentar" in html_of(client, page)
        decide(root, State.REJECTED, by=moderator())
        assert "Belum ada komentar." in html_of(client, page)

    def test_thousands_are_printed_with_a_point(self, client, article) -> None:
        written(article)
        Discussion.objects.update(shown_count=12345)
        assert "Tampilkan 12.345 komentar" in html_of(client, article.get_absolute_url())

    def test_lists_say_how_many_and_nothing_for_none(self, client, article) -> None:
        other = ArticleFactory(
            is_public=True, section=article.section, tags=["laut"], headline="Lain"
        )
        article.tags.set(["laut"])
        RelatedArticleFactory(article=other, related=article)
        written(article)
        written(article)
        day = f"{article.publish_at.astimezone():%Y/%m/%d}"
        for path in (
            *("/", "/terkini/", "/rubrik/ekonomi/", "/tag/laut/", "/terpopuler/"),
            *(f"/arsip/{day}/", other.get_absolute_url()),
        ):
            html = html_of(client, path)
            counts = re.findall(r'class="where-said">([^<]+)<', html)
            assert set(counts) == {"2 komentar"}, path

    def test_closed_discussion_says_so(self, client, article) -> None:
        page = article.get_absolute_url()
        Article.objects.filter(pk=article.pk).update(
            publish_at=datetime.datetime(2020, 12, 2, 8, 0, tzinfo=datetime.UTC),
            published_on=datetime.date(2020, 12, 2),
        )
        article.refresh_from_db()
        page = article.get_absolute_url()
        words = "Diskusi ini sudah ditutup. Komentar yang sudah ada tetap tampil."
        html = html_of(client, page)
        assert words in html
        assert "data-open" not in html
        written(article)
        html = html_of(client, page)
        assert words in html
        assert "Tampilkan 1 komentar" in html
        for path in (discussion(article), f"/komentar/{article.pk}/formulir/"):
            html = html_of(client, path)
            assert words in html
            assert "<form" not in html
            assert "Balas<" not in html

    @pytest.mark.parametrize(
        ("policy", "openness", "words"),
        [
            ({"is_open": False}, Openness.DEFAULT, "Diskusi ini sudah ditutup."),
            (
                {"closed_kinds": [Kind.NEWS]},
                Openness.DEFAULT,
                "Berita jenis ini tidak menerima komentar.",
            ),
            ({}, Openness.CLOSED, "Diskusi ini sudah ditutup."),
            ({"is_open": False, "closed_kinds": [Kind.NEWS]}, Openness.OPEN, "Belum ada komentar."),
        ],
    )
    def test_reason_for_closing_is_told(self, client, article, policy, openness, words) -> None:
        Policy.objects.update_or_create(pk=1, defaults=policy)
        Discussion.objects.create(article=article, openness=openness)
        assert words in html_of(client, article.get_absolute_url())


class TestForEverybody:
    """Kept for all: no cookie, no token, no name of who asks; asked again for nothing."""

    @pytest.fixture
    def paths(self, article) -> list[str]:
        root = written(article)
        for _ in range(5):
            reply = written(article, root)
        return [
            article.get_absolute_url(),
            discussion(article),
            discussion(article, "?urut=teramai"),
            f"/komentar/{article.pk}/isi/",
            f"/komentar/{root.pk}/balasan/?sesudah={root.pk}.0-0",
            f"/komentar/k/{root.pk}/",
            f"/komentar/k/{reply.pk}/",
        ]

    def test_pages_and_pieces_are_the_same_for_everybody(self, client, paths) -> None:
        signed_in = Client(headers={"accept-language": "en"})
        signed_in.force_login(StaffFactory(language="en", name="Si Pembaca"))
        for path in paths:
            one, other = client.get(path), signed_in.get(path)
            assert one.status_code == 200
            assert one.content == other.content
            for response in (one, other):
                assert not response.cookies
                assert "Vary" not in response.headers
                assert b"csrf" not in response.content
                assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
                assert not re.search(rb"<style|\sstyle=|\son[a-z]+=", response.content)

    def test_what_has_not_changed_is_not_sent_again(self, client, paths, article) -> None:
        for path in paths:
            etag = client.get(path)["ETag"]
            again = client.get(path, headers={"if-none-match": etag})
            assert (again.status_code, again.content) == (304, b"")
        etag = client.get(discussion(article))["ETag"]
        written(article)
        assert client.get(discussion(article), headers={"if-none-match": etag}).status_code == 200

    def test_pieces_take_no_post(self, client, paths) -> None:
        for path in paths:
            assert client.post(path).status_code == 405

    def test_answers_of_a_person_are_kept_nowhere(self, client, article) -> None:
        user = member()
        comment = written(article, author=user)
        client.force_login(user)
        for path in (
            *(f"/komentar/{article.pk}/{name}/" for name in ("formulir", "tulis", "saya")),
            *(f"/komentar/k/{comment.pk}/{n}/" for n in ("diterima", "sunting", "hapus", "lapor")),
        ):
            response = client.get(path)
            assert response.status_code == 200, path
            assert response["Cache-Control"] == "private, no-store"
            assert response["X-Robots-Tag"] == "noindex"


class TestQueries:
    @pytest.fixture(params=["one", "three", "a thread of 300"])
    def busy(self, request, article) -> Comment:
        root = written(article)
        others = [root]
        if request.param != "one":
            others += [written(article), written(article)]
        rows = [
            Comment(article=article, parent=parent, body="b", author_name="a", state="approved")
            for parent in others
            for _ in range(300 if request.param == "a thread of 300" else 4)
        ]
        Comment.objects.bulk_create(place_in_thread(rows))
        return root

    @pytest.mark.parametrize(
        ("path", "queries"),
        [
            # Story, publication, sections; pinned, threads, their first replies; counts, rules.
            ("{page}komentar/", 8),
            # The same without publication and sections.
            ("/komentar/{article}/isi/", 6),
            # Thread and story; the thread again, its replies; counts, rules.
            ("/komentar/{root}/balasan/?sesudah={root}.0-0", 5),
            ("/komentar/k/{root}/", 7),
            # Nobody is signed in: story; counts, rules.
            ("/komentar/{article}/formulir/", 3),
        ],
    )
    def test_page_costs_the_same_however_much_was_said(
        self, client, django_assert_num_queries, article, busy, path, queries
    ) -> None:
        path = path.format(page=article.get_absolute_url(), article=article.pk, root=busy.pk)
        with django_assert_num_queries(queries):
            assert client.get(path).status_code == 200

    def test_form_and_own_comments_cost_the_same_however_much_was_said(
        self, client, django_assert_num_queries, article, busy
    ) -> None:
        user = member()
        client.force_login(user)
        written(article, author=user, state=State.PENDING)
        # Session, account; story; the ban, the reader; counts, rules.
        with django_assert_num_queries(7):
            assert client.get(f"/komentar/{article.pk}/formulir/").status_code == 200
        # Session, account; story; own comments.
        with django_assert_num_queries(4):
            assert client.get(f"/komentar/{article.pk}/saya/").status_code == 200
