"""The moves of a reopening, and what it does to the answers that it lists.

An unchanged answer keeps what it had. A changed one is under review in its new version: the
approval, or the ruling, was of the old one.
"""

from __future__ import annotations

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mipex_site.base.errors import Refusal
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import Role
from questionnaire.models import Assessment
from questionnaire.services import assessments

from ... import rules
from ...enums import CaseState, ItemState, ReopenedOutcome, ReopeningState
from ...models import CaseItem, ReopenedItem, Reopening, SettledAnswer
from ..addresses import address_of
from ..moving import Diary, Move, carry_out, where_it_stands
from .cases import REOPEN_CASE, TAKE_BACK
from .endings import finish

LISTABLE = (ItemState.APPROVED, ItemState.RULED, ItemState.UNDER_REVIEW)
"""What can be opened again. What is disputed is decided by a ruling."""


def is_decided_by_two(reopening: Reopening) -> bool:
    """A cleared sheet is opened by two persons, also one that was cleared after it was asked."""
    return reopening.needs_two or reopening.case.state == CaseState.CLEARED


def may_open_now(reopening: Reopening) -> Verdict:
    """Whether the sheet is where it can be handed back, and each listed answer can be opened."""
    if reopening.case.state not in REOPEN_CASE.sources:
        return no(f"{where_it_stands(reopening.case)} {REOPEN_CASE.when}")
    listed = CaseItem.objects.filter(reopened__reopening_id=reopening.pk)
    shut = listed.exclude(state__in=LISTABLE).values_list("indicator__code", flat=True)
    codes = sorted(set(shut))
    if codes:
        words = ngettext(
            "%(codes)s is disputed or asked back by now: that is decided first.",
            "%(codes)s are disputed or asked back by now: that is decided first.",
            len(codes),
        )
        return no(words % {"codes": get_text_list(codes, _("and"))})
    return YES


def _one_opens_now(reopening: Reopening) -> Verdict:
    if is_decided_by_two(reopening):
        return no(_("This sheet was cleared, so two persons decide."))
    return may_open_now(reopening)


def _two_open_now(reopening: Reopening) -> Verdict:
    if not is_decided_by_two(reopening):
        return no(_("This sheet is not cleared, so one person decides."))
    return may_open_now(reopening)


def _open(reopening: Reopening, diary: Diary, reason: str) -> None:
    """Hand the sheet back with the listed answers alone, each as it stands at this moment."""
    if reopening.until is None:
        raise Refusal(_("A reopening needs its end and its reasons: decide on its own page."))
    reopening.opened_at = timezone.now()
    reopening.save(update_fields=["opened_at", "updated_at"])
    case = reopening.case
    carry_out(REOPEN_CASE, case, diary=diary, reason=reopening.text)
    asked = []
    for listed in _listed(reopening):
        item = listed.item
        listed.state_before, listed.version = item.state, item.version
        listed.save(update_fields=["state_before", "version"])
        carry_out(REOPEN, item, diary=diary, reason=reopening.text)
        place = (item.indicator, item.reference_date, item.version)
        asked.append(assessments.HandBack(*place, reopening.text))
    sheet = Assessment.objects.get(
        round=case.round_id, country=case.country_id, strand=case.strand_id, coding=1
    )
    assessments.hand_back(sheet=sheet, requests=asked, by=diary.by, until=reopening.until)


def _end(reopening: Reopening, diary: Diary, reason: str) -> None:
    """Take the case back; each answer goes where its content says. The sheet is back already."""
    reopening.ended_at = timezone.now()
    reopening.save(update_fields=["ended_at", "updated_at"])
    case = reopening.case
    carry_out(TAKE_BACK, case, diary=diary)
    for listed in _listed(reopening):
        item = listed.item
        if item.answer.version == listed.version:
            listed.outcome = ReopenedOutcome.UNCHANGED
            carry_out(KEPT[listed.state_before], item, diary=diary)
        else:
            listed.outcome = ReopenedOutcome.CHANGED
            item.version = item.answer.version
            carry_out(VOID, item, diary=diary, reason=reopening.text)
        listed.save(update_fields=["outcome"])
    finish(case, diary)


def _listed(reopening: Reopening) -> list[ReopenedItem]:
    rows = reopening.items.select_related("item__indicator", "item__answer__option")
    listed = list(rows.order_by("item_id"))
    for row in listed:
        row.item.case = reopening.case
    return listed


def _void(item: CaseItem, diary: Diary, reason: str) -> None:
    """What was settled was another content; the expert has the last word on the new one."""
    settled = SettledAnswer.objects.filter(item_id=item.pk).select_related("option").first()
    if settled:
        diary.note("settled.void", address_of(item), old=_as_kept(settled), reason=reason)
        settled.delete()
    case = item.case
    if case.last_word_given_at or case.last_word_until:
        case.last_word_given_at = case.last_word_until = None
        case.save(update_fields=["last_word_given_at", "last_word_until", "updated_at"])


