"""Save a row so that its history says whose act it was, with or without a request."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model, QuerySet
from django.utils import timezone

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


def remove_all_as(rows: Sequence[Model], person: User) -> None:
    """Delete ROWS of one kind on which nothing rests; the history of each ends with PERSON."""
    if not rows:
        return
    model = type(rows[0])
    record = model.history.model
    last = [
        record(
            history_date=timezone.now(),
            history_user=person,
            history_type="-",
            **{each.attname: getattr(row, each.attname) for each in record.tracked_fields},
        )
        for row in rows
    ]
    QuerySet(record).bulk_create(last, batch_size=BATCH)
    keys = [row.pk for row in rows]
    for start in range(0, len(keys), BATCH):
        part = QuerySet(model).filter(pk__in=keys[start : start + BATCH])
        # Without the signals, which would write the history of each a second time, unnamed.
        part._raw_delete(part.db)  # noqa: SLF001 (the one way to delete without signals)
