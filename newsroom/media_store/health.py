"""Whether the store of photos answers, for /readyz and the desk: asked within a second, and not more than now and then."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage

# Seconds for an answer, and for which it is believed.
PATIENCE, BELIEVED = 1.5, 10.0


@dataclass(frozen=True)
class Health:
    """`why`: what the store said, when it is not well."""

    place: str
    why: str = ""

    @property
    def is_well(self) -> bool:
        return not self.why


_known: tuple[float, Health] | None = None


def look() -> Health:
    """How it is. On a thread of its own, which can be left waiting: asking has a limit of its own, a longer one."""
    global _known
    if _known is not None and time.monotonic() - _known[0] < BELIEVED:
        return _known[1]
    storage: Any = default_storage
    # Of this thread, which keeps it: making one takes longer than asking.
    place, client = str(storage.place), storage.client
    said: list[Health] = []

    def ask() -> None:
        try:
            storage.ask(client)
        except OSError as error:
            said.append(Health(place, str(error.strerror or error)))
        else:
            said.append(Health(place))

    thread = threading.Thread(target=ask, name="media-store", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    health = said[0] if said else Health(place, "no answer in time")
    _known = time.monotonic(), health
    return health
