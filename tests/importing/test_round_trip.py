"""Whatever the newsroom holds: exported, and imported into an emptied database, it is the same."""

from __future__ import annotations

import datetime
import io
import json
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, models
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from articles import models as articles
from articles.choices import (
    BylineRole,
    Capacity,
    CorrectionKind,
    DatePrecision,
    Kind,
    PlaceKind,
    Status,
    TenureKind,
    Verdict,
    WithdrawalGround,
)
from articles.people import identity
from articles.photos import store
from articles.sanitise import clean_body
from comments.choices import State
from comments.models import Comment, place_in_thread
from newsroom.models import ImportedItem
from tests import factories
from tests.factories import image_file

from .conftest import assert_adds_up

pytestmark = pytest.mark.django_db

NASTY = ["]]>", "<![CDATA[", "&amp;", "&", "<b>", "</wp:comment>", '"', "'", "\x01", "\x0b", "\x1f", "\ufffe", "\r\n", "\r",
         "\t", "\n\n", " ", "  ", "\xa0", "👩‍👩‍👧‍👦", "🇮🇩", "\u202eterbalik", "العربية", "ꦗꦮ", "e\u0301", "é", "%", "[caption]", "[x y=1]",
         "https://a.example/?b=1&c=2", "<!-- wp:paragraph -->", "--", "\\", "\u2028", "a:1:{s:1:\"x\";}", "&#8217;", "null"]  # fmt: skip
PIECES = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8),
)


def texts(limit: int, *, may_be_empty: bool = True) -> st.SearchStrategy[str]:
    text = st.lists(PIECES, max_size=6).map(lambda pieces: "".join(pieces)[:limit])
    return text if may_be_empty else text.filter(lambda t: t != "")


@st.composite
def bodies(draw: st.DrawFn, pictures: tuple[str, ...] = ()) -> str:
    blocks = []
    for _number in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["p", "h2", "blockquote", "pre", "ul", "figure"]))
        text = draw(texts(60)).replace("<", "&lt;")
        if kind == "ul":
            blocks.append(f"<ul><li>{text}</li></ul>")
        elif kind == "figure" and pictures:
            blocks.append(
                f'<figure><img src="{draw(st.sampled_from(pictures))}" alt=""><figcaption>{text}</figcaption></figure>'
            )
        else:
            blocks.append(f"<{kind}>{text}</{kind}>")
    return clean_body("".join(blocks))


NOON = datetime.datetime(2026, 11, 24, 4, 0, tzinfo=datetime.UTC)
ONE_DAY = datetime.timedelta(days=1)
MOMENTS = st.datetimes(
    datetime.datetime(1999, 12, 31),
    datetime.datetime(2035, 1, 2),
    timezones=st.sampled_from(
        [datetime.UTC, *(datetime.timezone(datetime.timedelta(hours=h)) for h in (7, 8, 9, -5))]
    ),
)
FRACTIONS = st.floats(0, 1, allow_nan=False)


