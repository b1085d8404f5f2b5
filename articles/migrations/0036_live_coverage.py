"""Live coverage: its tables, what triggers keep of it, and the notices that end what pages show of it."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pagecache.telling import tells

# Lists label a running coverage without another query: the story's row has the word. Whoever writes that row from an
# older reading of it, as a form does, cannot bring an old word back.
KEPT = """
CREATE FUNCTION articles_live_of(story bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT CASE WHEN ended_at IS NULL THEN 'running' ELSE 'ended' END
        FROM articles_coverage WHERE article_id = story
    ), '')
$$;
CREATE FUNCTION articles_article_keeps_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.live := articles_live_of(NEW.id);
    RETURN NEW;
END
$$;
CREATE TRIGGER articles_article_keeps_live_insert BEFORE INSERT ON articles_article
    FOR EACH ROW WHEN (NEW.live <> '') EXECUTE FUNCTION articles_article_keeps_live();
CREATE TRIGGER articles_article_keeps_live_update BEFORE UPDATE ON articles_article
    FOR EACH ROW WHEN (NEW.live IS DISTINCT FROM OLD.live) EXECUTE FUNCTION articles_article_keeps_live();
CREATE FUNCTION articles_coverage_says_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE articles_article SET live = articles_live_of(id)
        WHERE id = OLD.article_id AND live <> articles_live_of(id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE articles_article SET live = articles_live_of(id)
        WHERE id = NEW.article_id AND live <> articles_live_of(id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_coverage_says_live AFTER INSERT OR DELETE OR UPDATE OF article_id, ended_at
    ON articles_coverage FOR EACH ROW EXECUTE FUNCTION articles_coverage_says_live();
"""
NOT_KEPT = """
DROP TRIGGER articles_coverage_says_live ON articles_coverage;
DROP FUNCTION articles_coverage_says_live();
DROP TRIGGER articles_article_keeps_live_update ON articles_article;
DROP TRIGGER articles_article_keeps_live_insert ON articles_article;
DROP FUNCTION articles_article_keeps_live();
DROP FUNCTION articles_live_of(bigint);
"""
APPEND_ONLY = """
CREATE FUNCTION articles_liverecord_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was done to live coverage is never changed or deleted.'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER articles_liverecord_append_only
    BEFORE UPDATE OR DELETE ON articles_liverecord
    FOR EACH ROW EXECUTE FUNCTION articles_liverecord_is_append_only();
"""
NOT_APPEND_ONLY = """
DROP TRIGGER articles_liverecord_append_only ON articles_liverecord;
DROP FUNCTION articles_liverecord_is_append_only();
"""

# Of drafts nobody hears, nor of what is only the newsroom's own.
COVERAGE = "article_id begun_at ended_at position last_number".split()
ENTRY = (
    "coverage_id number position happened_at title text place_id photo_id caption author_id pin"
    " entered_at changed_at withdrawn_at withdrawal_word"
).split()
_STORY = """
    FROM touched JOIN articles_article story
    ON story.id = touched.{key} AND story.status IN ('published', 'withdrawn')
"""
TOLD = [
    tells(
        "articles_article",
        f"SELECT 'story:' || touched.id {_STORY.format(key='id')}",
        ["id", "live"],
        what="live",
    ),
    tells(
        "articles_coverage",
        f"SELECT 'live:' || article_id {_STORY.format(key='article_id')}",
        COVERAGE,
    ),
    tells(
        "articles_liveentry",
        f"SELECT 'live:' || coverage_id {_STORY.format(key='coverage_id')}",
        ENTRY,
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0035_story_threads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="live",
            field=models.CharField(
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
        migrations.CreateModel(
            name="Coverage",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="coverage",
                        serialize=False,
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "position",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Grows by one with everything that happens here; open pages ask what came after theirs.",
                    ),
                ),
                (
                    "last_number",
                    models.PositiveIntegerField(default=0, help_text="Of the entry added last."),
                ),
                (
                    "begun_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "live coverage",
                "verbose_name_plural": "live coverage",
                "permissions": [
                    ("write_live", "Can add entries to live coverage"),
                    (
                        "lead_live",
                        "Can begin and end live coverage, edit, pin and withdraw its entries",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LiveEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="Within its story, from 1 on in the order of arrival; its address on the page."
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        default=uuid.uuid4,
                        help_text="Named by the form: what is sent again is the same entry.",
                        unique=True,
                    ),
                ),
                ("position", models.PositiveIntegerField(help_text="That of its last change.")),
                ("happened_at", models.DateTimeField(verbose_name="time")),
                ("title", models.CharField(blank=True, max_length=160, verbose_name="title")),
                ("text", models.TextField(verbose_name="text")),
                ("caption", models.CharField(blank=True, max_length=300, verbose_name="caption")),
                (
                    "pin",
                    models.PositiveSmallIntegerField(
                        help_text="Its place among the key points, from 1 on.", null=True
                    ),
                ),
                (
                    "entered_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("changed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "withdrawal_word",
                    models.CharField(blank=True, max_length=300, verbose_name="public word"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.author",
                        verbose_name="byline",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "coverage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="articles.coverage",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="live_entries",
                        to="articles.photo",
                        verbose_name="photo",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.place",
                        verbose_name="place",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "live entry",
                "verbose_name_plural": "live entries",
                "ordering": ["-happened_at", "-number"],
            },
        ),
        migrations.CreateModel(
            name="LiveRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("begun", "coverage begun"),
                            ("ended", "coverage ended"),
                            ("reopened", "coverage taken up again"),
                            ("added", "entry added"),
                            ("changed", "entry changed"),
                            ("pinned", "entry pinned"),
                            ("unpinned", "entry unpinned"),
                            ("withdrawn", "entry withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "contents",
                    models.JSONField(
                        default=dict,
                        help_text="The entry as readers had it from then on; empty for the coverage.",
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "coverage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="records",
                        to="articles.coverage",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="records",
                        to="articles.liveentry",
                    ),
                ),
            ],
            options={
                "verbose_name": "record of live coverage",
                "verbose_name_plural": "records of live coverage",
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="coverage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="articles_coverage_ended_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="coverage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True),
                    ("ended_at__gt", models.F("begun_at")),
                    _connector="OR",
                ),
                name="articles_coverage_ends_after_it_begins",
                violation_error_message="Live coverage ends after it began.",
            ),
        ),
        migrations.AddConstraint(
            model_name="coverage",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_number__lte", models.F("position"))),
                name="articles_coverage_position_counts_entries",
            ),
        ),
        migrations.AddIndex(
            model_name="liveentry",
            index=models.Index(
                fields=["coverage", "-happened_at", "-number"], name="articles_liveentry_read_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="liveentry",
            constraint=models.UniqueConstraint(
                fields=("coverage", "number"), name="articles_liveentry_number_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="liveentry",
            constraint=models.UniqueConstraint(
                fields=("coverage", "position"), name="articles_liveentry_position_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="liveentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("pin__isnull", False)),
                fields=("coverage", "pin"),
                name="articles_liveentry_pin_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="liveentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("pin__isnull", True),
                    models.Q(("pin__gte", 1), ("pin__lte", 5)),
                    _connector="OR",
                ),
                name="articles_liveentry_pinned_are_few",
                violation_error_message="No more entries can be pinned.",
            ),
        ),
        migrations.AddConstraint(
            model_name="liveentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("pin__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"
                ),
                name="articles_liveentry_withdrawn_is_not_pinned",
            ),
        ),
        migrations.AddConstraint(
            model_name="liveentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="articles_liveentry_says_something",
                violation_error_message="An entry says something.",
            ),
        ),
        migrations.AddConstraint(
            model_name="liveentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="articles_liveentry_numbered"
            ),
        ),
        migrations.AddConstraint(
            model_name="liveentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("changed_at__isnull", True), ("changed_by__isnull", True)),
                    models.Q(("changed_at__isnull", False), ("changed_by__isnull", False)),
                    _connector="OR",
                ),
                name="articles_liveentry_changed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="liveentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("withdrawal_word", ""),
                        ("withdrawn_at__isnull", True),
                        ("withdrawn_by__isnull", True),
                    ),
                    models.Q(
                        models.Q(("withdrawal_word", ""), _negated=True),
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="articles_liveentry_withdrawn_with_a_word",
                violation_error_message="An entry is withdrawn with a word that readers see.",
            ),
        ),
        migrations.AddConstraint(
            model_name="liveentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("caption", ""), ("photo__isnull", False), _connector="OR"),
                name="articles_liveentry_caption_of_a_photo",
            ),
        ),
        migrations.AddConstraint(
            model_name="liverecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "act__in",
                        [
                            "begun",
                            "ended",
                            "reopened",
                            "added",
                            "changed",
                            "pinned",
                            "unpinned",
                            "withdrawn",
                        ],
                    )
                ),
                name="articles_liverecord_act_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="liverecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act__in", ["begun", "ended", "reopened"]), ("entry__isnull", True)),
                    models.Q(
                        models.Q(("act__in", ["begun", "ended", "reopened"]), _negated=True),
                        ("entry__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="articles_liverecord_of_an_entry_or_not",
            ),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.RunSQL(APPEND_ONLY, NOT_APPEND_ONLY),
        *TOLD,
    ]
