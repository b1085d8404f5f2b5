"""Which clock a place lives by.

Presidential Decree 41 of 1987 divides Indonesia into three zones by province; tzdata has four
names, because West and Central Kalimantan changed their clocks at other times than Java.
Systems in this field get single towns wrong by guessing from the map, so the province decides
and nothing else.
"""

import datetime
from zoneinfo import ZoneInfo

from .choices import TimeZoneName

# By the first two digits of the official place code (Ministry of Home Affairs).
_ZONE_BY_PROVINCE: dict[TimeZoneName, tuple[str, ...]] = {
    # Sumatra 11-21, Java 31-36
    TimeZoneName.JAKARTA: (
        *("11", "12", "13", "14", "15", "16", "17", "18", "19", "21"),
        *("31", "32", "33", "34", "35", "36"),
    ),
    # West and Central Kalimantan
    TimeZoneName.PONTIANAK: ("61", "62"),
    # Bali, Nusa Tenggara, South, East and North Kalimantan, Sulawesi
    TimeZoneName.MAKASSAR: (
        *("51", "52", "53", "63", "64", "65"),
        *("71", "72", "73", "74", "75", "76"),
    ),
    # Maluku and Papua
    TimeZoneName.JAYAPURA: ("81", "82", "91", "92", "93", "94", "95", "96"),
}
ZONE_BY_PROVINCE: dict[str, TimeZoneName] = {
    province: zone for zone, provinces in _ZONE_BY_PROVINCE.items() for province in provinces
}


def zone_of_code(code: str) -> TimeZoneName:
    """The zone of an official place code such as "73" or "73.07".

    Raises KeyError for a code whose province is not in the table: a new province must be
    given its zone by a person, never by a default.
    """
    return ZONE_BY_PROVINCE[code[:2]]


def label(moment: datetime.datetime, zone: str) -> str:
    """The zone's own label at that moment, as readers know it: "WIB", "WITA" or "WIT"."""
    return moment.astimezone(ZoneInfo(zone)).tzname() or ""
