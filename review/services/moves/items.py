"""The moves of an item: one answer, in the version under review."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from questionnaire.enums import Role

from ... import rules
from ...enums import DisputeCause, DisputeState, ItemState
from ...models import CaseItem, Dispute
from ..moving import Diary, Move
from ..settling import settle
from .endings import finish

# --- What moves of an item also do -------------------------------------------------------


def _settle(item: CaseItem, diary: Diary, reason: str) -> None:
    """Write the settled answer; a case whose last item this was goes on to its end."""
    settle(item)
    finish(item.case, diary)


def _dispute_a_split(item: CaseItem, diary: Diary, reason: str) -> None:
    Dispute.objects.create(item=item, version=item.version, cause=DisputeCause.SPLIT)


def _dispute_what_is_maintained(item: CaseItem, diary: Diary, reason: str) -> None:
    """REASON is the expert's point."""
    Dispute.objects.create(
        item=item, version=item.version, cause=DisputeCause.MAINTAINED, text=reason
    )


def _dispute_the_codings(item: CaseItem, diary: Diary, reason: str) -> None:
    Dispute.objects.create(item=item, version=item.version, cause=DisputeCause.CODINGS)


def _dispute_what_was_returned_enough(item: CaseItem, diary: Diary, reason: str) -> None:
    Dispute.objects.create(item=item, version=item.version, cause=DisputeCause.EXHAUSTED)


def _may_rule_on(user: User, item: CaseItem) -> Verdict:
    """Who may rule; where a ruling waits for a second look, who may look. One query if disputed."""
    if item.state == ItemState.DISPUTED:
        waiting = Dispute.objects.filter(
            item_id=item.pk, state=DisputeState.SECOND_LOOK
        ).first()
        if waiting is not None:
            waiting.item = item
            return rules.may_look_again(user, waiting)
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
EXHAUST = Move(
    name="exhaust",
    on="item",
    sources=frozenset({ItemState.UNDER_REVIEW}),
    target=ItemState.DISPUTED,
    rule=None,
    title=gettext_lazy("Dispute: the objection stands after the last return"),
    when=gettext_lazy(
        "An answer that is still objected to after the last return is disputed by itself."
    ),
    also=_dispute_what_was_returned_enough,
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
