from django.db import migrations

# With one slip in a name, its first or its second half is untouched. The first is found in the
# index that Django makes for the key; for the second the key is indexed from behind.
CREATE = """
CREATE INDEX articles_person_key_reversed
    ON articles_person (reverse(name_key::text) text_pattern_ops);
CREATE INDEX articles_personalias_key_reversed
    ON articles_personalias (reverse(name_key::text) text_pattern_ops);
"""
DROP = """
DROP INDEX articles_person_key_reversed;
DROP INDEX articles_personalias_key_reversed;
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_wrong_forms")]

    operations = [migrations.RunSQL(CREATE, DROP)]
