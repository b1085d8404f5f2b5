"""The words of a correction can be held back from readers; all else of the row stays as it was written."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

ALL_BUT_HELD = """
CREATE OR REPLACE FUNCTION articles_correction_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - '{held_why,held_at,held_by_id}'::text[]
        = to_jsonb(OLD) - '{held_why,held_at,held_by_id}'::text[]
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A correction is never changed or deleted; add another one.'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""
NOTHING = """
CREATE OR REPLACE FUNCTION articles_correction_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A correction is never changed or deleted; add another one.'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0040_versions_for_readers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(ALL_BUT_HELD, NOTHING),
        migrations.AddField(
            model_name="correction",
            name="held_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="held back"),
        ),
        migrations.AddField(
            model_name="correction",
            name="held_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="held back by",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="held_why",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Its kind and time stay in the open. For a name that must not be known, or a court's order. Empty: readers may read it.",
                max_length=300,
                verbose_name="why its words are held back",
            ),
        ),
        AddConstraintNotValid(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held_at", None), ("held_by", None), ("held_why", "")),
                    models.Q(models.Q(("held_why", ""), _negated=True), ("held_at__isnull", False)),
                    _connector="OR",
                ),
                name="articles_correction_hold_says_why",
                violation_error_message="Say why readers may not read it.",
            ),
        ),
    ]
