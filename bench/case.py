"""A case: something the portal does, beside the least that could do the same work."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.load import Load, Request, send

CLIENTS = (1, 8, 32)
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two things compared: how to ask for it and what it answers.

    REQUEST gets a number, from 0 up, that it gets once only: a case that writes makes of it a
    row that nobody has written.
    """

    request: Callable[[int], Request]
    expected: int = 200


@dataclass(frozen=True, slots=True)
class Case:
    """What is measured, against what, and how many times dearer it may be."""

    name: str
    baseline_name: str
    measured: Side
    baseline: Side
    goal: float
    count: int = 400


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: times in milliseconds a request."""

    name: str
    clients: int
    measured_ms: float
    baseline_ms: float
    p95_ms: float
    goal: float

    @property
    def ratio(self) -> float:
        return self.measured_ms / self.baseline_ms

    @property
    def met(self) -> bool:
        return self.ratio <= self.goal


def run(case: Case, *, address: str) -> list[Row]:
    """Measure both sides of a case at each number of clients."""
    rows = []
    first = 0
    for clients in CLIENTS:
        rows.append(_compare(case, address=address, clients=clients, first=first))
        first += ROUNDS * case.count
    return rows


def _compare(case: Case, *, address: str, clients: int, first: int) -> Row:
    """Measure both sides in turn, several times, and keep the best round of each.

    In turn, for a machine that slows down must slow down both; the best, for what disturbs a
    round only ever makes it longer.
    """
    measured: list[Load] = []
    baseline: list[Load] = []
    for round_ in range(ROUNDS):
        numbers = range(first + round_ * case.count, first + (round_ + 1) * case.count)
        for side, loads in ((case.measured, measured), (case.baseline, baseline)):
            requests = [side.request(number) for number in numbers]
            loads.append(
                send(address, requests=requests, expected=side.expected, clients=clients)
            )
    best = min(measured, key=lambda load: load.each)
    return Row(
        name=f"{case.name} / {case.baseline_name}",
        clients=clients,
        measured_ms=best.each * 1000,
        baseline_ms=min(load.each for load in baseline) * 1000,
        p95_ms=best.p95 * 1000,
        goal=case.goal,
    )
