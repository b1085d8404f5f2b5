"""The checks themselves, in the order in which they run. Each reads facts and says one verdict.

None of them refuses a comment silently: the gravest thing they can do is to reject it with a
reason, and its author sees that.
"""

from __future__ import annotations

import datetime
import re

from .facts import Facts
from .folding import fold
from .screening import PASS, Outcome, Step, Verdict
from .words import matches, searchable

FASTEST_HUMAN = datetime.timedelta(seconds=3)
# Mobile carriers put many readers behind one address, so these hold and never refuse.
FROM_BLOCK_AT_MOST = 60
UNDER_STORY_AT_MOST = 200
LINKS_AT_MOST = 2
TRUSTED_FROM = 3
SAME_BY_OTHERS_AT_MOST = 2

_ADDRESS = re.compile(
    r"https?\W{0,3}//\S+|www\.\S+|\b(?:wa|t)\s?\.\s?me/\S*|\bbit\s?\.\s?ly/\S*"
    r"|\b[a-z0-9][a-z0-9-]{1,40}\s?(?:\.|\(dot\)|\[dot\]| dot )\s?"
    r"(?:com|net|org|info|biz|site|online|xyz|top|vip|club|link|shop|live|asia|pro|me|cc|id|my\.id)\b(?![\w@])"
    # Short ones only where nothing stands between: "a. me" and "dkk. co" are ends of sentences.
    r"|\b[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?\.(?:com|net|org|info|biz|xyz|top|vip|co|me|cc|id|io|ly|gl)\b(?![\w@])"
)
# Numbers of Indonesian telephones, however they are divided: 08…, 62 8…, +62 8….
_PHONE = re.compile(r"(?<!\d)(?:\+?62|0)[\s.\-]?8(?:[\s.\-]?\d){7,11}(?!\d)")
_ACCUSATIONS = (
    *("korupsi", "koruptor", "maling", "pencuri", "penipu", "suap", "menyuap", "pungli"),
    *("selingkuh", "cabul", "pemerkosa", "pembunuh", "bandar narkoba", "mafia", "markus"),
    *("nepotisme", "makan uang", "uang haram", "ijazah palsu", "teroris"),
)
_TITLES = re.compile(r"^(?:(?:prof|drs?|dra|ir|hj?|kh|akbp|kombes|letkol|ustadz?)\b\.?\s*)+")


def completeness(facts: Facts) -> Verdict:
    """The other checks had everything to go by."""
    if facts.is_incomplete:
        return Verdict(Outcome.HOLD, detail="facts missing", risk=30)
    return PASS


def honeypot(facts: Facts) -> Verdict:
    """A field that no person sees was filled in."""
    if facts.is_trap_filled:
        return Verdict(Outcome.HOLD, risk=70)
    return PASS


def timing(facts: Facts) -> Verdict:
    """The form came back sooner than anybody reads and writes."""
    if facts.form_age is not None and facts.form_age < FASTEST_HUMAN:
        return Verdict(Outcome.HOLD, detail=f"{facts.form_age.total_seconds():.1f} s", risk=40)
    return PASS


def account(facts: Facts) -> Verdict:
    """The account's own past, and whether a banned one wrote from the same network."""
    if facts.is_block_of_banned and facts.approved_before < TRUSTED_FROM:
        return Verdict(Outcome.HOLD, detail="network of a banned account", risk=50)
    if facts.rejected_lately >= 3 and facts.rejected_lately > facts.approved_before:
        return Verdict(Outcome.HOLD, detail=f"{facts.rejected_lately} rejected", risk=40)
    return PASS


def pace_of_network(facts: Facts) -> Verdict:
    if facts.from_block_lately >= FROM_BLOCK_AT_MOST:
        return Verdict(Outcome.HOLD, detail=str(facts.from_block_lately), risk=20)
    return PASS


def pace_of_story(facts: Facts) -> Verdict:
    if facts.under_story_lately >= UNDER_STORY_AT_MOST:
        return Verdict(Outcome.HOLD, detail=str(facts.under_story_lately), risk=10)
    return PASS


