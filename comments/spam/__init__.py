"""The spam filter: says of a comment how likely it advertises gambling, and why."""

from .model import SpamModelError
from .scoring import Score, score

__all__ = ["Score", "SpamModelError", "score"]
