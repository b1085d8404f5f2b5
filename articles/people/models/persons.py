"""People the newsroom writes about, under all their spellings."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pagecache.recording import Recorded

from ...addresses import path_of
from .. import names
from ..querysets import PersonQuerySet


class Person(Recorded, models.Model):
    """Somebody the newsroom writes about, in the parts of an Indonesian name.

    The same person may have been entered twice. An entry that was merged into another one stays
    with its name, its address and its lines; whoever asks who somebody is asks the entry that
    stands for it (`standing_entry`).
    """

    RECORDED_AS = "person"

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
    fold_key = models.CharField(max_length=120, editable=False, db_index=True, default="")
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
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("is the same as"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="merged",
        help_text=_("The entry that stands for this one; `people.identity` sets it."),
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
        indexes = [
            # Beginnings of words of the name, as it is and folded: the type-ahead.
            GinIndex(
                SearchVector("name_key", "fold_key", config="simple"),
                name="articles_person_words_idx",
            ),
            # The desk's list.
            models.Index(fields=["name", "id"], name="articles_person_name_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="articles_person_named",
                violation_error_message=_("A person has a name."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="articles_person_not_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.printed_name

    def save(self, *args, **kwargs) -> None:
        # Spelt out, "ß" is two letters: the key can be longer than the name.
        self.name_key = names.name_key(self.name)[:120]
        self.fold_key = names.fold_key(self.name)[:120]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return path_of("person", self.slug)

    @property
    def standing_entry(self) -> "Person":
        """The entry that stands for this one: itself, unless it was merged."""
        return self.merged_into or self

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
    fold_key = models.CharField(max_length=120, editable=False, db_index=True, default="")

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["name", "id"]
        indexes = [
            GinIndex(
                SearchVector("name_key", "fold_key", config="simple"),
                name="articles_alias_words_idx",
            ),
        ]
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
        self.fold_key = names.fold_key(self.name)[:120]
        super().save(*args, **kwargs)
