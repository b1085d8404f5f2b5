"""Reading on a phone and by keyboard: every place is reached and seen, the text grows, long texts have contents."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Route, expect

from comments.models import Discussion
from tests.browser.conftest import DESK, PHONE
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    AuthorFactory,
    BylineFactory,
    CorrectionFactory,
    InstalmentFactory,
    PersonFactory,
    PlaceFactory,
    PublicationFactory,
    SectionFactory,
    StoryThreadFactory,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# What has the focus, where it is, and whether something cuts off the mark around it.
FOCUSED = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const box = it.getBoundingClientRect(), style = getComputedStyle(it);
  const out = parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth);
  let isCut = false;
  for (let one = it.parentElement; one && one !== document.body; one = one.parentElement) {
    const around = getComputedStyle(one);
    if (!/auto|scroll|hidden|clip/.test(around.overflowX + around.overflowY)) continue;
    const frame = one.getBoundingClientRect();
    isCut ||= box.top - out < frame.top - 1 || box.bottom + out > frame.bottom + 1;
    isCut ||= box.left - out < frame.left - 1 || box.right + out > frame.right + 1;
  }
  return {
    name: (it.textContent || it.name || it.tagName).trim().slice(0, 40),
    isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    isSeen: box.top >= -1 && box.left >= -1 && box.bottom <= innerHeight + 1 && box.right <= innerWidth + 1,
    isCut,
    place: [...document.querySelectorAll("*")].indexOf(it),
  };
}"""
REACHABLE = """() => [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
)].filter((one) => one.checkVisibility({ visibilityProperty: true })).length"""
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum))));
})"""


WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".sections"))
  .map((one) => `${one.parentElement.className} > ${one.localName}.${one.className}`).slice(0, 8)"""


@pytest.fixture
def story():
    PublicationFactory()
    for n in range(7):
        SectionFactory(name=f"Pemerintahan {n}", slug=f"pemerintahan-{n}")
    section = SectionFactory(name="Laut", slug="laut")
    before = timezone.now() - datetime.timedelta(hours=3)
    body = "".join(
        f"<h2>Bagian ke-{n}</h2><p>{'Air naik sejak subuh dan warga menepi. ' * 25}</p>"
        for n in range(4)
    )
    found = ArticleFactory(
        is_public=True, section=section, headline="Banjir", body=body, tags=["banjir"]
    )
    BylineFactory(article=found, author=AuthorFactory(slug="rahma"))
    for n in range(10):
        AttendanceFactory(article=found, person=PersonFactory(name=f"Andi {n}", slug=f"andi-{n}"))
    for _ in range(4):
        CorrectionFactory(article=found)
    thread = StoryThreadFactory(name="Banjir", slug="banjir")
    InstalmentFactory(thread=thread, article=found)
    other = ArticleFactory(is_public=True, section=section, publish_at=before)
    InstalmentFactory(thread=thread, article=other)
    return found


def test_every_place_of_every_page_is_reached_in_order_and_seen(new_context, story):
    wrong = []
    page = new_context(viewport={"width": 360, "height": 780}).new_page()
    for path in (
        *("/", "/rubrik/laut/", story.get_absolute_url(), "/perkembangan/banjir/", "/tokoh/"),
        *("/tokoh/andi-1/", "/cari/?q=banjir", "/ralat/", "/akun/masuk/"),
        f"{story.get_absolute_url()}komentar/",
    ):
        page.goto(path)
        expected = page.evaluate(REACHABLE)
        met: list[int] = []
        for _ in range(expected):
            page.keyboard.press("Tab")
            at = page.evaluate(FOCUSED)
            if at is None:
                break
            if not at["isMarked"] or not at["isSeen"] or at["isCut"]:
                wrong.append((path, at))
            met.append(at["place"])
        if met != sorted(set(met)) or len(met) < expected:
            wrong.append((path, f"{len(met)} of {expected} places, in the order {met}"))
    assert not wrong, "\n".join(map(str, wrong))


