"""Who was there: the register of a story."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...choices import Capacity
from ...search_blocks import Block
from .offices import Post, Tenure
from .organisations import Organisation
from .persons import Person

# What a line says, as the reader of the page sees it.
REGISTER = SearchVector(
    "name_as_printed", "office_as_printed", "group_label", "represents_as_printed", config="simple"
)


class Attendance(models.Model):
    """One line of a story's register: a person, a delegation or a group, as printed that day.

    The printed name and office are history and never follow later changes of the person.
    """

    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        related_name="attendances",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    person = models.ForeignKey(
        Person,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("delegation of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
    )
    group_label = models.CharField(
        _("group"), max_length=120, blank=True, help_text=_("Such as: para kepala sekolah")
    )
    group_count = models.PositiveIntegerField(_("how many"), null=True, blank=True)
    name_as_printed = models.CharField(_("name as printed"), max_length=200, blank=True)
    office_as_printed = models.CharField(_("office as printed"), max_length=200, blank=True)
    tenure = models.ForeignKey(
        Tenure,
        verbose_name=_("tenure"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="attendances",
    )
    capacity = models.CharField(
        _("capacity"), max_length=9, choices=Capacity, default=Capacity.ATTENDED
    )
    represents_person = models.ForeignKey(
        Person,
        verbose_name=_("for the person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="represented_in",
    )
    represents_post = models.ForeignKey(
        Post,
        verbose_name=_("for the office"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="represented_in",
    )
    represents_organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("for the organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="represented_in",
    )
    represents_as_printed = models.CharField(
        _("on behalf of"), max_length=200, blank=True, help_text=_("Such as: Bupati")
    )

    class Meta:
        verbose_name = _("line of the register")
        verbose_name_plural = _("register")
        ordering = ["position", "id"]
        indexes = [
            # /cari/: stories by the names and offices that their registers print, newest blocks first.
            GinIndex(REGISTER + Block("article_id"), name="articles_register_words_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True, group_label="")
                | Q(person__isnull=True, organisation__isnull=False, group_label="")
                | (Q(person__isnull=True, organisation__isnull=True) & ~Q(group_label="")),
                name="articles_attendance_one_subject",
                violation_error_message=_(
                    "A line of the register is one person, one delegation or one group."
                ),
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | ~Q(name_as_printed=""),
                name="articles_attendance_person_printed",
                violation_error_message=_("A person's name stands in the register as printed."),
            ),
            models.CheckConstraint(
                condition=Q(group_count__isnull=True) | (~Q(group_label="") & Q(group_count__gt=0)),
                name="articles_attendance_count_of_group",
                violation_error_message=_("Only a group has a count."),
            ),
            models.CheckConstraint(
                condition=Q(represents_person__isnull=True, represents_post__isnull=True)
                | Q(represents_person__isnull=True, represents_organisation__isnull=True)
                | Q(represents_post__isnull=True, represents_organisation__isnull=True),
                name="articles_attendance_represents_one",
                violation_error_message=_(
                    "Somebody represents one person, office or organisation."
                ),
            ),
            models.CheckConstraint(
                condition=Q(capacity__in=Capacity.values),
                name="articles_attendance_capacity_known",
            ),
            models.UniqueConstraint(
                fields=["article", "person"],
                condition=Q(person__isnull=False),
                name="articles_attendance_person_once",
                violation_error_message=_("This person stands in the register already."),
            ),
            models.UniqueConstraint(
                fields=["article", "organisation", "name_as_printed", "represents_as_printed"],
                condition=Q(organisation__isnull=False),
                name="articles_attendance_delegation_once",
                violation_error_message=_("This delegation stands in the register already."),
            ),
        ]

    def __str__(self) -> str:
        return self.printed_name

    @property
    def printed_name(self) -> str:
        """The line's first words: a name, "perwakilan …", or a group with its count."""
        if self.person_id:
            return self.name_as_printed
        if self.organisation_id and self.organisation:
            return self.name_as_printed or _("representatives of %(organisation)s") % {
                "organisation": self.organisation.short_name or self.organisation.name
            }
        return self.group_label

    @property
    def represented(self) -> str:
        """Whom the line stands in for, as printed; empty when nobody."""
        if self.represents_as_printed:
            return self.represents_as_printed
        if self.represents_person:
            return self.represents_person.printed_name
        if self.represents_post:
            return self.represents_post.title
        return self.represents_organisation.name if self.represents_organisation else ""
