"""Stories at twice the size, without motion and on paper: what docs/standards.md asks for beside the keyboard."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

import pytest

from tests.browser.conftest import DESK
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
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

# 1280 points at 200 %.
TWICE = {"viewport": {"width": 640, "height": 400}}
# WCAG 2.2, 1.4.12: as far apart as a reader may set letters, words, lines and paragraphs.
APART = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
# What makes the page wider than the window, and text of which something is cut off.
LOST = """() => {
  const name = (one) => `${one.parentElement.className} > ${one.localName}.${one.className}: ${one.textContent.trim().slice(0, 30)}`;
  const rolls = (one) => one.closest(".sections, .table-scroll, .strip");
  const every = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility());
  const wide = document.documentElement.scrollWidth <= innerWidth ? [] : every
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !rolls(one));
  const cut = every.filter((one) => {
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    // What is there for those who listen alone is one point wide.
    if (!one.textContent.trim() || rolls(one) || box.width <= 1 || box.height <= 1) return false;
    const range = document.createRange();
    range.selectNodeContents(one);
    const text = range.getBoundingClientRect();
    // Of a slot that nothing stands in only the text for browsers without scripts, which has no place.
    if (!text.width) return false;
    return (/hidden|clip/.test(style.overflowX) && (text.right > box.right + 1 || text.left < box.left - 1))
      || (/hidden|clip/.test(style.overflowY) && (text.bottom > box.bottom + 1 || text.top < box.top - 1));
  });
  return [...wide.map((one) => `wide: ${name(one)}`), ...cut.map((one) => `cut: ${name(one)}`)].slice(0, 8);
}"""
MOVING = """() => [...document.querySelectorAll("*")].filter((one) => {
  const style = getComputedStyle(one);
  return style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0)
    || style.animationName !== "none" || style.scrollBehavior !== "auto";
}).map((one) => `${one.localName}.${one.className}`)"""
SHOWN = "(all) => all.filter((one) => one.checkVisibility()).map((one) => one.className || one.localName)"
LINK = "https://sumber.example/laporan"


@pytest.fixture
def paths():
    PublicationFactory(tagline="Dari pelabuhan", masthead="Redaktur: Baso")
    section = SectionFactory(name="Laut", slug="laut")
    for n in range(7):
        SectionFactory(name=f"Pemerintahan {n}", slug=f"pemerintahan-{n}")
    body = f'<p>Air <a href="{LINK}">naik</a> sejak subuh.</p>' + "".join(
        f"<h2>Bagian ke-{n}</h2><p>{'Warga menepi dan menunggu. ' * 40}</p>" for n in range(4)
    )
    story = ArticleFactory(
        is_public=True, section=section, headline="Banjir di pelabuhan", body=body, slug="banjir",
        tags=["banjir"], place=PlaceFactory(),
    )  # fmt: skip
    BylineFactory(article=story)
    for n in range(10):
        person = PersonFactory(name=f"Andi {n}", slug=f"andi-{n}")
        AttendanceFactory(article=story, person=person, office_as_printed="Kepala Dinas Perikanan")
    for n in range(4):
        CorrectionFactory(article=story, text=f"Yang benar {n} orang.")
    thread = StoryThreadFactory(name="Banjir", slug="banjir", intro="Sejak pagi.")
    InstalmentFactory(thread=thread, article=story)
    for _n in range(3):
        InstalmentFactory(thread=thread, article=ArticleFactory(is_public=True, section=section))
    return [
        *(story.get_absolute_url(), "/", "/rubrik/laut/", "/perkembangan/banjir/", "/tokoh/"),
        *("/tokoh/andi-1/", "/cari/?q=banjir", "/ralat/", "/redaksi/", "/buletin/"),
        f"{story.get_absolute_url()}komentar/",
    ]


@pytest.mark.parametrize("style", ["", APART], ids=["as it is", "set apart"])
def test_at_twice_the_size_nothing_is_lost_and_nothing_scrolls_sideways(new_context, paths, style):
    page = new_context(**TWICE, bypass_csp=True).new_page()
    lost = {}
    for path in paths:
        page.goto(path)
        if style:
            page.add_style_tag(content=style)
        if found := page.evaluate(LOST):
            lost[path] = found
    assert lost == {}


def test_nothing_moves_for_who_wants_it_still(new_context, paths):
    still = new_context(**DESK, reduced_motion="reduce").new_page()
    moving = new_context(**DESK, reduced_motion="no-preference").new_page()
    for path in paths:
        still.goto(path)
        assert still.evaluate(MOVING) == [], path
    moving.goto(paths[0])
    assert moving.evaluate(MOVING)


def test_a_story_on_paper_is_its_text_alone(new_context, paths):
    page = new_context(**DESK, color_scheme="dark").new_page()
    page.goto(paths[0])
    page.emulate_media(media="print")

    assert (
        page.locator(
            ".skip, .sections, .masthead-search, .search, .pass-on, .comfort, .contents, .neighbours, "
            ".after, .talk, .colophon nav, form, button, video, iframe"
        ).evaluate_all(SHOWN)
        == []
    )
    for shown in (
        *(
            "h1",
            ".published",
            ".writers",
            ".text p >> nth=0",
            ".imprint-name",
            ".correction >> nth=3",
        ),
        *("text=Yang benar 0 orang.", ".register >> text=Andi 9", ".tags"),
    ):
        assert page.locator(shown).first.is_visible(), shown
    # In black on white, whatever the screen is.
    assert page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    ) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    address = page.locator(f'.text a[href="{LINK}"]').evaluate(
        "(link) => getComputedStyle(link, '::after').content"
    )
    assert address.replace('" "', "") == f'" ({LINK})"'


def test_a_printed_story_can_be_read_whole(new_context, paths):
    page = new_context(**DESK).new_page()
    page.goto(paths[0])
    printed = [*_texts(page.pdf(format="A4"))]

    for words in (
        *("Banjir di pelabuhan", "sejak subuh", f"({LINK})", "Bagian ke-3", "Warga menepi"),
        *("Yang benar 0 orang.", "Yang benar 3 orang.", "Andi 0", "Andi 9"),
    ):
        assert any(words.replace(" ", "") in text for text in printed), words
    assert not any("WhatsApp" in text for text in printed)


def _texts(pdf: bytes) -> Iterator[str]:
    """All that is set in a PDF, without its spaces, read by the letters of each of its fonts in turn."""
    streams = []
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            streams.append(zlib.decompress(raw))
        except zlib.error:
            continue
    runs = [
        run
        for stream in streams
        if b"BT" in stream
        for run in re.findall(rb"<([0-9A-Fa-f]+)>", stream)
    ]
    for letters in filter(None, map(_letters, streams)):
        # Two digits or four: those of a font whose weight varies have one byte.
        size = len(next(iter(letters)))
        glyphs = (run[at : at + size].upper() for run in runs for at in range(0, len(run), size))
        yield "".join("".join(letters.get(glyph, "") for glyph in glyphs).split())


def _letters(stream: bytes) -> dict[bytes, str]:
    """Which letters the glyphs of a font are, where this stream says so."""
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", stream, re.DOTALL):
        for glyph, text in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            found[glyph.upper()] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", stream, re.DOTALL):
        for first, last, text in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start, code = int(first, 16), int(text, 16)
            for number in range(start, int(last, 16) + 1):
                found[b"%0*X" % (len(first), number)] = chr(code + number - start)
    return found
