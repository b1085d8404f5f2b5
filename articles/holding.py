"""The words of a correction that readers may not read any more, as when they name somebody who must not be known.

The row stays as it was written, and readers see that it stands there, of what kind and since when. `hold` and
`release` are the only doors to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation

from pagecache import instant

from .choices import CorrectionKind
from .models import Article, Correction
from .models.records import held_back_words

if TYPE_CHECKING:
    from accounts.models import User

HELD = ("held_why", "held_at", "held_by")


def hold(correction: Correction, *, why: str, by: User | None) -> None:
    """Show readers its words no more; of one that is held already, say why in other words.

    Raises ValueError without a reason.
    """
    if not why.strip():
        raise ValueError("Nothing is held back without a reason.")
    if not correction.held_why:
        correction.held_at, correction.held_by = instant.now(), by
    correction.held_why = why.strip()
    _save(correction)


def release(correction: Correction, *, by: User | None) -> None:
    """Let readers read it again."""
    correction.held_why, correction.held_at, correction.held_by = "", instant.now(), by
    _save(correction)


def hold_notice(correction: Correction) -> None:
    """Have the address of a withdrawn story show what its notice shows, which is a copy of the correction's words."""
    if correction.kind != CorrectionKind.WITHDRAWAL:
        return
    with translation.override(settings.LANGUAGE_CODE):
        notice = held_back_words() if correction.held_why else correction.text
    Article.objects.filter(pk=correction.article_id).update(withdrawal_notice=notice)


def _save(correction: Correction) -> None:
    with transaction.atomic():
        correction.save(update_fields=HELD)
        hold_notice(correction)
