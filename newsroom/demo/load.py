"""Fills an empty database with the demo publication, through the same doors as the newsroom."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from articles import photos, revisions, workflow
from articles.choices import Status
from articles.copydesk import archive
from articles.models import (
    Article,
    ArticlePhoto,
    Author,
    Byline,
    Correction,
    Page,
    Place,
    Publication,
    RelatedArticle,
    Section,
)
from articles.people import suspects
from articles.slugs import slug_of

from . import files
from .advertising import load_advertising
from .covering import load_live
from .discussion import load_discussion
from .newsletter import load_newsletter
from .people import People, load_people
from .replies import load_replies
from .threads import load_threads

PUBLICATION = {
    "name": "Kabar Tompolangi",
    "tagline": "Harian Kabupaten Tompolangi, Sulawesi Selatan",
    "legal_name": "PT Kabar Tompolangi Media",
    "responsible_person": "Nurhayati Palinrungi",
    "address": "Jalan Pelabuhan Nomor 12, Lappabatu\nKabupaten Tompolangi, Sulawesi Selatan",
    "email": "redaksi@kabartompolangi.example",
    "phone": "(0400) 000-000",
    "ownership": "Dimiliki seluruhnya oleh karyawan. Dibiayai dari iklan lokal dan langganan edisi cetak.",
    "shows_versions": True,
}
STATES = {
    "in_review": Status.IN_REVIEW,
    "returned": Status.RETURNED,
    "approved": Status.APPROVED,
    "draft": Status.DRAFT,
}


def load(users: dict[str, User]) -> Iterator[tuple[int, int, str]]:
    """Load everything in one transaction; yields (done, of how many, headline) for each story.

    `users` are the demo's accounts by role. Nothing stays when it fails or is interrupted.
    """
    with transaction.atomic():
        now = timezone.now().replace(second=0, microsecond=0)
        _publication(files.rows("authors.toml", "authors"))
        places = _places()
        sections = {
            row["slug"]: Section.objects.create(**row)
            for row in files.rows("sections.toml", "sections")
        }
        authors = _authors(users)
        people = load_people(places)
        loader = _Stories(users, places, sections, authors, people, now)
        stories = files.stories()
        for done, (key, story) in enumerate(stories.items(), start=1):
            loader.add(key, story)
            yield done, len(stories), story["headline"]
        loader.relate(stories)
        loader.move(stories)
        load_threads(loader.articles)
        load_live(users, loader.articles, authors, places, now)
        load_discussion(users, loader.articles)
        load_advertising(users, loader.articles, people.persons)
        load_newsletter(users, sections)
        load_replies(users, loader.articles)
        # What a night and a week of its own would have found.
        suspects.find()
        archive.recount()


def _publication(authors: list[dict[str, Any]]) -> None:
    titles = {"chief_editor": "Pemimpin redaksi", "editor": "Redaktur", "reporter": "Reporter"}
    lines = [
        f"{titles.get(row.get('role_account', ''), row.get('title', 'Redaksi'))}: {row['name']}"
        for row in authors
        if row.get("role_account") not in {"moderator", "ad_desk"}
    ]
    Publication.objects.create(**PUBLICATION, masthead="\n".join(lines))
    Page.objects.create(
        title="Kontak",
        slug="kontak",
        body="<p>Redaksi menerima kabar, foto, dan koreksi dari pembaca setiap hari pukul 08.00–21.00 Wita.</p>"
        "<p>Datang langsung ke Jalan Pelabuhan Nomor 12, Lappabatu, atau tulis ke "
        '<a href="mailto:redaksi@kabartompolangi.example">redaksi@kabartompolangi.example</a>.</p>',
    )
    Page.objects.create(
        title="Tentang kami",
        slug="tentang-kami",
        body="<p>Kabar Tompolangi terbit setiap hari sejak 2009, semula sebagai koran dan kini terutama di telepon genggam.</p>"
        "<h2>Siapa pemiliknya</h2><p>Perusahaan ini dimiliki para pendiri dan karyawannya. Tidak ada partai atau pejabat yang ikut memiliki.</p>"
        "<h2>Dari mana uangnya</h2><table><caption>Pendapatan tahun 2025</caption>"
        "<thead><tr><th>Sumber</th><th>Bagian</th></tr></thead><tbody>"
        "<tr><td>Iklan di situs ini</td><td>58%</td></tr><tr><td>Langganan edisi cetak</td><td>31%</td></tr>"
        "<tr><td>Iklan cetak</td><td>11%</td></tr></tbody></table>"
        "<p>Pengiklan tidak menentukan isi berita. Tulisan yang dibayar selalu diberi label.</p>",
    )


def _places() -> dict[str, Place]:
    places: dict[str, Place] = {}
    for row in files.rows("places.toml", "places"):
        if code := row.get("code"):
            places[row["key"]] = Place.objects.get(code=code)
            continue
        parent = places.get(row["parent"]) or Place.objects.get(code=row["parent"])
        places[row["key"]] = Place.objects.create(name=row["name"], kind=row["kind"], parent=parent)
    return places


def _authors(users: dict[str, User]) -> dict[str, Author]:
    authors = {}
    for row in files.rows("authors.toml", "authors"):
        authors[row["key"]] = Author.objects.create(
            name=row["name"],
            slug=row["key"],
            initials=row.get("initials", ""),
            bio=row.get("bio", ""),
            user=users.get(row.get("role_account", "")),
        )
    return authors


class _Stories:
    """Adds one story after the other with its rows; then what is related, and the state of each."""

    def __init__(
        self,
        users: dict[str, User],
        places: dict[str, Place],
        sections: dict[str, Section],
        authors: dict[str, Author],
        people: People,
        now: datetime.datetime,
    ) -> None:
        self.users, self.places, self.sections = users, places, sections
        self.authors, self.people, self.now = authors, people, now
        self.articles: dict[str, Article] = {}
        # When each comes out, for `move`.
        self.times: dict[str, datetime.datetime | None] = {}

    def add(self, key: str, story: dict[str, Any]) -> None:
        state = story["state"]
        is_out = state in {"published", "scheduled", "withdrawn"}
        publish_at = self._moment(key, story["age"]) if is_out else None
        article = Article.objects.create(
            headline=story["headline"],
            standfirst=story.get("standfirst", ""),
            body=story["body"],
            slug=slug_of(key.partition("-")[2]),
            kind=story["kind"],
            sponsor=story.get("sponsor", ""),
            is_tragedy=story.get("tragedy", False),
            section=self.sections[story["section"]],
            place=self.places[story["dateline"]] if story.get("dateline") else None,
            event_on=timezone.localtime(publish_at or self.now).date(),
            created_by=self._beginner(story),
        )
        self.articles[key] = article
        self.times[key] = publish_at
        article.tags.set(story.get("tags", []))
        self._bylines(article, story)
        self._photos(article, story)
        self.people.add_register(article, story.get("attendance", []))

    def _beginner(self, story: dict[str, Any]) -> User | None:
        """The account of whoever signs first; colleagues without one began theirs elsewhere."""
        signed = [self.authors[author].user for _role, author in story.get("bylines", [])]
        return signed[0] if signed else None

    def _moment(self, key: str, age: str) -> datetime.datetime:
        """When a story came out; one that is days old, at its own hour between 6 and 21 o'clock."""
        moment = files.moment(age, self.now)
        if not age.endswith("d"):
            return moment
        minute = 6 * 60 + zlib.crc32(key.encode()) % (15 * 60)
        hour, minute = divmod(minute, 60)
        return timezone.localtime(moment).replace(hour=hour, minute=minute)

    def relate(self, stories: dict[str, dict[str, Any]]) -> None:
        for key, story in stories.items():
            for position, other in enumerate(story.get("related", [])):
                RelatedArticle.objects.create(
                    article=self.articles[key], related=self.articles[other], position=position
                )

    def move(self, stories: dict[str, dict[str, Any]]) -> None:
        """Bring each into its state, last of all: its first version is the whole story, with what is related."""
        for key, story in stories.items():
            self._move(self.articles[key], story, self.times[key])

    def _bylines(self, article: Article, story: dict[str, Any]) -> None:
        for position, (role, author) in enumerate(story.get("bylines", [])):
            Byline.objects.create(
                article=article, author=self.authors[author], role=role, position=position
            )

    def _photos(self, article: Article, story: dict[str, Any]) -> None:
        for position, row in enumerate(story.get("photos", [])):
            with files.illustration(row["illustration"]).open("rb") as file:
                photo = photos.store(
                    file,
                    by=self.users["reporter"],
                    caption=row.get("caption", ""),
                    credit=row.get("credit", ""),
                    alt_text=row.get("alt", ""),
                )
            photo.focal_x, photo.focal_y = row.get("focal", [0.5, 0.5])
            photo.save(update_fields=["focal_x", "focal_y"])
            ArticlePhoto.objects.create(
                article=article,
                photo=photo,
                position=position,
                caption=row.get("caption", ""),
                alt_text=row.get("alt", ""),
            )

    def _move(
        self, article: Article, story: dict[str, Any], publish_at: datetime.datetime | None
    ) -> None:
        state = story["state"]
        reporter, editor, chief = (
            self.users[role] for role in ("reporter", "editor", "chief_editor")
        )
        if publish_at is None:
            workflow.bring_in(article, status=Status.DRAFT, by=reporter, note="Demo")
            if state in {"in_review", "returned", "approved"}:
                workflow.submit(article, by=article.created_by or editor)
            if state == "returned":
                workflow.send_back(article, by=editor, note=story["desk_note"])
            if state == "approved":
                workflow.approve(article, by=editor)
            return
        corrections = [
            row | {"at": max(files.moment(row["age"], self.now), publish_at)}
            for row in story.get("corrections", [])
        ]
        withdrawal = None
        if state == "withdrawn":
            reason = story["withdrawal"]
            at = max(files.moment(reason["age"], self.now), publish_at)
            withdrawal = workflow.Withdrawal(
                reason["ground"], reason["notice"], at, editor, at, chief
            )
        words = _before_correction(article, corrections)
        updated_at = max((row["at"] for row in corrections), default=None)
        workflow.bring_in(
            article,
            status=Status.WITHDRAWN if withdrawal else Status.PUBLISHED,
            publish_at=publish_at,
            updated_at=updated_at,
            withdrawal=withdrawal,
            by=editor,
            note="Demo",
        )
        for row in corrections:
            Correction.objects.create(
                article=article,
                kind=row["kind"],
                text=row["text"],
                created_at=row["at"],
                created_by=editor,
            )
        if not words or updated_at is None:
            return
        for field, value in words.items():
            setattr(article, field, value)
        article.save()
        revisions.record(article, by=editor, note=corrections[-1]["text"][:300])
        # Each when readers had it, and not while the demo is loaded.
        article.revisions.filter(number=1).update(created_at=publish_at)
        article.revisions.filter(number__gt=1).update(created_at=updated_at)
        Article.objects.filter(pk=article.pk).update(updated_at=updated_at)


def _before_correction(article: Article, corrections: list[dict[str, Any]]) -> dict[str, str]:
    """Make a story say what stood there before it was corrected; return what it says now, if that differs."""
    now = {field: getattr(article, field) for field in ("headline", "standfirst", "body")}
    for row in corrections:
        for words, wrong in row.get("instead_of", {}).items():
            for field in now:
                setattr(article, field, getattr(article, field).replace(words, wrong))
    return {field: text for field, text in now.items() if getattr(article, field) != text}
