"""Pixels and words of files: what is read, what is refused, what the limits say. No database."""

import datetime
import io
import struct
import subprocess
import sys
from pathlib import Path

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from articles.pictures import limits, tiles
from articles.pictures.cutting import Original, as_original
from articles.pictures.reading import MAX_SIDE, read
from articles.pictures.refusal import Unusable
from articles.pictures.shapes import Cut, box_of

ROOT = Path(__file__).resolve().parents[2]


def scene(size=(900, 600)):
    """Red in the upper left, blue in the lower right: it tells how it stands."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0] // 4, size[1] // 4), fill="red")
    draw.rectangle((size[0] * 3 // 4, size[1] * 3 // 4, *size), fill="blue")
    return image


def as_file(image, format="JPEG", **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    out.seek(0)
    return out


def reason_of(file):
    with pytest.raises(Unusable) as unusable:
        read(file)
    return unusable.value.reason


def is_near(colour, name):
    wanted = {"red": (255, 0, 0), "blue": (0, 0, 255)}[name]
    return all(abs(one - other) < 60 for one, other in zip(colour, wanted, strict=True))


# How a picture stands


@pytest.mark.parametrize("orientation", range(1, 9))
def test_picture_stands_upright_whichever_way_the_camera_was_held(orientation):
    turned = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = scene()
    if orientation in turned:
        image = image.transpose(turned[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = read(as_file(image, exif=exif)).image
    assert found.size == (900, 600)
    assert is_near(found.getpixel((20, 20)), "red")
    assert is_near(found.getpixel((880, 580)), "blue")


@pytest.mark.parametrize("value", [0, 9, 4711])
def test_orientation_that_does_not_exist_is_none(value):
    exif = Image.Exif()
    exif[0x0112] = value
    assert read(as_file(scene(), exif=exif)).image.size == (900, 600)


@pytest.mark.parametrize("size", [(1200, 800), (800, 1200), (1111, 777)])
@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 5, 6, 7, 8])
def test_tiles_of_a_phone_give_the_picture_that_decoding_it_whole_gives(size, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    image = scene((size[0] // 2 * 2, size[1] // 2 * 2))
    pillow_heif.from_pillow(image).save(out, tile_size=256, quality=80, exif=exif.tobytes())
    heif = pillow_heif.open_heif(io.BytesIO(out.getvalue()))
    grid = tiles.grid_of(out.getvalue(), heif)
    assert grid is not None
    whole, put_together = heif.to_pillow(), tiles.decode(out.getvalue(), grid, 1)
    assert put_together.size == whole.size
    assert ImageChops.difference(whole, put_together).getbbox() is None


def test_tiles_are_made_smaller_as_they_come():
    out = io.BytesIO()
    pillow_heif.from_pillow(scene((2048, 1024))).save(out, tile_size=512, quality=80)
    grid = tiles.grid_of(out.getvalue(), pillow_heif.open_heif(io.BytesIO(out.getvalue())))
    assert tiles.scale_of(grid, 1024) == 2
    assert tiles.scale_of(grid, 1025) == 1
    assert tiles.decode(out.getvalue(), grid, 2).size == (1024, 512)


def test_bands_leave_no_border_in_a_picture():
    image = Image.linear_gradient("L").resize((3000, 3000)).convert("RGB")
    found = read(as_file(image, "PNG", compress_level=1)).image
    at_once = image.resize((2400, 2400), Image.Resampling.LANCZOS)
    assert max(high for _low, high in ImageChops.difference(found, at_once).getextrema()) <= 1


@pytest.mark.parametrize(
    ("format", "mode", "colour", "wanted"),
    [
        ("PNG", "RGBA", (255, 0, 0, 0), (255, 255, 255)),
        ("PNG", "I;16", 65535, (255, 255, 255)),
        ("PNG", "LA", (0, 0), (255, 255, 255)),
        ("PNG", "1", 1, (255, 255, 255)),
        ("GIF", "L", 255, (255, 255, 255)),
        ("JPEG", "CMYK", (0, 0, 0, 0), (255, 255, 255)),
        ("BMP", "RGB", (255, 255, 255), (255, 255, 255)),
    ],
)
def test_any_mode_becomes_plain_colour_on_white(format, mode, colour, wanted):
    found = read(as_file(Image.new(mode, (64, 48), colour), format)).image
    assert (found.mode, found.size) == ("RGB", (64, 48))
    assert all(abs(a - b) <= 2 for a, b in zip(found.getpixel((30, 20)), wanted, strict=True))


def test_first_frame_of_what_moves_is_taken():
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
    for format in ("GIF", "PNG", "WEBP"):
        file = as_file(frames[0], format, save_all=True, append_images=frames[1:])
        assert is_near(read(file).image.getpixel((5, 5)), "red")


# What is refused


def png_that_claims(width, height):
    import zlib

    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    crc = struct.pack(">I", zlib.crc32(chunk))
    begun = struct.pack(">I", 1000) + b"IDAT"
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + crc + begun)


def test_picture_that_would_not_fit_into_memory_is_refused_before_a_pixel_is_decoded():
    with pytest.raises(Unusable) as unusable:
        read(png_that_claims(12_000, 10_000))
    assert unusable.value.reason == "too_many_pixels"
    assert unusable.value.numbers == {"format": "PNG", "megapixels": 120, "limit": 23}


@pytest.mark.parametrize(
    ("format", "mode", "limit"),
    [
        ("PNG", "RGB", 23),
        ("PNG", "L", 94),
        ("WEBP", "RGB", 7),
        ("AVIF", "RGB", 10),
        ("HEIF", "RGB", 10),
    ],
)
def test_limits_of_formats(format, mode, limit):
    size = (6000, 4000)
    assert limits.Decoding(format, mode, size, size).most_pixels // 1_000_000 == limit


def test_progressive_picture_keeps_its_coefficients_and_an_ordinary_one_does_not():
    image = scene((800, 600))
    assert limits.kept_by_jpeg(as_file(image)) == 0
    # Two bytes a sample: the luminance, and twice a quarter of it.
    assert limits.kept_by_jpeg(as_file(image, progressive=True)) == 2 * 800 * 600 * 3 // 2
    whole_colour = as_file(image, progressive=True, subsampling=0)
    assert limits.kept_by_jpeg(whole_colour) == 2 * 800 * 600 * 3


@given(st.binary(max_size=300))
def test_any_bytes_for_a_jpeg_end_in_a_number(contents):
    assert limits.kept_by_jpeg(io.BytesIO(b"\xff\xd8" + contents)) >= 0


@pytest.mark.parametrize("subsampling", ["4:2:0", "4:4:4"])
def test_avif_says_whether_it_is_the_ordinary_kind(subsampling):
    file = as_file(scene((64, 64)), "AVIF", subsampling=subsampling, speed=10)
    assert limits.is_ordinary(file.getvalue()) is (subsampling == "4:2:0")


@given(
    st.binary(max_size=400), st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF", "HEIF"])
)
def test_damaged_file_of_any_kind_is_read_or_refused_and_nothing_else(noise, format):
    contents = bytearray(as_file(Image.new("RGB", (40, 30), "teal"), format).getvalue())
    for number, byte in enumerate(noise):
        contents[(number * 7919 + byte * 31) % len(contents)] ^= byte
    try:
        assert max(read(io.BytesIO(contents)).image.size) <= MAX_SIDE
    except Unusable as unusable:
        assert unusable.reason in {"unreadable", "svg", "too_small", "too_many_pixels", "too_large"}


def test_file_that_is_cut_off_is_refused():
    whole = as_file(scene()).getvalue()
    assert reason_of(io.BytesIO(whole[: len(whole) // 2])) == "unreadable"


# What a file says


IPTC = (
    b"\x1c\x01\x5a\x00\x03\x1b%G"
    b"\x1c\x02\x78\x00\x1fPelabuhan di pagi hari, Sinjai."
    b"\x1c\x02\x50\x00\x0aBaso Ilham"
    b"\x1c\x02\x6e\x00\x06Antara"
    b"\x1c\x02\x37\x00\x0820260131"
)


def with_iptc(iptc):
    body = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + struct.pack(">I", len(iptc)) + iptc
    body += b"\x00" * (len(iptc) % 2)
    contents = as_file(scene()).getvalue()
    segment = b"\xff\xed" + struct.pack(">H", len(body) + 2) + body
    return io.BytesIO(contents[:2] + segment + contents[2:])


XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" photoshop:Credit="Antara"
 photoshop:DateCreated="2026-01-31T08:00:00+08:00"
 Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia">
<dc:description><rdf:Alt><rdf:li xml:lang="en">A harbour</rdf:li><rdf:li xml:lang="x-default">Pelabuhan</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>Baso Ilham</rdf:li></rdf:Seq></dc:creator>
<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">Perahu di dermaga</rdf:li></rdf:Alt></Iptc4xmpCore:AltTextAccessibility>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def test_caption_credit_and_day_of_an_agency_are_read():
    words = read(with_iptc(IPTC)).words
    assert words.caption == "Pelabuhan di pagi hari, Sinjai."
    assert words.credit == "Baso Ilham/Antara"
    assert words.taken_on == datetime.date(2026, 1, 31)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_what_xmp_says_is_read_from_every_format(format):
    words = read(as_file(scene((64, 48)), format, xmp=XMP.encode())).words
    if format == "PNG" and not words.caption:
        pytest.skip("This Pillow writes no XMP into PNG")
    assert words.caption == "Pelabuhan"
    assert words.credit == "Baso Ilham/Antara"
    assert words.alt_text == "Perahu di dermaga"
    assert words.taken_on == datetime.date(2026, 1, 31)
    assert words.is_ai_generated


def test_what_cameras_write_by_themselves_is_no_caption():
    exif = Image.Exif()
    exif[0x010E] = "OLYMPUS DIGITAL CAMERA"
    exif[0x013B] = "Baso Ilham"
    exif.get_ifd(0x8769)[0x9003] = "2026:01:31 08:00:00"
    words = read(as_file(scene(), exif=exif)).words
    assert (words.caption, words.credit) == ("", "Baso Ilham")
    assert words.taken_on == datetime.date(2026, 1, 31)


@pytest.mark.parametrize(
    "packet",
    [
        b"<broken",
        b"\xff\xfe\x00",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>',
        XMP.replace("Pelabuhan", "\x01").encode(),
    ],
)
def test_damaged_words_are_none_and_the_picture_is_taken(packet):
    found = read(as_file(scene(), xmp=packet))
    assert found.words.caption == ""
    assert found.image.size == (900, 600)


def test_words_have_no_bytes_that_the_database_refuses():
    words = read(with_iptc(b"\x1c\x02\x78\x00\x0cPel\x00abuhan\r\n ")).words
    assert words.caption == "Pelabuhan"


# What is cut


@given(
    st.tuples(st.integers(16, 2400), st.integers(16, 2400)),
    st.sampled_from(["1:1", "4:3", "16:9"]),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_cut_lies_inside_has_its_shape_and_holds_the_focal_point(size, shape, x, y):
    left, top, right, bottom = box_of(size, shape, (x, y))
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]
    across, down = map(int, shape.split(":"))
    assert abs((right - left) - (bottom - top) * across / down) <= across
    assert right - left == size[0] or bottom - top == size[1]
    assert left - 1 <= x * size[0] <= right + 1
    assert top - 1 <= y * size[1] <= bottom + 1


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "AVIF"])
def test_cut_shows_what_the_focal_point_says(format):
    original = io.BytesIO(as_original(scene((1600, 400))))
    contents = Original(original, (0.0, 0.0)).cut(Cut("1:1", format, 200))
    with Image.open(io.BytesIO(contents)) as made:
        assert (made.format, made.size) == (format, (200, 200))
        assert is_near(made.convert("RGB").getpixel((10, 10)), "red")


# The process


def test_process_that_opens_files_has_limits_of_its_own(tmp_path):
    # Memory that a decoder might ask for is refused to it, and the process says so in one line.
    (tmp_path / "greedy.py").write_text(
        "import sys\nsys.argv = ['x', 'read', sys.argv[1]]\n"
        "import articles.pictures.reading as reading\n"
        "def greedy(file, _real=reading._read):\n    return bytearray(2_000_000_000)\n"
        "reading._read = greedy\nimport runpy\n"
        "runpy.run_module('articles.pictures', run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, str(tmp_path / "greedy.py"), str(tmp_path)],
        input=b"x",
        capture_output=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        check=True,
    )
    assert done.stdout == b'{"refused": "too_large", "numbers": {}}\n'
