"""Provinces, regencies and cities with their time zones, from articles/data/places.tsv."""

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


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]
    operations = [migrations.RunPython(load_places, unload_places)]
