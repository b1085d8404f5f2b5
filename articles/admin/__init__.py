"""The desk's pages for stories and everything around them; each module registers its own."""

from . import articles, checks, people, photos, records, taxonomy, words

__all__ = ["articles", "checks", "people", "photos", "records", "taxonomy", "words"]
