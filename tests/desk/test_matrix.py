"""The role matrix: every address of the desk, by direct request, as everybody, against docs/roles.md."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from ads import links
from ads.models import Creative, Flight, PaidStory, Placement, Proof, Record, SilencePeriod
from articles import revisions, workflow
from articles.admin import bulk
from articles.choices import Severity
from articles.models import Article, CheckRule, LateSave, OwnWord, WrongForm
from articles.people import identity
from auditlog.choices import Action
from auditlog.writing import write
from comments import bans
from comments.choices import State
from comments.models import Discussion, Policy, Word
from newsletter.models import Newsletter
from newsroom import tasks
from newsroom.models import OutgoingMail
from replies import cases
from replies.models import Request
from tests.ads.factories import CreativeFactory, FlightFactory
from tests.comments.people import reader, staff, written
from tests.covering import covered, entry
from tests.desk import matrix
from tests.factories import (
    ArticleFactory,
    AuthorFactory,
    BreakingNewsFactory,
    CorrectionFactory,
    FrontLayoutFactory,
    OrganisationFactory,
    PageFactory,
    PersonFactory,
    PhotoFactory,
    PlaceFactory,
    PostFactory,
    PublicationFactory,
    RedirectFactory,
    StoryThreadFactory,
    TagFactory,
    UserFactory,
    VersionHoldFactory,
)
from tests.newsletter.make import made_issue, subscriber

pytestmark = pytest.mark.django_db


def request_to(story: Article) -> Request:
    """Somebody's request for a right of reply."""
    return cases.receive(
        story=story.headline,
        article=story,
        name="Andi Baso",
        capacity="named",
        email="andi@rumah.example",
        phone="",
        wrong="Saya tidak hadir.",
        wanted="",
    )


