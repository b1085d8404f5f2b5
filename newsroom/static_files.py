"""How static files are collected: our own without comments and needless spaces, all of them hashed and compressed."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any

import rcssmin
import rjsmin
from django.core.files.base import ContentFile
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Those of packages come as their authors made them.
OURS = ("site/", "desk/")
_SHORTEN = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}


class _Once(Compressor):
    """Compresses no bytes twice: most files have the same under their own name and under the hashed one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.compress_brotli = _once(Compressor.compress_brotli)
        self.compress_gzip = _once(Compressor.compress_gzip)


def _once(compress: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    known = functools.cache(compress)
    locks: defaultdict[bytes, Lock] = defaultdict(Lock)

    def compressed(data: bytes) -> bytes:
        # Files are taken by several threads, and the largest are still in hand when the other one comes.
        with locks[data]:
            return known(data)

    return compressed


class ShortStaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, for style sheets and scripts that are written to be read.

    An article's own are 3.4 kB of 21 shorter for it, compressed. `collectstatic` may run any number of times.
    """

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool | Exception]]:
        # The names are made of what is read there: for ours that is what was shortened, not the source.
        ours = {} if dry_run else {path: (self, path) for path in paths if self._shorten(path)}
        yield from super().post_process(paths | ours, dry_run, **options)

    def create_compressor(self, **options: Any) -> Compressor:
        return _Once(**options)

    def _shorten(self, path: str) -> bool:
        """Whether the collected file is one of ours; then it is shortened in its place."""
        suffix = path[path.rfind(".") :]
        if suffix not in _SHORTEN or not path.startswith(OURS):
            return False
        with self.open(path) as file:
            written = file.read().decode()
        self.delete(path)
        self._save(path, ContentFile(short(written, suffix).encode()))
        return True


def short(written: str, suffix: str) -> str:
    """A style sheet (".css") or script (".js") without comments and needless spaces; it means the same."""
    return str(_SHORTEN[suffix](written))
