"""Photos in a bucket of an S3-compatible store, named on pages by addresses of our own (`newsroom.media`).

The bucket can be private: no page names it, no address is signed. What goes wrong is an OSError, as with a disk.
"""

from __future__ import annotations

import errno
import mimetypes
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import IO, Any
from urllib.parse import urljoin

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from .names import checked

# Seconds to connect, and between two pieces of an answer; whoever asks waits for two attempts at most.
CONNECT, READ, ATTEMPTS = 2, 5, 2
# Names are hashes of contents, as in newsroom/media.py: whoever reads the bucket past us may keep them, too.
CACHE_CONTROL = "public, max-age=31536000, immutable"
_MISSING = {"404", "NoSuchKey", "NotFound"}
# Bytes that a name may have at most, there.
_LONGEST = 1024


_making = threading.Lock()


@cache
def _session(key: str | None, secret: str | None, token: str | None) -> Any:
    """What has read the descriptions of the store's protocol; that takes a tenth of a second."""
    return boto3.Session(key, secret, token)


class StoreTrouble(OSError):
    """The store did not do what it was asked. `is_away`: it does not answer, or says itself that it is in trouble."""

    is_away = True


@dataclass(frozen=True)
class Found:
    """A file of the bucket: `tag` is the store's own mark of its contents."""

    contents: bytes
    changed_at: datetime
    tag: str


class BucketStorage(S3Storage):
    """django-storages' own, with addresses on this site, short patience, and errors of Python.

    Raises FileNotFoundError for a file that is not there, StoreTrouble for everything else.
    """

    def get_default_settings(self) -> dict[str, Any]:
        return {
            **super().get_default_settings(),
            # A file of that name has the same contents.
            "file_overwrite": True,
            "default_acl": None,
            "querystring_auth": False,
            "object_parameters": {"CacheControl": CACHE_CONTROL},
        }

    def __init__(self, **options: Any) -> None:
        # Stores of others know buckets by their path, and not all of them the newer checksums.
        style = "path" if options.get("endpoint_url") else "auto"
        super().__init__(
            client_config=Config(
                s3={"addressing_style": style},
                signature_version="s3v4",
                connect_timeout=CONNECT,
                read_timeout=READ,
                retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
            **options,
        )

    @property
    def connection(self) -> Any:
        """Of this thread. One after the other: what they are made of is shared, and is not made for threads."""
        with _making:
            return super().connection

    def _create_session(self) -> Any:
        return _session(self.access_key, self.secret_key, self.security_token)

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        """On this site, as if the file lay in MEDIA_ROOT; nobody is asked."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name or "").lstrip("/"))

    def exists(self, name: str) -> bool:
        with self._told():
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        with self._told():
            return int(super().size(name))

    def delete(self, name: str) -> None:
        with self._told():
            super().delete(name)

    def _open(self, name: str, mode: str = "rb") -> Any:
        """A file of this machine with what is in it: in one question, whose answer tells a lost file from a lost bucket."""
        if mode != "rb":
            raise ValueError("Files of a bucket are opened for reading")
        file = tempfile.TemporaryFile()  # noqa: SIM115 – the caller closes it
        try:
            self.fetch(name, file)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return File(file, name)

    def _save(self, name: str, content: Any) -> str:
        content.seek(0)
        self.put(name, content.file)
        return name

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """What is no picture is a download, also for who reads the bucket past us."""
        kind = mimetypes.guess_type(name)[0] or ""
        is_picture = kind.startswith("image/") and kind != "image/svg+xml"
        more = (
            {}
            if is_picture
            else {"ContentType": "application/octet-stream", "ContentDisposition": "attachment"}
        )
        return {**super().get_object_parameters(name), **more}

    # Past Django's interface

    @property
    def client(self) -> Any:
        return self.connection.meta.client

    def key(self, name: str) -> str:
        """What a file is called in the bucket. Raises ValueError for a name that no file can have."""
        key = f"{self.location.strip('/')}/{checked(name)}".lstrip("/")
        if len(key.encode()) > _LONGEST:
            raise ValueError("The name is too long")
        return key

    def read(self, name: str, *, most: int, since: datetime | None = None) -> Found | None:
        """A file as a whole, or None when it has not changed since then."""
        asked = {"Bucket": self.bucket_name, "Key": self.key(name)}
        if since is not None:
            asked["IfModifiedSince"] = since
        try:
            with self._told():
                answer = self.client.get_object(**asked)
                with closing(answer["Body"]) as body:
                    if answer["ContentLength"] > most:
                        words = f"{name} has {answer['ContentLength']} bytes"
                        raise StoreTrouble(errno.EFBIG, words, self.place)
                    contents = body.read()
        except _Unchanged:
            return None
        return Found(contents, answer["LastModified"], answer["ETag"].strip('"'))

    def about(self, name: str) -> dict[str, Any]:
        """What the store says of a file."""
        with self._told():
            return dict(self.client.head_object(Bucket=self.bucket_name, Key=self.key(name)))

    def ask(self, client: Any) -> None:
        """Ask the store for anything at all; `client` is one of any thread."""
        with self._told():
            client.list_objects_v2(Bucket=self.bucket_name, MaxKeys=1)

    def listed(self, folder: str = "") -> Iterator[dict[str, Any]]:
        """Every object below a folder, by name, a thousand at each question: Key, Size, LastModified, ETag."""
        below = f"{self.location.strip('/')}/" if self.location else ""
        pages = self.client.get_paginator("list_objects_v2")
        with self._told():
            for page in pages.paginate(Bucket=self.bucket_name, Prefix=below + folder):
                for one in page.get("Contents", ()):
                    yield {**one, "Key": one["Key"].removeprefix(below)}

    def put(self, name: str, file: IO[bytes]) -> None:
        """Write a file under exactly that name, in one piece, so that the store's mark is that of its contents."""
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        parameters = {"ContentType": kind, **self.get_object_parameters(name)}
        with self._told():
            self.client.put_object(
                Bucket=self.bucket_name, Key=self.key(name), Body=file, **parameters
            )

    def fetch(self, name: str, out: IO[bytes], piece: int = 256 * 1024) -> None:
        """Write a file into another, in pieces."""
        with self._told():
            answer = self.client.get_object(Bucket=self.bucket_name, Key=self.key(name))
            with closing(answer["Body"]) as body:
                for some in body.iter_chunks(piece):
                    out.write(some)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the libraries raise becomes an error of Python, in the store's words."""
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code == "304":
                raise _Unchanged from None
            if code in _MISSING:
                raise FileNotFoundError(errno.ENOENT, str(error), self.place) from error
            trouble = StoreTrouble(errno.EIO, str(error), self.place)
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
            trouble.is_away = status >= 500
            raise trouble from error
        except BotoCoreError as error:
            raise StoreTrouble(errno.EIO, str(error), self.place) from error

    @property
    def place(self) -> str:
        """The bucket and the folder in it, as people write it."""
        return f"s3://{self.bucket_name}/{self.location}".rstrip("/")


class _Unchanged(Exception):
    """The store has nothing newer than what was named."""
