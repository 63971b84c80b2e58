"""Save a row so that its history says whose act it was, with or without a request."""

from __future__ import annotations

from django.db.models import Model

from mipex_site.accounts.models import User


def save_as(row: Model, person: User, *, fields: list[str] | None = None) -> None:
    """Save ROW (only FIELDS where given); its history row names PERSON."""
    row._history_user = person  # noqa: SLF001 (the name by which simple-history asks)
    row.save(update_fields=fields)
