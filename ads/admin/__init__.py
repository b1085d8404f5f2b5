"""The desk's pages for advertising; each module registers its own."""

from . import creatives, flights, parties, placements, records

__all__ = ["creatives", "flights", "parties", "placements", "records"]
