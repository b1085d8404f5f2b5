"""Reading: from pure text to the people in it."""

from articles.reading.mention import Mention
from articles.reading.reader import read

__all__ = ["Mention", "read"]
