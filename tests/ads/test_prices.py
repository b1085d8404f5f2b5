"""Prices as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django import forms
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from ads.forms.prices import PriceField

FIELD = PriceField(max_digits=14, decimal_places=2)


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("3.200.000", "3200000"),
        ("3,200,000", "3200000"),
        ("3 200 000", "3200000"),
        ("3200000", "3200000"),
        ("3200000.00", "3200000"),
        ("3.200.000,50", "3200000.50"),
        ("3200000,5", "3200000.5"),
        ("500", "500"),
        ("1.500", "1500"),
    ],
)
def test_price_is_read_with_and_without_groups(text, price):
    assert FIELD.clean(text) == Decimal(price)


@pytest.mark.parametrize("text", ["tiga juta", "3.20.000", "3.2000", "1e5x", "NaN", "3..200"])
def test_price_that_is_none_is_refused(text):
    with pytest.raises(forms.ValidationError):
        FIELD.clean(text)


@pytest.mark.parametrize("language", ["id", "en"])
@given(cents=st.integers(0, 10**13))
def test_price_is_read_back_as_it_was_shown(language, cents):
    price = Decimal(cents) / 100
    with override(language):
        assert FIELD.clean(FIELD.prepare_value(price)) == price


def test_price_is_shown_in_groups_and_without_empty_cents():
    with override("id"):
        assert FIELD.prepare_value(Decimal("3200000.00")) == "3.200.000"
