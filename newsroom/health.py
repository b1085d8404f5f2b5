"""What a supervisor, a load balancer and Prometheus ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import psycopg
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from newsroom.house.errors import HouseError
from pagecache.outage import link
from pagecache.replica import ALIAS

from .upgrades.squashed import refuse_in_between
from .watch import exposition, figures, jobs, replica
from .watch.access import may_see_details

# Code and its migrations come with a new process: what was migrated once, stays so for this one.
_known = SimpleNamespace(is_migrated=False)
# Within so many seconds the database answers a new connection, or counts as away.
PATIENCE = 1.0
AWAY = "database unreachable"

Part = dict[str, Any]


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; the database is not asked."""
    return _unkept(HttpResponse("ok\n", content_type="text/plain; charset=utf-8"))


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when all is well: database, migrations, jobs, disk, the store of photos; else 503. `?only=database,migrations` asks for some.

    Where there is a replica, it is told of too, and is well in any case.

    The answer is {"ok": …}, and with `parts` for whoever may see details. What does not need the database is told
    also when it is away; what does is not ok then. 400 for a part that there is not.
    """
    asked = request.GET.get("only", "")
    there_are = _parts()
    names = [name.strip() for name in asked.split(",")] if asked else list(there_are)
    if not set(names) <= there_are.keys():
        words = f"The parts are {', '.join(there_are)}."
        return _unkept(JsonResponse({"error": words}, status=400))
    is_there = reachable() if set(names) - WITHOUT_DATABASE else False
    parts = {name: _look(name, is_there) for name in there_are if name in names}
    is_well = all(part["ok"] for part in parts.values())
    told: dict[str, Any] = {"ok": is_well}
    if may_see_details(request):
        told["parts"] = parts
    response = _unkept(JsonResponse(told, status=200 if is_well else 503))
    # As in articles/views/errors.py: an outage is said once, where it is noticed.
    response._has_been_logged = link.is_down  # type: ignore[attr-defined]
    return response


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What Prometheus reads; 403 for everybody else."""
    if not may_see_details(request):
        return _unkept(HttpResponse("METRICS_TOKEN\n", status=403, content_type="text/plain"))
    text = exposition.text(is_database_there=reachable())
    return _unkept(HttpResponse(text, content_type=CONTENT_TYPE_LATEST))


def reachable() -> bool:
    """Whether the database takes a connection and answers within PATIENCE.

    On a thread of its own, which can be left waiting: a server that has stopped answering keeps who asks it for as
    long as the system thinks right.
    """
    if link.is_down:
        return False
    answered = threading.Event()

    def knock() -> None:
        try:
            told = connection_facts()
            with psycopg.connect(**told, autocommit=True) as other:
                other.execute("SELECT 1")
        except (Error, psycopg.Error, OSError):
            return
        answered.set()

    connection_facts = _facts_of(connection)
    thread = threading.Thread(target=knock, name="readyz", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return answered.is_set()


def _facts_of(wrapper: Any) -> Callable[[], dict[str, Any]]:
    """How psycopg is told where the database is; asked on the other thread, since the embedded one may be started by it."""

    def facts() -> dict[str, Any]:
        told = wrapper.get_connection_params()
        for name in ("cursor_factory", "context", "prepare_threshold", "server_side_binding"):
            told.pop(name, None)
        return dict(told)

    return facts


def _look(name: str, is_there: bool) -> Part:
    if name in WITHOUT_DATABASE:
        return _parts()[name]()
    if name == "replica":
        return _replica(is_there=is_there)
    if not is_there:
        return {"ok": False, "why": AWAY}
    began = time.perf_counter()
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '1s'")
            part = PARTS[name]()
    except Error:
        return {"ok": False, "why": AWAY}
    return part | {"milliseconds": round((time.perf_counter() - began) * 1000)}


def _database() -> Part:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


def _migrations() -> Part:
    waiting = 0
    if not _known.is_migrated:
        try:
            refuse_in_between(connection)
        except HouseError as error:
            return {"ok": False, "why": str(error)}
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        _known.is_migrated = not waiting
    return {"ok": not waiting, "waiting": waiting}


def _jobs() -> Part:
    late = jobs.seconds_late()
    most = settings.JOBS_LATE_SECONDS
    return {"ok": late <= most, "seconds_late": round(late), "allowed": most}


def _disk() -> Part:
    rooms = figures.rooms()
    free = {room.name: room.free // figures.MEGABYTE for room in rooms}
    is_enough = all(room.is_enough for room in rooms)
    return {"ok": is_enough, "free_mb": free, "required_mb": settings.DISK_FREE_MB}


def _replica(*, is_there: bool = True) -> Part:
    """All is well without it, too: then pages are read from the database."""
    found = replica.standing(is_database_there=is_there)
    told: Part = {"ok": True}
    if found is not None:
        told["lost"] = found.is_lost
        if found.is_lost:
            told["why"] = found.why
        if found.behind is not None:
            told["behind"] = asdict(found.behind)
    return told


def _media() -> Part:
    """Not well: nobody can send a photo, and those that no cache has are not shown."""
    store = figures.media_store()
    return {"ok": store is None or store.is_well, **_why(store)}


def _cache() -> Part:
    """Told and no fault: without the server all goes on, more slowly."""
    server = figures.cache_server()
    return {"ok": True, "answers": server is None or server.is_well, **_why(server)}


def _why(server: figures.Far | None) -> Part:
    return {"why": server.why} if server is not None and server.why else {}


def _parts() -> dict[str, Callable[[], Part]]:
    """Those that this installation has."""
    return {
        **PARTS,
        **({"media": _media} if settings.MEDIA_STORE else {}),
        **({"cache": _cache} if settings.CACHE_URL else {}),
    }


WITHOUT_DATABASE = {"disk", "media", "cache"}
# In the order in which they are told.
PARTS: dict[str, Callable[[], Part]] = {
    "database": _database,
    "migrations": _migrations,
    "jobs": _jobs,
    "disk": _disk,
}
if ALIAS in settings.DATABASES:
    PARTS["replica"] = _replica


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
