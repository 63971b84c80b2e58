"""Try a table, show what it would do, and take it only if it would still do the same.

Trying lets the service of each row do its work in a transaction that is undone. Taking does it
again, and keeps it if every row comes to what was shown: whatever was changed in between, by
whomever, makes the whole file wait for another look.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.utils.translation import gettext as _
from import_export.results import Result
from tablib import Dataset

from mipex_site.accounts.models import User
from mipex_site.audit.models import Channel
from mipex_site.audit.services.acting import acting, present_way
from mipex_site.base.errors import NotAllowed, Refusal, Stale

from .base import ByService
from .files import Rows

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
KINDS = {"new": NEW, "update": CHANGED, "skip": SAME}


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a row whose text would be another."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and in which column; an empty one stands for the row."""

    column: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """What one row would do. NUMBER is its line in the file; NAME says what it is about."""

    number: int
    kind: str
    name: str
    cells: tuple[Cell, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What a table would do. PRINT is the same as long as it would do the same."""

    lines: tuple[Line, ...]
    faults: tuple[str, ...]
    print: str

    def count(self, kind: str) -> int:
        return sum(line.kind == kind for line in self.lines)

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.lines if line.faults]

    @property
    def changing(self) -> list[Line]:
        return [line for line in self.lines if line.kind in {NEW, CHANGED}]

    @property
    def can_be_taken(self) -> bool:
        return bool(self.changing) and not self.refused and not self.faults


class Changed(Stale):
    """The table would no longer do what was shown; TRIAL is what it would do now."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        super().__init__(changed_meanwhile())


def changed_meanwhile() -> str:
    return _(
        "What these rows are about was changed after you looked. Nothing is saved: look again."
    )


def tried(resource: ByService, rows: Rows, *, by: User) -> Trial:
    """Return what the rows would do, and do nothing. Raises NotAllowed."""
    return _trial(_run(resource, rows, by=by, dry_run=True), rows, resource)


def taken(resource: ByService, rows: Rows, *, seen: str, by: User) -> Trial:
    """Save what the rows change, all of it or nothing; SEEN is the print that was shown.

    Raises NotAllowed, and Changed where it would come to something else.
    """
    with transaction.atomic():
        trial = _trial(_run(resource, rows, by=by, dry_run=False), rows, resource)
        if trial.print != seen or not trial.can_be_taken:
            raise Changed(trial)
    return trial


def _run(resource: ByService, rows: Rows, *, by: User, dry_run: bool) -> Result:
    columns = resource.headings()
    data = Dataset(headers=columns)
    for _line, row in rows:
        data.append([row.get(one, "") for one in columns])
    with acting(Channel.IMPORT, request=present_way().request, batch=uuid4()):
        return resource.import_data(
            data,
            dry_run=dry_run,
            use_transactions=True,
            rollback_on_validation_errors=True,
            user=by,
        )


def print_of(result: Result) -> str:
    """Return the fingerprint of what rows come to: each with what stands and what would."""
    rows = [
        (row.import_type, getattr(row.instance, "was", {}), getattr(row.instance, "will", {}))
        for row in result.rows
    ]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def _trial(result: Result, rows: Rows, resource: ByService) -> Trial:
    faults = tuple(_words(error.error) for error in result.base_errors)
    lines = [] if faults else list(_lines(result, rows, resource))
    return Trial(tuple(lines), faults, print_of(result))


def _lines(result: Result, rows: Rows, resource: ByService) -> Iterator[Line]:
    invalid = {row.number: row for row in result.invalid_rows}
    for number, (row, (line, texts)) in enumerate(zip(result.rows, rows, strict=True), 1):
        name = " · ".join(
            texts[one] for one in resource.get_import_id_fields() if texts.get(one)
        )
        if number in invalid:
            found = tuple(_faults(invalid[number].error, resource))
            yield Line(line, REFUSED, name, faults=found)
        elif row.errors:
            found = tuple(Fault("", _words(error.error)) for error in row.errors)
            yield Line(line, REFUSED, name, faults=found)
        else:
            yield Line(line, KINDS[row.import_type], name, tuple(_cells(row.instance)))


def _cells(instance: Any) -> Iterable[Cell]:
    was, will = instance.was, instance.will
    for column, text in will.items():
        if text != was.get(column, ""):
            yield Cell(column, was.get(column, ""), text)


def _faults(error: Any, resource: ByService) -> Iterator[Fault]:
    if not hasattr(error, "error_dict"):
        yield from (Fault("", words) for words in error.messages)
        return
    for name, said in error.message_dict.items():
        column = name if name in resource.headings() and name != NON_FIELD_ERRORS else ""
        yield from (Fault(column, words) for words in said)


def _words(error: Exception) -> str:
    """Return a refusal's sentence. What is no refusal is a fault of ours, and not hidden here."""
    if isinstance(error, NotAllowed) or not isinstance(error, Refusal):
        raise error
    return error.reason
