"""How soon a job worker that ended is started again, and when it is not."""

from __future__ import annotations

import pytest

from newsroom.house import run
from newsroom.house.errors import HouseError
from newsroom.house.postgres import EmbeddedPostgres
from newsroom.house.restarts import Restarts


def test_pauses_grow_to_half_a_minute() -> None:
    restarts = Restarts()

    assert [restarts.after(ran=12, code=0) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_pause_is_the_first_again_after_a_minute_of_work() -> None:
    restarts = Restarts()
    for _ in range(5):
        restarts.after(ran=12, code=1)

    assert [restarts.after(ran=ran, code=1) for ran in (60, 12)] == [1, 2]


def test_worker_that_fails_three_times_before_it_ever_worked_is_hopeless() -> None:
    restarts = Restarts()

    found = []
    for code in (1, -9, 1):
        restarts.after(ran=3, code=code)
        found.append(restarts.is_hopeless)

    assert found == [False, False, True]


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param([(3, 1), (3, 1), (3, 0), (3, 1), (3, 1)], id="a good end between"),
        pytest.param([(3, 0)] * 9, id="good ends only"),
        pytest.param([(10, 1), *[(3, 1)] * 9], id="it has worked before"),
    ],
)
def test_worker_is_not_hopeless_after(ends: list[tuple[float, int]]) -> None:
    restarts = Restarts()

    for ran, code in ends:
        restarts.after(ran, code)

    assert not restarts.is_hopeless


def test_database_that_does_not_start_is_said_once_and_tried_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "TROUBLE_PAUSE", 0.0)
    monkeypatch.setattr(run, "WATCH_EVERY", 0.0)
    supervisor = run.Supervisor({}, ("127.0.0.1", 0))
    # The web server runs, and there is no other process here.
    monkeypatch.setattr(supervisor, "look_after", lambda *_told: None)
    tries = []

    class Full(EmbeddedPostgres):
        def ensure_running(self, *_given: object, **_named: object) -> None:
            tries.append(1)
            if len(tries) == 4:
                supervisor.is_stopping.set()
            raise HouseError("The disk is full.")

    supervisor.watch(Full(supervisor.var_dir / "nowhere"))

    assert len(tries) == 4
    assert capsys.readouterr().err == "The disk is full. It is tried again until it works.\n"
