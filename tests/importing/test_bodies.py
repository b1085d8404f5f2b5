"""Texts of other editors become the HTML of ours."""

from __future__ import annotations

import pytest
from django.utils.html import strip_tags
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.sanitise import clean_body
from newsroom.importing.bodies import Picture, Pictures, convert

HARBOUR = Picture("/media/photos/ab/harbour.jpg", 800, 600, "Perahu", "Pelabuhan pagi ini.")
FIGURE = (
    '<figure><img src="/media/photos/ab/harbour.jpg" alt="{}" width="800" height="600">{}</figure>'
)
CAPTION = "<figcaption>{}</figcaption>"


def find(address: str, number: str) -> Picture | None:
    return HARBOUR if address.endswith("/harbour.jpg") or number == "7" else None


def gallery(numbers: list[str]) -> list[str]:
    return ["https://x.example/harbour.jpg" for number in numbers or ["7"]]


def html_of(source: str, *, is_wordpress: bool = True) -> str:
    return convert(source, Pictures(find, gallery), is_wordpress=is_wordpress).html


def notes_of(source: str) -> list[str]:
    return convert(source, Pictures(find, gallery)).notes


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("satu\n\ndua", "<p>satu</p><p>dua</p>"),
        ("satu\ndua", "<p>satu<br>dua</p>"),
        ("satu\r\n \r\ndua\n\n\n\ntiga", "<p>satu</p><p>dua</p><p>tiga</p>"),
        (
            "satu <b>dua\n\ntiga</b> empat",
            "<p>satu <strong>dua</strong></p><p><strong>tiga</strong> empat</p>",
        ),
        ("<p>satu</p>\n<p>dua\ntiga</p>", "<p>satu</p><p>dua<br>tiga</p>"),
        ("satu\n<h2>Judul</h2>\ndua", "<p>satu</p><h2>Judul</h2><p>dua</p>"),
        ("<blockquote>satu\n\ndua</blockquote>", "<blockquote><p>satu</p><p>dua</p></blockquote>"),
        (
            "<ul>\n<li>satu</li>\n<li>dua\n</ul>\nteks",
            "<ul><li>satu</li><li>dua </li></ul><p>teks</p>",
        ),
        ("satu<!--more-->dua<!--nextpage-->tiga", "<p>satu</p><p>dua</p><p>tiga</p>"),
        ("<pre>a\n\n  b</pre>", "<pre>a\n\n  b</pre>"),
        ("<pre>a<br><br>b<code>c</code></pre>", "<pre>a\n\nb<code>c</code></pre>"),
        ('C:\\xampp 5 < 6 && "ya"', '<p>C:\\xampp 5 &lt; 6 &amp;&amp; "ya"</p>'),
    ],
)
def test_classic_editor_lines_become_paragraphs(source: str, html: str) -> None:
    assert html_of(source) == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (
            "<!-- wp:paragraph -->\n<p>satu</p>\n<!-- /wp:paragraph -->\n\n"
            '<!-- wp:heading {"level":4} -->\n<h4>Judul</h4>\n<!-- /wp:heading -->',
            "<p>satu</p><h3>Judul</h3>",
        ),
        (
            '<!-- wp:image {"id":7} -->\n<figure class="wp-block-image"><img src="https://cdn.example/a.jpg" '
            'alt="Dermaga" class="wp-image-7"/><figcaption>Foto: <em>Baso</em></figcaption></figure>\n<!-- /wp:image -->',
            FIGURE.format("Dermaga", CAPTION.format("Foto: <em>Baso</em>")),
        ),
        (
            '<!-- wp:gallery --><figure class="wp-block-gallery"><ul class="blocks-gallery-grid"><li class="blocks-gallery-item">'
            '<figure><img src="/x/harbour.jpg"></figure></li><li class="blocks-gallery-item"><figure><img src="/x/harbour.jpg">'
            "<figcaption>dua</figcaption></figure></li></ul><figcaption>Semua</figcaption></figure><!-- /wp:gallery -->",
            FIGURE.format("Perahu", "")
            + FIGURE.format("Perahu", CAPTION.format("dua"))
            + "<p>Semua</p>",
        ),
        (
            '<!-- wp:embed {"url":"https://youtu.be/x"} --><figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\n'
            "https://youtu.be/x\n</div></figure><!-- /wp:embed -->",
            '<p><a href="https://youtu.be/x" rel="noopener">https://youtu.be/x</a></p>',
        ),
        (
            "<!-- wp:paragraph --><p>satu</p><!-- /wp:paragraph -->\nlepas\n\ndua",
            "<p>satu</p><p>lepas</p><p>dua</p>",
        ),
        (
            "<!-- wp:columns --><div><!-- wp:column --><div>kiri</div><!-- /wp:column --><div>kanan</div></div><!-- /wp:columns -->",
            "<p>kiri</p><p>kanan</p>",
        ),
        (
            '<!-- wp:table --><figure class="wp-block-table"><table><tr><td colspan="2">1<br>2</td></tr></table>'
            "<figcaption>Harga</figcaption></figure><!-- /wp:table -->",
            '<table><caption>Harga</caption><tbody><tr><td colspan="2">1<br>2</td></tr></tbody></table>',
        ),
        (
            '<!-- wp:pullquote --><figure class="wp-block-pullquote"><blockquote><p>Kami <b>menunggu</b>.</p>'
            "<cite>Nur Aini</cite></blockquote></figure><!-- /wp:pullquote --><p>Lalu</p>",
            "<aside><blockquote><p>Kami <strong>menunggu</strong>.</p></blockquote><p>Nur Aini</p></aside><p>Lalu</p>",
        ),
        (
            '<figure class="wp-block-embed"><div>https://youtu.be/abcdefghijk</div><figcaption>Rapat</figcaption></figure>',
            '<p><a href="https://youtu.be/abcdefghijk" rel="noopener">https://youtu.be/abcdefghijk</a></p><p>Rapat</p>',
        ),
        ("<p>a</p><aside><h3>Fakta</h3><ul><li>b</li></ul></aside><p>c</p>",) * 2,
        (
            '<div class="wp-block-group"><aside> <script>x</script></aside></div><p>c</p>',
            "<p>c</p>",
        ),
        (
            "<!-- wp:details --><details><summary>Tanya</summary><p>Jawab</p></details><!-- /wp:details -->",
            "<p><strong>Tanya</strong></p><p>Jawab</p>",
        ),
    ],
)
def test_blocks_lose_their_comments_and_keep_their_contents(source: str, html: str) -> None:
    assert html_of(source) == html


