"""What the audit hears: that a migration, or a test's cleaning up, has ended."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate

from .models import AuditEntry
from .services import triggers


def guard_entries(sender: Any, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """See to it that the table is guarded, once the audit's own tables are there."""
    if sender.label != "audit" or using != DEFAULT_DB_ALIAS:
        return
    if AuditEntry._meta.db_table in connections[using].introspection.table_names():
        triggers.make()


def connect() -> None:
    post_migrate.connect(guard_entries, dispatch_uid="audit.guard_entries")