@pytest.fixture
def rows(settings: Any) -> dict[str, Any]:
    """A row behind each address, made by colleagues: nothing here is of who asks."""
    settings.LANGUAGE_CODE = "en"
    PublicationFactory()
    author, editor, seller = staff("reporter"), staff("editor"), staff("ad_desk")
    story = ArticleFactory(headline="Rapat", created_by=author)
    first = revisions.record(story, by=author)
    public = ArticleFactory(is_public=True)
    live_story = covered(by=editor)
    live_entry = entry(live_story, by=editor)
    late = LateSave.objects.create(article=story, user=author, snapshot={}, seen_version=1)
    twins = (PersonFactory(), PersonFactory())
    judgement = identity.merge(*twins, by=editor)
    pair = (PersonFactory(), PersonFactory())
    waiting = written(public, state=State.PENDING, author=reader())
    about = {"comment": str(waiting.pk), "state": "pending", "revision": "0"}
    flight = FlightFactory()
    creative = CreativeFactory(flight=flight)
    campaign = flight.campaign
    link = links.make(campaign.advertiser, None, by=seller)
    proof = Proof.objects.create(
        creative=creative,
        placement=Placement.objects.order_by("pk")[0],
        address="https://kabar.example/",
        image="bukti/tidak-ada.jpg",
        width=1,
        height=1,
        taken_at=timezone.now(),
    )
    paid = PaidStory.objects.create(
        article=ArticleFactory(kind="paid", sponsor="Toko"), campaign=campaign
    )
    silence = SilencePeriod.objects.create(name="Masa tenang", days=flight.days)
    record = Record.objects.create(
        deed="created",
        flight=flight,
        campaign=campaign,
        creative=creative,
        advertiser=campaign.advertiser,
    )
    job = tasks.deliver_mail.defer(mail_id=1)
    issue = made_issue()
    Newsletter.current().save()
    of_live = "articles/article/<int:object_id>/live/"
    return {
        "articles.checkrule": CheckRule.objects.create(key="dateline", severity=Severity.OFF).pk,
        "articles.revision": first.pk,
        "articles.section": story.section_id,
        "articles.place": PlaceFactory().pk,
        "articles.tag": TagFactory().pk,
        "articles.author": AuthorFactory().pk,
        "articles.storythread": StoryThreadFactory().pk,
        "articles.article": story.pk,
        "articles.frontlayout": FrontLayoutFactory().pk,
        "articles.breakingnews": BreakingNewsFactory().pk,
        "articles.person": PersonFactory().pk,
        "articles.organisation": OrganisationFactory().pk,
        "articles.post": PostFactory().pk,
        "articles.photo": PhotoFactory().pk,
        "articles.correction": CorrectionFactory(article=public).pk,
        "articles.versionhold": VersionHoldFactory(article=public).pk,
        "articles.page": PageFactory().pk,
        "articles.redirect": RedirectFactory().pk,
        "articles.publication": 1,
        "articles.wrongform": WrongForm.objects.create(wrong="tompolang", right="Tompolangi").pk,
        "articles.ownword": OwnWord.objects.create(word="Tingal").pk,
        "newsroom.outgoingmail": OutgoingMail.objects.create(
            to="rani@example.org", subject="x", text="x", sender="x@example.org"
        ).pk,
        "comments.comment": waiting.pk,
        "comments.policy": Policy.objects.get_or_create(pk=1)[0].pk,
        "comments.ban": bans.ban(reader(), by=staff("moderator"), reason="Iklan judi").pk,
        "comments.discussion": Discussion.objects.get_or_create(article=public)[0].pk,
        "comments.word": Word.objects.create(term="gacor", key="gacor", is_active=True).pk,
        "ads.creative": creative.pk,
        "ads.flight": flight.pk,
        "ads.advertiser": campaign.advertiser_id,
        "ads.campaign": campaign.pk,
        "ads.paidstory": paid.pk,
        "ads.placement": proof.placement_id,
        "ads.category": campaign.category_id,
        "ads.silenceperiod": silence.pk,
        "ads.record": record.pk,
        "newsletter.issue": issue.pk,
        "newsletter.newsletter": 1,
        "newsletter.subscriber": subscriber().pk,
        "accounts.user": UserFactory(name="Seorang pembaca").pk,
        "procrastinate.procrastinatejob": job,
        "auditlog.entry": write(Action.EXPORTED, by=editor, about=public).pk,
        "replies.request": request_to(public).pk,
        # Arguments that are no key of the model that an address begins with.
        "token": signing.dumps([author.pk, "x"], salt="accounts.end_sign_in"),
        "job_id": job,
        "campaign_id": campaign.pk,
        "creative_id": creative.pk,
        "proof_id": proof.pk,
        "link_id": link.pk,
        "content_type_id": ContentType.objects.get_for_model(public).pk,
        ("r/<path:content_type_id>/<path:object_id>/", "object_id"): public.pk,
        ("second-factor/<int:pk>/remove/", "pk"): 0,
        ("case/<int:key>/", "key"): public.pk,
        ("articles/article/<path:object_id>/late/<int:key>/", "key"): late.pk,
        ("articles/person/judgements/<int:pk>/undo/", "pk"): judgement.pk,
        **{
            (of_live + more, "object_id"): live_story.pk
            for more in (
                "",
                "<int:number>/",
                "<int:number>/withdraw/",
                "<int:number>/<str:act>/",
                "<str:act>/",
            )
        },
        "number": live_entry.number,
        "tab": "0b5cbb5c-6a0f-4f0e-9a53-0f6a4b9f9f53",
        "digest": "0" * 64,
        "day": issue.day.isoformat(),
        "sent": {
            "ads/report/link/make/": {"campaign": str(campaign.pk)},
            "ads/report/link/<int:link_id>/revoke/": {"campaign": str(campaign.pk)},
            "articles/person/judge/": {"one": str(pair[0].pk), "other": str(pair[1].pk)},
            "comments/comment/queue/decide/": about | {"to": "approved"},
            "comments/comment/queue/undo/": about | {"event": "0"},
            "comments/comment/queue/ban/": about | {"length": "day", "ban_reason": "Iklan"},
            "comments/comment/queue/review/": about | {"review": "first"},
        },
        # Rows without a picture, no verdict about two people, and no event to take back.
        "empty": {
            "ads/report/picture/<int:creative_id>/",
            "ads/report/proof/<int:proof_id>/",
            "articles/person/judge/",
            "comments/comment/queue/undo/",
        },
        # One line for each.
        "several": {
            "articles/article/<path:object_id>/move/<slug:name>/": [
                {"name": name} for name in workflow.MOVES
            ],
            "articles/article/bulk/<slug:name>/": [{"name": name} for name in bulk.BULKS],
            "ads/creative/<int:pk>/move/<slug:name>/": _moves(Creative),
            "ads/flight/<int:pk>/move/<slug:name>/": _moves(Flight),
            of_live + "<int:number>/<str:act>/": [{"act": "pin"}, {"act": "unpin"}],
            of_live + "<str:act>/": [{"act": "end"}],
        },
    }


def _moves(model: Any) -> list[dict[str, str]]:
    return [{"name": move.name} for move in admin.site._registry[model].moves]


def person(role: str) -> User:
    if role == "administrator":
        return UserFactory(is_staff=True, is_superuser=True, language="en")
    return staff(role, language="en")


@pytest.mark.parametrize("role", matrix.ROLES)
def test_every_address_answers_each_role_as_the_table_says(role, rows, at_desk):
    """An address that the table lacks fails, and so does a line without an address."""
    client = at_desk(person(role))
    said = {name: roles[role] for name, roles in matrix.table("Addresses").items()}
    answered = {one.name: matrix.answer(client, one) for one in matrix.addresses(rows)}
    assert answered == said


# The door itself, and what needs nobody signed in.
OPEN = {
    "login/": "look act",
    "logout/": "look act",
    "login/end/<token>/": "look act",
}


