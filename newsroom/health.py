"""What a supervisor or a load balancer asks."""

from types import SimpleNamespace

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pagecache.outage import link

# Code and its migrations come with a new process: what was migrated once, stays so for this one.
_known = SimpleNamespace(is_migrated=False)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; the database is not asked."""
    return _answer("ok", 200)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database is reachable and migrated, else 503 with the reason in a word."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _known.is_migrated:
            executor = MigrationExecutor(connection)
            _known.is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        response = _answer("database unreachable", 503)
        # As in articles/views/errors.py: an outage is said once, where it is noticed.
        response._has_been_logged = link.is_down  # type: ignore[attr-defined]
        return response
    return _answer("ok", 200) if _known.is_migrated else _answer("not migrated", 503)


def _answer(word: str, status: int) -> HttpResponse:
    response = HttpResponse(f"{word}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response
