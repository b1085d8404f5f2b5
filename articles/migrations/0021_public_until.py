"""Appearances know the end of their story, so that who stands only in stories that are over has no page.

What a query over the registers would say stays the rule (see 0009 and 0017): the functions below are those
of 0017 with the end beside the beginning. The indexes carry the end, so that pages and tabs of somebody with
20,000 stories are still read without the table's rows.
"""

from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("articles.migrations.0017_only_what_differs")
TRIGGER_BEFORE = """
CREATE TRIGGER articles_visibility_changed
    AFTER UPDATE OF status, publish_at, is_identity_protected ON articles_article
    FOR EACH ROW
    WHEN ((OLD.status, OLD.publish_at, OLD.is_identity_protected)
        IS DISTINCT FROM (NEW.status, NEW.publish_at, NEW.is_identity_protected))
    EXECUTE FUNCTION articles_visibility_changed();
"""
DROP_TRIGGER = "DROP TRIGGER articles_visibility_changed ON articles_article;"
DROP_NAMED = "DROP FUNCTION articles_named_by_lines();"


def _replaced(text: str, *pairs: tuple[str, str]) -> str:
    for before, after in pairs:
        if before not in text:
            raise ValueError(f"Not in the function before: {before}")
        text = text.replace(before, after)
    return text


NAMED_BEFORE = BEFORE.NAMED[BEFORE.NAMED.index("-- Whom each line") :]
NAMED = _replaced(
    NAMED_BEFORE,
    ("appears_as text, at timestamptz\n", "appears_as text, at timestamptz, until timestamptz\n"),
    (
        "named.appears_as, story.publish_at\n",
        "named.appears_as, story.publish_at, story.unpublish_at\n",
    ),
)
REFRESH = _replaced(BEFORE.REFRESH, ("appears_as, at", "appears_as, at, until")).replace(
    "appears_as::text, at", "appears_as::text, at, until"
)
ADD = _replaced(
    BEFORE.ADD.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1),
    ("appears_as, at", "appears_as, at, until"),
)
TRIGGER = _replaced(
    TRIGGER_BEFORE,
    ("status, publish_at, is_identity", "status, publish_at, unpublish_at, is_identity"),
    ("OLD.publish_at,", "OLD.publish_at, OLD.unpublish_at,"),
    ("NEW.publish_at,", "NEW.publish_at, NEW.unpublish_at,"),
)
ENDS = """
UPDATE articles_appearance known SET until = story.unpublish_at
FROM articles_article story
WHERE story.id = known.article_id AND story.unpublish_at IS NOT NULL;
"""
FORWARDS = DROP_TRIGGER + DROP_NAMED + NAMED + REFRESH + ADD + TRIGGER + ENDS
BACKWARDS = (
    DROP_TRIGGER
    + DROP_NAMED
    + NAMED_BEFORE
    + BEFORE.REFRESH
    + BEFORE.ADD.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    + TRIGGER_BEFORE
)


def _index(name: str, subject: str, *first: str) -> models.Index:
    return models.Index(
        *(models.F(field) for field in first),
        models.F("at").desc(),
        models.F("article_id").desc(),
        include=["until"],
        condition=models.Q(**{f"{subject}__isnull": False}),
        name=name,
    )


INDEXES = (
    _index("articles_appearance_person_idx", "person", "person"),
    _index("articles_appearance_as_idx", "person", "person", "appears_as"),
    _index("articles_appearance_org_idx", "organisation", "organisation"),
)


class Migration(migrations.Migration):
    dependencies = [("articles", "0020_the_desk")]
    operations = [
        *(migrations.RemoveIndex("appearance", index.name) for index in INDEXES),
        migrations.AddField(
            model_name="appearance",
            name="until",
            field=models.DateTimeField(null=True, verbose_name="public until"),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        *(migrations.AddIndex("appearance", index) for index in INDEXES),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["not_before"],
                condition=models.Q(not_before__isnull=False),
                name="articles_embargo_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["unpublish_at"],
                condition=models.Q(unpublish_at__isnull=False),
                name="articles_end_idx",
            ),
        ),
    ]
