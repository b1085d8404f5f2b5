"""What protecting the identities of a story means for the people in it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ..models import Appearance, Article, Attendance, Person, PersonAlias, Redirect, Tenure
from .names import name_key, parse, words_key

# The names of somebody by the key of the entry that stands for them.
Names = dict[int, list[str]]


def named_in(article: Article, text: str) -> Iterator[tuple[int, str]]:
    """Who of a story's register is named in `text`: the key of the entry that stands for them, and the name.

    By the names of all their entries, their other spellings and what the register prints; as whole words, in
    spite of case, dots and accents. Once for each person, in the order of the register. At most three queries.
    """
    yield from found_in(names_of(article), text)


def found_in(known: Names, text: str) -> Iterator[tuple[int, str]]:
    """The same for names that were read before, where a story has many texts: no query."""
    folded = f" {words_key(text)} "
    for person, names in known.items():
        found = next(
            (name for name in names if any(f" {key} " in folded for key in _keys(name))), None
        )
        if found is not None:
            yield person, found


def why_not_said(article: Article, *texts: str) -> str:
    """Why readers may not be told these plain texts beside a story, as a sentence; empty when they may.

    They name somebody whom the story protects. No query for a story that protects nobody.
    """
    if not article.is_identity_protected:
        return ""
    for _person, name in named_in(article, " \n ".join(texts)):
        return _(
            "“%(story)s” protects identities, and this names %(name)s, who stands in its register."
            " Please write it without the name."
        ) % {"story": article, "name": name}
    return ""


def _keys(name: str) -> Iterator[str]:
    """How a name stands in a text, and in an address, which writes "Ma'rang" as one word."""
    yield name_key(name)
    yield words_key(slugify(parse(name).name))


def names_of(article: Article) -> Names:
    """Under which names the people of a story's register are known. At most three queries."""
    printed: dict[int, list[str]] = {}
    for line in article.attendances.select_related("person", "represents_person"):
        for person, name in (
            (line.person, line.name_as_printed),
            (line.represents_person, line.represents_as_printed),
        ):
            if person is not None:
                printed.setdefault(person.merged_into_id or person.pk, []).append(name)
    known: dict[int, list[str]] = {root: [] for root in printed}
    if printed:
        root = Coalesce(F("merged_into"), F("pk"))
        entries = Person.objects.filter(Q(pk__in=printed) | Q(merged_into__in=printed))
        for key, name in entries.annotate(root=root).order_by("pk").values_list("root", "name"):
            known[key].append(name)
        of_entry = Coalesce(F("person__merged_into"), F("person"))
        aliases = PersonAlias.objects.annotate(root=of_entry).filter(
            Q(person__in=printed) | Q(person__merged_into__in=printed)
        )
        for key, name in aliases.order_by("pk").values_list("root", "name"):
            known[key].append(name)
    # A line may be printed without a letter, such as a dash: that is the name of nobody.
    return {
        key: [name for name in (*known[key], *printed[key]) if all(_keys(name))] for key in printed
    }


def close_addresses(article: Article) -> int:
    """Let no old address lead to a story whose identities are protected when it names somebody of it.

    Returns how many are gone: they answer that there is nothing, which names nobody.
    """
    own = Redirect.objects.filter(article=article)
    if article.published_on:
        own |= Redirect.objects.filter(target=article.get_absolute_url())
    naming = [
        key
        for key, path in own.values_list("pk", "path")
        if next(named_in(article, unquote(path)), None)
    ]
    Redirect.objects.filter(pk__in=naming).delete()
    return len(naming)


def close_pages(article: Article) -> int:
    """Make private whom readers could know by this story alone; return how many people that are.

    Old addresses of the story that name somebody end with that (`close_addresses`).

    Whoever holds or held an office, or stands in another story that is out, stays as they are. All
    entries of somebody are closed, so that taking a merge back opens none of them.
    """
    close_addresses(article)
    lines = Attendance.objects.filter(article=article)
    named = Person.objects.filter(
        Q(pk__in=lines.values("person")) | Q(pk__in=lines.values("represents_person"))
    )
    root = Coalesce(F("merged_into"), F("pk"))
    entries_of_root = Q(person=OuterRef("pk")) | Q(person__merged_into=OuterRef("pk"))
    elsewhere = Appearance.objects.published().exclude(article=article)
    known_here_alone = Person.objects.filter(
        ~Exists(Tenure.objects.filter(entries_of_root)),
        ~Exists(elsewhere.filter(person=OuterRef("pk"))),
        pk__in=named.annotate(root=root).values("root"),
    )
    roots = list(known_here_alone.values_list("pk", flat=True))
    if not roots:
        return 0
    entries = Person.objects.filter(Q(pk__in=roots) | Q(merged_into__in=roots), is_public=True)
    closed = set(entries.annotate(root=root).values_list("root", flat=True))
    entries.update(is_public=False)
    return len(closed)
