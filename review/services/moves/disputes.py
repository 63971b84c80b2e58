"""The moves of a dispute: it is ruled on once, and does not open again by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from questionnaire.enums import Role

from ... import rules
from ...enums import DisputeState
from ...models import Dispute
from ..moving import Diary, Move, carry_out
from .items import RULE


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
