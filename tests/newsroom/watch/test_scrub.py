"""What must not stand in a log does not, whoever wrote the line."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.watch.scrub import HIDDEN, LONGEST, scrub, scrub_all

TOKEN = "9f3a-geheim_Zx1"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        # Keys in paths
        (f"Not Found: /laporan/{TOKEN}/", "Not Found: /laporan/•••/"),
        (f"/laporan/{TOKEN}/materi/4/", "/laporan/•••/materi/4/"),
        (f"/buletin/konfirmasi/{TOKEN}/", "/buletin/konfirmasi/•••/"),
        (f"/buletin/rubrik/{TOKEN}/", "/buletin/rubrik/•••/"),
        (f"/buletin/berhenti/{TOKEN}/?x=1", "/buletin/berhenti/•••/?x=1"),
        (f"/pratinjau/{TOKEN}/", "/pratinjau/•••/"),
        (f"/pratinjau/berita/{TOKEN}/", "/pratinjau/berita/•••/"),
        (f"/persetujuan/{TOKEN}", "/persetujuan/•••"),
        (f"https://kabar.example/persetujuan/{TOKEN}/ 500", "https://kabar.example/persetujuan/•••/ 500"),
        ("/buletin/2026/11/27/", "/buletin/2026/11/27/"),
        # Query strings
        ("/cari/?q=banjir&token=abc&urut=baru", "/cari/?q=banjir&token=•••&urut=baru"),
        ("/x?password=a%20b&q=1", "/x?password=•••&q=1"),
        ("/x?q=1&kode=123456", "/x?q=1&kode=•••"),
        ("/x?email=rani%40example.org", "/x?email=•••"),
        # What Python and JSON print
        ("{'password': ['rahasia sekali'], 'name': ['Rani']}", "{'password': •••, 'name': ['Rani']}"),
        ('{"new_password1": "a, b}", "q": 1}', '{"new_password1": •••, "q": 1}'),
        ("<QueryDict: {'csrfmiddlewaretoken': ['Ab1'], 'kata_sandi': ['x']}>",
         "<QueryDict: {'csrfmiddlewaretoken': •••, 'kata_sandi': •••}>"),
        ("sessionid=abc123; a=b", "sessionid=•••; a=b"),
        ("SECRET_KEY=abc", "SECRET_KEY=•••"),
        # Headers
        ("Cookie: sessionid=abc; csrftoken=def\nHost: x", "Cookie: •••\nHost: x"),
        ("'HTTP_COOKIE': 'a=b'", "'HTTP_COOKIE': 'a=b'"),
        ("Authorization: Bearer abc.def", "Authorization: •••"),
        ("sent Bearer abcdef123456 along", "sent Bearer ••• along"),
        ("postgres://news:geheim@db/news", "postgres://news:•••@db/news"),
        # Codes
        ("Subject: 123456 is your code", "Subject: ••• is your code"),
        ("123456 adalah kode Anda", "••• adalah kode Anda"),
        ("Kode Anda: 123456", "Kode Anda: •••"),
        ("status code 500, job 123456", "status code 500, job 123456"),
        ("job 123456 took 3 s", "job 123456 took 3 s"),
        # Addresses of people
        ("550 <rani.sari+x@mail.example.org>: no", "550 <r•••@mail.example.org>: no"),
        ("rani%40example.org", "r•••%40example.org"),
        ("@media (min-width: 3em)", "@media (min-width: 3em)"),
        # What the database quotes
        (
            'duplicate key value\nDETAIL:  Key (upper(email))=(RANI (x) A) already exists.\n',
            'duplicate key value\nDETAIL:  Key (upper(email))=(•••) already exists.\n',
        ),
        (
            "DETAIL:  Failing row contains (1, pbkdf2$x, Rani (the first),\nSari).\nnext",
            "DETAIL:  Failing row contains (•••).\nnext",
        ),
        ("error\nLINE 1: SELECT 'rani'\n               ^\nnext", "error\nLINE •••\nnext"),
        # Nothing to hide
        ("Internal Server Error: /2026/11/27/harga-beras/", "Internal Server Error: /2026/11/27/harga-beras/"),
        ("", ""),
    ],
)  # fmt: skip
def test_secrets_are_taken_out(line, shown):
    assert scrub(line) == shown


def test_secrets_of_the_installation_are_known_word_for_word(settings):
    settings.SECRET_KEY = "rahasia-yang-panjang"
    settings.EMAIL_HOST_PASSWORD = "katakunci"
    settings.METRICS_TOKEN = ""
    text = scrub("with rahasia-yang-panjang and katakunci")
    assert text == f"with {HIDDEN} and {HIDDEN}"


def test_an_earlier_secret_a_dsn_and_a_password_as_an_address_has_it_are_known_too(settings):
    settings.SECRET_KEY_FALLBACKS = ["rahasia-dari-tahun-lalu"]
    settings.EMAIL_HOST_PASSWORD = "sandi/surel:2026"
    settings.SENTRY_DSN = "https://kunci@sentry.example/1"
    settings.DATABASES = {
        "default": {"PASSWORD": "sandi@basis?data"},
        "replica": {"PASSWORD": "sandi-salinan"},
    }
    said = [
        *("rahasia-dari-tahun-lalu", "sandi/surel:2026", "sandi%2Fsurel%3A2026"),
        *("https://kunci@sentry.example/1", "sandi@basis?data", "sandi%40basis%3Fdata"),
        "sandi-salinan",
    ]
    for secret in said:
        assert scrub(f"it is ({secret}).") == f"it is ({HIDDEN})."


def test_a_short_password_does_not_take_words_apart(settings):
    settings.EMAIL_HOST_PASSWORD = "a"
    assert scrub("a banana") == "a banana"


def test_values_under_secret_names_are_left_out_whole():
    found = scrub_all(
        {"Cookie": "a", "password": ["x"], "csrftoken": "y", "list": ["t@example.org", 1, None], "n": 1.5}
    )  # fmt: skip
    assert found == {
        "Cookie": HIDDEN,
        "password": HIDDEN,
        "csrftoken": HIDDEN,
        "list": ["t•••@example.org", 1, None],
        "n": 1.5,
    }


@given(st.text(max_size=300))
def test_any_text_can_be_scrubbed_and_twice_is_once(text):
    once = scrub(text)
    assert scrub(once) == once


@given(
    st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"]), min_size=8, max_size=40)
)
def test_no_key_survives_in_any_of_the_paths(key):
    for path in ("laporan", "persetujuan", "pratinjau", "pratinjau/berita", "buletin/konfirmasi"):
        assert key not in scrub(f"Not Found: /{path}/{key}/")


@pytest.mark.parametrize(
    "text",
    ["a." * 40_000, "@" * 80_000, "/laporan/" * 9_000, "kode " * 16_000, "password=" * 9_000, "'" * 80_000,
     "Key (" * 16_000, "a@" + "b." * 40_000, "Failing row contains (" * 3_000, "- " * 40_000, "a-" * 40_000, "(" * 80_000, "(a)=(" * 16_000, "?code=" * 9_000, "1" * 80_000],
)  # fmt: skip
def test_a_line_made_to_be_slow_is_cut_and_is_not(text):
    began = time.process_time()
    assert len(scrub(text)) <= LONGEST * 2
    assert time.process_time() - began < 2