class World:
    """A newsroom made of what hypothesis draws."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.photos = [self.photo(n) for n in range(draw(st.integers(0, 2)))]
        self.accounts = [factories.UserFactory(email=f"Orang{n}@Example.org") for n in range(2)]
        self.authors = [self.author(n) for n in range(draw(st.integers(1, 3)))]
        self.sections = [
            articles.Section.objects.create(
                name=draw(texts(60, may_be_empty=False)),
                slug=slug,
                description=draw(texts(200)),
                colour=draw(st.sampled_from(["#23395b", "#000000"])),
                position=draw(st.integers(0, 9)),
            )
            for slug in draw(
                st.lists(
                    st.sampled_from(["daerah", "Daerah", "berita", "a_b-", "uncategorized"]),
                    min_size=1,
                    max_size=3,
                    unique=True,
                )
            )
        ]
        tag_names = draw(st.lists(texts(100, may_be_empty=False), max_size=4, unique_by=str.lower))
        self.tags = []
        for number, name in enumerate(tag_names):
            # PostgreSQL's idea of lower case is not Python's.
            if not articles.Tag.objects.filter(name__iexact=name).exists():
                self.tags.append(articles.Tag.objects.create(name=name, slug=f"tag-{number}"))
        self.register()
        self.pages = [
            articles.Page.objects.create(
                title=draw(texts(200)),
                slug=f"Halaman-{n}",
                body=draw(bodies(self.pictures())),
                is_published=draw(st.booleans()),
            )
            for n in range(draw(st.integers(0, 2)))
        ]
        self.stories = [self.story(n) for n in range(draw(st.integers(0, 3)))]
        for story in self.stories:
            self.thread(story)
        self.links()

    def pick(self, rows: list[Any]) -> Any:
        return self.draw(st.sampled_from(rows)) if rows else None

    def maybe(self, rows: list[Any]) -> Any:
        return self.draw(st.sampled_from([None, *rows]))

    def pictures(self) -> tuple[str, ...]:
        return tuple(photo.image.url for photo in self.photos)

    def photo(self, number: int) -> articles.Photo:
        photo = store(image_file(size=(20 + number, 30)), by=None, caption=self.draw(texts(80)), credit=self.draw(texts(200)),
                      alt_text=self.draw(texts(300)))  # fmt: skip
        photo.focal_x, photo.focal_y = self.draw(FRACTIONS), self.draw(FRACTIONS)
        photo.is_ai_generated = self.draw(st.booleans())
        photo.created_at = self.draw(MOMENTS)
        photo.save()
        return photo

    def author(self, number: int) -> articles.Author:
        return articles.Author.objects.create(
            name=self.draw(texts(120, may_be_empty=False)),
            slug=f"Penulis-{number}",
            initials=self.draw(texts(12)),
            bio=self.draw(texts(80)),
            user=self.accounts[number] if number < 1 else None,
        )

    def register(self) -> None:
        draw = self.draw
        district = factories.PlaceFactory(name="Kecamatan Uji")
        village = factories.PlaceFactory(name="Desa Uji", kind=PlaceKind.VILLAGE, parent=district)
        self.places = [
            village,
            district,
            articles.Place.objects.get(code="73"),
            articles.Place.objects.get(code="81"),
        ]
        child = articles.Organisation.objects.create(
            name=draw(texts(160, may_be_empty=False)), slug="Bagian", is_public=draw(st.booleans())
        )
        parent = articles.Organisation.objects.create(
            name="Induk", short_name=draw(texts(60)), slug="induk", place=self.maybe(self.places)
        )
        # The part has the lower number: exports list the whole first all the same.
        child.parent = parent
        child.save()
        self.organisations = [child, parent]
        if draw(st.booleans()):
            articles.OrganisationAlias.objects.create(
                organisation=child, name=draw(texts(160, may_be_empty=False))
            )
        self.persons = [
            articles.Person.objects.create(
                religious_prefix=draw(texts(20)),
                academic_prefix=draw(texts(30)),
                rank=draw(texts(30)),
                name=draw(texts(120, may_be_empty=False)),
                degrees=draw(texts(80)),
                slug=f"Tokoh-{n}",
                photo=self.maybe(self.photos),
                note=draw(texts(50)),
                is_public=draw(st.booleans()),
                created_at=draw(MOMENTS),
                created_by=self.maybe(self.accounts),
            )
            for n in range(2)
        ]
        articles.PersonAlias.objects.create(
            person=self.persons[0], name=draw(texts(120, may_be_empty=False))
        )
        # Judged and undone, and judged again: merged, or two people.
        judge = articles.IdentityJudgement.objects.create
        for number, verdict in enumerate(
            draw(st.lists(st.sampled_from(Verdict.values), max_size=3))
        ):
            judge(
                person=self.persons[number % 2],
                other=self.persons[1 - number % 2],
                verdict=verdict,
                note=draw(texts(50)),
                judged_at=datetime.datetime(2026, 1, 1 + number, tzinfo=datetime.UTC),
                judged_by=self.maybe(self.accounts),
                undone_at=datetime.datetime(2026, 2, 1, tzinfo=datetime.UTC),
                undone_by=self.maybe(self.accounts),
            )
        if draw(st.booleans()):
            who = draw(st.sampled_from(self.accounts))
            identity.merge(*self.persons, by=who, note=draw(texts(20)))
        self.posts = [
            articles.Post.objects.create(title=draw(texts(120, may_be_empty=False)), organisation=organisation, place=self.maybe(self.places),
                                         seats=draw(st.integers(1, 5)), protocol_rank=draw(st.integers(0, 999)))
            for organisation in self.organisations
        ]  # fmt: skip
        self.tenures = [
            articles.Tenure.objects.create(
                person=self.pick(self.persons),
                post=self.pick(self.posts),
                kind=draw(st.sampled_from(TenureKind.values)),
                started_on=draw(st.sampled_from([None, datetime.date(2020 + n, 2, 29 - n)])),
                start_precision=draw(st.sampled_from(DatePrecision.values)),
                ended_on=draw(st.sampled_from([None, datetime.date(2030, 1, 1)])),
                end_precision=draw(st.sampled_from(DatePrecision.values)),
            )
            for n in range(2)
        ]

    def story(self, number: int) -> articles.Article:
        draw = self.draw
        status = draw(st.sampled_from(Status.values))
        published = draw(MOMENTS) if status in {Status.PUBLISHED, Status.WITHDRAWN} else None
        kind = draw(st.sampled_from(Kind.values))
        fields: dict[str, Any] = {}
        if status == Status.WITHDRAWN or (status == Status.PUBLISHED and draw(st.booleans())):
            fields |= {
                "withdrawal_ground": draw(st.sampled_from(WithdrawalGround.values)),
                "withdrawal_notice": draw(texts(80, may_be_empty=False)),
                "withdrawal_requested_at": draw(MOMENTS),
                "withdrawal_requested_by": self.accounts[0],
            }
        if status == Status.WITHDRAWN:
            fields |= {"withdrawn_at": draw(MOMENTS), "withdrawn_by": self.accounts[1]}
        article = articles.Article.objects.create(
            headline=draw(texts(250, may_be_empty=False)),
            standfirst=draw(texts(200)),
            body=draw(bodies(self.pictures())),
            slug=f"Cerita-{number}_",
            kind=kind,
            sponsor=draw(texts(120, may_be_empty=kind != Kind.PAID)),
            section=self.pick(self.sections),
            place=self.maybe(self.places),
            event_on=draw(st.sampled_from([None, datetime.date(2024, 2, 29)])),
            status=status,
            publish_at=published,
            published_on=published and timezone.localdate(published),
            updated_at=draw(st.none() | MOMENTS),
            # An embargo ends before its story comes out, and the story ends after.
            not_before=draw(st.sampled_from([None, published or NOON])),
            unpublish_at=draw(st.sampled_from([None, (published or NOON) + ONE_DAY])),
            desk_note=draw(texts(50)),
            is_identity_protected=draw(st.booleans()),
            is_unverified=draw(st.booleans()),
            created_at=draw(MOMENTS),
            created_by=self.maybe(self.accounts),
            **fields,
        )
        for position, author in enumerate(
            draw(st.lists(st.sampled_from(self.authors), max_size=3, unique_by=lambda a: a.pk))
        ):
            articles.Byline.objects.create(
                article=article,
                author=author,
                role=draw(st.sampled_from(BylineRole.values)),
                position=position * 2,
            )
        for position, photo in enumerate(draw(st.permutations(self.photos))):
            articles.ArticlePhoto.objects.create(
                article=article,
                photo=photo,
                position=position,
                caption=draw(texts(60)),
                alt_text=draw(texts(60)),
            )
        for tag in self.tags[: draw(st.integers(0, len(self.tags)))]:
            articles.TaggedArticle.objects.create(content_object=article, tag=tag)
        self.lines(article)
        for _number in range(draw(st.integers(0, 2))):
            articles.Correction.objects.create(article=article, kind=draw(st.sampled_from(CorrectionKind.values)), created_at=draw(MOMENTS),
                                               text=draw(texts(60, may_be_empty=False)), created_by=self.maybe(self.accounts))  # fmt: skip
        if draw(st.booleans()):
            self.live(article)
        return article

    def live(self, article: articles.Article) -> None:
        draw, by = self.draw, self.pick(self.accounts)
        ends = draw(st.booleans())
        coverage = articles.Coverage.objects.create(
            article=article,
            begun_at=NOON,
            begun_by=by,
            ended_at=NOON + ONE_DAY if ends else None,
            ended_by=by if ends else None,
            position=4,
            last_number=2,
        )
        for number in (1, 2):
            photo = self.maybe(self.photos)
            coverage.entries.create(
                number=number,
                position=number + 2,
                happened_at=draw(MOMENTS),
                entered_at=draw(MOMENTS),
                entered_by=self.maybe(self.accounts),
                title=draw(texts(160)),
                text=f"<p>Kabar.</p>{draw(bodies())}",
                place=self.maybe(self.places),
                photo=photo,
                caption=draw(texts(60)) if photo else "",
                author=self.maybe(self.authors),
            )
        changed, gone = coverage.entries.order_by("number")
        coverage.entries.filter(pk=changed.pk).update(changed_at=NOON, changed_by=by, pin=1)
        word = draw(texts(60, may_be_empty=False))
        coverage.entries.filter(pk=gone.pk).update(
            withdrawn_at=NOON, withdrawn_by=by, withdrawal_word=word
        )

    def lines(self, article: articles.Article) -> None:
        draw = self.draw
        common = lambda: {  # noqa: E731
            "office_as_printed": draw(texts(200)),
            "capacity": draw(st.sampled_from(Capacity.values)),
            "represents_as_printed": draw(texts(200)),
        }
        person = self.pick(self.persons)
        entries = articles.Person.objects.entries_of(articles.Person.objects.get(pk=person.pk))
        own = [row for row in self.tenures if row.person in entries]
        articles.Attendance.objects.create(
            article=article,
            position=1,
            person=person,
            tenure=self.maybe(own),
            name_as_printed=draw(texts(200, may_be_empty=False)),
            represents_person=self.maybe(self.persons),
            **common(),
        )
        articles.Attendance.objects.create(
            article=article,
            position=2,
            organisation=self.pick(self.organisations),
            represents_organisation=self.maybe(self.organisations),
            **common(),
        )
        articles.Attendance.objects.create(
            article=article,
            position=3,
            group_label=draw(texts(120, may_be_empty=False)),
            group_count=draw(st.sampled_from([None, 1, 400])),
            represents_post=self.maybe(self.posts),
            **common(),
        )

    def thread(self, article: articles.Article) -> None:
        draw = self.draw
        comments: list[Comment] = []
        for _number in range(draw(st.integers(0, 5))):
            state = draw(st.sampled_from(State.values))
            is_erased = state == State.ERASED
            comments.append(
                Comment(article=article, parent=self.maybe(comments), state=state, created_at=draw(MOMENTS),
                        is_by_staff=draw(st.booleans()), edited_at=draw(st.none() | MOMENTS),
                        corrected_at=draw(st.none() | MOMENTS),
                        body="" if is_erased else draw(texts(200, may_be_empty=False)),
                        author_name="" if is_erased else draw(texts(120, may_be_empty=False)))
            )  # fmt: skip
        Comment.objects.bulk_create(place_in_thread(comments))

    def links(self) -> None:
        for a, b in zip(self.stories, self.stories[1:], strict=False):
            articles.RelatedArticle.objects.create(
                article=a, related=b, position=self.draw(st.integers(0, 9))
            )
            articles.RelatedArticle.objects.create(article=b, related=a)
        thread = None
        for number, story in enumerate(self.stories):
            if thread is None or self.draw(st.booleans()):
                thread = articles.StoryThread.objects.create(
                    name=f"{number} {self.draw(texts(60))}",
                    slug=f"perkembangan-{number}",
                    intro=self.draw(texts(80)),
                    key_facts=self.draw(texts(80)),
                    ended_on=self.draw(st.none() | st.dates(datetime.date(2020, 1, 1))),
                )
            articles.Instalment.objects.create(
                thread=thread,
                article=story,
                line=self.draw(texts(160)),
                happened_at=self.draw(st.none() | MOMENTS),
            )
        for number, target in enumerate([*self.stories, *self.pages]):
            field = "article" if isinstance(target, articles.Article) else "page"
            path = f"/lama/{number}/" + self.draw(texts(40))
            articles.Redirect.objects.create(path=path, **{field: target})
        articles.Redirect.objects.create(path="/tag-lama/", target="/terkini/")
        factories.PublicationFactory(
            name=self.draw(texts(80, may_be_empty=False)), masthead=self.draw(texts(80))
        )


# Rows without a name of their own are known by the story or person that they belong to.
COMPARED: dict[type[models.Model], tuple[str, ...]] = {
    articles.Publication: ("id",), articles.Author: ("slug",), articles.Section: ("slug",), articles.Tag: ("slug",),
    articles.Photo: ("source_sha256",), articles.Page: ("slug",), articles.Article: ("slug",),
    articles.Byline: ("article__slug", "position"), articles.ArticlePhoto: ("article__slug", "position"),
    articles.TaggedArticle: ("content_object__slug", "tag__slug"), articles.RelatedArticle: ("article__slug", "related__slug"),
    articles.Correction: ("article__slug", "created_at", "text", "kind"), articles.Redirect: ("path",), articles.Place: ("parent__name", "name"),
    articles.Organisation: ("slug",), articles.OrganisationAlias: ("organisation__slug", "name"), articles.Person: ("slug",),
    articles.IdentityJudgement: ("person__slug", "other__slug", "judged_at"),
    articles.PersonAlias: ("person__slug", "name"), articles.Post: ("organisation__slug", "title"),
    articles.Tenure: ("person__slug", "post__title", "kind", "started_on", "ended_on", "start_precision", "end_precision"),
    articles.Attendance: ("article__slug", "position"),
    articles.StoryThread: ("slug",), articles.Instalment: ("article__slug",),
    articles.Coverage: ("article__slug",), articles.LiveEntry: ("coverage__article__slug", "number"),
    Comment: (
        *("article__slug", "created_at", "body", "author_name", "state"),
        *("is_by_staff", "edited_at", "corrected_at"),
    ),
}  # fmt: skip
# Numbers, and what says when and how often a row was saved here.
NOT_CONTENT = {"id", "saved_at", "version", "search", "path", "account"}


def contents() -> dict[str, Any]:
    """Everything that is content, field by field; rows that are pointed at by their names."""
    found: dict[str, Any] = {}
    for model, key in COMPARED.items():
        rows = []
        relations = [field.name for field in model._meta.concrete_fields if field.is_relation]
        found_rows = model.objects.select_related(*relations) if relations else model.objects.all()
        if model is articles.Place:
            found_rows = found_rows.filter(code__isnull=True)
        for row in found_rows:
            fields = {}
            for field in model._meta.concrete_fields:
                if field.name in NOT_CONTENT and not (
                    model is articles.Redirect and field.name == "path"
                ):
                    continue
                fields[field.name] = named(getattr(row, field.name))
            if model is Comment:
                fields["thread"] = thread_of(row)
            rows.append(
                (tuple(repr(reduce(getattr, name.split("__"), row)) for name in key), fields)
            )
        found[model.__name__] = sorted(rows, key=lambda pair: (pair[0], repr(pair[1])))
    return found


def differences(before: list[Any], after: list[Any]) -> list[Any]:
    """The fields that are not the same; rows that only one side has, whole."""
    if len(before) != len(after):
        return [row for row in before if row not in after] + [
            row for row in after if row not in before
        ]
    return [
        (key, field, value, other.get(field))
        for (key, fields), (_key, other) in zip(before, after, strict=True)
        for field, value in fields.items()
        if other.get(field) != value
    ]


def thread_of(comment: Comment) -> list[str]:
    above = {row.pk: row for row in Comment.objects.filter(pk__in=comment.path)}
    return [repr((above[pk].body, above[pk].created_at)) for pk in comment.path]


def named(value: Any) -> Any:
    if isinstance(value, models.fields.files.FieldFile):
        return value.name
    if isinstance(value, get_user_model()):
        return ("account", value.email, value.name)
    if isinstance(value, articles.Tenure):
        return ("tenure", value.person.slug, value.post.title, value.started_on, value.kind)
    if isinstance(value, Comment):
        return ("comment", value.body, value.created_at)
    if isinstance(value, models.Model):
        for name in ("slug", "source_sha256", "code", "title", "name"):
            if getattr(value, name, None):
                return (type(value).__name__, getattr(value, name))
        return (type(value).__name__, str(value))
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC)
    return value


def empty_the_newsroom() -> None:
    """As a new installation: nothing but what the migrations bring."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        tables = [
            m._meta.db_table
            for m in (*COMPARED, articles.Revision, ImportedItem, get_user_model())
            if m is not articles.Place
        ]
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
    articles.Place.objects.filter(code__isnull=True, parent__code__isnull=True).delete()
    articles.Place.objects.filter(code__isnull=True).delete()


def export_to(path: Path) -> None:
    call_command("export_wordpress", str(path), stderr=io.StringIO())


def import_from(path: Path, **options: Any) -> dict[str, Any]:
    report = path.with_suffix(".json")
    call_command("import_wordpress", str(path), report=report, stdout=io.StringIO(), **options)
    loaded = json.loads(report.read_text())
    assert_adds_up(loaded)
    return loaded


@settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
@given(st.data())
def test_any_newsroom_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    empty_the_newsroom()
    World(data.draw)
    before = contents()
    path = tmp_path_factory.mktemp("export") / "newsroom.xml"
    export_to(path)

    empty_the_newsroom()
    report = import_from(path)
    after = contents()
    for name in before:
        assert differences(before[name], after[name]) == [], name
    assert report["problems"] == []
    assert not any(count["skipped"] for kind, count in report.items() if kind != "problems")

    again = import_from(path)
    assert [again[kind]["imported"] for kind in again if kind != "problems"] == [0] * 8
    assert contents() == after
