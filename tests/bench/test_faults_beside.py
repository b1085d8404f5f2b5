"""What stands beside the house of `make faults`: a store that breaks as told, and readers who notice what is wrong."""

from __future__ import annotations

import contextlib
import hashlib
import io
import random
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from PIL import Image

from bench.faults import NotBack
from bench.faults.browser import Answer, NoAnswer
from bench.faults.finding import damaged_photos, is_named_by
from bench.faults.ledger import Attempt, End, Ledger, Piece
from bench.faults.public import PICTURE, Viewer
from bench.faults.store import BROKEN, BUCKET, CUTS, FOLDER, KEYS, SILENT, Store
from bench.faults.witness import NOTICE, Witness

CONTENTS = bytes(range(256)) * 200


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    one = Store()
    one.open()
    yield one
    one.close()


def asking(store: Store) -> Any:
    """A client that tries once and does not wait long."""
    return boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{store.port}",
        region_name="us-east-1",
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        config=Config(connect_timeout=1, read_timeout=0.5, retries={"total_max_attempts": 1}),
    )


def test_a_store_takes_a_file_without_having_anybody_wait(store: Store) -> None:
    began = time.monotonic()
    for number in range(10):
        asking(store).put_object(Body=CONTENTS, Bucket=BUCKET, Key=f"{FOLDER}/quick-{number}")
    # One second each, where it does not say that it listens.
    assert time.monotonic() - began < 9


@pytest.mark.parametrize("how", BROKEN)
def test_a_store_breaks_as_told_and_has_all_of_it_when_it_is_mended(store: Store, how: str) -> None:
    name = f"photos/{how}.jpg"
    there: dict[str, Any] = {"Bucket": BUCKET, "Key": f"{FOLDER}/{name}"}
    asking(store).put_object(Body=CONTENTS, **there)
    store.break_as(how, random.Random(1))
    failed = 0
    for _time in range(2 if how not in BROKEN[2:] else 12):
        try:
            assert asking(store).get_object(**there)["Body"].read() == CONTENTS
        except (BotoCoreError, ClientError):
            failed += 1
    # What is broken in between lets some through.
    assert failed >= 2
    for _time in range(6):
        with contextlib.suppress(BotoCoreError, ClientError):
            asking(store).put_object(Body=CONTENTS, **there)
    store.mend()
    assert asking(store).get_object(**there)["Body"].read() == CONTENTS
    assert store.read(name) == CONTENTS


