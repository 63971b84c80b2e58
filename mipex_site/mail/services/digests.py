"""The daily letter: one for each person and day, made of the lines that wait for it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User

from ..enums import LetterKind, NoticeKind
from ..models import Letter, Notice
from .letters import queue
from .links import absolute

INDENT = "  "


def digest_key(person: User, day: date) -> str:
    return f"digest/{person.pk}/{day.isoformat()}"


@transaction.atomic
def write_digest(*, person: User, day: date) -> Letter | None:
    """Put the lines that wait for PERSON into one letter, once for each DAY where the person is.

    None where nothing waits, or where the day has its letter: then the lines wait for the next.
    """
    # Two workers would each put the lines into a letter of theirs: the person's row is the lock.
    person = User.objects.select_for_update().get(pk=person.pk)
    lines = list(Notice.objects.filter(person=person, letter__isnull=True))
    key = digest_key(person, day)
    if not lines or not person.is_active or Letter.objects.filter(key=key).exists():
        return None
    with translation.override(person.language), timezone.override(ZoneInfo(person.zone)):
        subject, text = _subject(len(lines)), _text(lines)
    letter = queue(
        key=key,
        kind=LetterKind.DIGEST,
        address=person.email,
        subject=subject,
        text=text,
        person=person,
        language=person.language,
        round_code=_round_of(lines),
    )
    Notice.objects.filter(pk__in=[line.pk for line in lines]).update(letter=letter)
    return letter


def _subject(number: int) -> str:
    words = ngettext(
        "MIPEX portal: %(n)d thing for you", "MIPEX portal: %(n)d things for you", number
    )
    return words % {"n": number}


def _text(lines: list[Notice]) -> str:
    """Return the text: what has an end first, then whose turn it is, then what is new."""
    parts = [_("Good day,"), _("this is what waits for you in the portal, or is new there.")]
    for kind, title in (
        (NoticeKind.REMINDER, _("What has an end")),
        (NoticeKind.TURN, _("Your turn")),
        (NoticeKind.NEWS, _("What is new")),
    ):
        inside = [line for line in lines if line.kind == kind]
        if inside:
            parts.append(f"{title}\n{'-' * len(title)}")
            parts.extend(_line(line) for line in inside)
    return "\n\n".join(parts)


def _line(line: Notice) -> str:
    return f"* {line.words}\n{INDENT}{absolute(line.address)}"


def _round_of(lines: list[Notice]) -> str:
    """Return the one round that all lines are about, or the empty string."""
    codes = {line.round_code for line in lines}
    return codes.pop() if len(codes) == 1 else ""
