"""Queries that are put together once, for the few that every save of an answer asks.

Django writes the statement of a query anew each time, which takes it several times as long as
the database needs to answer. Decision 0021 says what else was tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet, ObjectDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, QuerySet
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

SHAPES = 16
"""How many numbers of values of one query are kept: one source or five make two statements."""


class Place(Expression):
    """Where a value goes that is known only when the statement runs."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Place]]:
        return "%s", [self]


@dataclass(frozen=True, slots=True)
class Statement:
    """The text of a query, its values and places, and how a row of its answer is read."""

    sql: str
    values: Sequence[Any]
    locks: bool
    converters: dict[int, tuple[list[Any], Any]]
    read: Callable[[list[Any]], Any]


class Prepared:
    """A query that is put together once and then asked with other values, as objects or tuples.

    BUILD takes a place for each value and returns the queryset. Whatever it computes by itself
    would stay as it was the first time: the present moment must be a value, too. No value may
    be None, which equals nothing.
    """

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self._build = build
        self._statement = lru_cache(SHAPES)(self._put_together)

    def first(self, *values: Any) -> Any:
        """Return the first row, or None."""
        return next(iter(self.rows(*values)), None)

    def get(self, *values: Any) -> Any:
        """Return the one row that must be there. Raises ObjectDoesNotExist."""
        (found,) = self.rows(*values) or (None,)
        if found is None:
            raise ObjectDoesNotExist(f"There is no row for {values}.")
        return found

    def rows(self, *values: Any) -> list[Any]:
        """Return all rows. A query that locks raises outside of a transaction, as Django's do."""
        statement = self._statement(connection.vendor, len(values))
        if statement is None:
            return []
        if statement.locks and not connection.in_atomic_block:
            raise TransactionManagementError("A lock ends with its transaction; there is none.")
        given = [
            _stored(values[v.number]) if isinstance(v, Place) else v for v in statement.values
        ]
        with connection.cursor() as cursor:
            try:
                cursor.execute(statement.sql, given)
            except OverflowError:
                # A number beyond all that SQLite can hold, as an address may have, equals none.
                return []
            found = [list(row) for row in cursor.fetchall()]
        for position, (converters, column) in statement.converters.items():
            for row in found:
                for convert in converters:
                    row[position] = convert(row[position], column, connection)
        return [statement.read(row) for row in found]

    def _put_together(self, _vendor: str, count: int) -> Statement | None:
        query = self._build(*map(Place, range(count))).query
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:
            return None
        columns = [column for column, _sql, _alias in compiler.select]
        return Statement(
            sql=sql,
            values=values,
            locks=query.select_for_update,
            converters=compiler.get_converters(columns),
            read=tuple if query.values_select else _reader(compiler),
        )


def _reader(compiler: Any) -> Callable[[list[Any]], Any]:
    """Return what makes an object of a row, with the objects that were asked for beside it."""
    info, columns = compiler.klass_info, compiler.select
    own = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
    names = [column.target.attname for column, _sql, _alias in columns[own]]
    beside = get_related_populators(info, columns, DEFAULT_DB_ALIAS)
    return partial(_object, info["model"], names, own, beside)


def _object(model: Any, names: list[str], own: slice, beside: list[Any], row: list[Any]) -> Any:
    found = model.from_db(DEFAULT_DB_ALIAS, names, row[own])
    for populator in beside:
        populator.populate(row, found)
    return found


def _stored(value: Any) -> Any:
    """Return a value as the database takes it: SQLite has no days and no UUIDs of its own."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
