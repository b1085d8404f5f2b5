"""The checks before publishing: each by itself, how strict they are, and what waves a story through."""

import datetime

import pytest
from django.utils import timezone

from articles import changes, checks, live, workflow
from articles.checks import Check, Finding
from articles.choices import Severity, Status
from articles.models import Article, CheckRule, Person, PersonAlias
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    InstalmentFactory,
    PersonFactory,
    PhotoFactory,
    PublicationFactory,
    StaffFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db
BLOCK, ADVISE, OFF = Severity.BLOCK, Severity.ADVISE, Severity.OFF


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"
    PublicationFactory()


@pytest.fixture
def editor():
    return StaffFactory(is_superuser=True)


def found(article, key):
    return [one for one in checks.before_publishing(article) if one.key == key]


def ready(**fields):
    return ArticleFactory(is_ready=True, **fields)


def test_a_story_with_all_that_belongs_to_it_is_found_nothing_about():
    assert checks.before_publishing(ready()) == []


@pytest.mark.parametrize(
    ("fields", "key", "severity", "sentence"),
    [
        ({"body": ""}, "text", BLOCK, "The story has no text yet."),
        ({"standfirst": ""}, "standfirst", ADVISE, "no standfirst"),
        ({"headline": "x" * 111}, "headline", ADVISE, "The headline has 111 characters"),
        ({"place": None}, "dateline", ADVISE, "no dateline"),
        ({"kind": "paid"}, "sponsor", BLOCK, "names who paid for it"),
        ({"sponsor": "Toko"}, "paid_label", BLOCK, "its kind is not “Advertorial”"),
        ({"body": "<p>Murah. (ADV/Humas)</p>"}, "paid_mark", ADVISE, "marked “(ADV/Humas)”"),
        ({"is_unverified": True}, "unverified", ADVISE, "The story is not verified."),
        (
            {"body": "<p>Lurah belum dapat dihubungi.</p>"},
            "unverified_note",
            ADVISE,
            "The text says “belum dapat dihubungi”",
        ),
        (
            {"body": '<p>a</p><img src="/media/photos/x.jpg">'},
            "text_pictures",
            ADVISE,
            "1 picture in the text",
        ),
    ],
)
def test_each_check_finds_what_it_is_for(fields, key, severity, sentence):
    [finding] = found(ready(**fields), key)
    assert sentence in finding.message
    assert finding.severity == severity


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"headline": "x" * 110}, "headline"),
        ({"kind": "paid", "sponsor": "Toko", "body": "<p>Murah. (Adv)</p>"}, "paid_mark"),
        ({"body": "<p>Ia advokat (advokat muda).</p>"}, "paid_mark"),
        ({"is_unverified": True, "body": "<p>Belum diverifikasi.</p>"}, "unverified_note"),
        ({"body": "<p>Data itu sudah diverifikasi.</p>"}, "unverified_note"),
        ({"body": '<p>a</p><img src="/media/photos/x.jpg" alt="Kapal">'}, "text_pictures"),
    ],
)
def test_what_is_in_order_is_not_found(fields, key):
    assert found(ready(**fields), key) == []


def test_a_story_that_nobody_signs_is_found():
    story = ready()
    story.bylines.all().delete()
    assert [one.message for one in found(story, "byline")] == ["Nobody signs the story."]


def test_photos_are_counted_that_lack_credit_or_alternative_text():
    story = ready()
    for texts in ({"credit": ""}, {"credit": "", "alt_text": ""}, {"alt_text": ""}):
        ArticlePhotoFactory(article=story, photo=PhotoFactory(**texts))
    ArticlePhotoFactory(article=story, photo=PhotoFactory(alt_text=""), alt_text="Kapal")
    [credit], [alternative] = found(story, "credit"), found(story, "alternative_text")
    assert (credit.message, credit.count) == ("2 photos have no credit.", 2)
    assert alternative.count == 2


def test_a_protected_story_names_nobody_of_its_register_nor_whom_they_stood_for():
    story = ready(is_identity_protected=True, body="<p>Kata Andi Tenri dan Baso Ilham.</p>")
    AttendanceFactory(
        article=story,
        person=PersonFactory(name="Andi Tenri"),
        represents_person=PersonFactory(name="Baso Ilham"),
        represents_as_printed="Baso Ilham",
    )
    assert [one.message for one in found(story, "identity")] == [
        "Identities are protected, but the text names Andi Tenri.",
        "Identities are protected, but the text names Baso Ilham.",
    ]


def named(story):
    return [
        one.message.removeprefix("Identities are protected, but the text names ")
        for one in found(story, "identity")
    ]


def test_a_protected_story_is_looked_through_beyond_its_first_comma():
    story = ready(is_identity_protected=True, body="<p>Seorang anak, Andi Tenri, di Sinjai.</p>")
    AttendanceFactory(article=story, person=PersonFactory(name="Andi Tenri"))
    assert named(story) == ["Andi Tenri."]


