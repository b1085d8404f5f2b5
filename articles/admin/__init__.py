"""The desk's pages for stories and everything around them; each module registers its own."""

from . import (
    articles,
    breaking,
    checks,
    front,
    history,
    people,
    photos,
    records,
    taxonomy,
    threads,
    words,
)

__all__ = [
    "articles",
    "breaking",
    "checks",
    "front",
    "history",
    "people",
    "photos",
    "records",
    "taxonomy",
    "threads",
    "words",
]
