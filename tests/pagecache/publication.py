"""A small publication in which every kind of page shows something of every kind of row."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone

from ads.choices import FlightKind
from ads.models import Placement, SilencePeriod
from articles import live, revisions, share_pictures
from articles.choices import Capacity, CorrectionKind, FrontSlot, Kind
from articles.models import (
    Article,
    ArticleViews,
    Coverage,
    OrganisationAlias,
    PersonAlias,
    Revision,
)
from articles.models import Publication as Masthead
from comments.addresses import discussion_path
from comments.choices import Action, PinnedAs, ReportReason, State
from comments.models import Comment, Discussion, ModerationEvent, Policy, Report
from newsletter.choices import EntryKind
from newsletter.models import Entry, Issue, Newsletter
from tests import covering
from tests import factories as make
from tests.ads.factories import (
    AdvertiserFactory,
    CampaignFactory,
    CategoryFactory,
    CreativeFactory,
    FlightFactory,
)
from tests.comments.people import written


@dataclass
class Publication:
    """Its rows by name, as far as tests ask for them, and its public addresses."""

    rows: dict[str, Any]
    addresses: list[str]

    def __getattr__(self, name: str) -> Any:
        return self.rows[name]


def found() -> Publication:
    """Fill the database. All times are near `timezone.now()`."""
    rows: dict[str, Any] = {}
    _people(rows)
    _stories(rows)
    _live(rows)
    _front(rows)
    _talk(rows)
    _advertising(rows)
    _newsletter(rows)
    return Publication(rows, list(_addresses(rows)))


def _people(rows: dict[str, Any]) -> None:
    make.PublicationFactory(
        tagline="Dari pelabuhan", masthead="Redaktur: Baso", phone="0411", shows_versions=True
    )
    regency = make.PlaceFactory(kind="regency", name="Kabupaten Tompolangi", code="73.99")
    rows["place"] = place = make.PlaceFactory(parent=regency)
    rows["government"] = government = make.OrganisationFactory(place=regency, note="Rapi.")
    rows["office"] = office = make.OrganisationFactory(parent=government, short_name="Disdik")
    OrganisationAlias.objects.create(organisation=office, name="Dinas P dan K")
    # Known by nothing as yet.
    make.OrganisationFactory(parent=government)
    rows["head"] = head = make.PostFactory(organisation=office, place=place, title="Kepala Dinas")
    rows["portrait"] = portrait = make.PhotoFactory()
    rows["person"] = person = make.PersonFactory(
        photo=portrait, degrees="S.H.", note="Sering datang."
    )
    PersonAlias.objects.create(person=person, name="Andi K.")
    rows["tenure"] = make.TenureFactory(person=person, post=head)
    rows["merged"] = merged = make.PersonFactory(merged_into=person)
    make.TenureFactory(
        person=merged, post__organisation=government, ended_on=datetime.date(2025, 1, 1)
    )
    rows["other"] = make.PersonFactory()
    rows["chief"] = chief = make.PersonFactory()
    make.TenureFactory(person=chief, post__organisation=office)
    rows["private"] = make.PersonFactory(is_public=False)
    # Not known by anything that readers see.
    make.PersonFactory()


def _stories(rows: dict[str, Any]) -> None:
    rows["section"] = section = make.SectionFactory(description="Semua dari laut.")
    rows["elsewhere"] = elsewhere = make.SectionFactory()
    rows["author"] = author = make.AuthorFactory(bio="Menulis sejak 2010.")
    second = make.AuthorFactory()
    rows["photo"] = photo = make.PhotoFactory()
    common: dict[str, Any] = {"section": section, "place": rows["place"]}
    rows["story"] = story = make.ArticleFactory(is_public=True, tags=["laut", "ikan"], **common)
    rows["tag"] = story.tags.get(name="laut")
    rows["sibling"] = sibling = make.ArticleFactory(
        is_public=True, section=elsewhere, tags=["laut"], is_tragedy=True
    )
    rows["paid"] = make.ArticleFactory(
        is_public=True, kind=Kind.PAID, sponsor="Toko Makmur", **common
    )
    rows["protected"] = protected = make.ArticleFactory(
        is_public=True, is_identity_protected=True, tags=["laut"], **common
    )
    rows["ending"] = ending = make.ArticleFactory(
        is_public=True, unpublish_at=_in(days=2), **common
    )
    rows["withdrawn"] = withdrawn = make.ArticleFactory(is_withdrawn=True, **common)
    rows["over"] = make.ArticleFactory(is_over=True, **common)
    rows["scheduled"] = scheduled = make.ArticleFactory(is_scheduled=True, tags=["ikan"], **common)
    rows["draft"] = draft = make.ArticleFactory(tags=["laut"], **common)
    for one in (story, sibling, protected, ending, withdrawn, scheduled, draft):
        make.BylineFactory(article=one, author=author)
        make.ArticlePhotoFactory(article=one, photo=photo)
    make.BylineFactory(article=story, author=second, role="editor")
    make.CorrectionFactory(article=story)
    make.CorrectionFactory(article=withdrawn, kind=CorrectionKind.WITHDRAWAL)
    for related in (sibling, scheduled, ending):
        make.RelatedArticleFactory(article=story, related=related)
    _registers(rows, (story, sibling, ending, scheduled, draft, protected, withdrawn))
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    for views, one in enumerate((story, sibling, ending, withdrawn), start=1):
        ArticleViews.objects.create(article=one, hour=hour, views=views)
    for headline, hours in (("Kapal karam", -2), ("Kapal tenggelam", -0.5)):
        story.headline = headline
        story.save()
        rows["revision"] = revision = revisions.record(story, by=None)
        # The database has a clock of its own.
        Revision.objects.filter(pk=revision.pk).update(created_at=_in(hours=hours))
    rows["hold"] = make.VersionHoldFactory(article=story)
    _threads(rows)
    rows["page"] = make.PageFactory()
    rows["contact"] = make.PageFactory(slug="kontak")


def _threads(rows: dict[str, Any]) -> None:
    rows["thread"] = thread = make.StoryThreadFactory(intro="Sejak pagi.", key_facts="Satu.\nDua.")
    rows["ended"] = ended = make.StoryThreadFactory(ended_on=datetime.date(2026, 1, 2))
    happened_at = timezone.now() - datetime.timedelta(days=3)
    rows["first"] = make.InstalmentFactory(
        thread=thread, article=rows["sibling"], happened_at=happened_at
    )
    rows["instalment"] = make.InstalmentFactory(thread=thread, article=rows["story"], line="Ramai.")
    make.InstalmentFactory(thread=thread, article=rows["scheduled"])
    make.InstalmentFactory(thread=thread, article=rows["ending"])
    make.InstalmentFactory(thread=ended, article=rows["protected"])
    make.InstalmentFactory(thread=ended, article=rows["withdrawn"])


def _registers(rows: dict[str, Any], stories: tuple[Article, ...]) -> None:
    office, head = rows["office"], rows["head"]
    for story in stories:
        make.AttendanceFactory(
            article=story,
            person=rows["person"],
            tenure=rows["tenure"],
            office_as_printed="Kepala Dinas",
            capacity=Capacity.QUOTED,
        )
        make.AttendanceFactory(article=story, person=rows["other"], represents_post=head)
        make.AttendanceFactory(
            article=story, person=rows["private"], represents_person=rows["chief"]
        )
        make.AttendanceFactory(article=story, person=None, organisation=office)
        make.AttendanceFactory(article=story, person=None, group_label="Warga", group_count=40)
    # Under the other entry, in one story only.
    make.AttendanceFactory(
        article=rows["paid"],
        person=rows["merged"],
        represents_organisation=rows["government"],
        office_as_printed="Penasihat",
    )


def _live(rows: dict[str, Any]) -> None:
    """The story's coverage runs, and that of its sibling has ended."""
    leader = covering.member("chief_editor")
    words = {"place": rows["place"], "author": rows["author"], "photo": rows["photo"]}
    for name in ("story", "sibling"):
        live.begin(rows[name], by=leader)
        # The clock of a test may stand still.
        Coverage.objects.filter(pk=rows[name].pk).update(begun_at=_in(hours=-1))
        rows[f"{name}_entry"] = one = covering.entry(rows[name], by=leader, **words)
        live.pin(one, by=leader)
        gone = covering.entry(rows[name], by=leader)
        live.withdraw(gone, by=leader, word="Keliru.")
        rows[name].refresh_from_db()
    live.end(rows["sibling"], by=leader)
    rows["sibling"].refresh_from_db()


