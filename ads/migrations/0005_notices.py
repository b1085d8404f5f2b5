"""Every change of what stands in the slots of pages without script tells `slots`.

What is sold is asked for by the browser, and no page shows it: only placements, what they fall back on, and what
the brakes ask of that. Events and counts tell nothing.
"""

from django.db import migrations

from pagecache.telling import tells

# Of a creative that a placement falls back on, upwards.
FALLBACKS = """
    FROM ads_placement placement
    JOIN ads_creative creative ON creative.id = placement.fallback_id
    JOIN ads_flight flight ON flight.id = creative.flight_id
    JOIN ads_campaign campaign ON campaign.id = flight.campaign_id
"""


def _of_fallback(key: str, column: str = "id") -> str:
    return f"SELECT 'slots' FROM touched WHERE {column} IN (SELECT {key} {FALLBACKS})"


TOLD = [
    tells("ads_placement", "SELECT 'slots' FROM touched"),
    tells("ads_silenceperiod", "SELECT 'slots' FROM touched"),
    tells("ads_creative", _of_fallback("creative.id")),
    tells("ads_flight", _of_fallback("flight.id")),
    tells("ads_campaign", _of_fallback("campaign.id")),
    tells("ads_category", _of_fallback("campaign.category_id")),
    tells("ads_advertiser_people", _of_fallback("campaign.advertiser_id", "advertiser_id")),
    tells("ads_advertiser_organisations", _of_fallback("campaign.advertiser_id", "advertiser_id")),
]


class Migration(migrations.Migration):
    replaces = [("ads", "0008_notices")]
    dependencies = [("ads", "0004_placements"), ("pagecache", "0001_initial")]
    operations = TOLD
