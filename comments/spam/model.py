"""What the filter has learned, and its file."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import zlib
from array import array
from collections.abc import Iterator, MutableSequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import exp
from pathlib import Path
from typing import Any

from . import features
from .features import Views, shares

_MAGIC = b"newsroom spam model 1\n"
_LARGEST = 32_767


class SpamModelError(Exception):
    """No usable model; the text says which file and why. Whoever asked holds the comment."""


class SpamModelOutdated(SpamModelError):
    """The file was made by another version of the filter."""


@dataclass(frozen=True, slots=True)
class Model:
    """A weight for each bucket, and the curve that makes probabilities of their sums.

    `about` is told to people: when it was trained, from how many comments.
    """

    weights: MutableSequence[float] | array[int]
    bias: float
    slope: float
    shift: float
    unit: float = 1.0  # what 1 in `weights` means
    about: dict[str, Any] = field(default_factory=dict)

    def distance(self, views: Views) -> float:
        weight_of = self.weights.__getitem__
        found = 0.0
        for share, buckets in zip(shares(views), views, strict=True):
            found += share * sum(map(weight_of, buckets))
        return self.bias + self.unit * found

    def probability(self, views: Views) -> float:
        return 1 / (1 + exp(-max(min(self.slope * self.distance(views) + self.shift, 30), -30)))

    def compact(self) -> Model:
        """The same with whole numbers of two bytes, as they are kept in the file."""
        unit = (max(map(abs, self.weights)) or 1.0) * self.unit / _LARGEST
        whole = array("h", (round(weight * self.unit / unit) for weight in self.weights))
        return Model(whole, self.bias, self.slope, self.shift, unit, self.about)

    def save(self, path: Path) -> None:
        """Write the file; whoever reads at the same time gets the former or the new, whole."""
        model = self.compact()
        whole = array("h", model.weights)
        if sys.byteorder == "big":
            whole.byteswap()
        packed = zlib.compress(whole.tobytes(), 9)
        header = {
            "features": features.VERSION,
            "buckets": features.BUCKETS,
            "bias": model.bias,
            "slope": model.slope,
            "shift": model.shift,
            "unit": model.unit,
            "sha256": hashlib.sha256(packed).hexdigest(),
            "about": model.about,
        }
        with _replacing(path) as temporary:
            temporary.write_bytes(
                _MAGIC + json.dumps(header, sort_keys=True).encode() + b"\n" + packed
            )

    @classmethod
    def load(cls, path: Path) -> Model:
        """Read what `save` wrote. Raises SpamModelError if that is not what the file holds."""
        try:
            return cls._of_bytes(path.read_bytes())
        except OSError as error:
            raise SpamModelError(f"Spam model {path}: {error.strerror}.") from None
        except SpamModelOutdated:
            raise SpamModelOutdated(
                f"Spam model {path} was made by another version; train the filter again."
            ) from None
        except (ValueError, KeyError, TypeError, zlib.error):
            raise SpamModelError(f"Spam model {path} is damaged.") from None

    @classmethod
    def _of_bytes(cls, content: bytes) -> Model:
        magic, rest = content[: len(_MAGIC)], content[len(_MAGIC) :]
        line, _, packed = rest.partition(b"\n")
        if magic != _MAGIC:
            raise ValueError
        header = json.loads(line)
        if hashlib.sha256(packed).hexdigest() != header["sha256"]:
            raise ValueError
        if (header["features"], header["buckets"]) != (features.VERSION, features.BUCKETS):
            raise SpamModelOutdated
        whole = array("h")
        unpacked = zlib.decompressobj().decompress(packed, features.BUCKETS * 2 + 1)
        whole.frombytes(unpacked)
        if sys.byteorder == "big":
            whole.byteswap()
        if len(whole) != features.BUCKETS:
            raise ValueError
        bias, slope, shift, unit = (
            float(header[name]) for name in ("bias", "slope", "shift", "unit")
        )
        return cls(whole, bias, slope, shift, unit, dict(header["about"]))


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        # Readable for the web workers, whichever account trained it.
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
