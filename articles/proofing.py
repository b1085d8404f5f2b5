"""A story before the copy desk: all its texts in one look, and what somebody said of the findings.

Where the engine (`articles.copydesk`) reads one text, a story has several: headline, standfirst,
text and captions. Nothing here changes a text, and nothing found here holds a story up.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from auditlog.choices import Action
from auditlog.models import Entry
from auditlog.writing import write as write_audit

from .copydesk import forms, knowledge, tokens
from .copydesk.findings import HEADLINE, Finding, RegisterLine, StoryFacts
from .copydesk.knowledge import Knowledge
from .copydesk.proofreading import proofread
from .models import Article, IgnoredFinding, OwnWord, WrongForm
from .sent import rows_of, storable

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

# A long story has 10,000 characters. What lies behind this bound is not looked at, and said so.
MOST_CHARACTERS = 100_000
# Nobody mends more in one sitting; a text in another language would have thousands.
MOST_FOUND = 200
# Characters of the sentence shown on each side of the words.
AROUND = 48
# As long as the column.
LONGEST_IGNORED = IgnoredFinding._meta.get_field("text").max_length or 0
LONGEST_WORD = OwnWord._meta.get_field("word").max_length or 0
# Of one form; a story with more has another trouble.
MOST_IGNORED = 500
# How long somebody can take back an own "always right"; later an editor removes the word.
TAKEN_BACK_WITHIN = datetime.timedelta(hours=1)

# In the order in which they are shown: what is surely wrong first.
KINDS: dict[str, str | Promise] = {
    "form": gettext_lazy("Wrong form"),
    "spelling": gettext_lazy("Spelling"),
    "name": pgettext_lazy("of the copy desk", "Name"),
    "office": pgettext_lazy("of the copy desk", "Office"),
    "dateline": pgettext_lazy("of the copy desk", "Dateline"),
    "place": pgettext_lazy("of the copy desk", "Place"),
    "zone": pgettext_lazy("of the copy desk", "Time zone"),
    "headline": pgettext_lazy("of the copy desk", "Headline"),
}
# What can be right everywhere: a word. An office or a zone is right in one story only.
CAN_BE_ALWAYS_RIGHT = frozenset({"form", "spelling", "name", "place"})


class NotAlwaysRight(Exception):
    """A word that is not taken into the list; `str()` is the reason, in the reader's language."""


@dataclass(frozen=True)
class Passage:
    """One text of a story: `field` is its name on the form, `label` what people call it."""

    field: str
    label: str
    text: str


@dataclass(frozen=True)
class Found:
    """A finding with the passage it stands in. Offsets count that passage's characters."""

    passage: Passage
    finding: Finding

    def meets(self, other: Found) -> bool:
        """Whether the two stand at the same words."""
        mine, its = self.finding, other.finding
        is_apart = mine.end <= its.start or its.end <= mine.start
        return self.passage is other.passage and not is_apart

    @property
    def before(self) -> str:
        """The end of what stands before the words in the same line, from a whole word on."""
        start = self.finding.start
        line = self.passage.text[max(0, start - AROUND) : start].rpartition("\n")[2]
        is_cut = start > AROUND and len(line) == AROUND
        return "… " + line.partition(" ")[2] if is_cut else line

    @property
    def after(self) -> str:
        end = self.finding.end
        line = self.passage.text[end : end + AROUND].partition("\n")[0]
        is_cut = len(line) == AROUND and end + AROUND < len(self.passage.text)
        return line.rpartition(" ")[0] + " …" if is_cut else line

    @property
    def kind_label(self) -> str:
        return str(KINDS.get(self.finding.kind, self.finding.kind))

    def as_row(self) -> dict[str, object]:
        """What the form's script gets."""
        return {
            "field": self.passage.field,
            **self.finding.as_row(),
            "reason": str(self.finding.reason),
            "before": self.before,
            "after": self.after,
        }


@dataclass(frozen=True)
class Proof:
    """All that was found. `is_cut` when a part of the story was too long to be looked at,
    `has_failed` when the engine could not read one of its texts.
    """

    found: tuple[Found, ...] = ()
    is_cut: bool = False
    has_failed: bool = False

    @property
    def by_kind(self) -> list[tuple[str, list[Found]]]:
        """The findings under the label of their kind, in the order of KINDS."""
        kinds = dict.fromkeys([*KINDS, *(one.finding.kind for one in self.found)])
        groups = [(kind, [f for f in self.found if f.finding.kind == kind]) for kind in kinds]
        return [(group[0].kind_label, group) for _kind, group in groups if group]


