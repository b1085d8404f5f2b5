"""Who of the people and institutions has a page of their own in public; nowhere else."""

from __future__ import annotations

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q


class PersonQuerySet(models.QuerySet):
    def public(self) -> PersonQuerySet:
        """People with a page: meant to have one, and known by an office or a public story.

        A register enters people while its story is still a draft; until that story is out,
        and whenever it protects identities or was withdrawn, it makes nobody public.
        """
        tenure = apps.get_model("articles", "Tenure")
        return self.filter(
            Exists(tenure.objects.filter(person=OuterRef("pk")))
            | _stands_in_public(Q(person=OuterRef("pk")))
            | _stands_in_public(Q(represents_person=OuterRef("pk"))),
            is_public=True,
        )


class OrganisationQuerySet(models.QuerySet):
    def public(self) -> OrganisationQuerySet:
        """Institutions with a page: meant to have one, and known by an office or a public story.

        In a story they stand as a delegation or as whom somebody represents; that of an office
        held there is known by the office.
        """
        post = apps.get_model("articles", "Post")
        return self.filter(
            Exists(post.objects.filter(organisation=OuterRef("pk")))
            | _stands_in_public(Q(organisation=OuterRef("pk")))
            | _stands_in_public(Q(represents_organisation=OuterRef("pk"))),
            is_public=True,
        )


def _stands_in_public(which: Q) -> Exists:
    """Whether a line like that stands in the register of a story whose names are public."""
    attendance = apps.get_model("articles", "Attendance")
    stories = apps.get_model("articles", "Article").objects.published().unprotected()
    return Exists(attendance.objects.filter(which, article__in=stories))
