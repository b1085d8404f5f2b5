"""What a WordPress export becomes, row by row."""

from __future__ import annotations

import datetime

import pytest

from articles.choices import Status
from articles.models import Article, Author, Page, Redirect, Section, Tag
from comments.models import MAX_DEPTH, Comment
from tests.factories import ArticleFactory, AuthorFactory, PageFactory, SectionFactory, TagFactory

from .conftest import HEAD, Run, comment, item, wxr

pytestmark = pytest.mark.django_db


def author(login: str, name: str) -> str:
    return (
        f"<wp:author><wp:author_login>{login}</wp:author_login><wp:author_email>{login}@example.org"
        f"</wp:author_email><wp:author_display_name>{name}</wp:author_display_name></wp:author>"
    )


def category(slug: str, name: str, parent: str = "", number: int = 1) -> str:
    return (
        f"<wp:category><wp:term_id>{number}</wp:term_id><wp:category_nicename>{slug}</wp:category_nicename>"
        f"<wp:category_parent>{parent}</wp:category_parent><wp:cat_name><![CDATA[{name}]]></wp:cat_name></wp:category>"
    )


def term(slug: str, name: str, domain: str = "category") -> str:
    return f'<category domain="{domain}" nicename="{slug}"><![CDATA[{name}]]></category>'


def utc(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=datetime.UTC)


def test_story_is_taken_over_whole(run: Run) -> None:
    result = run(
        wxr(
            author("baso", "Baso Ilham"),
            category("daerah", "Daerah"),
            item(
                7,
                "Jembatan &amp; dermaga <em>diresmikan</em>",
                "Warga datang.\n\nBupati berpidato.",
                slug="jembatan-dermaga",
                inner=term("daerah", "Daerah")
                + term("laut", "Laut", "post_tag")
                + "<wp:post_modified_gmt>2024-03-02 00:00:00</wp:post_modified_gmt>",
            ).replace("<excerpt:encoded>", "<excerpt:encoded><![CDATA[Ringkas &amp; jelas.]]>"),
        )
    )
    article = Article.objects.get()
    assert article.headline == "Jembatan & dermaga diresmikan"
    assert article.body == "<p>Warga datang.</p><p>Bupati berpidato.</p>"
    assert article.standfirst == "Ringkas & jelas."
    assert (article.slug, article.status) == ("jembatan-dermaga", Status.PUBLISHED)
    assert article.publish_at == article.created_at == utc(2024, 3, 1, 0, 30)
    assert article.updated_at == utc(2024, 3, 2)
    assert article.published_on == datetime.date(2024, 3, 1)
    assert (article.section.name, article.section.slug) == ("Daerah", "daerah")
    assert list(article.tags.names()) == ["Laut"]
    assert [(b.author.name, b.role) for b in article.bylines.all()] == [("Baso Ilham", "reporter")]
    (revision,) = article.revisions.all()
    assert (revision.note, revision.created_by) == ("Taken over from lama.example", None)
    assert Author.objects.get().user is None
    assert [result.count(k) for k in ("articles", "authors", "sections", "tags", "redirects")] == [
        (1, 1, 0, 0)
    ] * 3 + [
        (1, 1, 0, 0),
        (2, 2, 0, 0),
    ]
    assert result.report["problems"] == []


@pytest.mark.parametrize(
    ("status", "expected", "reason"),
    [
        ("publish", Status.PUBLISHED, ""),
        ("draft", Status.DRAFT, ""),
        ("pending", Status.IN_REVIEW, ""),
        ("", Status.DRAFT, "It has no state there; it is a draft here."),
        ("private", Status.DRAFT, "Its state there is “private”; it is a draft here."),
        ("archive", Status.DRAFT, "Its state there is “archive”; it is a draft here."),
    ],
)
def test_state_follows_the_old_one(run: Run, status: str, expected: str, reason: str) -> None:
    result = run(wxr(item(status=status)))
    article = Article.objects.get()
    assert article.status == expected
    assert (article.publish_at is not None) == (expected == Status.PUBLISHED)
    assert result.reason("post 7") == reason


