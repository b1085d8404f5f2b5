"""The tables of the newsletter, and what the database itself keeps of its rules.

An issue that is made is frozen, and a letter goes the ways of `newsletter.sending` and no others: whatever a later
program does, none that was handed over, or may have been, waits again.

A section that is deleted takes itself out of what readers chose. Whoever had chosen nothing else would stay subscribed
and get no letter ever again; they get all sections instead. What readers change themselves is not meant: the section is
still there when the transaction ends.
"""

import datetime

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import pagecache.recording
from pagecache.telling import tells

FROZEN = """
CREATE FUNCTION newsletter_issue_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.made_at IS NOT NULL AND
        (OLD.day, OLD.greeting, OLD.subject, OLD.since, OLD.until, OLD.made_at, OLD.recipients) IS DISTINCT FROM
        (NEW.day, NEW.greeting, NEW.subject, NEW.since, NEW.until, NEW.made_at, NEW.recipients)
    THEN
        RAISE EXCEPTION 'An issue that is made stays as it is.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER newsletter_issue_frozen BEFORE UPDATE ON newsletter_issue
    FOR EACH ROW EXECUTE FUNCTION newsletter_issue_is_frozen();

CREATE FUNCTION newsletter_entry_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR EXISTS (
        SELECT FROM newsletter_issue WHERE id = NEW.issue_id AND made_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'What stands in an issue stays as it is.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER newsletter_entry_frozen BEFORE INSERT OR UPDATE ON newsletter_entry
    FOR EACH ROW EXECUTE FUNCTION newsletter_entry_is_frozen();
"""
NOT_FROZEN = """
DROP TRIGGER newsletter_entry_frozen ON newsletter_entry;
DROP FUNCTION newsletter_entry_is_frozen();
DROP TRIGGER newsletter_issue_frozen ON newsletter_issue;
DROP FUNCTION newsletter_issue_is_frozen();
"""

WAYS = """
CREATE FUNCTION newsletter_delivery_goes_its_way() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' THEN
            RAISE EXCEPTION 'A letter begins by waiting.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF NEW.issue_id <> OLD.issue_id OR NEW.subscriber_id <> OLD.subscriber_id OR (
        OLD.state <> NEW.state AND NOT (OLD.state, NEW.state) IN (
            ('waiting', 'taken'), ('waiting', 'dropped'), ('waiting', 'failed'),
            ('taken', 'sent'), ('taken', 'waiting'), ('taken', 'failed'), ('taken', 'dropped'), ('taken', 'unknown'),
            -- Who was thought dead still comes to say what became of it.
            ('unknown', 'sent'), ('unknown', 'failed')
        )
    ) THEN
        RAISE EXCEPTION 'A letter that is % does not become %.', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER newsletter_delivery_way BEFORE INSERT OR UPDATE ON newsletter_delivery
    FOR EACH ROW EXECUTE FUNCTION newsletter_delivery_goes_its_way();
"""
NO_WAYS = """
DROP TRIGGER newsletter_delivery_way ON newsletter_delivery;
DROP FUNCTION newsletter_delivery_goes_its_way();
"""

SECTION_GONE = """
CREATE FUNCTION newsletter_section_is_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM articles_section WHERE id = OLD.section_id) AND NOT EXISTS (
        SELECT FROM newsletter_subscriber_sections WHERE subscriber_id = OLD.subscriber_id)
    THEN
        UPDATE newsletter_subscriber SET wants_all = true WHERE id = OLD.subscriber_id AND NOT wants_all;
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER newsletter_section_gone AFTER DELETE ON newsletter_subscriber_sections
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION newsletter_section_is_gone();
"""
NOT_WATCHED = """
DROP TRIGGER newsletter_section_gone ON newsletter_subscriber_sections;
DROP FUNCTION newsletter_section_is_gone();
"""

# What the site shows of issues. How far their letters are is told to nobody.
ISSUE = "id day greeting subject made_at".split()
TOLD = [
    tells("newsletter_newsletter", "SELECT 'issues' FROM touched"),
    tells(
        "newsletter_issue",
        "SELECT unnest(ARRAY['issues', 'issue:' || id]) FROM touched WHERE made_at IS NOT NULL",
        ISSUE,
    ),
    tells("newsletter_entry", "SELECT 'issue:' || issue_id FROM touched"),
]