def test_a_protected_story_names_nobody_by_any_of_their_names():
    kept, merged = PersonFactory(name="Siti Aminah binti Baso"), PersonFactory(name="Aminah Sulo")
    Person.objects.filter(pk=merged.pk).update(merged_into=kept)
    PersonAlias.objects.create(person=merged, name="Minah Kecil")
    for words, expected in (
        ("Sitti Aminah, 12 tahun", "Sitti Aminah."),
        ("kata Minah Kecil", "Minah Kecil."),
        ("kata SITI AMINAH BINTI BASO", "Siti Aminah binti Baso."),
        ("kata Aminah Sulo, pelajar", "Aminah Sulo."),
        ("kata Minah Kecilan", None),
    ):
        story = ready(is_identity_protected=True, body=f"<p>Anak itu, {words}.</p>")
        AttendanceFactory(article=story, person=merged, name_as_printed="Sitti Aminah")
        AttendanceFactory(article=story, person=kept, name_as_printed="Siti Aminah binti Baso")
        assert named(story) == ([expected] if expected else [])


def test_a_protected_story_does_not_print_whom_somebody_stood_for_by_the_name_of_its_register():
    story = ready(is_identity_protected=True, headline="Bupati mewakili Bau Tenri")
    AttendanceFactory(
        article=story,
        represents_person=PersonFactory(name="Andi Bau Tenri Abeng"),
        represents_as_printed="Bau Tenri",
    )
    AttendanceFactory(article=story, represents_as_printed="Bupati")
    assert named(story) == ["Bau Tenri."]


def test_a_name_with_an_apostrophe_is_found_in_the_address():
    story = ready(is_identity_protected=True, slug="anak-andi-marang-hilang")
    AttendanceFactory(article=story, person=PersonFactory(name="Andi Ma'rang"))
    assert named(story) == ["Andi Ma'rang."]


def test_a_protected_story_is_looked_through_in_its_live_coverage_and_its_thread(editor):
    story = ready()
    for name in ("Andi Tenri", "Baso Ilham", "Siti Aminah"):
        AttendanceFactory(article=story, person=PersonFactory(name=name))
    live.begin(story, by=editor)
    for text in ("Andi Tenri pulang.", "Siti Aminah pulang."):
        added = live.add(story, live.Words(text=f"<p>{text}</p>"), by=editor)
    # What readers do not see any more names nobody; the word that they see may.
    live.withdraw(added, by=editor, word="Kata Baso Ilham keliru.")
    InstalmentFactory(article=story, thread__key_facts="Andi Tenri hilang", line="Baso Ilham lapor")
    Article.objects.filter(pk=story.pk).update(is_identity_protected=True)
    story.refresh_from_db()
    assert [one.message for one in found(story, "identity")] == [
        "Identities are protected, but the live coverage names Andi Tenri.",
        "Identities are protected, but the live coverage names Baso Ilham.",
        "Identities are protected, but the story thread names Andi Tenri.",
        "Identities are protected, but the story thread names Baso Ilham.",
    ]


def test_an_office_that_had_ended_on_the_day_is_told():
    term = TenureFactory(started_on=datetime.date(2020, 1, 1), ended_on=datetime.date(2022, 1, 1))
    story = ready(event_on=datetime.date(2024, 5, 1))
    AttendanceFactory(article=story, person=term.person, office_as_printed=term.printed_title)
    [finding] = found(story, "offices")
    assert "until 1 January 2022" in finding.message


def test_a_time_of_the_schedule_that_has_passed_blocks():
    story = ready(unpublish_at=timezone.now() - datetime.timedelta(minutes=1))
    [finding] = found(story, "schedule")
    assert finding.is_blocking


def test_the_masthead_is_told_and_asks_for_no_reason(editor):
    PublicationFactory._meta.model.objects.update(legal_name="")
    story = ready()
    [finding] = checks.before_publishing(story)
    assert (finding.key, finding.is_asked) == ("masthead", False)
    workflow.publish(story, by=editor)
    assert story.is_published


# How strict


def test_keys_are_unique_and_fit_the_table():
    keys = [check.key for check in checks.all_checks()]
    assert len(keys) == len(set(keys))
    assert max(map(len, keys)) <= CheckRule._meta.get_field("key").max_length


@pytest.mark.parametrize("severity", [BLOCK, ADVISE])
def test_the_newsroom_says_how_strict_a_check_is(severity):
    CheckRule.objects.create(key="dateline", severity=severity)
    [finding] = found(ready(place=None), "dateline")
    assert finding.severity == severity


def test_a_check_that_is_off_is_not_made():
    CheckRule.objects.create(key="dateline", severity=OFF)
    assert found(ready(place=None), "dateline") == []


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.key)
def test_no_row_weakens_a_check_below_what_the_law_asks_for(check):
    order = [OFF, ADVISE, BLOCK]
    for chosen in (*Severity.values, "strange", None):
        assert order.index(check.strictness(chosen)) >= order.index(check.least)
    assert check.severity in check.choices


