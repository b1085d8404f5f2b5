"""Screenshots as run: a page of this site with a creative on it, kept for the proof of showing.

By the server: a headless Chromium opens a real page with `#sela=<creative>`, which makes the page's script
choose that creative if it is among the candidates (and tell nothing to the counting door). The picture is kept
only when the page itself says afterwards that this creative stands at that placement; picture and page come out
of one run of the browser, so they are of the same moment. By hand: an upload, with a note of who took it.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import io
import logging
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import File
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from articles import photos
from articles.absolute import absolute
from articles.models import Article, Place, TaggedArticle

from .choices import CreativeState, Device, FlightState, PageClass
from .models import Creative, Placement, Proof
from .selection import is_in_hours
from .snapshot import creative_facts

if TYPE_CHECKING:
    from PIL import Image

    from accounts.models import User

logger = logging.getLogger(__name__)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTHS = {Device.PHONE: 390, Device.DESKTOP: 1440}
WAIT_SECONDS = 40
# A picture may take WAIT_SECONDS, and the next run is an hour away.
MOST_A_RUN = 12
_A_DAY = 24 * 60 * 60
# A page is tall, and what stands at its end has to be on the picture.
_TALL = 3000
_ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--mute-audio", "--virtual-time-budget=8000"),
)


def browser() -> str | None:
    """The Chromium that takes pictures; None where there is none, and then none are taken."""
    if settings.CHROMIUM:
        return shutil.which(settings.CHROMIUM)
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def keep_upload(
    file: IO[bytes] | File[Any],
    *,
    creative: Creative,
    placement: Placement,
    address: str,
    taken_at: datetime.datetime,
    device: str,
    note: str,
    by: User,
) -> Proof:
    """Keep a picture that somebody took. Raises articles.photos.PhotoRefused with a sentence."""
    # The same door as for any upload: decoded, upright, written anew without what hid in it.
    image = photos.decode(file)
    return _keep(
        image,
        creative=creative,
        placement=placement,
        address=address,
        taken_at=taken_at,
        device=device,
        note=note,
        by=by,
    )


def take_all() -> int:
    """A picture of each running creative at each of its placements; returns how many were kept."""
    program = browser()
    if program is None:
        return 0
    from PIL import Image  # here, as in articles.photos.taking

    kept = 0
    for creative, placement, device in due()[:MOST_A_RUN]:
        cache.set(_tried_key(creative, placement, device), time.time(), _A_DAY)
        try:
            kept += take(program, creative, placement, device) is not None
        except (
            OSError,
            subprocess.SubprocessError,
            Image.DecompressionBombError,
            photos.PhotoRefused,
        ) as error:
            logger.warning("No picture of creative %s was taken: %s", creative.pk, error)
    return kept


def take(program: str, creative: Creative, placement: Placement, device: str) -> Proof | None:
    """A picture of one creative at one placement; None when it was not drawn there."""
    from PIL import Image  # as above

    address = page_of(placement, creative)
    if address is None:
        return None
    taken_at = timezone.now()
    with tempfile.TemporaryDirectory(prefix="proof-") as folder:
        image = Path(folder) / "page.png"
        page = _run(program, f"{absolute(address)}#sela={creative.pk}", device, Path(folder), image)
        if not is_drawn(page, placement.key, creative.pk) or not image.is_file():
            return None
        with Image.open(image, formats=["PNG"]) as source:
            picture = source.convert("RGB")
    return _keep(
        picture,
        creative=creative,
        placement=placement,
        address=address,
        taken_at=taken_at,
        device=device,
        note="",
        by=None,
    )


def is_drawn(page: str, placement: str, creative: int) -> bool:
    """Whether a page, as the browser has it in the end, says that the creative stands there."""
    slot = re.search(rf'<[a-z]+ [^>]*data-sela="{re.escape(placement)}"[^>]*>', page)
    return slot is not None and f'data-sela-shown="{creative}"' in slot[0]


def page_of(placement: Placement, creative: Creative) -> str | None:
    """A page of this site on which the creative may stand: a new story, the front page, a list.

    None where there is none, as for a flight of tags on lists, which have no tags. A story is public,
    not paid, protects nobody and tells of no tragedy.
    """
    flight = creative.flight
    sections, tags, places = (
        list(rows.all()) for rows in (flight.sections, flight.tags, flight.places)
    )
    if placement.page_class != PageClass.ARTICLE:
        if tags or places:
            return None
        if placement.page_class == PageClass.FRONT:
            return None if sections else "/"
        return sections[0].get_absolute_url() if sections else "/terkini/"
    stories = Article.objects.published().unpaid().unprotected().filter(is_tragedy=False)
    if sections:
        stories = stories.filter(section__in=sections)
    if tags:
        with_tag = TaggedArticle.objects.filter(content_object=OuterRef("pk"), tag__in=tags)
        stories = stories.filter(Exists(with_tag))
    if places:
        stories = stories.filter(_lies_in(places))
    story = stories.newest_first().defer("body", "search").first()
    return story.get_absolute_url() if story else None


def _lies_in(places: Sequence[Place]) -> Q:
    """From one of these places, or from a village, district or regency within."""
    depth = ("place", "place__parent", "place__parent__parent", "place__parent__parent__parent")
    found = Q()
    for path in depth:
        found |= Q(**{f"{path}__in": places})
    return found


def due() -> list[tuple[Creative, Placement, str]]:
    """Running creatives by placement and screen that have no picture of today.

    What was not tried today comes first, then what has had no picture for the longest: so a run
    that takes a few of them comes to each in the end.
    """
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Proof.objects.filter(taken_by=None).values_list("creative", "placement", "device")
    last = {tuple(key): at for *key, at in rows.annotate(at=Max("taken_at")).order_by()}
    found = [
        one
        for one in _running()
        if (at := last.get((one[0].pk, one[1].pk, one[2]))) is None or at < since
    ]
    tried = cache.get_many([_tried_key(*one) for one in found])

    def turn(one: tuple[Creative, Placement, str]) -> tuple[Any, ...]:
        creative, placement, device = one
        at = last.get((creative.pk, placement.pk, device))
        waits = at.timestamp() if at else 0
        first = creative.flight.first_day
        return tried.get(_tried_key(*one), 0), waits, first, creative.pk, placement.pk, device

    return sorted(found, key=turn)


def _running() -> Iterator[tuple[Creative, Placement, str]]:
    """What may stand on a page at this hour, on each screen for which the creative has a size."""
    now = timezone.localtime()
    rows = Creative.objects.filter(
        state=CreativeState.APPROVED,
        flight__state=FlightState.BOOKED,
        flight__days__contains=now.date(),
    ).select_related("flight")
    targets = ("placements", "sections", "tags", "places")
    for creative in rows.prefetch_related(*(f"flight__{name}" for name in targets)):
        flight, facts = creative.flight, creative_facts(creative)
        if flight.weekdays and now.isoweekday() not in flight.weekdays:
            continue
        if not is_in_hours(now.hour, flight.from_hour, flight.until_hour):
            continue
        for placement in flight.placements.all():
            for device, size in placement.sizes.items():
                if placement.is_on and flight.device in ("", device) and facts.fits(size):
                    yield creative, placement, device


def _tried_key(creative: Creative, placement: Placement, device: str) -> str:
    return f"proof-tried:{creative.pk}:{placement.pk}:{device}"


def _run(program: str, address: str, device: str, folder: Path, image: Path) -> str:
    """Open an address in a browser of its own, write the picture, and return the page it had.

    Raises subprocess.TimeoutExpired; the browser with all its processes is gone then too.
    """
    running = subprocess.Popen(
        [
            program,
            *_ARGUMENTS,
            f"--user-data-dir={folder / 'profile'}",
            f"--window-size={WIDTHS[Device(device)]},{_TALL}",
            f"--screenshot={image}",
            "--dump-dom",
            address,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        page, _nothing = running.communicate(timeout=WAIT_SECONDS)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    return page.decode("utf-8", "replace")


def _keep(
    image: Image.Image,
    *,
    creative: Creative,
    placement: Placement,
    address: str,
    taken_at: datetime.datetime,
    device: str,
    note: str,
    by: User | None,
) -> Proof:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80, method=4)
    proof = Proof(
        creative=creative,
        placement=placement,
        address=address[:300],
        width=image.width,
        height=image.height,
        device=device,
        note=note[:200],
        taken_at=taken_at,
        taken_by=by,
    )
    name = f"{hashlib.sha256(out.getvalue()).hexdigest()}.webp"
    # As `Proof.image` is told to call it: the same file is kept once.
    name = f"{Proof._meta.get_field('image').upload_to}/{name}"
    proof.image.name = photos.keep_for_sender(proof.image.storage, name, out.getvalue())
    proof.save()
    return proof
