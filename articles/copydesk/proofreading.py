"""The copy desk's one question: what in this text wants a second look?"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from . import forms, headlines, lexicon, naming, placing, spelling, titles, tokens
from .findings import FORM, HEADLINE, SPELLING, Finding, StoryFacts
from .known import Known

# Where two findings overlap, the one that knows more stands.
_PRECEDENCE = {
    kind: rank
    for rank, kind in enumerate(
        ("office", "name", "dateline", "place", "zone", FORM, SPELLING, HEADLINE)
    )
}


def proofread(text: str, *, knowledge: Known, story: StoryFacts | None = None) -> list[Finding]:
    """What to look at again in `text`, in order, never overlapping.

    Takes time linear in the text. `text[f.start:f.end] == f.text` for each finding, but for those
    of the headline, which count in `story.headline` and stand at the end of the list.
    """
    facts = story or StoryFacts()
    words = titles.marked(text, list(tokens.words(text)), _is_plain_word)
    found: list[Finding] = []
    entered = {w.lower for line in facts.register for w in tokens.words(line.name)}
    named = _words_of_names(knowledge) | entered
    found += spelling.check(
        words,
        lambda w: w in entered or knowledge.is_known(w) or forms.is_covered(w),
        named.__contains__,
        {word for place in knowledge.places for word in place.name.lower().split()}.__contains__,
    )
    found += forms.check(text, words, knowledge.forms, named.__contains__)
    if knowledge.people:
        found += naming.check_names(text, knowledge, facts.register)
        found += naming.check_offices(text, knowledge, facts.day or datetime.date.today())
    if knowledge.places:
        found += placing.check_dateline(text, knowledge)
        found += placing.check_places(text, knowledge)
    found += placing.check_zones(text, knowledge, facts)
    kept = _apart(f for f in found if f.text.lower() not in knowledge.own)
    if facts.headline:
        kept += [
            f
            for f in headlines.check(facts.headline, text, facts.standfirst)
            if f.text.lower() not in knowledge.own
        ]
    return kept


def _is_plain_word(word: str) -> bool:
    """Whether a word in small letters is one of the language: what a list of names has none of."""
    return spelling.is_word(word) and word not in lexicon.shipped().names


def _words_of_names(knowledge: Known) -> set[str]:
    known = [person.name for person in knowledge.people] + [p.name for p in knowledge.places]
    keys = [key for person in knowledge.people for key in person.keys]
    return {word for name in (*known, *keys) for word in name.lower().split()}


def _apart(found: Iterable[Finding]) -> list[Finding]:
    """The findings sorted by place, of overlapping ones the one with precedence, then the longer."""
    ordered = sorted(found, key=lambda f: (_PRECEDENCE[f.kind], f.start - f.end, f.start))
    taken: dict[int, Finding] = {}
    kept = []
    for finding in ordered:
        places = range(finding.start, finding.end)
        if finding.start >= finding.end or any(place in taken for place in places):
            continue
        taken.update(dict.fromkeys(places, finding))
        kept.append(finding)
    return sorted(kept, key=lambda f: f.start)
