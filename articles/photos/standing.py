"""What stands with a photo wherever it is printed: filled where it is missing, taken from no public story."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..choices import Status
from ..models import Photo


def fill(
    photo: Photo,
    *,
    credit: str = "",
    caption: str = "",
    alt_text: str = "",
    is_ai_generated: bool = False,
) -> None:
    """Write of these what the photo lacks, and nothing over what it has.

    For forms that write before anybody has read them over (a draft, a working copy, a save that came too late):
    the photo is printed in other stories too. The row in the database decides, not what the form was shown.
    """
    rows = Photo.objects.filter(pk=photo.pk)
    for name, text in (("credit", credit), ("caption", caption), ("alt_text", alt_text)):
        if text.strip() and not getattr(photo, name):
            rows.filter(**{name: ""}).update(**{name: text})
    if is_ai_generated and not photo.is_ai_generated:
        rows.filter(is_ai_generated=False).update(is_ai_generated=True)
    photo.refresh_from_db(fields=["credit", "caption", "alt_text", "is_ai_generated"])


def stands_in_public(photo: Photo) -> bool:
    """Whether a story that is out, or will come out by the clock, has the photo, or its live coverage has."""
    if photo.uses.filter(article__status=Status.PUBLISHED).exists():
        return True
    entries = photo.live_entries.filter(withdrawn_at__isnull=True)
    return entries.filter(coverage__article__status=Status.PUBLISHED).exists()


def why_not_reworded(photo: Photo, *, credit: str, is_ai_generated: bool, may_any: bool) -> str:
    """Why this may not be the photo's credit and label from now on, as a sentence; empty when it may.

    `photo` is as it was before; `may_any` is whether the person may change photos that others use
    (`articles.change_photo`). The press rules ask for the credit of every picture that is printed.
    """
    is_same = credit == photo.credit and is_ai_generated >= photo.is_ai_generated
    if is_same or not stands_in_public(photo):
        return ""
    if photo.credit and not credit.strip():
        return _(
            "The photo stands in a story that is public or scheduled: its credit cannot be empty."
        )
    if may_any:
        return ""
    return _(
        "The photo stands in a story that is public or scheduled: an editor changes its credit and label."
    )
