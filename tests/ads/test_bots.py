"""Programs that say so are bots, and the browsers of readers are not: both by lists of real user agents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA
from hypothesis import given
from hypothesis import strategies as st

from ads.bots import is_bot

BROWSERS = (Path(__file__).parent / "browsers.txt").read_text().splitlines()
LISTED = [
    (entry["pattern"], agent) for entry in CRAWLER_USER_AGENTS_DATA for agent in entry["instances"]
]
PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("agent", BROWSERS)
def test_browser_is_no_bot(agent):
    assert is_bot(agent) is None


def test_browsers_are_many():
    assert len(set(BROWSERS)) == len(BROWSERS) >= 60


def test_all_that_the_list_has_seen_are_bots_but_two():
    """The two are browsers inside of apps that got onto the list: a phone's build number, and Facebook."""
    missed = [pattern for pattern, agent in LISTED if is_bot(agent) is None]
    assert len(LISTED) > 2000
    assert missed == [r"AP3A\.240617\.008", "MetaIAB Facebook"]


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot"),
        (
            "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like "
            "Gecko) Chrome/131.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; "
            "+http://www.google.com/bot.html)",
            "Googlebot",
        ),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "bingbot"),
        ("Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", "YandexBot"),
        ("Mozilla/5.0 (compatible; YandexBlogs/0.99; +http://yandex.com/bots)", "YandexBlogs"),
        ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "AhrefsBot"),
        ("Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2; +https://openai.com)", "GPTBot"),
        (
            "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile "
            "Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)",
            "Bytespider",
        ),
        ("facebookexternalhit/1.1 (+http://www.facebook.com/ext)", "facebookexternalhit"),
        ("WhatsApp/2.23.20.0", "WhatsApp"),
        ("WhatsApp/2.2350.4 W", "WhatsApp"),
        ("TelegramBot (like TwitterBot)", "TelegramBot"),
        ("Twitterbot/1.0", "Twitterbot"),
        ("Mozilla/5.0 (compatible; TikTokSpider; ttspider-feedback@tiktok.com)", "TikTokSpider"),
        ("curl/8.5.0", "curl"),
        ("Wget/1.21.4", "Wget"),
        ("python-requests/2.32.3", "python-requests"),
        ("Python/3.12 aiohttp/3.10.5", "aiohttp"),
        ("python-httpx/0.27.0", "python-httpx"),
        ("Python-urllib/3.11", "Python-urllib"),
        ("Go-http-client/2.0", "Go-http-client"),
        ("okhttp/4.12.0", "okhttp"),
        ("axios/1.7.7", "axios"),
        ("node-fetch/1.0 (+https://github.com/bitinn/node-fetch)", "node-fetch"),
        ("Apache-HttpClient/4.5.14 (Java/17.0.9)", "Apache-HttpClient"),
        ("Java/17.0.9", "Java"),
        ("Dalvik/2.1.0 (Linux; U; Android 13; SM-A146P)", "Dalvik"),
        ("PostmanRuntime/7.42.0", "PostmanRuntime"),
        ("Scrapy/2.11.2 (+https://scrapy.org)", "Scrapy"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "HeadlessChrome/131.0.0.0 Safari/537.36",
            "HeadlessChrome",
        ),
        (
            "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) "
            "PhantomJS/2.1.1 Safari/538.1",
            "PhantomJS",
        ),
        # On no list, but saying so.
        ("Mozilla/5.0 (compatible; NewestBot/0.1; +https://newest.example/bot)", "NewestBot"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0 Safari/537.36 nusantara-crawler", "nusantara-crawler"),
        ("nusantara 1.0", "nusantara"),
        ("", "without a name"),
        ("   ", "without a name"),
        ("-", "-"),
    ],
)  # fmt: skip
def test_bot_has_its_name(agent, name):
    assert is_bot(agent) == name


def test_listed_names_are_words_and_no_expressions():
    for _pattern, agent in LISTED:
        name = is_bot(agent)
        assert name is None or (0 < len(name) <= 60 and not set(name) & set("\\^$[]*"))


@given(st.text() | st.binary().map(lambda raw: raw.decode("utf-8", "replace")))
def test_any_text_is_a_bot_or_not(agent):
    name = is_bot(agent)
    assert name is None or name


@given(st.sampled_from(BROWSERS), st.integers(2, 400))
def test_padding_does_not_make_a_bot_a_person(agent, times):
    assert is_bot("Googlebot/2.1 " + agent * times) == "Googlebot"


def run(stdin: bytes) -> list[dict]:
    """The command in a process of its own, with a database that nobody can reach."""
    done = subprocess.run(
        [sys.executable, "manage.py", "is_bot"],
        input=stdin,
        capture_output=True,
        cwd=PROJECT,
        env=os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
        timeout=60,
        check=True,
    )
    assert done.stderr == b""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_command_answers_each_line_without_a_database():
    lines = [
        b"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        b"",
        BROWSERS[0].encode(),
        b"\xff\xfe\x00 curl/8",
        "кролик/1.0".encode("koi8-r"),
        BROWSERS[2].encode() + b"\r",
        b"curl/8.5.0",
    ]
    answers = run(b"\n".join(lines))
    assert [answer["bot"] for answer in answers] == [True, True, False, True, True, False, True]
    assert answers[0] == {"bot": True, "name": "Googlebot"}
    assert answers[2] == {"bot": False, "name": None}
    assert run(b"") == []
    assert len(run(b"\n\n\n")) == 3


def test_command_answers_a_line_before_the_next_and_ends_with_its_reader():
    with subprocess.Popen(
        [sys.executable, "manage.py", "is_bot"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=PROJECT,
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        for agent, is_one in [(b"curl/8.5.0\n", True), (BROWSERS[0].encode() + b"\n", False)]:
            process.stdin.write(agent)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["bot"] is is_one
        process.stdout.close()
        try:
            process.stdin.write(b"curl/8.5.0\n" * 1000)
            process.stdin.close()
        except BrokenPipeError:
            pass
        assert process.wait(30) == 0
        assert process.stderr.read() == b""
