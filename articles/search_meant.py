""" "Did you mean": a query with its misspelt words written as the archive writes them.

Only words that readers can find are offered: they stand in public stories which protect nobody, and together they
find something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.contrib.postgres.search import SearchQuery

from . import misspelling, search
from .copydesk import lexicon
from .models import ArchiveWord, Article

# So few stories are an answer that may rest on a slip of the fingers.
FEW = 3
# A word that stands in the archive is doubted only beside one that stands in this many times as many stories.
FAR_MORE = 10
# So many of the most common words that are near are compared with what was typed.
MOST_NEAR = 200
# In fewer stories than this a word is looked up before it is offered: all of them may have been withdrawn since.
TRUSTED = 20
_WORD = re.compile(r"[^\W\d_]+")


def meant(query: search.Query) -> str:
    """What the reader may have wanted to type; empty where nothing better is known. Some ten queries at most."""
    typed = {word.casefold() for term in query.terms for word in _WORD.findall(term)}
    better = _better(sorted(word for word in typed if word not in search.STOP_WORDS))
    if not better:
        return ""
    text = _WORD.sub(lambda found: better.get(found[0].casefold(), found[0]), query.text)
    corrected = search.understood(text)
    if corrected.terms == query.terms or not _finds(corrected):
        return ""
    return corrected.text


def are_public(words: Iterable[ArchiveWord]) -> list[ArchiveWord]:
    """Those of the words that stand in public stories which protect nobody. A query for each rare one."""
    public = Article.objects.published().filter(is_identity_protected=False)
    return [
        word
        for word in words
        if word.stories >= TRUSTED
        or public.filter(search=SearchQuery(word.word, config="simple")).exists()
    ]


def _better(typed: list[str]) -> dict[str, str]:
    """For each word that is misspelt, what it is near to."""
    known = ArchiveWord.objects.in_bulk(typed)
    found = {}
    for word in typed:
        keys = misspelling.asked(word)
        if not keys:
            continue
        own = known[word].stories if word in known else 0
        if own and lexicon.shipped().is_listed(word):
            continue
        near = ArchiveWord.objects.filter(near__overlap=keys, stories__gt=own * FAR_MORE)
        near = (
            near.exclude(pk__in={word, *search.STOP_WORDS})
            .defer("near")
            .order_by("-stories", "word")[:MOST_NEAR]
        )
        ranked = sorted(
            (slips, word[0] != other.word[0], -other.stories, other.word, other)
            for other in near
            if (slips := misspelling.slips(word, other.word)) <= misspelling.allowed(word)
        )
        best = are_public(row[-1] for row in ranked[:1]) or are_public(
            row[-1] for row in ranked[1:4]
        )
        if best:
            found[word] = best[0].word
    return found


def _finds(query: search.Query) -> bool:
    return query.is_answerable and (
        search.stories(query, most=1).exists() or bool(search.people(query))
    )
