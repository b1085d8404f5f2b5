"""The words of the archive: in how many published stories each one stands.

A word that the newsroom has printed in several stories is no misspelling here. A story's words
are added by a job when it is published; everything is counted anew every week, and by
`manage.py count_words`, since stories are edited and withdrawn. The same words are offered to readers who
misspell them or have begun to type, so stories that protect identities add none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from django.db import connection, transaction

from .. import misspelling
from ..models import Article
from ..querysets import ArticleQuerySet
from ..sanitise import plain_text
from . import tokens
from .knowledge import LONGEST_WORD

# So many stories are read, and so many words written, at a time: a few MB of memory.
STORIES_AT_A_TIME = 500
# Typos happen once in a story; what comes from a pasted table has no end.
MOST_WORDS = 20_000
_ADD = """
INSERT INTO articles_archiveword AS kept (word, stories, near)
SELECT word, stories, string_to_array(near, ' ')
FROM unnest(%s::text[], %s::integer[], %s::text[]) AS counted (word, stories, near)
ON CONFLICT (word) DO UPDATE SET stories = kept.stories + excluded.stories
"""


def words_of(article: Article) -> set[str]:
    """The words of a story in small letters, each once; parts of joined words by themselves too."""
    text = "\n".join((article.headline, article.standfirst, plain_text(article.body)))
    found: set[str] = set()
    for word in tokens.words(text):
        if word.joined or len(found) >= MOST_WORDS:
            continue
        lower = word.lower
        parts = lower.replace("’", "-").replace("'", "-").split("-")
        found.update(part for part in (lower, *parts) if 1 < len(part) <= LONGEST_WORD)
    return found


def add_story(article_id: int) -> bool:
    """Count the words of one story in. False when the public does not see it, or not who is in it."""
    story = _counted().filter(pk=article_id).only("headline", "standfirst", "body").first()
    if story is None:
        return False
    _add(dict.fromkeys(words_of(story), 1))
    return True


def recount(step: Callable[[int], None] = lambda done: None) -> int:
    """Count all published stories anew, in one transaction; the number of stories.

    `step` is told after each story how many are done. Readers of the table see the old counts
    until the new ones are whole; a story published meanwhile waits with its words.
    """
    done = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE articles_archiveword IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute("DELETE FROM articles_archiveword")
        counts: Counter[str] = Counter()
        stories = _counted().only("headline", "standfirst", "body").order_by("pk")
        for story in stories.iterator(chunk_size=STORIES_AT_A_TIME):
            counts.update(words_of(story))
            done += 1
            step(done)
            if done % STORIES_AT_A_TIME == 0:
                _add(counts)
                counts.clear()
        _add(counts)
    return done


def _counted() -> ArticleQuerySet:
    return Article.objects.published().filter(is_identity_protected=False)


def _add(counts: dict[str, int]) -> None:
    # In one order everywhere: two stories published at once never wait for each other.
    for words in _pieces(sorted(counts)):
        with connection.cursor() as cursor:
            near = [" ".join(misspelling.keys(word)) for word in words]
            cursor.execute(_ADD, [words, [counts[word] for word in words], near])


def _pieces(words: list[str], size: int = 10_000) -> Iterable[list[str]]:
    return (words[at : at + size] for at in range(0, len(words), size))
