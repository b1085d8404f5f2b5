"""Photos and places, and the people, organisations and offices that stories name."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import pagecache.recording

# With one slip in a name, its first or its second half is untouched. The first is found in the
# index that Django makes for the key; for the second the key is indexed from behind.
FROM_BEHIND = """
CREATE INDEX articles_person_key_reversed
    ON articles_person (reverse(name_key::text) text_pattern_ops);
CREATE INDEX articles_personalias_key_reversed
    ON articles_personalias (reverse(name_key::text) text_pattern_ops);
"""
NOT_FROM_BEHIND = """
DROP INDEX articles_person_key_reversed;
DROP INDEX articles_personalias_key_reversed;
"""


class Migration(migrations.Migration):
    replaces = [
        ("articles", "0008_identities_and_appearances"),
        ("articles", "0011_names_from_behind"),
        ("articles", "0012_register_lookups"),
        ("articles", "0013_duplicates"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Photo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "image",
                    models.ImageField(
                        height_field="height",
                        max_length=120,
                        upload_to="photos",
                        verbose_name="picture",
                        width_field="width",
                    ),
                ),
                ("width", models.PositiveIntegerField(editable=False)),
                ("height", models.PositiveIntegerField(editable=False)),
                (
                    "source_sha256",
                    models.CharField(
                        editable=False,
                        help_text="Of the file as it was uploaded: the same file is stored once.",
                        max_length=64,
                        unique=True,
                    ),
                ),
                (
                    "renditions",
                    models.JSONField(
                        blank=True,
                        default=list,
                        editable=False,
                        help_text='Files made of it: [{"name", "width", "height", "bytes", "shape"}], narrowest first in each shape and format; without a shape the whole picture.',
                    ),
                ),
                (
                    "rendered_recipe",
                    models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
                ),
                ("rendered_focal_x", models.FloatField(editable=False, null=True)),
                ("rendered_focal_y", models.FloatField(editable=False, null=True)),
                ("caption", models.TextField(blank=True, verbose_name="caption")),
                (
                    "credit",
                    models.CharField(
                        blank=True,
                        help_text="Who made it and for whom.",
                        max_length=200,
                        verbose_name="credit",
                    ),
                ),
                (
                    "alt_text",
                    models.CharField(
                        blank=True,
                        help_text="What is to be seen, for readers who cannot see it.",
                        max_length=300,
                        verbose_name="alternative text",
                    ),
                ),
                (
                    "focal_x",
                    models.FloatField(
                        default=0.5,
                        validators=[
                            django.core.validators.MinValueValidator(0.0),
                            django.core.validators.MaxValueValidator(1.0),
                        ],
                        verbose_name="focal point, from the left",
                    ),
                ),
                (
                    "focal_y",
                    models.FloatField(
                        default=0.5,
                        validators=[
                            django.core.validators.MinValueValidator(0.0),
                            django.core.validators.MaxValueValidator(1.0),
                        ],
                        verbose_name="focal point, from the top",
                    ),
                ),
                (
                    "is_ai_generated",
                    models.BooleanField(
                        default=False,
                        help_text="Printed under the picture (Press Council regulation 1/2025).",
                        verbose_name="made by artificial intelligence",
                    ),
                ),
                (
                    "taken_on",
                    models.DateField(
                        blank=True,
                        help_text="As the camera or the agency wrote it into the file.",
                        null=True,
                        verbose_name="taken on",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        editable=False,
                        help_text="Where this photo was, that one is; never one that was replaced itself.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="articles.photo",
                        verbose_name="replaced by",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="uploaded",
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
                        verbose_name="uploaded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "photo",
                "verbose_name_plural": "photos",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            models.Q(("rendered_recipe", 2), _negated=True),
                            ("rendered_focal_x", None),
                            ("rendered_focal_y", None),
                            models.Q(("rendered_focal_x", models.F("focal_x")), _negated=True),
                            models.Q(("rendered_focal_y", models.F("focal_y")), _negated=True),
                            _connector="OR",
                        ),
                        fields=["-id"],
                        name="articles_photo_due_idx",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector(
                            "caption", "credit", "alt_text", config="simple"
                        ),
                        name="articles_photo_words_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("focal_x__gte", 0),
                            ("focal_x__lte", 1),
                            ("focal_y__gte", 0),
                            ("focal_y__lte", 1),
                        ),
                        name="articles_photo_focal_point_inside",
                        violation_error_message="The focal point lies inside the picture.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("height__gt", 0), ("width__gt", 0)),
                        name="articles_photo_has_size",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("credit", ""), ("credit__regex", "\\S"), _connector="OR"
                        ),
                        name="articles_photo_credit_says_something",
                        violation_error_message="The credit is empty.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaced_by", None),
                            models.Q(("replaced_by", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="articles_photo_not_replaced_by_itself",
                    ),
                ],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("province", "province"),
                            ("regency", "regency"),
                            ("city", "city"),
                            ("district", "district"),
                            ("village", "village"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="Code of the Ministry of Home Affairs, such as 73.07; empty for other places.",
                        max_length=13,
                        null=True,
                        unique=True,
                        verbose_name="official code",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="articles.place",
                        verbose_name="part of",
                    ),
                ),
                (
                    "timezone",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("Asia/Jakarta", "WIB (Asia/Jakarta)"),
                            ("Asia/Pontianak", "WIB (Asia/Pontianak)"),
                            ("Asia/Makassar", "WITA (Asia/Makassar)"),
                            ("Asia/Jayapura", "WIT (Asia/Jayapura)"),
                        ],
                        help_text="Follows from the province; leave it empty.",
                        max_length=16,
                        verbose_name="time zone",
                    ),
                ),
            ],
            options={
                "verbose_name": "place",
                "verbose_name_plural": "places",
                "ordering": ["name", "id"],
                "indexes": [
                    models.Index(
                        django.db.models.functions.text.Lower("name"),
                        name="articles_place_name_idx",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("code__isnull", True),
                            models.Q(
                                (
                                    "code__regex",
                                    "^(11|12|13|14|15|16|17|18|19|21|31|32|33|34|35|36)(\\.|$)",
                                ),
                                ("timezone", "Asia/Jakarta"),
                            ),
                            models.Q(
                                ("code__regex", "^(61|62)(\\.|$)"), ("timezone", "Asia/Pontianak")
                            ),
                            models.Q(
                                ("code__regex", "^(51|52|53|63|64|65|71|72|73|74|75|76)(\\.|$)"),
                                ("timezone", "Asia/Makassar"),
                            ),
                            models.Q(
                                ("code__regex", "^(81|82|91|92|93|94|95|96)(\\.|$)"),
                                ("timezone", "Asia/Jayapura"),
                            ),
                            _connector="OR",
                        ),
                        name="articles_place_zone_by_province",
                        violation_error_message="The time zone of a place is that of its province.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "timezone__in",
                                [
                                    "Asia/Jakarta",
                                    "Asia/Pontianak",
                                    "Asia/Makassar",
                                    "Asia/Jayapura",
                                ],
                            )
                        ),
                        name="articles_place_zone_known",
                        violation_error_message="A place needs one of Indonesia's time zones.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", False), ("kind", "province"), _connector="OR"
                        ),
                        name="articles_place_has_parent",
                        violation_error_message="Only a province is not part of another place.",
                    ),
                    models.UniqueConstraint(
                        fields=("parent", "kind", "name"),
                        name="articles_place_unique_in_parent",
                        violation_error_message="This place is there already.",
                    ),
                ],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "religious_prefix",
                    models.CharField(
                        blank=True,
                        help_text="H., Hj., K.H.",
                        max_length=20,
                        verbose_name="religious title",
                    ),
                ),
                (
                    "academic_prefix",
                    models.CharField(
                        blank=True,
                        help_text="Prof., Dr., Drs., Ir.",
                        max_length=30,
                        verbose_name="academic title",
                    ),
                ),
                (
                    "rank",
                    models.CharField(
                        blank=True,
                        help_text="AKBP, Letkol Inf.",
                        max_length=30,
                        verbose_name="rank",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Without titles; Andi, Daeng and Puang belong to it.",
                        max_length=120,
                        verbose_name="name",
                    ),
                ),
                (
                    "degrees",
                    models.CharField(
                        blank=True, help_text="S.E., M.Si.", max_length=80, verbose_name="degrees"
                    ),
                ),
                ("name_key", models.CharField(db_index=True, editable=False, max_length=120)),
                (
                    "fold_key",
                    models.CharField(db_index=True, default="", editable=False, max_length=120),
                ),
                ("slug", models.SlugField(max_length=120, unique=True, verbose_name="address")),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.photo",
                        verbose_name="portrait",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True, help_text="A line for the public page.", verbose_name="note"
                    ),
                ),
                (
                    "is_public",
                    models.BooleanField(
                        default=False,
                        help_text="Only holders of offices and public figures; never minors or victims.",
                        verbose_name="has a public page",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        editable=False,
                        help_text="The entry that stands for this one; `people.identity` sets it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="articles.person",
                        verbose_name="is the same as",
                    ),
                ),
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
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ["name", "id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector(
                            "name_key", "fold_key", config="simple"
                        ),
                        name="articles_person_words_idx",
                    ),
                    models.Index(fields=["name", "id"], name="articles_person_name_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="articles_person_named",
                        violation_error_message="A person has a name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="articles_person_not_into_itself",
                    ),
                ],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.CreateModel(
            name="PersonAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="articles.person",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="other name or spelling")),
                ("name_key", models.CharField(db_index=True, editable=False, max_length=120)),
                (
                    "fold_key",
                    models.CharField(db_index=True, default="", editable=False, max_length=120),
                ),
            ],
            options={
                "verbose_name": "other name",
                "verbose_name_plural": "other names",
                "ordering": ["name", "id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector(
                            "name_key", "fold_key", config="simple"
                        ),
                        name="articles_alias_words_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "name"),
                        name="articles_personalias_unique",
                        violation_error_message="This name is noted already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicatePair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "one",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="articles.person",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="articles.person",
                    ),
                ),
                ("is_strong", models.BooleanField(verbose_name="likely")),
                ("score", models.PositiveSmallIntegerField(verbose_name="likeness")),
                ("reasons", models.JSONField(default=list, verbose_name="why")),
                ("later_until", models.DateField(null=True, verbose_name="not before")),
            ],
            options={
                "verbose_name": "likely duplicate",
                "verbose_name_plural": "likely duplicates",
                "ordering": ["-is_strong", "-score", "one", "other"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("is_strong"), descending=True),
                        models.OrderBy(models.F("score"), descending=True),
                        models.F("one"),
                        models.F("other"),
                        name="articles_duplicatepair_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("one", "other"), name="articles_duplicatepair_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))),
                        name="articles_duplicatepair_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdentityJudgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="articles.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.person",
                        verbose_name="other person",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("same", "the same person"), ("different", "different people")],
                        max_length=9,
                        verbose_name="verdict",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="why")),
                (
                    "judged_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="judged",
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="judged by",
                    ),
                ),
                (
                    "undone_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="undone"),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="undone by",
                    ),
                ),
            ],
            options={
                "verbose_name": "judgement",
                "verbose_name_plural": "judgements",
                "ordering": ["-judged_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("other")), _negated=True),
                        name="articles_judgement_of_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["same", "different"])),
                        name="articles_judgement_verdict_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_at__isnull", False),
                            ("undone_by__isnull", True),
                            _connector="OR",
                        ),
                        name="articles_judgement_undone_has_time",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.comparison.Least("person", "other"),
                        django.db.models.functions.comparison.Greatest("person", "other"),
                        condition=models.Q(("undone_at__isnull", True)),
                        name="articles_judgement_pair_once",
                        violation_error_message="These two were judged already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True), ("verdict", "same")),
                        fields=("person",),
                        name="articles_judgement_gives_way_once",
                        violation_error_message="This entry gave way to another one already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                (
                    "short_name",
                    models.CharField(blank=True, max_length=60, verbose_name="short name"),
                ),
                ("slug", models.SlugField(max_length=120, unique=True, verbose_name="address")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="articles.organisation",
                        verbose_name="part of",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organisations",
                        to="articles.place",
                        verbose_name="place",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True, help_text="A line for the public page.", verbose_name="note"
                    ),
                ),
                ("is_public", models.BooleanField(default=True, verbose_name="has a public page")),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "ordering": ["name", "id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector(
                            "name", "short_name", config="simple"
                        ),
                        name="articles_org_words_idx",
                    ),
                    models.Index(
                        django.db.models.functions.text.Upper("name"), name="articles_org_upper_idx"
                    ),
                    models.Index(
                        django.db.models.functions.text.Upper("short_name"),
                        name="articles_org_upper_short_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="articles_organisation_named",
                        violation_error_message="An organisation has a name.",
                    )
                ],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.CreateModel(
            name="OrganisationAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="articles.organisation",
                    ),
                ),
                (
                    "name",
                    models.CharField(max_length=160, verbose_name="other name or abbreviation"),
                ),
            ],
            options={
                "verbose_name": "other name",
                "verbose_name_plural": "other names",
                "ordering": ["name", "id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector("name", config="simple"),
                        name="articles_orgalias_words_idx",
                    ),
                    models.Index(
                        django.db.models.functions.text.Upper("name"),
                        name="articles_orgalias_upper_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "name"),
                        name="articles_organisationalias_unique",
                        violation_error_message="This name is noted already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="articles.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="articles.place",
                        verbose_name="place",
                    ),
                ),
                ("seats", models.PositiveSmallIntegerField(default=1, verbose_name="seats")),
                (
                    "protocol_rank",
                    models.PositiveSmallIntegerField(
                        default=500,
                        help_text="Lower stands higher in a list.",
                        verbose_name="order of protocol",
                    ),
                ),
            ],
            options={
                "verbose_name": "post",
                "verbose_name_plural": "posts",
                "ordering": ["protocol_rank", "title", "id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector("title", config="simple"),
                        name="articles_post_words_idx",
                    ),
                    models.Index(
                        django.db.models.functions.text.Upper("title"),
                        name="articles_post_upper_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "title"),
                        name="articles_post_unique",
                        violation_error_message="The organisation has this post already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="articles_post_titled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seats__gte", 1)), name="articles_post_has_a_seat"
                    ),
                ],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.CreateModel(
            name="Tenure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tenures",
                        to="articles.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tenures",
                        to="articles.post",
                        verbose_name="post",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("definitive", "definitive"),
                            ("pj", "Pj. (acting, appointed)"),
                            ("plt", "Plt. (acting, vacancy)"),
                            ("plh", "Plh. (acting, absence)"),
                            ("pjs", "Pjs. (acting, campaign leave)"),
                        ],
                        default="definitive",
                        max_length=10,
                        verbose_name="held as",
                    ),
                ),
                ("started_on", models.DateField(blank=True, null=True, verbose_name="from")),
                (
                    "start_precision",
                    models.CharField(
                        choices=[
                            ("day", "day"),
                            ("month", "month"),
                            ("year", "year"),
                            ("unknown", "unknown"),
                        ],
                        default="day",
                        max_length=7,
                        verbose_name="exact to the",
                    ),
                ),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "end_precision",
                    models.CharField(
                        choices=[
                            ("day", "day"),
                            ("month", "month"),
                            ("year", "year"),
                            ("unknown", "unknown"),
                        ],
                        default="day",
                        max_length=7,
                        verbose_name="exact to the",
                    ),
                ),
            ],
            options={
                "verbose_name": "tenure",
                "verbose_name_plural": "tenures",
                "ordering": [
                    models.OrderBy(models.F("started_on"), descending=True, nulls_last=True),
                    "-id",
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("started_on__isnull", True),
                            ("ended_on__isnull", True),
                            ("ended_on__gte", models.F("started_on")),
                            _connector="OR",
                        ),
                        name="articles_tenure_ends_after_start",
                        violation_error_message="An office ends after it began.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["definitive", "pj", "plt", "plh", "pjs"])),
                        name="articles_tenure_kind_known",
                    ),
                ],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.RunSQL(FROM_BEHIND, NOT_FROM_BEHIND),
    ]
