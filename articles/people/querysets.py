"""Who of the people and institutions has a page of their own in public; nowhere else."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
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
        tenure = apps.get_model("articles", "Tenure").objects
        return self.standing().filter(
            Exists(tenure.filter(person=OuterRef("pk")))
            | Exists(tenure.filter(person__merged_into=OuterRef("pk")))
            | _appears(person=OuterRef("pk")),
            is_public=True,
        )

    def indexed(self) -> PersonQuerySet:
        """People with a page whom search engines may find.

        Whoever was only spoken of and holds no office has a page that readers reach from the
        story, and is not to be found by the name alone (law 27/2022, data minimisation).
        """
        tenure = apps.get_model("articles", "Tenure").objects
        return self.public().filter(
            Exists(tenure.filter(person=OuterRef("pk")))
            | Exists(tenure.filter(person__merged_into=OuterRef("pk")))
            | _appears(
                person=OuterRef("pk"),
                appears_as__in=[kind for kind in AppearsAs if kind != AppearsAs.MENTIONED],
            )
        )


class OrganisationQuerySet(models.QuerySet):
    def public(self) -> OrganisationQuerySet:
        """Institutions with a page: meant to have one, and known by an office or a public story.

        In a story they stand as a delegation or as whom somebody represents; that of an office
        held there is known by the office.
        """
        post = apps.get_model("articles", "Post").objects
        return self.filter(
            Exists(post.filter(organisation=OuterRef("pk")))
            | _appears(organisation=OuterRef("pk")),
            is_public=True,
        )


class AppearanceQuerySet(models.QuerySet):
    def published(self) -> AppearanceQuerySet:
        """Those of stories that the public sees now; agrees with `ArticleQuerySet.published()`."""
        now = timezone.now()
        return self.filter(Q(until__isnull=True) | Q(until__gt=now), at__lte=now)


def _appears(**whose: Any) -> Exists:
    appearance = apps.get_model("articles", "Appearance").objects
    return Exists(appearance.published().filter(**whose))
