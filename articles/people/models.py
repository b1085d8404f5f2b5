"""People, institutions, offices, who held which when, and who was there."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..choices import Capacity, DatePrecision, TenureKind
from . import names
from .querysets import OrganisationQuerySet, PersonQuerySet


class Person(models.Model):
    """Somebody the newsroom writes about, in the parts of an Indonesian name."""

    religious_prefix = models.CharField(
        _("religious title"), max_length=20, blank=True, help_text=_("H., Hj., K.H.")
    )
    academic_prefix = models.CharField(
        _("academic title"), max_length=30, blank=True, help_text=_("Prof., Dr., Drs., Ir.")
    )
    rank = models.CharField(_("rank"), max_length=30, blank=True, help_text=_("AKBP, Letkol Inf."))
    name = models.CharField(
        _("name"),
        max_length=120,
        help_text=_("Without titles; Andi, Daeng and Puang belong to it."),
    )
    degrees = models.CharField(_("degrees"), max_length=80, blank=True, help_text=_("S.E., M.Si."))
    name_key = models.CharField(max_length=120, editable=False, db_index=True)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    photo = models.ForeignKey(
        "articles.Photo",
        verbose_name=_("portrait"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    note = models.TextField(_("note"), blank=True, help_text=_("A line for the public page."))
    is_public = models.BooleanField(
        _("has a public page"),
        default=False,
        help_text=_("Only holders of offices and public figures; never minors or victims."),
    )
    created_at = models.DateTimeField(_("entered"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="articles_person_named",
                violation_error_message=_("A person has a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.printed_name

    def save(self, *args, **kwargs) -> None:
        # Spelt out, "ß" is two letters: the key can be longer than the name.
        self.name_key = names.name_key(self.name)[:120]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("articles:person", args=[self.slug])

    @property
    def initials(self) -> str:
        """One or two letters in the place of a portrait: those of the first and the last word."""
        letters = [word[0].upper() for word in self.name.split() if word[0].isalpha()]
        return "".join(letters[:1] + letters[1:][-1:])

    @property
    def printed_name(self) -> str:
        """The whole name, as at the first mention: "Dr. Hj. Andi Karsina, S.E., M.Si."."""
        return names.compose(
            names.NameParts(
                self.religious_prefix, self.academic_prefix, self.rank, self.name, self.degrees
            )
        )


class PersonAlias(models.Model):
    """Another spelling under which a person is found."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("other name or spelling"), max_length=120)
    name_key = models.CharField(max_length=120, editable=False, db_index=True)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name"],
                name="articles_personalias_unique",
                violation_error_message=_("This name is noted already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.name_key = names.name_key(self.name)[:120]
        super().save(*args, **kwargs)


class Organisation(models.Model):
    """An institution: an office of government, a council, a school, a company, a club."""

    name = models.CharField(_("name"), max_length=160)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
    )
    place = models.ForeignKey(
        "articles.Place",
        verbose_name=_("place"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
    )
    note = models.TextField(_("note"), blank=True, help_text=_("A line for the public page."))
    is_public = models.BooleanField(_("has a public page"), default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="articles_organisation_named",
                violation_error_message=_("An organisation has a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:organisation", args=[self.slug])


class OrganisationAlias(models.Model):
    """Another name or an abbreviation under which an organisation is found."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("other name or abbreviation"), max_length=160)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="articles_organisationalias_unique",
                violation_error_message=_("This name is noted already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """An office, whoever holds it: "Wakil Bupati" of the regency's government."""

    title = models.CharField(pgettext_lazy("of an office", "title"), max_length=120)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="posts"
    )
    place = models.ForeignKey(
        "articles.Place",
        verbose_name=_("place"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
    )
    seats = models.PositiveSmallIntegerField(_("seats"), default=1)
    protocol_rank = models.PositiveSmallIntegerField(
        _("order of protocol"), default=500, help_text=_("Lower stands higher in a list.")
    )

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["protocol_rank", "title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "title"],
                name="articles_post_unique",
                violation_error_message=_("The organisation has this post already."),
            ),
            models.CheckConstraint(condition=~Q(title=""), name="articles_post_titled"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="articles_post_has_a_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.title} – {self.organisation}"


class Tenure(models.Model):
    """A person's time in a post. Times may overlap: several offices at once are common."""

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.CASCADE, related_name="tenures"
    )
    post = models.ForeignKey(
        Post, verbose_name=_("post"), on_delete=models.PROTECT, related_name="tenures"
    )
    kind = models.CharField(
        _("held as"), max_length=10, choices=TenureKind, default=TenureKind.DEFINITIVE
    )
    started_on = models.DateField(_("from"), null=True, blank=True)
    start_precision = models.CharField(
        _("exact to the"), max_length=7, choices=DatePrecision, default=DatePrecision.DAY
    )
    ended_on = models.DateField(_("until"), null=True, blank=True)
    end_precision = models.CharField(
        _("exact to the"), max_length=7, choices=DatePrecision, default=DatePrecision.DAY
    )

    class Meta:
        verbose_name = _("tenure")
        verbose_name_plural = _("tenures")
        ordering = [F("started_on").desc(nulls_last=True), "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(started_on__isnull=True)
                | Q(ended_on__isnull=True)
                | Q(ended_on__gte=F("started_on")),
                name="articles_tenure_ends_after_start",
                violation_error_message=_("An office ends after it began."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=TenureKind.values), name="articles_tenure_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.printed_title}"

    @property
    def printed_title(self) -> str:
        """The office as a story prints it: "Plt. Kepala Dinas Pendidikan"."""
        acting = "" if self.kind == TenureKind.DEFINITIVE else f"{self.kind.capitalize()}. "
        return acting + self.post.title


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
            # /cari/: stories by the names and offices that their registers print.
            GinIndex(
                SearchVector(
                    *("name_as_printed", "office_as_printed", "group_label"),
                    "represents_as_printed",
                    config="simple",
                ),
                name="articles_register_search_idx",
            ),
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
