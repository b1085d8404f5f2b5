"""Blocks of stories as words that no text has, so that an index of words knows which rows are the newest."""

from django.contrib.postgres.search import SearchVectorCombinable, SearchVectorField
from django.db import models

STORIES_OF_BLOCK = 4096


class Block(SearchVectorCombinable, models.Func):
    """The block that the story of a number stands in, as a search vector of one word: "~12".

    Stories that come out together have numbers close to one another.
    """

    template = f"array_to_tsvector(ARRAY['~' || (%(expressions)s / {STORIES_OF_BLOCK})::text])"
    output_field = SearchVectorField()
    config = None
