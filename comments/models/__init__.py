"""What readers write, and what is kept beside it."""

from .comment import MAX_DEPTH, MAX_LENGTH, Comment, CommentVersion, place_in_thread
from .discussion import Ban, Discussion, Policy
from .moderation import REPORT_DEADLINE, ModerationEvent, Report, Screening, Word
from .readers import Reader

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "REPORT_DEADLINE",
    "Ban",
    "Comment",
    "CommentVersion",
    "Discussion",
    "ModerationEvent",
    "Policy",
    "Reader",
    "Report",
    "Screening",
    "Word",
    "place_in_thread",
]
