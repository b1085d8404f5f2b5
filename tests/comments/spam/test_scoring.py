"""What the shipped filter says of a comment, and which model it uses."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from comments.spam import SpamModelError, features, files, score, scoring
from comments.spam.model import Model


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(scoring, "_current", None)


# Brands that no comment of the training names.
@pytest.mark.parametrize(
    "text",
    [
        "rejeki nomplok dari 𝐃𝐔𝐑𝐈𝐀𝐍𝟒𝐃",
        "P E L A N G I 7 7 memang mantap, jp terus",
        "Main di rambutan99 dijamin gacor bosku",
        "Cari saja di google DURIANWIN, pasti cair",
        "gak nyesel main di ɴᴀɴᴀꜱ88, wd lancar",
    ],
)
def test_an_advertisement_for_an_unknown_brand_is_spam(text: str) -> None:
    assert score(text).probability > 0.9


@pytest.mark.parametrize(
    "text",
    [
        "Pak Bupati, jalan di Kec. Sinjai Barat RT03/RW05 rusak parah, mohon diperbaiki",
        "JALAN RUSAK DI DESA KAMI SUDAH 3 TAHUN TIDAK DIPERBAIKI!!!",
        "Berantas judi online! Anak muda di kampung kami habis uangnya gara-gara slot",
        "Polisi harus tangkap bandar judol, jangan cuma pemainnya",
        "Gempa M 5,6 terasa di Bone jam 03.12",
        "SMAN1 Sinjai juara 1 lomba debat, selamat 🇮🇩🇮🇩🇮🇩",
        "Harga gabah turun jadi Rp5.500/kg, petani rugi",
        "CPNS2026 kapan dibuka?",
        "𝓢𝓮𝓵𝓪𝓶𝓪𝓽 𝓱𝓪𝓻𝓲 𝓻𝓪𝔂𝓪",
        "Спасибо",
    ],
)
def test_what_readers_of_a_newspaper_write_is_no_spam(text: str) -> None:
    assert score(text).probability < 0.1
    assert score(text).reasons == []


def test_the_reasons_name_what_was_seen() -> None:
    with translation.override("en"):
        assert score("main di 𝐃𝐔𝐑𝐈𝐀𝐍𝟕𝟕 g4c0r, jp terus").reasons == [
            "looks like the name of a gambling site: “durian77”",
            "letters in a special style: “durian77”",
            "digits in place of letters: “g4c0r”",
            "words of gambling: gacor, jp",
        ]


def test_the_reasons_are_in_the_language_in_force() -> None:
    with translation.override("id"):
        assert "mirip nama situs judi: “durian77”" in score("main di durian77 gacor").reasons


def test_one_advertisement_inside_a_long_text_is_found() -> None:
    long = "Jalan di desa kami rusak dan belum diperbaiki. " * 600
    assert score(long).probability < 0.1
    assert score(long + "main di 𝐃𝐔𝐑𝐈𝐀𝐍𝟕𝟕 gacor, jp terus " + long).probability > 0.9


@pytest.mark.parametrize("text", ["", " ", "😂😂😂", "\x00", "\ud800", "...", "🇮🇩"])
def test_a_text_without_words_is_no_spam(text: str) -> None:
    assert score(text).probability == 0
    assert score(text).reasons == []


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None)))
def test_any_text_gets_a_probability(text: str) -> None:
    assert 0 <= score(text).probability <= 1


@pytest.mark.parametrize("piece", ["a ", "1 ", "\u0301", "!", "𝐀", "a1", "aI", "²", "🇮", "\u200b"])
def test_a_text_of_64_kilobytes_of_the_same_is_scored(piece: str) -> None:
    assert 0 <= score(piece * (65_536 // len(piece))).probability <= 1


def test_the_shipped_model_was_trained_on_the_shipped_comments() -> None:
    digest = hashlib.sha256(files.SHIPPED_COMMENTS.read_bytes()).hexdigest()
    assert Model.load(files.SHIPPED_MODEL).about["shipped_comments_sha256"] == digest


def own_model(bias: float) -> None:
    model = Model([0.0] * features.BUCKETS, bias, 1.0, 0.0)
    model.save(files.trained_model())


def test_the_newsrooms_own_model_goes_first_and_a_newer_one_is_noticed() -> None:
    assert score("selamat pagi").probability < 0.1
    own_model(bias=0.0)
    assert score("selamat pagi").probability == 0.5
    own_model(bias=30.0)
    assert score("selamat pagi").probability > 0.99
    files.trained_model().unlink()
    assert score("selamat pagi").probability < 0.1


def test_a_damaged_model_is_one_clear_error() -> None:
    own_model(bias=0.0)
    whole = files.trained_model().read_bytes()
    for damaged in (b"", whole[:-1], whole[:200], b"x" + whole, whole.replace(b"bias", b"bais", 1)):
        files.trained_model().write_bytes(damaged)
        with pytest.raises(SpamModelError, match=r"Spam model .*model\.bin is damaged\."):
            score("selamat pagi")


def test_a_missing_model_is_one_clear_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(files, "SHIPPED_MODEL", tmp_path / "none.bin")
    with pytest.raises(SpamModelError, match=r"none\.bin: No such file or directory\."):
        score("selamat pagi")


def test_after_an_upgrade_the_shipped_model_stands_in_for_an_outdated_own_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as former:
        former.setattr(features, "VERSION", 0)
        own_model(bias=30.0)
    assert score("selamat pagi").probability < 0.1


def test_a_file_that_unpacks_to_gigabytes_is_damaged(tmp_path: Path) -> None:
    own_model(bias=0.0)
    shutil.copy(files.trained_model(), tmp_path / "copy.bin")
    content = (tmp_path / "copy.bin").read_bytes()
    head, _, packed = content.rpartition(b"}\n")
    import json
    import zlib

    bomb = zlib.compress(b"\0" * 50_000_000)
    magic, _, header = head.partition(b"\n")
    fields = json.loads(header + b"}") | {"sha256": hashlib.sha256(bomb).hexdigest()}
    files.trained_model().write_bytes(magic + b"\n" + json.dumps(fields).encode() + b"\n" + bomb)
    assert packed
    with pytest.raises(SpamModelError):
        score("selamat pagi")


def test_a_model_survives_being_saved_and_loaded(tmp_path: Path) -> None:
    model = Model([0.0] * features.BUCKETS, -0.5, 2.0, 0.25, about={"decisions": 3})
    model.weights[7] = 1.5
    model.weights[9] = -0.75
    model.save(tmp_path / "model.bin")
    loaded = Model.load(tmp_path / "model.bin")
    assert (loaded.bias, loaded.slope, loaded.shift, loaded.about) == (
        -0.5,
        2.0,
        0.25,
        {"decisions": 3},
    )
    assert loaded.weights[7] * loaded.unit == pytest.approx(1.5)
    assert loaded.weights[9] * loaded.unit == pytest.approx(-0.75, abs=1e-4)
    assert os.listdir(tmp_path) == ["model.bin"]
