"""/cari/saran.json: what a reader who has begun to type may be after."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Upper
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .models import ArchiveWord, Article, Person, Section, Tag, TaggedArticle
from .search_meant import public_of
from .search_people import SHORTEST, called, words_of_name
from .search_query import LONGEST_QUERY

PEOPLE, SECTIONS, TAGS, WORDS, ALL = 4, 2, 4, 4, 8
# Short, since what is withdrawn must not be offered for long.
CACHE_CONTROL = "public, max-age=60"
_LAST_WORD = re.compile(r"[^\W\d_]{3,}$")


@dataclass(frozen=True)
class Suggestion:
    """A line below the field: its text, what it is, and where it leads."""

    text: str
    kind: str
    url: str


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """{"suggestions": [{"text", "kind", "url"}]}: sections, people and tags with such a name, then whole words.

    At most ALL of them; none for less than SHORTEST or more than LONGEST_QUERY characters. Always an answer, whatever
    was typed.
    """
    typed = " ".join(request.GET.get("q", "").replace("\x00", " ").split())
    found: list[Suggestion] = []
    if SHORTEST <= len(typed) <= LONGEST_QUERY:
        people, others = _people(typed)
        found = [*_sections(typed), *people, *_tags(typed), *others]
        taken = {word for one in found for word in one.text.casefold().split()}
        found += [one for one in _words(typed) if one.text.casefold().split()[-1] not in taken]
    response = JsonResponse({"suggestions": [asdict(one) for one in found[:ALL]]})
    response["Cache-Control"] = CACHE_CONTROL
    response["X-Robots-Tag"] = "noindex"
    return response


def _sections(typed: str) -> list[Suggestion]:
    kind = _("Section")
    return [
        Suggestion(section.name, kind, section.get_absolute_url())
        for section in Section.objects.all()
        if section.name.casefold().startswith(typed.casefold())
    ][:SECTIONS]


def _people(typed: str) -> tuple[list[Suggestion], list[Suggestion]]:
    """Public people whose names begin so, and those with other words, or spellings, that do."""
    words = words_of_name(typed)
    found = called(words, most=PEOPLE)
    first = [one for one in found if one.name_key.startswith(" ".join(words))]
    others = [one for one in found if one not in first]
    kind = _("Public person")

    def as_lines(people: list[Person]) -> list[Suggestion]:
        return [Suggestion(one.name, kind, one.get_absolute_url()) for one in people]

    return as_lines(first), as_lines(others)


def public_of_tag() -> QuerySet[TaggedArticle]:
    """The public stories of a tag of the query around it; none of those that protect identities."""
    public: QuerySet[TaggedArticle] = TaggedArticle.objects.filter(
        tag=OuterRef("pk"),
        listed_at__lte=timezone.now(),
        content_object__in=Article.objects.published(),
    )
    return public


def _tags(typed: str) -> list[Suggestion]:
    """Tags that begin so, of public stories."""
    tags = Tag.objects.annotate(upper_name=Upper("name")).filter(
        Exists(public_of_tag()), upper_name__startswith=typed.upper()
    )
    kind = _("Tag")
    found = tags.order_by("upper_name")[:TAGS]
    return [Suggestion(tag.name, kind, tag.get_absolute_url()) for tag in found]


def _words(typed: str) -> list[Suggestion]:
    """What was typed with its last word written out, the most common words first."""
    match = _LAST_WORD.search(typed)
    if match is None:
        return []
    start, before = match[0].casefold(), typed[: match.start()]
    words = ArchiveWord.objects.filter(word__startswith=start, word__regex="^[[:alpha:]]+$")
    common = words.defer("near").order_by("-stories", "word")[:WORDS]
    return [
        Suggestion(
            before + word.word,
            "",
            reverse("articles:search") + "?" + urlencode({"q": before + word.word}),
        )
        for word in public_of(list(common))
    ]
