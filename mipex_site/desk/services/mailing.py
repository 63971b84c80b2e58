"""A coordinator writes to people of a round, and looks after letters that did not get there."""

from __future__ import annotations

import re
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import Stale, WrongState
from mipex_site.base.verdict import demand
from mipex_site.mail.enums import LetterKind
from mipex_site.mail.models import Letter
from mipex_site.mail.services import outbox
from mipex_site.mail.services.letters import queue
from questionnaire.enums import Role
from questionnaire.models import Round
from questionnaire.selectors.subjects import round_subject

from .. import rules
from ..selectors.mail.outbox import letters_of
from ..selectors.mail.people import Correspondents
from ..selectors.mail.recipients import (
    PLACEHOLDERS,
    Chosen,
    Recipient,
    filled,
    fingerprint,
    recipients,
)

MARK = re.compile(r"\{[^{}]*\}")


def check_words(*, subject: str, text: str) -> None:
    """Raise ValidationError for a mark in braces that stands for nothing."""
    for name, words in (("subject", subject), ("text", text)):
        unknown = sorted(set(MARK.findall(words)) - set(PLACEHOLDERS))
        if unknown:
            said = _("%(marks)s stands for nothing. Use one of: %(known)s.") % {
                "marks": ", ".join(unknown),
                "known": ", ".join(PLACEHOLDERS),
            }
            raise ValidationError({name: said})


@transaction.atomic
def write(
    *,
    round_: Round,
    chosen: Chosen,
    subject: str,
    text: str,
    batch: UUID,
    seen: str,
    by: User,
) -> list[Letter]:
    """Put one letter to each who fits into the outbox, once for each BATCH and person.

    SEEN is the fingerprint of the people of the preview. Raises NotAllowed, ValidationError,
    Stale where others fit by now, and WrongState where nobody does. The same batch again writes
    nothing more.
    """
    demand(rules.may_see_mail(by, round_))
    check_words(subject=subject, text=text)
    sent = list(Letter.objects.filter(batch=batch, asked_by=by.pk))
    if sent:
        return sent
    found = recipients(round_, by, chosen)
    if not found:
        raise WrongState(_("Nobody fits, so nothing was sent. Choose others."))
    if fingerprint(found) != seen:
        raise Stale(
            _("Others fit by now than those of the preview, so nothing was sent. Look again.")
        )
    letters = [_letter(round_, one, subject, text, batch, by) for one in found]
    new = {"batch": str(batch), "letters": len(letters), "to_one": chosen.to is not None}
    _note(round_, "mail.write", by, new=new | chosen.told())
    return letters


def _letter(
    round_: Round, one: Recipient, subject: str, text: str, batch: UUID, by: User
) -> Letter:
    return queue(
        key=f"written/{batch}/{one.person.pk}",
        kind=LetterKind.WRITTEN,
        address=one.person.email,
        subject=filled(subject, one, round_),
        text=filled(text, one, round_),
        person=one.person,
        language=one.person.language,
        round_code=round_.code,
        batch=batch,
        by=by,
    )


@transaction.atomic
def withdraw(*, round_: Round, letter: Letter, by: User) -> Letter:
    """Keep a letter from leaving. Raises NotAllowed, and WrongState once it is on its way."""
    _demand(round_, letter, by)
    letter = outbox.withdraw(letter=letter)
    _note(round_, "mail.withdraw", by, new={"letter": letter.pk})
    return letter


@transaction.atomic
def withdraw_batch(*, round_: Round, batch: UUID, by: User) -> int:
    """Keep what has not left of a batch from leaving; return how many letters that were."""
    demand(rules.may_see_mail(by, round_))
    own = letters_of(round_, Correspondents(round_, by)).filter(batch=batch)
    number = outbox.withdraw_batch(letters=own)
    if not number:
        raise WrongState(_("No letter of these waits any more, so none was withdrawn."))
    _note(round_, "mail.withdraw", by, new={"batch": str(batch), "letters": number})
    return number


@transaction.atomic
def send_again(*, round_: Round, letter: Letter, by: User) -> Letter:
    """Let a letter that failed or came back leave again. Raises NotAllowed and WrongState."""
    _demand(round_, letter, by)
    letter = outbox.send_again(letter=letter, by=by)
    _note(round_, "mail.send_again", by, new={"letter": letter.pk})
    return letter


@transaction.atomic
def lay_aside(*, round_: Round, letter: Letter, by: User) -> Letter:
    """Say that a letter that failed or came back needs no more looking after."""
    _demand(round_, letter, by)
    letter = outbox.let_lie(letter=letter)
    _note(round_, "mail.lay_aside", by, new={"letter": letter.pk})
    return letter


def _demand(round_: Round, letter: Letter, by: User) -> None:
    """Raise NotAllowed unless the letter is one of those that the person may read."""
    demand(rules.may_see_mail(by, round_))
    known = letters_of(round_, Correspondents(round_, by))
    demand(rules.may_look_after_letter(is_of_the_round=known.filter(pk=letter.pk).exists()))


def _note(round_: Round, act: str, by: User, *, new: dict[str, object]) -> None:
    entries.write(
        stream=round_.stream,
        act=act,
        subject=round_subject(round_),
        by=by.pk,
        role=Role.COORDINATOR,
        new=new,
    )
