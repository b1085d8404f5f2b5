"""What readers write, and what is kept beside it."""

from .comment import MAX_LENGTH, Comment, place_in_thread

__all__ = ["MAX_LENGTH", "Comment", "place_in_thread"]
