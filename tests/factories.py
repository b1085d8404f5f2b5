"""Rows for tests: each factory makes a valid row, and a test writes only what it cares about.

Stories are drafts unless asked otherwise: `ArticleFactory(is_public=True)` is one that readers
see, published an hour ago; `is_scheduled=True` and `is_withdrawn=True` likewise.
"""

import datetime
import io

import factory
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.text import slugify
from factory.django import DjangoModelFactory
from PIL import Image

from articles.choices import (
    Capacity,
    CorrectionKind,
    FrontSlot,
    PlaceKind,
    Status,
    WithdrawalGround,
)
from articles.models import (
    Article,
    ArticlePhoto,
    Attendance,
    Author,
    BreakingNews,
    Byline,
    Correction,
    FrontLayout,
    FrontPlacement,
    Instalment,
    Organisation,
    Page,
    Person,
    Photo,
    Place,
    Post,
    Publication,
    Redirect,
    RelatedArticle,
    Section,
    StoryThread,
    Tag,
    TaggedArticle,
    Tenure,
    VersionHold,
)


class UserFactory(DjangoModelFactory):
    """An account without a password; `password="…"` gives it one."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.org")
    name = factory.Sequence(lambda n: f"User {n}")
    is_staff = False

    @classmethod
    def _create(cls, model_class, *args, password=None, **kwargs):
        return model_class.objects.create_user(*args, password=password, **kwargs)


class StaffFactory(UserFactory):
    is_staff = True


class PublicationFactory(DjangoModelFactory):
    class Meta:
        model = Publication
        django_get_or_create = ("id",)

    id = 1
    name = "Kabar Tompolangi"
    legal_name = "PT Kabar Tompolangi Media"
    responsible_person = "Nurhayati Palinrungi"
    address = "Jalan Pelabuhan 1, Lappabatu"
    email = "redaksi@example.org"


class PlaceFactory(DjangoModelFactory):
    """A district of a regency of South Sulawesi, so its clock is WITA.

    `parent=Place.objects.get(code="31")` moves it to another province's clock.
    """

    class Meta:
        model = Place

    name = factory.Sequence(lambda n: f"Kecamatan {n}")
    kind = PlaceKind.DISTRICT
    parent = factory.LazyFunction(lambda: province("73"))


def province(code: str) -> Place:
    """The province with that official code; the migrations load all 38."""
    return Place.objects.get(code=code)


class SectionFactory(DjangoModelFactory):
    class Meta:
        model = Section

    name = factory.Sequence(lambda n: f"Rubrik {n}")
    slug = factory.LazyAttribute(lambda section: slugify(section.name))
    position = factory.Sequence(lambda n: n)


class TagFactory(DjangoModelFactory):
    class Meta:
        model = Tag

    name = factory.Sequence(lambda n: f"tag {n}")
    slug = factory.LazyAttribute(lambda tag: slugify(tag.name))


class AuthorFactory(DjangoModelFactory):
    class Meta:
        model = Author

    name = factory.Sequence(lambda n: f"Author {n}")
    slug = factory.LazyAttribute(lambda author: slugify(author.name))
    initials = factory.Sequence(lambda n: f"a{n}")


class ArticleFactory(DjangoModelFactory):
    """A draft; with `is_public`, `is_scheduled` or `is_withdrawn`, a story in that state.

    `is_over=True` is one that was public for an hour, until an hour ago. `is_ready` makes one about
    which no check before publishing asks anything.

    `tags=["laut"]` sets tags by name. `publish_at` may be given with any of the flags, and
    the date in the address follows from it.
    """

    class Meta:
        model = Article
        skip_postgeneration_save = True

    class Params:
        is_ready = factory.Trait(
            place=factory.SubFactory(PlaceFactory),
            byline=factory.RelatedFactory("tests.factories.BylineFactory", "article"),
        )
        is_public = factory.Trait(
            status=Status.PUBLISHED,
            publish_at=factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=1)),
            published_on=factory.LazyAttribute(lambda article: _local_day(article.publish_at)),
        )
        is_over = factory.Trait(
            status=Status.PUBLISHED,
            publish_at=factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=2)),
            published_on=factory.LazyAttribute(lambda article: _local_day(article.publish_at)),
            unpublish_at=factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=1)),
        )
        is_scheduled = factory.Trait(
            status=Status.PUBLISHED,
            publish_at=factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(hours=1)),
            published_on=factory.LazyAttribute(lambda article: _local_day(article.publish_at)),
        )
        is_withdrawn = factory.Trait(
            status=Status.WITHDRAWN,
            publish_at=factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=2)),
            published_on=factory.LazyAttribute(lambda article: _local_day(article.publish_at)),
            withdrawal_ground=WithdrawalGround.CHILD_PROTECTION,
            withdrawal_notice="This story could have harmed a child.",
            withdrawal_requested_at=factory.LazyFunction(timezone.now),
            withdrawal_requested_by=factory.SubFactory(StaffFactory),
            withdrawn_at=factory.LazyFunction(timezone.now),
            withdrawn_by=factory.SubFactory(StaffFactory),
        )

    headline = factory.Sequence(lambda n: f"Story {n}")
    slug = factory.LazyAttribute(lambda article: slugify(article.headline)[:120])
    standfirst = "What happened."
    body = "<p>First paragraph.</p><p>Second paragraph.</p>"
    section = factory.SubFactory(SectionFactory)

    @factory.post_generation
    def tags(article, create, names, **kwargs):
        if create and names:
            article.tags.set(names)


def _local_day(moment: datetime.datetime) -> datetime.date:
    return timezone.localtime(moment).date()


class TaggedArticleFactory(DjangoModelFactory):
    class Meta:
        model = TaggedArticle

    tag = factory.SubFactory(TagFactory)
    content_object = factory.SubFactory(ArticleFactory)


class BylineFactory(DjangoModelFactory):
    class Meta:
        model = Byline

    article = factory.SubFactory(ArticleFactory)
    author = factory.SubFactory(AuthorFactory)


def image_file(name: str = "photo.jpg", size: tuple[int, int] = (24, 16)) -> ContentFile:
    """A small JPEG, as an uploaded file."""
    stream = io.BytesIO()
    Image.new("RGB", size, "#1f3a6e").save(stream, "JPEG")
    return ContentFile(stream.getvalue(), name)


class PhotoFactory(DjangoModelFactory):
    """A photo with a real (tiny) file under MEDIA_ROOT."""

    class Meta:
        model = Photo

    image = factory.LazyFunction(image_file)
    source_sha256 = factory.Sequence(lambda n: f"{n:064x}")
    caption = "A harbour in the morning."
    credit = "Baso Ilham"
    alt_text = "Boats at a quay"


class ArticlePhotoFactory(DjangoModelFactory):
    class Meta:
        model = ArticlePhoto

    article = factory.SubFactory(ArticleFactory)
    photo = factory.SubFactory(PhotoFactory)
    position = factory.Sequence(lambda n: n)


class RelatedArticleFactory(DjangoModelFactory):
    class Meta:
        model = RelatedArticle

    article = factory.SubFactory(ArticleFactory)
    related = factory.SubFactory(ArticleFactory, is_public=True)


class StoryThreadFactory(DjangoModelFactory):
    class Meta:
        model = StoryThread

    name = factory.Sequence(lambda n: f"Perkembangan {n}")
    slug = factory.LazyAttribute(lambda thread: slugify(thread.name))


class InstalmentFactory(DjangoModelFactory):
    class Meta:
        model = Instalment

    thread = factory.SubFactory(StoryThreadFactory)
    article = factory.SubFactory(ArticleFactory, is_public=True)


class CorrectionFactory(DjangoModelFactory):
    class Meta:
        model = Correction

    article = factory.SubFactory(ArticleFactory, is_public=True)
    kind = CorrectionKind.CORRECTION
    text = "The number was wrong: it is 42."


class VersionHoldFactory(DjangoModelFactory):
    class Meta:
        model = VersionHold

    article = factory.SubFactory(ArticleFactory, is_public=True)
    through = 1
    why = "By order of the court"


class PageFactory(DjangoModelFactory):
    class Meta:
        model = Page

    title = factory.Sequence(lambda n: f"Page {n}")
    slug = factory.LazyAttribute(lambda page: slugify(page.title))
    body = "<p>A standing text.</p>"


class RedirectFactory(DjangoModelFactory):
    class Meta:
        model = Redirect

    path = factory.Sequence(lambda n: f"/old/{n}/")
    target = "/terkini/"


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"Person {n}")
    slug = factory.LazyAttribute(lambda person: slugify(person.name))
    is_public = True


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    slug = factory.LazyAttribute(lambda organisation: slugify(organisation.name))


class PostFactory(DjangoModelFactory):
    class Meta:
        model = Post

    title = factory.Sequence(lambda n: f"Office {n}")
    organisation = factory.SubFactory(OrganisationFactory)


class TenureFactory(DjangoModelFactory):
    class Meta:
        model = Tenure

    person = factory.SubFactory(PersonFactory)
    post = factory.SubFactory(PostFactory)
    started_on = datetime.date(2024, 1, 1)


class AttendanceFactory(DjangoModelFactory):
    """A person's line in a story's register; `person=None, group_label="…"` makes a group's."""

    class Meta:
        model = Attendance

    article = factory.SubFactory(ArticleFactory)
    person = factory.SubFactory(PersonFactory)
    name_as_printed = factory.LazyAttribute(
        lambda line: line.person.printed_name if line.person else ""
    )
    capacity = Capacity.ATTENDED
    position = factory.Sequence(lambda n: n)


class FrontLayoutFactory(DjangoModelFactory):
    """An arrangement that began an hour ago; `lead=story` puts a story at its head."""

    class Meta:
        model = FrontLayout
        skip_postgeneration_save = True

    starts_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=1))
    created_by = factory.SubFactory(StaffFactory)

    @factory.post_generation
    def lead(layout, create, story, **kwargs):
        if create and story:
            FrontPlacementFactory(layout=layout, article=story)


class FrontPlacementFactory(DjangoModelFactory):
    class Meta:
        model = FrontPlacement

    layout = factory.SubFactory(FrontLayoutFactory)
    slot = FrontSlot.LEAD
    position = 0
    article = factory.SubFactory(ArticleFactory, is_public=True)


class BreakingNewsFactory(DjangoModelFactory):
    """A line that runs for another hour."""

    class Meta:
        model = BreakingNews

    text = "Gempa terasa di Lappabatu"
    starts_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=1))
    ends_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(hours=1))
    created_by = factory.SubFactory(StaffFactory)