@pytest.mark.parametrize("status", ["trash", "auto-draft"])
def test_thrown_away_stories_stay_away_with_their_comments(run: Run, status: str) -> None:
    result = run(wxr(item(status=status, inner=comment(1))))
    assert not Article.objects.exists()
    assert result.count("articles") == (1, 0, 0, 1)
    assert result.count("comments") == (1, 0, 0, 1)
    assert f"Its state there is “{status}”." in result.reasons
    assert "Its story was not taken over." in result.reasons


def test_story_planned_for_later_is_scheduled(run: Run) -> None:
    run(wxr(item(status="future", date="2999-01-01 12:00:00", gmt="2999-01-01 04:00:00")))
    article = Article.objects.get()
    assert (article.is_scheduled, article.is_published) == (True, False)
    assert article.publish_at == utc(2999, 1, 1, 4)


def test_story_with_a_password_is_a_draft(run: Run) -> None:
    result = run(wxr(item(inner="<wp:post_password>rahasia</wp:post_password>")))
    assert Article.objects.get().status == Status.DRAFT
    assert result.reason("post 7") == "It had a password there; it is a draft here."


def test_published_story_without_any_date_is_a_draft(run: Run) -> None:
    result = run(wxr(item(date="0000-00-00 00:00:00", gmt="0000-00-00 00:00:00")))
    assert Article.objects.get().status == Status.DRAFT
    assert result.reason("post 7") == "It has no date; it is a draft here."


@pytest.mark.parametrize(
    ("date", "gmt", "expected"),
    [
        ("2024-03-01 08:30:00", "2024-03-01 01:30:00", utc(2024, 3, 1, 1, 30)),
        # Nine hours ahead, as the site's other stories say.
        ("2024-03-01 08:30:00", "0000-00-00 00:00:00", utc(2024, 2, 29, 23, 30)),
        ("0000-00-00 00:00:00", "2024-03-01 01:30:00", utc(2024, 3, 1, 1, 30)),
        ("2024-02-31 99:00:00", "2024-03-01 01:30:00", utc(2024, 3, 1, 1, 30)),
    ],
)
def test_time_is_read_in_the_zone_of_the_export(run: Run, date: str, gmt: str, expected) -> None:
    others = [item(n, date="2024-01-01 12:00:00", gmt="2024-01-01 03:00:00") for n in (1, 2)]
    run(wxr(*others, item(7, date=date, gmt=gmt)))
    assert Article.objects.get(slug="slug-7").publish_at == expected


def test_zone_that_was_named_wins(run: Run) -> None:
    run(wxr(item(gmt="0000-00-00 00:00:00")), timezone="Asia/Jayapura")
    assert Article.objects.get().publish_at == utc(2024, 2, 29, 23, 30)


def test_zone_of_the_publication_is_the_last_resort(run: Run) -> None:
    run(wxr(item(gmt="0000-00-00 00:00:00")))
    assert Article.objects.get().publish_at == utc(2024, 3, 1, 0, 30)


def test_mail_date_serves_where_no_other_is(run: Run) -> None:
    date = "<pubDate>Fri, 07 Jun 2013 03:00:44 +0000</pubDate>"
    run(wxr(item(date="", gmt="", inner=date)))
    assert Article.objects.get().publish_at == utc(2013, 6, 7, 3, 0, 44)


# Names


def test_authors_come_from_records_co_authors_and_mere_names(run: Run) -> None:
    result = run(
        wxr(
            author("baso", "Baso Ilham"),
            author("tanpa-karya", "Tanpa Karya"),
            item(
                1,
                inner=term("rani", "Andi Rani", "author") * 2
                + term("baso", "Baso Ilham", "author"),
            ),
            item(2, creator="tamu@example.org"),
        )
    )
    first, second = Article.objects.order_by("slug")
    assert [b.author.name for b in first.bylines.all()] == ["Andi Rani", "Baso Ilham"]
    # An e-mail address is nobody's printed name.
    assert [b.author.name for b in second.bylines.all()] == ["tamu"]
    assert result.count("authors") == (4, 4, 0, 0)
    assert not Author.objects.filter(user__isnull=False).exists()


