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
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.utils import timezone
from PIL import Image

from articles import photos
from articles.absolute import absolute
from articles.models import Article

from .choices import CreativeState, Device, FlightState, PageClass
from .models import Creative, Placement, Proof
from .sizes import pixels

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WINDOWS = {Device.PHONE: "390x844", Device.DESKTOP: "1440x900"}
WAIT_SECONDS = 40
MOST_A_RUN = 40
# A page is tall, and what stands at its end has to be on the picture.
_TALL = 3000
_ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--mute-audio", "--virtual-time-budget=8000"),
)


def browser() -> str | None:
    """The Chromium that takes pictures; None where there is none, and then none are taken."""
    named = getattr(settings, "CHROMIUM", "")
    if named:
        return shutil.which(named)
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
    kept = 0
    for creative, placement, device in list(_due())[:MOST_A_RUN]:
        try:
            kept += take(program, creative, placement, device) is not None
        except (OSError, subprocess.SubprocessError, Image.DecompressionBombError) as error:
            logger.warning("No picture of creative %s was taken: %s", creative.pk, error)
    return kept


def take(program: str, creative: Creative, placement: Placement, device: str) -> Proof | None:
    """A picture of one creative at one placement; None when it was not drawn there."""
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
    """A page of this site on which the placement stands: a new story, the front page, a list."""
    if placement.page_class == PageClass.FRONT:
        return "/"
    sections = list(creative.flight.sections.all())
    if placement.page_class == PageClass.LIST:
        return sections[0].get_absolute_url() if sections else "/terkini/"
    stories = Article.objects.published().unpaid().unprotected().newest_first()
    if sections:
        stories = stories.filter(section__in=sections)
    story = stories.defer("body", "search").first()
    return story.get_absolute_url() if story else None


def _due() -> Iterator[tuple[Creative, Placement, str]]:
    """Running creatives by placement and screen that have no picture of today."""
    today = timezone.localdate()
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    done = set(
        Proof.objects.filter(taken_at__gte=since, taken_by=None).values_list(
            "creative", "placement", "device"
        )
    )
    running = Creative.objects.filter(
        state=CreativeState.APPROVED,
        flight__state=FlightState.BOOKED,
        flight__days__contains=today,
    ).select_related("flight")
    for creative in running.prefetch_related("flight__placements", "flight__sections"):
        for placement in creative.flight.placements.all():
            for device in placement.sizes:
                is_wanted = creative.flight.device in ("", device) and placement.is_on
                if is_wanted and (creative.pk, placement.pk, device) not in done:
                    yield creative, placement, device


def _run(program: str, address: str, device: str, folder: Path, image: Path) -> str:
    """Open an address in a browser of its own, write the picture, and return the page it had.

    Raises subprocess.TimeoutExpired; the browser with all its processes is gone then too.
    """
    width, _height = pixels(WINDOWS[Device(device)])
    running = subprocess.Popen(
        [
            program,
            *_ARGUMENTS,
            f"--user-data-dir={folder / 'profile'}",
            f"--window-size={width},{_TALL}",
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
    proof.image.save(name, ContentFile(out.getvalue()), save=False)
    proof.save()
    return proof
