"""Corrections, history, masthead, pages and old addresses at the desk."""

import pytest
from django.urls import reverse

from articles import holding, revisions
from articles.models import Correction, Page, Publication, Redirect, VersionHold
from auditlog.choices import Action
from auditlog.models import Entry
from tests.desk.conftest import filled
from tests.desk.test_story_form import change
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    CorrectionFactory,
    PersonFactory,
    PublicationFactory,
    VersionHoldFactory,
)

CORRECTION = reverse("admin:articles_correction_add")


def test_a_correction_stands_on_the_story_and_in_its_history(editor, at_desk):
    article = ArticleFactory(is_public=True)
    client = at_desk(editor)
    page = client.get(CORRECTION, {"article": article.pk})
    data = filled(page, kind="correction", text="Jumlahnya 42, bukan 24.")
    assert client.post(CORRECTION, data).url == change(article)
    correction = article.corrections.get()
    assert (correction.kind, correction.created_by) == ("correction", editor)
    revision = article.revisions.get()
    assert revision.note == "Erratum: Jumlahnya 42, bukan 24."


@pytest.mark.parametrize("state", [{}, {"is_scheduled": True}])
def test_a_story_that_is_not_public_has_nothing_to_correct(state, editor, at_desk):
    article = ArticleFactory(**state)
    data = {"article": article.pk, "kind": "correction", "text": "Salah."}
    response = at_desk(editor).post(CORRECTION, data)
    assert "there is nothing to correct yet" in response.content.decode()
    assert Correction.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": ""}, "A correction says what is right."),
        ({"kind": ""}, "Choose the kind."),
        ({"kind": "withdrawal"}, "Select a valid choice."),
        ({"article": ""}, "Choose the story."),
        ({"article": "x"}, "Select a valid choice."),
    ],
)
def test_a_correction_that_cannot_be_is_a_sentence(changes, sentence, editor, at_desk):
    article = ArticleFactory(is_public=True)
    data = {"article": article.pk, "kind": "correction", "text": "Salah."} | changes
    assert sentence in at_desk(editor).post(CORRECTION, data).content.decode()


def test_the_history_says_who_when_why_and_shows_each_version(draft, reporter, editor, at_desk):
    mine = at_desk(reporter)
    mine.post(change(draft), filled(mine.get(change(draft)), headline="Satu"))
    theirs = at_desk(editor)
    theirs.post(change(draft), filled(theirs.get(change(draft)), headline="Dua"))
    page = mine.get(reverse("admin:articles_article_history", args=[draft.pk]))
    saved_by = [str(revision.created_by) for revision, _time in page.context["revisions"]]
    # What stood there before the first change, of a story that had no history, is kept as its beginning.
    assert saved_by == ["Hasrullah Makmur", "Rahma Nurdin", "None"]
    first = draft.revisions.get(number=2)
    version = reverse("admin:articles_revision_change", args=[first.pk])
    assert "Satu" in mine.get(version).content.decode()
    assert mine.post(version, {"note": "x"}).status_code == 403


def test_looking_at_the_masthead_makes_no_row_and_saving_it_does(member, at_desk):
    client = at_desk(member("chief_editor"))
    address = reverse("admin:articles_publication_change", args=[1])
    page = client.get(reverse("admin:articles_publication_changelist"), follow=True)
    assert page.redirect_chain == [(address, 302)]
    assert Publication.objects.count() == 0
    client.post(address, {"name": "Kabar Tompolangi", "masthead": "Redaktur: Hasrullah"})
    assert Publication.current().name == "Kabar Tompolangi"
    assert client.get(reverse("admin:articles_publication_change", args=[2])).status_code == 302


def test_a_page_gets_its_address_from_its_title(editor, at_desk):
    data = {"title": "Tentang Kami", "body": "<p>a</p><script>x</script>", "is_published": "on"}
    at_desk(editor).post(reverse("admin:articles_page_add"), data)
    page = Page.objects.get()
    assert (page.slug, page.body) == ("tentang-kami", "<p>a</p>")


@pytest.mark.parametrize(
    ("fields", "is_kept"),
    [
        ({"path": "/?p=12", "target": "/rubrik/ekonomi/"}, True),
        ({"path": "https://evil.example/", "target": "/"}, False),
        ({"path": "/a", "target": "//evil.example"}, False),
        ({"path": "/a", "target": ""}, False),
    ],
)
def test_a_redirect_leads_to_one_place_of_ours(fields, is_kept, editor, at_desk):
    at_desk(editor).post(reverse("admin:articles_redirect_add"), fields)
    assert Redirect.objects.exists() is is_kept


def test_a_persons_offices_and_spellings_are_kept_with_the_person(editor, at_desk):
    person = PersonFactory(name="Andi Karsina")
    address = reverse("admin:articles_person_change", args=[person.pk])
    client = at_desk(editor)
    data = filled(client.get(address), degrees="S.E.")
    data |= {
        "aliases-TOTAL_FORMS": "1",
        "aliases-0-name": "A. Karsina",
        "aliases-0-person": person.pk,
    }
    assert client.post(address, data).status_code == 302
    assert [alias.name_key for alias in person.aliases.all()] == ["a karsina"]


def test_a_correction_names_nobody_whom_its_story_protects(editor, at_desk):
    article = ArticleFactory(is_public=True, is_identity_protected=True)
    AttendanceFactory(article=article, person=PersonFactory(name="Andi Melati"))
    client = at_desk(editor)
    data = {"article": article.pk, "kind": "correction", "text": "Andi Melati sudah pulang."}
    page = client.post(CORRECTION, data).text
    assert "this names Andi Melati" in page
    assert "Andi Melati sudah pulang." in page
    assert not article.corrections.exists()


