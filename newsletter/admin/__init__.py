"""The newsletter on the desk: its issues, who gets it, and when it goes out."""

from . import issues, settings, subscribers

__all__ = ["issues", "settings", "subscribers"]
