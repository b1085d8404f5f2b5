"""After a restore: what was kept of another database is shown by nobody."""

import time

import pytest
from django.core.management import call_command

from tests.factories import PublicationFactory
from tests.pagecache.house import House

pytestmark = pytest.mark.django_db


def test_every_page_is_rendered_anew_and_no_position_of_the_other_database_is_met_again(
    monkeypatch, capsys
):
    PublicationFactory()
    house = House(monkeypatch)
    house.hear()
    assert [house.read("/redaksi/").how for _ in range(2)] == ["made", "hit"]
    call_command("forget_pages")
    assert capsys.readouterr().out.count("\n") == 1
    assert house.hear() == ["*"]
    assert house.clock.position >= (time.time() - 60) * 1_000_000
    assert [house.read("/redaksi/").how for _ in range(2)] == ["made", "hit"]