class TestVersionsHeldBack:
    def test_an_editor_holds_back_from_the_history(self, editor, at_desk):
        PublicationFactory(shows_versions=True)
        article = ArticleFactory(is_public=True)
        revisions.record(article, by=editor)
        client = at_desk(editor)
        history = reverse("admin:articles_article_history", args=[article.pk])
        add = f"{reverse('admin:articles_versionhold_add')}?article={article.pk}"
        assert f'href="{add}"' in client.get(history).text
        data = {"article": article.pk, "through": 1, "why": "Court order"}
        assert client.post(add, data).status_code == 302
        hold = VersionHold.objects.get()
        assert (hold.article, hold.through, hold.created_by) == (article, 1, editor)
        assert (
            "Readers do not see version 1 and earlier ones: Court order" in client.get(history).text
        )

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"through": 7}, "This story has no such version."),
            ({"through": 2**40}, "This story has no such version."),
            ({"why": " "}, "Say why readers may not see them."),
            ({"article": ""}, "Choose the story."),
        ],
    )
    def test_what_cannot_be_held_back_is_a_sentence(self, changes, sentence, editor, at_desk):
        article = ArticleFactory(is_public=True)
        revisions.record(article, by=editor)
        data = {"article": article.pk, "through": 1, "why": "Court order"} | changes
        page = at_desk(editor).post(reverse("admin:articles_versionhold_add"), data).text
        assert sentence in page
        assert not VersionHold.objects.exists()

    def test_what_readers_never_saw_cannot_be_held_back(self, editor, at_desk):
        article = ArticleFactory(status="draft", headline="Rancangan")
        revisions.record(article, by=editor)
        data = {"article": article.pk, "through": 1, "why": "Court order"}
        page = at_desk(editor).post(reverse("admin:articles_versionhold_add"), data).text
        assert "Readers have seen nothing up to this version." in page

    @pytest.mark.parametrize(("role", "is_taken"), [("editor", False), ("chief_editor", True)])
    def test_only_who_may_remove_a_hold_may_show_more_again(self, role, is_taken, member, at_desk):
        hold = VersionHoldFactory(through=2)
        for headline in ("Satu", "Dua"):
            hold.article.headline = headline
            hold.article.save()
            revisions.record(hold.article, by=None)
        address = reverse("admin:articles_versionhold_change", args=[hold.pk])
        at_desk(member(role)).post(address, {"through": 1, "why": "Court order"})
        hold.refresh_from_db()
        assert hold.through == (1 if is_taken else 2)
        assert hold.created_by is None


class TestWordsHeldBack:
    def test_an_editor_holds_back_the_words_of_a_correction(self, editor, at_desk):
        correction = CorrectionFactory(text="Andi Melati sudah pulang.")
        address = reverse("admin:articles_correction_change", args=[correction.pk])
        client = at_desk(editor)
        page = client.get(address)
        assert "Andi Melati sudah pulang." in page.text
        assert client.post(address, filled(page, held_why="Court order")).status_code == 302
        correction.refresh_from_db()
        assert (correction.held_why, correction.held_by) == ("Court order", editor)
        assert correction.text == "Andi Melati sudah pulang."
        (entry,) = Entry.objects.filter(kind="articles.correction", action=Action.CHANGED)
        assert entry.details["values"] == {"held_why": ["", "Court order"]}
        assert "held back</td>" in client.get(reverse("admin:articles_correction_changelist")).text

    @pytest.mark.parametrize(("role", "is_taken"), [("editor", False), ("chief_editor", True)])
    def test_only_the_chief_editor_shows_them_again(self, role, is_taken, member, at_desk):
        correction = CorrectionFactory()
        holding.hold(correction, why="Court order", by=None)
        address = reverse("admin:articles_correction_change", args=[correction.pk])
        client = at_desk(member(role))
        page = client.post(address, filled(client.get(address), held_why=" "))
        correction.refresh_from_db()
        assert (correction.held_why == "") is is_taken
        if not is_taken:
            assert "Only who may remove this may show readers what was held back." in page.text

    def test_a_form_changes_nothing_else_of_a_correction(self, editor, at_desk):
        correction = CorrectionFactory(text="Jumlahnya 42.")
        address = reverse("admin:articles_correction_change", args=[correction.pk])
        data = {"held_why": "Court order", "text": "Lain.", "kind": "reply"}
        assert at_desk(editor).post(address, data).status_code == 302
        correction.refresh_from_db()
        assert (correction.text, correction.kind) == ("Jumlahnya 42.", "correction")

    def test_a_page_from_before_somebody_held_it_back_shows_nothing_again(self, member, at_desk):
        correction = CorrectionFactory()
        address = reverse("admin:articles_correction_change", args=[correction.pk])
        client = at_desk(member("chief_editor"))
        stale = filled(client.get(address))
        holding.hold(correction, why="Protect a child", by=None)
        page = client.post(address, stale)
        assert "Somebody held this back or showed it again meanwhile." in page.text
        stale = filled(client.get(address), held_why="Else")
        holding.hold(correction, why="Court order", by=None)
        page = client.post(address, stale)
        assert "Somebody held this back or showed it again meanwhile." in page.text
        correction.refresh_from_db()
        assert correction.held_why == "Court order"

    def test_nothing_is_written_where_nothing_is_held_back(self, editor, at_desk):
        correction = CorrectionFactory()
        address = reverse("admin:articles_correction_change", args=[correction.pk])
        assert at_desk(editor).post(address, {"held_why": ""}).status_code == 302
        correction.refresh_from_db()
        assert correction.held_at is None
