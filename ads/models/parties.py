"""Who advertises, under which contract, and what of it the advertiser may look at."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Category(models.Model):
    """A kind of goods or message, and the editorial brakes that hold for it."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    is_held_at_tragedy = models.BooleanField(
        _("not beside a tragedy"),
        default=False,
        help_text=_("Never shown on a story that the newsroom marked as a tragedy."),
    )
    is_political = models.BooleanField(
        _("political"),
        default=False,
        help_text=_("Never shown on days of election silence."),
    )

    class Meta:
        verbose_name = _("category of advertising")
        verbose_name_plural = _("categories of advertising")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="ads_category_named"),
        ]

    def __str__(self) -> str:
        return self.name


class Advertiser(models.Model):
    """Who pays. Never deleted: the database refuses it, as for every row about money."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    contact_name = models.CharField(_("contact"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    contact_phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.TextField(_("address"), blank=True)
    notes = models.TextField(_("notes"), blank=True)
    people = models.ManyToManyField(
        "articles.Person",
        verbose_name=_("linked people"),
        blank=True,
        related_name="+",
        help_text=_("Owner, candidate, face: no advertisement on a story in which they stand."),
    )
    organisations = models.ManyToManyField(
        "articles.Organisation",
        verbose_name=_("linked organisations"),
        blank=True,
        related_name="+",
        help_text=_("No advertisement on a story in which they stand."),
    )
    is_house = models.BooleanField(
        _("ourselves"), default=False, help_text=_("Only this one has house flights.")
    )
    is_archived = models.BooleanField(_("archived"), default=False)
    created_at = models.DateTimeField(_("entered"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("advertiser")
        verbose_name_plural = _("advertisers")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="ads_advertiser_named",
                violation_error_message=_("An advertiser has a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    """One contract with an advertiser: what was agreed, for how much, and with whom."""

    advertiser = models.ForeignKey(
        Advertiser, verbose_name=_("advertiser"), on_delete=models.PROTECT, related_name="campaigns"
    )
    name = models.CharField(_("name"), max_length=120)
    category = models.ForeignKey(
        Category, verbose_name=_("category"), on_delete=models.PROTECT, related_name="+"
    )
    contract = models.CharField(
        _("contract"), max_length=60, blank=True, help_text=_("Its number or where it is filed.")
    )
    contact_name = models.CharField(
        _("contact"), max_length=120, blank=True, help_text=_("When it is not the advertiser's.")
    )
    contact_email = models.EmailField(_("e-mail"), blank=True)
    price = models.DecimalField(
        _("price (Rp)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField(_("entered"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    stories = models.ManyToManyField(
        "articles.Article", through="ads.PaidStory", related_name="campaigns"
    )

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="ads_campaign_named",
                violation_error_message=_("A campaign has a name."),
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0),
                name="ads_campaign_price_not_negative",
                violation_error_message=_("A price is not negative."),
            ),
            models.UniqueConstraint(
                fields=["advertiser", "name"],
                name="ads_campaign_name_unique",
                violation_error_message=_("This advertiser has a campaign of that name."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advertiser} – {self.name}"

    @property
    def email(self) -> str:
        """Where reminders and links for the advertiser go; "" when there is no address."""
        return self.contact_email or self.advertiser.contact_email


class PaidStory(models.Model):
    """A paid story and the campaign that pays for it; one only."""

    article = models.OneToOneField(
        "articles.Article",
        verbose_name=_("story"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="paid_by",
        limit_choices_to={"kind": "paid"},
    )
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("campaign"), on_delete=models.PROTECT, related_name="paid_stories"
    )

    class Meta:
        verbose_name = _("paid story")
        verbose_name_plural = _("paid stories")

    def __str__(self) -> str:
        return str(self.article)


class ReportLink(models.Model):
    """A private address under which an advertiser sees one campaign, or all of its own.

    The address is `key` under the server's secret (`ads.links`), so that who reads the table
    cannot open it. Revoked links stay, with who revoked them.
    """

    advertiser = models.ForeignKey(
        Advertiser,
        verbose_name=_("advertiser"),
        on_delete=models.PROTECT,
        related_name="report_links",
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="report_links",
        help_text=_("Empty: all campaigns of the advertiser."),
    )
    key = models.CharField(max_length=43, unique=True, editable=False)
    created_at = models.DateTimeField(
        pgettext_lazy("link", "made"), db_default=Now(), editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("revoked by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    opened_at = models.DateTimeField(_("last opened"), null=True, editable=False)

    class Meta:
        verbose_name = _("report link")
        verbose_name_plural = _("report links")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="ads_reportlink_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.campaign or self.advertiser)
