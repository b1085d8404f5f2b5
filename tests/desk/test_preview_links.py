"""Preview links at the desk: who makes and revokes them."""

from urllib.parse import quote

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from articles import preview, workflow
from articles.choices import Status
from articles.models import Article, PreviewLink
from tests.factories import ArticleFactory


def at(article, name="story"):
    return reverse(f"admin:articles_article_preview_{name}", args=[article.pk])


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_whoever_may_change_a_story_makes_a_link_and_revokes_it(draft, reporter, at_desk, client):
    desk = at_desk(reporter)
    response = desk.post(at(draft, "links"), {"days": "7"})
    assert response.url == f"{at(draft)}#links"
    link = PreviewLink.objects.get()
    assert link.created_by == reporter
    page = desk.get(at(draft)).content.decode()
    assert f">{preview.address_of(link)}</textarea>" in page
    address = reverse("articles:preview", args=[preview.token_of(link)])
    assert client.get(address).status_code == 200
    desk.post(at(draft, "links"), {"revoke": str(link.pk)})
    assert client.get(address).status_code == 410
    assert preview.address_of(link) not in desk.get(at(draft)).content.decode()


@pytest.mark.parametrize("values", [{}, {"days": ""}, {"days": "400"}, {"days": "x\x00"}])
def test_a_link_without_its_span_is_a_sentence(values, draft, reporter, at_desk):
    response = at_desk(reporter).post(at(draft, "links"), values)
    assert said(response) == ["Choose how long the link works."]
    assert not PreviewLink.objects.exists()


@pytest.mark.parametrize("number", ["", "x", "0", "٣", "99999999999999999999999"])
def test_a_strange_number_revokes_nothing(number, draft, reporter, at_desk):
    preview.make(draft, by=reporter, days=1)
    response = at_desk(reporter).post(at(draft, "links"), {"revoke": number})
    assert said(response) == ["This link does not work any more."]
    assert PreviewLink.objects.get().revoked_at is None


def test_a_link_of_another_story_is_not_revoked_from_here(draft, editor, at_desk):
    link = preview.make(ArticleFactory(), by=editor, days=1)
    at_desk(editor).post(at(draft, "links"), {"revoke": str(link.pk)})
    assert PreviewLink.objects.get().revoked_at is None


@pytest.mark.parametrize("role", ["moderator", "ad_desk"])
def test_who_only_reads_makes_no_link(role, draft, member, at_desk):
    assert at_desk(member(role)).post(at(draft, "links"), {"days": "1"}).status_code == 403
    assert not PreviewLink.objects.exists()


def test_a_reporter_makes_no_link_once_the_story_is_handed_in(draft, reporter, at_desk):
    Article.objects.filter(pk=draft.pk).update(status=Status.IN_REVIEW)
    assert at_desk(reporter).post(at(draft, "links"), {"days": "1"}).status_code == 403


def test_once_the_story_is_handed_in_its_links_are_seen_and_revoked_by_their_maker_and_by_who_reviews(
    draft, reporter, editor, at_desk
):
    mine, theirs = preview.make(draft, by=reporter, days=7), preview.make(draft, by=editor, days=7)
    workflow.submit(draft, by=reporter)
    for person, seen in ((reporter, [mine]), (editor, [theirs, mine])):
        page = at_desk(person).get(at(draft))
        assert [link for link, *_more in page.context["links"]] == seen
        assert preview.address_of(seen[0]) in page.content.decode()
    assert "Make a link" not in at_desk(reporter).get(at(draft)).content.decode()
    for link, is_revoked in ((theirs, False), (mine, True)):
        at_desk(reporter).post(at(draft, "links"), {"revoke": str(link.pk)})
        link.refresh_from_db()
        assert (link.revoked_at is not None) is is_revoked
    at_desk(editor).post(at(draft, "links"), {"revoke": str(theirs.pk)})
    assert not preview.open_links(draft).exists()


@pytest.mark.parametrize("role", ["moderator", "ad_desk"])
def test_who_only_reads_sees_and_revokes_no_link(role, draft, editor, member, at_desk):
    link = preview.make(draft, by=editor, days=1)
    desk = at_desk(member(role))
    assert preview.address_of(link) not in desk.get(at(draft)).content.decode()
    desk.post(at(draft, "links"), {"revoke": str(link.pk)})
    link.refresh_from_db()
    assert link.revoked_at is None


def test_only_a_post_makes_one(draft, reporter, at_desk):
    assert at_desk(reporter).get(at(draft, "links")).status_code == 405


@pytest.mark.parametrize("state", ["is_public", "is_withdrawn"])
def test_there_is_no_link_to_what_is_out_or_withdrawn(state, editor, at_desk):
    article = ArticleFactory(**{state: True})
    assert at_desk(editor).post(at(article, "links"), {"days": "1"}).status_code == 403


def test_too_many_links_are_a_sentence(draft, editor, at_desk, monkeypatch):
    monkeypatch.setattr(preview, "MOST_OPEN", 1)
    preview.make(draft, by=editor, days=1)
    response = at_desk(editor).post(at(draft, "links"), {"days": "1"})
    assert said(response) == ["There are many links to this story already. Revoke one first."]


def test_a_link_is_sent_by_whatsapp_as_a_whole(draft, reporter, at_desk):
    desk = at_desk(reporter)
    desk.post(at(draft, "links"), {"days": "7"})
    address = preview.address_of(PreviewLink.objects.get())
    page = desk.get(at(draft)).content.decode()
    sent = f'href="https://wa.me/?text={quote(address, safe="")}" target="_blank"'
    assert page.count(sent) == 1
    # Only a script copies: without it the button is not there.
    assert page.count(f'hidden data-copy="link-{PreviewLink.objects.get().pk}"') == 1
