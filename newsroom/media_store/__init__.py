"""MEDIA_STORE: where photos are kept, a folder of this machine or an S3-compatible store, as Django's STORAGES.

    bucket.py   Django's storage over a bucket, and what pages ask it for
    files.py    the files of either, as backup, restore and `manage.py move_media` list, read and write them
    moving.py   from one into the other
    health.py   whether the store answers

Nothing below is imported without the setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

FOLDER = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
# What a signature names where the store knows no regions, and what most stores of others expect.
REGION = "us-east-1"
OPTIONS = ("endpoint", "region")


def settings_for(address: str, keys: Mapping[str, str]) -> dict[str, Any]:
    """Return STORAGES["default"] for `s3://bucket/folder?endpoint=https://s3.example&region=ap-southeast-3`.

    Without an address it is the folder MEDIA_ROOT.

    Args:
        keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; without both the machine's own role is asked for.

    Raises ImproperlyConfigured, in one sentence and without a key.
    """
    if not address:
        return FOLDER
    try:
        parts = urlsplit(address)
        named = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        has_port = parts.port is not None
    except ValueError:
        raise _unusable("it is not an address") from None
    if parts.scheme != "s3":
        raise _unusable("it begins with s3://")
    if "@" in parts.netloc:
        raise _unusable("keys stand in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    if not parts.netloc or has_port or parts.fragment:
        raise _unusable(
            "after s3:// comes the name of a bucket, and then a folder in it or nothing"
        )
    options = dict(named)
    if unknown := sorted(options.keys() - set(OPTIONS)):
        raise _unusable(f"it knows no {unknown[0]!r}; the options are {' and '.join(OPTIONS)}")
    endpoint = options.get("endpoint", "").rstrip("/")
    if endpoint and not _is_endpoint(endpoint):
        raise _unusable("endpoint is an http or https address without a password")
    key, secret = keys.get("AWS_ACCESS_KEY_ID", ""), keys.get("AWS_SECRET_ACCESS_KEY", "")
    if bool(key) != bool(secret):
        raise ImproperlyConfigured(
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together: set both, or neither."
        )
    if not is_installed():
        raise ImproperlyConfigured(
            "MEDIA_STORE is set, but django-storages and boto3 are not installed: install requirements/stores.lock, or"
            " take MEDIA_STORE away."
        )
    return {
        "BACKEND": "newsroom.media_store.bucket.BucketStorage",
        "OPTIONS": {
            "bucket_name": parts.netloc,
            "location": parts.path.strip("/"),
            "endpoint_url": endpoint or None,
            "region_name": options.get("region") or REGION,
            "access_key": key or None,
            "secret_key": secret or None,
        },
    }


def is_installed() -> bool:
    return all(find_spec(name) for name in ("storages", "boto3"))


def _is_endpoint(text: str) -> bool:
    try:
        parts = urlsplit(text)
        has_port = parts.port != 0
    except ValueError:
        return False
    is_bare = not (parts.query or parts.fragment) and "@" not in parts.netloc
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and has_port and is_bare


def _unusable(why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"MEDIA_STORE cannot be used: {why}, such as s3://photos/newsroom?endpoint=https://s3.example."
    )
