"""Who of the people and institutions has a page of their own in public; nowhere else."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.lookups import IsNull
from django.utils import timezone

from ..choices import AppearsAs


class PersonQuerySet(models.QuerySet):
    def standing(self) -> PersonQuerySet:
        """Without the entries that were merged into another one."""
        return self.filter(merged_into__isnull=True)

    def entries_of(self, person: models.Model) -> PersonQuerySet:
        """Every entry of one person: the one that stands, and those that were merged into it."""
        root = getattr(person, "merged_into_id", None) or person.pk
        return self.filter(Q(pk=root) | Q(merged_into=root))

    def public(self) -> PersonQuerySet:
        """People with a page: meant to have one, and known by an office or a public story.

        A register enters people while its story is still a draft; until that story is out,
        and whenever it protects identities or was withdrawn, it makes nobody public.
        """
        return self.standing().filter(
            _appears(person=OuterRef("pk")) | _has_held_office(), is_public=True
        )

    def indexed(self) -> PersonQuerySet:
        """People with a page whom search engines may find.

        Whoever was only spoken of and holds no office has a page that readers reach from the
        story, and is not to be found by the name alone (law 27/2022, data minimisation).
        """
        return self.public().filter(
            _appears(
                person=OuterRef("pk"),
                appears_as__in=[kind for kind in AppearsAs if kind != AppearsAs.MENTIONED],
            )
            | _has_held_office()
        )


class OrganisationQuerySet(models.QuerySet):
    def public(self) -> OrganisationQuerySet:
        """Institutions with a page: meant to have one, and known by an office or a public story.

        In a story they stand as a delegation or as whom somebody represents; that of an office
        held there is known by the office.
        """
        post = apps.get_model("articles", "Post").objects
        return self.filter(
            _is_there(post.filter(organisation=OuterRef("pk")))
            | _appears(organisation=OuterRef("pk")),
            is_public=True,
        )


class AppearanceQuerySet(models.QuerySet):
    def published(self) -> AppearanceQuerySet:
        """Those of stories that the public sees now; agrees with `ArticleQuerySet.published()`."""
        now = timezone.now()
        return self.filter(Q(until__isnull=True) | Q(until__gt=now), at__lte=now)


def _appears(**whose: Any) -> Q:
    appearance = apps.get_model("articles", "Appearance").objects
    return _is_there(appearance.published().filter(**whose))


def _has_held_office() -> Q:
    """Under any entry. Asked entry by entry: a join would read all people."""
    tenure = apps.get_model("articles", "Tenure").objects
    merged = apps.get_model("articles", "Person").objects.filter(
        _is_there(tenure.filter(person=OuterRef("pk"))), merged_into=OuterRef("pk")
    )
    return _is_there(tenure.filter(person=OuterRef("pk"))) | _is_there(merged)


def _is_there(rows: models.QuerySet) -> Q:
    """Whether there is such a row, looked up for each row that is asked about.

    EXISTS says the same; but in a list of sixty people the planner may rather read all offices, to have them ready.
    """
    return Q(IsNull(Subquery(rows.order_by().values_list(Value(1))[:1]), False))
