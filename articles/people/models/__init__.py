from .appearances import Appearance
from .attendance import Attendance
from .duplicates import DuplicatePair
from .identity import IdentityJudgement
from .mentions import MentionVerdict
from .offices import Post, Tenure
from .organisations import Organisation, OrganisationAlias
from .persons import Person, PersonAlias

__all__ = [
    "Appearance",
    "Attendance",
    "DuplicatePair",
    "IdentityJudgement",
    "MentionVerdict",
    "Organisation",
    "OrganisationAlias",
    "Person",
    "PersonAlias",
    "Post",
    "Tenure",
]
