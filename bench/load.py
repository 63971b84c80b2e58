"""A client that sends a fixed number of requests over kept connections and times each."""

import statistics
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlsplit

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Request:
    """One request; the body is a form that is already encoded, if no header says other."""

    path: str
    method: str = "GET"
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: seconds of each request, in no order, and of all together."""

    seconds: list[float]
    whole: float

    @property
    def each(self) -> float:
        """Seconds of the whole by request: what one costs while all clients are at work."""
        return self.whole / len(self.seconds)

    @property
    def p95(self) -> float:
        """The time, in seconds, within which 95 of 100 requests were answered."""
        return statistics.quantiles(self.seconds, n=20)[-1]


class WrongAnswer(Exception):
    """A request was not answered as the case expects; a fast error is no result."""


def send(address: str, *, requests: Sequence[Request], expected: int, clients: int) -> Load:
    """Send the requests, shared among CLIENTS threads, each over one kept connection.

    Raises WrongAnswer when any answer has another status than EXPECTED.
    """
    timings: list[list[float]] = [[] for _ in range(clients)]
    faults: list[str] = []
    gate = threading.Barrier(clients + 1)

    def work(client: int) -> None:
        connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
        gate.wait()
        for request in requests[client::clients]:
            started = time.perf_counter()
            status = ask(connection, request)
            timings[client].append(time.perf_counter() - started)
            if status != expected:
                faults.append(f"{request.method} {request.path} answered {status}")
        connection.close()

    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    gate.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    whole = time.perf_counter() - started
    seconds = [second for share in timings for second in share]
    if faults or len(seconds) != len(requests):
        raise WrongAnswer(f"{len(faults)} of {len(requests)} failed, such as: {faults[:1]}")
    return Load(seconds, whole)


def ask(connection: HTTPConnection, request: Request) -> int:
    """Send one request, read the whole answer, and return its status."""
    headers = dict(request.headers)
    if request.body:
        headers.setdefault("Content-Type", FORM)
    connection.request(request.method, request.path, request.body or None, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status
