"""A wire to a server that can be cut: what happens to a browser on a train."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CHUNK = 65536


class Wire:
    """Passes bytes between a free port of 127.0.0.1 and a server, unless it is cut."""

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._is_cut = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def cut(self) -> None:
        """Drop what is under way; from now on each connection is dropped as soon as it comes."""
        self._is_cut.set()
        with self._lock:
            for end in self._open:
                _drop(end)
            self._open.clear()

    def mend(self) -> None:
        self._is_cut.clear()

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                browser, _address = self._listener.accept()
                self._join(browser)

    def _join(self, browser: socket.socket) -> None:
        if self._is_cut.is_set():
            _drop(browser)
            return
        try:
            server = socket.create_connection(("127.0.0.1", self._server_port))
        except OSError:
            _drop(browser)
            return
        with self._lock:
            self._open |= {browser, server}
        for ends in ((browser, server), (server, browser)):
            threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while content := source.recv(CHUNK):
                target.sendall(content)
        for end in (source, target):
            _drop(end)
        with self._lock:
            self._open -= {source, target}


def _drop(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def wire_to(port: int) -> Iterator[Wire]:
    """Give a wire to the server on PORT for as long as the block lasts."""
    wire = Wire(port)
    try:
        yield wire
    finally:
        wire.close()
