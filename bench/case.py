"""A case: something the portal does, beside the least that could do the same work."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.load import Load, Request, send

CLIENTS = (1, 8, 32)
ROUNDS = 5


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
    """What is measured, against what, and how many times dearer it may be.

    BESIDE are further baselines by name: lines of the table that set no goal.
    """

    name: str
    baseline_name: str
    measured: Side
    baseline: Side
    goal: float
    count: int = 400
    beside: tuple[tuple[str, Side], ...] = ()

    @property
    def baselines(self) -> tuple[tuple[str, Side, float | None], ...]:
        """The name, the side and the goal of each baseline."""
        others = ((name, side, None) for name, side in self.beside)
        return ((self.baseline_name, self.baseline, self.goal), *others)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: times in milliseconds a request."""

    name: str
    clients: int
    measured_ms: float
    baseline_ms: float
    p95_ms: float
    goal: float | None

    @property
    def ratio(self) -> float:
        return self.measured_ms / self.baseline_ms

    @property
    def met(self) -> bool:
        return self.goal is None or self.ratio <= self.goal


def run(case: Case, *, address: str) -> list[Row]:
    """Measure both sides of a case at each number of clients."""
    rows = []
    first = 0
    for clients in CLIENTS:
        rows += _compare(case, address=address, clients=clients, first=first)
        first += ROUNDS * case.count
    return rows


def _compare(case: Case, *, address: str, clients: int, first: int) -> list[Row]:
    """Measure all sides in turn, several times, and keep the best round of each.

    In turn, for a machine that slows down must slow down all; the best, for what disturbs a
    round only ever makes it longer.
    """
    sides = [case.measured, *(side for _name, side, _goal in case.baselines)]
    loads: list[list[Load]] = [[] for _ in sides]
    for round_ in range(ROUNDS):
        numbers = range(first + round_ * case.count, first + (round_ + 1) * case.count)
        for side, done in zip(sides, loads, strict=True):
            requests = [side.request(number) for number in numbers]
            done.append(
                send(address, requests=requests, expected=side.expected, clients=clients)
            )
    best, *others = (min(done, key=lambda load: load.each) for done in loads)
    return [
        Row(
            name=f"{case.name} / {name}",
            clients=clients,
            measured_ms=best.each * 1000,
            baseline_ms=other.each * 1000,
            p95_ms=best.p95 * 1000,
            goal=goal,
        )
        for (name, _side, goal), other in zip(case.baselines, others, strict=True)
    ]