def links(facts: Facts) -> Verdict:
    """Addresses, also disguised ones: none from a new account, few from a known one."""
    found = [match[0] for match in _ADDRESS.finditer(fold(facts.body))]
    allowed = LINKS_AT_MOST if facts.approved_before >= TRUSTED_FROM else 0
    if len(found) > allowed:
        return Verdict(Outcome.HOLD, term=found[0], detail=str(len(found)), risk=40)
    return PASS


def phones(facts: Facts) -> Verdict:
    """Telephone numbers: an advertisement, or somebody else's personal data."""
    found = _PHONE.search(fold(facts.body))
    if found:
        return Verdict(Outcome.HOLD, term=found[0], risk=40)
    return PASS


def words(facts: Facts) -> Verdict:
    """The newsroom's lists; a word that rejects outweighs those that hold."""
    found = list(matches(facts.body, facts.terms))
    if not found:
        return PASS
    blocking = [term for term in found if term.is_blocking]
    return Verdict(
        Outcome.REJECT if blocking else Outcome.HOLD,
        term=(blocking or found)[0].term,
        detail=", ".join(term.term for term in found[1:6]),
        risk=60,
        is_harsh=any(term.is_harsh for term in found),
    )


def repeats(facts: Facts) -> Verdict:
    """The same text, whatever letters it is written in, within a day."""
    if facts.same_by_author:
        return Verdict(Outcome.HOLD, detail=f"{facts.same_by_author} by the author", risk=30)
    if facts.same_by_others > SAME_BY_OTHERS_AT_MOST:
        return Verdict(Outcome.HOLD, detail=f"{facts.same_by_others} by others", risk=60)
    return PASS


def people(facts: Facts) -> Verdict:
    """An accusation beside the name of somebody whom the story is about: perhaps slander."""
    plain = searchable(facts.body)
    accusation = next((word for word in _ACCUSATIONS if searchable(word) in plain), "")
    if not accusation:
        return PASS
    for name in facts.people:
        parts = searchable(_TITLES.sub("", fold(name)).partition(",")[0]).split()
        if any(len(part) > 3 and f" {part} " in plain for part in parts):
            return Verdict(Outcome.HOLD, term=accusation, detail=name, risk=50)
    return PASS


def identities(facts: Facts) -> Verdict:
    """The name of somebody whom the story protects (Press Council regulation 1/2019), whoever writes it."""
    if facts.protected_name:
        return Verdict(Outcome.HOLD, detail=facts.protected_name, risk=70)
    return PASS


def learned_score(facts: Facts) -> Verdict:
    """What the filter learned from the moderators' decisions."""
    from .spam import score  # loading the model is for processes that check comments

    found = score(facts.body)
    outcome = Outcome.PASS
    if found.probability >= facts.spam_score:
        outcome = Outcome.SPAM
    elif found.probability >= facts.hold_score:
        outcome = Outcome.HOLD
    return Verdict(
        outcome,
        detail="; ".join(found.reasons[:3]),
        risk=round(found.probability * 100),
        score=found.probability,
    )


def _for_readers(step: Step) -> Step:
    """The newsroom's own people are not checked for what strangers do."""

    def run(facts: Facts) -> Verdict:
        return PASS if facts.is_staff else step(facts)

    return run


_FOR_READERS: tuple[tuple[str, Step], ...] = (
    ("completeness", completeness),
    ("honeypot", honeypot),
    ("timing", timing),
    ("account", account),
    ("pace_of_network", pace_of_network),
    ("pace_of_story", pace_of_story),
    ("links", links),
    ("phones", phones),
    ("words", words),
    ("repeats", repeats),
    ("people", people),
    ("learned_score", learned_score),
)
STEPS: tuple[tuple[str, Step], ...] = (
    # Nobody who works here may name a protected child either.
    ("identities", identities),
    *((name, _for_readers(step)) for name, step in _FOR_READERS),
)
