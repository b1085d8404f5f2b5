"""Searches of the desk's lists, page by page: what is read row by row and what an index tells is one list."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts import paging
from accounts.models import User
from ads.models import PaidStory
from articles import querysets, search_windows
from articles.admin import articles as stories_admin
from articles.models import Article, Correction, Person, PersonAlias
from tests.ads.factories import CampaignFactory
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    CorrectionFactory,
    PersonFactory,
    StaffFactory,
)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: Any) -> None:
    """Pages of two lines, and so few rows that are read that most has to come out of the indexes."""
    monkeypatch.setattr(paging, "READ_FIRST", 3)
    monkeypatch.setattr(querysets, "HEADLINES_READ", 3)
    monkeypatch.setattr(stories_admin, "LINES_READ", 3)
    monkeypatch.setattr(search_windows, "BLOCKS", (1, 1))
    for model in (Article, Person, User, Correction, PaidStory):
        monkeypatch.setattr(admin.site.get_model_admin(model), "list_per_page", 2)


@pytest.fixture
def desk(member: Any, at_desk: Any) -> Client:
    client: Client = at_desk(member("administrator", name="Zainab", email="zainab@example.org"))
    return client


def pages(desk: Client, model: type[models.Model], text: str) -> list[list[Any]]:
    """The keys on each page of a search, having gone to the last one and back to the first."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    there, query = [], f"?q={text}"
    while query:
        changelist = desk.get(url + query).context["cl"]
        there.append([row.pk for row in changelist.result_list])
        query, last = changelist.next_url, changelist
    back, query = [there[-1]], last.previous_url
    while query:
        changelist = desk.get(url + query).context["cl"]
        back.append([row.pk for row in changelist.result_list])
        query = changelist.previous_url
    assert back[::-1] == there
    return there


def in_twos(keys: list[Any]) -> list[list[Any]]:
    return [keys[place : place + 2] for place in range(0, len(keys), 2)] or [[]]


@pytest.mark.parametrize("few", [0, 50])
@pytest.mark.parametrize("text", ["andi", "an", "rapat", "xyzzy", "anoa"])
def test_stories_by_headline_or_by_who_is_in_them(
    desk: Client, text: str, few: int, monkeypatch: Any
) -> None:
    monkeypatch.setattr(stories_admin, "FEW_PEOPLE", few)
    found = []
    first = ArticleFactory(headline="Rapat pertama").pk
    for place in range(14):
        # In blocks of their own, and in some that lie together.
        story = ArticleFactory(
            pk=first + (1 + place // 3) * 5000 + place,
            headline=["Rapat kerja", "Andi menang", "Anoa lepas", "Banjir"][place % 4],
            slug=f"berita-{place}",
        )
        if place % 4 == 3:
            for name in ("Karsina", "Tahir"):
                person = PersonFactory(name=f"Andi {name}", slug=f"{name.lower()}-{place}")
                AttendanceFactory(article=story, person=person)
        found.append(story)
    # What is changed of a public story is not in the list.
    public = ArticleFactory(headline="Andi kalah", is_public=True)
    ArticleFactory(headline="Andi kalah lagi", changes_to=public)
    begins = {
        "andi": {"Andi menang", "Banjir", "Andi kalah"},
        "an": {"Andi menang", "Banjir", "Andi kalah", "Anoa lepas"},
        "rapat": {"Rapat kerja", "Rapat pertama"},
        "anoa": {"Anoa lepas"},
        "xyzzy": set(),
    }[text]
    expected = Article.objects.filter(changes_to=None, headline__in=begins).order_by("-pk")
    assert pages(desk, Article, text) == in_twos([row.pk for row in expected])


@pytest.mark.parametrize("text", ["s", "siti", "xyzzy"])
def test_people_by_any_of_their_names(desk: Client, text: str) -> None:
    for place in range(11):
        person = PersonFactory(name=f"{'Siti' if place % 2 else 'Rahmat'} Orang{place:02}")
        if place % 4 == 0:
            PersonAlias.objects.create(person=person, name=f"Siti Lain{place}")
    merged = PersonFactory(name="Siti Gabung")
    Person.objects.filter(pk=merged.pk).update(merged_into=Person.objects.earliest("pk"))
    last = PersonFactory(name="Zainal")
    other = PersonFactory(name="Budi")
    Person.objects.filter(pk=other.pk).update(merged_into=last)
    PersonAlias.objects.create(person=other, name="Siti Jauh")
    found = {"Rahmat Orang00", "Rahmat Orang04", "Rahmat Orang08", "Zainal"}
    found |= {f"Siti Orang{place:02}" for place in range(1, 11, 2)}
    expected = Person.objects.filter(name__in=found if text != "xyzzy" else []).order_by("name")
    assert pages(desk, Person, text) == in_twos([row.pk for row in expected])


@pytest.mark.parametrize("text", ["pembaca", "ba", "xyzzy"])
def test_accounts_by_the_beginning_of_name_or_address(desk: Client, text: str) -> None:
    for place in range(9):
        name = ["Amir", "Basri", "Citra"][place % 3]
        StaffFactory(name=name, email=f"{'pembaca' if place % 2 else 'kantor'}{place}@example.org")
    expected = [
        user.pk
        for user in User.objects.order_by("name", "pk")
        if user.name.lower().startswith(text) or user.email.startswith(text)
    ]
    assert pages(desk, User, text) == in_twos(expected)


@pytest.mark.parametrize("text", ["dusun", "anjir", "xyzzy"])
def test_corrections_by_any_part_of_a_word(desk: Client, text: str) -> None:
    for place in range(9):
        headline = "Banjir" if place % 3 else "Rapat"
        CorrectionFactory(
            article=ArticleFactory(headline=headline, slug=f"berita-{place}", is_public=True),
            text="Nama dusun salah." if place % 2 else "Angka salah.",
        )
    expected = [
        row.pk
        for row in Correction.objects.order_by("-created_at", "-pk")
        if text in row.text or text in row.article.headline
    ]
    assert pages(desk, Correction, text) == in_twos(expected)


@pytest.mark.parametrize("text", ["banjir", "toko", "xyzzy"])
def test_paid_stories_by_headline_or_campaign(desk: Client, text: str) -> None:
    campaigns = [CampaignFactory(name="Belanja"), CampaignFactory(name="Toko Makmur")]
    for place in range(12):
        paid = {
            "headline": "Banjir hadiah" if place % 3 else "Murah",
            "slug": f"berita-{place}",
            "kind": "paid",
            "sponsor": "Toko",
        }
        story = ArticleFactory(**paid)
        # One that nobody pays for yet is in no list of those.
        if place % 5:
            PaidStory.objects.create(article=story, campaign=campaigns[place % 2])
    expected = [
        row.pk
        for row in PaidStory.objects.order_by("-pk")
        if row.article.headline.lower().startswith(text)
        or row.campaign.name.lower().startswith(text)
    ]
    assert pages(desk, PaidStory, text) == in_twos(expected)
