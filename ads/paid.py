"""A paid story belongs to a campaign: what was published for money is accounted for."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.checks import Check, Finding
from articles.choices import Severity
from articles.models import Article

from .models import PaidStory


def has_campaign(article: Article) -> Iterator[Finding]:
    """A check before publishing. What came in by an import is published already and not asked."""
    # A working copy is paid for with the story that it changes.
    story = article.changes_to_id or article.pk
    if article.is_paid and not PaidStory.objects.filter(article=story).exists():
        yield Finding(
            _("No campaign pays for this story yet; the advertising desk adds it to one.")
        )


def is_sold(article: Article) -> Iterator[Finding]:
    """The other way round: what a campaign pays for carries its label. Press Council guidelines, point 6."""
    story = article.changes_to_id or article.pk
    if not article.is_paid and PaidStory.objects.filter(article=story).exists():
        yield Finding(_("A campaign pays for this story, but its kind is not “Advertorial”."))


CHECKS = (
    Check("campaign", gettext_lazy("Campaign of a paid story"), has_campaign, Severity.BLOCK),
    Check(
        "sold",
        gettext_lazy("Label of a story that a campaign pays for"),
        is_sold,
        Severity.BLOCK,
        least=Severity.BLOCK,
        source=gettext_lazy("Press Council guidelines for cyber media, point 6"),
    ),
)
