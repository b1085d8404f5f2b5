"""What a clean text gets when a page prints it."""

import re

import pytest
from django.utils.translation import gettext
from hypothesis import given
from hypothesis import strategies as st

from articles.dressing import dressed, frame_origins, has_elements
from articles.sanitise import clean_body, plain_text

VIDEO = "https://youtu.be/aqz-KE-bpKQ"
FIGURE = '<figure><img src="/media/{0}.jpg" alt="a > b"><figcaption>{0}</figcaption></figure>'
PULL_QUOTE = "<aside><blockquote><p>Kami menunggu.</p></blockquote><p>Nur Aini</p></aside>"
FACTS = "<aside><h3>Fakta</h3><ul><li>84 hektare</li></ul></aside>"


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("body", [PULL_QUOTE, FACTS])
def test_pull_quotes_and_fact_boxes_pass_as_they_are(body):
    assert clean_body(body) == dressed(body) == body


@pytest.mark.parametrize(
    ("source", "clean"),
    [
        ('<aside class="x" onclick="y">a</aside>', "<aside>a</aside>"),
        ("<p>a</p><aside><blockquote><p></p></blockquote><p></p></aside>", "<p>a</p>"),
        ("<aside><h3></h3><ul><li><p></p></li></ul></aside>b", "b"),
    ],
)
def test_an_aside_has_no_attributes_and_is_never_empty(source, clean):
    assert clean_body(source) == clean


def test_plain_text_keeps_cells_captions_and_asides_apart():
    table = "<table><caption>Harga</caption><tr><td>cabai</td><td>Rp1</td></tr></table>"
    assert plain_text(PULL_QUOTE + FACTS + table) == (
        "Kami menunggu.\nNur Aini\nFakta\n84 hektare\nHarga\ncabai Rp1"
    )


def test_tables_are_regions_with_different_names():
    table = "<table><tr><td>1</td></tr></table>"
    named = "<table><caption>Harga &amp; <em>stok</em></caption><tr><td>1</td></tr></table>"
    html = dressed(table + named + table + named)
    labels = re.findall(r'role="region" aria-label="([^"]*)" tabindex="0"', html)
    third = gettext("Table %(number)d") % {"number": 3}
    assert labels == [gettext("Table"), "Harga &amp; stok", third, "Harga &amp; stok (4)"]
    assert html.count("</table></div>") == 4


def test_pictures_one_behind_the_other_become_a_strip_of_links():
    html = dressed("<p>x</p>" + FIGURE.format("a") + "\n" + FIGURE.format("b") + "<p>y</p>")
    assert html.startswith('<p>x</p><div class="gallery" data-gallery')
    assert html.endswith("</p></div><p>y</p>")
    assert (
        '<figure><a href="/media/a.jpg"><img loading="lazy" decoding="async" src="/media/a.jpg" alt="a > b"></a>'
        "<figcaption>a</figcaption></figure>"
    ) in html
    assert html.count("<figure>") == 2


def test_pictures_with_text_between_them_stay_figures():
    html = dressed(FIGURE.format("a") + "<p>x</p>" + FIGURE.format("b"))
    assert "gallery" not in html


@pytest.mark.parametrize(
    "body",
    [
        f'<p><a href="{VIDEO}" rel="noopener">{VIDEO}</a></p>',
        f'<p> <a title="x" href="{VIDEO}" rel="noopener">youtu.be/aqz-KE…</a> </p>',
        f"<p>{VIDEO}</p>",
    ],
)
def test_an_address_alone_on_its_line_becomes_a_quiet_figure(body):
    html = dressed(body)
    assert f'data-embed="{"https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ"}"' in html
    assert f'<a href="{VIDEO}" rel="noopener">' in html
    assert "embed-title" not in html and "<iframe" not in html
    assert frame_origins(html) == ["https://www.youtube-nocookie.com"]


@pytest.mark.parametrize("written", ["https://x;script-src https://evil.example", "https://["])
def test_words_that_look_like_a_frame_add_nothing_to_the_policy(written):
    html = dressed(f'<p>Kodenya: data-embed="{written}" begitu.</p>')
    assert f' data-embed="{written}"' in html and frame_origins(html) == []


def test_the_words_of_a_link_are_the_title():
    html = dressed(f'<p><a href="{VIDEO}">Rapat &lt;b&gt; <em>paripurna</em></a></p>')
    assert '<p class="embed-title">Rapat &lt;b&gt; paripurna</p>' in html
    assert "Rapat &lt;b&gt; paripurna" in re.findall(r'data-title="([^"]*)"', html)[0]


def test_what_cannot_be_shown_here_is_a_link_without_a_button():
    html = dressed("<p>https://vm.tiktok.com/ZSabc123/</p>")
    assert "<button" not in html and frame_origins(html) == []
    assert '<a href="https://vm.tiktok.com/ZSabc123/" rel="noopener">' in html


@pytest.mark.parametrize(
    "body",
    [
        f'<p>Lihat <a href="{VIDEO}">ini</a></p>',
        f'<p><a href="{VIDEO}">a</a> <a href="{VIDEO}">b</a></p>',
        '<p><a href="https://kabar.example/">https://kabar.example/</a></p>',
    ],
)
def test_other_links_stay_links(body):
    assert not has_elements(dressed(body))
    assert words(dressed(body)) == words(body)


def test_a_page_without_the_script_has_the_link():
    body = f"<p>{VIDEO}</p>" + FIGURE.format("a") * 2
    assert not has_elements(dressed(body, has_elements=False))


TAGS = ["<p>", "</p>", "<figure>", "</figure>", '<img src="/media/a.jpg">', f'<a href="{VIDEO}">', "</a>", VIDEO,
        "<table>", "</table>", "<caption>", "<td>", "<aside>", "<figcaption>", '"', "<", "x"]  # fmt: skip


@given(st.lists(st.sampled_from(TAGS), max_size=14).map("".join))
def test_no_word_is_lost_and_nothing_is_fetched(source):
    body = clean_body(source)
    html = dressed(body)
    for word in set(re.findall(r"\bx+\b", words(body))):
        assert word in words(html)
    assert "<iframe" not in html and "<script" not in html
    assert html.count("<figure") >= body.count("<figure")
