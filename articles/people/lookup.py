"""People by words of their names, through the indexes of names and of other spellings.

Each word may stand in the name as it is or folded ("djufri" finds Jufri), and a whole word finds
an initial ("andi karsina" finds A. Karsina) and an initial a word. What is found are candidates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from ..models import Person, PersonAlias
from . import names

MOST_WORDS = 8

# Said to people rather than part of a name; `names` knows those that are printed with a dot.
ADDRESSES = {"bapak", "bpk", "pak", "ibu", "bu", "saudara", "almarhum", "almarhumah"}
_TITLES = names.RELIGIOUS | names.ACADEMIC | names.RANKS | ADDRESSES


@dataclass(frozen=True)
class Entry:
    """One spelling under which a person is found: the entry that stands, and the key."""

    root: int
    name_key: str
    fold_key: str


def words_of_name(text: str) -> list[str]:
    """The words to look a name up by, without titles in front, dotted or not ("hj kars")."""
    words = names.name_key(text).split()
    while len(words) > 1 and words[0] in _TITLES:
        has_corps = len(words) > 2 and words[0] in names.RANKS and words[1] in names.CORPS
        del words[: 2 if has_corps else 1]
    return words[:MOST_WORDS]


def query_for(words: Sequence[str], *, is_typing: bool) -> str:
    """The words as PostgreSQL searches for them. While typing, each may go on."""
    return " & ".join(_any_spelling(word, words, is_typing) for word in words)


def search_query(words: Sequence[str], *, is_typing: bool = True) -> SearchQuery:
    return SearchQuery(query_for(words, is_typing=is_typing), search_type="raw", config="simple")


def _any_spelling(word: str, words: Sequence[str], is_typing: bool) -> str:
    ending = ":*" if is_typing or len(word) == 1 else ""
    found = [f"'{word}'{ending}"]
    folded = names.fold_key(word)
    # "zzzz" folds to one letter, with which half the town begins.
    if folded and folded != word and (len(folded) > 1 or len(word) == 1):
        found.append(f"'{folded}'{ending}")
    # "A. Karsina" for Andi Karsina: only beside another word, or half the town would be found.
    if len(word) > 1 and any(len(other) > 1 for other in words if other != word):
        found.append(f"'{word[0]}'")
    return f"({' | '.join(found)})"


def entries_named(words: Sequence[str], *, is_typing: bool = True) -> QuerySet:
    """Keys of all entries of people one of whose spellings has these words, or while typing words that begin so."""
    query = search_query(words, is_typing=is_typing)
    vector = SearchVector("name_key", "fold_key", config="simple")
    people = Person.objects.order_by().annotate(words=vector).filter(words=query)
    noted = PersonAlias.objects.order_by().annotate(words=vector).filter(words=query)
    keys: QuerySet = people.values("pk").union(
        people.filter(merged_into__isnull=False).values("merged_into"),
        noted.values("person"),
        noted.filter(person__merged_into__isnull=False).values("person__merged_into"),
    )
    return keys


def whether_named(people: QuerySet, words: Sequence[str]) -> QuerySet:
    """Of these entries those whose keys `entries_named` finds, told entry by entry: for a few hundred of them."""
    query = search_query(words)
    # Not in the order of the indexes, which would be asked for all that there are.
    read = SearchVector("fold_key", "name_key", config="simple")
    merged = Person.objects.order_by().filter(merged_into=OuterRef("pk"))
    noted = PersonAlias.objects.order_by().annotate(words=read)
    told: QuerySet = people.annotate(words=read).filter(
        Q(words=query)
        | Exists(merged.annotate(words=read).filter(words=query))
        | Exists(noted.filter(words=query, person=OuterRef("pk")))
        | Exists(noted.filter(words=query, person__merged_into=OuterRef("pk")))
    )
    return told


# One search for each query of a list, in one statement. The expressions are those of the indexes
# in the models, letter by letter.
_EACH = """
WITH wanted AS (
    SELECT query, size, number
    FROM unnest(%s::text[], %s::int[]) WITH ORDINALITY AS w (query, size, number))
SELECT wanted.number, found.root, found.name_key, found.fold_key
FROM wanted CROSS JOIN LATERAL (
    (SELECT coalesce(person.merged_into_id, person.id) AS root, person.name_key, person.fold_key
     FROM articles_person person
     WHERE to_tsvector('simple'::regconfig,
            COALESCE(person.name_key, '') || ' ' || COALESCE(person.fold_key, ''))
        @@ to_tsquery('simple'::regconfig, wanted.query)
     ORDER BY abs(length(person.name_key) - wanted.size), person.id LIMIT %s)
    UNION ALL
    (SELECT coalesce(person.merged_into_id, person.id), noted.name_key, noted.fold_key
     FROM articles_personalias noted JOIN articles_person person ON person.id = noted.person_id
     WHERE to_tsvector('simple'::regconfig,
            COALESCE(noted.name_key, '') || ' ' || COALESCE(noted.fold_key, ''))
        @@ to_tsquery('simple'::regconfig, wanted.query)
     ORDER BY abs(length(noted.name_key) - wanted.size), noted.id LIMIT %s)
) AS found
ORDER BY wanted.number
"""


def entries_for(wanted: Sequence[tuple[str, int]], *, limit: int) -> dict[int, list[Entry]]:
    """What each query finds, by its place in the list, those of about the wanted length first.

    `wanted` are queries as `query_for` makes them, each with a number of letters. At most `limit`
    names and `limit` other spellings for each, in one statement.
    """
    found: dict[int, list[Entry]] = defaultdict(list)
    if not wanted:
        return found
    queries, sizes = [query for query, _size in wanted], [size for _query, size in wanted]
    with connection.cursor() as cursor:
        cursor.execute(_EACH, [queries, sizes, limit, limit])
        for number, root, name_key, fold_key in cursor.fetchall():
            found[number - 1].append(Entry(root, name_key, fold_key))
    return found


def entries_called(keys: Collection[str], folds: Collection[str]) -> list[Entry]:
    """Every spelling that is one of these, letter by letter or folded. One query."""
    either = Q(name_key__in=keys) | Q(fold_key__in=folds)
    entries = Person.objects.filter(either).annotate(root=Coalesce("merged_into_id", "id"))
    noted = PersonAlias.objects.filter(either).annotate(
        root=Coalesce("person__merged_into_id", "person_id")
    )
    fields = ("root", "name_key", "fold_key")
    found = entries.values_list(*fields).union(noted.values_list(*fields))
    return sorted((Entry(*row) for row in found), key=lambda entry: entry.root)