def _front(rows: dict[str, Any]) -> None:
    rows["layout"] = layout = make.FrontLayoutFactory(lead=rows["sibling"])
    make.FrontPlacementFactory(
        layout=layout, slot=FrontSlot.SECONDARY, article=rows["story"], until=_in(days=1)
    )
    make.FrontPlacementFactory(layout=layout, slot=FrontSlot.PINNED, article=rows["scheduled"])
    make.FrontLayoutFactory(starts_at=_in(days=3), lead=rows["story"])
    rows["breaking"] = make.BreakingNewsFactory(article=rows["sibling"])


def _talk(rows: dict[str, Any]) -> None:
    story = rows["story"]
    Policy.objects.create(pk=1).sections_shown_first.add(rows["section"])
    rows["comment"] = comment = written(story, author=make.UserFactory(), body="Setuju sekali.")
    reply = written(story, parent=comment)
    rows["reply"] = written(story, parent=reply)
    rows["pending"] = written(story, state=State.PENDING)
    rows["removed"] = written(story, state=State.REMOVED)
    written(story, parent=written(story, state=State.REMOVED))
    official = written(story, is_by_staff=True)
    Comment.objects.filter(pk=official.pk).update(
        pinned_as=PinnedAs.values[0], pinned_at=timezone.now(), pinned_by=make.StaffFactory()
    )
    written(rows["sibling"])
    written(rows["draft"], state=State.PENDING)
    Discussion.objects.get_or_create(article=rows["ending"])
    rows["report"] = Report.objects.create(
        comment=comment, by=make.UserFactory(), reason=ReportReason.values[0], due_at=_in(hours=5)
    )
    ModerationEvent.objects.create(comment=comment, action=Action.RECEIVED, to_state=State.APPROVED)


