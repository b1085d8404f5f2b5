""" "Did you mean": a query with its misspelt words written as the archive writes them.

Only words that readers can find are offered: they stand in public stories which protect nobody, and together they
find something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import CharField, QuerySet, Value

from . import misspelling
from .copydesk import lexicon
from .models import ArchiveWord, Article
from .search_people import people
from .search_query import STOP_WORDS, Query, understood
from .search_stories import stories

# So few stories are an answer that may rest on a slip of the fingers.
FEW = 3
# A word that stands in the archive is doubted only beside one that stands in this many times as many stories.
FAR_MORE = 10
# So many words of a query are thought misspelt; of more the first.
MOST_DOUBTED = 6
# So many of the most common words that are near are compared with what was typed.
MOST_NEAR = 200
# So many of the most common words that begin with what was typed.
MOST_BEGUN = 4
# In fewer stories than this a word is looked up before it is offered: all of them may have been withdrawn since.
TRUSTED = 20
_WORD = re.compile(r"[^\W\d_]+")


def meant(query: Query) -> str:
    """What the reader may have wanted to type; empty where nothing better is known. Some ten queries at most."""
    typed = [word.casefold() for term in query.terms for word in _WORD.findall(term)]
    # What is known to be another way of writing it has been looked for already.
    passed_over = STOP_WORDS | {term.casefold() for term in query.variants}
    better = _better([word for word in dict.fromkeys(typed) if word not in passed_over])
    if not better:
        return ""
    text = _WORD.sub(lambda found: better.get(found[0].casefold(), found[0]), query.text)
    corrected = understood(text)
    if corrected.terms == query.terms or not _finds(corrected):
        return ""
    return corrected.text


def public_of(words: Sequence[ArchiveWord]) -> list[ArchiveWord]:
    """Those of the words that stand in public stories which protect nobody. One query for the rare ones, or none."""
    rare = [word.word for word in words if word.stories < TRUSTED]
    public = Article.objects.published().filter(is_identity_protected=False)
    found = {
        row["found"]
        for row in _together(
            public.filter(search=SearchQuery(word, config="simple"))
            .order_by()
            .annotate(found=Value(word, CharField()))
            .values("found")[:1]
            for word in rare
        )
    }
    return [word for word in words if word.stories >= TRUSTED or word.word in found]


def _better(typed: Sequence[str]) -> dict[str, str]:
    """For each word that is misspelt, what it is near to. Three queries at most."""
    known = dict(ArchiveWord.objects.filter(pk__in=typed).values_list("word", "stories"))
    doubted = [
        word
        for word in typed
        if misspelling.asked(word) and not (known.get(word) and lexicon.shipped().is_listed(word))
    ][:MOST_DOUBTED]
    nearest: dict[str, list[ArchiveWord]] = {word: [] for word in doubted}
    pieces = (piece(word, known.get(word, 0)) for word in doubted for piece in (_near, _begun))
    for row in _together(pieces):
        nearest[row["typed"]].append(ArchiveWord(word=row["word"], stories=row["stories"]))
    likely = {word: _likeliest(word, near) for word, near in nearest.items()}
    public = {word.word for word in public_of([word for some in likely.values() for word in some])}
    found = {
        word: [other.word for other in some if other.word in public]
        for word, some in likely.items()
    }
    return {word: some[0] for word, some in found.items() if some}


def _near(typed: str, stories: int) -> QuerySet[ArchiveWord, dict[str, Any]]:
    """The most common words that what was typed may be a slip for, where it stands in so many stories itself."""
    near = ArchiveWord.objects.filter(near__overlap=misspelling.asked(typed))
    return _more_common(near, typed, stories)[:MOST_NEAR]


def _begun(typed: str, stories: int) -> QuerySet[ArchiveWord, dict[str, Any]]:
    """The most common words that begin with what was typed."""
    begun = ArchiveWord.objects.filter(word__startswith=typed, word__regex="^[[:alpha:]]+$")
    return _more_common(begun, typed, stories)[:MOST_BEGUN]


def _more_common(
    words: QuerySet[ArchiveWord], typed: str, stories: int
) -> QuerySet[ArchiveWord, dict[str, Any]]:
    return (
        words.filter(stories__gt=stories * FAR_MORE)
        .exclude(pk__in={typed, *STOP_WORDS})
        .annotate(typed=Value(typed, CharField()))
        .order_by("-stories", "word")
        .values("typed", "word", "stories")
    )


def _likeliest(typed: str, near: Iterable[ArchiveWord]) -> list[ArchiveWord]:
    """Those in which no more slips are needed than are believed, the likeliest first; four at most.

    To have stopped short of the end is one slip, however much is left.
    """
    by_word = {other.word: other for other in near}
    ranked = sorted(
        (slips, typed[0] != word[0], -other.stories, word)
        for word, other in by_word.items()
        if (slips := _slips(typed, word)) <= misspelling.allowed(typed)
    )
    return [by_word[row[-1]] for row in ranked[:4]]


def _slips(typed: str, word: str) -> float:
    slips = misspelling.slips(typed, word)
    return min(slips, 1) if word.startswith(typed) else slips


def _together(queries: Iterable[QuerySet[Any, dict[str, Any]]]) -> list[dict[str, Any]]:
    """The rows of all of them, in one statement; none of none."""
    pieces = list(queries)
    if len(pieces) < 2:
        return [row for piece in pieces for row in piece]
    return list(pieces[0].union(*pieces[1:], all=True))


def _finds(query: Query) -> bool:
    return query.is_answerable and (stories(query, most=1).exists() or bool(people(query)))
