"""Rule on a dispute: an adjudicator without a tie decides, with two rationales."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from questionnaire.enums import AnswerKind, Role
from questionnaire.models import Answer, Option

from ..enums import OpinionKind, VerdictCode
from ..models import CaseItem, Dispute, FirstCoding, Opinion, Ruling
from .moves import CLOSE
from .moving import Diary, ask, carry_out, lock


@dataclass(frozen=True, slots=True)
class Value:
    """What an answer says, without its reasons."""

    kind: str
    option_id: int | None
    points: Fraction | None


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
) -> Ruling:
    """Decide the dispute; the item is ruled and its value settled with the public rationale.

    Where the expert is upheld, the value may be left out: it is the expert's. Raises
    NotAllowed, WrongState once it is ruled, ValidationError where verdict and value disagree.
    """
    dispute = lock(dispute)
    ask(move=CLOSE, thing=dispute, by=by)
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
    _check(ruling, dispute.item)
    ruling.save(force_insert=True)
    dispute.ruling = ruling
    diary = Diary(by=by, role=Role.ADJUDICATOR, stream=dispute.item.case.round.stream)
    dispute._history_user = by  # noqa: SLF001 (the name by which simple-history asks)
    carry_out(CLOSE, dispute, diary=diary, reason=_as_reason(ruling))
    diary.write()
    return ruling


def _as_reason(ruling: Ruling) -> str:
    return f"{ruling.verdict}: {ruling.internal_rationale}"


def _check(ruling: Ruling, item: CaseItem) -> None:
    ruling.clean_fields(exclude=("dispute", "adjudicator", "option"))
    _check_value(ruling, item)
    _check_verdict(ruling, item)


def _check_value(ruling: Ruling, item: CaseItem) -> None:
    if (ruling.kind == AnswerKind.CHOSEN) != (ruling.option is not None):
        message = _("Choose the option that stands, or say why there is none.")
        raise ValidationError({"option": message})
    if ruling.option and ruling.option.indicator_id != item.indicator_id:
        raise ValidationError({"option": _("This option belongs to another indicator.")})
    if (ruling.kind == AnswerKind.EXCEPTIONAL) != (ruling.points is not None):
        message = _("Give points where the value is exceptional, and only there.")
        raise ValidationError({"points": message})
    if ruling.points is not None and not 0 <= Fraction(ruling.points) <= 100:  # noqa: PLR2004
        raise ValidationError({"points": _("Points lie between 0 and 100.")})


def _check_verdict(ruling: Ruling, item: CaseItem) -> None:
    """A verdict says whose value stands, so the value must be theirs."""
    value = _value_of(ruling)
    experts = _value_of(item.answer)
    others = set(_values_of_the_others(item)) - {experts}
    sound, message = {
        VerdictCode.EXPERT_UPHELD: (
            value == experts,
            _("The expert is upheld only with the value that the expert gave."),
        ),
        VerdictCode.REVIEWER_UPHELD: (
            value in others,
            _("Nobody suggested this value. Choose a suggested one, or “another option”."),
        ),
        VerdictCode.THIRD_VALUE: (
            value not in others | {experts},
            _("This value is one of the sides'. Say which side is upheld."),
        ),
        VerdictCode.EVIDENCE_INSUFFICIENT: (
            value.kind == AnswerKind.UNKNOWN,
            _("Where the evidence is not enough, the value cannot be known."),
        ),
    }.get(ruling.verdict, (True, ""))
    if not sound:
        raise ValidationError({"verdict": message})


def _value_of(thing: Answer | Ruling | FirstCoding) -> Value:
    return Value(thing.kind, thing.option_id, thing.points)


def _values_of_the_others(item: CaseItem) -> Iterator[Value]:
    """What the reviewers suggested for this version, and what the other codings said."""
    suggested = Opinion.objects.filter(
        item_id=item.pk,
        version=item.version,
        kind=OpinionKind.DISAGREE,
        suggested_option__isnull=False,
    )
    for option_id in suggested.values_list("suggested_option_id", flat=True):
        yield Value(AnswerKind.CHOSEN, option_id, None)
    for coding in item.first_codings.exclude(coding=1):
        yield _value_of(coding)
