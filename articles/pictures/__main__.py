"""The process that opens files of others, and makes the cuts of ours.

    python -m articles.pictures read FOLDER < file
    python -m articles.pictures cut FOLDER '{"focus": [0.5, 0.5], "cuts": [...]}' < file

`read` writes the picture to FOLDER/original.jpg, or with `read-plain` its bare pixels to FOLDER/pixels,
and tells of it in a line of JSON. `cut` writes one file after the other, each with a line when it is
whole. A file that is refused is told by {"refused": reason, ...}.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

# Before a library starts a thread.
MEMORY_LIMIT = 224 * 1024 * 1024
SECONDS = 120


def _limit() -> None:
    # What a decoder asks for beyond it is refused to it. Address space alone would count what is never used.
    for limit, value in ((resource.RLIMIT_DATA, MEMORY_LIMIT), (resource.RLIMIT_CPU, SECONDS)):
        _soft, hard = resource.getrlimit(limit)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _say(**found: Any) -> None:
    print(json.dumps(found), flush=True)


def _read(folder: Path, *, is_plain: bool) -> None:
    from .cutting import as_original
    from .reading import read
    from .refusal import Unusable

    try:
        found = read(sys.stdin.buffer)
        if is_plain:
            (folder / "pixels").write_bytes(found.image.tobytes())
        else:
            (folder / "original.jpg").write_bytes(as_original(found.image))
    except MemoryError:
        _say(refused="too_large", numbers={})
    except Unusable as unusable:
        _say(refused=unusable.reason, numbers=unusable.numbers)
    else:
        words = found.words
        _say(
            size=found.image.size,
            format=found.format,
            sent=found.size,
            caption=words.caption,
            credit=words.credit,
            alt_text=words.alt_text,
            taken_on=words.taken_on and words.taken_on.isoformat(),
            is_ai_generated=words.is_ai_generated,
            ms=round(1000 * time.process_time()),
            peak=_peak(),
        )


def _cut(folder: Path, wanted: dict[str, Any]) -> None:
    from .cutting import Original
    from .shapes import Cut

    # Readers and the desk come first.
    os.nice(10)
    original = Original(sys.stdin.buffer, tuple(wanted["focus"]))
    for number, cut in enumerate(wanted["cuts"]):
        began = time.process_time()
        contents = original.cut(Cut(**cut))
        (folder / str(number)).write_bytes(contents)
        _say(number=number, ms=round(1000 * (time.process_time() - began)), peak=_peak())


def _peak() -> int:
    """The most memory this process has had, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def main(arguments: list[str]) -> None:
    _limit()
    kind, folder = arguments[0], Path(arguments[1])
    if kind == "cut":
        _cut(folder, json.loads(arguments[2]))
    else:
        _read(folder, is_plain=kind == "read-plain")


main(sys.argv[1:])
