"""The slots that the templates name, in the sizes that local papers sell, and three categories."""

from django.db import migrations

# Key, name, page, size on a phone, size on a wide screen.
PLACEMENTS = [
    ("article-top-1", "Atas 1", "article", "320x100", "970x90"),
    ("article-top-2", "Atas 2", "article", "320x50", "728x90"),
    ("article-text", "Di dalam teks", "article", "300x250", "336x280"),
    ("article-side", "Samping", "article", "", "300x600"),
    ("article-end", "Penutup", "article", "300x250", "728x90"),
    ("front-top", "Atas", "front", "320x100", "970x90"),
    ("front-middle", "Tengah", "front", "300x250", "970x90"),
    ("list-top", "Atas", "list", "320x100", "970x90"),
]
# Name, held at a tragedy, political.
CATEGORIES = [
    ("Umum", False, False),
    ("Hiburan dan promosi", True, False),
    ("Politik", True, True),
]


def load(apps, schema_editor):
    placement = apps.get_model("ads", "Placement")
    for position, (key, name, page, phone, desktop) in enumerate(PLACEMENTS, start=1):
        placement.objects.create(
            key=key,
            name=name,
            page_class=page,
            position=position,
            phone_size=phone,
            desktop_size=desktop,
        )
    category = apps.get_model("ads", "Category")
    for name, is_held, is_political in CATEGORIES:
        category.objects.create(name=name, is_held_at_tragedy=is_held, is_political=is_political)


class Migration(migrations.Migration):
    replaces = [("ads", "0003_placements")]
    dependencies = [("ads", "0003_what_was_sold")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
