"""What is built again and again for tests is built once a process, and then put back as rows.

The first test of a process builds by the portal's own services; the rows that came of it are kept
in memory. The next test gets the same rows, in the same tables, by plain inserts: the services
would come to the same, in twenty times the time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone

from mipex_site.accounts.models import User
from questionnaire.models import Round

OURS = ("audit", "accounts", "mail", "questionnaire", "review", "scoring", "editions")
Rows = dict[type[Model], list[dict[str, Any]]]

_kept: dict[tuple[object, ...], tuple[Rows, type, dict[str, Any]]] = {}


def models() -> list[type[Model]]:
    """Return every table of ours, those of many-to-many fields and of the history too."""
    return [
        model
        for label in OURS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]


def _rows() -> Rows:
    found = {}
    for model in models():
        columns = [field.attname for field in model._meta.concrete_fields]
        rows = QuerySet(model).order_by("pk").values(*columns)
        if rows:
            found[model] = list(rows)
    return found


def put_back(rows: Rows) -> None:
    """Insert rows as they were, past all managers: no history is written, for it is among them."""
    for model, values in rows.items():
        QuerySet(model).bulk_create([model(**one) for one in values])
    # Rows that bring their keys move no sequence, and one that was reset would give them again.
    for statement in connection.ops.sequence_reset_sql(no_style(), list(rows)):
        with connection.cursor() as cursor:
            cursor.execute(statement)


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
        if key not in _kept:
            made = build(**asked)
            people = {name: person.pk for name, person in made.people.items()}
            _kept[key] = (_rows(), type(made), people)
            return made
        rows, kind, keys = _kept[key]
        put_back(rows)
        found = User.objects.in_bulk(keys.values())
        people = {name: found[pk] for name, pk in keys.items()}
        return kind(round=Round.objects.select_related("framework").get(), people=people)

    return remembered