def test_author_of_the_house_is_found_by_name(run: Run) -> None:
    known = AuthorFactory(name="Baso Ilham", bio="Di rumah.")
    result = run(wxr(author("baso", "BASO ILHAM"), author("baso2", "Baso Ilham"), item()))
    assert Article.objects.get().bylines.get().author == known
    assert Author.objects.count() == 2
    assert result.count("authors") == (2, 1, 1, 0)
    known.refresh_from_db()
    assert (known.name, known.bio) == ("Baso Ilham", "Di rumah.")


def test_section_is_the_primary_one_else_the_lower_one_and_the_rest_are_tags(run: Run) -> None:
    both = term("daerah", "Daerah") + term("sinjai", "Sinjai")
    result = run(
        wxr(
            category("daerah", "Daerah", number=11),
            category("sinjai", "Sinjai", "daerah", number=12),
            item(1, inner=both),
            item(2, inner=both, meta={"_yoast_wpseo_primary_category": "11"}),
            item(3, inner=both + term("uncategorized", "Uncategorized")),
        )
    )
    first, second, third = Article.objects.order_by("slug")
    assert [a.section.slug for a in (first, second, third)] == ["sinjai", "daerah", "sinjai"]
    assert [list(a.tags.names()) for a in (first, second, third)] == [
        ["Daerah"],
        ["Sinjai"],
        ["Daerah"],
    ]
    assert (
        result.reason("category “Sinjai”")
        == "It stood below “daerah”; sections here stand side by side."
    )


def test_stories_without_a_section_go_where_the_editor_says(run: Run) -> None:
    section = SectionFactory(name="Kabar", slug="kabar")
    result = run(
        wxr(
            category("uncategorized", "Uncategorized"),
            item(1),
            item(2, inner=term("uncategorized", "Uncategorized")),
        ),
        section="kabar",
    )
    assert {a.section for a in Article.objects.all()} == {section}
    assert result.count("sections") == (1, 0, 0, 1)
    assert result.reason("Uncategorized") == "Its stories go to “Kabar”."


def test_stories_without_a_section_need_no_word(run: Run) -> None:
    run(wxr(item()))
    assert (Article.objects.get().section.slug, Article.objects.get().section.name) == (
        "berita",
        "News",
    )


def test_section_that_is_here_already_is_used_as_it_is(run: Run) -> None:
    known = SectionFactory(name="Politik & Hukum", slug="politik")
    result = run(wxr(category("politik", "Politik"), item(inner=term("politik", "Politik"))))
    assert Article.objects.get().section == known
    assert result.count("sections") == (1, 0, 1, 0)
    known.refresh_from_db()
    assert known.name == "Politik & Hukum"


def test_names_that_differ_only_in_case_lose_nothing(run: Run) -> None:
    result = run(
        wxr(
            category("alpha", "Alpha"),
            category("alpha-2", "ALPHA"),
            item(1, inner=term("alpha", "Alpha") + term("laut", "Laut", "post_tag")),
            item(2, inner=term("alpha-2", "ALPHA") + term("laut-2", "LAUT", "post_tag")),
        )
    )
    assert list(Section.objects.order_by("slug").values_list("slug", "name")) == [
        ("alpha", "Alpha"),
        ("alpha-2", "ALPHA"),
    ]
    # Tags are one per word here, whatever the case.
    assert list(Tag.objects.values_list("name", flat=True)) == ["Laut"]
    assert [list(a.tags.names()) for a in Article.objects.all()] == [["Laut"], ["Laut"]]
    assert result.count("tags") == (2, 2, 0, 0)
    assert result.reason("tag “LAUT”") == "It became one with the tag “Laut”."


