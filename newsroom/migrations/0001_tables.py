"""What was imported and where it went, letters that wait, jobs that failed, and what was forgotten when."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("newsroom", "0001_initial"),
        ("newsroom", "0002_outbox"),
        ("newsroom", "0004_lists_of_the_desk"),
        ("newsroom", "0005_watching"),
        ("newsroom", "0006_forgetting"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportedItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        help_text="The address of the site it came from.",
                        max_length=200,
                        verbose_name="from",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("article", "story"),
                            ("page", "page"),
                            ("comment", "comment"),
                            ("author", "author"),
                            ("section", "section"),
                            ("tag", "tag"),
                            ("media", "photo"),
                            ("extension", "other row"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("key", models.CharField(max_length=200, verbose_name="number there")),
                ("object_id", models.BigIntegerField(verbose_name="number here")),
                ("digest", models.CharField(max_length=64)),
                (
                    "earlier_digests",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("state", models.CharField(blank=True, max_length=64)),
                ("address", models.CharField(blank=True, max_length=500)),
                ("parent", models.CharField(blank=True, max_length=200)),
                (
                    "imported_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="taken over",
                    ),
                ),
            ],
            options={
                "verbose_name": "imported item",
                "verbose_name_plural": "imported items",
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind", "media")),
                        fields=["source", "address"],
                        name="newsroom_imported_address_idx",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("kind", "media"), models.Q(("parent", ""), _negated=True)
                        ),
                        fields=["source", "parent"],
                        name="newsroom_imported_parent_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "kind", "key"), name="newsroom_importeditem_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutgoingMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("to", models.CharField(max_length=320, verbose_name="to")),
                ("sender", models.CharField(max_length=320, verbose_name="from")),
                ("subject", models.CharField(max_length=300, verbose_name="subject")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                ("headers", models.JSONField(blank=True, default=dict, verbose_name="headers")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="written",
                    ),
                ),
                (
                    "due_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="next attempt",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "last_error",
                    models.CharField(blank=True, max_length=300, verbose_name="last error"),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                (
                    "given_up_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="given up"),
                ),
            ],
            options={
                "verbose_name": "outgoing mail",
                "verbose_name_plural": "outgoing mail",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="newsroom_mail_newest_idx"),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("to"), name="text_pattern_ops"
                        ),
                        name="newsroom_mail_upper_to_idx",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("given_up_at__isnull", True), ("sent_at__isnull", True)
                        ),
                        fields=["due_at"],
                        name="newsroom_mail_waiting_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to", ""), _negated=True),
                        name="newsroom_outgoingmail_has_recipient",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sent_at__isnull", True),
                            ("given_up_at__isnull", True),
                            _connector="OR",
                        ),
                        name="newsroom_outgoingmail_one_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("given_up_at__isnull", True),
                            models.Q(("last_error", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="newsroom_outgoingmail_given_up_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Forgetting",
            fields=[
                ("kind", models.CharField(max_length=30, primary_key=True, serialize=False)),
                ("tried_at", models.DateTimeField(verbose_name="tried")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                ("removed", models.PositiveBigIntegerField(default=0, verbose_name="removed")),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="reason")),
            ],
            options={
                "verbose_name": "letting go",
                "verbose_name_plural": "letting go",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="JobFailure",
            fields=[
                (
                    "job",
                    models.BigIntegerField(primary_key=True, serialize=False, verbose_name="job"),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="failed",
                    ),
                ),
                ("sentence", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "given_up_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="given up"),
                ),
                (
                    "given_up_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="given up by",
                    ),
                ),
            ],
            options={
                "verbose_name": "failed job",
                "verbose_name_plural": "failed jobs",
                "permissions": [("watch_site", "Can watch over the running site")],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("given_up_at__isnull", True), ("given_up_by__isnull", True)),
                            models.Q(
                                ("given_up_at__isnull", False), ("given_up_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="newsroom_jobfailure_given_up_by_somebody",
                    )
                ],
            },
        ),
    ]