def test_skip_link_leads_past_the_head(new_context, story):
    page = new_context(**DESK).new_page()
    page.goto(story.get_absolute_url())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_what_is_folded_opens_by_keyboard(new_context, story):
    page = new_context(**PHONE).new_page()
    page.goto(story.get_absolute_url())
    for folded in (".corrections details", ".contents", ".register details"):
        page.locator(f"{folded} summary").focus()
        page.keyboard.press("Enter")
        assert page.locator(folded).first.evaluate("(it) => it.open")


def test_size_of_the_text_is_remembered_and_nothing_moves_for_others(new_context, story):
    context = new_context(**PHONE)
    page = context.new_page()
    page.goto(story.get_absolute_url())
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHIFTS) == 0
    sizes = page.locator(".text-sizes button")
    assert sizes.evaluate_all("(all) => all.map((one) => one.ariaPressed)") == [
        *("false", "true", "false", "false"),
    ]
    usual = page.locator(".text p").first.evaluate("(it) => getComputedStyle(it).fontSize")
    sizes.nth(3).click()
    page.goto("/")
    page.goto(story.get_absolute_url())
    assert sizes.evaluate_all("(all) => all.map((one) => one.ariaPressed)")[3] == "true"
    larger = page.locator(".text p").first.evaluate("(it) => getComputedStyle(it).fontSize")
    assert (usual, larger) == ("19px", "28px")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("style", [PHONE, DESK], ids=["phone", "desk"])
def test_how_long_ago_a_story_came_moves_nothing_beside_it(new_context, style):
    """The script may come after the page has been seen: the shorter time leaves the comments' number alone."""
    long_ago = timezone.now() - datetime.timedelta(hours=3)
    article = ArticleFactory(is_public=True, publish_at=long_ago, place=PlaceFactory())
    Discussion.objects.create(article=article, shown_count=4)
    page = new_context(**style).new_page()
    held: list[Route] = []
    page.route("**/site*.js", lambda route: held.append(route))
    page.goto("/", wait_until="commit")
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
    expect(page.locator(".today-lead .where time")).to_contain_text(f"{long_ago:%Y}")
    for route in held:
        route.continue_()
    expect(page.locator(".today-lead .where time")).to_have_text("3 jam lalu")
    expect(page.locator(".today-lead .where-said")).to_have_text("4 komentar")
    assert page.evaluate(SHIFTS) == 0


def test_without_script_nothing_is_offered_that_needs_one(new_context, story):
    page = new_context(**PHONE, java_script_enabled=False).new_page()
    page.goto(story.get_absolute_url())
    assert not page.locator(".text-sizes").is_visible()
    assert page.locator(".contents summary").is_visible()


def test_contents_stand_open_where_there_is_room(new_context, story):
    page = new_context(**DESK).new_page()
    page.goto(story.get_absolute_url())
    assert not page.locator(".contents summary").is_visible()
    page.get_by_role("link", name="Bagian ke-2").click()
    assert page.url.endswith("#bagian-bagian-ke-2")


@pytest.mark.parametrize("width", [320, 768])
def test_extreme_contents_fit_the_page(new_context, width):
    PublicationFactory()
    long_word = "Pertanggungjawabannya" * 6
    article = ArticleFactory(
        is_public=True,
        headline=(f"{long_word} " + "Bupati meninjau pelabuhan " * 6)[:200],
        standfirst="",
        body="".join(f"<h3>{long_word} {n}</h3><p>{long_word}</p>" for n in range(40))
        + f"<p>{'kata ' * 600}</p>",
    )
    for n in range(30):
        AttendanceFactory(
            article=article, person=PersonFactory(name="Sanneng", slug=f"sanneng-{n}")
        )
    for _ in range(20):
        CorrectionFactory(article=article, text=long_word)
    thread = StoryThreadFactory(
        name=long_word[:120], slug="panjang", intro=long_word, key_facts=long_word
    )
    InstalmentFactory(thread=thread, article=article, line=long_word)
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    for path in (article.get_absolute_url(), "/perkembangan/panjang/"):
        page.goto(path)
        wide = page.evaluate(WIDE)
        assert not wide, (path, wide)
