"""A story whose time is over is nowhere, and its address says so."""

import datetime
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from ads.why import Refused, page_at
from articles import ninjs
from articles.cards import article_meta
from articles.copydesk import archive
from articles.models import (
    Appearance,
    ArchiveWord,
    Article,
    ArticleViews,
    Organisation,
    Person,
    Publication,
)
from articles.people.protecting import close_pages
from articles.readership import most_read
from articles.search_people import people
from articles.search_query import parse
from articles.structured import article_json_ld
from comments.choices import State
from comments.models import Policy
from comments.openness import talk_of
from tests.comments.people import written
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    AuthorFactory,
    BylineFactory,
    CorrectionFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    PublicationFactory,
    RedirectFactory,
    RelatedArticleFactory,
    SectionFactory,
    province,
)

pytestmark = pytest.mark.django_db

HEADLINE = "Bazar murah Wakatobi dibuka"
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def story():
    """A public story with an hour left, that stands wherever a story can stand."""
    PublicationFactory()
    now = timezone.now()
    article = ArticleFactory(
        is_public=True,
        publish_at=now - HOUR,
        unpublish_at=now + HOUR,
        headline=HEADLINE,
        slug="bazar-murah",
        section=SectionFactory(slug="ekonomi"),
        tags=["bazar"],
    )
    BylineFactory(article=article, author=AuthorFactory(slug="rahma"))
    AttendanceFactory(article=article, person=PersonFactory(name="Wa Ode Sitti", slug="wa-ode"))
    AttendanceFactory(
        article=article,
        person=None,
        organisation=OrganisationFactory(name="Koperasi Bahari", slug="koperasi-bahari"),
        name_as_printed="perwakilan Koperasi Bahari",
    )
    ArticleViews.objects.create(article=article, hour=now, views=9)
    CorrectionFactory(article=article)
    RedirectFactory(path="/?p=12", target="", article=article)
    return article


@pytest.fixture
def another(story):
    """A story that stays, with the other one below it."""
    other = ArticleFactory(is_public=True, section=story.section, headline="Yang tinggal")
    RelatedArticleFactory(article=other, related=story)
    return other


def places(story, other):
    """Every public address at which a headline can stand, but the story's own."""
    day = story.published_on
    lists = [
        *("/", "/terkini/", "/terpopuler/", "/rubrik/ekonomi/", "/tag/bazar/", "/penulis/rahma/"),
        *("/tokoh/wa-ode/", "/lembaga/koperasi-bahari/", "/cari/?q=wakatobi", "/ralat/"),
        *("/cari/?q=%22wa+ode%22", "/cari/?q=bazar&urut=terbaru"),
        *(f"/arsip/{day:%Y/%m}/", f"/arsip/{day:%Y/%m/%d}/", other.get_absolute_url()),
    ]
    feeds = ["/rss.xml", "/atom.xml", "/feed.json"]
    feeds += [f"/rubrik/ekonomi{feed}" for feed in feeds]
    return [*lists, *feeds, "/sitemap-news.xml", f"/sitemap-{day:%Y-%m}.xml"]


def told_at(client, story, other):
    """Those of the places that tell of the story, by its headline or by its address."""
    found = set()
    for place in places(story, other):
        response = client.get(place)
        text = response.content.decode()
        if response.status_code == 200 and (HEADLINE in text or "bazar-murah" in text):
            found.add(place)
    return found


def test_a_story_is_everywhere_until_its_time_is_over_and_nowhere_after(
    story, another, client, time_machine
):
    assert told_at(client, story, another) == set(places(story, another))
    time_machine.move_to(story.unpublish_at + HOUR)
    assert told_at(client, story, another) == set()


def test_its_address_answers_gone_with_a_sentence_and_without_its_words(
    story, client, time_machine, settings
):
    settings.LANGUAGE_CODE = "en"
    Article.objects.filter(pk=story.pk).update(
        place=PlaceFactory(name="Ambon", parent=province("81")),
        publish_at=datetime.datetime(2026, 11, 24, 8, 0, tzinfo=datetime.UTC),
        published_on=datetime.date(2026, 11, 24),
        unpublish_at=datetime.datetime(2026, 11, 24, 15, 30, tzinfo=datetime.UTC),
    )
    story.refresh_from_db()
    time_machine.move_to(datetime.datetime(2026, 11, 24, 15, 30, tzinfo=datetime.UTC))
    response = client.get(story.get_absolute_url())
    page = response.content.decode()
    assert response.status_code == 410
    assert "This story is no longer public" in page
    # 15:30 UTC is the next day in Ambon.
    assert "2026-11-25T00:30:00+09:00" in page and "WIT" in page
    assert 'content="noindex' in page
    for word in (HEADLINE, "Wa Ode", "Second paragraph", "bazar-murah/ninjs"):
        assert word not in page


def test_an_old_address_leads_to_the_notice(story, client, time_machine):
    time_machine.move_to(story.unpublish_at)
    response = client.get("/?p=12", follow=True)
    assert response.redirect_chain == [(story.get_absolute_url(), 301)]
    assert response.status_code == 410


