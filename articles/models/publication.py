from django.db import models
from django.utils.translation import gettext_lazy as _

from pagecache import recording
from pagecache.recording import Recorded


class Publication(Recorded, models.Model):
    """The publication itself: its name, and the masthead that Press Law 40/1999, article 12, asks for.

    One row. Its clock and language are settings (TIME_ZONE, LANGUAGE_CODE), since what is
    stored depends on them.
    """

    RECORDED_AS = "site"
    IS_RECORDED_BY_KEY = False

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=80, default="Newsroom")
    tagline = models.CharField(_("line below the name"), max_length=120, blank=True)
    legal_name = models.CharField(_("publishing company"), max_length=120, blank=True)
    responsible_person = models.CharField(_("person responsible"), max_length=120, blank=True)
    address = models.TextField(_("postal address"), blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    masthead = models.TextField(_("masthead"), blank=True, help_text=_("One line each: role: name"))
    ownership = models.TextField(
        _("ownership and funding"),
        blank=True,
        help_text=_("Who owns the publication and what pays for it."),
    )

    shows_versions = models.BooleanField(
        _("show earlier versions of stories"),
        default=False,
        db_default=False,
        help_text=_(
            "Readers see how a story was changed after it came out, also of years ago. Never of stories that protect"
            " identities; an editor may hold versions back, with a reason."
        ),
    )

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publication")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="articles_publication_is_one"),
            models.CheckConstraint(
                condition=~models.Q(name=""), name="articles_publication_is_named"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Publication":
        """The one row, or its defaults before anybody has filled it in."""
        # Also of a row that is not there yet.
        recording.shows(cls.RECORDED_AS)
        return cls.objects.first() or cls()

    @property
    def is_legally_complete(self) -> bool:
        """Whether name, address and responsible person are published (Press Law, article 12)."""
        return all([self.legal_name, self.responsible_person, self.address])

    @property
    def masthead_rows(self) -> list[tuple[str, str]]:
        """Role and name of each line; a line without a colon has no role."""
        rows = []
        for line in filter(None, map(str.strip, self.masthead.splitlines())):
            role, colon, name = line.partition(":")
            rows.append((role.strip(), name.strip()) if colon else ("", role))
        return rows