def test_blocks_that_the_site_filled_are_named() -> None:
    assert notes_of('<!-- wp:latest-posts {"n":3} /--><!-- wp:search /--><p>x</p>') == [
        "Blocks that the old site filled by itself were left out: latest-posts, search."
    ]


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (
            '[caption id="attachment_7" align="alignright" width="300"]<a href="https://x.example/big.jpg">'
            '<img class="wp-image-7" src="https://cdn.example/a-300x200.jpg" alt="Dermaga" /></a> Foto: <em>Baso</em>[/caption]\nTeks',
            FIGURE.format("Dermaga", CAPTION.format("Foto: <em>Baso</em>")) + "<p>Teks</p>",
        ),
        (
            '[wp_caption caption="Foto: Baso"]<img src="/x/harbour.jpg">[/wp_caption]',
            FIGURE.format("Perahu", CAPTION.format("Foto: Baso")),
        ),
        (
            "[caption width=3]<img src='/x/harbour.jpg'> tanpa akhir",
            FIGURE.format("Perahu", "") + "<p>tanpa akhir</p>",
        ),
        ('[gallery ids="7,7"]', FIGURE.format("Perahu", CAPTION.format("Pelabuhan pagi ini.")) * 2),
        (
            "a [gallery] b",
            "<p>a </p>".replace(" </p>", "</p>")
            + FIGURE.format("Perahu", CAPTION.format("Pelabuhan pagi ini."))
            + "<p>b</p>",
        ),
        (
            "[embed]https://youtu.be/x[/embed]",
            '<p><a href="https://youtu.be/x" rel="noopener">https://youtu.be/x</a></p>',
        ),
        (
            "[youtube=https://youtu.be/x]",
            '<p><a href="https://youtu.be/x" rel="noopener">https://youtu.be/x</a></p>',
        ),
        (
            '[audio mp3="https://x.example/a.mp3"][/audio]',
            '<p><a href="https://x.example/a.mp3" rel="noopener">https://x.example/a.mp3</a></p>',
        ),
        ('satu [tombol warna="merah"]isi[/tombol] dua', "<p>satu isi dua</p>"),
        ("satu [contact-form-7 id=&#8221;3&#8221;] dua", "<p>satu  dua</p>".replace("  ", " ")),
        (
            "katanya [sic] dan [1] dan […] dan [foto lama]",
            "<p>katanya [sic] dan [1] dan […] dan [foto lama]</p>",
        ),
        ("[[gallery]]", "<p>[gallery]</p>"),
        ("<code>[gallery]</code>", "<p><code>[gallery]</code></p>"),
    ],
)
def test_shortcodes_become_html(source: str, html: str) -> None:
    assert html_of(source).replace("  ", " ") == html


