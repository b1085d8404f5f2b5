"""Hostile input that others collected (data/SOURCES.txt), and a publication that took it all in."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import timezone

from ads.choices import FlightKind
from ads.models import Placement
from articles import live
from articles.models import Tag
from articles.sanitise import clean_body
from comments.addresses import discussion_path
from comments.choices import State
from comments.models import Report
from tests import covering
from tests import factories as make
from tests.ads.counting import count
from tests.ads.factories import AdvertiserFactory, CampaignFactory, CreativeFactory, FlightFactory
from tests.comments.people import written

DATA = Path(__file__).parent / "data"
REDIRECTS = Path(__file__).parents[1] / "accounts" / "data" / "open-redirects.txt"


def payloads() -> list[str]:
    """Everything, each once: some 3,400."""
    found = (DATA / "xss-payloads.txt").read_text().split("\n")
    for name in ("dompurify.json", "bleach.json"):
        found += json.loads((DATA / name).read_text())
    return [one for one in dict.fromkeys(found) if one.strip()]


def redirects() -> list[str]:
    return REDIRECTS.read_text().splitlines()


def packed(found: list[str], most: int, glue: str = " ") -> list[str]:
    """All of them in texts of at most so many characters; what is longer by itself is cut."""
    texts, text = [], ""
    for one in found:
        one = one.replace("\x00", "")[:most]
        if text and len(text) + len(glue) + len(one) > most:
            texts.append(text)
            text = one
        else:
            text = f"{text}{glue}{one}" if text else one
    return [*texts, text] if text else texts


@dataclass
class Attacked:
    """Rows, and the addresses at which what was taken in comes out again."""

    stories: list[Any] = field(default_factory=list)
    rows: dict[str, Any] = field(default_factory=dict)
    public: list[str] = field(default_factory=list)
    desk: list[str] = field(default_factory=list)


class _Texts:
    """Texts of a given length with the payloads in them, one after the other and again from the first."""

    def __init__(self, found: list[str]) -> None:
        self.found = found
        self._by_length: dict[int, Iterator[str]] = {}

    def __call__(self, most: int) -> str:
        texts = self._by_length.setdefault(most, self._round(most))
        return next(texts).strip() or "x"

    def _round(self, most: int) -> Iterator[str]:
        texts = packed(self.found, most)
        while True:
            yield from texts


def take_in(found: list[str], *, stories: int) -> Attacked:
    """Write the payloads into every text that somebody can write, with `stories` stories over which they are spread."""
    text = _Texts(found)
    make.PublicationFactory(
        name=text(75),
        tagline=text(100),
        masthead=text(200),
        legal_name=text(100),
        address=text(200),
    )
    site = Attacked()
    rows = site.rows
    rows["section"] = make.SectionFactory(name=text(50), slug="rubrik-x", description=text(200))
    rows["author"] = make.AuthorFactory(
        name=text(80), slug="penulis-x", bio=text(1000), initials="zz"
    )
    rows["place"] = make.PlaceFactory(name=text(60))
    rows["thread"] = make.StoryThreadFactory(
        name=text(80), slug="perkembangan-x", intro=text(400), key_facts=text(400)
    )
    rows["office"] = make.OrganisationFactory(
        name=text(120), short_name=text(50), slug="lembaga-x", note=text(2000)
    )
    rows["person"] = make.PersonFactory(name=text(100), slug="tokoh-x", note=text(2000))
    rows["tenure"] = make.TenureFactory(
        person=rows["person"], post=make.PostFactory(title=text(100), organisation=rows["office"])
    )
    rows["page"] = make.PageFactory(title=text(100), slug="halaman-x", body="\n".join(found[:50]))
    for number in range(stories):
        site.stories.append(_story(text, rows, found[number::stories], number))
    _coverage(text, site)
    _talk(found, site)
    _advertising(text, site)
    site.public += list(_public(site))
    site.desk += list(_desk(site))
    return site


def _story(text: _Texts, rows: dict[str, Any], own: list[str], number: int) -> Any:
    # One by one as in the editor, and all at once, where one may open what another closes.
    body = "".join(map(clean_body, own)) if number % 2 else "\n".join(own)
    story = make.ArticleFactory(
        is_public=True, headline=text(250), slug=f"berita-{number}", standfirst=text(500), body=body,
        section=rows["section"], place=rows["place"], tags=[text(80).replace(",", ";").replace('"', "'")],
        publish_at=timezone.now() - datetime.timedelta(hours=1, minutes=number),
    )  # fmt: skip
    make.BylineFactory(article=story, author=rows["author"])
    photo = make.PhotoFactory(caption=text(1000), credit=text(150), alt_text=text(250))
    make.ArticlePhotoFactory(article=story, photo=photo, caption=text(1000), alt_text=text(250))
    make.AttendanceFactory(
        article=story, person=rows["person"], tenure=rows["tenure"], name_as_printed=text(150),
        office_as_printed=text(150),
    )  # fmt: skip
    make.AttendanceFactory(article=story, person=None, group_label=text(100), group_count=3)
    make.CorrectionFactory(article=story, text=text(500))
    make.InstalmentFactory(thread=rows["thread"], article=story, line=text(120))
    return story


def _coverage(text: _Texts, site: Attacked) -> None:
    leader = covering.member("chief_editor")
    story = site.stories[0]
    live.begin(story, by=leader)
    for _turn in range(3):
        live.add(story, live.Words(text=text(2000)), by=leader)
    story.refresh_from_db()


def _talk(found: list[str], site: Attacked) -> None:
    rows, first = site.rows, site.stories[0]
    names = _Texts(found)
    for number, body in enumerate(packed(found, 1800, "\n")):
        state = State.PENDING if number % 5 == 4 else State.APPROVED
        of = site.stories[number % len(site.stories)]
        row = written(of, body=body, author_name=names(100), state=state)
        rows.setdefault("comment" if state == State.APPROVED else "pending", row)
    Report.objects.create(
        comment=rows["comment"], by=make.UserFactory(name=names(100)), reason="spam", note=names(400),
        due_at=timezone.now(),
    )  # fmt: skip
    rows["talk"] = first


def _advertising(text: _Texts, site: Attacked) -> None:
    advertiser = AdvertiserFactory(name=text(100), notes=text(500), contact_name=text(100))
    campaign = CampaignFactory(advertiser=advertiser, name=text(100), notes=text(500))
    flight = FlightFactory(campaign=campaign, creatives=0, name=text(100))
    words = {"headline": text(55), "words": text(130), "name": text(100)}
    creative = CreativeFactory(flight=flight, approved=True, **words)
    count(creative, 10, 9, 8, 1)
    house = FlightFactory(
        kind=FlightKind.HOUSE, creatives=0,
        campaign=CampaignFactory(advertiser=AdvertiserFactory(is_house=True, name=text(90)), name=text(90)),
    )  # fmt: skip
    fallback = CreativeFactory(flight=house, approved=True, headline=text(55), words=text(130))
    Placement.objects.filter(key__in=["article-top-1", "front-top", "list-top"]).update(
        fallback=fallback
    )
    site.rows |= {
        "campaign": campaign,
        "advertiser": advertiser,
        "creative": creative,
        "flight": flight,
    }


def _public(site: Attacked) -> Iterator[str]:
    for story in site.stories:
        yield story.get_absolute_url()
        yield f"{story.get_absolute_url()}ninjs.json"
        yield discussion_path(story)
        yield reverse("comments:threads", args=[story.pk])
    rows = site.rows
    for name in ("section", "author", "thread", "office", "person", "page"):
        yield rows[name].get_absolute_url()
    for name in ("office", "person"):
        yield f"{rows[name].get_absolute_url()}popolo.json"
    first = site.stories[0]
    yield f"{first.get_absolute_url()}langsung/?sesudah=0"
    yield from (tag.get_absolute_url() for tag in Tag.objects.order_by("pk")[:3])
    names = (
        "front",
        "latest",
        "people",
        "popular",
        "archive",
        "threads",
        "corrections",
        "masthead",
        "contact",
        "privacy",
    )
    for name in (
        *names,
        "popolo",
        "rss",
        "atom",
        "json_feed",
        "sitemap_news",
        "manifest",
        "offline",
        "section_colours",
    ):
        yield reverse(f"articles:{name}")
    for name in ("section_rss", "section_atom", "section_json_feed"):
        yield reverse(f"articles:{name}", args=[rows["section"].slug])
    day = first.published_on
    yield reverse("articles:archive_day", args=[day.year, day.month, day.day])
    yield reverse("comments:comment", args=[rows["comment"].pk])
    yield reverse("comments:report", args=[rows["comment"].pk])


def _desk(site: Attacked) -> Iterator[str]:
    rows = site.rows
    for story in site.stories[:4]:
        for view in ("change", "history"):
            yield reverse(f"admin:articles_article_{view}", args=[story.pk])
        yield reverse("admin:articles_article_preview_story", args=[story.pk])
    for table in ("articles_article", "articles_photo", "articles_person", "articles_organisation", "articles_tag",
                  "articles_section", "articles_storythread", "comments_comment", "ads_advertiser", "ads_campaign",
                  "ads_flight", "ads_creative"):  # fmt: skip
        yield reverse(f"admin:{table}_changelist")
    for table, row in (
        ("articles_person", rows["person"]), ("articles_organisation", rows["office"]),
        ("articles_section", rows["section"]), ("articles_author", rows["author"]), ("articles_page", rows["page"]),
        ("comments_comment", rows["comment"]), ("comments_comment", rows["pending"]),
        ("ads_advertiser", rows["advertiser"]), ("ads_campaign", rows["campaign"]), ("ads_flight", rows["flight"]),
        ("ads_creative", rows["creative"]),
    ):  # fmt: skip
        yield reverse(f"admin:{table}_change", args=[row.pk])
    yield reverse("admin:index")
    yield reverse("admin:comments_comment_queue")