def test_a_store_says_when_nobody_has_met_what_was_broken(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.faults.store.MET_WITHIN", 0.01)
    store.break_as(SILENT, random.Random(1))
    with pytest.raises(NotBack, match="nobody wrote to the store that says nothing"):
        store.mend()
    store.mend()
    asking(store).list_objects_v2(Bucket=BUCKET)


def test_what_was_sent_to_a_store_that_breaks_off_is_there_as_a_whole_or_not_at_all(
    store: Store,
) -> None:
    store.break_as(CUTS, random.Random(2))
    acknowledged = set()
    for number in range(12):
        there: dict[str, Any] = {"Bucket": BUCKET, "Key": f"{FOLDER}/{number}"}
        try:
            asking(store).put_object(Body=CONTENTS, **there)
            acknowledged.add(number)
        except (BotoCoreError, ClientError):
            pass
    store.mend()
    kept = set()
    for number in range(12):
        try:
            assert store.read(str(number)) == CONTENTS
            kept.add(number)
        except OSError:
            pass
    # Some answers were lost after all was kept.
    assert acknowledged < kept < set(range(12))


class Answering:
    """A browser for which the site has one answer to everything, and to a search another."""

    network = ""

    def __init__(self, status: int = 200, body: bytes = b"", found: bytes | None = None) -> None:
        self.status = status
        self.bodies = {"cari": body if found is None else found}
        self.body = body

    def leave(self) -> None:
        """There is no connection."""

    def get(self, path: str) -> Answer:
        if not self.status:
            raise NoAnswer(path)
        body = self.bodies.get(path.split("/")[1], self.body)
        return Answer(self.status, {}, body, 100.0, 100.1)


def ledger_of(*saved: tuple[str, float]) -> Ledger:
    """One story: what was acknowledged of it, and when."""
    ledger = Ledger()
    for kind, at in saved:
        ledger.begin(kind, "p1").attempts.append(Attempt(at - 1, at, End.SAVED))
    return ledger


LISTED = '<a href="/2026/p1/">'
PUBLIC, NEW, GONE = ("published", 90.0), ("changed", 95.0), ("withdrawn", 98.0)


def seen(ledger: Ledger, body: str, status: int = 200, found: str | None = None) -> set[str]:
    browser = Answering(status, body.encode(), None if found is None else found.encode())
    rest: list[Any] = [browser, ledger, lambda _piece: 1, random.Random(1), 0]
    witness = Witness(lambda mark: f"/2026/{mark}/", *rest)
    witness.write()
    return {line.partition(":")[0] for line in witness.wrong}


@pytest.mark.parametrize(
    ("saved", "status", "body", "is_wrong"),
    [
        ([PUBLIC], 200, "Rapat p1", False),
        ([PUBLIC], 404, "", True),
        # Its notice is on its way.
        ([("published", 100 - NOTICE / 2)], 404, "", False),
        ([PUBLIC, NEW], 200, "p1 diperbaiki", False),
        ([PUBLIC, NEW], 200, "Rapat p1", True),
        # What is newer than what was acknowledged is no fault.
        ([PUBLIC], 200, "p1 diperbaiki", False),
        ([PUBLIC], 410, "", False),
        ([PUBLIC, GONE], 410, "", False),
        ([PUBLIC, NEW, GONE], 200, "p1 diperbaiki", True),
    ],
)
def test_a_reader_notices_what_is_older_than_was_acknowledged(
    saved, status, body, is_wrong
) -> None:
    found = "" if GONE in saved else LISTED
    told = {"older than acknowledged"} if is_wrong else set()
    assert seen(ledger_of(*saved), body, status, found) == told


def test_a_reader_notices_what_was_withdrawn_wherever_it_stands() -> None:
    told = "<link>/2026/p1/</link><title>Rapat p1</title><category>Withdrawn</category>"
    assert seen(ledger_of(PUBLIC, GONE), told, 410) == set()
    assert "withdrawn, and seen in /cari/" in seen(ledger_of(PUBLIC, GONE), told, 410, LISTED)
    everywhere = {
        line
        for _time in range(3)
        for line in seen(ledger_of(PUBLIC, GONE), "Wakil bupati membuka rapat p1.", found="")
    }
    assert [line for line in everywhere if line.startswith("withdrawn, and seen in ")]


def test_a_reader_notices_what_is_published_and_not_found() -> None:
    assert seen(ledger_of(PUBLIC), "Rapat p1", found="") == {"published, and not found"}
    # Somebody is just withdrawing it.
    leaving = ledger_of(PUBLIC)
    leaving.begin("withdrawn", "p1")
    assert seen(leaving, "Rapat p1", found="") == set()


def test_a_page_that_is_not_answered_is_counted_and_says_nothing_of_what_is_shown() -> None:
    for status in (0, 503):
        ledger = ledger_of(PUBLIC)
        assert seen(ledger, "", status) == set()
        # A search, a list, and the story.
        assert (ledger.read[""], ledger.unread[""]) == (3, 3)


@pytest.mark.parametrize(
    ("status", "body", "wrong", "is_seen"),
    [
        (200, CONTENTS, 0, True),
        (200, CONTENTS[:99], 1, False),
        (404, b"", 1, False),
        (503, b"", 0, False),
    ],
)
def test_a_reader_notices_half_a_photo(status, body, wrong, is_seen) -> None:
    ledger = Ledger()
    ledger.begin("photo", "d").attempts.append(Attempt(1, 2, End.SAVED))
    name = f"photos/aa/{hashlib.sha256(CONTENTS).hexdigest()[:32]}.jpg"
    rest: list[Any] = [Answering(status, body), ledger, lambda _p: 1, random.Random(1), 0]
    viewer = Viewer(lambda _sent: [name], is_named_by, *rest)
    viewer.write()
    assert len(viewer.wrong) == wrong
    assert (ledger.first_saved(99, [PICTURE]) is not None) is is_seen
    assert ledger.first_saved(101, [PICTURE]) is None


class Keeping:
    """A house with one photo in its database, and these bytes where its file should be."""

    def __init__(self, contents: bytes | None) -> None:
        out = io.BytesIO()
        Image.new("RGB", (64, 48), "teal").save(out, "JPEG")
        self.whole = out.getvalue()
        self.name = f"photos/aa/{hashlib.sha256(self.whole).hexdigest()[:32]}.jpg"
        self.contents = self.whole if contents == b"whole" else contents

    def rows(self, _question: str, _values: Any) -> list[Any]:
        return [("d", self.name, [])]

    def photo(self, _name: str) -> bytes:
        if self.contents is None:
            raise OSError("NoSuchKey")
        return self.contents


@pytest.mark.parametrize(
    ("contents", "damaged"), [(b"whole", 0), (None, 1), (b"", 1), (b"\xff\xd8 half of it", 1)]
)
def test_a_photo_that_is_in_the_database_has_its_bytes_in_the_store(contents, damaged) -> None:
    house: Any = Keeping(contents)
    assert len(damaged_photos(house, [Piece("photo", "d")])) == damaged


def test_a_photo_of_other_bytes_is_not_that_photo() -> None:
    house: Any = Keeping(b"whole")
    house.name = "photos/aa/0123.jpg"
    assert damaged_photos(house, [Piece("photo", "d")]) == ["photo d: photos/aa/0123.jpg"]
