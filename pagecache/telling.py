"""Triggers that tell the log of notices what changed; migrations of the apps are made with it.

What is here is part of those migrations: a change of it is a new migration for every table.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.migrations.operations import RunSQL

_FUNCTION = """
CREATE FUNCTION {table}_tells{what}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM pagecache_tell(ARRAY(WITH touched AS ({inserted}) {tags}));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM pagecache_tell(ARRAY(WITH touched AS ({deleted}) {tags}));
    ELSIF TG_OP = 'UPDATE' THEN
        PERFORM pagecache_tell(ARRAY(WITH touched AS ({updated}) {tags}));
    ELSE
        PERFORM pagecache_tell(ARRAY['*']);
    END IF;
    RETURN NULL;
END
$$;
"""
# Named so that they fire after whatever else an app has the table do: triggers go by the alphabet.
_TRIGGERS = """
CREATE TRIGGER zz_tells{what}_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_tells{what}();
CREATE TRIGGER zz_tells{what}_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_tells{what}();
CREATE TRIGGER zz_tells{what}_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_tells{what}();
CREATE TRIGGER zz_tells{what}_truncate AFTER TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_tells{what}();
"""
_NO_TRIGGERS = """
DROP TRIGGER zz_tells{what}_insert ON {table};
DROP TRIGGER zz_tells{what}_update ON {table};
DROP TRIGGER zz_tells{what}_delete ON {table};
DROP TRIGGER zz_tells{what}_truncate ON {table};
DROP FUNCTION {table}_tells{what}();
"""


def tells(table: str, tags: str, columns: Sequence[str] = (), what: str = "") -> RunSQL:
    """Have every statement that changes `table` tell tags, once for all its rows.

    Args:
        table: its name in the database.
        tags: a SELECT of one column of text, from `touched`: the rows that came, went or became others, each as
            it was and as it is. A tag that is null is none.
        columns: those that `touched` has; all where none is named. A change of others tells nothing.
        what: names it, where a table has more than one of these.

    TRUNCATE tells everything.
    """
    wanted = ", ".join(columns) or "*"
    before, after = (f"SELECT {wanted} FROM {rows}" for rows in ("old_rows", "new_rows"))
    names = {"table": table, "what": f"_{what}" if what else ""}
    function = _FUNCTION.format(
        **names,
        inserted=after,
        deleted=before,
        updated=f"({before} EXCEPT {after}) UNION ALL ({after} EXCEPT {before})",
        tags=f"SELECT tag FROM (SELECT DISTINCT tag FROM ({tags.strip()}) AS named (tag)) AS once"
        " WHERE tag IS NOT NULL",
    )
    return RunSQL(function + _TRIGGERS.format(**names), _NO_TRIGGERS.format(**names))