def test_unknown_shortcodes_are_named() -> None:
    assert notes_of('[slider id="3"] [foo] [sic] [a-b]x[/a-b]') == [
        'The shortcode [slider id="3"] was left out.',
        "[foo] was kept as text; it may be a shortcode.",
        "The shortcode [a-b] was left out.",
    ]


def test_pictures_elsewhere_become_links_and_are_named() -> None:
    converted = convert(
        '<p>x <img src="https://cdn.example/lain.png" alt="Lain"> y</p>', Pictures(find, gallery)
    )
    assert converted.html == (
        '<p>x</p><p><a href="https://cdn.example/lain.png" rel="noopener">Lain</a></p><p>y</p>'
    )
    assert converted.notes == [
        "The picture https://cdn.example/lain.png is not in the library; a link stands in its place."
    ]


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (
            '<iframe src="//www.youtube.com/embed/x"></iframe>',
            '<p><a href="https://www.youtube.com/embed/x" rel="noopener">https://www.youtube.com/embed/x</a></p>',
        ),
        (
            '<video src="https://x.example/v.mp4"></video>',
            '<p><a href="https://x.example/v.mp4" rel="noopener">https://x.example/v.mp4</a></p>',
        ),
        ('<img src="data:image/png;base64,AAAA">', ""),
        ('<img width="1" height="1" src="https://pixel.example/p.gif">', ""),
        ('<img class="wp-smiley" alt=":)" src="https://s.example/s.gif">', "<p>:)</p>"),
        (
            '<noscript><img src="https://x.example/a.jpg"></noscript><img data-src="/x/harbour.jpg" src="data:,">',
            FIGURE.format("Perahu", ""),
        ),
        ("<script>alert(1)</script><style>p{}</style>teks", "<p>teks</p>"),
        (
            '<p onclick="x()">teks <a href="javascript:x()">a</a> <a name="b">b</a></p>',
            "<p>teks a b</p>",
        ),
        (
            "lihat https://kompas.example/a?b=1&amp;c=2.",
            '<p>lihat <a href="https://kompas.example/a?b=1&amp;c=2" rel="noopener">https://kompas.example/a?b=1&amp;c=2</a>.</p>',
        ),
    ],
)
def test_players_and_tricks(source: str, html: str) -> None:
    assert html_of(source) == html