@dataclass(frozen=True)
class Reading:
    """A story as it is to be looked at: its passages, what is known of it, what is ignored."""

    passages: Sequence[Passage]
    facts: StoryFacts = field(default_factory=StoryFacts)
    ignored: frozenset[tuple[str, str]] = frozenset()


def look(reading: Reading) -> Proof:
    """Everything that the copy desk finds in a story and nobody ignored in it.

    The newsroom's knowledge is asked for once, for all passages. A fault of the engine is
    written to the log, said in the answer, and holds no story up.
    """
    found: list[Found] = []
    has_failed = False
    left = MOST_CHARACTERS
    passages = {passage.field: passage for passage in reading.passages}
    # The text comes first: a dateline is one only at the beginning.
    body_first = sorted(reading.passages, key=lambda passage: passage.field != "body")
    everything = "\n".join(passage.text for passage in body_first)[:MOST_CHARACTERS]
    knowledge = Knowledge.load(everything, reading.facts)
    # Only the text is compared with the headline, and opens with a dateline.
    plain = StoryFacts(
        day=reading.facts.day,
        place=reading.facts.place,
        zone=reading.facts.zone,
        register=reading.facts.register,
    )
    for passage in reading.passages:
        text, left = passage.text[:left], left - len(passage.text)
        facts = reading.facts if passage.field == "body" else plain
        read = _read(text, knowledge, facts) if text.strip() else []
        has_failed = has_failed or read is None
        for finding in read or ():
            where = passages.get("headline", passage) if finding.kind == HEADLINE else passage
            one = Found(where, finding)
            is_ignored = key_of(finding.kind, finding.text) in reading.ignored
            # A word of the headline that is misspelt stands in no text of the story either.
            is_twice = finding.kind == HEADLINE and any(one.meets(other) for other in found)
            if not is_ignored and not is_twice:
                found.append(one)
        if left <= 0:
            break
    order = list(passages)
    found.sort(key=lambda one: (order.index(one.passage.field), one.finding.start))
    is_cut = left < 0 or len(found) > MOST_FOUND
    return Proof(tuple(found[:MOST_FOUND]), is_cut=is_cut, has_failed=has_failed)


def _read(text: str, knowledge: Knowledge, facts: StoryFacts) -> list[Finding] | None:
    """What the engine finds, or None when it fails: a bug of ours must not cost a deadline."""
    try:
        return proofread(text, knowledge=knowledge, story=facts)
    except Exception:
        logger.exception("The copy desk could not read a text of %d characters.", len(text))
        return None


def reading_of(article: Article) -> Reading:
    """A saved story as it is to be looked at, in four queries: place, photos, register, ignored."""
    captions = article.article_photos.values_list("caption", flat=True)
    register = article.attendances.filter(person__isnull=False)
    place = article.place
    return Reading(
        passages=story_passages(
            article.headline, article.standfirst, article.body_text, enumerate(captions)
        ),
        facts=StoryFacts(
            headline=article.headline,
            standfirst=article.standfirst,
            day=article.event_on,
            place=place.short_name if place else "",
            zone=place.timezone if place else "",
            register=tuple(
                RegisterLine(*line)
                for line in register.values_list("person", "name_as_printed", "office_as_printed")
            ),
        ),
        ignored=ignored_in(article),
    )


def story_passages(
    headline: str, standfirst: str, body: str, captions: Iterable[tuple[int, str]]
) -> list[Passage]:
    """The passages of a story under the names of their fields on the form."""
    return [
        Passage("headline", capfirst(_("headline")), headline),
        Passage("standfirst", capfirst(_("standfirst")), standfirst),
        Passage("body", capfirst(pgettext("of a story", "text")), body),
        *(
            Passage(
                f"article_photos-{row}-caption",
                _("Caption of photo %(number)d") % {"number": row + 1},
                caption,
            )
            for row, caption in captions
        ),
    ]


# What somebody said of a finding


def key_of(kind: str, text: str) -> tuple[str, str]:
    """What two findings have in common that are ignored together."""
    return kind, text[:LONGEST_IGNORED].casefold()


def ignored_in(article: Article) -> frozenset[tuple[str, str]]:
    """The keys of the findings that are ignored in a story; none for one that is not saved."""
    if article.pk is None:
        return frozenset()
    return frozenset(key_of(*row) for row in article.ignored_findings.values_list("kind", "text"))


