"""The table: every transition there is in the review. Buttons, tests and docs read it.

Item     UNDER_REVIEW until enough reviewers agree, or it is asked back, or it is disputed.
Dispute  OPEN until an adjudicator rules.
Case     WAITING until every coding is in, then IN_REVIEW, RETURNED and back, CLEARED.
Round    its review ends once, when nothing blocks it.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import Role, RoundState
from questionnaire.models import Assessment, Round
from questionnaire.services import assessments
from questionnaire.services import rounds as questionnaire_rounds

from .. import rules
from ..enums import CaseState, DisputeCause, DisputeState, ItemState, OpinionKind
from ..models import Case, CaseItem, Dispute, Opinion
from ..selectors.closing import Blocker, blockers
from ..signals import review_closed
from .moving import Diary, Move, carry_out
from .settling import settle

# --- What moves of an item also do -------------------------------------------------------


def _settle(item: CaseItem, diary: Diary, reason: str) -> None:
    """Write the settled answer; a case whose last item this was is cleared."""
    settle(item)
    if not CaseItem.objects.filter(case_id=item.case_id).unsettled().exists():
        carry_out(CLEAR, item.case, diary=diary)


def _dispute_a_split(item: CaseItem, diary: Diary, reason: str) -> None:
    Dispute.objects.create(item=item, version=item.version, cause=DisputeCause.SPLIT)


def _dispute_what_is_maintained(item: CaseItem, diary: Diary, reason: str) -> None:
    """REASON is the expert's point."""
    Dispute.objects.create(
        item=item, version=item.version, cause=DisputeCause.MAINTAINED, text=reason
    )


def _dispute_the_codings(item: CaseItem, diary: Diary, reason: str) -> None:
    Dispute.objects.create(item=item, version=item.version, cause=DisputeCause.CODINGS)


def _may_rule_on(user: User, item: CaseItem) -> Verdict:
    return rules.may_adjudicate(user, item.case)


# --- An item -----------------------------------------------------------------------------

APPROVE = Move(
    name="approve",
    on="item",
    sources=frozenset({ItemState.UNDER_REVIEW}),
    target=ItemState.APPROVED,
    rule=None,
    title=gettext_lazy("Approve"),
    when=gettext_lazy(
        "An answer is approved by itself once enough reviewers agree and nobody disagrees."
    ),
    also=_settle,
)
SPLIT = Move(
    name="split",
    on="item",
    sources=frozenset({ItemState.UNDER_REVIEW}),
    target=ItemState.DISPUTED,
    rule=None,
    title=gettext_lazy("Dispute: the reviewers differ"),
    when=gettext_lazy(
        "An answer is disputed by itself once enough reviewers have spoken and differ."
    ),
    also=_dispute_a_split,
)
DIFFER = Move(
    name="differ",
    on="item",
    sources=frozenset({ItemState.UNDER_REVIEW}),
    target=ItemState.DISPUTED,
    rule=None,
    title=gettext_lazy("Dispute: the two sheets differ"),
    when=gettext_lazy(
        "An answer is disputed by itself where two independent sheets differ when they are in."
    ),
    role=Role.EXPERT,
    also=_dispute_the_codings,
)
REQUEST_CHANGE = Move(
    name="request_change",
    on="item",
    sources=frozenset({ItemState.UNDER_REVIEW}),
    target=ItemState.CHANGE_REQUESTED,
    rule=None,
    title=gettext_lazy("Ask for a change"),
    when=gettext_lazy(
        "A change is asked for when the whole case is returned: disagree, then return the case."
    ),
)
RESUBMIT = Move(
    name="resubmit",
    on="item",
    sources=frozenset({ItemState.CHANGE_REQUESTED}),
    target=ItemState.UNDER_REVIEW,
    rule=None,
    title=gettext_lazy("Send a changed answer"),
    when=gettext_lazy("A changed answer comes back when the expert submits the sheet again."),
    role=Role.EXPERT,
)
MAINTAIN = Move(
    name="maintain",
    on="item",
    sources=frozenset({ItemState.CHANGE_REQUESTED}),
    target=ItemState.DISPUTED,
    rule=None,
    title=gettext_lazy("Maintain an answer"),
    when=gettext_lazy(
        "A maintained answer is disputed when the expert submits the sheet again."
    ),
    role=Role.EXPERT,
    also=_dispute_what_is_maintained,
)
RULE = Move(
    name="rule",
    on="item",
    sources=frozenset({ItemState.DISPUTED}),
    target=ItemState.RULED,
    rule=_may_rule_on,
    title=gettext_lazy("Rule"),
    when=gettext_lazy("A consortium reviewer rules once an answer is disputed."),
    role=Role.ADJUDICATOR,
    also=_settle,
)

# --- A dispute ---------------------------------------------------------------------------


def _rule_on_the_item(dispute: Dispute, diary: Diary, reason: str) -> None:
    carry_out(RULE, dispute.item, diary=diary, reason=reason)


CLOSE = Move(
    name="close",
    on="dispute",
    sources=frozenset({DisputeState.OPEN}),
    target=DisputeState.RULED,
    rule=rules.may_rule,
    title=gettext_lazy("Rule on the dispute"),
    when=gettext_lazy("A dispute is ruled once, and does not open again."),
    role=Role.ADJUDICATOR,
    also=_rule_on_the_item,
)

# --- A case ------------------------------------------------------------------------------


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
CLEAR = Move(
    name="clear",
    on="case",
    sources=frozenset({CaseState.IN_REVIEW}),
    target=CaseState.CLEARED,
    rule=None,
    title=gettext_lazy("Clear the case"),
    when=gettext_lazy("A case is cleared by itself once every answer is approved or ruled."),
)

# --- The review of a round ---------------------------------------------------------------


def _nothing_blocks(round_: Round) -> Verdict:
    found = blockers(round_)
    if not found:
        return YES
    heading = ngettext(
        "The review cannot be closed: %(count)d thing blocks it.",
        "The review cannot be closed: %(count)d things block it.",
        len(found),
    ) % {"count": len(found)}
    return no("\n".join((heading, *(_named(blocker) for blocker in found))))


def _named(blocker: Blocker) -> str:
    return _("%(country)s, %(strand)s: %(kind)s (%(count)d).") % {
        "country": blocker.country_name,
        "strand": blocker.strand_title,
        "kind": blocker.kind_label,
        "count": blocker.count,
    }


def _end_the_review(round_: Round, diary: Diary, reason: str) -> None:
    """Questionnaire saves its round's state; who listens hears it inside the transaction."""
    closed = questionnaire_rounds.mark_review_closed(round_=round_, by=diary.by)
    round_.state, round_.closed_at = closed.state, closed.closed_at
    diary.write()
    review_closed.send(sender=Round, round_=closed, by=diary.by)


CLOSE_REVIEW = Move(
    name="close_review",
    on="round",
    sources=frozenset({RoundState.OPEN}),
    target=RoundState.REVIEW_CLOSED,
    rule=rules.may_close,
    title=gettext_lazy("Close the review"),
    when=gettext_lazy("A review is closed once, while its round is open."),
    role=Role.COORDINATOR,
    also=_end_the_review,
    ready=_nothing_blocks,
)

MOVES = (
    APPROVE,
    SPLIT,
    DIFFER,
    REQUEST_CHANGE,
    RESUBMIT,
    MAINTAIN,
    RULE,
    CLOSE,
    OPEN,
    RETURN,
    RESUBMIT_CASE,
    CLEAR,
    CLOSE_REVIEW,
)
