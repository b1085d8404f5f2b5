"""Rupiah as people write them: 3.200.000."""

from __future__ import annotations

import decimal
import re
from typing import Any

from django import forms
from django.utils.formats import number_format

_GROUPED = re.compile(r"(?P<whole>-?\d{1,3}(?:[., ]\d{3})+)(?:[.,](?P<cents>\d{1,2}))?")
_PLAIN = re.compile(r"-?\d+(?:[.,]\d{1,2})?")


class PriceField(forms.DecimalField):
    """Shown in groups of three, and read with or without them.

    Three digits behind a point or a comma are a group in every language, one or two are cents: so
    neither 3.200.000 nor 3200000.00 can be taken for another amount.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> decimal.Decimal | None:
        text = str(value or "").strip()
        if found := _GROUPED.fullmatch(text):
            whole = re.sub(r"[., ]", "", found["whole"])
            return super().to_python(f"{whole}.{found['cents'] or 0}")
        return super().to_python(text.replace(",", ".") if _PLAIN.fullmatch(text) else text)

    def prepare_value(self, value: Any) -> Any:
        return in_groups(value) if isinstance(value, decimal.Decimal) else value


def in_groups(price: decimal.Decimal) -> str:
    """3200000.00 as the language groups it, with cents only where there are some."""
    cents = 0 if price == price.to_integral_value() else 2
    return number_format(price, decimal_pos=cents, use_l10n=True, force_grouping=True)
