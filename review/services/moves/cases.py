"""The moves of a case up to where every answer of it is settled."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from questionnaire.enums import Role
from questionnaire.models import Assessment
from questionnaire.services import assessments

from ... import rules
from ...enums import HANDED_IN, CaseState, OpinionKind
from ...models import Case, CaseItem, Opinion
from ..moving import Diary, Move, carry_out
from .endings import has_had_last_word
from .items import REQUEST_CHANGE


def _send_back(case: Case, diary: Diary, reason: str) -> None:
    """Ask a change of each answer that somebody objects to, and hand back the first coding.

    The expert reads the objections under no name, in the order of the alphabet: any other order
    would tell who spoke first.
    """
    asked = []
    items = CaseItem.objects.filter(case_id=case.pk).objected_to()
    for item in items.select_related("indicator", "answer"):
        item.case = case
        text = "\n\n".join(sorted(_objections(item)))
        carry_out(REQUEST_CHANGE, item, diary=diary, reason=text)
        asked.append(
            assessments.HandBack(item.indicator, item.reference_date, item.version, text)
        )
    sheet = Assessment.objects.get(
        round=case.round_id, country=case.country_id, strand=case.strand_id, coding=1
    )
    case.times_returned += 1
    case.save(update_fields=["times_returned", "updated_at"])
    assessments.hand_back(sheet=sheet, requests=asked, by=diary.by)


def _objections(item: CaseItem) -> set[str]:
    against = Opinion.objects.filter(
        item_id=item.pk, version=item.version, kind=OpinionKind.DISAGREE
    )
    return {text.strip() for text in against.values_list("text", flat=True)}


def _begin_anew(case: Case, diary: Diary, reason: str) -> None:
    """A last word that was under way is asked for again, once the sheet is back."""
    if case.last_word_until and not has_had_last_word(case):
        case.last_word_until = None
        case.save(update_fields=["last_word_until", "updated_at"])


OPEN = Move(
    name="open",
    on="case",
    sources=frozenset({CaseState.WAITING}),
    target=CaseState.IN_REVIEW,
    rule=None,
    title=gettext_lazy("Open the case"),
    when=gettext_lazy("A case opens by itself once each of its sheets is submitted."),
    role=Role.EXPERT,
)
RETURN = Move(
    name="return",
    on="case",
    sources=frozenset({CaseState.IN_REVIEW}),
    target=CaseState.RETURNED,
    rule=rules.may_return,
    title=gettext_lazy("Return the case"),
    when=gettext_lazy("A case is returned while it is in review and an objection stands."),
    also=_send_back,
)
RESUBMIT_CASE = Move(
    name="resubmit",
    on="case",
    sources=frozenset({CaseState.RETURNED}),
    target=CaseState.IN_REVIEW,
    rule=None,
    title=gettext_lazy("Take the case up again"),
    when=gettext_lazy("A returned case comes back when the expert submits the sheet again."),
    role=Role.EXPERT,
)
REOPEN_CASE = Move(
    name="reopen",
    on="case",
    sources=frozenset(HANDED_IN),
    target=CaseState.RETURNED,
    rule=None,
    title=gettext_lazy("Open the sheet again"),
    when=gettext_lazy(
        "A sheet is open again when a reopening is granted, while it is in review, with the"
        " expert for the last word, or cleared."
    ),
    role=Role.COORDINATOR,
    also=_begin_anew,
)
TAKE_BACK = Move(
    name="take_back",
    on="case",
    sources=frozenset({CaseState.RETURNED}),
    target=CaseState.IN_REVIEW,
    rule=None,
    title=gettext_lazy("Take the sheet back"),
    when=gettext_lazy(
        "A reopened sheet is back in review when the reopening ends or the expert submits it."
    ),
)
