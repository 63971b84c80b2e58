"""Opening a round of COUNTRIES x INDICATORS with carried answers, beside the bare rows.

The task runs in this process, as a worker runs it: a few countries at a time, each few in a
transaction of their own. Then the very rows that it made are deleted and inserted again by
multi-row INSERTs of ready values, all in one transaction: nothing is looked up and nothing made.
Beside it stands the same by COPY, the barest way of all; it sets no goal.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from bench.case import Row
from editions.enums import RevisionState
from editions.models import FrozenAnswer, Revision
from mipex_site.audit.models import AuditEntry
from questionnaire.enums import RoundState, SourceKind
from questionnaire.models import (
    Assessment,
    Country,
    EarlierAnswer,
    LinkCheck,
    Participation,
    Round,
    Source,
)
from questionnaire.services.setting_up import ask_to_open
from questionnaire.tasks import take_queued_set_ups
from tests.factories.editions import EditionFactory, RevisionFactory
from tests.factories.questionnaire import (
    CountryFactory,
    FrameworkFactory,
    IndicatorFactory,
    RoundFactory,
    StrandFactory,
    coordinator_of,
)

COUNTRIES, STRANDS, INDICATORS = 60, 10, 170
GOAL = 20.0
ROUNDS = 2
ROWS_A_STATEMENT = 500
MADE = (
    Assessment,
    Assessment.history.model,
    Source,
    Source.history.model,
    LinkCheck,
    EarlierAnswer,
    AuditEntry,
)
"""The tables that an opening fills, in the order in which their keys point."""


def measure() -> list[Row]:
    """Open ROUNDS rounds of the same size, each beside its own rows; the best of each side."""
    revision, countries = _published()
    loads = [_one(revision, countries, number) for number in range(ROUNDS)]
    inserted, copied, measured = (min(times) for times in zip(*loads, strict=True))
    name = f"{COUNTRIES} x {INDICATORS} opened by the task"
    return [
        Row(
            name=f"{name} / {beside}",
            clients=1,
            measured_ms=measured * 1000,
            baseline_ms=baseline * 1000,
            p95_ms=max(times[-1] for times in loads) * 1000,
            goal=goal,
        )
        for beside, baseline, goal in (
            ("its rows in bulk INSERTs", inserted, GOAL),
            ("its rows by COPY", copied, None),
        )
    ]


def _published() -> tuple[Revision, list[Country]]:
    """Publish an edition in which every country has answered every question from its own law."""
    framework = FrameworkFactory(code="bench-opening")
    strands = [StrandFactory(framework=framework) for _ in range(STRANDS)]
    questions = [
        IndicatorFactory(strand=strands[number % STRANDS]).code for number in range(INDICATORS)
    ]
    edition = EditionFactory(run__round__framework=framework)
    revision = RevisionFactory(
        edition=edition,
        number=1,
        state=RevisionState.PUBLISHED,
        cut_off=date(2019, 12, 31),
        published_at=timezone.now(),
    )
    countries = [CountryFactory() for _ in range(COUNTRIES)]
    FrozenAnswer.objects.bulk_create(
        [
            _answer(revision, country.code, question)
            for country in countries
            for question in questions
        ],
        batch_size=ROWS_A_STATEMENT,
    )
    return revision, countries


def _answer(revision: Revision, country: str, question: str) -> FrozenAnswer:
    return FrozenAnswer(
        revision=revision,
        country=country,
        indicator=question,
        reference_date=revision.cut_off,
        status="ok",
        option=1,
        points=100,
        rationale="The act says so, and has said so since it was adopted. " * 4,
        sources=[
            {
                "kind": SourceKind.LAW,
                "title": f"Invented Act of {country}",
                "article": f"section on {question}",
                "year": 2010,
                "url": f"https://law.example.org/{country}/{question}",
                "in_force_from": "2011-01-01",
            }
        ],
    )


def _one(revision: Revision, countries: list[Country], number: int) -> tuple[float, ...]:
    """Return the seconds that the bare rows took, inserted and copied, and those of the task."""
    framework = revision.edition.round.framework
    round_ = RoundFactory(
        code=f"bench-opening-{number}",
        framework=framework,
        state=RoundState.LOCKED,
        cut_off=date(2023, 12, 31),
    )
    for country in countries:
        Participation(round=round_, country=country, is_pending=True).save()
    ask_to_open(round_=round_, by=coordinator_of(round_))
    begun = timezone.now()
    started = time.perf_counter()
    opened = take_queued_set_ups()
    seconds = time.perf_counter() - started
    made = _rows_of(round_, begun)
    whole = COUNTRIES * INDICATORS
    if opened != 1 or len(made[MADE.index(EarlierAnswer)][1]) != whole:
        raise RuntimeError("The round was not opened whole.")
    return _bare(made, _insert), _bare(made, _copy), seconds


def _rows_of(round_: Round, begun: object) -> list[tuple[type, list[tuple[object, ...]]]]:
    """Read the rows that the opening made, table by table, as the database holds them."""
    of_round = {"round_id": round_.pk}
    scopes = {LinkCheck: {"source__round": round_}}
    scopes[AuditEntry] = {"stream": round_.stream, "at__gte": begun}
    return [
        (table, _values(table, list(table.objects.filter(**scopes.get(table, of_round)))))
        for table in MADE
    ]


def _values(table: type, rows: list) -> list[tuple[object, ...]]:
    fields = table._meta.concrete_fields
    return [
        tuple(
            field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields
        )
        for row in rows
    ]


def _bare(made: list[tuple[type, list[tuple[object, ...]]]], put: Callable[..., None]) -> float:
    """Delete the rows and PUT them again; return the seconds of that, with its commit."""
    with _without_triggers(), connection.cursor() as cursor:
        for table, rows in reversed(made):
            keys = [row[0] for row in rows]
            column = table._meta.concrete_fields[0].column
            cursor.execute(
                f'DELETE FROM {table._meta.db_table} WHERE "{column}" = ANY(%s)', [keys]
            )
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for table, rows in made:
            put(cursor, table, rows)
    return time.perf_counter() - started


def _insert(cursor: object, table: type, rows: list[tuple[object, ...]]) -> None:
    columns = ", ".join(f'"{field.column}"' for field in table._meta.concrete_fields)
    places = f"({', '.join(['%s'] * len(table._meta.concrete_fields))})"
    for first in range(0, len(rows), ROWS_A_STATEMENT):
        some = rows[first : first + ROWS_A_STATEMENT]
        values = [value for row in some for value in row]
        cursor.execute(
            f"INSERT INTO {table._meta.db_table} ({columns})"
            f" VALUES {', '.join([places] * len(some))}",
            values,
        )


def _copy(cursor: object, table: type, rows: list[tuple[object, ...]]) -> None:
    columns = ", ".join(f'"{field.column}"' for field in table._meta.concrete_fields)
    with cursor.copy(f"COPY {table._meta.db_table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


@contextmanager
def _without_triggers() -> Iterator[None]:
    """Let rows that are never deleted be deleted here, and keys go in any order."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = DEFAULT")