@pytest.mark.parametrize("who", ["nobody", "a reader", "a colleague who left"])
def test_who_does_not_work_here_finds_every_address_closed(who, rows, at_desk):
    client = Client()
    if who == "a reader":
        client = at_desk(reader())
    elif who == "a colleague who left":
        client = at_desk(staff("chief_editor", is_active=False))
    answered = {one.name: matrix.answer(client, one) for one in matrix.addresses(rows)}
    assert {name: said for name, said in answered.items() if said} == OPEN


@pytest.mark.parametrize("role", ["administrator", "moderator"])
def test_who_has_not_set_up_the_second_factor_finds_every_address_closed(
    role, rows, at_desk, settings
):
    settings.SECOND_FACTOR_ROLES = settings.REAL_SECOND_FACTOR_ROLES
    client = at_desk(person(role))
    answered = {one.name: matrix.answer(client, one) for one in matrix.addresses(rows)}
    way = {
        "prove/": "look act",
        "second-factor/": "look",
        # They lead to proving who one is, or to the setup; neither shows nor does anything yet.
        "second-factor/app/": "look act",
        "second-factor/passkey/": "look act",
        "second-factor/codes/": "act",
        "second-factor/<pk>/remove/": "act",
        "devices/": "look",
        "devices/end/": "act",
    }
    assert {name: said for name, said in answered.items() if said} == OPEN | way


@pytest.mark.parametrize("role", matrix.ROLES)
def test_lists_offer_each_role_the_actions_of_the_table(role):
    request = RequestFactory().get("/admin/")
    request.user = person(role)
    said = {name: roles[role] for name, roles in matrix.table("Actions of lists").items()}
    offered = dict.fromkeys(said, "")
    for model, model_admin in admin.site._registry.items():
        # Without the list there is nothing to offer it on.
        if model_admin.has_view_permission(request):
            for name in model_admin.get_actions(request):
                offered[f"{model._meta.label_lower} {name}"] = "act"
    assert offered == said


@pytest.mark.parametrize("role", matrix.ROLES)
def test_no_list_deletes_rows_in_one_go(role, rows, at_desk):
    client = at_desk(person(role))
    for model in admin.site._registry:
        keys = [*model._default_manager.values_list("pk", flat=True)]
        url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        sent = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
        assert client.post(url, sent).status_code in {200, 302, 403, 405}
        assert [*model._default_manager.values_list("pk", flat=True)] == keys, model


# Rules about single rows


def test_a_reporter_reads_a_colleagues_draft_and_changes_nothing_of_it(rows, at_desk):
    story = Article.objects.get(pk=rows["articles.article"])
    client = at_desk(person("reporter"))
    form = client.get(f"/admin/articles/article/{story.pk}/change/")
    assert form.status_code == 200
    assert not form.context["has_change_permission"]
    before = Article.objects.filter(pk=story.pk).values().get()
    for more in ("change/", "move/submit/", "move/embargo/", "history/1/restore/", "changes/"):
        client.post(f"/admin/articles/article/{story.pk}/{more}", {"headline": "Lain"})
    assert Article.objects.filter(pk=story.pk).values().get() == before


def test_a_reporter_changes_what_is_their_own(at_desk):
    who = person("reporter")
    story = ArticleFactory(created_by=who)
    form = at_desk(who).get(f"/admin/articles/article/{story.pk}/change/")
    assert form.context["has_change_permission"]


@pytest.mark.parametrize("role", matrix.ROLES)
def test_a_late_save_and_a_kept_text_are_their_writers_alone(role, rows, at_desk):
    late = LateSave.objects.get()
    client = at_desk(person(role))
    client.post(f"/admin/articles/article/{late.article_id}/late/{late.pk}/", {"forget": "1"})
    assert LateSave.objects.filter(pk=late.pk).exists()


def test_an_advertisers_link_shows_that_advertiser_alone(client, rows):
    mine, other = FlightFactory(), FlightFactory()
    link = links.make(mine.campaign.advertiser, None, by=staff("ad_desk"))
    address = "/" + links.address_of(link).split("://", 1)[1].partition("/")[2]
    page = client.get(address)
    assert page.status_code == 200
    assert other.campaign.advertiser.name not in page.content.decode()
    assert other.campaign.name not in page.content.decode()
    for more in ("", "harian.csv", "bukti-tayang.pdf"):
        for campaign, statuses in ((mine.campaign, {200}), (other.campaign, {404})):
            found = client.get(f"{address}kampanye/{campaign.pk}/{more}")
            assert found.status_code in statuses, (more, campaign)


def test_an_advertisers_link_opens_nothing_of_the_desk(client, rows):
    link = links.make(FlightFactory().campaign.advertiser, None, by=staff("ad_desk"))
    address = "/" + links.address_of(link).split("://", 1)[1].partition("/")[2]
    client.get(address)
    assert client.get("/admin/ads/report/").url.startswith(matrix.DOOR)