@pytest.mark.parametrize("key", ["credit", "sponsor", "paid_label", "identity"])
def test_what_the_law_asks_for_blocks_whatever_the_table_says(key):
    CheckRule.objects.create(key=key, severity=OFF)
    [check] = [one for one in checks.CHECKS if one.key == key]
    assert check.choices == [BLOCK]
    fields = {
        "credit": {},
        "sponsor": {"kind": "paid"},
        "paid_label": {"sponsor": "Toko"},
        "identity": {"is_identity_protected": True, "headline": "Andi Tenri"},
    }
    story = ready(**fields[key])
    ArticlePhotoFactory(article=story, photo=PhotoFactory(credit=""))
    AttendanceFactory(article=story, person=PersonFactory(name="Andi Tenri"))
    assert [one.is_blocking for one in found(story, key)] == [True]


def test_a_check_of_another_app_is_added_once(monkeypatch):
    monkeypatch.setattr(checks, "ADDED", [])
    check = Check("moon", "Moon", lambda article: iter([Finding("The moon is full.")]))
    checks.add(check)
    checks.add(check)
    assert [one.key for one in checks.before_publishing(ready())] == ["moon"]


# Waving through


def test_an_advising_finding_needs_a_reason_and_the_reason_stands_in_the_history(editor):
    story = ready(place=None, standfirst="")
    for nothing in ("", "  "):
        with pytest.raises(workflow.Refused, match=r"Say why .*no standfirst.*no dateline"):
            workflow.publish(story, by=editor, waved=nothing)
    workflow.publish(story, by=editor, waved=" Kabar singkat ")
    assert story.is_published
    revision = story.revisions.first()
    assert revision.note == "Kabar singkat (waved through: Standfirst; Dateline)"
    assert revision.created_by == editor


def test_no_reason_waves_through_what_is_blocked(editor):
    story = ready(body="", place=None)
    with pytest.raises(workflow.Refused, match=r"^The story has no text yet\.$"):
        workflow.publish(story, by=editor, waved="Mendesak")
    assert Article.objects.get().status == Status.DRAFT


def test_a_schedule_is_waved_through_the_same_way(editor):
    story = ready(place=None)
    at = timezone.now() + datetime.timedelta(hours=2)
    with pytest.raises(workflow.Refused, match="Say why"):
        workflow.publish(story, by=editor, at=at)
    workflow.publish(story, by=editor, at=at, waved="Sudah dicek")
    assert story.is_scheduled
    assert story.revisions.first().note == "Sudah dicek (waved through: Dateline)"


def test_a_story_without_findings_keeps_the_name_of_the_move(editor):
    story = ready()
    workflow.publish(story, by=editor)
    assert story.revisions.first().note == "Publish"


def test_a_long_reason_fits_the_history(editor):
    story = ready(place=None, standfirst="", headline="x" * 120)
    workflow.publish(story, by=editor, waved="y" * 200)
    assert len(story.revisions.first().note) <= 300
    assert story.revisions.first().note.startswith("y" * 200)


def test_who_may_not_publish_hears_that_first():
    story = ready(place=None)
    with pytest.raises(workflow.Refused, match="Your role does not allow this"):
        workflow.publish(story, by=StaffFactory())


# Changes of a public story


def test_changes_are_asked_only_about_what_they_made_worse(editor):
    story = ArticleFactory(is_public=True, standfirst="Awal.", place=None)
    copy = changes.begin(story, by=editor)
    Article.objects.filter(pk=copy.pk).update(headline="Baru")
    changes.publish(copy, by=editor)
    copy = changes.begin(Article.objects.get(pk=story.pk), by=editor)
    Article.objects.filter(pk=copy.pk).update(standfirst="")
    with pytest.raises(workflow.Refused, match=r"Say why .*no standfirst"):
        changes.publish(copy, by=editor)
    changes.publish(copy, by=editor, why="Teras salah")
    assert story.revisions.first().note == "Teras salah (waved through: Standfirst)"


def test_one_more_photo_without_credit_makes_a_public_story_worse():
    story = ArticleFactory(is_public=True)
    ArticlePhotoFactory(article=story, photo=PhotoFactory(credit=""))
    before = checks.before_publishing(story)
    assert checks.made_worse(before, before) == []
    ArticlePhotoFactory(article=story, photo=PhotoFactory(credit=""))
    [worse] = checks.made_worse(before, checks.before_publishing(story))
    assert worse.message == "2 photos have no credit."


@pytest.mark.parametrize("rows", [1, 3])
def test_all_checks_take_the_same_queries_for_one_row_and_three(rows, django_assert_num_queries):
    story = ready()
    for _row in range(rows):
        ArticlePhotoFactory(article=story)
        AttendanceFactory(article=story, office_as_printed="Camat")
    story = Article.objects.select_related("place").get(pk=story.pk)
    with django_assert_num_queries(8):
        checks.before_publishing(story)
