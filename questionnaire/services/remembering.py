"""Save a row so that its history says whose act it was, with or without a request."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model, QuerySet

from mipex_site.accounts.models import User

BATCH = 500


def save_as(row: Model, person: User, *, fields: list[str] | None = None) -> None:
    """Save ROW (only FIELDS where given); its history row names PERSON."""
    row._history_user = person  # noqa: SLF001 (the name by which simple-history asks)
    row.save(update_fields=fields)


def add_all_as(rows: Sequence[Model], person: User) -> None:
    """Insert new ROWS of one kind, and a history row for each that names PERSON, in bulk."""
    if not rows:
        return
    model = type(rows[0])
    # Not the model's own queryset, which refuses this because most callers forget the history.
    QuerySet(model).bulk_create(rows, batch_size=BATCH)
    model.history.bulk_history_create(rows, batch_size=BATCH, default_user=person)
