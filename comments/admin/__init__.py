"""Comments on the desk: the queue, each comment's page, word lists, bans and rules."""

from . import comments, rules, words

__all__ = ["comments", "rules", "words"]
