"""How a case ends once every answer of it is settled: the expert's last word, and cleared."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy

from ...enums import CaseState
from ...models import Case, CaseItem, Thread
from ..moving import Diary, Move, carry_out


def finish(case: Case, diary: Diary) -> None:
    """Take a locked case on where nothing in it waits: to the last word, or to its end.

    It stays where it is while an answer is not settled or a blocking conversation is open.
    """
    if case.state not in CLEAR.sources or waits(case):
        return
    if has_had_last_word(case) or not case.round.last_word_days:
        carry_out(CLEAR, case, diary=diary)
    elif case.state == CaseState.IN_REVIEW:
        carry_out(ASK_LAST_WORD, case, diary=diary)


def has_had_last_word(case: Case) -> bool:
    """Return whether the expert gave the last word, or let the days for it pass."""
    until = case.last_word_until
    return case.last_word_given_at is not None or bool(until and until <= timezone.now())


def waits(case: Case) -> bool:
    """Return whether an answer is not settled, or a blocking conversation is open."""
    if CaseItem.objects.filter(case_id=case.pk).unsettled().exists():
        return True
    blocking = Thread.objects.filter(case_id=case.pk, is_blocking=True)
    return blocking.filter(closed_at__isnull=True).exists()


def _begin_last_word(case: Case, diary: Diary, reason: str) -> None:
    case.last_word_until = timezone.now() + timedelta(days=case.round.last_word_days)
    case.save(update_fields=["last_word_until", "updated_at"])


ASK_LAST_WORD = Move(
    name="ask_last_word",
    on="case",
    sources=frozenset({CaseState.IN_REVIEW}),
    target=CaseState.LAST_WORD,
    rule=None,
    title=gettext_lazy("Ask for the last word"),
    when=gettext_lazy(
        "The expert has the last word once every answer is approved or ruled, and no blocking"
        " conversation is open."
    ),
    also=_begin_last_word,
)
CLEAR = Move(
    name="clear",
    on="case",
    sources=frozenset({CaseState.IN_REVIEW, CaseState.LAST_WORD}),
    target=CaseState.CLEARED,
    rule=None,
    title=gettext_lazy("Clear the case"),
    when=gettext_lazy(
        "A case is cleared by itself once every answer is approved or ruled and the expert has"
        " had the last word."
    ),
)
