"""What the checks said about a comment, in a moderator's words: "why is this here?"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .choices import State
from .models import Screening

# What each step looks for. A step without words here is shown by its name.
STEPS: dict[str, Any] = {
    "completeness": gettext_lazy("Everything the checks go by was known"),
    "honeypot": gettext_lazy("A field that no person sees was left empty"),
    "timing": gettext_lazy("The form came back at a human pace"),
    "account": gettext_lazy("The account's own past"),
    "pace_of_network": gettext_lazy("How much came from the same network"),
    "pace_of_story": gettext_lazy("How much came under the story at once"),
    "links": gettext_lazy("Addresses in the text"),
    "phones": gettext_lazy("Telephone numbers in the text"),
    "words": gettext_lazy("The newsroom's word lists"),
    "repeats": gettext_lazy("The same text sent again"),
    "people": gettext_lazy("An accusation beside a name from the story"),
    "quotes": gettext_lazy("Quotes a comment that was erased"),
    "learned_score": gettext_lazy("What the filter learned from decisions"),
}
OUTCOMES: dict[str, Any] = {
    "pass": gettext_lazy("nothing"),
    "hold": gettext_lazy("hold it"),
    "spam": gettext_lazy("spam"),
    "reject": gettext_lazy("reject it"),
}
_DETAILS: dict[str, Any] = {
    "facts missing": gettext_lazy("the database did not answer in time"),
    "network of a banned account": gettext_lazy("a banned account wrote from the same network"),
    "not reached in time": gettext_lazy("not reached in time"),
    "took too long": gettext_lazy("the check took too long"),
    "failed": gettext_lazy("the check failed; the log says why"),
}


@dataclass(frozen=True)
class Line:
    """One step of a check, in words."""

    step: Any
    outcome: str
    outcome_in_words: Any
    term: str
    detail: str
    decided: bool


@dataclass(frozen=True)
class Why:
    """A whole check. `sentence` is the short answer."""

    screening: Screening
    sentence: str
    lines: list[Line]
    score: str

    @property
    def found(self) -> list[Line]:
        """The steps that objected."""
        return [line for line in self.lines if line.outcome != "pass"]

    @property
    def passed(self) -> list[Line]:
        return [line for line in self.lines if line.outcome == "pass"]


def name_of(rule: str) -> Any:
    """A rule as a moderator calls it; its own name where nobody gave it words."""
    return STEPS.get(rule, rule)


def why(screening: Screening) -> Why:
    """The check in words. Terms and details quote readers: they are text, never markup."""
    lines = [
        Line(
            step=name_of(str(verdict.get("step", ""))),
            outcome=str(verdict.get("outcome", "")),
            outcome_in_words=OUTCOMES.get(str(verdict.get("outcome", "")), ""),
            term=str(verdict.get("term", "")),
            detail=_detail(str(verdict.get("detail", ""))),
            decided=bool(screening.rule) and verdict.get("step") == screening.rule,
        )
        for verdict in screening.verdicts
    ]
    score = "" if screening.score is None else f"{screening.score:.2f}".replace(".", ",")
    return Why(screening, _sentence(screening), lines, score)


def _detail(detail: str) -> str:
    if detail in _DETAILS:
        return str(_DETAILS[detail])
    if match := re.fullmatch(r"(\d+) rejected", detail):
        return _("%(n)s rejected lately") % {"n": match[1]}
    if match := re.fullmatch(r"(\d+) by the author", detail):
        return _("%(n)s by the same account") % {"n": match[1]}
    if match := re.fullmatch(r"(\d+) by others", detail):
        return _("%(n)s by other accounts") % {"n": match[1]}
    return detail


def _sentence(screening: Screening) -> str:
    rule = name_of(screening.rule)
    if not screening.rule:
        if screening.outcome == State.UNREVIEWED:
            return _("No check objected; it is shown and waits for a look.")
        if screening.outcome == State.APPROVED:
            return _("It came from the newsroom.")
        return _("No check objected; here nothing is shown before somebody looked at it.")
    sentences = {
        State.PENDING: _("Held by a check: %(rule)s."),
        State.SPAM: _("Taken for spam by a check: %(rule)s."),
        State.REJECTED: _("Rejected by a check: %(rule)s."),
    }
    return sentences.get(State(screening.outcome), _("Checked: %(rule)s.")) % {"rule": rule}