def test_who_took_the_story_over_is_told_that_it_is_not_to_be_used(story, client, time_machine):
    address = f"{story.get_absolute_url()}ninjs.json"
    uri = client.get(address).json()["uri"]
    time_machine.move_to(story.unpublish_at)
    response = client.get(address)
    assert response.status_code == 410
    assert (response.json()["uri"], response.json()["pubstatus"]) == (uri, "canceled")
    assert HEADLINE not in response.content.decode()


def test_who_stands_only_in_it_has_no_page_any_more_and_is_in_no_list(story, client, time_machine):
    addresses = (
        *("/tokoh/wa-ode/", "/tokoh/wa-ode/popolo.json"),
        *("/lembaga/koperasi-bahari/", "/lembaga/koperasi-bahari/popolo.json"),
    )
    lists = ("/tokoh/", "/popolo.json", "/sitemap-people.xml", "/sitemap-organisations.xml")

    def answers():
        return {client.get(address).status_code for address in addresses}

    def listed():
        texts = [client.get(address).content.decode() for address in lists]
        return any("wa-ode" in text or "koperasi-bahari" in text for text in texts)

    assert answers() == {200} and listed()
    time_machine.move_to(story.unpublish_at)
    assert answers() == {404} and not listed()
    assert not Person.objects.public().exists() and not Organisation.objects.public().exists()
    assert not people(parse("wa ode"))
    assert not Appearance.objects.published().exists()


def test_rows_of_people_follow_the_end_when_it_is_moved(story):
    def ends():
        return set(Appearance.objects.values_list("until", flat=True))

    assert ends() == {story.unpublish_at}
    later = story.unpublish_at + HOUR
    Article.objects.filter(pk=story.pk).update(unpublish_at=later)
    assert ends() == {later}
    AttendanceFactory(article=story, person=PersonFactory(name="Pendatang"))
    assert ends() == {later}
    Article.objects.filter(pk=story.pk).update(unpublish_at=None)
    assert ends() == {None}
    assert Appearance.objects.published().count() == 3


def test_a_story_that_is_over_does_not_keep_the_page_of_a_protected_person_open(
    story, time_machine
):
    protected = ArticleFactory(is_public=True, is_identity_protected=True)
    AttendanceFactory(article=protected, person=Person.objects.get(slug="wa-ode"))
    time_machine.move_to(story.unpublish_at)
    assert close_pages(protected) == 1


def test_its_discussion_takes_nothing_and_shows_nothing(story, client, time_machine):
    comment = written(story, state=State.APPROVED)
    thread = reverse("comments:threads", args=[story.pk])
    discussion = f"{story.get_absolute_url()}komentar/"
    of_comment = reverse("comments:comment", args=[comment.pk])
    form = reverse("comments:form", args=[story.pk])
    write = reverse("comments:write", args=[story.pk])
    addresses = (discussion, of_comment, thread, form)
    assert [client.get(address).status_code for address in addresses] == [200] * 4
    assert Policy.current().is_open_for(story)
    time_machine.move_to(story.unpublish_at)
    answers = [client.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [410, 410, 404, 404]
    assert client.post(write, {"body": "Terlambat"}).status_code == 404
    for answer in answers:
        assert (
            HEADLINE not in answer.content.decode() and comment.body not in answer.content.decode()
        )
    assert not Policy.current().is_open_for(story)
    assert talk_of(story).closed


def test_it_is_not_read_most_and_its_words_are_not_the_archives(story, time_machine):
    archive.recount()
    assert most_read(5).stories == [story]
    assert ArchiveWord.objects.filter(word="wakatobi").exists()
    time_machine.move_to(story.unpublish_at)
    archive.recount()
    assert most_read(5).stories == []
    assert not ArchiveWord.objects.filter(word="wakatobi").exists()
    assert not archive.add_story(story.pk)


def test_while_it_is_public_machines_are_told_when_it_ends(story):
    story = Article.objects.for_page().get(pk=story.pk)
    publication = Publication.current()
    ends = story.local_unpublish_at.isoformat(timespec="seconds")
    assert article_json_ld(story, publication)["expires"] == ends
    assert ("article:expiration_time", ends) in article_meta(story, publication).properties
    assert ninjs.document(story, publication)["pubstatus"] == "usable"
    Article.objects.filter(pk=story.pk).update(unpublish_at=None)
    story = Article.objects.for_page().get(pk=story.pk)
    assert "expires" not in json.dumps(article_json_ld(story, publication))


def test_a_withdrawn_story_keeps_its_notice_whatever_its_end_was(client):
    PublicationFactory()
    article = ArticleFactory(is_withdrawn=True, unpublish_at=timezone.now() - HOUR)
    response = client.get(article.get_absolute_url())
    assert response.status_code == 410
    assert article.withdrawal_notice in response.content.decode()


def test_an_advertisement_is_not_sought_for_the_notice(story, time_machine):
    assert page_at(story.get_absolute_url()).page_class
    time_machine.move_to(story.unpublish_at)
    with pytest.raises(Refused):
        page_at(story.get_absolute_url())