def test_two_names_under_one_address_are_one_and_named(run: Run) -> None:
    result = run(
        wxr(
            category("", "Alpha"),
            category("", "ALPHA"),
            author("baso", "Baso"),
            author("baso", "Basri"),
        )
    )
    assert list(Section.objects.values_list("name", flat=True)) == ["Alpha"]
    assert result.count("sections") == (1, 1, 0, 0)
    assert (
        result.reason("category “ALPHA”")
        == "The export has it already, as “Alpha”; it counts once."
    )
    assert result.reason("author baso") == "The export has it already, as “Baso”; it counts once."


def test_long_names_are_cut_and_said(run: Run) -> None:
    result = run(
        wxr(
            category("panjang", "S" * 80),
            item(
                1,
                "Kata " * 80,
                inner=term("panjang", "S" * 80) + term("t" * 130, "T" * 130, "post_tag"),
            ),
        )
    )
    article = Article.objects.get()
    assert article.headline == "Kata " * 49 + "Kata…"
    assert article.section.name == "S" * 59 + "…"
    assert list(article.tags.names()) == ["T" * 99 + "…"]
    assert "The title is longer than 250 characters and was cut." in result.reasons
    assert f"“{'T' * 130}” is longer than 100 characters and was cut." in result.reasons


@pytest.mark.parametrize(
    ("slug", "title", "expected"),
    [
        ("draft-post.html", "x", "draft-post"),
        ("%e2%80%9chalo%e2%80%9d-dunia", "x", "halo-dunia"),
        ("%d0%bf%d1%80%d0%b8", "Привет", "berita"),
        ("", "Jembatan Baru!", "jembatan-baru"),
        ("", "", "warga-datang"),
        ("a" * 200, "x", "a" * 120),
    ],
)
def test_address_is_made_of_what_there_is(run: Run, slug: str, title: str, expected: str) -> None:
    run(wxr(item(title=title, slug=slug, link="https://lama.example/x/")))
    assert Article.objects.get().slug == ("berita" if not title and not slug else expected)


def test_same_address_on_one_day_gets_a_number(run: Run) -> None:
    ArticleFactory(
        slug="pasar", status=Status.PUBLISHED, publish_at=utc(2024, 3, 1), published_on="2024-03-01"
    )
    run(
        wxr(
            item(1, slug="pasar"),
            item(2, slug="pasar"),
            item(3, slug="pasar", date="", gmt="2024-04-01 00:00:00"),
        )
    )
    assert sorted(
        Article.objects.values_list("published_on__day", "published_on__month", "slug")
    ) == [
        (1, 3, "pasar"),
        (1, 3, "pasar-2"),
        (1, 3, "pasar-3"),
        (1, 4, "pasar"),
    ]


def test_story_without_a_title_is_known_by_how_it_begins(run: Run) -> None:
    run(wxr(item(1, "", "Warga datang ke dermaga."), item(2, "", "")))
    assert sorted(Article.objects.values_list("headline", flat=True)) == [
        "Untitled",
        "Warga datang ke dermaga.",
    ]


# Pages and the rest


def test_pages_are_taken_over(run: Run) -> None:
    PageFactory(slug="kontak")
    result = run(
        wxr(
            item(
                1,
                "Kontak",
                kind="page",
                slug="kontak",
                link="https://lama.example/tentang/kontak/",
                inner=comment(1),
            ),
            item(2, "Rahasia", kind="page", status="private"),
            item(3, "Sandi", kind="page", inner="<wp:post_password>x</wp:post_password>"),
            item(4, "Buang", kind="page", status="trash"),
        )
    )
    rows = (
        Page.objects.exclude(slug="kontak")
        .order_by("slug")
        .values_list("title", "slug", "body", "is_published")
    )
    assert list(rows) == [
        ("Kontak", "kontak-2", "<p>Warga datang.</p>", True),
        ("Rahasia", "slug-2", "<p>Warga datang.</p>", False),
        ("Sandi", "slug-3", "<p>Warga datang.</p>", False),
    ]
    assert Redirect.objects.get(path="/tentang/kontak/").page.slug == "kontak-2"
    assert result.count("pages") == (4, 3, 0, 1)
    assert result.count("comments") == (1, 0, 0, 1)
    assert result.reason("comment 1") == "Pages have no comments here."
    assert result.reason("page 3") == "It had a password there; it is not public here."


