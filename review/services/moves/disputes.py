"""The moves of a dispute: ruled on by one or by two people; it does not open again by itself."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mipex_site.base.errors import Refusal
from questionnaire.enums import Role

from ... import rules
from ...enums import DisputeState
from ...models import Dispute, Ruling, SecondLook
from ..moving import Diary, Move, carry_out
from .items import RULE


def waiting_ruling(dispute: Dispute) -> Ruling | None:
    """Return the ruling that nobody has looked at again, or None where there is none."""
    given = Ruling.objects.filter(dispute_id=dispute.pk, second_look__isnull=True)
    return given.select_related("option").order_by("pk").last()


def as_reason(ruling: Ruling) -> str:
    return f"{ruling.verdict}: {ruling.internal_rationale}"


def _rule_on_the_item(dispute: Dispute, diary: Diary, reason: str) -> None:
    carry_out(RULE, dispute.item, diary=diary, reason=reason)


def _demand_a_ruling(dispute: Dispute, diary: Diary, reason: str) -> None:
    _ruling_that_waits(dispute)


def _concur(dispute: Dispute, diary: Diary, reason: str) -> None:
    """Keep the second look; the item is ruled for the reason of the ruling itself."""
    ruling = _ruling_that_waits(dispute)
    SecondLook.objects.create(
        ruling=ruling, adjudicator=diary.by, concurs=True, text=reason.strip()
    )
    carry_out(RULE, dispute.item, diary=diary, reason=as_reason(ruling))


def _dissent(dispute: Dispute, diary: Diary, reason: str) -> None:
    """Keep the second look and its REASON beside the ruling; anybody may rule anew."""
    if not reason.strip():
        raise Refusal(_("Say why you do not concur."))
    SecondLook.objects.create(
        ruling=_ruling_that_waits(dispute),
        adjudicator=diary.by,
        concurs=False,
        text=reason.strip(),
    )


def _ruling_that_waits(dispute: Dispute) -> Ruling:
    ruling = waiting_ruling(dispute)
    if ruling is None:
        raise Refusal(_("A ruling needs its reasons: write it on the dispute's page."))
    return ruling


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
PROPOSE = Move(
    name="propose",
    on="dispute",
    sources=frozenset({DisputeState.OPEN}),
    target=DisputeState.SECOND_LOOK,
    rule=rules.may_rule,
    title=gettext_lazy("Propose a ruling that needs a second look"),
    when=gettext_lazy(
        "A ruling waits for a second look where it gives another option, or one that lies two"
        " or more options from the expert's."
    ),
    role=Role.ADJUDICATOR,
    also=_demand_a_ruling,
)
CONCUR = Move(
    name="concur",
    on="dispute",
    sources=frozenset({DisputeState.SECOND_LOOK}),
    target=DisputeState.RULED,
    rule=rules.may_look_again,
    title=gettext_lazy("Concur with the ruling"),
    when=gettext_lazy("Another consortium reviewer concurs with a ruling that waits for it."),
    role=Role.ADJUDICATOR,
    also=_concur,
)
DISSENT = Move(
    name="dissent",
    on="dispute",
    sources=frozenset({DisputeState.SECOND_LOOK}),
    target=DisputeState.OPEN,
    rule=rules.may_look_again,
    title=gettext_lazy("Do not concur with the ruling"),
    when=gettext_lazy(
        "Where another consortium reviewer does not concur, the dispute is open again and"
        " anybody who may rule rules anew."
    ),
    role=Role.ADJUDICATOR,
    also=_dissent,
)
