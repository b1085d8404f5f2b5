"""What readers write, and what is kept beside it."""

from .comment import MAX_LENGTH, Comment, place_in_thread
from .readers import Reader

__all__ = ["MAX_LENGTH", "Comment", "Reader", "place_in_thread"]
