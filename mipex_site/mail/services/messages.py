"""A letter as it leaves: the text, why its reader gets it, and the headers that mark it."""

from __future__ import annotations

from email.utils import parseaddr
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ..enums import LetterKind
from ..models import LINK, Letter
from .links import absolute

NAME = "{name}"
"""Where a text has the name of its reader. The history keeps the mark and never the name."""

KEY_LENGTH = 40


def message_id(key: str) -> str:
    """Return the Message-ID of the letter with that KEY: sent again, it is the same mail."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{sha256(key.encode()).hexdigest()[:KEY_LENGTH]}@{domain}>"


def message_of(letter: Letter) -> EmailMessage:
    """Return what the mail server gets: plain text in UTF-8, to one reader, about nobody else."""
    named = letter.person.name if letter.person else ""
    headers = {"Message-ID": message_id(letter.key), "Auto-Submitted": "auto-generated"}
    if letter.kind == LetterKind.DIGEST:
        headers["List-Unsubscribe"] = f"<{settings_address()}>"
    body = whole_text(letter).replace(LINK, letter.secret).replace(NAME, named)
    return EmailMessage(
        subject=letter.subject.replace(NAME, named),
        body=body,
        to=[letter.address],
        headers=headers,
    )


def whole_text(letter: Letter) -> str:
    """Return the text with its end, in the language of the letter; the marks still stand in it."""
    with translation.override(letter.language):
        return f"{letter.text.rstrip()}\n\n-- \n{_end(letter)}\n"


def settings_address() -> str:
    """Return where somebody chooses the hour of the daily letter, or a rest from it."""
    return absolute(reverse("mail:choice"))


def _end(letter: Letter) -> str:
    paragraphs = [_why(letter)]
    if letter.person_id:
        words = _("When the portal writes to you, and a rest from it, you choose here:")
        paragraphs.append(f"{words}\n{settings_address()}")
    return "\n\n".join(paragraphs)


def _why(letter: Letter) -> str:
    """Say why this person gets this letter, in a sentence."""
    words = {
        LetterKind.INVITATION: _(
            "You get this letter because you are invited to take a part in a round of the"
            " portal. If you expected none, you need do nothing."
        ),
        LetterKind.DIGEST: _(
            "You get this letter because you have a part in a round of the portal and something"
            " waits for you. There is at most one such letter a day."
        ),
        LetterKind.RETURNED: _(
            "You get this letter because a sheet that you answer came back to you."
        ),
        LetterKind.DEADLINE: _(
            "You get this letter because a date of a sheet that you answer has changed."
        ),
        LetterKind.ACCESS: _(
            "You get this letter because your access to the portal has changed."
        ),
        LetterKind.EMBARGO: _(
            "You get this letter because you are invited to read an edition before it appears."
        ),
        LetterKind.CORRECTION: _(
            "You get this letter because you asked for a correction of a published edition."
        ),
        LetterKind.WRITTEN: _(
            "You get this letter because you have a part in this round, and a coordinator wrote"
            " to you."
        ),
        LetterKind.ALARM: _(
            "You get this letter because you look after the portal, and something in it stands"
            " still."
        ),
    }
    return words[LetterKind(letter.kind)]
