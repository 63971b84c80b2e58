"""Send one letter, once.

A letter is claimed before the mail server hears of it, and its row is written when the server has
taken it. Between the two a worker may die, and nobody can know what the server did. Such a letter
is never sent again by itself: it is left to a coordinator. A mail too few is asked about; a mail
too many cannot be taken back.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from enum import Enum, auto
from smtplib import (
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from uuid import UUID

from django.conf import settings
from django.core.mail import get_connection
from django.utils import timezone

from ..enums import LetterState
from ..models import Letter
from .messages import message_id, message_of

log = logging.getLogger(__name__)

PERMANENT = 500
"""From this answer of a mail server on, trying again does not help (RFC 5321, 4.2.1)."""

FIRST_PAUSE_MINUTES, GROWTH, LONGEST_PAUSE_MINUTES = 1, 4, 360

UNSURE = "unsure: "
"""How the error begins of a letter that may have left: only a person may send it again."""

ERASED = "erased: the person has left the portal"


class Outcome(Enum):
    """What became of one letter. NO_SERVER: the next one need not be tried now."""

    SENT = auto()
    LATER = auto()
    FAILED = auto()
    NO_SERVER = auto()
    NOT_OURS = auto()


def leave_the_unsure(*, seconds: int) -> int:
    """Give up the letters whose worker has been silent for SECONDS; return how many.

    The mail server may have taken them. They fail as unsure, and a coordinator decides.
    """
    silent = timezone.now() - timedelta(seconds=seconds)
    left = Letter.objects.filter(state=LetterState.SENDING, heartbeat_at__lt=silent)
    number = left.update(
        state=LetterState.FAILED,
        receipt=None,
        error=f"{UNSURE}the worker ended while the letter was being sent",
        updated_at=timezone.now(),
    )
    if number:
        log.error("%d letters are left unsure: their worker ended while sending.", number)
    return number


def send(pk: int) -> Outcome:
    """Send the waiting letter PK. Two workers may ask at once: one of them gets it."""
    receipt = Letter.objects.claim(pk)
    if receipt is None:
        return Outcome.NOT_OURS
    letter = Letter.objects.select_related("person").get(pk=pk)
    if letter.person and letter.person.erased_as is not None:
        _finish(letter, receipt, LetterState.WITHDRAWN, error=ERASED, secret="")
        return Outcome.FAILED
    connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        # Nothing was said yet, so that nothing can have left.
        _try_later(letter, receipt, _words(error))
        return Outcome.NO_SERVER
    message = message_of(letter)
    message.connection = connection
    try:
        message.send()
    except (SMTPException, OSError) as error:
        return _after(error, letter, receipt)
    finally:
        _hang_up(connection)
    values = {"sent_at": timezone.now(), "secret": "", "error": "", "heartbeat_at": None}
    _finish(letter, receipt, LetterState.SENT, message_id=message_id(letter.key), **values)
    return Outcome.SENT


def pause_after(attempt: int) -> timedelta:
    """Return how long a letter rests after its ATTEMPT: 1 minute, 4, 16, an hour, 4, 6, 6 hours."""
    minutes = FIRST_PAUSE_MINUTES * GROWTH ** (attempt - 1)
    return timedelta(minutes=min(minutes, LONGEST_PAUSE_MINUTES))


def _after(error: Exception, letter: Letter, receipt: UUID) -> Outcome:
    """Tell apart what the server refused for good, for now, and what nobody knows."""
    code, words = _code(error), _words(error)
    if code is None:
        _fail(letter, receipt, f"{UNSURE}{words}")
        return Outcome.NO_SERVER
    if code >= PERMANENT:
        _fail(letter, receipt, words)
        return Outcome.FAILED
    return _try_later(letter, receipt, words)


def _try_later(letter: Letter, receipt: UUID, words: str) -> Outcome:
    if letter.attempt >= settings.MAIL_ATTEMPTS:
        _fail(letter, receipt, words)
        return Outcome.FAILED
    again = timezone.now() + pause_after(letter.attempt)
    _finish(letter, receipt, LetterState.QUEUED, send_after=again, error=words)
    return Outcome.LATER


def _fail(letter: Letter, receipt: UUID, words: str) -> None:
    log.error("Letter %d failed: %s", letter.pk, words.replace(letter.address, "[address]"))
    _finish(letter, receipt, LetterState.FAILED, error=words, message_id=message_id(letter.key))


def _finish(letter: Letter, receipt: UUID, state: str, **values: object) -> None:
    Letter.objects.finish(letter.pk, receipt=receipt, state=state, **values)


def _hang_up(connection: object) -> None:
    """End the talk with the server; what it says to that changes nothing any more."""
    try:
        connection.close()
    except (SMTPException, OSError):
        log.warning("The mail server did not say goodbye.")


def _code(error: Exception) -> int | None:
    """Return what the server answered, or None where it said nothing that could be read."""
    if isinstance(error, SMTPNotSupportedError):
        return PERMANENT  # Seen before anything left: the server cannot take such a letter.
    if isinstance(error, SMTPRecipientsRefused):
        return max(code for code, _words in error.recipients.values())
    return error.smtp_code if isinstance(error, SMTPResponseException) else None


def _words(error: Exception) -> str:
    """Return what the server said, or what went wrong, without a line break."""
    if isinstance(error, SMTPRecipientsRefused):
        said = "; ".join(f"{code} {_text(words)}" for code, words in error.recipients.values())
    elif isinstance(error, SMTPResponseException):
        said = f"{error.smtp_code} {_text(error.smtp_error)}"
    else:
        said = f"{type(error).__name__}: {error}"
    return " ".join(said.split())


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", errors="replace") if isinstance(words, bytes) else words
