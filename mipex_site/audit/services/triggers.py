"""The database itself refuses to change, delete or empty what was written, whoever asks.

A second belt to the hash chain. Whoever owns the database can drop a trigger; then the chain
tells. SQLite makes a table anew when a column changes, and forgets the table's triggers: the
receiver of post_migrate makes them again after each migration.
"""

from __future__ import annotations

from django.db import connection, transaction

TABLE = "audit_auditentry"
CHANGED, DELETED, EMPTIED = (
    "audit_entries_are_never_changed",
    "audit_entries_are_never_deleted",
    "audit_entries_are_never_emptied",
)
SQLITE = {
    CHANGED: f"""
CREATE TRIGGER {CHANGED} BEFORE UPDATE ON {TABLE}
BEGIN SELECT RAISE(ABORT, 'An audit entry is never changed.'); END
""",
    DELETED: f"""
CREATE TRIGGER {DELETED} BEFORE DELETE ON {TABLE}
BEGIN SELECT RAISE(ABORT, 'An audit entry is never deleted.'); END
""",
}
FUNCTION = f"""
CREATE OR REPLACE FUNCTION {CHANGED}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'An audit entry is never changed, deleted or emptied.'
USING ERRCODE = 'integrity_constraint_violation'; END
$$
"""
POSTGRES = {
    CHANGED: f"""
CREATE TRIGGER {CHANGED} BEFORE UPDATE OR DELETE ON {TABLE}
FOR EACH ROW EXECUTE FUNCTION {CHANGED}()
""",
    EMPTIED: f"""
CREATE TRIGGER {EMPTIED} BEFORE TRUNCATE ON {TABLE}
FOR EACH STATEMENT EXECUTE FUNCTION {CHANGED}()
""",
}
PRESENT = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": "SELECT tgname FROM pg_trigger"
    " WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal AND tgenabled <> 'D'",
}


def missing() -> list[str]:
    """Return the names of the triggers that should guard the table and do not."""
    with connection.cursor() as cursor:
        cursor.execute(PRESENT[connection.vendor], [TABLE])
        present = {name for (name,) in cursor.fetchall()}
    return [name for name in _wanted() if name not in present]


@transaction.atomic
def make() -> None:
    """Make the triggers that are missing."""
    for name in missing():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(FUNCTION)
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")
            cursor.execute(_wanted()[name])


@transaction.atomic
def drop() -> None:
    """Take the triggers away. The product calls it in migrations only."""
    place = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in _wanted():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{place}")


def _wanted() -> dict[str, str]:
    return POSTGRES if connection.vendor == "postgresql" else SQLITE
