"""Addresses as thumbs type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from newsletter.addresses import BadAddress, clean, fingerprint, fingerprints


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rani@example.org", "rani@example.org"),
        (" Rani.A+berita@Example.ORG ", "rani.a+berita@example.org"),
        ("mailto:rani@example.org", "rani@example.org"),
        ("rani@bücher.example", "rani@xn--bcher-kva.example"),
    ],
)
def test_address_is_taken_as_it_was_meant(typed, meant):
    assert clean(typed) == meant


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write your e-mail address."),
        ("  ", "Write your e-mail address."),
        ("rani", "has an @ in it"),
        ("@example.org", "has an @ in it"),
        ("rani@", "a slip in it"),
        ("a@example.org, b@example.org", "one address only"),
        ("rani a@example.org", "one address only"),
        ("räni@example.org", "Latin letters"),
        ("rani@example", "a slip in it"),
        ("rani@@example.org", "a slip in it"),
        ("rani@ex_ample..org", "a slip in it"),
        ("rani\x00@example.org", "a slip in it"),
        ("rani@example.org\nBcc:x@example.org", "a slip in it"),
        (f"{'r' * 64}@{'a.' * 120}org", "too long"),
        ("rani@gmail.con", "Did you mean rani@gmail.com?"),
    ],
)
def test_what_is_none_is_refused_in_a_sentence(typed, sentence):
    with pytest.raises(BadAddress, match="(?s)" + sentence.replace("?", r"\?").replace(".", r"\.")):
        clean(typed)


@given(st.text(max_size=30) | st.from_regex(r"[a-z.]{1,9}@[a-zé.]{1,9}", fullmatch=True))
@hypothesis_settings(max_examples=40)
def test_nothing_that_is_typed_breaks_it(typed):
    try:
        email = clean(typed)
    except BadAddress as error:
        assert str(error)
    else:
        assert email == clean(email) and email.isascii() and "\n" not in email


def test_fingerprint_is_of_the_address_whatever_its_case_and_of_this_server(settings):
    one = fingerprint("Rani@Example.org ")
    assert one == fingerprint("rani@example.org") != fingerprint("rina@example.org")
    earlier, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    now = fingerprint("rani@example.org")
    assert one != now
    settings.SECRET_KEY_FALLBACKS = [earlier]
    assert fingerprints("Rani@Example.org ") == [now, one]
