"""A story's page, part by part, and what stands in the place of a withdrawn one."""

import datetime
import re

import pytest
from django.utils import timezone
from django.utils.html import escape

from articles.choices import BylineRole, Capacity, CorrectionKind, Kind, PlaceKind
from articles.models import ArticleViews
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    AuthorFactory,
    BylineFactory,
    CorrectionFactory,
    OrganisationFactory,
    PersonFactory,
    PhotoFactory,
    PlaceFactory,
    PublicationFactory,
    RelatedArticleFactory,
    TenureFactory,
    province,
)

pytestmark = pytest.mark.django_db

MOMENT = datetime.datetime(2020, 12, 2, 8, 9, tzinfo=datetime.UTC)


def page(client, article):
    """The page from its content on; what stands in its head is tested with cards.py."""
    response = client.get(article.get_absolute_url())
    assert response.status_code == 200
    html = response.content.decode()
    return html[html.index("<main") :]


def words(html):
    """The text of a page in one line, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def published(**options):
    return ArticleFactory(is_public=True, publish_at=MOMENT, **options)


def test_article_prints_its_time_in_the_zone_of_its_place(client):
    jakarta = PlaceFactory(name="Kota Uji", kind=PlaceKind.CITY, parent=province("31"))
    html = page(client, published(place=jakarta))
    assert '<time datetime="2020-12-02T15:09:00+07:00">2 Desember 2020 15.09 WIB</time>' in html


def test_article_without_a_place_uses_the_publications_clock(client):
    html = page(client, published())
    assert '<time datetime="2020-12-02T16:09:00+08:00">2 Desember 2020 16.09 WITA</time>' in html


def test_article_prints_the_update_only_when_there_was_one(client):
    article = published()
    assert 'class="updated"' not in page(client, article)
    article.updated_at = MOMENT + datetime.timedelta(hours=1)
    article.save()
    html = page(client, article)
    assert '<time datetime="2020-12-02T17:09:00+08:00">2 Desember 2020 17.09 WITA</time>' in html


def test_article_opens_its_first_paragraph_with_name_and_dateline(client):
    PublicationFactory(name="Kabar <Uji>")
    place = PlaceFactory(name="Kabupaten Sinjai & sekitar")
    html = page(client, published(place=place, body="<p>Rapat dibuka.</p><p>Lalu ditutup.</p>"))
    opening = '<span class="dateline">KABAR &lt;UJI&gt;, SINJAI &amp; SEKITAR\u00a0–</span>'
    assert f"<p>{opening} Rapat dibuka.</p><p>Lalu ditutup.</p>" in html


def test_article_that_begins_with_a_heading_has_its_dateline_above(client):
    html = page(client, published(body="<h2>Awal</h2><p>Isi.</p>"))
    assert '\u00a0–</span> </p><h2 id="bagian-awal">Awal</h2>' in html


def test_article_lets_tables_scroll_and_pictures_load_late(client):
    body = '<p>A</p><table><tr><td>1</td></tr></table><img src="/media/a.jpg">'
    html = page(client, published(body=body))
    assert re.search(r'<div class="table-scroll"[^>]* tabindex="0"><table>', html)
    assert '<img loading="lazy" decoding="async" alt="" src="/media/a.jpg">' in html


def test_article_lead_photo_has_caption_credit_and_size(client):
    photo = PhotoFactory(caption="Pelabuhan", credit="Baso Ilham", alt_text="Perahu")
    row = ArticlePhotoFactory(article=published(), photo=photo)
    html = page(client, row.article)
    assert 'width="24" height="16" alt="Perahu" fetchpriority="high"' in html
    assert "Pelabuhan" in html
    assert re.search(r'class="credit">[^<]*Baso Ilham</span>', html)


def test_article_prefers_the_caption_and_alt_text_of_its_own_use(client):
    row = ArticlePhotoFactory(article=published(), caption="Di sini", alt_text="Lain")
    html = page(client, row.article)
    assert "Di sini" in html and 'alt="Lain"' in html
    assert row.photo.caption not in html


def test_article_sets_further_photos_below_the_text(client):
    article = published(body="<p>Isi berita.</p>")
    ArticlePhotoFactory(article=article, caption="Pertama", position=0)
    ArticlePhotoFactory(article=article, caption="Kedua", position=1)
    html = page(client, article)
    assert html.index("Pertama") < html.index("Isi berita.") < html.index("Kedua")


def test_article_labels_a_photo_made_by_a_machine(client):
    row = ArticlePhotoFactory(article=published(), photo=PhotoFactory(is_ai_generated=True))
    assert 'class="machine-made"' in page(client, row.article)


def test_paid_article_is_labelled_above_its_headline_with_who_paid(client):
    html = page(client, published(kind=Kind.PAID, sponsor="PT Griya", headline="Rumah murah"))
    assert html.index(str(Kind.PAID.label)) < html.index("PT Griya") < html.index("Rumah murah")


class TestRegister:
    def test_prints_names_and_offices_of_that_day(self, client):
        tenure = TenureFactory()
        AttendanceFactory(
            article=(article := published()),
            person=tenure.person,
            name_as_printed="A. Karsina, S.E.",
            office_as_printed="Wakil Bupati Uji",
            tenure=tenure,
        )
        html = page(client, article)
        link = f'<a href="/tokoh/{tenure.person.slug}/">A. Karsina, S.E.</a>'
        assert f'<p class="register-name">{link}</p>' in html
        assert '<p class="register-office">Wakil Bupati Uji</p>' in html

    def test_links_only_those_with_a_public_page(self, client):
        private = PersonFactory(is_public=False)
        AttendanceFactory(article=(article := published()), person=private)
        html = page(client, article)
        assert f'<p class="register-name">{private.printed_name}</p>' in html
        assert private.get_absolute_url() not in html

    def test_prints_groups_with_their_count_and_delegations(self, client):
        article = published()
        office = OrganisationFactory(name="Badan Perencanaan", short_name="Bappeda")
        AttendanceFactory(article=article, person=None, organisation=office)
        AttendanceFactory(article=article, person=None, group_label="warga", group_count=1250)
        html = page(client, article)
        assert re.search(rf'<a href="{office.get_absolute_url()}">[^<]*Bappeda</a>', html)
        assert re.search(r'warga <span class="register-count">1\.250 \w+', html)

    def test_says_whom_somebody_represents(self, client):
        regent = PersonFactory(name="Andi Mappesona")
        AttendanceFactory(
            article=(article := published()), represents_person=regent,
            represents_as_printed="Bupati <Uji>",
        )  # fmt: skip
        html = page(client, article)
        link = f'<a href="{regent.get_absolute_url()}">{escape("Bupati <Uji>")}</a>'
        assert re.search(rf'class="register-for">[^<]*{re.escape(link)}', html)

    def test_sets_the_mentioned_apart_and_marks_organisers_and_quoted(self, client):
        article = published()
        for capacity in Capacity:
            AttendanceFactory(
                article=article, person=PersonFactory(name=f"Orang {capacity}"), capacity=capacity
            )
        html = page(client, article)
        also = html.index('class="register-also"')
        assert html.index("Orang mentioned") > also
        for present in ("attended", "quoted", "organiser"):
            assert html.index(f"Orang {present}") < also
        assert html.count('class="register-as"') == 2

    @pytest.mark.parametrize(("people", "folded"), [(8, 0), (9, 0), (10, 2), (24, 16)])
    def test_folds_after_eight(self, client, people, folded):
        article = published()
        for _ in range(people):
            AttendanceFactory(article=article)
        html = page(client, article)
        before, _, after = html.partition("<details>")
        assert before.count('class="register-name"') == people - folded
        assert after.count('class="register-name"') == folded
        assert ('<ol start="9">' in after) == bool(folded)

    def test_is_not_there_when_identities_are_protected(self, client):
        article = published(is_identity_protected=True, tags=["Nama Anak"])
        line = AttendanceFactory(article=article, person=PersonFactory(name="Nama Orang"))
        html = page(client, article)
        assert "register" not in html
        assert line.person.name not in html and "Nama Anak" not in html
        assert line.person.get_absolute_url() not in html


def test_article_names_writers_at_the_top_and_all_bylines_with_initials_below(client):
    article = published(body="<p>Isi.</p>")
    for position, (name, initials, role) in enumerate(
        [
            ("Rahma Nurdin", "rahma", BylineRole.REPORTER),
            ("Hasrullah Makmur", "has", BylineRole.EDITOR),
        ]
    ):
        author = AuthorFactory(name=name, initials=initials)
        BylineFactory(article=article, author=author, role=role, position=position)
    html = page(client, article)
    head, _, rest = html.partition("Isi.")
    assert "Rahma Nurdin" in head and "Hasrullah Makmur" not in head
    assert "(rahma/has)" in rest
    assert words(rest).index("Rahma Nurdin") < words(rest).index("Hasrullah Makmur")


def test_article_shows_corrections_with_their_time_above_the_text(client):
    article = published(body="<p>Isi.</p>")
    CorrectionFactory(
        article=article, kind=CorrectionKind.CORRECTION, text="Yang benar <42>.", created_at=MOMENT
    )
    html = page(client, article)
    box = html[html.index('class="correction"') : html.index("Isi.")]
    assert str(CorrectionKind.CORRECTION.label) in box
    assert "2 Desember 2020 16.09 WITA" in box
    assert "<p>Yang benar &lt;42&gt;.</p>" in box


def test_unverified_article_says_so_at_its_end_in_brackets_and_italics(client):
    html = page(client, published(body="<p>Isi.</p>", is_unverified=True))
    after = html[html.index("Isi.") :]
    assert re.search(r'<p class="unverified"><em>\([^<]+\)</em></p>', after)
    assert 'class="unverified"' not in page(client, published())


def test_article_share_row_begins_with_whatsapp_and_needs_no_script(client, settings):
    settings.SITE_URL = "https://kabar.example"
    article = published(headline="Harga & pasar", slug="harga")
    html = page(client, article)
    row = html[html.index('class="pass-on"') :]
    services = re.findall(r'href="https://([a-z.]+)/', row[: row.index("</nav>")])
    assert services == ["wa.me", "t.me", "www.facebook.com", "x.com", "kabar.example"]
    address = "https%3A%2F%2Fkabar.example%2F2020%2F12%2F02%2Fharga%2F"
    assert f'href="https://wa.me/?text=Harga%20%26%20pasar%20{address}"' in row


def test_article_shows_related_stories_that_are_public_and_the_latest(client):
    article = published()
    shown = RelatedArticleFactory(article=article).related
    hidden = RelatedArticleFactory(
        article=article, related=ArticleFactory(is_scheduled=True, headline="Nanti saja")
    ).related
    response = client.get(article.get_absolute_url())
    below = re.findall(
        r"(?s)<section class=.after-(?:related|latest).*?</section>", response.content.decode()
    )
    assert [re.findall(r'class="headline"><a href="([^"]*)"', block) for block in below] == [
        [shown.get_absolute_url()]
    ] * 2
    assert hidden.headline not in response.content.decode()


def test_article_with_a_hostile_text_escapes_it_everywhere(client):
    hostile = '"><script>alert(1)</script>'
    article = published(headline=hostile, standfirst=hostile, kind=Kind.PAID, sponsor=hostile)
    AttendanceFactory(
        article=article, person=None, group_label=hostile, represents_as_printed=hostile
    )
    CorrectionFactory(article=article, text=hostile)
    article.tags.set([hostile])
    response = client.get(article.get_absolute_url())
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("options", [{}, {"is_scheduled": True}])
def test_article_that_is_not_public_is_not_found(client, options):
    article = ArticleFactory(**options)
    assert client.get(article.get_absolute_url()).status_code == 404


def test_article_answers_only_at_its_own_date(client):
    published(slug="pasar")
    assert client.get("/2020/12/02/pasar/").status_code == 200
    assert client.get("/2020/12/03/pasar/").status_code == 404
    assert client.get("/2020/02/31/pasar/").status_code == 404
    assert client.get("/0000/01/01/pasar/").status_code == 404


class TestWithdrawn:
    def test_is_gone_but_says_why_and_when(self, client):
        article = ArticleFactory(
            is_withdrawn=True, publish_at=MOMENT, withdrawn_at=MOMENT, headline="Nama Korban",
            withdrawal_notice="Kami mencabut <ini>.",
        )  # fmt: skip
        response = client.get(article.get_absolute_url())
        html = response.content.decode()
        assert response.status_code == 410
        assert "<p>Kami mencabut &lt;ini&gt;.</p>" in html
        assert escape(article.get_withdrawal_ground_display()) in html
        assert '<time datetime="2020-12-02T16:09:00+08:00">' in html
        assert '<meta name="robots" content="noindex">' in html

    def test_shows_nothing_of_the_story(self, client):
        article = ArticleFactory(
            is_withdrawn=True, headline="Nama Korban", standfirst="Rincian", body="<p>Isi</p>",
            tags=["Sekolah X"],
        )  # fmt: skip
        line = AttendanceFactory(article=article)
        html = client.get(article.get_absolute_url()).content.decode()
        for text in ("Nama Korban", "Rincian", "<p>Isi", "Sekolah X", line.name_as_printed):
            assert text not in html


@pytest.mark.parametrize("count", [1, 3])
def test_article_costs_ten_queries(client, django_assert_num_queries, count):
    article = published(place=PlaceFactory(), tags=[f"tag {n}" for n in range(count)])
    for _ in range(count):
        ArticlePhotoFactory(article=article)
        BylineFactory(article=article)
        CorrectionFactory(article=article)
        tenure = TenureFactory()
        AttendanceFactory(
            article=article, person=tenure.person, tenure=tenure,
            represents_organisation=OrganisationFactory(),
        )  # fmt: skip
        RelatedArticleFactory(article=article)
    # The story with all that stands in it; publication, sections; the counts of comments, and the rules for them; the
    # slots of all stories; Terkini and its counts; the most read stories' keys and themselves.
    for _ in range(count):
        ArticleViews.objects.create(
            article=ArticleFactory(is_public=True), hour=timezone.now(), views=1
        )
    with django_assert_num_queries(10):
        page(client, article)


@pytest.mark.parametrize("is_identity_protected", [False, True])
def test_summary_of_a_story_is_never_a_caption(client, is_identity_protected):
    body = "<figure><figcaption>Nama Korban</figcaption></figure><p>Pasar sepi.</p><p>Lagi.</p>"
    article = published(standfirst="", body=body, is_identity_protected=is_identity_protected)
    assert article.summary == "Pasar sepi."
    html = client.get(article.get_absolute_url()).content.decode()
    assert '<meta name="description" content="Pasar sepi.">' in html


def test_article_sets_several_further_photos_as_a_strip(client):
    article = published(body="<p>Isi berita.</p>")
    for number in range(3):
        ArticlePhotoFactory(article=article, caption=f"Foto {number}", position=number)
    html = page(client, article)
    strip = html[html.index('class="strip"') :]
    assert html.index("Foto 0") < html.index("Isi berita.") < html.index('class="strip"')
    assert strip.index("Foto 1") < strip.index("Foto 2")
    assert strip.count('<a href="/media/') == 2
    assert "elements.js" in client.get(article.get_absolute_url()).content.decode()


def test_article_may_show_in_a_frame_only_what_stands_in_it(client):
    plain = client.get(published(body="<p>Isi.</p>").get_absolute_url())
    assert "frame-src" not in plain["Content-Security-Policy"]
    assert "elements" not in plain.content.decode()
    response = client.get(
        published(body="<p>https://youtu.be/aqz-KE-bpKQ</p><p>b</p>" * 2).get_absolute_url()
    )
    assert "frame-src https://www.youtube-nocookie.com" in response[
        "Content-Security-Policy"
    ].split("; ")


def test_article_leaves_an_address_as_a_link_in_feeds(client):
    published(body="<p>a</p><p>https://youtu.be/aqz-KE-bpKQ</p>")
    feed = client.get("/feed.json").json()["items"][0]["content_html"]
    assert feed == "<p>a</p><p>https://youtu.be/aqz-KE-bpKQ</p>"
