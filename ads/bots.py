"""Which programs are not people, by what they say they are.

The list is the package crawler-user-agents, kept current by many; here stand what it leaves out (programs that nobody
listed yet but that call themselves a bot, programs that are no browser at all) and what it has too much: names that
people's browsers carry as well.
"""

from __future__ import annotations

import re
from functools import lru_cache

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

# A browser says who it is in two or three hundred characters.
LONGEST = 1024
NAMELESS = "without a name"

# Listed, and people all the same: the build number of Android 15 on phones of several makers, and the browser
# inside of the Facebook app.
_PEOPLE = {r"AP3A\.240617\.008", "MetaIAB Facebook"}
# Apps that fetch a preview of a link under the same name that stands in their own browsers: "WhatsApp/2.23" is the
# preview, "Mozilla/5.0 (…) Chrome/… WhatsApp/2.23" a person.
_APPS = {
    *("WhatsApp", "Viber", r"Tumblr\/", r"Bluesky\/", r"Notion\/", r"Instapaper\/", "Nuzzel", r"upday\/"),
    *("GoPay", r"PayPal\/", r"Grammarly\/", "Zapier", "Disqus", "Feedly", r"Asana\/", r"NewsNow\/"),
    *("Sogou", "coccoc", r"Daum\/", "Hatena", "Sonic", "speedy"),
}  # fmt: skip
_PERSON = re.compile(r"Mozilla/[45]\.0 \((?!.*compatible;)(?!.*(?i:bot|spider|crawl|\+https?:))")

# What is not on the list but says it: a word that ends in "bot" (but for the phones called Cubot), an address to
# complain to, a program that drives a browser.
_SAYS_SO = re.compile(
    r"(?i)[\w.-]*(?:(?<!cu)bots?|crawlers?|spiders?|scrapers?|crawling|headless\w*|phantomjs|selenium"
    r"|puppeteer|webdriver|lighthouse|fetcher|archiver|preview|validator|slurp)(?![a-z])(?!_)|\+https?:"
)
# Every browser of this century says Mozilla, apart from these: old Opera, proxies and telephones.
_OLD_BROWSER = re.compile(
    r"Mozilla/|Opera[ /]|UCWEB|UCBrowser|MIDP|CLDC|MAUI|NetFront|Obigo|Nokia|BlackBerry|SonyEricsson"
    r"|Lynx/|ELinks|Links \(|w3m/|Dillo|NetSurf",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"(?:[^\\\[\](){}|?*+^$.]|\\[^a-zA-Z0-9])+")
_ADDRESS = re.compile(r"(?:https?://|www\.|\S+@)\S*")
_CALLED = re.compile(r"compatible; *([A-Za-z][\w.-]*)|^(?!Mozilla)([A-Za-z][\w.-]*)(?=[ /])")
_AFTER_NAME = re.compile(r"/\d|;|, ")
_WORD = re.compile(r"[A-Za-z0-9_.!-]")


def _split() -> tuple[list[tuple[str, bool]], list[tuple[re.Pattern[str], bool]]]:
    """The list as plain words and the few expressions that are more, each with whether it is an app's."""
    words, expressions = [], []
    for entry in CRAWLER_USER_AGENTS_DATA:
        pattern: str = entry["pattern"]
        if pattern in _PEOPLE:
            continue
        if _PLAIN.fullmatch(pattern):
            # Looking for a word in a text is some ten times faster than an expression of them all.
            words.append((re.sub(r"\\(.)", r"\1", pattern), pattern in _APPS))
        else:
            expressions.append((re.compile(pattern), pattern in _APPS))
    return words, expressions


_WORDS, _EXPRESSIONS = _split()


def is_bot(user_agent: str) -> str | None:
    """The name of the program, such as "Googlebot"; None for a person's browser.

    It knows those only that say who they are.
    """
    return _name_of(user_agent[:LONGEST].strip())


@lru_cache(maxsize=4096)
def _name_of(user_agent: str) -> str | None:
    if not user_agent:
        return NAMELESS
    is_person = _PERSON.match(user_agent) is not None
    found = [
        (user_agent.find(word), user_agent.find(word) + len(word))
        for word, is_app in _WORDS
        if word in user_agent and not (is_app and is_person)
    ]
    for expression, is_app in _EXPRESSIONS:
        match = expression.search(user_agent)
        if match and not (is_app and is_person):
            found.append(match.span())
    if found:
        return _best_name(user_agent, found)
    said = _SAYS_SO.search(user_agent)
    if said:
        return _best_name(user_agent, [said.span()])
    if not _OLD_BROWSER.search(user_agent):
        return _best_name(user_agent, [(0, 1)])
    return None


def _best_name(text: str, found: list[tuple[int, int]]) -> str:
    """The program's name around one of the places where it was recognised.

    What comes first is who it is; what follows is often another that it wants to be like. An address
    is the last resort: "(compatible; YandexBlogs/0.99; +http://yandex.com/bots)" is YandexBlogs.
    """
    addresses = [match.span() for match in _ADDRESS.finditer(text)]
    names = [
        (start, -end)
        for start, end in found
        if not any(first <= start < last for first, last in addresses)
    ]
    if names:
        start, end = min(names)
        name = _whole_word(text, start, -end)
    else:
        called = _CALLED.search(text)
        name = called[called.lastindex or 0] if called else _whole_word(text, *min(found))
    return _AFTER_NAME.split(name)[0].strip(" /;:,()+")[:60] or NAMELESS


def _whole_word(text: str, start: int, end: int) -> str:
    """ "Alexabot" for its "exabot"."""
    while start < end - 1 and text[start] == " ":
        start += 1
    while start and _WORD.match(text[start - 1]):
        start -= 1
    while end < len(text) and text[end - 1] != "/" and _WORD.match(text[end]):
        end += 1
    return text[start:end]