@pytest.mark.parametrize(
    ("source", "address"),
    [
        (
            '<blockquote class="twitter-tweet"><p>Banjir <a href="https://t.co/x">t.co/x</a></p>&mdash; BPBD '
            '<a href="https://twitter.com/bpbd/status/1234567890">1 Mei</a></blockquote><script src="x"></script>',
            "https://twitter.com/bpbd/status/1234567890",
        ),
        (
            '<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/Cabcdef/">'
            "<blockquote>View</blockquote>this post</blockquote>",
            "https://www.instagram.com/p/Cabcdef/",
        ),
        (
            '<div class="fb-post" data-href="https://www.facebook.com/bpbd/posts/123"></div>',
            "https://www.facebook.com/bpbd/posts/123",
        ),
    ],
)
def test_posts_of_other_sites_become_their_address(source: str, address: str) -> None:
    assert html_of(f"{source}<p>b</p>") == (
        f'<p><a href="{address}" rel="noopener">{address}</a></p><p>b</p>'
    )


def test_a_post_without_an_address_keeps_its_words() -> None:
    assert html_of('<blockquote class="tiktok-embed">Pasar <b>pagi') == (
        "<blockquote><p>Pasar pagi</p></blockquote>"
    )


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("satu<br/><br/>dua<br>tiga", "<p>satu</p><p>dua<br>tiga</p>"),
        ("<div>satu</div><div>dua</div><div><br></div>", "<p>satu</p><p>dua</p>"),
        ("satu\n\nmasih satu", "<p>satu masih satu</p>"),
        ("[bukan kode=1]", "<p>[bukan kode=1]</p>"),
    ],
)
def test_blogger_texts_are_html_as_they_stand(source: str, html: str) -> None:
    assert html_of(source, is_wordpress=False) == html


FRAGMENTS = st.lists(
    st.sampled_from(
        ["teks", "\n\n", "\n", "<p>", "</p>", "<b>", "</b>", "<i>", "</i>", "<ul>", "<li>", "</ul>", "<a href='/x'>",
         "</a>", "<figure>", "</figure>", "<figcaption>", "</figcaption>", "<img src='/x/harbour.jpg'>", "<br>",
         "<img src='https://z.example/z.jpg'>", "[caption a=b]", "[/caption]", "[gallery]", "<!-- wp:x -->", "<!-- /wp:x -->",
         "<table>", "<tr>", "<td>", "</table>", "<h2>", "</h2>", "<blockquote>", "</blockquote>", "<pre>", "</pre>",
         "<script>", "</script>", "<div>", "</div>", "&lt;b&gt;", "<", "[x y=1]", "https://a.example/b", "<code>", "</code>"]
    ),
    max_size=25,
)  # fmt: skip


@settings(deadline=None)
@given(FRAGMENTS)
def test_any_soup_becomes_clean_html(fragments: list[str]) -> None:
    source = "".join(fragments)
    html = html_of(source)
    assert clean_body(html) == html
    # "<teks" begins an element of that name.
    if "<script>" not in fragments and "<teks" not in source:
        # What is read; an address that became a link has it once more in its href.
        assert strip_tags(html).count("teks") == fragments.count("teks")


JUNK = st.lists(
    st.sampled_from(
        ["<![", "<![CDATA[", "]]>", "<![if IE]>", "<![endif]-->", "<!--[if mso]>", "<!DOCTYPE x", "<?php ", "?>", "</", "<", ">",
         "&#x110000;", "&#0;", "&", "<img src='http://[::1'>", "<a href='http://['>", "<iframe src='//['>", "\x00", "[", "]",
         "[caption", "=\"", "teks", "<!-- wp:x", "-->", "<div", "<svg><script>", "<p/>", "<ul/>", "<figure/>"]
    ),
    max_size=20,
)  # fmt: skip


@settings(deadline=None)
@given(JUNK, st.booleans())
def test_any_junk_is_survived(fragments: list[str], is_wordpress: bool) -> None:
    html = html_of("".join(fragments), is_wordpress=is_wordpress)
    assert clean_body(html) == html


def test_conditions_for_old_browsers_go_and_the_text_stays() -> None:
    assert html_of(
        "<!--[if mso]><xml>x</xml><![endif]-->satu <![if !IE]>dua<![endif]> <![CDATA[tiga]]>"
    ) == ("<p>satu dua tiga]]&gt;</p>")
