"""What the table of appearances must say: worked out from the registers, line by line."""

from articles.choices import Status
from articles.models import Appearance, Article

# The strongest first.
STRENGTH = ["quoted", "organiser", "attended", "sent", "represented", "mentioned", "office"]

Row = tuple[int, str, int, str]


def worked_out() -> set[Row]:
    """(story, "person" or "organisation", key, appears as) of every public story."""
    found: dict[tuple[int, str, int], str] = {}
    for article in Article.objects.filter(status=Status.PUBLISHED, is_identity_protected=False):
        for line in article.attendances.all():
            for subject, appears_as in _named(line):
                kind = "organisation"
                if hasattr(subject, "merged_into"):
                    kind, subject = "person", subject.merged_into or subject
                key = (article.pk, kind, subject.pk)
                found[key] = min(found.get(key, appears_as), appears_as, key=STRENGTH.index)
    return {(*key, appears_as) for key, appears_as in found.items()}


def written() -> set[Row]:
    """The same, as the database keeps it."""
    rows = Appearance.objects.select_related("article")
    assert all(row.at == row.article.publish_at for row in rows)
    assert all(row.until == row.article.unpublish_at for row in rows)
    return {
        (
            row.article_id,
            "person" if row.person_id else "organisation",
            row.person_id or row.organisation_id,
            row.appears_as,
        )
        for row in rows
    }


def _named(line):
    yield from ((line.person, line.capacity),) if line.person else ()
    yield from ((line.represents_person, "represented"),) if line.represents_person else ()
    yield from ((line.organisation, "sent"),) if line.organisation else ()
    if line.represents_organisation:
        yield line.represents_organisation, "represented"
    if line.represents_post:
        yield line.represents_post.organisation, "represented"
    if line.tenure:
        yield line.tenure.post.organisation, "office"