def _advertising(rows: dict[str, Any]) -> None:
    category = CategoryFactory()
    advertiser = AdvertiserFactory(
        is_house=True, people=[rows["chief"]], organisations=[rows["government"]]
    )
    campaign = CampaignFactory(advertiser=advertiser, category=category)
    flight = FlightFactory(kind=FlightKind.HOUSE, campaign=campaign, creatives=0)
    rows["fallback"] = fallback = CreativeFactory(flight=flight, approved=True)
    Placement.objects.filter(key__in=["article-top-1", "front-top", "list-top"]).update(
        fallback=fallback
    )
    # Sold, and nothing that a page shows before the browser asks.
    rows["sold"] = FlightFactory()
    first = timezone.localdate() + datetime.timedelta(days=30)
    SilencePeriod.objects.create(name="Masa tenang", days=(first, first + _days(3)))


def _newsletter(rows: dict[str, Any]) -> None:
    Newsletter.objects.create(send_at=datetime.time(5, 30))
    now = timezone.now()
    rows["issue"] = issue = Issue.objects.create(day=now.date(), greeting="Selamat pagi!")
    told = ["story", "sibling", "paid", "protected", "ending", "withdrawn", "scheduled"]
    for position, name in enumerate(told):
        Entry.objects.create(
            issue=issue,
            position=position,
            kind=EntryKind.STORY if position else EntryKind.LEAD,
            article=rows[name],
            section=rows[name].section,
            headline=rows[name].headline,
        )
    Entry.objects.create(
        issue=issue,
        position=len(told),
        kind=EntryKind.CORRECTION,
        article=rows["story"],
        correction=rows["story"].corrections.get(),
        section=rows["story"].section,
        headline=rows["story"].headline,
    )
    Issue.objects.filter(pk=issue.pk).update(
        state="sending", subject="S", since=now - _days(1), until=now, made_at=now
    )
    rows["planned"] = Issue.objects.create(day=now.date() + _days(1))


