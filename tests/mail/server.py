"""A mail server of a few lines on a free port: it keeps what it takes, and can be told to fail."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """What the server was sent. REFUSES: the answer to a reader's address, such as 550.

    HANGS_UP: it takes the mail and ends the talk without a word, as when the wire is cut.
    HOLDS: it takes the mail and does not answer before RELEASED is set.
    """

    port: int = 0
    refuses: str = ""
    hangs_up: bool = False
    holds: bool = False
    released: threading.Event = field(default_factory=threading.Event)
    taken: threading.Event = field(default_factory=threading.Event)
    mails: list[bytes] = field(default_factory=list)

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(each, policy=policy.default) for each in self.mails]


class Talk(socketserver.StreamRequestHandler):
    """One connection, in the words of RFC 5321."""

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line.partition(" ")[0].upper()
            if verb == "DATA":
                if not self.take():
                    return
            elif verb == "QUIT":
                self.say("221 goodbye")
                return
            elif verb == "RCPT" and self.server.kept.refuses:
                self.say(self.server.kept.refuses)
            else:
                self.say("250 well")

    def take(self) -> bool:
        kept = self.server.kept
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        kept.mails.append(b"".join(lines))
        kept.taken.set()
        if kept.hangs_up:
            return False
        if kept.holds:
            kept.released.wait(30)
        self.say("250 taken")
        return True

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    kept: MailServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that was killed in the middle of a talk is what some tests are about."""


@contextmanager
def mail_server(**behaviour: object) -> Iterator[MailServer]:
    """Run a mail server on 127.0.0.1 for the length of the block."""
    with Listener(("127.0.0.1", 0), Talk) as listener:
        listener.kept = MailServer(port=listener.server_address[1], **behaviour)
        thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield listener.kept
        finally:
            listener.kept.released.set()
            listener.shutdown()
            thread.join(10)
