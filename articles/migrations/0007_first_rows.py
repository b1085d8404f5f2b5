"""What a new installation begins with: the places of Sulawesi with their time zones, and the table of wrong forms."""

from pathlib import Path

from django.db import migrations

PLACES = Path(__file__).resolve().parent.parent / "data" / "places.tsv"


def load_places(apps, schema_editor):
    # Imported here and not frozen: the table of zones is the law's, not the schema's.
    from articles.zones import zone_of_code

    Place = apps.get_model("articles", "Place")
    rows = [line.split("\t") for line in PLACES.read_text(encoding="utf-8").splitlines() if line]
    provinces = {
        code: Place(code=code, name=name, kind="province", timezone=zone_of_code(code))
        for code, name in rows
        if "." not in code
    }
    Place.objects.bulk_create(provinces.values())
    Place.objects.bulk_create(
        Place(
            code=code,
            name=name,
            kind="city" if name.startswith("Kota ") else "regency",
            parent=provinces[code[:2]],
            timezone=zone_of_code(code),
        )
        for code, name in rows
        if "." in code
    )


def unload_places(apps, schema_editor):
    Place = apps.get_model("articles", "Place")
    Place.objects.filter(code__isnull=False).exclude(kind="province").delete()
    Place.objects.filter(code__isnull=False).delete()


def load_wrong_forms(apps, schema_editor):
    """The table that ships. Editors extend it afterwards; nothing of theirs is touched."""
    # At its own time: another migration may run before this module's app is whole.
    from articles.copydesk.forms import load_shipped

    load_shipped(apps.get_model("articles", "WrongForm"))


class Migration(migrations.Migration):
    replaces = [
        ("articles", "0002_places"),
        ("articles", "0010_wrong_forms"),
    ]
    dependencies = [("articles", "0006_threads_and_live")]
    operations = [
        migrations.RunPython(load_places, unload_places),
        migrations.RunPython(load_wrong_forms, migrations.RunPython.noop),
    ]
