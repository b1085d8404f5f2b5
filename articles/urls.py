"""The public addresses. They are promises: what stands here is never moved, only added to."""

from django.urls import path, register_converter

from . import feeds, ninjs, popolo, search_suggest, search_view, sitemaps
from .views import (
    archive,
    colours,
    drawn,
    front,
    installable,
    lists,
    live,
    people,
    preview,
    redirects,
    standing,
    story,
    threads,
    versions,
)


class YearConverter:
    """Four digits, so that every date has exactly one address."""

    regex = "[0-9]{4}"
    width = 4

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int | str) -> str:
        return str(int(value)).zfill(self.width)


class TwoDigitConverter(YearConverter):
    regex = "[0-9]{2}"
    width = 2


register_converter(YearConverter, "yyyy")
register_converter(TwoDigitConverter, "nn")

app_name = "articles"
urlpatterns = [
    path("", front.front, name="front"),
    path("<yyyy:year>/<nn:month>/<nn:day>/<slug:slug>/", story.article, name="article"),
    path(
        "<yyyy:year>/<nn:month>/<nn:day>/<slug:slug>/ninjs.json",
        ninjs.article_ninjs,
        name="article_ninjs",
    ),
    path(
        "<yyyy:year>/<nn:month>/<nn:day>/<slug:slug>/langsung/", live.updates, name="live_updates"
    ),
    path(
        "<yyyy:year>/<nn:month>/<nn:day>/<slug:slug>/riwayat/", versions.versions, name="versions"
    ),
    path("<yyyy:year>/", redirects.dated),
    path("<yyyy:year>/<nn:month>/", redirects.dated),
    path("<yyyy:year>/<nn:month>/<nn:day>/", redirects.dated),
    path("rubrik/warna.css", colours.section_colours, name="section_colours"),
    path("rubrik/<slug:slug>/", lists.section, name="section"),
    path("rubrik/<slug:slug>/rss.xml", feeds.rss, name="section_rss"),
    path("rubrik/<slug:slug>/atom.xml", feeds.atom, name="section_atom"),
    path("rubrik/<slug:slug>/feed.json", feeds.json_feed, name="section_json_feed"),
    path("tag/<slug:slug>/", lists.tag, name="tag"),
    path("tokoh/", people.people, name="people"),
    path("tokoh/<slug:slug>/", people.person, name="person"),
    path("tokoh/<slug:slug>/popolo.json", popolo.person, name="person_popolo"),
    path("lembaga/<slug:slug>/", people.organisation, name="organisation"),
    path("lembaga/<slug:slug>/popolo.json", popolo.organisation, name="organisation_popolo"),
    path("perkembangan/", threads.index, name="threads"),
    path("perkembangan/<slug:slug>/", threads.thread, name="thread"),
    path("penulis/<slug:slug>/", lists.author, name="author"),
    path("pratinjau/berita/<str:token>/", preview.shared, name="preview"),
    path("terkini/", lists.latest, name="latest"),
    path("terpopuler/", lists.popular, name="popular"),
    path("arsip/", archive.archive_index, name="archive"),
    path("arsip/<yyyy:year>/", archive.archive_year, name="archive_year"),
    path("arsip/<yyyy:year>/<nn:month>/", archive.archive_month, name="archive_month"),
    path("arsip/<yyyy:year>/<nn:month>/<nn:day>/", archive.archive_day, name="archive_day"),
    path("cari/", search_view.search, name="search"),
    path("cari/saran.json", search_suggest.suggest, name="suggest"),
    path("ralat/", standing.corrections, name="corrections"),
    path("redaksi/", standing.masthead, name="masthead"),
    path("pedoman-media-siber/", standing.guidelines, name="guidelines"),
    path("privasi/", standing.privacy, name="privacy"),
    path("kontak/", standing.contact, name="contact"),
    path("halaman/<slug:slug>/", standing.page, name="page"),
    path("kartu/<slug:mark>.png", drawn.publication_card, name="publication_card"),
    path("kartu/berita/<int:pk>/<slug:mark>.png", drawn.story_card, name="story_card"),
    path("kartu/rubrik/<slug:slug>/<slug:mark>.png", drawn.section_card, name="section_card"),
    path("kartu/tokoh/<slug:slug>/<slug:mark>.png", drawn.person_card, name="person_card"),
    path(
        "kartu/lembaga/<slug:slug>/<slug:mark>.png",
        drawn.organisation_card,
        name="organisation_card",
    ),
    path("kartu/perkembangan/<slug:slug>/<slug:mark>.png", drawn.thread_card, name="thread_card"),
    path("ikon/<slug:kind>/<slug:mark>.png", drawn.publication_icon, name="icon"),
    path("manifest.webmanifest", installable.manifest, name="manifest"),
    # At the root, since a worker has only what lies below its own address.
    path("sw.js", installable.worker, name="worker"),
    path("luring/", installable.offline, name="offline"),
    path("luring/ditarik.json", installable.withdrawn, name="withdrawn"),
    path("popolo.json", popolo.everything, name="popolo"),
    path("rss.xml", feeds.rss, name="rss"),
    path("atom.xml", feeds.atom, name="atom"),
    path("feed.json", feeds.json_feed, name="json_feed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-news.xml", sitemaps.news, name="sitemap_news"),
    path("sitemap-<slug:name>.xml", sitemaps.part, name="sitemap_part"),
    path("robots.txt", sitemaps.robots, name="robots"),
]
