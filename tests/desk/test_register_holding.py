"""Whoever a register names is held in one go, before the first of its lines is written."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Attendance
from tests.desk.conftest import filled, line
from tests.desk.test_story_form import change
from tests.factories import PersonFactory


def test_people_of_the_form_are_held_before_its_lines_are_written(draft, reporter, at_desk):
    first, second, third = PersonFactory.create_batch(3)
    client = at_desk(reporter)
    data = filled(client.get(change(draft)))
    rows = ((second, {}), (first, {"represents_as_printed": third.name}))
    for index, (person, more) in enumerate(rows):
        data |= line(
            *("attendances", index, len(rows)), subject="person", capacity="attended",
            name=person.name, chosen=f"person:{person.pk}", position=index, **more,
        )  # fmt: skip
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.post(change(draft), data).status_code == 302
    statements = [query["sql"] for query in queries]
    (held,) = (n for n, sql in enumerate(statements) if "FOR KEY SHARE" in sql)
    assert f"'{{{first.pk},{second.pk},{third.pk}}}'" in statements[held].replace(" ", "")
    written = [n for n, sql in enumerate(statements) if 'INSERT INTO "articles_attendance"' in sql]
    assert len(written) == Attendance.objects.count() == 2
    assert held < written[0]
