"""Addresses of videos, posts and maps, and what they become."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.embeds import ORIGINS, Embed, embed_of

TUBE = "https://www.youtube-nocookie.com/embed/"


@pytest.mark.parametrize(
    ("address", "embed"),
    [
        ("https://www.youtube.com/watch?v=aqz-KE-bpKQ", ("YouTube", "video", "wide", TUBE + "aqz-KE-bpKQ")),
        ("https://youtu.be/aqz-KE-bpKQ?si=x&t=1m5s", ("YouTube", "video", "wide", TUBE + "aqz-KE-bpKQ?start=65")),
        ("https://m.youtube.com/shorts/aqz-KE-bpKQ", ("YouTube", "video", "tall", TUBE + "aqz-KE-bpKQ")),
        ("https://www.youtube.com/embed/aqz-KE-bpKQ", ("YouTube", "video", "wide", TUBE + "aqz-KE-bpKQ")),
        (
            "https://www.instagram.com/bpbd/reel/Cabcdef/?igsh=x",
            ("Instagram", "video", "post", "https://www.instagram.com/reel/Cabcdef/embed/"),
        ),
        (
            "https://www.tiktok.com/@bpbd/video/7123456789012345678",
            ("TikTok", "video", "tall", "https://www.tiktok.com/player/v1/7123456789012345678"),
        ),
        ("https://vm.tiktok.com/ZSabc123/", ("TikTok", "video", "tall", "")),
        (
            "https://x.com/infoBMKG/status/1234567890123",
            ("X", "post", "post", "https://platform.twitter.com/embed/Tweet.html?id=1234567890123&dnt=true"),
        ),
        (
            "https://web.facebook.com/bpbd/posts/123",
            (
                "Facebook", "post", "post",
                "https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fweb.facebook.com%2Fbpbd%2Fposts%2F123&show_text=true",
            ),
        ),
        (
            "https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fbpbd%2Fvideos%2F1&x=y",
            (
                "Facebook", "video", "wide",
                "https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fbpbd%2Fvideos%2F1&show_text=false",
            ),
        ),
        ("https://fb.watch/abc123/", ("Facebook", "video", "wide", "")),
        (
            "https://www.google.com/maps/place/Sinjai/@-5.12,120.25,12z/data=x",
            ("Google Maps", "map", "map", "https://www.google.com/maps?q=-5.12%2C120.25&output=embed"),
        ),
        ("https://maps.app.goo.gl/AbCdEf", ("Google Maps", "map", "map", "")),
        (
            "https://www.openstreetmap.org/?mlat=-5.1&mlon=120.2#map=11/-5.12/120.42",
            (
                "OpenStreetMap", "map", "map",
                "https://www.openstreetmap.org/export/embed.html?bbox=120.21401%2C-5.27450%2C120.62599%2C-4.96550"
                "&layer=mapnik&marker=-5.1%2C120.2",
            ),
        ),
    ],
)  # fmt: skip
def test_a_known_address_says_what_it_is_and_where_it_is_shown(address, embed):
    assert embed_of(address) == Embed(*embed)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/@kabar",
        "https://www.youtube.com/watch?v=<script>",
        "https://youtube.com.evil.example/watch?v=aqz-KE-bpKQ",
        "https://evil.example/?x=https://youtu.be/aqz-KE-bpKQ",
        "javascript://youtu.be/aqz-KE-bpKQ",
        "https://x.com/infoBMKG",
        "https://www.instagram.com/bpbd/",
        "https://www.facebook.com/bpbd",
        "https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fevil.example%2F",
        "https://www.google.com/search?q=sinjai",
        "https://www.openstreetmap.org/about",
        "https://[",
        "mailto:a@b.example",
        "",
    ],
)
def test_any_other_address_is_none(address):
    assert embed_of(address) is None


@pytest.mark.parametrize("start", ["9" * 5000, "9" * 5000 + "s", "1h" + "9" * 5000])
def test_a_start_that_no_film_has_is_the_beginning(start):
    embed = embed_of(f"https://youtu.be/abcdefghijk?t={start}")
    assert embed is not None and embed.frame.endswith("/embed/abcdefghijk")


@given(
    st.sampled_from(["youtube.com", "www.facebook.com", "x.com", "google.com", "openstreetmap.org", "tiktok.com"]),
    st.text(st.sampled_from("/?#&=@<>\"' %embedwatchvplugins.html123:"), max_size=40),
)  # fmt: skip
def test_a_frame_is_only_ever_at_a_known_origin(host, rest):
    embed = embed_of(f"https://{host}/{rest}")
    if embed is not None and embed.frame:
        assert embed.frame.startswith(tuple(f"{origin}/" for origin in ORIGINS))
        assert not set(embed.frame) & set("<>\"' ")
        assert urlsplit(embed.frame).username is None
