"""Every kind of public page, at addresses of an archive of `manage.py load_corpus` and `bench/beside.py`."""

from __future__ import annotations

import random
from typing import Any

# Where the first word of a page's name says what it answers.
STATUS = {"not there": 404, "gone": 410, "moved": 301}
# These list the whole archive, up to 50,000 addresses a file: what grows is the page. Measured is one of its lines.
BY_THE_LINE = {"sitemap: people", "sitemap: organisations", "sitemap: pages"}
ASKED_BY_FORM = "takes a form or asks for one, and reads nothing of the archive"
OWN = "of one reader or one advertiser, behind a sign-in or a private link"
DRAWN = "a picture or a file out of a row or two; drawn once and kept"
# Names of public addresses that are not asked for, and why.
NOT_MEASURED = {
    **dict.fromkeys(
        (
            *("newsletter:check", "newsletter:confirm", "newsletter:choose", "newsletter:leave"),
            *("replies:ask", "replies:taken", "replies:status", "comments:form", "comments:write"),
            *("comments:received", "comments:edit", "comments:remove", "comments:report"),
            *("account_login", "account_confirm_login_code", "account_signup", "account_logout"),
            *("account_email_verification_sent", "account_inactive", "reader_terms"),
        ),
        ASKED_BY_FORM,
    ),
    **dict.fromkeys(
        (
            *("comments:mine", "reader_page", "account_email", "reader_export", "reader_erase"),
            *("reader_ask_again", "articles:preview", "ads:sign_off", "ads:preview", "ads:report"),
            *("ads:report_campaign", "ads:report_csv", "ads:report_pdf", "ads:report_picture"),
            "ads:report_proof",
        ),
        OWN,
    ),
    **dict.fromkeys(
        (
            *("articles:publication_card", "articles:story_card", "articles:section_card"),
            *("articles:person_card", "articles:organisation_card", "articles:thread_card"),
            *("articles:icon", "articles:manifest", "articles:worker", "articles:offline"),
            *("articles:section_colours", "favicon", "media"),
        ),
        DRAWN,
    ),
    **dict.fromkeys(("ads:arrive", "ads:tell", "ads:go", "ads:candidates"), "bench/ads.py"),
    **dict.fromkeys(("healthz", "readyz", "metrics"), "for machines that watch"),
    "articles:popolo": "everybody at once, for who fetches the whole register",
    "articles:rss": "as articles:atom and articles:json_feed",
    "articles:section_rss": "as articles:section_atom",
    "articles:section_json_feed": "as articles:section_atom",
}


def status_of(name: str) -> int:
    """What a page of that name answers."""
    return STATUS.get(name.partition(":")[0], 200)


def require_all(addresses: list[str]) -> None:
    """Raise AssertionError when a public address is neither among these nor in `NOT_MEASURED`."""
    from django.urls import Resolver404, get_resolver, resolve

    measured = set()
    for address in addresses:
        try:
            measured.add(resolve(address.partition("?")[0]).view_name)
        except Resolver404:
            # Old addresses and wrong ones are no view's.
            continue
    known = measured | NOT_MEASURED.keys()
    missing = sorted(set(_names(get_resolver().url_patterns)) - known)
    assert not missing, f"neither measured nor said why not: {', '.join(missing)}"


def _names(patterns: Any, space: str = "") -> Any:
    for one in patterns:
        if not hasattr(one, "url_patterns"):
            if one.name:
                yield space + one.name
        elif one.namespace != "admin":
            yield from _names(
                one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space
            )


