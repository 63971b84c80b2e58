"""A folder instead of a mail server: one file a letter, as it would have left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as Received
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import time_ns

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

SUFFIX = ".eml"
KEPT = 200
"""How many letters a reader of the folder is shown, the newest."""


class FolderBackend(BaseEmailBackend):
    """Write each letter into EMAIL_FILE_PATH, under a name that sorts by time."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time_ns():020d}"
            unfinished = folder / f".{name}.unfinished"
            unfinished.write_bytes(message.message().as_bytes(linesep="\r\n"))
            unfinished.replace(folder / f"{name}{SUFFIX}")
        return len(email_messages)


@dataclass(frozen=True, slots=True)
class SentMail:
    """One letter of the folder; NAME is what leads to it."""

    name: str
    to: str
    subject: str
    at: datetime | None
    headers: tuple[tuple[str, str], ...]
    text: str


def sent_mails() -> list[SentMail]:
    """Return what lies in the folder, the newest on top, at most KEPT."""
    folder = Path(settings.EMAIL_FILE_PATH)
    if not folder.is_dir():
        return []
    names = sorted((path.name for path in folder.glob(f"*{SUFFIX}")), reverse=True)
    return [_read(folder / name) for name in names[:KEPT]]


def sent_mail(name: str) -> SentMail | None:
    """Return the letter of that NAME, digits alone; None where there is none."""
    path = Path(settings.EMAIL_FILE_PATH) / f"{name}{SUFFIX}"
    return _read(path) if name.isdecimal() and path.is_file() else None


def _read(path: Path) -> SentMail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    date = message["Date"]
    return SentMail(
        name=path.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=_moment(str(date)) if date else None,
        headers=tuple((key, str(value)) for key, value in message.items()),
        text=_text(message),
    )


def _moment(date: str) -> datetime:
    """Return the moment of a Date header; one that names no zone is in UTC (RFC 5322, 3.3)."""
    at = parsedate_to_datetime(date)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _text(message: Received) -> str:
    body = message.get_body(preferencelist=("plain",))
    return "" if body is None else str(body.get_content())
