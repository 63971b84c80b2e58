"""The database itself refuses to change an entry, whoever asks: a second belt to the hash chain.

PostgreSQL refuses DELETE too. SQLite refuses only UPDATE: there a test empties its tables by
DELETE (on PostgreSQL by TRUNCATE, which stays with the table's owner), and whoever can write to
the file can drop a trigger anyway. A deleted row is found by verify_audit: its number is missing,
or the chain's end is. SQLite makes a table anew when a column changes, without its triggers: a
migration that does so must make this one again.
"""

from django.db import migrations

SQLITE = """
CREATE TRIGGER audit_entries_are_never_changed BEFORE UPDATE ON audit_auditentry
BEGIN SELECT RAISE(ABORT, 'An audit entry is never changed.'); END
"""
POSTGRES = (
    """
CREATE FUNCTION audit_entries_are_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'An audit entry is never changed.' USING ERRCODE = 'integrity_constraint_violation'; END
$$
""",
    """
CREATE TRIGGER audit_entries_are_never_changed BEFORE UPDATE OR DELETE ON audit_auditentry
FOR EACH ROW EXECUTE FUNCTION audit_entries_are_never_changed()
""",
)


def refuse_changes(apps, editor):
    for statement in POSTGRES if editor.connection.vendor == "postgresql" else (SQLITE,):
        editor.execute(statement)


def allow_changes(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER audit_entries_are_never_changed ON audit_auditentry")
        editor.execute("DROP FUNCTION audit_entries_are_never_changed()")
    else:
        editor.execute("DROP TRIGGER audit_entries_are_never_changed")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_first_tables")]

    operations = [migrations.RunPython(refuse_changes, allow_changes)]
