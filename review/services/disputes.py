"""Rule on a dispute: an adjudicator without a tie decides, with two rationales.

A ruling that goes far from what the expert said waits until another adjudicator concurs.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Stale
from questionnaire.enums import AnswerKind, Role
from questionnaire.models import Option

from ..enums import DraftOf, VerdictCode
from ..models import Dispute, PrecedentMet, Ruling, SecondLook
from .addresses import address_of
from .drafts import drop_item_draft
from .moves import CLOSE, CONCUR, DISSENT, PROPOSE
from .moves.disputes import as_reason, waiting_ruling
from .moving import Diary, ask, carry_out, lock
from .rulings import check_ruling, check_text, met_by, needs_second_look, ruling_facts
from .scanning import hold_up

Met = Mapping[int, tuple[bool, str]]
"""By the key of a precedent: whether it is followed, and why it is not."""


@transaction.atomic
def rule(
    *,
    dispute: Dispute,
    verdict: str,
    by: User,
    kind: str = AnswerKind.CHOSEN,
    option: Option | None = None,
    points: Fraction | None = None,
    internal_rationale: str,
    public_rationale: str,
    is_precedent: bool = False,
    precedents: Met = MappingProxyType({}),
    version: int | None = None,
    overruled: bool = False,
) -> Ruling:
    """Decide the dispute; the item is ruled and its value settled with the public rationale.

    One that needs a second look settles nothing yet: the dispute waits for another adjudicator.
    Where the expert is upheld, the value may be left out: it is the expert's. PRECEDENTS says
    of each on the file whether it is followed; VERSION is the one that was read. Raises
    NotAllowed, WrongState once it is ruled, Stale if another version is disputed or another
    precedent lies on the file by now, ValidationError where verdict and value disagree, Held.
    """
    dispute = lock(dispute)
    ask(move=CLOSE, thing=dispute, by=by)
    _demand_version(dispute, version)
    if verdict == VerdictCode.EXPERT_UPHELD and option is None and points is None:
        answer = dispute.item.answer
        kind, option, points = answer.kind, answer.option, answer.points
    ruling = Ruling(
        dispute=dispute,
        adjudicator=by,
        verdict=verdict,
        kind=kind,
        option=option,
        points=points,
        internal_rationale=internal_rationale.strip(),
        public_rationale=public_rationale.strip(),
        is_precedent=is_precedent,
    )
    check_ruling(ruling, dispute.item)
    met = met_by(ruling, dispute.item, precedents)
    texts = (ruling.public_rationale, ruling.internal_rationale, *(one.text for one in met))
    country = dispute.item.case.country_id
    _keep(ruling, met, hold_up(*texts, country_id=country, overruled=overruled))
    return ruling


def _demand_version(dispute: Dispute, version: int | None) -> None:
    if version is not None and version != dispute.version:
        raise Stale(_("Another version of this answer is disputed by now. Read it first."))


def _keep(ruling: Ruling, met: list[PrecedentMet], held: dict[str, list[str]]) -> None:
    """Write the ruling and all that follows from it at once; HELD is what was overruled."""
    dispute, by = ruling.dispute, ruling.adjudicator
    ruling.save(force_insert=True)
    PrecedentMet.objects.bulk_create(met)
    move = PROPOSE if needs_second_look(ruling, dispute.item) else CLOSE
    if move is CLOSE:
        dispute.ruling = ruling
    diary = _diary(dispute, by)
    facts = ruling_facts(ruling, dispute.item, met)
    facts["new"] |= held
    diary.note("ruling.give", address_of(dispute), **facts)
    carry_out(move, dispute, diary=diary, reason=as_reason(ruling))
    drop_item_draft(item=dispute.item, kind=DraftOf.RULING, by=by)
    diary.write()


@transaction.atomic
def look_again(
    *, ruling: Ruling, concurs: bool, text: str, by: User, overruled: bool = False
) -> SecondLook:
    """Concur with a ruling, which then stands; or say why not, and the dispute is open again.

    Raises NotAllowed, to the person who ruled as well, WrongState once it was looked at, Stale
    if another ruling waits by now, ValidationError where who does not concur gives no reason,
    and Held, as other adjudicators read the text.
    """
    dispute = lock(ruling.dispute)
    move = CONCUR if concurs else DISSENT
    ask(move=move, thing=dispute, by=by)
    waiting = waiting_ruling(dispute)
    if waiting is None or waiting.pk != ruling.pk:
        raise Stale(_("Another ruling waits for a second look by now. Read it first."))
    text = text.strip()
    if not concurs and not text:
        raise ValidationError({"text": _("Say why you do not concur.")})
    check_text("text", text)
    country = dispute.item.case.country_id
    held = hold_up(text, country_id=country, overruled=overruled)
    if concurs:
        dispute.ruling = waiting
    diary = _diary(dispute, by)
    if held:
        diary.note("dispute.overrule", address_of(dispute), new=held)
    carry_out(move, dispute, diary=diary, reason=text)
    drop_item_draft(item=dispute.item, kind=DraftOf.SECOND_LOOK, by=by)
    diary.write()
    return SecondLook.objects.get(ruling=waiting)


def _diary(dispute: Dispute, by: User) -> Diary:
    dispute._history_user = by  # noqa: SLF001 (the name by which simple-history asks)
    return Diary(by=by, role=Role.ADJUDICATOR, stream=dispute.item.case.round.stream)
