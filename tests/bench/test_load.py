"""The bench's client counts every answer, and takes no error for a fast answer."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.case import Case, Side, run
from bench.load import Request, WrongAnswer, send


class Door(BaseHTTPRequestHandler):
    """Answers 200, and 404 at /nowhere; keeps connections and remembers what it was asked."""

    protocol_version = "HTTP/1.1"
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(404 if self.path == "/nowhere" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def address(asked: list[str]) -> Iterator[str]:
    handler = type("OwnDoor", (Door,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("clients", [1, 3])
def test_every_request_is_sent_once_and_timed(address, asked, clients):
    requests = [Request(f"/{number}") for number in range(10)]

    load = send(address, requests=requests, expected=200, clients=clients)

    assert sorted(asked) == sorted(request.path for request in requests)
    assert len(load.seconds) == 10
    assert 0 < load.each <= load.whole


def test_an_unexpected_answer_is_no_result(address):
    requests = [Request("/"), Request("/nowhere")]
    with pytest.raises(WrongAnswer, match=r"1 of 2 failed, such as: .*/nowhere answered 404"):
        send(address, requests=requests, expected=200, clients=1)


def test_a_case_never_uses_a_number_twice(address, asked):
    measured = Side(lambda number: Request(f"/measured/{number}"))
    baseline = Side(lambda number: Request(f"/baseline/{number}"))

    rows = run(Case("one", "other", measured, baseline, goal=100.0, count=4), address=address)

    assert len(asked) == len(set(asked))
    assert [row.clients for row in rows] == [1, 8, 32]
    assert all(row.ratio > 0 for row in rows)


def test_a_further_baseline_is_a_line_without_a_goal(address, asked):
    sides = [Side(lambda number, n=name: Request(f"/{n}/{number}")) for name in "abc"]
    case = Case("one", "b", *sides[:2], goal=0.0001, count=4, beside=(("c", sides[2]),))

    rows = run(case, address=address)

    assert [row.name for row in rows] == ["one / b", "one / c"] * 3
    assert [(row.goal, row.met) for row in rows[:2]] == [(0.0001, False), (None, True)]
    assert rows[0].measured_ms == rows[1].measured_ms
    assert len(asked) == len(set(asked)) == 3 * len([path for path in asked if path[1] == "a"])
