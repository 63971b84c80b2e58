"""What is built again and again for tests is built once a process, and then put back as rows.

The first test of a process builds by the portal's own services; the rows that came of it are kept
in memory. The next test gets the same rows, in the same tables, by plain statements: the services
would come to the same, in twenty times the time.

`@built_once` is for a world that begins in an empty database, `@gone_once` for a step that takes
a world further. A step is put back only where the database stands as it stood when the step was
first gone, to the last row: whatever a test itself has written, however little, and the step is
gone by the services as ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Field, Model, QuerySet
from django.db.models.sql import InsertQuery
from django.utils import timezone

from mipex_site.accounts.models import User
from questionnaire.models import Round

OURS = ("audit", "accounts", "mail", "questionnaire", "review", "scoring", "editions")
Rows = dict[type[Model], dict[Any, dict[str, Any]]]
Statements = list[tuple[str, Any]]
Key = tuple[object, ...]

# What begins otherwise reads, or is about the transaction; a write of another form is a write
# to a table without a name, after which nothing is put back.
READS = re.compile(
    r"\s*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|SET|SHOW|PRAGMA|EXPLAIN)\b", re.IGNORECASE
)
WRITES = re.compile(
    r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The world in the database: the steps that led to it, its rows, and the writes so far."""

    world: Any
    key: Key
    rows: Rows
    written: int


_built: dict[Key, tuple[Rows, Statements, type, dict[str, Any]]] = {}
_gone: dict[Key, tuple[Rows, Statements]] = {}
_written: list[str] = []
_standing: list[Standing] = []  # the one that was noted last, if any


def models() -> list[type[Model]]:
    """Return every table of ours, those of many-to-many fields and of the history too."""
    return [
        model
        for label in OURS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]


def _columns(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def _rows_of(model: type[Model]) -> dict[Any, dict[str, Any]]:
    columns = [field.attname for field in _columns(model)]
    rows = QuerySet(model).order_by("pk").values(*columns)
    return {row[model._meta.pk.attname]: row for row in rows}


def _rows() -> Rows:
    return {model: rows for model in models() if (rows := _rows_of(model))}


# --- Statements that make one state of the tables of another -----------------------------------


def _insert(model: type[Model], values: list[dict[str, Any]]) -> Statements:
    """Insert rows as they were, past managers and history, for the history is among them."""
    fields = _columns(model)
    size = connection.ops.bulk_batch_size(fields, values)
    found: Statements = []
    for start in range(0, len(values), size):
        query = InsertQuery(model)
        objects = [model(**one) for one in values[start : start + size]]
        query.insert_values(fields, objects, raw=True)
        found += query.get_compiler(connection=connection).as_sql()
    return found


def _delete(model: type[Model], keys: list[Any]) -> Statements:
    pk = model._meta.pk
    quote = connection.ops.quote_name
    marks = ", ".join(["%s"] * len(keys))
    values = [pk.get_db_prep_value(key, connection) for key in keys]
    table, column = quote(model._meta.db_table), quote(pk.column)
    return [(f"DELETE FROM {table} WHERE {column} IN ({marks})", values)] if keys else []


def _statements(before: Rows, after: Rows) -> Statements:
    """Return what turns one state into the other: first all that goes, then all that comes."""
    goes: Statements = []
    comes: Statements = []
    grown = []
    for model in {**before, **after}:
        old, new = before.get(model, {}), after.get(model, {})
        goes += _delete(model, [pk for pk, row in old.items() if new.get(pk) != row])
        added = [row for pk, row in new.items() if old.get(pk) != row]
        if added:
            comes += _insert(model, added)
            grown.append(model)
    # Rows that bring their keys move no sequence, and one that was reset would give them again.
    moved = [(sql, None) for sql in connection.ops.sequence_reset_sql(no_style(), grown)]
    return goes + comes + moved


def _execute(statements: Statements) -> None:
    with connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)


# --- What stands, and whether anything else was written since ------------------------------------


def _watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if not READS.match(sql):
        write = WRITES.match(sql)
        _written.append(write[1] if write else "")
    return execute(sql, params, many, context)


def _stand(world: Any, key: Key, rows: Rows) -> None:
    if _watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(_watch)
    _standing[:] = [Standing(world, key, rows, len(_written))]


def _stands(world: Any) -> Standing | None:
    """Return how the world stands, unless something has been written since, or might have been.

    Outside the transaction of a test, other connections write too, and those are not watched.
    """
    if not connection.in_atomic_block:
        return None
    for last in _standing:
        if last.world is world and last.written == len(_written):
            return last
    return None


def _after(before: Standing) -> Rows:
    """Return the rows now: of the tables that were written since, read anew."""
    tables = set(_written[before.written :])
    if "" in tables:
        return _rows()
    anew = {model: _rows_of(model) for model in models() if model._meta.db_table in tables}
    return {model: rows for model, rows in {**before.rows, **anew}.items() if rows}


# --- Building and going on -----------------------------------------------------------------------


def built_once(build: Callable[..., Any]) -> Callable[..., Any]:
    """Build once a world that the decorated function makes in an empty database; then put it back.

    Where something lies in the database already, the function builds as ever. The day is part of
    the key, for tests that live on another one.
    """

    @wraps(build)
    def remembered(**asked: Any) -> Any:
        if Round.objects.exists() or User.objects.exists():
            return build(**asked)
        key = (build.__qualname__, timezone.now().date(), repr(sorted(asked.items())))
        if key not in _built:
            world, rows = build(**asked), _rows()
            people = {name: person.pk for name, person in world.people.items()}
            _built[key] = (rows, _statements({}, rows), type(world), people)
        else:
            rows, statements, kind, keys = _built[key]
            _execute(statements)
            found = User.objects.in_bulk(keys.values())
            people = {name: found[pk] for name, pk in keys.items()}
            world = kind(round=Round.objects.select_related("framework").get(), people=people)
        _stand(world, key, rows)
        return world

    return remembered


def gone_once(step: Callable[..., None]) -> Callable[..., None]:
    """Go a step of a world once from where it stands; then put back what came of it.

    The step's further arguments are plain values, for they are part of the key. It returns
    nothing and changes nothing but rows.
    """

    @wraps(step)
    def gone(world: Any, *asked: Any, **named: Any) -> None:
        before = _stands(world)
        if before is None:
            step(world, *asked, **named)
            return
        what = (step.__qualname__, timezone.now().date(), repr((asked, sorted(named.items()))))
        key = (*before.key, what)
        if key in _gone:
            rows, statements = _gone[key]
            _execute(statements)
        else:
            step(world, *asked, **named)
            rows = _after(before)
            _gone[key] = (rows, _statements(before.rows, rows))
        _stand(world, key, rows)

    return gone
