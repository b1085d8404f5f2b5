from ..copydesk.models import ArchiveWord, IgnoredFinding, OwnWord, WrongForm
from ..people.models import (
    Appearance,
    Attendance,
    DuplicatePair,
    IdentityJudgement,
    MentionVerdict,
    Organisation,
    OrganisationAlias,
    Person,
    PersonAlias,
    Post,
    Tenure,
)
from .archive import ArchiveDay, ArchiveHour, ArchiveSpan
from .article import Article, RelatedArticle
from .authors import Author, Byline
from .front import BreakingNews, FrontLayout, FrontPlacement
from .keeping import KeptText, LateSave, Presence
from .live import Coverage, LiveEntry, LiveRecord
from .photos import ArticlePhoto, Photo
from .places import Place
from .previews import PreviewLink
from .publication import Publication
from .readership import ArticleViews
from .records import (
    CheckRule,
    Correction,
    IdentityLeak,
    Page,
    Redirect,
    Revision,
    VersionHold,
)
from .taxonomy import Section, Tag, TaggedArticle
from .threads import Instalment, StoryThread

__all__ = [
    "Appearance",
    "ArchiveDay",
    "ArchiveHour",
    "ArchiveSpan",
    "ArchiveWord",
    "Article",
    "ArticlePhoto",
    "ArticleViews",
    "Attendance",
    "Author",
    "BreakingNews",
    "Byline",
    "CheckRule",
    "Correction",
    "Coverage",
    "DuplicatePair",
    "FrontLayout",
    "FrontPlacement",
    "IdentityJudgement",
    "IdentityLeak",
    "IgnoredFinding",
    "Instalment",
    "KeptText",
    "LateSave",
    "LiveEntry",
    "LiveRecord",
    "MentionVerdict",
    "Organisation",
    "OrganisationAlias",
    "OwnWord",
    "Page",
    "Person",
    "PersonAlias",
    "Photo",
    "Place",
    "Post",
    "Presence",
    "PreviewLink",
    "Publication",
    "Redirect",
    "RelatedArticle",
    "Revision",
    "Section",
    "StoryThread",
    "Tag",
    "TaggedArticle",
    "Tenure",
    "VersionHold",
    "WrongForm",
]