def public(chance: random.Random, runs: int) -> dict[str, list[str]]:
    """The public addresses by page, `runs` of each where there is a choice."""
    from articles.keyset import Position
    from articles.models import (
        Article,
        Author,
        Byline,
        Correction,
        Coverage,
        Organisation,
        Person,
        Redirect,
        Revision,
        Section,
        StoryThread,
        Tag,
    )
    from comments.models import Comment, Discussion
    from newsletter.models import Issue
    from newsroom.corpus import words

    newest, oldest = (
        Article.objects.published().order_by(order).only("pk")[0].pk
        for order in ("-publish_at", "publish_at")
    )
    stories: list[Any] = []
    while len(stories) < runs:
        stories += Article.objects.published().filter(
            pk=chance.randint(oldest, newest), is_identity_protected=False
        )
    addresses = [story.get_absolute_url() for story in stories]
    days = [story.published_on for story in stories]
    cursors = [str(Position(story.publish_at, story.pk)) for story in stories]

    def one_of(rows: Any) -> list[Any]:
        keys = list(rows.values_list("pk", flat=True)[:100_000])
        return list(rows.filter(pk__in=chance.sample(keys, min(runs, len(keys)))))

    people = one_of(Person.objects.public())
    sections = list(Section.objects.all())
    authors = one_of(Author.objects.filter(bylines__isnull=False).distinct())
    organisations = one_of(Organisation.objects.public())
    tags = one_of(Tag.objects.all())
    talked = [
        Article.objects.get(pk=pk)
        for pk in Discussion.objects.order_by("-shown_count").values_list("pk", flat=True)[:runs]
    ]
    of = [row.get_absolute_url() for row in sections]
    deep = [f"{of[n % len(of)]}?sebelum={cursor}" for n, cursor in enumerate(cursors)]
    of_people = [row.get_absolute_url() for row in people]
    names = [person.name for person in people]
    common, frequent, rare = words.COMMON_WORD, words.FREQUENT_WORD, words.RARE_WORD
    years = sorted({day.year for day in days})
    covered = one_of(Article.objects.filter(pk__in=Coverage.objects.values("pk")))
    changed = [
        row.article
        for row in Revision.objects.filter(number=3)
        .select_related("article")
        .order_by("-id")[:runs]
    ]
    threads = list(
        StoryThread.objects.filter(instalments__placed_at__isnull=False).distinct()[:runs]
    )
    issues = one_of(Issue.objects.made())
    withdrawn = one_of(Article.objects.filter(status="withdrawn"))
    comments = one_of(Comment.objects.filter(is_shown=True, parent=None, shown_replies__gt=0))
    moved = one_of(Redirect.objects.all())
    corrections = list(Correction.objects.order_by("-created_at")[20 : 20 + runs])
    # Of the middle of what they have written.
    signed = [
        Byline.objects.filter(author=author, listed_at__isnull=False).order_by("-listed_at")[100]
        for author in authors
    ]
    found = {
        "front": ["/"],
        "story": addresses,
        "story: ninjs": [f"{address}ninjs.json" for address in addresses],
        "story: discussion": [f"{story.get_absolute_url()}komentar/" for story in talked],
        "story: with live coverage": [row.get_absolute_url() for row in covered],
        "story: what is new in live coverage": [
            f"{row.get_absolute_url()}langsung/?sesudah=50" for row in covered
        ],
        "story: its versions": [f"{row.get_absolute_url()}riwayat/" for row in changed],
        "story: a version compared": [
            f"{row.get_absolute_url()}riwayat/?versi=3" for row in changed
        ],
        "comments: a page of threads": [f"/komentar/{story.pk}/isi/" for story in talked],
        "comments: one": [f"/komentar/k/{row.pk}/" for row in comments],
        "comments: more replies": [
            f"/komentar/{row.pk}/balasan/?sesudah=first" for row in comments
        ],
        "comments: figures of the month": ["/moderasi/"],
        "comments: figures of a month": [f"/moderasi/{day:%Y/%m}/" for day in days[:3]],
        "section: first page": of,
        "section: deep page": deep,
        "tag": [row.get_absolute_url() for row in tags],
        "author": [row.get_absolute_url() for row in authors],
        "author: deep page": [
            f"{author.get_absolute_url()}?sebelum={Position(row.listed_at, row.article_id)}"
            for author, row in zip(authors, signed, strict=True)
        ],
        "threads": ["/perkembangan/"],
        "thread": [row.get_absolute_url() for row in threads],
        "thread: from the beginning": [f"{row.get_absolute_url()}?urut=awal" for row in threads],
        "person": of_people,
        "person: Popolo": [f"{address}popolo.json" for address in of_people],
        "person: who stands in most stories": [_busiest().get_absolute_url()],
        "people": ["/tokoh/"],
        "people: by letter": [f"/tokoh/?huruf={letter}" for letter in "ABDFHIJKLMNRSTUWYZ"],
        "organisation": [row.get_absolute_url() for row in organisations],
        "organisation: Popolo": [f"{row.get_absolute_url()}popolo.json" for row in organisations],
        "latest: first page": ["/terkini/"],
        "latest: deep page": [f"/terkini/?sebelum={cursor}" for cursor in cursors],
        "popular": ["/terpopuler/"],
        "archive: years": ["/arsip/"],
        "archive: year": [f"/arsip/{year}/" for year in years],
        "archive: month": [f"/arsip/{day:%Y/%m}/" for day in days],
        "archive: day": [f"/arsip/{day:%Y/%m/%d}/" for day in days],
        "corrections": ["/ralat/"],
        "corrections: deep page": [
            f"/ralat/?sebelum={Position(row.created_at, row.pk)}" for row in corrections
        ],
        "newsletter": ["/buletin/"],
        "newsletter: an issue": [row.get_absolute_url() for row in issues],
        "standing: masthead": ["/redaksi/"],
        "standing: guidelines": ["/pedoman-media-siber/"],
        "standing: privacy": ["/privasi/"],
        "standing: contact": ["/kontak/"],
        "standing: a page": [f"/halaman/halaman-{number}/" for number in range(1, runs)],
        "offline: what was withdrawn": ["/luring/ditarik.json"],
        "not there: a story": [f"{address[:-1]}-tidak-ada/" for address in addresses],
        "not there: a person": ["/tokoh/tidak-ada/"],
        "not there: any address": ["/tidak/ada.html", "/index.php/tidak-ada"],
        "gone: a story": [row.get_absolute_url() for row in withdrawn],
        "moved: an old address": [row.path for row in moved],
        "moved: a day": [f"/{day:%Y/%m/%d}/" for day in days],
        "feed: RSS": ["/rss.xml"],
        "feed: Atom": ["/atom.xml"],
        "feed: Atom of a section": [f"{address}atom.xml" for address in of],
        "feed: JSON": ["/feed.json"],
        "sitemap: index": ["/sitemap.xml"],
        "sitemap: a month": [f"/sitemap-{day:%Y-%m}.xml" for day in days],
        "sitemap: pages": ["/sitemap-pages.xml"],
        "sitemap: news": ["/sitemap-news.xml"],
        "sitemap: people": ["/sitemap-people.xml"],
        "sitemap: organisations": ["/sitemap-organisations.xml"],
        "robots.txt": ["/robots.txt"],
        "ads.txt": ["/ads.txt"],
        "search: empty": ["/cari/"],
        "search: rare word": [f"/cari/?q={rare}"],
        "search: common word": [f"/cari/?q={common}"],
        "search: common word, page 2": [f"/cari/?q={common}", f"/cari/?q={common}"],
        "search: frequent word": [f"/cari/?q={frequent}"],
        "search: two words": [f"/cari/?q={common}+{frequent}"],
        "search: rare and common word": [f"/cari/?q={rare}+{common}"],
        "search: newest first": [f"/cari/?q={common}&urut=terbaru"],
        "search: newest first, rare word": [f"/cari/?q={rare}&urut=terbaru"],
        "search: newest first, deep": [
            f"/cari/?q={common}&urut=terbaru&sebelum={cursor}" for cursor in cursors
        ],
        "search: of a year": [f"/cari/?q={common}&tahun={years[-1]}"],
        "search: of a section": [f"/cari/?q={frequent}&rubrik={row.slug}" for row in sections],
        "search: a name": [f"/cari/?q={name.replace(' ', '+')}" for name in names],
        "search: a given name": ["/cari/?q=andi", "/cari/?q=fatimah"],
        "search: one letter": ["/cari/?q=a", "/cari/?q=s"],
        "search: two letters": ["/cari/?q=an", "/cari/?q=fa"],
        "search: a phrase": ["/cari/?q=%22kepala+kabupaten%22"],
        "search: without a word": [f"/cari/?q={frequent}+-{common}"],
        "search: nothing found": ["/cari/?q=xyzzyx"],
        "search: a misspelt word": [f"/cari/?q={common[:2]}{common[3:]}"],
        "search: with a person": [f"/cari/?q={common}&orang={row.slug}" for row in people],
        "search: with who stands in most stories": [f"/cari/?q={common}&orang={_busiest().slug}"],
        "search: from a place": [
            f"/cari/?q={frequent}&tempat={story.place.name}" for story in stories if story.place
        ][:runs],
        "search: while typing": [
            f"/cari/saran.json?q={text}" for text in (common[:3], frequent[:4], "andi", "ke", "ka")
        ],
    }
    require_all([address for some in found.values() for address in some])
    return found


def _busiest() -> Any:
    from django.db.models import Count

    from articles.models import Appearance, Person

    rows = Appearance.objects.filter(person__is_public=True).order_by().values("person")
    return Person.objects.get(pk=rows.annotate(n=Count("pk")).order_by("-n")[0]["person"])
