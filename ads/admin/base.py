"""What the desk's pages for advertising have in common: records of changes, and moves by buttons."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from articles.admin.base import DeskAdmin, NeverDeleted

from .. import records
from ..choices import Deed


class SalesAdmin(NeverDeleted, DeskAdmin):
    """Rows about money: nobody deletes them here, alone or in bulk."""


class RecordedAdmin(SalesAdmin):
    """Writes down what was entered and what was changed, before and after.

    `recorded` are the fields that count, `record_as` is what `records.write` calls the row; where it
    has no name for it, the record's note names the row.
    """

    recorded: tuple[str, ...] = ()
    record_as = ""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        request.ads_before = self._facts(type(obj).objects.get(pk=obj.pk)) if change else None
        if not change and hasattr(obj, "created_by_id"):
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        before = request.ads_before
        row = type(form.instance).objects.get(pk=form.instance.pk)
        changes = records.difference(before, self._facts(row)) if before is not None else {}
        if before is None or changes:
            deed = Deed.CREATED if before is None else Deed.CHANGED
            about = (
                {self.record_as: row}
                if self.record_as
                else {"note": f"{self.opts.verbose_name}: {row}"}
            )
            records.write(deed, by=request.user, changes=changes, **about)

    # The next step of a sale begins on the row's own page, not in a list.

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> Any:
        if "_addanother" in request.POST:
            return super().response_add(request, obj, *args, **kwargs)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(row_url(obj))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if "_addanother" in request.POST:
            return super().response_change(request, obj)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(row_url(obj))

    def _facts(self, row: Any) -> dict[str, str]:
        return {name: _in_words(row, name) for name in self.recorded}


def row_url(row: Any) -> str:
    """The page of a row on the desk."""
    return reverse(f"admin:ads_{row._meta.model_name}_change", args=[row.pk])


def _in_words(row: Any, name: str) -> str:
    if (display := getattr(row, f"get_{name}_display", None)) is not None:
        return str(display())
    value = getattr(row, name)
    if hasattr(value, "order_by"):
        return ", ".join(sorted(str(one) for one in value.all()))
    if isinstance(value, DateRange):
        last = value.upper - datetime.timedelta(days=1) if value.upper else ""
        return f"{value.lower} – {last}".rstrip()
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Move:
    """A button. With a `form` it leads to a page that asks for more; without, one press does it.

    `act` gets the row, `by=` and the cleaned values of the form, and raises one of `refusals`.
    """

    name: str
    label: str | Promise
    states: frozenset[str]
    act: Callable[..., Any]
    form: Callable[..., Any] | None = None
    explanation: str | Promise = ""
    done: str | Promise = ""
    is_forward: bool = False
    is_dangerous: bool = False

    @property
    def is_step(self) -> bool:
        """Templates would call `form` instead of looking whether there is one."""
        return self.form is not None


class MovesMixin:
    """Adds `…/<pk>/move/<name>/`. GET shows what will happen; only POST makes the move."""

    moves: tuple[Move, ...] = ()
    move_permission = ""
    refusals: tuple[type[Exception], ...] = ()

    def get_urls(self) -> list[Any]:
        route = path(
            "<int:pk>/move/<slug:name>/",
            self.admin_site.admin_view(self.move_view),
            name=f"ads_{self.opts.model_name}_move",
        )
        return [route, *super().get_urls()]

    def buttons_for(self, request: HttpRequest, row: Any) -> list[Move]:
        """The moves that fit the state, for whoever may make them."""
        if not request.user.has_perm(self.move_permission):
            return []
        return [move for move in self.moves if row.state in move.states]

    def move_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        if not request.user.has_perm(self.move_permission):
            raise PermissionDenied
        row = self.get_object(request, str(pk))
        move = next((one for one in self.moves if one.name == name), None)
        if row is None or move is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        form = None
        if move.form:
            is_filled = request.method == "POST" and "confirmed" in request.POST
            form = move.form(request.POST, row=row) if is_filled else move.form(row=row)
        if request.method != "POST" or (form and not (form.is_bound and form.is_valid())):
            return self._ask(request, row, move, form)
        try:
            result = move.act(row, by=request.user, **(form.cleaned_data if form else {}))
        except self.refusals as refused:
            if form is None:
                messages.error(request, str(refused))
                return HttpResponseRedirect(self.row_url(row))
            form.add_error(None, str(refused))
            return self._ask(request, row, move, form)
        return self.after_move(request, row, move, result)

    def after_move(self, request: HttpRequest, row: Any, move: Move, result: Any) -> HttpResponse:
        """Say that it is done, and show the row."""
        messages.success(request, str(move.done) % {"row": row})
        return HttpResponseRedirect(self.row_url(row))

    def row_url(self, row: Any) -> str:
        return row_url(row)

    def _ask(self, request: HttpRequest, row: Any, move: Move, form: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "row": row,
            "state": row.get_state_display(),
            "row_url": self.row_url(row),
            "move": move,
            "form": form,
            "title": str(move.label).rstrip("…"),
        }
        return TemplateResponse(request, "admin/ads/move.html", context)
