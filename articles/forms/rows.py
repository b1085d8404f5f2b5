"""What the rows under a story have in common: an order, and constraints that a swap would meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from accounts.models import User


LAST = 9999


class StoryRows(BaseInlineFormSet):
    """Rows of a story in the order in which they stand on the form.

    Each form gets the story and the person who saves. `by` is set by the admin.
    """

    by: User | None = None
    # What a unique constraint of the table looks at; a row where it changes is written anew.
    subject_fields: tuple[str, ...] = ()
    duplicate_message: Any = ""

    # A row that a colleague removed meanwhile is new to the table: what is typed in it is kept.

    @property
    def initial_forms(self) -> list[forms.ModelForm]:
        return [form for form in super().initial_forms if self._is_there(form)]

    @property
    def extra_forms(self) -> list[forms.ModelForm]:
        gone = [form for form in super().initial_forms if not self._is_there(form)]
        return [*gone, *super().extra_forms]

    def _is_there(self, form: forms.ModelForm) -> bool:
        return not self.is_bound or form.instance.pk is not None

    def _construct_form(self, i: int, **kwargs: Any) -> forms.ModelForm:
        form = super()._construct_form(i, **kwargs)
        if i < self.initial_form_count() and not self._is_there(form):
            key = self.model._meta.pk.name
            form.fields[key].required = False
            form.data = form.data.copy()
            form.data[form.add_prefix(key)] = ""
        return form

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return super().get_form_kwargs(index) | {"article": self.instance, "by": self.by}

    def get_unique_error_message(self, unique_check: Any) -> Any:
        return self.duplicate_message

    def clean(self) -> None:
        super().clean()
        in_order = sorted(
            (form for form in self.forms if self._stays(form)),
            key=lambda form: form.cleaned_data.get("position") or 0,
        )
        for position, form in enumerate(in_order):
            form.instance.position = position
        self._join_rows_added_meanwhile()

    def _join_rows_added_meanwhile(self) -> None:
        """A new row about what another form has added to the story since is that row."""
        new = [form for form in self.extra_forms if self._stays(form) and not form.errors]
        if not new or self.instance.pk is None:
            return
        on_form = [form.instance.pk for form in self.initial_forms]
        others = self.model._default_manager.filter(article=self.instance).exclude(pk__in=on_form)
        keys = {self.subject_of(row): row.pk for row in others}
        for form in new:
            form.instance.pk = keys.pop(self.subject_of_form(form), None)
            # Django passes over a row of the form that it believes to be new.
            form.instance._state.adding = form.instance.pk is None

    def subject_of(self, row: Any) -> tuple[Any, ...]:
        """What a row is about; two rows of a story about the same are one."""
        return tuple(
            getattr(row, self.model._meta.get_field(field).attname) for field in self.subject_fields
        )

    def subject_of_form(self, form: Any) -> tuple[Any, ...]:
        return self.subject_of(form.instance)

    def save(self, commit: bool = True) -> Any:
        """Save the rows. Rows that trade places under a unique constraint are written anew."""
        if commit and self.subject_fields:
            traded = [
                form.instance.pk
                for form in self.initial_forms
                if form.instance.pk and self._stays(form) and self._has_new_subject(form)
            ]
            removed = [form.instance.pk for form in self.deleted_forms if form.instance.pk]
            # Their keys stay the same: saving a row that is gone writes it under its old key.
            self.model._default_manager.filter(pk__in=[*traded, *removed]).delete()
        return super().save(commit)

    def leave_only_these(self) -> None:
        """Remove rows of the story that do not stand on the saved form.

        The form says what the story is. Others stand there only when this form has added them at an earlier
        save, or when a colleague did; then the whole save is put aside (`articles.versions.keep_late`).
        """
        kept = [form.instance.pk for form in self.forms if form.instance.pk and self._stays(form)]
        self.model._default_manager.filter(article=self.instance).exclude(pk__in=kept).delete()

    def _has_new_subject(self, form: forms.ModelForm) -> bool:
        return any(field in form.changed_data for field in self.subject_fields)

    def _stays(self, form: forms.ModelForm) -> bool:
        if not hasattr(form, "cleaned_data") or self._should_delete_form(form):
            return False
        return bool(form.instance.pk) or form.has_changed()


class StoryRow(forms.ModelForm):
    """One row. An empty new row is no row, wherever it was dragged to."""

    position = forms.IntegerField(
        required=False, min_value=0, max_value=LAST, widget=forms.HiddenInput
    )

    def __init__(
        self, *args: Any, article: Any = None, by: User | None = None, **kwargs: Any
    ) -> None:
        self.article = article
        self.by = by
        super().__init__(*args, **kwargs)

    def has_changed(self) -> bool:
        changed = set(self.changed_data)
        return bool(changed - {"position"}) if self.instance._state.adding else bool(changed)

    def clean_position(self) -> int:
        # Without script a new row has no number: it comes last.
        position = self.cleaned_data.get("position")
        return LAST if position is None else position


class ChosenOnce(StoryRow):
    """A row whose subject is chosen when it is added; afterwards it is a name to move or remove.

    That is what people do with such rows, and a completing field for each would cost a query
    and a good part of a phone's screen.
    """

    subject_field = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_chosen = not self.instance._state.adding
        if self.is_chosen and self.subject_field in self.fields:
            self.fields[self.subject_field].widget = forms.HiddenInput()


class BylineForm(ChosenOnce):
    subject_field = "author"

    class Meta:
        fields = ["author", "role", "position"]


class RelatedForm(ChosenOnce):
    subject_field = "related"

    class Meta:
        fields = ["related", "position"]

    def clean_related(self) -> Any:
        related = self.cleaned_data["related"]
        if related and related == self.article:
            raise forms.ValidationError(_("A story is not related to itself."))
        return related