def _as_kept(settled: SettledAnswer) -> dict[str, object]:
    return {
        "version": settled.version,
        "reference_date": settled.reference_date,
        "basis": settled.basis,
        "kind": settled.kind,
        "option": settled.option.order if settled.option else None,
        "points": None if settled.points is None else str(settled.points),
        "rationale": settled.rationale,
    }


# --- A reopening -------------------------------------------------------------------------

GRANT = Move(
    name="grant",
    on="window",
    sources=frozenset({ReopeningState.ASKED}),
    target=ReopeningState.OPEN,
    rule=rules.may_decide_reopening,
    title=gettext_lazy("Grant the reopening"),
    when=gettext_lazy("A coordinator who did not ask for it grants what is asked for."),
    role=Role.COORDINATOR,
    also=_open,
    ready=_one_opens_now,
)
GRANT_FIRST = Move(
    name="grant_first",
    on="window",
    sources=frozenset({ReopeningState.ASKED}),
    target=ReopeningState.SECONDING,
    rule=rules.may_decide_reopening,
    title=gettext_lazy("Grant it as the first of two"),
    when=gettext_lazy(
        "Once a sheet is cleared, a coordinator grants first and a second person follows."
    ),
    role=Role.COORDINATOR,
    ready=_two_open_now,
)
SECOND = Move(
    name="second",
    on="window",
    sources=frozenset({ReopeningState.SECONDING}),
    target=ReopeningState.OPEN,
    rule=rules.may_second_reopening,
    title=gettext_lazy("Grant it as the second of two"),
    when=gettext_lazy(
        "What one coordinator granted is opened by another coordinator or a consortium reviewer."
    ),
    role=Role.COORDINATOR,
    also=_open,
    ready=may_open_now,
)
REFUSE = Move(
    name="refuse",
    on="window",
    sources=frozenset({ReopeningState.ASKED, ReopeningState.SECONDING}),
    target=ReopeningState.REFUSED,
    rule=rules.may_refuse_reopening,
    title=gettext_lazy("Refuse the reopening"),
    when=gettext_lazy("A reopening is refused, with a reason, before it is open."),
    role=Role.COORDINATOR,
)
WITHDRAW = Move(
    name="withdraw",
    on="window",
    sources=frozenset({ReopeningState.ASKED, ReopeningState.SECONDING}),
    target=ReopeningState.WITHDRAWN,
    rule=rules.may_withdraw_reopening,
    title=gettext_lazy("Withdraw the request"),
    when=gettext_lazy("Who asked for a reopening withdraws it before it is open."),
    role=Role.EXPERT,
)
END = Move(
    name="end",
    on="window",
    sources=frozenset({ReopeningState.OPEN}),
    target=ReopeningState.ENDED,
    rule=None,
    title=gettext_lazy("End the reopening"),
    when=gettext_lazy(
        "A reopening ends by itself at its time, or when the expert submits the sheet again."
    ),
    also=_end,
)

# --- What it does to an item -------------------------------------------------------------

REOPEN = Move(
    name="reopen",
    on="item",
    sources=frozenset(LISTABLE),
    target=ItemState.REOPENED,
    rule=None,
    title=gettext_lazy("Open the answer again"),
    when=gettext_lazy("An answer is open again when a reopening that lists it is granted."),
)
KEEP_APPROVAL = Move(
    name="keep_approval",
    on="item",
    sources=frozenset({ItemState.REOPENED}),
    target=ItemState.APPROVED,
    rule=None,
    title=gettext_lazy("Keep the approval"),
    when=gettext_lazy("An answer that a reopening left unchanged keeps its approval."),
)
KEEP_RULING = Move(
    name="keep_ruling",
    on="item",
    sources=frozenset({ItemState.REOPENED}),
    target=ItemState.RULED,
    rule=None,
    title=gettext_lazy("Keep the ruling"),
    when=gettext_lazy("An answer that a reopening left unchanged keeps its ruling."),
)
KEEP_REVIEW = Move(
    name="keep_review",
    on="item",
    sources=frozenset({ItemState.REOPENED}),
    target=ItemState.UNDER_REVIEW,
    rule=None,
    title=gettext_lazy("Stay under review"),
    when=gettext_lazy("An answer that a reopening left unchanged stays under review."),
)
VOID = Move(
    name="void",
    on="item",
    sources=frozenset({ItemState.REOPENED}),
    target=ItemState.UNDER_REVIEW,
    rule=None,
    title=gettext_lazy("Review the changed answer anew"),
    when=gettext_lazy(
        "An answer that was changed in a reopening is under review again: its approval or its"
        " ruling was of the content before."
    ),
    also=_void,
)
KEPT = {
    ItemState.APPROVED: KEEP_APPROVAL,
    ItemState.RULED: KEEP_RULING,
    ItemState.UNDER_REVIEW: KEEP_REVIEW,
}
