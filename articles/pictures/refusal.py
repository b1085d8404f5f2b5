"""Why a file is no picture here, as a word that `articles.photos.refusals` has a sentence for."""

from __future__ import annotations


class Unusable(Exception):
    """A file that cannot be used; `reason` is a key of `articles.photos.refusals.SENTENCES`.

    `numbers` are the numbers of that sentence.
    """

    def __init__(self, reason: str, **numbers: int | str) -> None:
        super().__init__(reason)
        self.reason, self.numbers = reason, numbers
