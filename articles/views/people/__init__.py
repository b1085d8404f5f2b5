"""People and institutions: what they hold and held, and where they appear."""

from .index import PER_PAGE, people
from .of_organisation import organisation
from .of_person import person

__all__ = ["PER_PAGE", "organisation", "people", "person"]
