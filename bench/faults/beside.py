"""What stands beside the house for a fault, and is broken then: a replica, a store of photos; and who looks at it."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec

from . import NotBack, store
from .desk import Editor
from .finding import is_named_by, path_of, photos_of
from .house import House
from .people import People
from .public import Viewer
from .standby import Standby
from .store import Store
from .witness import Witness
from .writing import Writer


@contextlib.contextmanager
def with_replica(house: House) -> Iterator[Mapping[str, str]]:
    """A replica follows the house's database, and pages are read there."""
    folders = house.var_dir / "postgres", house.root / "replica"
    house.standby = Standby(*folders, house.rows, has_disk=not house.no_disks)
    try:
        house.standby.open()
        yield {"DATABASE_REPLICA_URL": house.standby.address}
        house.restart()
    finally:
        house.standby.close()
        house.standby = None


def break_replica(house: House, _chance: random.Random) -> None:
    assert house.standby is not None
    house.standby.break_as(house.next_way("replica", house.standby.ways))


def mend_replica(house: House, _chance: random.Random) -> None:
    assert house.standby is not None
    house.standby.mend()


def witnesses(house: House, people: People) -> list[Callable[..., Writer]]:
    """Readers who remember, and who gives them more to remember."""

    def path(mark: str) -> str:
        return path_of(house, mark)

    return [
        lambda *rest: Editor(path, people.editor, people, *rest, 0.1),
        lambda *rest: Witness(path, *rest, 0.1),
        lambda *rest: Witness(path, *rest, 0.1),
    ]


@contextlib.contextmanager
def with_store(house: House) -> Iterator[Mapping[str, str]]:
    """The photos are in a store: they move there before, and back again."""
    house.store = Store()
    house.store.open()
    try:
        environ = house.store.environ
        # Nobody makes a file meanwhile.
        house.stop()
        house.run("manage.py", "move_media", **environ)
        yield environ
        house.stop()
        house.run("manage.py", "move_media", "--back", **environ)
        house.restart()
    except NotBack:
        house.restart()
        raise
    finally:
        house.store.close()
        house.store = None


def break_store(house: House, chance: random.Random) -> None:
    assert house.store is not None
    house.store.break_as(house.next_way("store", store.BROKEN), chance)


def mend_store(house: House, _chance: random.Random) -> None:
    assert house.store is not None
    house.store.mend()


def viewers(house: House, _people: People) -> list[Callable[..., Writer]]:
    """Who looks at the photos that were sent."""
    return [
        lambda *rest: Viewer(lambda sent: photos_of(house, sent), is_named_by, *rest, 0.2)
        for _reader in range(2)
    ]


def needs_libraries(_house: House) -> str:
    is_there = all(find_spec(name) for name in ("boto3", "storages", "moto", "flask"))
    return "" if is_there else "not tried: needs boto3, django-storages and moto"
