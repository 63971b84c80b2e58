"""Querysets that refuse what would slip past history or the audit."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class RememberedQuerySet(models.QuerySet):
    """Refuses bulk writes: they send no signal, so the history would not hear of them."""

    def update(self, **values: Any) -> NoReturn:
        message = f"{self.model.__name__}.update() writes no history; save the rows one by one."
        raise TypeError(message)

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        message = f"{self.model.__name__}.bulk_create() writes no history; save one by one."
        raise TypeError(message)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        message = f"{self.model.__name__}.bulk_update() writes no history; save one by one."
        raise TypeError(message)


class AppendOnlyQuerySet(models.QuerySet):
    """Rows that are written once: no update, no delete."""

    def update(self, **values: Any) -> NoReturn:
        message = f"{self.model.__name__} is append-only: a row is never changed."
        raise TypeError(message)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        self.update()

    def delete(self) -> NoReturn:
        message = f"{self.model.__name__} is append-only: a row is never deleted."
        raise TypeError(message)