def test_other_kinds_of_items_are_named_and_counted_nowhere(run: Run) -> None:
    result = run(
        wxr(item(1, "Menu", kind="nav_menu_item"), item(2, "Blok", kind="wp_block"), item(3))
    )
    assert result.count("articles") == (1, 1, 0, 0)
    assert (
        result.reason("nav_menu_item 1") == "Items of the type “nav_menu_item” have no place here."
    )
    assert result.reason("wp_block 2") == "Items of the type “wp_block” have no place here."


def test_terms_of_other_taxonomies_are_named(run: Run) -> None:
    result = run(
        wxr(
            item(
                inner=term("utara", "Utara", "wilayah")
                + term("post-format-quote", "Quote", "post_format")
            )
        )
    )
    assert result.reason("post 7") == "wilayah “Utara” was left out."


# Old addresses


def test_every_old_address_leads_to_the_story(run: Run, client) -> None:
    result = run(
        wxr(
            item(
                7,
                slug="baru",
                link="https://www.lama.example/2024/03/baru/",
                meta={"_wp_old_slug": "lama"},
            )
        )
    )
    article = Article.objects.get()
    paths = ["/2024/03/baru/", "/2024/03/lama/", "/?p=7"]
    assert sorted(Redirect.objects.values_list("path", flat=True)) == sorted(paths)
    for path in paths:
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, article.get_absolute_url())
    assert result.count("redirects") == (3, 3, 0, 0)


def test_address_that_stays_needs_no_redirect(run: Run) -> None:
    result = run(wxr(item(7, slug="sama", link="https://lama.example/2024/03/01/sama/")))
    assert list(Redirect.objects.values_list("path", flat=True)) == ["/?p=7"]
    assert result.count("redirects") == (1, 1, 0, 0)


def test_foreign_and_taken_addresses_make_no_redirect(run: Run) -> None:
    Redirect.objects.create(path="/2024/03/slug-7/", target="/terkini/")
    result = run(wxr(item(7), item(8, link="https://lain.example/artikel/")))
    assert result.count("redirects") == (3, 2, 0, 1)
    assert result.reason("/2024/03/slug-7/") == "This address leads to something else already."
    assert Redirect.objects.get(path="/2024/03/slug-7/").target == "/terkini/"


def test_front_page_of_the_old_site_leaves_ours_alone(run: Run) -> None:
    result = run(wxr(item(7, kind="page", title="Beranda", link="https://lama.example/")))
    assert list(Redirect.objects.values_list("path", flat=True)) == ["/?p=7"]
    assert result.count("redirects") == (1, 1, 0, 0)


def test_drafts_have_no_old_addresses(run: Run) -> None:
    assert run(wxr(item(status="draft"))).count("redirects") == (0, 0, 0, 0)


# Comments


def test_comments_keep_threads_states_and_dates(run: Run) -> None:
    result = run(
        wxr(
            item(
                inner=comment(3, "Jawaban atas jawaban", parent=2)
                + comment(1, "Bagus<br />sekali &amp; <b>benar</b>")
                + comment(2, "Jawaban", parent=1, approved="0")
                + comment(4, "Beli obat", approved="spam")
                + comment(5, "Dibuang", approved="trash")
                + comment(6, "Kabar", comment_type="pingback")
                + comment(7, "", parent=1)
                + comment(8, "Yatim", parent=99)
            )
        )
    )
    rows = {c.body: c for c in Comment.objects.select_related("parent")}
    first, answer, deep = (
        rows["Bagus\nsekali & benar"],
        rows["Jawaban"],
        rows["Jawaban atas jawaban"],
    )
    assert (first.path, answer.path, deep.path) == (
        [first.pk],
        [first.pk, answer.pk],
        [first.pk, answer.pk, deep.pk],
    )
    assert {body: c.state for body, c in rows.items()} == {
        "Bagus\nsekali & benar": "approved",
        "Jawaban": "pending",
        "Jawaban atas jawaban": "approved",
        "Beli obat": "spam",
        "Dibuang": "rejected",
        "Yatim": "approved",
    }
    assert (first.author_name, first.author, first.created_at) == (
        "Daeng Rani",
        None,
        utc(2024, 3, 2, 1),
    )
    assert rows["Yatim"].parent is None
    assert result.count("comments") == (8, 6, 0, 2)
    assert result.reason("comment 6") == "A link from another site, not a reader's comment."
    assert result.reason("comment 7") == "The comment has no text."
    assert (
        result.reason("comment 8") == "The comment that it answers is not here; it begins a thread."
    )


