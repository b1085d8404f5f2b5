"""The checks before publishing: what they find is shown before the move, and how strict each is, is set here."""

from __future__ import annotations

from .. import checks
from ..models import Article
from ..workflow import Move

# The moves before which the checks are looked at. Changes to a public story are compared with it; see the door.
CHECKED = frozenset({"publish", "schedule"})


class ChecksMixin:
    """What the pages of moves show and ask of the checks."""

    def found_before(self, article: Article, move: Move) -> list[checks.Finding]:
        """What stops the move, and what it asks a reason for; nothing for other moves."""
        if move.name not in CHECKED or article.is_working_copy:
            return []
        return [one for one in checks.before_publishing(article) if one.is_blocking or one.is_asked]

    def asks_why(self, article: Article, move: Move) -> bool:
        """Whether the move's page comes first, for a reason. What is blocked is refused at once."""
        found = self.found_before(article, move)
        return bool(found) and not any(one.is_blocking for one in found)