class Migration(migrations.Migration):
    replaces = [
        ("newsletter", "0001_initial"),
        ("newsletter", "0002_holding_on"),
    ]

    initial = True

    dependencies = [
        ("pagecache", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("articles", "0006_threads_and_live"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subscriber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "email",
                    models.CharField(blank=True, max_length=254, verbose_name="e-mail address"),
                ),
                ("email_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("key", models.CharField(editable=False, max_length=43)),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("asked", "not confirmed yet"),
                            ("confirmed", "subscribed"),
                            ("gone", "unsubscribed"),
                            ("blocked", "never written to again"),
                        ],
                        default="asked",
                        editable=False,
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("wants_all", models.BooleanField(default=True, verbose_name="every section")),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="asked",
                    ),
                ),
                (
                    "asked_by",
                    models.CharField(
                        choices=[
                            ("page", "the newsletter's page"),
                            ("issue", "below an issue on the site"),
                        ],
                        editable=False,
                        max_length=5,
                        verbose_name="by the form",
                    ),
                ),
                ("round", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "confirmed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="confirmed"),
                ),
                ("left_at", models.DateTimeField(editable=False, null=True, verbose_name="left")),
                (
                    "left_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("link", "the link in a letter"),
                            ("one_click", "the mail program's button"),
                            ("desk", "the newsroom, at the reader's request"),
                            ("refused", "the mail server, which knows no such address"),
                        ],
                        max_length=9,
                        verbose_name="left by",
                    ),
                ),
                ("refusals", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "sections",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="articles.section", verbose_name="sections"
                    ),
                ),
            ],
            options={
                "verbose_name": "subscriber",
                "verbose_name_plural": "subscribers",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("standing", "asked")),
                        fields=["asked_at"],
                        name="newsletter_unproven_idx",
                    ),
                    models.Index(
                        condition=models.Q(("standing", "gone")),
                        fields=["left_at"],
                        name="newsletter_gone_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("standing__in", ["asked", "confirmed", "gone", "blocked"])
                        ),
                        name="newsletter_subscriber_standing_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("email", ""), _negated=True),
                                ("standing__in", ("asked", "confirmed")),
                            ),
                            models.Q(
                                models.Q(("standing__in", ("asked", "confirmed")), _negated=True),
                                ("email", ""),
                            ),
                            _connector="OR",
                        ),
                        name="newsletter_subscriber_address_only_while_needed",
                        violation_error_message="An address is kept only while letters go to it.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("email", ""), _negated=True),
                        fields=("email",),
                        name="newsletter_subscriber_one_for_an_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email"))
                        ),
                        name="newsletter_subscriber_address_in_one_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email_hash__regex", "^[0-9a-f]{64}$"), ("key__regex", "^.{43}$")
                        ),
                        name="newsletter_subscriber_keyed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asked_by__in", ["page", "issue"])),
                        name="newsletter_subscriber_form_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("standing", "confirmed"), _negated=True),
                            ("confirmed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="newsletter_subscriber_confirmed_with_time",
                        violation_error_message="A subscription was confirmed at some time.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("left_at__isnull", True),
                                ("left_by", ""),
                                ("standing__in", ("asked", "confirmed")),
                            ),
                            models.Q(
                                models.Q(("standing__in", ("asked", "confirmed")), _negated=True),
                                ("left_at__isnull", False),
                                ("left_by__in", ["link", "one_click", "desk", "refused"]),
                            ),
                            _connector="OR",
                        ),
                        name="newsletter_subscriber_left_with_time_and_way",
                        violation_error_message="Who left did so at some time and in some way.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Issue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "day",
                    models.DateField(
                        help_text="On the publication's clock.", unique=True, verbose_name="day"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("held", "held back"),
                            ("skipped", "skipped"),
                            ("empty", "nothing new, nothing sent"),
                            ("sending", "going out"),
                            ("stopped", "sending stopped"),
                            ("sent", "sent"),
                        ],
                        default="planned",
                        editable=False,
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                (
                    "greeting",
                    models.CharField(
                        blank=True,
                        help_text="A line or two above the stories, from the newsroom to its readers.",
                        max_length=300,
                        verbose_name="greeting",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="subject"
                    ),
                ),
                ("since", models.DateTimeField(editable=False, null=True)),
                ("until", models.DateTimeField(editable=False, null=True)),
                ("made_at", models.DateTimeField(editable=False, null=True, verbose_name="made")),
                (
                    "next_batch_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="sent until"),
                ),
                (
                    "recipients",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="recipients"
                    ),
                ),
                ("sent", models.PositiveIntegerField(default=0, editable=False)),
                ("failed", models.PositiveIntegerField(default=0, editable=False)),
                ("unknown", models.PositiveIntegerField(default=0, editable=False)),
                ("dropped", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "changed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="last word by",
                    ),
                ),
            ],
            options={
                "verbose_name": "issue",
                "verbose_name_plural": "issues",
                "ordering": ["-day"],
                "permissions": [("edit_issue", "Can greet in, hold back, skip and stop issues")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("made_at__isnull", False)),
                        fields=["-made_at", "-id"],
                        name="newsletter_made_idx",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["sending", "stopped"])),
                        fields=["id"],
                        name="newsletter_under_way_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "held",
                                    "skipped",
                                    "empty",
                                    "sending",
                                    "stopped",
                                    "sent",
                                ],
                            )
                        ),
                        name="newsletter_issue_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("made_at__isnull", True),
                                ("recipients", 0),
                                ("state__in", ["planned", "held", "skipped", "empty"]),
                            ),
                            models.Q(
                                models.Q(("subject", ""), _negated=True),
                                ("made_at__isnull", False),
                                ("since__isnull", False),
                                ("state__in", ("sending", "stopped", "sent")),
                                ("until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="newsletter_issue_made_whole",
                        violation_error_message="An issue that is made has a subject and its times.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since__isnull", True),
                            ("until__gt", models.F("since")),
                            _connector="OR",
                        ),
                        name="newsletter_issue_since_before_until",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state", "sent")),
                            models.Q(
                                models.Q(("state", "sent"), _negated=True),
                                ("ended_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="newsletter_issue_ended_when_sent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "recipients__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("sent"), "+", models.F("failed")
                                        ),
                                        "+",
                                        models.F("unknown"),
                                    ),
                                    "+",
                                    models.F("dropped"),
                                ),
                            )
                        ),
                        name="newsletter_issue_counts_fit",
                    ),
                ],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="newsletter.issue",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("lead", "lead"),
                            ("story", "story"),
                            ("correction", "correction"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.article",
                    ),
                ),
                (
                    "correction",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.correction",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.section",
                    ),
                ),
                ("headline", models.CharField(max_length=250)),
                ("text", models.TextField(blank=True)),
                ("label", models.CharField(blank=True, max_length=200)),
                ("was_protected", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "entry of an issue",
                "verbose_name_plural": "entries of issues",
                "ordering": ["issue", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("issue", "position"), name="newsletter_entry_position_unique"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("correction__isnull", True)),
                        fields=("issue", "article"),
                        name="newsletter_entry_story_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("correction__isnull", False)),
                        fields=("issue", "correction"),
                        name="newsletter_entry_correction_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["lead", "story", "correction"])),
                        name="newsletter_entry_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "lead"), ("position", 0)),
                            models.Q(
                                models.Q(("kind", "lead"), _negated=True), ("position__gt", 0)
                            ),
                            _connector="OR",
                        ),
                        name="newsletter_entry_lead_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("correction__isnull", False), ("kind", "correction")),
                            models.Q(
                                models.Q(("kind", "correction"), _negated=True),
                                ("correction__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="newsletter_entry_correction_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="newsletter.issue",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="deliveries",
                        to="newsletter.subscriber",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("taken", "being handed over"),
                            ("sent", "handed over"),
                            ("failed", "not delivered"),
                            ("dropped", "not needed any more"),
                            ("unknown", "outcome unknown"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                (
                    "due_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("taken_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("is_address_unknown", models.BooleanField(db_default=False)),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["issue", "due_at", "id"],
                        name="newsletter_next_letter_idx",
                    ),
                    models.Index(
                        condition=models.Q(("state", "taken")),
                        fields=["taken_at"],
                        name="newsletter_in_hand_idx",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["failed", "unknown"])),
                        fields=["issue", "id"],
                        name="newsletter_trouble_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("issue", "subscriber"), name="newsletter_delivery_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["waiting", "taken", "sent", "failed", "dropped", "unknown"],
                            )
                        ),
                        name="newsletter_delivery_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True), ("state__in", ["waiting", "taken"])
                            ),
                            models.Q(
                                models.Q(("state__in", ["waiting", "taken"]), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="newsletter_delivery_ended_with_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "taken"), _negated=True),
                            ("taken_at__isnull", False),
                            _connector="OR",
                        ),
                        name="newsletter_delivery_taken_with_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["failed", "unknown"]), _negated=True),
                            models.Q(("last_error", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="newsletter_delivery_trouble_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_address_unknown", False), ("state", "failed"), _connector="OR"
                        ),
                        name="newsletter_delivery_unknown_address_failed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Newsletter",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "is_on",
                    models.BooleanField(
                        default=True,
                        help_text="While it does not, nobody can subscribe and no issue is made.",
                        verbose_name="goes out",
                    ),
                ),
                (
                    "send_at",
                    models.TimeField(
                        default=datetime.time(6, 0),
                        help_text="On the publication's clock. Nothing is sent on a day without a new story.",
                        verbose_name="time of day",
                    ),
                ),
                (
                    "order",
                    models.CharField(
                        choices=[
                            ("front", "as on the front page, then the newest first"),
                            ("read", "the most read first"),
                        ],
                        default="front",
                        max_length=5,
                        verbose_name="order of the stories",
                    ),
                ),
            ],
            options={
                "verbose_name": "newsletter settings",
                "verbose_name_plural": "newsletter settings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="newsletter_newsletter_is_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("order__in", ["front", "read"])),
                        name="newsletter_newsletter_order_known",
                    ),
                ],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.RunSQL(FROZEN, NOT_FROZEN),
        migrations.RunSQL(WAYS, NO_WAYS),
        migrations.RunSQL(SECTION_GONE, NOT_WATCHED),
        *TOLD,
    ]
