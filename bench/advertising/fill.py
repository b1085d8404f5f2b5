"""A newspaper's advertising for measurements: sections, live flights, and a month of counted hours."""

from __future__ import annotations

import datetime
from hashlib import sha256

WORDS = (
    "semen besi cat keramik pasir kayu atap pipa lampu kabel kapal tiket dermaga ombak pulau kamar teras sarapan "
    "tamu rapat simpanan pinjaman anggota koperasi cicilan motor servis oli ban kelas guru belajar ujian murah "
    "dekat setiap hari buka pagi sore malam keluarga anak gigi dokter periksa antar gratis lengkap resmi baru"
).split()
TOP = ("article-top-1", "article-top-2", "article-text", "article-side", "article-end")
SECTIONS = 8

# 28 days × 20 hours × 8 placements × 8 sections × 2 kinds of screen × so many creatives.
HOURS = """
INSERT INTO ads_hourcount (hour, placement_id, creative_id, section_id, device,
                           served, measured, viewable, clicks)
SELECT date_trunc('day', now()) - d * interval '1 day' + h * interval '1 hour', p.id, c.id, s.id,
       device, 40, 34, 20 + (hashint8(p.id * 1000 + h * 31 + d) & 7), 1
FROM generate_series(1, 28) d, generate_series(4, 23) h, ads_placement p, articles_section s,
     (VALUES ('phone'), ('desktop')) AS screens (device),
     LATERAL (SELECT id FROM ads_creative WHERE id %% %(every)s = 0 ORDER BY id LIMIT %(creatives)s) c
"""


def sections() -> list[int]:
    """The sections of the paper; made when there are none."""
    from articles.models import Section

    if not Section.objects.exists():
        for number in range(SECTIONS):
            Section.objects.create(name=f"Rubrik {number}", slug=f"rubrik-{number}")
    return list(Section.objects.order_by("pk").values_list("pk", flat=True))


def flights(live: int) -> None:
    """Make `live` flights that run now: of ten two sponsorships, seven standard and one house.

    A sponsorship has 15 % of one placement in one section; a standard flight stands at two
    placements, one in ten of them for a tag; a house flight stands everywhere. Each has one creative, two in
    three of them pictures.
    """
    from django.db.models import F
    from django.utils import timezone

    from ads.choices import CreativeKind, CreativeState, FlightKind, FlightState
    from ads.models import Advertiser, Campaign, Category, Creative, Flight, Placement
    from articles.models import Tag

    parts = sections()
    slots = [Placement.objects.get(key=key) for key in TOP]
    tag = Tag.objects.create(name="laut", slug="laut")
    advertiser = Advertiser.objects.create(name="Toko Sejahtera", is_house=True)
    campaign = Campaign.objects.create(
        advertiser=advertiser, category=Category.objects.first(), name="Semua"
    )
    today = timezone.localdate()
    days = (today - datetime.timedelta(days=30), today + datetime.timedelta(days=60))
    made = []
    for number in range(live):
        place = number % 10
        kind = FlightKind.STANDARD
        if place in (0, 5):
            kind = FlightKind.SPONSORSHIP
        elif place == 9:
            kind = FlightKind.HOUSE
        made.append(
            Flight(
                campaign=campaign,
                name=f"Tayang {number}",
                kind=kind,
                days=days,
                priority=1 + number % 9,
                share=15 if kind == FlightKind.SPONSORSHIP else None,
                goal=10_000 + 997 * number % 40_000 if kind == FlightKind.STANDARD else None,
                cap_per_day=4 if number % 4 == 0 else None,
                device="phone" if number % 7 == 0 and kind == FlightKind.STANDARD else "",
            )
        )
    made = Flight.objects.bulk_create(made)
    stands, narrow, tagged, sponsors = [], [], [], 0
    for number, flight in enumerate(made):
        if flight.kind == FlightKind.SPONSORSHIP:
            where = [slots[sponsors % 5]]
            narrow.append((flight.pk, parts[sponsors // 5 % len(parts)]))
            sponsors += 1
        elif flight.kind == FlightKind.STANDARD:
            where = [slots[number % 5], slots[(number + 1) % 5]]
            if number % 10 == 3:
                tagged.append(flight.pk)
        else:
            where = slots
        stands += [(flight.pk, slot.pk) for slot in where]
    Flight.placements.through.objects.bulk_create(
        Flight.placements.through(flight_id=flight, placement_id=slot) for flight, slot in stands
    )
    Flight.sections.through.objects.bulk_create(
        Flight.sections.through(flight_id=flight, section_id=part) for flight, part in narrow
    )
    Flight.tags.through.objects.bulk_create(
        Flight.tags.through(flight_id=flight, tag_id=tag.pk) for flight in tagged
    )
    Creative.objects.bulk_create(_creative(number, flight) for number, flight in enumerate(made))
    Creative.objects.update(state=CreativeState.APPROVED, approved_digest=F("digest"))
    Flight.objects.update(state=FlightState.BOOKED)
    assert CreativeKind.TEXT in set(Creative.objects.values_list("kind", flat=True))


def _creative(number: int, flight: object) -> object:
    from ads.models import Creative

    # No two alike, as in life: what repeats itself is pressed to nothing.
    mark = sha256(str(number).encode()).digest()
    words = " ".join(WORDS[byte % len(WORDS)] for byte in mark[:9])
    if number % 3 == 0:
        return Creative(
            flight=flight,
            name=f"Teks {number}",
            kind="text",
            headline=" ".join(WORDS[byte % len(WORDS)] for byte in mark[9:12]).capitalize(),
            words=words,
            link="https://toko.example/",
        )
    sizes = ("320x100", "970x90") if number % 2 else ("300x250", "728x90", "320x50")
    images = {}
    for size in sizes:
        width, height = (int(side) * 2 for side in size.split("x"))
        name = f"sela/{sha256(mark + size.encode()).hexdigest()[:24]}.webp"
        images[size] = {"name": name, "width": width, "height": height}
    return Creative(
        flight=flight,
        name=f"Gambar {number}",
        kind="image",
        images=images,
        alt_text=words,
        link="https://toko.example/",
    )


def hours(creatives: int) -> int:
    """Four weeks of counted hours, of so many creatives at each placement; how many rows."""
    from django.db import connection

    from ads.models import Creative

    every = max(1, Creative.objects.count() // creatives)
    with connection.cursor() as cursor:
        cursor.execute(HOURS, {"every": every, "creatives": creatives})
        rows: int = cursor.rowcount
        cursor.execute("VACUUM ANALYZE")
    return rows