def test_comments_answering_each_other_in_a_circle_come_in(run: Run) -> None:
    run(
        wxr(
            item(
                inner=comment(1, "a", parent=2)
                + comment(2, "b", parent=1)
                + comment(3, "c", parent=3)
            )
        )
    )
    assert sorted(len(c.path) for c in Comment.objects.all()) == [1, 1, 2]


def test_readers_addresses_are_not_kept(run: Run) -> None:
    run(wxr(item(inner=comment(1))))
    from django.db import connection

    with connection.cursor() as cursor:
        for table in (
            "comments_comment",
            "newsroom_importeditem",
            "articles_revision",
            "accounts_user",
        ):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text ~ %s', ["rani@example|192\\.0\\.2"]
            )
            assert cursor.fetchone() == (0,), table


def test_long_thread_comes_in_one_piece(run: Run) -> None:
    run(wxr(item(inner="".join(comment(n, f"ke-{n}", parent=n - 1) for n in range(1, 301)))))
    deepest = Comment.objects.get(body="ke-300")
    assert deepest.parent.body == "ke-299"
    assert deepest.depth == MAX_DEPTH
    assert [c.body for c in Comment.objects.in_threads()][:3] == ["ke-1", "ke-2", "ke-3"]


def test_odd_comments_lose_nothing_silently(run: Run) -> None:
    result = run(
        wxr(
            item(
                inner=comment(1, "tanpa nama", comment_author="")
                + comment(2, "nama panjang", comment_author="N" * 200)
                + comment(
                    3, "tanpa tanggal", comment_date="0000-00-00 00:00:00", comment_date_gmt=""
                )
                + comment(4, "kembar")
                + comment(4, "kembar lain")
            )
        )
    )
    rows = {c.body: c for c in Comment.objects.all()}
    assert rows["tanpa nama"].author_name == "Anonymous"
    assert rows["nama panjang"].author_name == "N" * 119 + "…"
    assert rows["tanpa tanggal"].created_at == utc(2024, 3, 1, 0, 30)
    assert result.count("comments") == (5, 4, 0, 1)
    assert result.reason("comment 3") == "It has no date; it got that of its story."
    assert "The story has two comments of this number." in result.reason("comment 4")


def test_tag_of_the_house_is_used(run: Run) -> None:
    known = TagFactory(name="Laut", slug="laut-kita")
    result = run(wxr(item(inner=term("laut", "laut", "post_tag"))))
    assert list(Article.objects.get().tags.all()) == [known]
    assert result.count("tags") == (1, 0, 1, 0)


def test_titles_at_their_worst_do_not_stop_the_rest(run: Run) -> None:
    nasty = [
        "\u202ekanan",
        "👩‍👩‍👧‍👦",
        "<script>alert(1)</script>",
        "&lt;b&gt;",
        "a\x00b".replace("\x00", "\x01"),
        "]]",
        "x" * 5000,
    ]
    result = run(wxr(*(item(n, title) for n, title in enumerate(nasty, 1))))
    assert result.count("articles") == (7, 7, 0, 0)
    assert Article.objects.get(slug="slug-4").headline == "<b>"


def test_old_site_without_an_address_is_known_by_its_title(run: Run) -> None:
    head = HEAD.replace("<link>https://lama.example</link>", "").replace(
        "<wp:base_blog_url>https://lama.example</wp:base_blog_url>", ""
    )
    run(head + item() + "</channel></rss>")
    from newsroom.models import ImportedItem

    assert set(ImportedItem.objects.values_list("source", flat=True)) == {"Suara Lama"}