def _in(**span: int) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(**span)


def _days(number: int) -> datetime.timedelta:
    return datetime.timedelta(days=number)


def _addresses(rows: dict[str, Any]) -> Any:
    story, comment = rows["story"], rows["comment"]
    day = story.published_on
    for name in ("story", "sibling", "paid", "protected", "ending", "withdrawn", "over"):
        yield rows[name].get_absolute_url()
    yield f"{story.get_absolute_url()}?urut=terlama"
    yield f"{story.get_absolute_url()}langsung/?sesudah=0"
    yield f"{rows['sibling'].get_absolute_url()}langsung/?sesudah=0"
    yield f"{story.get_absolute_url()}ninjs.json"
    yield f"{rows['withdrawn'].get_absolute_url()}ninjs.json"
    yield f"{story.get_absolute_url()}riwayat/"
    yield f"{story.get_absolute_url()}riwayat/?versi=2"
    for name in ("section", "elsewhere", "tag", "author", "page", "person", "other", "chief"):
        yield rows[name].get_absolute_url()
    for name in ("government", "office"):
        yield rows[name].get_absolute_url()
    for name in ("thread", "ended"):
        yield rows[name].get_absolute_url()
    yield f"{rows['thread'].get_absolute_url()}?urut=awal"
    yield f"{rows['person'].get_absolute_url()}?sebagai=dikutip"
    yield f"{rows['person'].get_absolute_url()}popolo.json"
    yield f"{rows['office'].get_absolute_url()}popolo.json"
    for name in (
        *(
            "front",
            "latest",
            "popular",
            "archive",
            "threads",
            "people",
            "corrections",
            "masthead",
            "guidelines",
        ),
        *("privacy", "contact", "popolo", "rss", "atom", "json_feed", "sitemap", "sitemap_news"),
        *("robots", "section_colours", "manifest", "worker", "offline", "withdrawn"),
    ):
        yield reverse(f"articles:{name}")
    shown = Article.objects.select_related("section").get(pk=story.pk)
    here = Masthead.current()
    for card in (
        share_pictures.of_section(rows["section"], here),
        share_pictures.of_publication(here),
        share_pictures.of_person(rows["other"], "", here),
        share_pictures.of_organisation(rows["office"], here),
        share_pictures.of_thread(rows["thread"], here),
    ):
        yield urlsplit(card.url).path
    mark = share_pictures.story_card(shown, here).mark
    yield reverse("articles:story_card", args=[story.pk, mark])
    yield share_pictures.icon_path(here, "192")
    for name in ("section_rss", "section_atom", "section_json_feed"):
        yield reverse(f"articles:{name}", args=[rows["section"].slug])
    for part in ("pages", "people", "organisations", f"{day:%Y-%m}"):
        yield reverse("articles:sitemap_part", args=[part])
    yield reverse("articles:archive_year", args=[day.year])
    yield reverse("articles:archive_month", args=[day.year, day.month])
    yield reverse("articles:archive_day", args=[day.year, day.month, day.day])
    yield discussion_path(story)
    yield discussion_path(rows["ending"])
    yield reverse("comments:threads", args=[story.pk])
    yield reverse("comments:replies", args=[comment.pk]) + "?sesudah=first"
    yield reverse("comments:comment", args=[comment.pk])
    yield reverse("comments:comment", args=[rows["reply"].pk])
    yield reverse("comments:comment", args=[rows["removed"].pk])
    yield reverse("comments:figures")
    yield reverse("reader_terms")
    yield rows["issue"].get_absolute_url()
    yield reverse("newsletter:page")
    yield reverse("newsletter:check")
