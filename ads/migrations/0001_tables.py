"""Advertisers and what they booked, what is shown where, and what is counted of it.

The table of events is made in 0002: Django knows no partitions.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import ads.models.creatives


class Migration(migrations.Migration):
    replaces = [
        ("ads", "0001_initial"),
        ("ads", "0005_rolled_hours"),
        ("ads", "0006_proof_note"),
        ("ads", "0007_kept_and_locked"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("articles", "0006_threads_and_live"),
    ]

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="name")),
                (
                    "is_held_at_tragedy",
                    models.BooleanField(
                        default=False,
                        help_text="Never shown on a story that the newsroom marked as a tragedy.",
                        verbose_name="not beside a tragedy",
                    ),
                ),
                (
                    "is_political",
                    models.BooleanField(
                        default=False,
                        help_text="Never shown on days of election silence.",
                        verbose_name="political",
                    ),
                ),
            ],
            options={
                "verbose_name": "category of advertising",
                "verbose_name_plural": "categories of advertising",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="ads_category_named"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Advertiser",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                (
                    "contact_name",
                    models.CharField(blank=True, max_length=120, verbose_name="contact"),
                ),
                (
                    "contact_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
                ),
                (
                    "contact_phone",
                    models.CharField(blank=True, max_length=40, verbose_name="phone"),
                ),
                ("address", models.TextField(blank=True, verbose_name="address")),
                ("notes", models.TextField(blank=True, verbose_name="notes")),
                (
                    "is_house",
                    models.BooleanField(
                        default=False,
                        help_text="Only this one has house flights.",
                        verbose_name="ourselves",
                    ),
                ),
                ("is_archived", models.BooleanField(default=False, verbose_name="archived")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="entered",
                    ),
                ),
                (
                    "people",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Owner, candidate, face: no advertisement on a story in which they stand.",
                        related_name="+",
                        to="articles.person",
                        verbose_name="linked people",
                    ),
                ),
                (
                    "organisations",
                    models.ManyToManyField(
                        blank=True,
                        help_text="No advertisement on a story in which they stand.",
                        related_name="+",
                        to="articles.organisation",
                        verbose_name="linked organisations",
                    ),
                ),
            ],
            options={
                "verbose_name": "advertiser",
                "verbose_name_plural": "advertisers",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="ads_advertiser_named",
                        violation_error_message="An advertiser has a name.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "advertiser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="ads.advertiser",
                        verbose_name="advertiser",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ads.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "contract",
                    models.CharField(
                        blank=True,
                        help_text="Its number or where it is filed.",
                        max_length=60,
                        verbose_name="contract",
                    ),
                ),
                (
                    "contact_name",
                    models.CharField(
                        blank=True,
                        help_text="When it is not the advertiser's.",
                        max_length=120,
                        verbose_name="contact",
                    ),
                ),
                (
                    "contact_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
                ),
                (
                    "price",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="price (Rp)",
                    ),
                ),
                ("notes", models.TextField(blank=True, verbose_name="notes")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="entered",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "campaign",
                "verbose_name_plural": "campaigns",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="ads_campaign_named",
                        violation_error_message="A campaign has a name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("price__isnull", True), ("price__gte", 0), _connector="OR"
                        ),
                        name="ads_campaign_price_not_negative",
                        violation_error_message="A price is not negative.",
                    ),
                    models.UniqueConstraint(
                        fields=("advertiser", "name"),
                        name="ads_campaign_name_unique",
                        violation_error_message="This advertiser has a campaign of that name.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaidStory",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        limit_choices_to={"kind": "paid"},
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="paid_by",
                        serialize=False,
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paid_stories",
                        to="ads.campaign",
                        verbose_name="campaign",
                    ),
                ),
            ],
            options={
                "verbose_name": "paid story",
                "verbose_name_plural": "paid stories",
            },
        ),
        migrations.CreateModel(
            name="ReportLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "advertiser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_links",
                        to="ads.advertiser",
                        verbose_name="advertiser",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: all campaigns of the advertiser.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_links",
                        to="ads.campaign",
                        verbose_name="campaign",
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=43, unique=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="made",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="revoked"),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="revoked by",
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="last opened"),
                ),
            ],
            options={
                "verbose_name": "report link",
                "verbose_name_plural": "report links",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                            models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="ads_reportlink_revoked_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SilencePeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("days", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="days")),
            ],
            options={
                "verbose_name": "election silence",
                "verbose_name_plural": "election silences",
                "ordering": ["-days"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("days__isempty", False),
                            ("days__lower_inf", False),
                            ("days__upper_inf", False),
                        ),
                        name="ads_silenceperiod_days_whole",
                        violation_error_message="A silence has a first and a last day.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RolledHour",
            fields=[
                (
                    "hour",
                    models.DateTimeField(primary_key=True, serialize=False, verbose_name="hour"),
                ),
                ("rolled_at", models.DateTimeField(verbose_name="time")),
            ],
            options={
                "verbose_name": "hour rolled up",
                "verbose_name_plural": "hours rolled up",
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.SlugField(
                        editable=False, max_length=40, unique=True, verbose_name="key"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "page_class",
                    models.CharField(
                        choices=[
                            ("article", "story"),
                            ("front", "front page"),
                            ("list", "section and other lists"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="page",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="position"
                    ),
                ),
                (
                    "phone_size",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("320x50", "320 × 50"),
                            ("320x100", "320 × 100"),
                            ("300x250", "300 × 250"),
                            ("320x250", "320 × 250"),
                            ("300x600", "300 × 600"),
                            ("320x480", "320 × 480"),
                        ],
                        max_length=7,
                        verbose_name="size on a phone",
                    ),
                ),
                (
                    "desktop_size",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("468x60", "468 × 60"),
                            ("728x90", "728 × 90"),
                            ("970x90", "970 × 90"),
                            ("970x250", "970 × 250"),
                            ("300x250", "300 × 250"),
                            ("336x280", "336 × 280"),
                            ("300x600", "300 × 600"),
                            ("160x600", "160 × 600"),
                            ("640x360", "640 × 360"),
                        ],
                        max_length=7,
                        verbose_name="size on a wide screen",
                    ),
                ),
                (
                    "is_on",
                    models.BooleanField(
                        default=True,
                        help_text="When it is off, no space is kept for it and nothing can be sold there.",
                        verbose_name="stands on the page",
                    ),
                ),
            ],
            options={
                "verbose_name": "placement",
                "verbose_name_plural": "placements",
                "ordering": ["page_class", "position"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("page_class__in", ["article", "front", "list"])),
                        name="ads_placement_page_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "phone_size__in",
                                [
                                    "",
                                    "320x50",
                                    "320x100",
                                    "300x250",
                                    "320x250",
                                    "300x600",
                                    "320x480",
                                ],
                            ),
                            (
                                "desktop_size__in",
                                [
                                    "",
                                    "468x60",
                                    "728x90",
                                    "970x90",
                                    "970x250",
                                    "300x250",
                                    "336x280",
                                    "300x600",
                                    "160x600",
                                    "640x360",
                                ],
                            ),
                            models.Q(
                                models.Q(("phone_size", ""), _negated=True),
                                models.Q(("desktop_size", ""), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="ads_placement_sizes_known",
                        violation_error_message="A placement has a size on one screen at least.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Flight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="flights",
                        to="ads.campaign",
                        verbose_name="campaign",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sponsorship", "sponsorship (a share of all views)"),
                            ("standard", "standard (a number of views)"),
                            ("house", "house (our own, fills what is free)"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "offer"),
                            ("booked", "booked"),
                            ("paused", "paused"),
                            ("stopped", "stopped"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("days", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="days")),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="1 goes first, 9 last, among standard flights that compete.",
                        verbose_name="priority",
                    ),
                ),
                (
                    "share",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Only for a sponsorship.",
                        null=True,
                        verbose_name="share of views (%)",
                    ),
                ),
                (
                    "goal",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Only for a standard flight.",
                        null=True,
                        verbose_name="goal (viewable views)",
                    ),
                ),
                (
                    "cap_per_day",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Counted in the reader's own browser.",
                        null=True,
                        verbose_name="at most a day for one reader",
                    ),
                ),
                (
                    "device",
                    models.CharField(
                        blank=True,
                        choices=[("phone", "phone"), ("desktop", "wide screen")],
                        help_text="Empty: all.",
                        max_length=8,
                        verbose_name="screen",
                    ),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        help_text="1 is Monday, 7 Sunday; empty: all.",
                        size=None,
                        verbose_name="days of the week",
                    ),
                ),
                (
                    "from_hour",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="from hour"
                    ),
                ),
                (
                    "until_hour",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="In the publication's zone; 22 to 4 goes through the night.",
                        null=True,
                        verbose_name="until hour",
                    ),
                ),
                ("reminded_for", models.DateField(editable=False, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="entered",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                (
                    "placements",
                    models.ManyToManyField(
                        related_name="flights", to="ads.placement", verbose_name="placements"
                    ),
                ),
                (
                    "sections",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="articles.section", verbose_name="sections"
                    ),
                ),
                (
                    "tags",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="articles.tag", verbose_name="tags"
                    ),
                ),
                (
                    "places",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Stories from there, or from any place within.",
                        related_name="+",
                        to="articles.place",
                        verbose_name="places",
                    ),
                ),
            ],
            options={
                "verbose_name": "flight",
                "verbose_name_plural": "flights",
                "ordering": ["-id"],
                "permissions": [("book_flight", "Can book, pause and stop flights")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["booked", "paused"])),
                        fields=["state"],
                        name="ads_flight_sold_idx",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("goal__isnull", True),
                                ("kind", "sponsorship"),
                                ("share__isnull", False),
                                ("share__range", (1, 100)),
                            ),
                            models.Q(
                                ("goal__gt", 0),
                                ("goal__isnull", False),
                                ("kind", "standard"),
                                ("share__isnull", True),
                            ),
                            models.Q(
                                ("goal__isnull", True), ("kind", "house"), ("share__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="ads_flight_sells_one_thing",
                        violation_error_message="A sponsorship sells a share of 1 to 100 %, a standard flight a number of views, a house flight neither.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("days__isempty", False),
                            ("days__lower_inf", False),
                            models.Q(
                                ("days__upper_inf", False), ("kind", "house"), _connector="OR"
                            ),
                        ),
                        name="ads_flight_days_whole",
                        violation_error_message="A flight has a first and a last day; only a house flight may stay open.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "booked", "paused", "stopped"])),
                        name="ads_flight_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__range", (1, 9))),
                        name="ads_flight_priority_range",
                        violation_error_message="Priority goes from 1 to 9.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("device__in", ["", "phone", "desktop"])),
                        name="ads_flight_device_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekdays__contained_by", [1, 2, 3, 4, 5, 6, 7])),
                        name="ads_flight_weekdays_known",
                        violation_error_message="Days of the week go from 1 (Monday) to 7 (Sunday).",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_hour__isnull", True), ("until_hour__isnull", True)),
                            models.Q(
                                models.Q(("from_hour", models.F("until_hour")), _negated=True),
                                ("from_hour__isnull", False),
                                ("from_hour__range", (0, 23)),
                                ("until_hour__isnull", False),
                                ("until_hour__range", (0, 24)),
                            ),
                            _connector="OR",
                        ),
                        name="ads_flight_hours_whole",
                        violation_error_message="Hours go from 0 to 24, and need a beginning and an end.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cap_per_day__isnull", True), ("cap_per_day__gt", 0), _connector="OR"
                        ),
                        name="ads_flight_cap_positive",
                        violation_error_message="A cap is one view or more.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BookedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "flight",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="booked_days",
                        to="ads.flight",
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ads.placement",
                    ),
                ),
                ("day", models.DateField()),
                (
                    "section",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.section",
                    ),
                ),
                (
                    "device",
                    models.CharField(
                        blank=True,
                        choices=[("phone", "phone"), ("desktop", "wide screen")],
                        max_length=8,
                    ),
                ),
                ("share", models.PositiveSmallIntegerField(default=0)),
                ("views", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "booked day",
                "verbose_name_plural": "booked days",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("placement", "day", "flight", "section"),
                        name="ads_bookedday_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("share__lte", 100)), name="ads_bookedday_share_range"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlacementDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ads.placement",
                    ),
                ),
                ("day", models.DateField()),
                ("share_sold", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "day of a placement",
                "verbose_name_plural": "days of placements",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("placement", "day"), name="ads_placementday_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("share_sold__lte", 100)),
                        name="ads_placementday_not_oversold",
                        violation_error_message="More than the whole of a placement cannot be sold.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Creative",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "flight",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="creatives",
                        to="ads.flight",
                        verbose_name="flight",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("image", "picture"), ("text", "text")],
                        max_length=5,
                        verbose_name="kind",
                    ),
                ),
                ("images", models.JSONField(default=dict, editable=False)),
                (
                    "alt_text",
                    models.CharField(
                        blank=True,
                        help_text="What the picture says, for who cannot see it. Needed for a picture.",
                        max_length=200,
                        verbose_name="alternative text",
                    ),
                ),
                ("headline", models.CharField(blank=True, max_length=60, verbose_name="headline")),
                ("words", models.CharField(blank=True, max_length=140, verbose_name="text")),
                (
                    "link",
                    models.CharField(
                        help_text="An address that begins with https://.",
                        max_length=500,
                        verbose_name="leads to",
                    ),
                ),
                (
                    "digest",
                    models.GeneratedField(
                        db_persist=True,
                        expression=ads.models.creatives.Digest(),
                        output_field=models.CharField(max_length=32),
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "being made"),
                            ("sent", "with the advertiser"),
                            ("approved", "approved"),
                            ("refused", "changes wanted"),
                            ("retired", "taken out"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("approved_digest", models.CharField(blank=True, editable=False, max_length=32)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="entered",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "creative",
                "verbose_name_plural": "creatives",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "sent", "approved", "refused", "retired"])
                        ),
                        name="ads_creative_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(models.Q(("alt_text", ""), _negated=True), ("kind", "image")),
                            models.Q(
                                models.Q(("headline", ""), _negated=True),
                                ("images", {}),
                                ("kind", "text"),
                            ),
                            _connector="OR",
                        ),
                        name="ads_creative_whole",
                        violation_error_message="A picture needs an alternative text, a text creative a headline.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "link__regex",
                                "^https://([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]([a-z0-9-]*[a-z0-9])?(:[0-9]{1,5})?([/?#][\\x21-\\x5b\\x5d-\\x7e]*)?$",
                            )
                        ),
                        name="ads_creative_link_https",
                        violation_error_message="The address begins with https:// and a host name in small letters, and has no spaces.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            ("approved_digest", models.F("digest")),
                            _connector="OR",
                        ),
                        name="ads_creative_approved_as_it_is",
                        violation_error_message="What was approved has changed; it needs approval again.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("images", {}), ("kind", "image"), ("state", "approved"), _negated=True
                        ),
                        name="ads_creative_approved_has_image",
                        violation_error_message="There is no picture to approve yet.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "creative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proofs",
                        to="ads.creative",
                        verbose_name="creative",
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ads.placement",
                        verbose_name="placement",
                    ),
                ),
                ("address", models.CharField(max_length=300, verbose_name="page")),
                (
                    "image",
                    models.FileField(max_length=200, upload_to="bukti", verbose_name="picture"),
                ),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                (
                    "device",
                    models.CharField(
                        blank=True,
                        choices=[("phone", "phone"), ("desktop", "wide screen")],
                        max_length=8,
                        verbose_name="screen",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="Who took it, and where.",
                        max_length=200,
                        verbose_name="note",
                    ),
                ),
                ("taken_at", models.DateTimeField(verbose_name="taken")),
                (
                    "taken_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: by the server itself.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken by",
                    ),
                ),
            ],
            options={
                "verbose_name": "proof of showing",
                "verbose_name_plural": "proofs of showing",
                "ordering": ["-taken_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("device__in", ["", "phone", "desktop"])),
                        name="ads_proof_device_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HourCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour", models.DateTimeField(verbose_name="hour")),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ads.placement",
                    ),
                ),
                (
                    "creative",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hour_counts",
                        to="ads.creative",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.section",
                    ),
                ),
                (
                    "device",
                    models.CharField(
                        choices=[("phone", "phone"), ("desktop", "wide screen")], max_length=8
                    ),
                ),
                ("served", models.PositiveIntegerField(verbose_name="served")),
                ("measured", models.PositiveIntegerField(verbose_name="measured")),
                ("viewable", models.PositiveIntegerField(verbose_name="viewable")),
                ("clicks", models.PositiveIntegerField(verbose_name="clicks")),
            ],
            options={
                "verbose_name": "hour of a creative",
                "verbose_name_plural": "hours of creatives",
                "indexes": [
                    models.Index(fields=["creative", "hour"], name="ads_hourcount_creative_idx"),
                    models.Index(fields=["placement", "hour"], name="ads_hourcount_placement_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hour", "placement", "creative", "section", "device"),
                        name="ads_hourcount_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("clicks__lte", models.F("viewable")),
                            ("viewable__lte", models.F("measured")),
                            ("measured__lte", models.F("served")),
                        ),
                        name="ads_hourcount_funnel",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Discard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour", models.DateTimeField(verbose_name="hour")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("bot", "a known bot"),
                            ("staff", "somebody of the newsroom"),
                            ("prefetch", "loaded ahead, not looked at"),
                            ("method", "not the way a browser asks (HEAD)"),
                            ("replay", "counted already"),
                            ("late", "more than two hours late"),
                            ("forged", "token not ours, or for something else"),
                            ("early", "sooner than it can have happened"),
                            ("flood", "too many from one connection"),
                            ("foreign", "sent from another site's page"),
                            ("unseen_click", "clicked before it was seen"),
                            ("unserved", "seen or clicked without having been served"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ads.placement",
                    ),
                ),
                (
                    "creative",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discards",
                        to="ads.creative",
                    ),
                ),
                ("count", models.PositiveIntegerField(verbose_name="how many")),
            ],
            options={
                "verbose_name": "not counted",
                "verbose_name_plural": "not counted",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hour", "reason", "placement", "creative"),
                        name="ads_discard_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "bot",
                                    "staff",
                                    "prefetch",
                                    "method",
                                    "replay",
                                    "late",
                                    "forged",
                                    "early",
                                    "flood",
                                    "foreign",
                                    "unseen_click",
                                    "unserved",
                                ],
                            )
                        ),
                        name="ads_discard_reason_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "flight",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="delivery",
                        serialize=False,
                        to="ads.flight",
                    ),
                ),
                ("served", models.PositiveBigIntegerField(default=0, verbose_name="served")),
                ("viewable", models.PositiveBigIntegerField(default=0, verbose_name="viewable")),
                ("clicks", models.PositiveBigIntegerField(default=0, verbose_name="clicks")),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
            },
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="time"
                    ),
                ),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("created", "entered"),
                            ("changed", "changed"),
                            ("booked", "booked"),
                            ("extended", "days changed"),
                            ("paused", "paused"),
                            ("resumed", "resumed"),
                            ("stopped", "stopped"),
                            ("sent", "sent for approval"),
                            ("approved", "approved"),
                            ("refused", "changes wanted"),
                            ("retired", "taken out"),
                            ("reminded", "reminded of the end"),
                            ("link_made", "report link made"),
                            ("link_revoked", "report link revoked"),
                        ],
                        max_length=12,
                        verbose_name="what",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                (
                    "advertiser",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="ads.advertiser",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="ads.campaign",
                    ),
                ),
                (
                    "flight",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="ads.flight",
                    ),
                ),
                (
                    "creative",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="ads.creative",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("changes", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "record",
                "verbose_name_plural": "records",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "deed__in",
                                [
                                    "created",
                                    "changed",
                                    "booked",
                                    "extended",
                                    "paused",
                                    "resumed",
                                    "stopped",
                                    "sent",
                                    "approved",
                                    "refused",
                                    "retired",
                                    "reminded",
                                    "link_made",
                                    "link_revoked",
                                ],
                            )
                        ),
                        name="ads_record_deed_known",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="campaign",
            name="stories",
            field=models.ManyToManyField(
                related_name="campaigns", through="ads.PaidStory", to="articles.article"
            ),
        ),
        migrations.AddField(
            model_name="placement",
            name="fallback",
            field=models.ForeignKey(
                blank=True,
                help_text="An approved creative of a house flight; when empty, a line of our own.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ads.creative",
                verbose_name="shown without script",
            ),
        ),
    ]
