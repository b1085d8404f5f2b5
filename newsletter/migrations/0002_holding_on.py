"""What keeps subscribers: one row for an address, refusals counted by issues, and no subscription to nothing.

A section that is deleted takes itself out of what readers chose. Whoever had chosen nothing else would stay subscribed
and get no letter ever again; they get all sections instead. What readers change themselves is not meant: the section
is still there when the transaction ends.
"""

from django.db import migrations, models

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

# Rows that one address has twice, since the secret was changed: the confirmed one stays, else the newest.
ONE_FOR_AN_ADDRESS = """
CREATE TEMPORARY TABLE newsletter_again AS
SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY email ORDER BY standing = 'confirmed' DESC, id DESC) AS place
    FROM newsletter_subscriber WHERE email <> '') ranked
WHERE place > 1;
DELETE FROM newsletter_subscriber_sections WHERE subscriber_id IN (SELECT id FROM newsletter_again);
UPDATE newsletter_delivery SET subscriber_id = NULL WHERE subscriber_id IN (SELECT id FROM newsletter_again);
DELETE FROM newsletter_subscriber WHERE id IN (SELECT id FROM newsletter_again);
DROP TABLE newsletter_again;
-- No table is changed while checks of its rows are pending.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0001_initial")]

    operations = [
        migrations.RunSQL(ONE_FOR_AN_ADDRESS, migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name="issue",
            name="newsletter_going_out_idx",
        ),
        migrations.AddField(
            model_name="delivery",
            name="is_address_unknown",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddIndex(
            model_name="issue",
            index=models.Index(
                condition=models.Q(("state__in", ["sending", "stopped"])),
                fields=["id"],
                name="newsletter_under_way_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_address_unknown", False), ("state", "failed"), _connector="OR"
                ),
                name="newsletter_delivery_unknown_address_failed",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.UniqueConstraint(
                condition=models.Q(("email", ""), _negated=True),
                fields=("email",),
                name="newsletter_subscriber_one_for_an_address",
            ),
        ),
        migrations.RunSQL(SECTION_GONE, NOT_WATCHED),
    ]
