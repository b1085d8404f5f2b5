"""What a notice costs whoever commits: nobody waits for ever."""

from __future__ import annotations

import threading

import psycopg

from .servers import server, wait_for

TABLES = """
CREATE TABLE parent (id int PRIMARY KEY);
INSERT INTO parent VALUES (1), (2);
CREATE TABLE child (parent int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)
"""


def test_a_check_at_the_commit_that_waits_for_a_row_keeps_nobody_from_a_position():
    with server() as one:
        one.make_log()
        with one.connect() as connection:
            connection.execute(TABLES)
        with psycopg.connect(one.address) as first, psycopg.connect(one.address) as second:
            first.execute("INSERT INTO child VALUES (1)")
            first.execute("SELECT pagecache_tell(ARRAY['first'])")
            # Checked at the commit, after the notice was written: it waits for the other's lock.
            first.execute("INSERT INTO child VALUES (2)")
            second.execute("SELECT FROM parent WHERE id = 2 FOR UPDATE")
            second.execute("SELECT pagecache_tell(ARRAY['second'])")
            errors: list[BaseException] = []

            def commit() -> None:
                try:
                    first.commit()
                except psycopg.Error as error:
                    errors.append(error)

            committing = threading.Thread(target=commit)
            committing.start()
            with one.connect() as connection:
                wait_for(lambda: is_waiting(connection, first))
            second.commit()
            committing.join(30)
        with one.connect() as connection:
            rows = connection.execute("SELECT tags FROM pagecache_notice ORDER BY position")
            assert [tags for (tags,) in rows] == [["second"], ["first"]]
    assert errors == []


def is_waiting(watching: psycopg.Connection, other: psycopg.Connection) -> bool:
    rows = watching.execute(
        "SELECT FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'",
        [other.info.backend_pid],
    )
    return rows.fetchone() is not None
