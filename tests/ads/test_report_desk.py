"""The ad desk's pages: delivery, one campaign, links, “Why not?”, and what waits."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from ads import links
from ads.choices import FlightKind
from ads.models import ReportLink
from tests.factories import ArticleFactory, StaffFactory

from .counting import count
from .factories import CampaignFactory, FlightFactory

pytestmark = pytest.mark.django_db


def somebody(client, role):
    user = StaffFactory()
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


@pytest.fixture
def desk(client):
    return somebody(client, "ad_desk")


def test_list_tells_who_is_behind_with_the_figures(desk):
    flight = FlightFactory(kind=FlightKind.STANDARD, goal=5000)
    count(flight.creatives.get(), 1200)
    html = desk.get(reverse("admin:ads_reports")).content.decode()
    assert "1.200" in html and "5.000" in html and "report-behind" in html


@pytest.mark.parametrize("order", ["course", "end", "name", "id; DROP TABLE x", "-pk", "\x00", ""])
def test_list_takes_any_order_for_what_it_is(desk, order):
    FlightFactory()
    for page in ("1", "0", "-1", "99", "' OR 1=1"):
        answer = desk.get(reverse("admin:ads_reports"), {"order": order, "p": page})
        assert answer.status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_for_three_campaigns_as_for_one(
    desk, number, django_assert_num_queries
):
    for _step in range(number):
        campaign = CampaignFactory()
        count(FlightFactory(campaign=campaign).creatives.get(), 5)
        count(FlightFactory(campaign=campaign, kind=FlightKind.STANDARD).creatives.get(), 5)
    with django_assert_num_queries(23):
        desk.get(reverse("admin:ads_reports"))


def test_campaign_page_has_figures_files_and_alarms(desk):
    flight = FlightFactory()
    count(flight.creatives.get(), 500, clicks=400)
    html = desk.get(reverse("admin:ads_report", args=[flight.campaign_id])).content.decode()
    assert 'role="alert"' in html and "80,0" in html
    for name in ("ads_report_csv", "ads_report_pdf"):
        url = reverse(f"admin:{name}", args=[flight.campaign_id])
        assert url in html
        assert desk.get(url).status_code == 200


@pytest.mark.parametrize("bad", ["' OR 1=1 --", "2026-99-99", "\x00"])
def test_bad_days_are_told_on_the_page(desk, bad):
    flight = FlightFactory()
    url = reverse("admin:ads_report", args=[flight.campaign_id])
    assert desk.get(url, {"dari": bad}).status_code == 400
    for name in ("ads_report_csv", "ads_report_pdf"):
        answer = desk.get(reverse(f"admin:{name}", args=[flight.campaign_id]), {"dari": bad})
        assert answer.status_code == 302


def test_link_is_made_shown_and_closed(desk, client):
    flight = FlightFactory()
    page = reverse("admin:ads_report", args=[flight.campaign_id])
    desk.post(reverse("admin:ads_link_make"), {"campaign": flight.campaign_id})
    link = ReportLink.objects.get()
    assert link.campaign_id == flight.campaign_id
    assert links.address_of(link) in desk.get(page).content.decode()
    url = reverse("admin:ads_link_revoke", args=[link.pk])
    for _step in range(2):
        assert desk.post(url, {"campaign": flight.campaign_id}).status_code == 302
    link.refresh_from_db()
    assert link.revoked_by is not None
    assert links.address_of(link) not in desk.get(page).content.decode()


def test_link_to_all_of_the_advertiser_names_no_campaign(desk):
    flight = FlightFactory()
    desk.post(reverse("admin:ads_link_make"), {"campaign": flight.campaign_id, "all": "1"})
    assert ReportLink.objects.get().campaign_id is None


@pytest.mark.parametrize("campaign", ["", "x", "9" * 30, "1 OR 1=1", "0"])
def test_link_for_no_campaign_is_not_found(desk, campaign):
    answer = desk.post(reverse("admin:ads_link_make"), {"campaign": campaign})
    assert answer.status_code == 404


def test_nothing_changes_by_get(desk):
    flight = FlightFactory()
    link = links.make(flight.campaign.advertiser, None, by=StaffFactory())
    assert desk.get(reverse("admin:ads_link_make")).status_code == 405
    assert desk.get(reverse("admin:ads_link_revoke", args=[link.pk])).status_code == 405


@pytest.mark.parametrize("role", ["reporter", "moderator", "editor"])
def test_others_of_the_newsroom_see_none_of_it(client, role):
    flight = FlightFactory()
    somebody(client, role)
    link = links.make(flight.campaign.advertiser, None, by=StaffFactory())
    for name, args in (
        ("ads_reports", []),
        ("ads_why_not", []),
        ("ads_report", [flight.campaign_id]),
        ("ads_report_csv", [flight.campaign_id]),
        ("ads_report_pdf", [flight.campaign_id]),
        ("ads_proof_upload", [flight.campaign_id]),
        ("ads_report_picture", [flight.creatives.get().pk]),
        ("ads_report_proof", [1]),
    ):
        assert client.get(reverse(f"admin:{name}", args=args)).status_code == 403
    assert client.post(reverse("admin:ads_link_make"), {"campaign": 1}).status_code == 403
    assert client.post(reverse("admin:ads_link_revoke", args=[link.pk])).status_code == 403


def test_chief_editor_reads_and_makes_no_link(client):
    flight = FlightFactory()
    somebody(client, "chief_editor")
    html = client.get(reverse("admin:ads_report", args=[flight.campaign_id])).content.decode()
    assert reverse("admin:ads_link_make") not in html
    answer = client.post(reverse("admin:ads_link_make"), {"campaign": flight.campaign_id})
    assert answer.status_code == 403


def test_why_not_answers_in_words(desk):
    story = ArticleFactory(is_public=True)
    FlightFactory(name="Malam saja", from_hour=2, until_hour=3)
    question = {
        "page": story.get_absolute_url(),
        "slot": "article-top-1",
        "at": "2026-11-26T12:00",
        "device": "phone",
    }
    answer = desk.get(reverse("admin:ads_why_not"), question)
    assert answer.status_code == 200
    assert desk.get(reverse("admin:ads_why_not")).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"page": "/kontak/"},
        {"page": "\x00"},
        {"slot": "' OR 1=1"},
        {"slot": "\x00"},
        {"at": "kemarin"},
        {"at": "0001-01-01T00:00"},
        {"at": "9999-12-31T23:59"},
        {"device": "tv"},
    ],
)
def test_why_not_refuses_what_cannot_be_answered_without_losing_it(desk, wrong):
    question = {"page": "/", "slot": "front-top", "at": "", "device": "phone", **wrong}
    answer = desk.get(reverse("admin:ads_why_not"), question)
    assert answer.status_code == 400


def test_desk_shows_flights_behind_their_course(desk):
    flight = FlightFactory(kind=FlightKind.STANDARD, goal=5000, name="Pekan promo")
    count(flight.creatives.get(), 10)
    html = desk.get(reverse("admin:index")).content.decode()
    assert "panel-behind-course" in html and "Pekan promo" in html
