"""The institutions and places of the newsroom that a text names, so that none is read as a person."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.db.models.functions import Upper

from ..models import Organisation, OrganisationAlias, Place
from ..reading.tokens import tokenise

# Longer names begin with words that no reader takes for somebody's.
_MOST_WORDS = 4
# So many different runs of capitals are asked for; a story has a few hundred.
_MOST_ASKED = 4000


def institutions_and_places(text: str) -> set[str]:
    """Names of institutions and places that stand in the text with a capital. One query.

    Names, short names and noted ones of institutions, and the newsroom's places, of at most four
    words. The time follows the length of the text, not the number of institutions.
    """
    asked = _runs(text)
    if not asked:
        return set()
    found = _called(Organisation.objects.order_by(), "name", asked).union(
        _called(Organisation.objects.order_by(), "short_name", asked),
        _called(OrganisationAlias.objects.order_by(), "name", asked),
        _called(Place.objects.order_by(), "name", asked),
    )
    return set(found)


def _called(names: QuerySet, field: str, asked: list[str]) -> QuerySet:
    return (
        names.annotate(upper=Upper(F(field)), printed=F(field))
        .filter(upper__in=asked)
        .values_list("printed", flat=True)
    )


def _runs(text: str) -> list[str]:
    """Every run of one to four words that begins with a capital, in capitals."""
    tokens = tokenise(text)
    runs: dict[str, None] = {}
    for first, token in enumerate(tokens):
        if not token.is_capital or not token.is_word:
            continue
        for last in range(first + 1, min(first + 1 + _MOST_WORDS, len(tokens) + 1)):
            if not tokens[last - 1].is_word:
                break
            runs[" ".join(word.text for word in tokens[first:last]).upper()] = None
        if len(runs) >= _MOST_ASKED:
            break
    return list(runs)[:_MOST_ASKED]
