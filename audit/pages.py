"""The pages that are judged and photographed: a line for each kind of page. A new kind of page is a new line here.

Which story or person stands for a kind is asked of the database, so that a changed demo needs no change here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

if TYPE_CHECKING:
    from articles.querysets import ArticleQuerySet

# The address of the best example of a kind; empty or None when this publication has none.
Find = Callable[[], str | None]


@dataclass(frozen=True)
class Kind:
    """One kind of page.

    Args:
        name: as it is called on the command line and in names of files.
        title: as it stands in the table.
        find: says the address of an example.
        status: what it is answered with.
        is_indexed: whether search engines may list it; a page that may not is judged without that.
        is_fast: whether Lighthouse's performance has to be 100.
        is_light: whether it has to keep the limit for an article without photos.
        is_article: whether its scripts have to keep the limit for an article.
        is_readers_own: whether it is asked for as a reader who has signed in.
    """

    name: str
    title: str
    find: Find
    status: int = 200
    is_indexed: bool = True
    is_fast: bool = False
    is_light: bool = False
    is_article: bool = False
    is_readers_own: bool = False


@dataclass(frozen=True)
class Page:
    """A kind with the address that stands for it, from the root of the site."""

    kind: Kind
    address: str


def found(only: Sequence[str] = ()) -> tuple[list[Page], list[Kind]]:
    """The pages that this publication has, and the kinds of which it has none, which is said aloud.

    Args:
        only: names of kinds, in which * stands for anything; all when there are none.
    """
    pages, missing = [], []
    for kind in KINDS:
        if only and not any(fnmatchcase(kind.name, name) for name in only):
            continue
        try:
            address = kind.find()
        except NoReverseMatch:
            address = None
        if address:
            pages.append(Page(kind, address))
        else:
            missing.append(kind)
            print(f"SKIPPED: the demo has no page of the kind “{kind.name}” ({kind.title}).")
    return pages, missing


def unknown(only: Sequence[str]) -> str:
    """What is wrong with such names, as a sentence; empty when each is that of a kind."""
    for name in only:
        if not any(fnmatchcase(kind.name, name) for kind in KINDS):
            kinds = ", ".join(kind.name for kind in KINDS)
            return f"No kind of page is called “{name}”; there are {kinds}."
    return ""


def at(name: str, *args: Any, query: str = "") -> Find:
    """The page with that name in the addresses of the project."""
    return lambda: reverse(name, args=args) + query


def story(choose: Callable[[ArticleQuerySet], Any], then: str = "") -> Find:
    """The newest public story of those that `choose` keeps, or the first in its order."""

    def find() -> str | None:
        from articles.models import Article

        stories = Article.objects.published().newest_first()
        chosen = choose(stories).first()
        return chosen.get_absolute_url() + then if chosen else None

    return find


def _busiest(rows: Any, of: str) -> Any:
    """Of rows with a page of their own, the one with the most of what `of` names."""
    from django.db.models import Count

    return rows.annotate(n=Count(of)).order_by("-n", "pk").first()


def _address(row: Any) -> str | None:
    return row.get_absolute_url() if row else None


def _plain(stories: ArticleQuerySet) -> ArticleQuerySet:
    """Ordinary news without a photo, a correction or a register: the page that is weighed."""
    return stories.filter(
        kind="news", photos__isnull=True, corrections__isnull=True, attendances__isnull=True
    )


def _versions() -> str | None:
    """Of the story that was changed last, where the publication shows that."""
    from articles import public_versions
    from articles.models import Article, Publication

    changed = Article.objects.published().filter(updated_at__isnull=False).order_by("-updated_at")
    for story in changed[:10]:
        steps = public_versions.of(story)
        if len(steps) > 1 and public_versions.are_shown(story, Publication.current()):
            return f"{story.get_absolute_url()}riwayat/?versi={steps[0].version.number}"
    return None


def _with_photos(stories: ArticleQuerySet) -> Any:
    from django.db.models import Count

    counted = stories.unpaid().annotate(n=Count("article_photos", distinct=True))
    return counted.filter(n__gt=0).order_by("-n", "-publish_at", "-pk")


def _with_register(stories: ArticleQuerySet) -> Any:
    from django.db.models import Count

    return stories.annotate(n=Count("attendances", distinct=True)).filter(n__gt=0).order_by("-n")


def _section() -> str | None:
    from articles.models import Section

    return _address(_busiest(Section.objects.all(), "articles"))


def _tag() -> str | None:
    from articles.models import Tag

    return _address(_busiest(Tag.objects.all(), "tagged_articles"))


def _author() -> str | None:
    from articles.models import Author

    return _address(_busiest(Author.objects.all(), "bylines"))


def _person() -> str | None:
    from articles.people.models import Person

    return _address(_busiest(Person.objects.indexed(), "appearances"))


def _organisation() -> str | None:
    from articles.people.models import Organisation

    return _address(_busiest(Organisation.objects.public(), "appearances"))


def _withdrawn() -> str | None:
    from articles.models import Article

    return _address(Article.objects.addressable().filter(status="withdrawn").first())


def _standing_page() -> str | None:
    from articles.models import Page as StandingPage

    return _address(StandingPage.objects.exclude(slug="kontak").order_by("pk").first())


def _archive(name: str, parts: int) -> Find:
    def find() -> str | None:
        from articles.models import Article

        # Not of today: a day that is over has its whole list.
        stories = Article.objects.published().exclude(published_on=timezone.localdate())
        newest = stories.newest_first().first()
        if newest is None:
            return None
        day = newest.published_on
        return reverse(name, args=[f"{day:%Y}", f"{day:%m}", f"{day:%d}"][:parts])

    return find


def _discussed(then: Callable[[Any], str]) -> Find:
    def find() -> str | None:
        from comments.models import Comment

        most = _busiest(
            Comment.objects.visible().filter(parent=None, article__status="published"), "replies"
        )
        return then(most) if most else None

    return find


def _discussion(comment: Any) -> str:
    address: str = comment.article.get_absolute_url()
    return address + "komentar/"


def of_a(model: str, **wanted: Any) -> Find:
    """The page of the newest row of a model, named as in "articles.Tag"."""

    def find() -> str | None:
        from django.apps import apps

        try:
            rows = apps.get_model(model)._default_manager.filter(**wanted)
        except LookupError:
            return None
        return _address(rows.order_by("-pk").first())

    return find


def _live(stories: ArticleQuerySet) -> Any:
    from django.core.exceptions import FieldError

    try:
        return stories.filter(coverage__isnull=False)
    except FieldError:
        return stories.none()


def _advertisers_report() -> str | None:
    from ads import links
    from ads.models import ReportLink

    link = ReportLink.objects.filter(revoked_at=None).first()
    return reverse("ads:report", args=[links.token_of(link)]) if link else None


# Addresses from the root are promises, so those that stand for themselves may be written out.
KINDS = [
    Kind("front", "Front page", at("articles:front"), is_fast=True),
    Kind("section", "Section", _section),
    Kind(
        *("article", "Article without photos", story(_plain)),
        is_fast=True,
        is_light=True,
        is_article=True,
    ),
    Kind(
        *("article-photos", "Article with photos", story(_with_photos)),
        is_fast=True,
        is_article=True,
    ),
    Kind("article-register", "Article, long register", story(_with_register), is_article=True),
    Kind(
        *("article-paid", "Article, paid", story(lambda stories: stories.filter(kind="paid"))),
        is_article=True,
    ),
    Kind(
        "article-corrected",
        "Article, corrected",
        story(lambda stories: stories.filter(corrections__isnull=False)),
        is_article=True,
    ),
    Kind(
        "article-opinion",
        "Article, opinion",
        story(lambda stories: stories.filter(kind="opinion")),
        is_article=True,
    ),
    Kind("article-live", "Article, live coverage", story(_live), is_article=True),
    Kind("threads", "Story threads", at("articles:threads")),
    Kind("thread", "Story thread", of_a("articles.StoryThread")),
    Kind("withdrawn", "Article, withdrawn", _withdrawn, status=410, is_indexed=False),
    Kind("discussion", "Comments of a story", _discussed(_discussion), is_indexed=False),
    Kind(
        "comment",
        "One comment",
        _discussed(lambda comment: reverse("comments:comment", args=[comment.pk])),
        is_indexed=False,
    ),
    Kind("person", "Person", _person),
    Kind("organisation", "Organisation", _organisation),
    Kind("people", "People, A to Z", at("articles:people")),
    Kind("tag", "Tag", _tag),
    Kind("author", "Author", _author),
    Kind("latest", "Latest", at("articles:latest")),
    Kind("popular", "Most read", at("articles:popular"), is_indexed=False),
    Kind("archive", "Archive", at("articles:archive")),
    Kind("archive-year", "Archive, year", _archive("articles:archive_year", 1)),
    Kind("archive-month", "Archive, month", _archive("articles:archive_month", 2)),
    Kind("archive-day", "Archive, day", _archive("articles:archive_day", 3)),
    Kind("search", "Search", at("articles:search"), is_indexed=False),
    Kind("search-found", "Search, found", at("articles:search", query="?q=desa"), is_indexed=False),
    Kind(
        *("search-nothing", "Search, nothing", at("articles:search", query="?q=zzyzx")),
        is_indexed=False,
    ),
    Kind("corrections", "Corrections", at("articles:corrections")),
    Kind("versions", "Versions of a story", _versions, is_indexed=False),
    Kind("reply", "Right of reply", at("replies:ask"), is_indexed=False),
    Kind("reply-status", "Right of reply, status", at("replies:status"), is_indexed=False),
    Kind("masthead", "Masthead", at("articles:masthead")),
    Kind("guidelines", "Press guidelines", at("articles:guidelines")),
    Kind("privacy", "Privacy", at("articles:privacy")),
    Kind("contact", "Contact", at("articles:contact")),
    Kind("page", "Standing page", _standing_page),
    Kind("terms", "Terms of commenting", at("reader_terms")),
    Kind("moderation", "Figures of moderation", at("comments:figures")),
    Kind("sign-in", "Account, sign in", at("account_login"), is_indexed=False),
    Kind("sign-up", "Account, sign up", at("account_signup"), is_indexed=False),
    Kind("account", "Account, own page", at("reader_page"), is_indexed=False, is_readers_own=True),
    Kind("erase", "Account, erase", at("reader_erase"), is_indexed=False, is_readers_own=True),
    Kind("newsletter", "Newsletter", at("newsletter:page")),
    Kind("newsletter-check", "Newsletter, check mail", at("newsletter:check"), is_indexed=False),
    Kind("newsletter-issue", "Newsletter, an issue", of_a("newsletter.Issue")),
    Kind("offline", "Offline", at("articles:offline"), is_indexed=False),
    Kind("report", "Advertiser's report", _advertisers_report, is_indexed=False),
    Kind("not-found", "404", lambda: "/tidak-ada/", status=404, is_indexed=False),
]
