"""How strict the newsroom is about each check before publishing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst

from ..checks import all_checks
from ..choices import Severity
from ..models import CheckRule


class StrictnessForm(forms.Form):
    """A choice for each check, by its key; what the law asks for offers no weaker one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = dict(CheckRule.objects.values_list("key", "severity"))
        for check in all_checks():
            self.fields[check.key] = forms.ChoiceField(
                label=check.label,
                choices=[(one.value, capfirst(one.label)) for one in check.choices],
                initial=check.strictness(self.chosen.get(check.key)).value,
                widget=forms.RadioSelect,
                help_text=check.source,
            )

    def save(self) -> list[tuple[CheckRule, str]]:
        """Keep what was chosen anew; each rule that is another one now, with how strict it was before."""
        changed = []
        for key in self.changed_data:
            before = Severity(self.fields[key].initial).label
            rule, _is_new = CheckRule.objects.update_or_create(
                key=key, defaults={"severity": self.cleaned_data[key]}
            )
            changed.append((rule, str(before)))
        return changed
