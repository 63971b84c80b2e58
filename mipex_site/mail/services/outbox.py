"""What a person may do with a letter of the outbox. Whether they may is asked by who calls."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import WrongState

from ..enums import LetterState
from ..models import Letter

BY_HAND = (LetterState.FAILED, LetterState.BOUNCED)
"""What may be sent again: nobody has read it, or nobody knows."""


@transaction.atomic
def withdraw(*, letter: Letter) -> Letter:
    """Keep a letter from leaving. Raises WrongState once a worker has it, or it has left."""
    waits = Letter.objects.filter(pk=letter.pk, state=LetterState.QUEUED)
    # One statement, as a worker's claim is: the faster of the two has the letter.
    if not waits.update(**_withdrawn()):
        raise WrongState(_("This letter does not wait any more, so it cannot be withdrawn."))
    letter.refresh_from_db()
    return letter


@transaction.atomic
def withdraw_batch(*, letters: QuerySet[Letter]) -> int:
    """Keep what has not left of LETTERS from leaving; return how many that were."""
    return letters.filter(state=LetterState.QUEUED).update(**_withdrawn())


@transaction.atomic
def send_again(*, letter: Letter, by: User) -> Letter:
    """Let a letter that failed or came back leave again, to the address its reader has now.

    It keeps its key, and so its Message-ID: who has it already sees the same mail twice at most.
    Raises WrongState, also where the secret link is spent: such a letter is written anew by
    who gave the link.
    """
    letter = Letter.objects.select_for_update().get(pk=letter.pk)
    if letter.state not in BY_HAND:
        raise WrongState(_("Only a letter that failed or came back is sent again."))
    if letter.person and letter.person.erased_as is not None:
        raise WrongState(_("This person has left the portal. Nothing is sent to nobody."))
    if letter.needs_secret and not letter.secret:
        raise WrongState(_("The link of this letter is spent. Give the person a new one."))
    letter.state, letter.attempt, letter.error = LetterState.QUEUED, 0, ""
    letter.send_after = letter.sent_at = letter.bounced_at = None
    letter.asked_by = by.pk
    if letter.person:
        letter.address = letter.person.email
    letter.save()
    return letter


@transaction.atomic
def let_lie(*, letter: Letter) -> Letter:
    """Say that a letter that failed or came back needs no more looking after."""
    left = Letter.objects.filter(pk=letter.pk, state__in=BY_HAND)
    if not left.update(**_withdrawn()):
        raise WrongState(_("Only a letter that failed or came back can be laid aside."))
    letter.refresh_from_db()
    return letter


def _withdrawn() -> dict[str, object]:
    return {"state": LetterState.WITHDRAWN, "secret": "", "updated_at": timezone.now()}
