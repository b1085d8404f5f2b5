"""What is uploaded is drawn anew: nothing that hid in the file reaches the disk, and no file is a page of ours."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ads import artwork
from articles import photos

pytestmark = pytest.mark.django_db

PAYLOAD = b"<script>alert(document.domain)</script><?php system('id') ?>"


def hostile(kind: str, size: tuple[int, int] = (640, 200)) -> ContentFile:
    """A picture that is a page too: in its comment, its texts, its profile, its EXIF, and behind its end."""
    out = io.BytesIO()
    image = Image.new("RGB", size, "teal")
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = PAYLOAD.decode()
    if kind == "PNG":
        texts = PngInfo()
        texts.add_text("Comment", PAYLOAD.decode())
        texts.add_itxt("XML:com.adobe.xmp", PAYLOAD.decode())
        image.save(out, kind, exif=exif, pnginfo=texts, icc_profile=PAYLOAD)
    elif kind == "GIF":
        image.save(out, kind, comment=PAYLOAD)
    else:
        image.save(out, kind, exif=exif, icc_profile=PAYLOAD, xmp=PAYLOAD, comment=PAYLOAD)
    # The name, too, is somebody's.
    return ContentFile(out.getvalue() + PAYLOAD, f"../<script>.{kind.lower()}.html")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("way", ["photo", "artwork"])
def test_nothing_that_hid_in_a_picture_is_kept_or_served(client: Client, way, kind) -> None:
    file = hostile(kind)
    assert PAYLOAD in file.read()
    file.seek(0)
    if way == "photo":
        photos.store(file, by=None)
    else:
        artwork.take_in([file], ["320x100"])
    root = Path(project.MEDIA_ROOT)
    kept = [one for one in root.rglob("*") if one.is_file()]
    assert kept
    for one in kept:
        contents = one.read_bytes()
        assert b"<script" not in contents and b"<?php" not in contents, one
        with Image.open(one) as image:
            image.load()
        assert one.suffix in {".jpg", ".webp", ".avif"}, one
        response = client.get(f"/media/{one.relative_to(root)}")
        assert response["Content-Type"].startswith("image/")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    "contents",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html>" + PAYLOAD,
        b"GIF89a/*" + PAYLOAD,
        b"%PDF-1.4\n" + PAYLOAD,
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
        b"push graphic-context\nimage over 0,0 0,0 'https://x.example/'",
        b"",
    ],
)
def test_what_is_no_picture_is_refused(contents: bytes) -> None:
    with pytest.raises(photos.PhotoRefused):
        photos.store(ContentFile(contents, "foto.jpg"), by=None)
    assert not [one for one in Path(project.MEDIA_ROOT).rglob("*") if one.is_file()]
