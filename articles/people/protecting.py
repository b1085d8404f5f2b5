"""What protecting the identities of a story means for the people in it."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from ..models import Appearance, Article, Attendance, Person, Tenure


def close_pages(article: Article) -> int:
    """Make private whom readers could know by this story alone; return how many people that are.

    Whoever holds or held an office, or stands in another story that is out, stays as they are. All
    entries of somebody are closed, so that taking a merge back opens none of them.
    """
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
