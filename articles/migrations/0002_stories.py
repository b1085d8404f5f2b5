"""Stories with their sections, tags and bylines, their photos, and what they are related to."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import taggit.managers
from django.conf import settings
from django.db import migrations, models

import articles.models.searched
import articles.search_blocks
import pagecache.recording


class Migration(migrations.Migration):
    replaces = [
        ("articles", "0001_initial"),
        ("articles", "0005_addresses"),
        ("articles", "0006_tragedy_and_views"),
        ("articles", "0007_views_in_index"),
        ("articles", "0022_photo_renditions"),
        ("articles", "0030_search_by_month"),
        ("articles", "0031_desk_searches"),
        ("articles", "0032_withdrawals_that_wait"),
        ("articles", "0034_search_as_printed"),
        ("articles", "0037_photo_cards"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("articles", "0001_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Section",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="address")),
                (
                    "description",
                    models.CharField(blank=True, max_length=200, verbose_name="description"),
                ),
                (
                    "colour",
                    models.CharField(
                        default="#23395b",
                        help_text="A thin rule and the label; dark enough to read on white, as #rrggbb.",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-f]{6}$", "Write the colour as #rrggbb."
                            )
                        ],
                        verbose_name="colour",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "section",
                "verbose_name_plural": "sections",
                "ordering": ["position", "name", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("colour__regex", "^#[0-9a-f]{6}$")),
                        name="articles_section_colour_hex",
                        violation_error_message="Write the colour as #rrggbb.",
                    )
                ],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True, max_length=100, unique=True, verbose_name="slug"
                    ),
                ),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "ordering": ["name"],
                "indexes": [
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("name"), name="text_pattern_ops"
                        ),
                        name="articles_tag_upper_name_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        name="articles_tag_name_unique",
                        violation_error_message="This tag is there already, perhaps in another case.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("slug__regex", "^[-a-zA-Z0-9_]+$")),
                        name="articles_tag_has_address",
                        violation_error_message="A tag needs an address of Latin letters, digits and hyphens.",
                    ),
                ],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.CreateModel(
            name="Author",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("slug", models.SlugField(max_length=120, unique=True, verbose_name="address")),
                (
                    "initials",
                    models.CharField(
                        blank=True,
                        help_text="Printed at the end of a story.",
                        max_length=12,
                        verbose_name="initials",
                    ),
                ),
                ("bio", models.TextField(blank=True, verbose_name="about")),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="author",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "author",
                "verbose_name_plural": "authors",
                "ordering": ["name", "id"],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("headline", models.CharField(max_length=250, verbose_name="headline")),
                (
                    "standfirst",
                    models.TextField(
                        blank=True,
                        help_text="One or two sentences: what happened and why it matters.",
                        verbose_name="standfirst",
                    ),
                ),
                ("body", models.TextField(blank=True, verbose_name="text")),
                (
                    "slug",
                    models.SlugField(
                        help_text="Made from the headline when left empty.",
                        max_length=120,
                        verbose_name="address",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("news", "news"),
                            ("feature", "feature"),
                            ("opinion", "opinion"),
                            ("paid", "Advertorial"),
                        ],
                        default="news",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "sponsor",
                    models.CharField(
                        blank=True,
                        help_text="Only for a paid story.",
                        max_length=120,
                        verbose_name="paid for by",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="articles",
                        to="articles.section",
                        verbose_name="section",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        help_text="Where the story comes from; its clock is printed with it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="articles",
                        to="articles.place",
                        verbose_name="dateline",
                    ),
                ),
                (
                    "event_on",
                    models.DateField(
                        blank=True,
                        help_text="Offices are those of this day; when empty, those of the day of writing.",
                        null=True,
                        verbose_name="date of the event",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("in_review", "in review"),
                            ("returned", "returned"),
                            ("approved", "approved"),
                            ("published", "published"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "publish_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="publication"
                    ),
                ),
                (
                    "published_on",
                    models.DateField(
                        editable=False,
                        help_text="Day of first publication in the publication's zone.",
                        null=True,
                        verbose_name="date in the address",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        editable=False,
                        help_text="The last real change after publication, as readers see it.",
                        null=True,
                        verbose_name="updated",
                    ),
                ),
                (
                    "desk_note",
                    models.TextField(
                        blank=True, editable=False, verbose_name="note to the reporter"
                    ),
                ),
                (
                    "is_identity_protected",
                    models.BooleanField(
                        default=False,
                        help_text="Children and victims: nobody in this story is named in public.",
                        verbose_name="identities protected",
                    ),
                ),
                (
                    "is_unverified",
                    models.BooleanField(
                        default=False,
                        help_text="Prints the note that the press guidelines (point 2c) ask for.",
                        verbose_name="not verified yet",
                    ),
                ),
                (
                    "is_tragedy",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Death, disaster, violence: keeps cheerful advertising off this story.",
                        verbose_name="tragedy",
                    ),
                ),
                (
                    "not_before",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="The story does not come out before this time.",
                        null=True,
                        verbose_name="embargo",
                    ),
                ),
                (
                    "unpublish_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="From this time on the address says that the story is not public any more.",
                        null=True,
                        verbose_name="public until",
                    ),
                ),
                (
                    "live",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "no live coverage"),
                            ("running", "live coverage runs"),
                            ("ended", "live coverage has ended"),
                        ],
                        db_default="",
                        default="",
                        editable=False,
                        help_text="Whether there is live coverage: a copy of what `Coverage` says, kept by triggers.",
                        max_length=7,
                    ),
                ),
                (
                    "changes_to",
                    models.OneToOneField(
                        editable=False,
                        help_text="The public story whose next version this row is; see articles.changes.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="working_copy",
                        to="articles.article",
                        verbose_name="changes to",
                    ),
                ),
                (
                    "withdrawal_ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hatred", "ethnic, religious or racial hatred"),
                            ("decency", "decency"),
                            ("child_protection", "the future of a child"),
                            ("victim_trauma", "the traumatic experience of a victim"),
                            ("press_council", "another ground named by the Press Council"),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="ground of withdrawal",
                    ),
                ),
                (
                    "withdrawal_notice",
                    models.TextField(blank=True, editable=False, verbose_name="public notice"),
                ),
                ("withdrawal_requested_at", models.DateTimeField(editable=False, null=True)),
                (
                    "withdrawal_requested_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True)),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=0,
                        editable=False,
                        help_text="Number of the revision that the row is; a form that saw an older one is stale.",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="begun",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="articles_begun",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="begun by",
                    ),
                ),
                ("saved_at", models.DateTimeField(auto_now=True, verbose_name="saved")),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=articles.models.searched.ArticleSearchVector(),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "story",
                "verbose_name_plural": "stories",
                "ordering": ["-publish_at", "-id"],
                "permissions": [
                    ("submit_article", "Can submit a story"),
                    ("review_article", "Can return and approve stories"),
                    ("publish_article", "Can publish and schedule stories"),
                    ("request_withdrawal", "Can ask for a withdrawal"),
                    ("withdraw_article", "Can withdraw a story"),
                    ("change_any_article", "Can edit the stories of others"),
                ],
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("publish_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("status", "published")),
                        name="articles_latest_idx",
                    ),
                    models.Index(
                        models.F("section"),
                        models.OrderBy(models.F("publish_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("status", "published")),
                        name="articles_section_latest_idx",
                    ),
                    models.Index(
                        condition=models.Q(
                            models.Q(("status", "published"), _negated=True),
                            models.Q(("status", "withdrawn"), _negated=True),
                        ),
                        fields=["status", "saved_at"],
                        name="articles_desk_idx",
                    ),
                    models.Index(
                        models.F("status"),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("status", "published"), _negated=True),
                        name="articles_state_idx",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("status", "published"), ("withdrawal_requested_at__isnull", False)
                        ),
                        fields=["withdrawal_requested_at", "id"],
                        name="articles_withdrawal_idx",
                    ),
                    models.Index(
                        condition=models.Q(("not_before__isnull", False)),
                        fields=["not_before"],
                        name="articles_embargo_idx",
                    ),
                    models.Index(
                        condition=models.Q(("unpublish_at__isnull", False)),
                        fields=["unpublish_at"],
                        name="articles_end_idx",
                    ),
                    models.Index(
                        models.F("section"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="articles_section_desk_idx",
                    ),
                    models.Index(
                        models.F("kind"),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("kind", "news"), _negated=True),
                        name="articles_kind_idx",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.SearchVector(
                                "headline", config="simple"
                            ),
                            "||",
                            articles.search_blocks.Block("id"),
                            django.contrib.postgres.search.SearchConfig("simple"),
                        ),
                        name="articles_headline_words_idx",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search"], name="articles_search_idx"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "draft",
                                    "in_review",
                                    "returned",
                                    "approved",
                                    "published",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="articles_article_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["news", "feature", "opinion", "paid"])),
                        name="articles_article_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["published", "withdrawn"]), _negated=True),
                            models.Q(
                                ("publish_at__isnull", False), ("published_on__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="articles_article_published_has_date",
                        violation_error_message="A published story has a time of publication.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("headline", ""), _negated=True),
                            models.Q(("slug", ""), _negated=True),
                        ),
                        name="articles_article_named",
                        violation_error_message="A story needs a headline and an address.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "paid"), ("status", "published"), _negated=True),
                            models.Q(("sponsor", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="articles_article_paid_has_sponsor",
                        violation_error_message="A paid story names who paid for it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawal_requested_at__isnull", True),
                                ("withdrawal_requested_by__isnull", True),
                            ),
                            models.Q(
                                models.Q(("withdrawal_ground", ""), _negated=True),
                                models.Q(("withdrawal_notice", ""), _negated=True),
                                (
                                    "withdrawal_ground__in",
                                    [
                                        "hatred",
                                        "decency",
                                        "child_protection",
                                        "victim_trauma",
                                        "press_council",
                                    ],
                                ),
                                ("withdrawal_requested_at__isnull", False),
                                ("withdrawal_requested_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="articles_article_withdrawal_request_whole",
                        violation_error_message="A withdrawal needs a ground, a notice and a person.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("status", "withdrawn"), _negated=True),
                                ("withdrawn_at__isnull", True),
                                ("withdrawn_by__isnull", True),
                            ),
                            models.Q(
                                models.Q(
                                    ("withdrawn_by", models.F("withdrawal_requested_by")),
                                    _negated=True,
                                ),
                                ("status", "withdrawn"),
                                ("withdrawal_requested_at__isnull", False),
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="articles_article_withdrawn_by_two",
                        violation_error_message="A story is withdrawn by two different people.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "published"), _negated=True),
                            ("not_before__isnull", True),
                            ("publish_at__gte", models.F("not_before")),
                            _connector="OR",
                        ),
                        name="articles_article_embargo_kept",
                        violation_error_message="The story is under embargo until a later time.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("unpublish_at__isnull", True),
                            ("unpublish_at__gt", models.F("publish_at")),
                            _connector="OR",
                        ),
                        name="articles_article_ends_after_it_begins",
                        violation_error_message="A story ends after it came out.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("changes_to__isnull", True),
                            models.Q(
                                ("not_before__isnull", True),
                                ("publish_at__isnull", True),
                                ("published_on__isnull", True),
                                ("status__in", ["draft", "in_review", "returned", "approved"]),
                                ("unpublish_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="articles_article_working_copy_never_public",
                        violation_error_message="A working copy is not public itself.",
                    ),
                    models.UniqueConstraint(
                        fields=("published_on", "slug"),
                        name="articles_article_address_unique",
                        violation_error_message="Another story of this day has this address.",
                    ),
                ],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.CreateModel(
            name="Byline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bylines",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bylines",
                        to="articles.author",
                        verbose_name="author",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("reporter", "reporter"),
                            ("contributor", "contributor"),
                            ("photographer", "photographer"),
                            ("editor", "editor"),
                        ],
                        default="reporter",
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("listed_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "byline",
                "verbose_name_plural": "bylines",
                "ordering": ["position", "id"],
                "indexes": [
                    models.Index(
                        models.F("author"),
                        models.OrderBy(models.F("listed_at"), descending=True),
                        models.OrderBy(models.F("article_id"), descending=True),
                        condition=models.Q(("listed_at__isnull", False)),
                        name="articles_author_latest_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("article", "author", "role"),
                        name="articles_byline_unique",
                        violation_error_message="This author stands there already in the same role.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["reporter", "contributor", "photographer", "editor"])
                        ),
                        name="articles_byline_role_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticlePhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="article_photos",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="articles.photo",
                        verbose_name="photo",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("caption", models.TextField(blank=True, verbose_name="caption")),
                (
                    "alt_text",
                    models.CharField(
                        blank=True,
                        help_text="What is to be seen, for readers who cannot see it.",
                        max_length=300,
                        verbose_name="alternative text",
                    ),
                ),
            ],
            options={
                "verbose_name": "photo of the story",
                "verbose_name_plural": "photos of the story",
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("article", "photo"),
                        name="articles_articlephoto_unique",
                        violation_error_message="This photo is in the story already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaggedArticle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tagged_articles",
                        to="articles.tag",
                        verbose_name="tag",
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                ("listed_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "tag of a story",
                "verbose_name_plural": "tags of stories",
                "indexes": [
                    models.Index(
                        models.F("tag"),
                        models.OrderBy(models.F("listed_at"), descending=True),
                        models.OrderBy(models.F("content_object_id"), descending=True),
                        condition=models.Q(("listed_at__isnull", False)),
                        name="articles_tag_latest_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("content_object", "tag"), name="articles_taggedarticle_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RelatedArticle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="related_links",
                        to="articles.article",
                    ),
                ),
                (
                    "related",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="articles.article",
                        verbose_name="related story",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "related story",
                "verbose_name_plural": "related stories",
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("article", "related"),
                        name="articles_relatedarticle_unique",
                        violation_error_message="This story stands there already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("article", models.F("related")), _negated=True),
                        name="articles_relatedarticle_not_itself",
                        violation_error_message="A story is not related to itself.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="article",
            name="tags",
            field=taggit.managers.TaggableManager(
                blank=True,
                help_text="A comma-separated list of tags.",
                through="articles.TaggedArticle",
                to="articles.Tag",
                verbose_name="tags",
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="authors",
            field=models.ManyToManyField(through="articles.Byline", to="articles.author"),
        ),
        migrations.AddField(
            model_name="article",
            name="photos",
            field=models.ManyToManyField(
                related_name="articles", through="articles.ArticlePhoto", to="articles.photo"
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="related",
            field=models.ManyToManyField(
                blank=True, through="articles.RelatedArticle", to="articles.article"
            ),
        ),
    ]
