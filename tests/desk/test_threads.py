"""Story threads at the desk: made from a story or on their own page, by editors."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Instalment, StoryThread
from tests.desk.conftest import filled
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    InstalmentFactory,
    StoryThreadFactory,
)

ADD = reverse("admin:articles_storythread_add")
NAMES = reverse("admin:articles_article_thread_names")


def of(article):
    return reverse("admin:articles_article_thread", args=[article.pk])


def change(thread):
    return reverse("admin:articles_storythread_change", args=[thread.pk])


@pytest.fixture
def desk(editor, at_desk):
    return at_desk(editor)


@pytest.fixture
def story(db):
    return ArticleFactory(is_public=True)


class TestFromAStory:
    def test_a_known_name_places_it_with_its_line_and_day(self, desk, story):
        thread = StoryThreadFactory(name="Banjir Bulusirua")
        values = {
            "name": "banjir bulusirua",
            "line": "Jembatan ambruk.",
            "happened_at": "2026-03-02",
        }
        response = desk.post(of(story), values)
        assert response.url == reverse("admin:articles_article_change", args=[story.pk])
        row = Instalment.objects.get()
        assert (row.thread, row.article, row.line) == (thread, story, "Jembatan ambruk.")
        # Noon on the publication's clock.
        assert timezone.localtime(row.happened_at).isoformat() == "2026-03-02T12:00:00+08:00"

    def test_a_new_thread_takes_one_step(self, desk, story):
        assert 'name="is_new"' in desk.get(of(story)).content.decode()
        desk.post(of(story), {"name": "Sidang Kades", "is_new": "on"})
        assert Instalment.objects.get().thread.name == "Sidang Kades"

    def test_an_unknown_name_is_asked_about_once_and_nothing_is_lost(self, desk, story):
        page = desk.post(of(story), {"name": "Sidang Kades", "line": "Dimulai."}).content.decode()
        assert "There is no thread of this name yet." in page
        assert "Dimulai." in page and 'value="Sidang Kades"' in page
        assert not StoryThread.objects.exists()
        desk.post(of(story), {"name": "Sidang Kades", "line": "Dimulai.", "is_new": "on"})
        assert Instalment.objects.get().thread.slug == "sidang-kades"

    def test_it_shows_what_is_said_and_can_be_taken_out(self, desk, story):
        row = InstalmentFactory(article=story, line="Ramai.")
        page = desk.get(of(story)).content.decode()
        assert row.thread.name in page and "Ramai." in page
        desk.post(of(story), {"take_out": "1"})
        assert not Instalment.objects.exists()

    def test_a_suggestion_is_one_tap(self, desk, story):
        thread = InstalmentFactory(article=ArticleFactory(is_public=True, tags=["banjir"])).thread
        story.tags.set(["banjir"])
        assert f'name="name" value="{thread.name}"' in desk.get(of(story)).content.decode()
        desk.post(of(story), {"name": thread.name})
        assert story.instalment.thread == thread

    def test_a_suggestion_keeps_what_is_said_of_the_story(self, desk, story):
        other = InstalmentFactory(article=ArticleFactory(is_public=True, tags=["banjir"])).thread
        story.tags.set(["banjir"])
        day = datetime.datetime(2026, 3, 2, 4, tzinfo=datetime.UTC)
        InstalmentFactory(article=story, line="Ramai.", happened_at=day)
        page = desk.get(of(story))
        form = page.content.decode().partition('id="suggested"')[2]
        values = dict(re.findall(r'type="hidden" name="(line|happened_at)" value="([^"]*)"', form))
        assert values == {"line": "Ramai.", "happened_at": "2026-03-02"}
        desk.post(of(story), {"name": other.name, **values})
        row = Instalment.objects.get(article=story)
        assert (row.thread, row.line, row.happened_at) == (other, "Ramai.", day)

    def test_a_working_copy_places_its_story(self, desk, story):
        copy = ArticleFactory(changes_to=story)
        thread = StoryThreadFactory()
        desk.post(of(copy), {"name": thread.name})
        assert Instalment.objects.get().article == story

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"name": ""}, "Write the name of the thread."),
            ({"name": "…"}, "A name has letters."),
            ({"name": "Banjir", "happened_at": "kemarin"}, "Enter a valid date."),
            ({"name": "Banjir", "happened_at": "2199-01-01"}, "This day is still to come."),
            ({"name": "Banjir", "line": "x" * 161}, "at most 160 characters"),
        ],
    )
    def test_what_cannot_be_is_a_sentence(self, desk, story, values, sentence):
        assert sentence in desk.post(of(story), values).content.decode()
        assert not Instalment.objects.exists()

    def test_a_protected_name_is_refused(self, desk):
        story = ArticleFactory(is_public=True, is_identity_protected=True)
        line = AttendanceFactory(article=story)
        values = {"name": f"Kasus {line.person.name}", "is_new": "on"}
        assert "protects identities" in desk.post(of(story), values).content.decode()
        assert not StoryThread.objects.exists()

    def test_names_come_up_while_typing_those_that_go_on_first(self, desk):
        StoryThreadFactory(name="Banjir lama", ended_on=datetime.date(2026, 1, 1))
        StoryThreadFactory(name="Setelah banjir")
        StoryThreadFactory(name="Sidang")
        found = desk.get(NAMES, {"q": "banj\x00ir"}).json()["results"]
        assert [row["name"] for row in found] == ["Setelah banjir", "Banjir lama"]
        assert desk.get(NAMES).json() == {"results": []}

    def test_a_reporter_may_not(self, reporter, at_desk, story):
        assert at_desk(reporter).get(of(story)).status_code == 403
        assert at_desk(reporter).get(NAMES, {"q": "ba"}).status_code == 403


class TestOwnPage:
    def test_a_thread_is_made_with_its_stories(self, desk, story):
        data = filled(
            desk.get(ADD), name="Banjir  Bulusirua", intro="Sejak pagi.", key_facts="Satu."
        )
        data |= {
            "instalments-TOTAL_FORMS": "1",
            "instalments-0-article": story.pk,
            "instalments-0-line": "Mulai.",
        }
        assert desk.post(ADD, data).status_code == 302
        row = Instalment.objects.get()
        assert (row.thread.name, row.thread.slug) == ("Banjir Bulusirua", "banjir-bulusirua")
        assert (row.article, row.line) == (story, "Mulai.")

    def test_a_changed_address_leads_to_the_new_one(self, desk, client, story):
        thread = InstalmentFactory(article=story).thread
        old = thread.get_absolute_url()
        assert (
            desk.post(change(thread), filled(desk.get(change(thread)), slug="baru")).status_code
            == 302
        )
        assert client.get(old).url == "/perkembangan/baru/"

    def test_a_story_of_another_thread_is_refused_by_its_name(self, desk, story):
        other = InstalmentFactory(article=story).thread
        data = filled(desk.get(ADD), name="Lain") | {
            "instalments-TOTAL_FORMS": "1",
            "instalments-0-article": story.pk,
        }
        assert f"part of “{other.name}” already" in desk.post(ADD, data).content.decode()

    def test_a_name_is_taken_in_whatever_case(self, desk):
        StoryThreadFactory(name="Banjir")
        page = desk.post(ADD, filled(desk.get(ADD), name="BANJIR")).content.decode()
        assert "There is a thread of this name already." in page

    def test_texts_that_name_a_protected_person_are_refused(self, desk):
        story = ArticleFactory(is_public=True, is_identity_protected=True)
        line = AttendanceFactory(article=story)
        thread = InstalmentFactory(article=story).thread
        data = filled(desk.get(change(thread)), intro=f"Ini tentang {line.person.name}.")
        assert "protects identities" in desk.post(change(thread), data).content.decode()

    @pytest.mark.parametrize("count", [1, 3])
    def test_its_page_costs_the_same_however_many_stories(
        self, desk, django_assert_num_queries, count
    ):
        thread = StoryThreadFactory()
        for _ in range(count):
            InstalmentFactory(thread=thread)
        desk.get(change(thread))
        with django_assert_num_queries(8):
            desk.get(change(thread))

    def test_no_one_deletes_a_thread(self, desk):
        thread = StoryThreadFactory()
        url = reverse("admin:articles_storythread_delete", args=[thread.pk])
        assert desk.post(url, {"post": "yes"}).status_code == 403

    def test_a_reporter_reads_and_does_not_write(self, reporter, at_desk):
        thread = StoryThreadFactory()
        assert at_desk(reporter).get(change(thread)).status_code == 200
        assert at_desk(reporter).get(ADD).status_code == 403
