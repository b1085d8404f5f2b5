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
from .article import Article, RelatedArticle
from .authors import Author, Byline
from .photos import ArticlePhoto, Photo
from .places import Place
from .publication import Publication
from .readership import ArticleViews
from .records import Correction, Page, Redirect, Revision
from .taxonomy import Section, Tag, TaggedArticle

__all__ = [
    "Appearance",
    "ArchiveWord",
    "Article",
    "ArticlePhoto",
    "ArticleViews",
    "Attendance",
    "Author",
    "Byline",
    "Correction",
    "DuplicatePair",
    "IdentityJudgement",
    "IgnoredFinding",
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
    "Publication",
    "Redirect",
    "RelatedArticle",
    "Revision",
    "Section",
    "Tag",
    "TaggedArticle",
    "Tenure",
    "WrongForm",
]
