from __future__ import annotations

import mailbox
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mipex_site.mail.services.bounces import read_bounce


class Command(BaseCommand):
    help = (
        "Mark the letters that came back, from the reports of mail servers: one mail at the"
        " standard input, or all mails of a maildir. It may be run again over the same mails."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("maildir", nargs="?", metavar="MAILDIR", help="a folder of mails")

    def handle(self, *, maildir: str | None, **options: Any) -> None:
        marked = sum(read_bounce(content=content) is not None for content in _mails(maildir))
        self.stdout.write(f"{marked} letters came back.")


def _mails(maildir: str | None) -> Iterator[bytes]:
    if maildir is None:
        yield sys.stdin.buffer.read()
        return
    if not (Path(maildir) / "new").is_dir():
        raise CommandError(f"{maildir!r} is no maildir: it has no folder named new.")
    folder = mailbox.Maildir(maildir, create=False)
    for key in sorted(folder.keys()):
        yield folder.get_bytes(key)
