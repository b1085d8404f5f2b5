"""What the admin does is written into the log, and the history of a row is read from there.

Django's own table of what was done in the admin is not used: one place, which nobody can change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Manager, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from .choices import Action
from .models import Entry
from .wording import in_short
from .writing import write

# Of the history of a row: the newest.
MOST = 200


class Audited:
    """For every ModelAdmin of the desk.

    Attributes:
        audited_values: fields of the form whose values before and after are written down too.
        audited_as: what a change of one of those is called.
    """

    audited_values: Iterable[str] = ()
    audited_as = Action.CHANGED

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        # Django tells `log_change` no more than the names of the fields.
        request._audited = dict(_changed(form, self.audited_values))  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)  # type: ignore[misc]

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return write(Action.ADDED, by=request.user, about=obj, details=_details(request, ""))

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        details = _details(request, message)
        action = self.audited_as if "values" in details else Action.CHANGED
        return write(action, by=request.user, about=obj, details=details)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return [write(Action.DELETED, by=request.user, about=row) for row in queryset]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """What was done to one row, the newest first."""
        admin: Any = self
        obj = admin.get_object(request, unquote(object_id))
        if obj is None:
            answer: HttpResponse = admin._get_obj_does_not_exist_redirect(
                request, admin.opts, object_id
            )
            return answer
        if not admin.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        context = {
            **admin.admin_site.each_context(request),
            "title": _("History: %(row)s") % {"row": obj},
            "opts": admin.opts,
            "object": obj,
            "entries": [(entry, in_short(entry)) for entry in entries_about(obj)[:MOST]],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)


def entries_about(row: Model) -> QuerySet[Entry]:
    return Entry.objects.filter(kind=row._meta.label_lower, object_id=str(row.pk))


def _details(request: HttpRequest, message: Any) -> dict[str, Any]:
    details = {"message": message} if message else {}
    if values := request.__dict__.pop("_audited", None):
        details["values"] = values
    return details


def _changed(form: Any, names: Iterable[str]) -> Iterator[tuple[str, list[Any]]]:
    for name in names:
        if name in form.changed_data:
            yield name, [_in_words(form.initial.get(name)), _in_words(form.cleaned_data.get(name))]


def _in_words(value: Any) -> Any:
    if isinstance(value, Manager | QuerySet | list | tuple | set):
        rows = value.all() if isinstance(value, Manager) else value
        return sorted(str(row) for row in rows)
    return value
