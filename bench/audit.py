"""The audit at its full size: two chains in one table, of TEN_THOUSAND and of A_MILLION entries.

Both are of the same kind, so that a page shows as many lines of the one as of the other: all that
differs is how much lies around them. Each entry follows the one before by its right hash.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from django.db import connection
from django.test import Client
from django.urls import reverse

from bench.case import Case, Row, Side, run
from bench.load import Request
from bench.people import headers_of, somebody
from mipex_site.audit.models import AuditEntry, Chain
from mipex_site.audit.services.hashing import hash_of
from mipex_site.audit.services.places import place_of
from mipex_site.desk.selectors.audit import round_ledger
from questionnaire.enums import Role
from questionnaire.models import Participation
from tests.factories.questionnaire import (
    AssignmentFactory,
    CountryFactory,
    FrameworkFactory,
    IndicatorFactory,
    RoundFactory,
    StrandFactory,
)

TEN_THOUSAND, A_MILLION = 10_000, 1_000_000
COUNTRIES, INDICATORS = 50, 100
ACTS = ("answer.record", "source.edit", "opinion.give", "item.approve", "answer.confirm")
YEAR = timedelta(days=365)
BEGIN = datetime(2019, 1, 1, tzinfo=UTC)
GOAL = 1.5
PAGES, EXPORTS, ROUNDS = 16, 8, 5
COLUMNS = [field.column for field in AuditEntry._meta.concrete_fields if not field.primary_key]


class Book:
    """A round with its people and a chain of LENGTH entries over one year."""

    def __init__(self, name: str, *, length: int) -> None:
        self.length = length
        self.round = RoundFactory(code=f"bench-{name}", framework=FrameworkFactory())
        strand = StrandFactory(framework=self.round.framework)
        self.questions = [IndicatorFactory(strand=strand).code for _ in range(INDICATORS)]
        self.strand = strand.code
        self.places = [self._add_country(name, number) for number in range(COUNTRIES)]
        self.observer = somebody(f"Bench Observer {name}")
        AssignmentFactory(person=self.observer, role=Role.OBSERVER, round=self.round)
        self.headers = headers_of(self.observer)
        self.path = reverse("desk:audit", args=[self.round.code])
        self.head = ""
        self._fill()

    def _add_country(self, name: str, number: int) -> tuple[str, list[object]]:
        country = CountryFactory()
        Participation.objects.create(round=self.round, country=country)
        people = []
        for role in (Role.EXPERT, Role.REVIEWER):
            person = somebody(f"Bench {role} {name} {number}")
            AssignmentFactory(person=person, role=role, round=self.round, country=country)
            people.append(person.pk)
        return country.code, people

    def _fill(self) -> None:
        columns = ", ".join(f'"{column}"' for column in COLUMNS)
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY audit_auditentry ({columns}) FROM STDIN") as copy:
                for row in self._rows():
                    copy.write_row(row)
            cursor.execute("ANALYZE audit_auditentry")
        Chain.objects.create(stream=self.round.stream, length=self.length, head=self.head)

    def _rows(self) -> Iterator[list[object]]:
        head = ""
        for number in range(1, self.length + 1):
            entry = self._entry(number, head)
            entry.hash = head = hash_of(entry)
            entry.new = json.dumps(entry.new)
            yield [getattr(entry, column) for column in COLUMNS]
        self.head = head

    def _entry(self, number: int, previous: str) -> SimpleNamespace:
        """Return an entry; countries, questions, acts and people come round in turn."""
        code, people = self.places[number % COUNTRIES]
        question = self.questions[number // COUNTRIES % INDICATORS]
        subject = f"answer/{self.round.code}/{code}/{self.strand}/1/{question}"
        country, indicator = place_of(subject, None, None)
        return SimpleNamespace(
            stream=self.round.stream,
            number=number,
            at=BEGIN + YEAR * number / self.length,
            on_behalf_of=None,
            actor=people[number // COUNTRIES % len(people)],
            role=Role.EXPERT,
            channel="web",
            act=ACTS[number // 7 % len(ACTS)],
            subject=subject,
            old=None,
            reason="",
            batch=None,
            new={"points": str(number % 3 * 50)},
            request=f"{number:032x}",
            previous_hash=previous,
            country=country,
            indicator=indicator,
        )

    def queries(self) -> list[str]:
        """Return one address of each filter, and one from the middle of the chain."""
        people = round_ledger(self.round, self.observer).people
        person, _words = people.choices("", frozenset())[-1]
        return [
            "",
            f"country={self.places[3][0]}",
            f"indicator={self.questions[5]}",
            f"person={person}",
            f"act={ACTS[2]}",
            "since=2019-05-01&until=2019-05-31",
            f"older={self.length // 2}",
            f"country={self.places[3][0]}&channel=web&until=2019-09-30",
        ]


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify_audit` took for one chain: seconds, and the most memory in megabytes."""

    entries: int
    seconds: float
    megabytes: float


def measure(address: str) -> tuple[list[Row], list[Verified]]:
    """Fill both chains, then read pages, take the first chunk of exports, and verify."""
    books = [Book("small", length=TEN_THOUSAND), Book("large", length=A_MILLION)]
    rows = run(_filtered_page(*books), address=address)
    rows += [_first_chunk(kind, *books) for kind in ("csv", "json")]
    return rows, [_verified(book) for book in books]


def _filtered_page(small: Book, large: Book) -> Case:
    def side(book: Book) -> Side:
        queries = book.queries()

        def ask(number: int) -> Request:
            query = queries[number % len(queries)]
            return Request(f"{book.path}?{query}", headers=book.headers)

        return Side(ask)

    return Case(
        name="a page of a million acts, filtered",
        baseline_name="of ten thousand",
        measured=side(large),
        baseline=side(small),
        goal=GOAL,
        count=PAGES,
    )


def _first_chunk(kind: str, small: Book, large: Book) -> Row:
    """Time an export until its first entries are there, in this process, in turn, the best."""
    loads = [
        [_seconds(_exporting(book, kind)) for book in (small, large)] for _ in range(ROUNDS)
    ]
    baseline, measured = (min(times, key=sum) for times in zip(*loads, strict=True))
    return Row(
        name=f"first chunk of a {kind} of a million / of ten thousand",
        clients=1,
        measured_ms=sum(measured) / EXPORTS * 1000,
        baseline_ms=sum(baseline) / EXPORTS * 1000,
        p95_ms=sorted(measured)[-2] * 1000,
        goal=GOAL,
    )


def _exporting(book: Book, kind: str) -> Callable[[], None]:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(book.observer)

    def take() -> None:
        # A fifth of each book, so that the first chunk of the small one is as full as the other.
        response = client.get(book.path, {"format": kind, "act": ACTS[2]})
        chunks = iter(response.streaming_content)
        size = sum(len(next(chunks)) for _ in range(2))
        if response.status_code != 200 or size < 10_000:
            raise RuntimeError(f"The export answered {response.status_code}, {size} bytes.")
        response.close()

    return take


def _seconds(act: Callable[[], None]) -> list[float]:
    found = []
    for _ in range(EXPORTS):
        started = time.perf_counter()
        act()
        found.append(time.perf_counter() - started)
    return found


def _verified(book: Book) -> Verified:
    """Run the command in a process of its own; Linux counts its memory in kilobytes."""
    command = [sys.executable, "manage.py", "verify_audit", book.round.stream]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"verify_audit ended with {process.returncode}.")
    length = Chain.objects.get(stream=book.round.stream).length
    return Verified(length, time.perf_counter() - started, used.ru_maxrss / 1024)
