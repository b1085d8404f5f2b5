"""A paid story belongs to a campaign: what was published for money is accounted for."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from articles.checks import Finding
from articles.models import Article

from .models import PaidStory


def has_campaign(article: Article) -> Iterator[Finding]:
    """A check before publishing. What came in by an import is published already and not asked."""
    # A working copy is paid for with the story that it changes.
    story = article.changes_to_id or article.pk
    if article.is_paid and not PaidStory.objects.filter(article=story).exists():
        yield Finding(
            _("No campaign pays for this story yet; the advertising desk adds it to one."),
            True,
            "campaign",
        )