def ignored_on_form(sent: str) -> list[tuple[str, str]]:
    """Read the pairs of kind and words that a form carries until its story is saved.

    Written by a script: whatever is not such a list counts as nothing.
    """
    return [
        (pair[0], storable(pair[1])[:LONGEST_IGNORED])
        for pair in (rows_of(sent) or [])[:MOST_IGNORED]
        if isinstance(pair, list)
        and len(pair) == 2
        and all(isinstance(part, str) and part for part in pair)
        and pair[0] in KINDS
    ]


def ignore(article: Article, pairs: Iterable[tuple[str, str]], *, by: User) -> None:
    """Ignore findings in this story from now on; twice is once. One query."""
    rows = [
        IgnoredFinding(article=article, kind=kind, text=text, ignored_by=by)
        for kind, text in pairs
        if text
    ]
    if rows:
        IgnoredFinding.objects.bulk_create(rows, ignore_conflicts=True)


def heed(article: Article, pairs: Iterable[tuple[str, str]]) -> None:
    """Take back that findings are ignored. One query each."""
    for kind, text in pairs:
        article.ignored_findings.filter(kind=kind, text=text).delete()


def always_right(word: str, kind: str, *, by: User) -> str:
    """Never find this word again, in any story; the answer says so in a sentence.

    Whoever may add words of the house may do this; a form of the editors' table is turned off
    by those who may change that table. NotAlwaysRight says why not.
    """
    word = " ".join(storable(word).split())
    if kind not in CAN_BE_ALWAYS_RIGHT or not any(letter.isalpha() for letter in word):
        raise NotAlwaysRight(_("This can only be ignored: it is right or wrong in one story."))
    if len(word) > LONGEST_WORD:
        raise NotAlwaysRight(
            _("A word of the house has at most %(most)d characters.") % {"most": LONGEST_WORD}
        )
    is_editor = by.has_perm("articles.change_wrongform")
    in_table = list(WrongForm.objects.filter(wrong__iexact=word, is_active=True))
    if kind == "form":
        if not is_editor:
            raise NotAlwaysRight(_("Only an editor changes the table of wrong forms."))
        if in_table:
            _switch(in_table, is_active=False, by=by)
            return _("“%(word)s” is no longer in use in the table of wrong forms.") % {"word": word}
    elif in_table or (not is_editor and _is_made_of_a_wrong_form(word)):
        raise NotAlwaysRight(_("“%(word)s” stands in the table of wrong forms.") % {"word": word})
    if kind == "name" and not is_editor:
        # It would silence the likeness to a known person in every story of everybody.
        raise NotAlwaysRight(_("Only an editor says that of a name; you can ignore it here."))
    OwnWord.objects.bulk_create([OwnWord(word=word, added_by=by)], ignore_conflicts=True)
    return _("“%(word)s” is a word of the house now.") % {"word": word}


def _switch(rows: Collection[WrongForm], *, is_active: bool, by: User) -> None:
    """Turn rows of the editors' table on or off; the history of each says who did."""
    for row in rows:
        row.is_active = is_active
    WrongForm.objects.bulk_update(rows, ["is_active"])
    told = [{"changed": {"fields": [str(WrongForm._meta.get_field("is_active").verbose_name)]}}]
    for row in rows:
        write_audit(Action.CHANGED, by=by, about=row, details={"message": told})


def _turned_off_by(person: User, since: datetime.datetime) -> list[int]:
    kind = WrongForm._meta.label_lower
    logged = Entry.objects.filter(kind=kind, account=person.pk, at__gte=since)
    return [int(pk) for pk in logged.values_list("object_id", flat=True)]


def _is_made_of_a_wrong_form(word: str) -> bool:
    """ "diijinkan" is made of "ijin", which the table has."""
    table = knowledge.Knowledge.load(word).forms
    return any(forms.check(word, list(tokens.words(word)), table))


def not_always_right(word: str, kind: str, *, by: User) -> bool:
    """Take back one's own `always_right` of the last hour; whether there was one."""
    word = " ".join(storable(word).split())
    since = timezone.now() - TAKEN_BACK_WITHIN
    own = OwnWord.objects.filter(word__iexact=word, added_by=by, added_at__gte=since)
    with transaction.atomic():
        taken = own.delete()[0]
        if not taken and kind == "form" and by.has_perm("articles.change_wrongform"):
            rows = WrongForm.objects.filter(wrong__iexact=word, is_active=False)
            mine = rows.filter(pk__in=_turned_off_by(by, since))
            _switch(turned_off := list(mine), is_active=True, by=by)
            taken = len(turned_off)
    return bool(taken)
