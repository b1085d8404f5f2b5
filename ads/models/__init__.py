from .counts import Delivery, Discard, Event, HourCount, RolledHour
from .creatives import Creative, Proof
from .flights import BookedDay, Flight, PlacementDay
from .parties import Advertiser, Campaign, Category, PaidStory, ReportLink
from .placements import Placement, SilencePeriod
from .records import Record

__all__ = [
    "Advertiser",
    "BookedDay",
    "Campaign",
    "Category",
    "Creative",
    "Delivery",
    "Discard",
    "Event",
    "Flight",
    "HourCount",
    "PaidStory",
    "Placement",
    "PlacementDay",
    "Proof",
    "Record",
    "ReportLink",
    "RolledHour",
    "SilencePeriod",
]
