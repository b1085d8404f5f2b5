"""Reading: from pure text to the people in it, without a database.

`read(text)` for a story, `read_list(text)` for a pasted list of those present.
"""

from articles.reading.mention import Mention
from articles.reading.reader import read, read_list

__all__ = ["Mention", "read", "read_list"]
