"""Who is who in a real browser: judged by keyboard, undone, and judged with one thumb."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from accounts.models import User
from articles.models import IdentityJudgement, Person
from articles.people import suspects
from tests.factories import PersonFactory, PublicationFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PASSWORD = "padi-menguning-1"
LIST = "/admin/articles/person/duplicates/"


@pytest.fixture
def three_pairs(transactional_db):
    PublicationFactory()
    user = User.objects.create_user(
        "hasrul@example.org", PASSWORD, name="Hasrul", is_staff=True, language="en"
    )
    user.groups.add(Group.objects.get(name="editor"))
    for number, name in enumerate(("Kahar Muslim", "Ramlah Larupa", "Sitti Hasnah Tawil")):
        for side in range(2):
            PersonFactory(name=name, slug=f"{number}-{side}")
    suspects.find()


def open_list(page: Page) -> list[str]:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.goto(f"/admin/login/?next={LIST}")
    page.fill("[name=username]", "hasrul@example.org")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"**{LIST}")
    return problems


def test_pairs_are_judged_by_keyboard_one_after_the_other_and_undone(laptop, three_pairs):
    problems = open_list(laptop)
    pairs = laptop.locator("[data-pair]")
    expect(pairs).to_have_count(3)
    pairs.first.focus()
    laptop.keyboard.press("j")
    expect(pairs.nth(1)).to_be_focused()
    laptop.keyboard.press("k")
    laptop.keyboard.press("1")
    expect(pairs).to_have_count(2)
    # The next one is at hand without a mouse.
    expect(pairs.first).to_be_focused()
    assert Person.objects.standing().count() == 5
    laptop.keyboard.press("d")
    expect(pairs).to_have_count(1)
    assert IdentityJudgement.objects.filter(verdict="different").count() == 1
    # Nobody judges by writing.
    laptop.get_by_label("Why, if it helps the next one").press_sequentially("1d2l")
    expect(pairs).to_have_count(1)
    laptop.get_by_role("button", name="Undo that").click()
    expect(laptop.get_by_text("Undone:")).to_be_visible()
    assert IdentityJudgement.objects.filter(undone_at__isnull=False).count() == 1
    assert problems == []


def test_a_pair_is_judged_with_one_thumb(phone, three_pairs):
    problems = open_list(phone)
    width = phone.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    pair = phone.locator("[data-pair]").first
    buttons = pair.get_by_role("button")
    expect(buttons).to_have_count(4)
    assert all(button.bounding_box()["height"] >= 44 for button in buttons.all())
    pair.get_by_role("button", name="Same person: keep the second").tap()
    expect(phone.locator("[data-pair]")).to_have_count(2)
    assert Person.objects.standing().count() == 5
    assert problems == []


def test_a_person_is_merged_from_the_own_page(laptop, three_pairs):
    problems = open_list(laptop)
    person, other = Person.objects.filter(name="Kahar Muslim").order_by("pk")
    laptop.goto(f"/admin/articles/person/{person.pk}/change/")
    laptop.locator(".who").get_by_role("link").click()
    laptop.locator(".select2-selection").click()
    laptop.keyboard.type("kahar")
    # Only the other one: nobody is chosen for oneself.
    laptop.locator(".select2-results__option").filter(has_text="Kahar Muslim").first.wait_for()
    laptop.goto(f"/admin/articles/person/{person.pk}/merge/?other={other.pk}")
    laptop.get_by_role("button", name="Same person: keep the left").click()
    expect(laptop.locator(".judgement")).to_have_count(1)
    other.refresh_from_db()
    assert other.merged_into == person
    assert problems == []
