from django.db import migrations


class Migration(migrations.Migration):
    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE articles_article ADD COLUMN next_mood text;
            ALTER TABLE articles_article ADD COLUMN next_kind text NOT NULL DEFAULT 'story';
            CREATE TABLE next_version_note (id bigserial PRIMARY KEY, article_id bigint NOT NULL);
            CREATE INDEX next_version_note_article ON next_version_note (article_id);
            """,
            """
            DROP TABLE next_version_note;
            ALTER TABLE articles_article DROP COLUMN next_kind;
            ALTER TABLE articles_article DROP COLUMN next_mood;
            """,
        )
    ]
