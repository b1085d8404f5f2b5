"""What the checks said about a comment, in a moderator's words: "why is this here?"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .choices import State
from .models import Screening

# What each step looks at, whatever it found. A step without words here is shown by its name.
STEPS: dict[str, Any] = {
    "completeness": gettext_lazy("Whether everything was known"),
    "honeypot": gettext_lazy("Trap field"),
    "timing": gettext_lazy("Speed of sending"),
    "account": gettext_lazy("The account's past"),
    "pace_of_network": gettext_lazy("Comments from one network"),
    "pace_of_story": gettext_lazy("Comments under one story"),
    "links": gettext_lazy("Links"),
    "phones": gettext_lazy("Telephone numbers"),
    "words": gettext_lazy("Word lists"),
    "repeats": gettext_lazy("Repetition"),
    "people": gettext_lazy("Accusations"),
    "identities": gettext_lazy("Protected identities"),
    "quotes": gettext_lazy("Quotes of erased comments"),
    "learned_score": gettext_lazy("Spam filter"),
}
# What a step found when it objected; `more` are the quoted words and the detail, or nothing.
FOUND: dict[str, Any] = {
    "completeness": gettext_lazy("a check lacked what it goes by%(more)s"),
    "honeypot": gettext_lazy("the trap field was filled in%(more)s"),
    "timing": gettext_lazy("the form was sent too quickly%(more)s"),
    "account": gettext_lazy("the account's past speaks against it%(more)s"),
    "pace_of_network": gettext_lazy("very many comments came from the same network%(more)s"),
    "pace_of_story": gettext_lazy("very many comments came under the story at once%(more)s"),
    "links": gettext_lazy("it has a link%(more)s"),
    "phones": gettext_lazy("it has a telephone number%(more)s"),
    "words": gettext_lazy("it has words of the list%(more)s"),
    "repeats": gettext_lazy("the same text was sent before%(more)s"),
    "people": gettext_lazy("it accuses somebody whom the story names%(more)s"),
    "identities": gettext_lazy("it names somebody whom the story protects%(more)s"),
    "quotes": gettext_lazy("it quotes a comment that was erased%(more)s"),
    "learned_score": gettext_lazy("it resembles what moderators took for spam%(more)s"),
}
# Their details name words of the list, which are quoted like the first.
_QUOTED_DETAILS = {"words"}
OUTCOMES: dict[str, Any] = {
    "pass": gettext_lazy("no finding"),
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
    found: str
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
    lines = [_line(verdict, screening) for verdict in screening.verdicts]
    score = "" if screening.score is None else f"{screening.score:.2f}".replace(".", ",")
    return Why(screening, _sentence(screening, lines), lines, score)


def _line(verdict: dict[str, Any], screening: Screening) -> Line:
    step, outcome = str(verdict.get("step", "")), str(verdict.get("outcome", ""))
    term, detail = str(verdict.get("term", "")), str(verdict.get("detail", ""))
    quoted = [term] if term else []
    if step in _QUOTED_DETAILS and detail and outcome != "pass":
        quoted += detail.split(", ")
        detail = ""
    detail = _detail(detail)
    more = f" {', '.join(f'“{word}”' for word in quoted)}" if quoted else ""
    # Nothing of a reader's may be taken for a placeholder.
    sentence = str(FOUND.get(step, "")) or f"{step}%(more)s"
    if detail:
        more += f" ({detail})"
    return Line(
        step=name_of(step),
        outcome=outcome,
        outcome_in_words=OUTCOMES.get(outcome, ""),
        term=term,
        detail=detail,
        found=sentence.replace("%(more)s", more),
        decided=bool(screening.rule) and step == screening.rule,
    )


def _detail(detail: str) -> str:
    if detail in _DETAILS:
        return str(_DETAILS[detail])
    if match := re.fullmatch(r"(\d+) rejected", detail):
        return _("%(n)s rejected lately") % {"n": match[1]}
    if match := re.fullmatch(r"(\d+) by the author", detail):
        return _("%(n)s by the same account") % {"n": match[1]}
    if match := re.fullmatch(r"(\d+) by others", detail):
        return _("%(n)s by other accounts") % {"n": match[1]}
    if match := re.fullmatch(r"(\d+\.\d+) s", detail):
        return _("%(n)s seconds") % {"n": localize(float(match[1]))}
    return detail


def _sentence(screening: Screening, lines: list[Line]) -> str:
    if not screening.rule:
        if screening.outcome == State.UNREVIEWED:
            return _("No check objected; it is shown and waits for a look.")
        if screening.outcome == State.APPROVED:
            return _("It came from the newsroom.")
        return _("No check objected; here nothing is shown before somebody looked at it.")
    found = next((line.found for line in lines if line.decided), "")
    found = found or str(name_of(screening.rule))
    sentences = {
        State.PENDING: _("Held because %(found)s."),
        State.SPAM: _("Taken for spam because %(found)s."),
        State.REJECTED: _("Rejected because %(found)s."),
    }
    return sentences.get(State(screening.outcome), _("Checked: %(found)s.")) % {"found": found}
