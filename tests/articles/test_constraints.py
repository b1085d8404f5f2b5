"""The shapes that the database itself refuses, one by one."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext

from articles.choices import Status
from articles.models import (
    Appearance,
    Article,
    Attendance,
    Correction,
    IgnoredFinding,
    Photo,
    Place,
    Publication,
    Redirect,
    Section,
    Tag,
)
from articles.people import identity
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    CorrectionFactory,
    OrganisationFactory,
    PersonFactory,
    PhotoFactory,
    PostFactory,
    RedirectFactory,
    RelatedArticleFactory,
    SectionFactory,
    StaffFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": "lost"}, "articles_article_status_known"),
        ({"kind": "rumour"}, "articles_article_kind_known"),
        ({"status": Status.PUBLISHED}, "articles_article_published_has_date"),
        ({"headline": ""}, "articles_article_named"),
        ({"slug": ""}, "articles_article_named"),
        ({"withdrawal_requested_at": timezone.now()}, "articles_article_withdrawal_request_whole"),
        ({"withdrawn_at": timezone.now()}, "articles_article_withdrawn_by_two"),
    ],
)
def test_article_of_a_wrong_shape_is_refused(fields, constraint):
    article = ArticleFactory()
    with refused(constraint), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**fields)


def test_paid_story_without_a_sponsor_cannot_be_public():
    article = ArticleFactory(is_public=True)
    with refused("articles_article_paid_has_sponsor"), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(kind="paid")


def test_withdrawal_by_one_person_is_refused():
    person = StaffFactory()
    with refused("articles_article_withdrawn_by_two"), transaction.atomic():
        ArticleFactory(is_withdrawn=True, withdrawal_requested_by=person, withdrawn_by=person)


def test_two_stories_cannot_share_an_address():
    article = ArticleFactory(is_public=True, slug="satu")
    with refused("articles_article_address_unique"), transaction.atomic():
        ArticleFactory(is_public=True, slug="satu", publish_at=article.publish_at)


@pytest.mark.parametrize(
    "fields",
    [
        {"person": None, "name_as_printed": "X"},
        {"group_label": "para camat"},
    ],
)
def test_register_line_is_exactly_one_of_person_delegation_and_group(fields):
    with refused("articles_attendance_one_subject"), transaction.atomic():
        AttendanceFactory(**fields)


def test_register_line_cannot_be_person_and_delegation():
    with refused("articles_attendance_one_subject"), transaction.atomic():
        AttendanceFactory(organisation=OrganisationFactory())


def test_register_line_of_a_person_has_a_printed_name():
    with refused("articles_attendance_person_printed"), transaction.atomic():
        AttendanceFactory(name_as_printed="")


@pytest.mark.parametrize("count", [0, 5])
def test_only_a_group_has_a_count_and_never_zero(count):
    fields = {} if count else {"person": None, "group_label": "para camat", "name_as_printed": ""}
    with refused("articles_attendance_count_of_group"), transaction.atomic():
        AttendanceFactory(group_count=count, **fields)


def test_register_line_represents_one_thing_only():
    with refused("articles_attendance_represents_one"), transaction.atomic():
        AttendanceFactory(represents_person=PersonFactory(), represents_post=PostFactory())


def test_person_stands_once_in_a_register():
    line = AttendanceFactory()
    with refused("articles_attendance_person_once"), transaction.atomic():
        AttendanceFactory(article=line.article, person=line.person)


def test_office_on_a_line_is_one_of_its_person():
    tenure, line = TenureFactory(), AttendanceFactory()
    with refused("one of the person of the line"), transaction.atomic():
        AttendanceFactory(tenure=tenure)
    with refused("one of the person of the line"), transaction.atomic():
        Attendance.objects.filter(pk=line.pk).update(tenure=tenure)
    line = AttendanceFactory(person=tenure.person, tenure=tenure)
    with refused("one of the person of the line"), transaction.atomic():
        Attendance.objects.filter(pk=line.pk).update(person=PersonFactory())


def test_group_and_delegation_have_no_office_of_a_person():
    with refused("one of the person of the line"), transaction.atomic():
        AttendanceFactory(
            person=None, group_label="para camat", name_as_printed="", tenure=TenureFactory()
        )


def test_office_on_a_line_may_be_that_of_another_entry_and_stays_when_the_merge_is_undone():
    editor, tenure, person = StaffFactory(), TenureFactory(), PersonFactory()
    judgement = identity.merge(person, tenure.person, by=editor)
    line = AttendanceFactory(person=person, tenure=tenure)
    identity.undo(judgement, by=editor)
    line.position = 7
    line.save()
    line.refresh_from_db()
    assert (line.position, line.tenure) == (7, tenure)


def test_delegation_of_the_same_words_stands_once_in_a_register():
    fields = {"person": None, "organisation": OrganisationFactory(), "name_as_printed": "utusan"}
    article = AttendanceFactory(**fields).article
    AttendanceFactory(article=article, represents_as_printed="Bupati", **fields)
    AttendanceFactory(article=article, **fields | {"name_as_printed": "staf"})
    with refused("articles_attendance_delegation_once"), transaction.atomic():
        AttendanceFactory(article=article, **fields)
    twice = Attendance(article=article, **fields)
    with pytest.raises(ValidationError) as said:
        twice.validate_constraints()
    assert gettext("This delegation stands in the register already.") in said.value.messages


def test_nobody_appears_in_a_way_that_is_not_known():
    line = AttendanceFactory(article=ArticleFactory(is_public=True))
    with refused("articles_appearance_as_known"), transaction.atomic():
        Appearance.objects.filter(person=line.person).update(appears_as="dreamt")


def test_ignored_finding_is_about_some_words():
    with refused("articles_ignoredfinding_is_written"), transaction.atomic():
        IgnoredFinding.objects.create(article=ArticleFactory(), kind="spelling", text="")


def test_office_does_not_end_before_it_began():
    with refused("articles_tenure_ends_after_start"), transaction.atomic():
        TenureFactory(ended_on="2023-12-31")


def test_story_is_not_related_to_itself():
    article = ArticleFactory()
    with refused("articles_relatedarticle_not_itself"), transaction.atomic():
        RelatedArticleFactory(article=article, related=article)


@pytest.mark.parametrize(
    ("code", "zone", "constraint"),
    [
        ("35.10", "Asia/Makassar", "articles_place_zone_by_province"),
        ("51.08", "Asia/Jakarta", "articles_place_zone_by_province"),
        ("73.07", "Europe/Paris", "articles_place_zone"),
        ("73.07", "", "articles_place_zone"),
    ],
)
def test_place_keeps_the_clock_of_its_province(code, zone, constraint):
    with refused(constraint), transaction.atomic():
        Place.objects.filter(code=code).update(timezone=zone)


def test_only_a_province_stands_alone():
    with refused("articles_place_has_parent"), transaction.atomic():
        Place.objects.create(name="Nirwana", kind="city", timezone="Asia/Makassar")


@pytest.mark.parametrize(("x", "y"), [(-0.1, 0.5), (0.5, 1.1)])
def test_focal_point_lies_inside_the_photo(x, y):
    photo = PhotoFactory()
    with refused("articles_photo_focal_point_inside"), transaction.atomic():
        Photo.objects.filter(pk=photo.pk).update(focal_x=x, focal_y=y)


def test_corrections_are_never_changed_or_deleted():
    correction = CorrectionFactory(text="42, bukan 24.")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Correction.objects.filter(pk=correction.pk).update(text="24.")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        correction.delete()
    with pytest.raises(ProtectedError):
        correction.article.delete()
    assert Correction.objects.get().text == "42, bukan 24."


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "///evil.example"]
)
def test_redirect_never_leads_outside(target):
    with refused("articles_redirect_inside"), transaction.atomic():
        RedirectFactory(target=target)


def test_redirect_leads_to_one_thing():
    with refused("articles_redirect_one_target"), transaction.atomic():
        Redirect.objects.create(path="/x/", target="")
    with refused("articles_redirect_one_target"), transaction.atomic():
        RedirectFactory(article=ArticleFactory())


def test_redirect_never_leads_to_itself():
    with refused("articles_redirect_not_to_itself"), transaction.atomic():
        RedirectFactory(path="/terkini/", target="/terkini/")
    with pytest.raises(ValidationError) as error:
        Redirect(path="/a/", target="/a/").full_clean()
    assert error.value.messages == [gettext("An address does not lead to itself.")]


def test_redirect_never_takes_the_front_page():
    with refused("articles_redirect_not_from_front"), transaction.atomic():
        RedirectFactory(path="/")
    with pytest.raises(ValidationError) as error:
        Redirect(path="/", target="/terkini/").full_clean()
    assert error.value.messages == [gettext("The front page stays where it is.")]


def test_section_colour_is_a_colour():
    with refused("articles_section_colour_hex"), transaction.atomic():
        SectionFactory(colour="red")
    assert not Section.objects.exists()


def test_tag_is_one_whatever_its_case():
    Tag.objects.create(name="Pasar", slug="pasar")
    with refused("articles_tag_name_unique"), transaction.atomic():
        Tag.objects.create(name="pasar", slug="pasar-2")


@pytest.mark.parametrize("slug", ["", "日本", "air bersih", "a/b"])
def test_tag_has_an_address_that_can_be_asked_for(slug):
    tag = Tag.objects.create(name="Pasar", slug="pasar")
    with refused("articles_tag_has_address"), transaction.atomic():
        Tag.objects.filter(pk=tag.pk).update(slug=slug)
    tag.slug = "日本"
    with pytest.raises(ValidationError) as error:
        tag.full_clean()
    assert error.value.messages == [
        gettext("A tag needs an address of Latin letters, digits and hyphens.")
    ]


def test_there_is_one_publication():
    Publication.objects.create(name="Kabar")
    with refused("articles_publication"), transaction.atomic():
        Publication.objects.create(id=2, name="Kabar Dua")
