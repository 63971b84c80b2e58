"""Read what mail servers say about a letter that could not be delivered (RFC 3464)."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from django.db import transaction
from django.utils import timezone

from ..enums import LetterState
from ..models import Letter

REPORT, ORIGINAL, HEADERS = "message/delivery-status", "message/rfc822", "text/rfc822-headers"
FAILED = "failed"
IDENTIFIER = re.compile(r"<[^<>\s]+@[^<>\s]+>")


@transaction.atomic
def read_bounce(*, content: bytes) -> Letter | None:
    """Mark the letter that CONTENT, one mail as it came, says was not delivered.

    None for a mail that is no such report, that tells of a delay only, or that is about no letter
    of ours. The same report again changes nothing.
    """
    report = message_from_bytes(content, policy=policy.default)
    status = _status(report)
    if status is None:
        return None
    known = Letter.objects.select_for_update().filter(message_id__in=_identifiers(report))
    letter = known.filter(state__in=(LetterState.SENT, LetterState.FAILED)).first()
    if letter is None:
        return None
    letter.state, letter.bounced_at, letter.error = LetterState.BOUNCED, timezone.now(), status
    letter.save(update_fields=["state", "bounced_at", "error", "updated_at"])
    return letter


def _status(report: EmailMessage) -> str | None:
    """Return what the report says of its first failed reader, or None if nothing failed."""
    for part in _parts(report, REPORT):
        for group in part.get_payload():
            if str(group.get("Action", "")).strip().lower() == FAILED:
                said = (group.get("Status", ""), group.get("Diagnostic-Code", ""))
                return " ".join(" ".join(str(each) for each in said).split())
    return None


def _identifiers(report: EmailMessage) -> set[str]:
    """Return the Message-IDs of the mail that came back, from its headers that are attached."""
    found: set[str] = set()
    for part in _parts(report, ORIGINAL):
        for original in part.get_payload():
            found.update(IDENTIFIER.findall(str(original.get("Message-ID", ""))))
    for part in _parts(report, HEADERS):
        headers = message_from_bytes(part.get_payload(decode=True), policy=policy.default)
        found.update(IDENTIFIER.findall(str(headers.get("Message-ID", ""))))
    return found


def _parts(report: EmailMessage, kind: str) -> list[EmailMessage]:
    return [part for part in report.walk() if part.get_content_type() == kind]
