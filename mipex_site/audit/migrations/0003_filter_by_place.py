"""Columns and indexes to filter by, filled from what each entry says of itself.

A trigger forbids every UPDATE: it is taken away for the filling and made again at the end, in
one transaction. From now on a DELETE is refused on SQLite too, and a TRUNCATE on PostgreSQL.
"""

from django.db import migrations, models

from mipex_site.audit.services import triggers
from mipex_site.audit.services.places import place_of

BATCH = 2000


def fill(apps, editor):
    """Fill the two columns, batch by batch, by key."""
    entries = apps.get_model("audit", "AuditEntry").objects
    rows = entries.order_by("pk").only("pk", "subject", "old", "new")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        placed = []
        for entry in batch:
            entry.country, entry.indicator = place_of(entry.subject, entry.old, entry.new)
            placed += [entry] if entry.country else []
        entries.bulk_update(placed, ["country", "indicator"])


def forget(apps, editor):
    """The columns go with what they hold."""


def guard(apps, editor):
    triggers.make()


def unguard(apps, editor):
    triggers.drop()


def guard_as_before(apps, editor):
    """Leave what the migration before made: no refusal of DELETE on SQLite, none of TRUNCATE."""
    triggers.make()
    postgres = editor.connection.vendor == "postgresql"
    place = f" ON {triggers.TABLE}" if postgres else ""
    editor.execute(f"DROP TRIGGER {triggers.EMPTIED if postgres else triggers.DELETED}{place}")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_entries_are_never_changed")]

    operations = [
        migrations.RunPython(unguard, guard_as_before),
        migrations.CreateModel(
            name="ChainCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stream", models.CharField(max_length=80, unique=True)),
                ("number", models.PositiveBigIntegerField(default=0)),
                ("hash", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
                ("fault", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "check of an audit chain",
                "verbose_name_plural": "checks of audit chains",
            },
        ),
        migrations.AddField(
            model_name="auditentry",
            name="country",
            field=models.CharField(
                editable=False, max_length=2, null=True, verbose_name="country"
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="indicator",
            field=models.CharField(
                editable=False, max_length=60, null=True, verbose_name="indicator"
            ),
        ),
        migrations.RunPython(fill, forget),
        *(
            migrations.AddIndex(
                model_name="auditentry", index=models.Index(fields=fields, name=name)
            )
            for name, fields in {
                "audit_by_country": ["stream", "country", "number"],
                "audit_by_indicator": ["stream", "indicator", "number"],
                "audit_by_person": ["stream", "actor", "number"],
                "audit_by_act": ["stream", "act", "number"],
                "audit_by_time": ["stream", "at", "number"],
                "audit_by_request": ["stream", "request"],
            }.items()
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("batch__isnull", False)),
                fields=["stream", "batch"],
                name="audit_by_batch",
            ),
        ),
        migrations.RunPython(guard, unguard),
    ]
