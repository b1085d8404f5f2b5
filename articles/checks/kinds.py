"""What a check before publishing is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from django.utils.functional import Promise

from ..choices import Severity
from ..models import Article

# The weakest first.
_BY_STRICTNESS = (Severity.OFF, Severity.ADVISE, Severity.BLOCK)


@dataclass(frozen=True)
class Finding:
    """One thing found: a sentence for the editor.

    A check fills in the first three. `kind` is finer than the check's key where one check finds several
    things, and `count` says how often, so that a story can be compared with itself before a change.
    `is_asked` is whether an editor says why the story may come out all the same.
    """

    message: str
    kind: str = ""
    count: int = 1
    key: str = ""
    severity: Severity = Severity.ADVISE
    is_asked: bool = False

    @property
    def is_blocking(self) -> bool:
        return self.severity == Severity.BLOCK


@dataclass(frozen=True)
class Check:
    """A check: its key for good, its name on the desk, and the function that looks at a saved story.

    `severity` is how strict it is while the newsroom says nothing else, `least` the weakest that the
    newsroom may choose: more than OFF where the law or the press guidelines ask for the check; `source`
    names which. One that is not `is_about_story` is told and never asks for a reason.
    """

    key: str
    label: str | Promise
    look: Callable[[Article], Iterator[Finding]] = field(compare=False)
    severity: Severity = Severity.ADVISE
    least: Severity = Severity.OFF
    source: str | Promise = ""
    is_about_story: bool = True

    @property
    def choices(self) -> list[Severity]:
        """What the newsroom may choose from, the strictest first."""
        weakest = _BY_STRICTNESS.index(self.least)
        return list(reversed(_BY_STRICTNESS[weakest:]))

    def strictness(self, chosen: str | None) -> Severity:
        """How strict it is when the newsroom has chosen that; never weaker than it may be."""
        return Severity(chosen) if chosen in self.choices else self.severity

    def findings(self, article: Article, chosen: str | None) -> Iterator[Finding]:
        """What it finds in a saved story, with what follows from it."""
        severity = self.strictness(chosen)
        if severity == Severity.OFF:
            return
        for finding in self.look(article):
            yield replace(
                finding,
                kind=finding.kind or self.key,
                key=self.key,
                severity=severity,
                is_asked=severity == Severity.ADVISE and self.is_about_story,
            )
