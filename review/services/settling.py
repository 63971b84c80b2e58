"""Write the value that the review stands behind. Scoring reads these rows and nothing else."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext as _

from mipex_site.base.errors import Refusal, Stale
from questionnaire.enums import AnswerKind
from questionnaire.models import Option

from ..enums import Basis, DisputeState, ItemState
from ..models import CaseItem, Ruling, SettledAnswer


def settle(item: CaseItem) -> SettledAnswer:
    """Write the settled answer of an item that was approved or ruled just now.

    Points are exact, 0 to 100, and None for a kind of answer that has none. Raises Stale if
    the answer is no longer the version that was judged, Refusal for a ruled item without its
    ruling.
    """
    answer = item.answer
    if answer.version != item.version:
        raise Stale(_("The answer changed after it was read. Read the new version first."))
    if item.state == ItemState.APPROVED:
        basis, ruling, said, rationale = Basis.APPROVED, None, answer, answer.rationale
    else:
        ruling = said = _ruling_on(item)
        basis, rationale = Basis.RULED, ruling.public_rationale
    return SettledAnswer.objects.create(
        item=item,
        round_id=item.case.round_id,
        country_id=item.case.country_id,
        indicator_id=item.indicator_id,
        reference_date=item.reference_date,
        answer=answer,
        version=item.version,
        basis=basis,
        ruling=ruling,
        kind=said.kind,
        option_id=said.option_id,
        points=points_of(said.kind, said.option, said.points),
        rationale=rationale,
    )


def points_of(kind: str, option: Option | None, points: Fraction | None) -> Fraction | None:
    """Return what an answer earns: its option's points, its own exceptional ones, or None."""
    if kind == AnswerKind.CHOSEN and option is not None:
        return Fraction(option.points)
    return points if kind == AnswerKind.EXCEPTIONAL else None


def _ruling_on(item: CaseItem) -> Ruling:
    given = Ruling.objects.filter(
        stands_in__item_id=item.pk,
        stands_in__version=item.version,
        stands_in__state=DisputeState.RULED,
    )
    ruling = given.select_related("option").first()
    if ruling is None:
        raise Refusal(_("A ruling needs its reasons: write it on the dispute's page."))
    return ruling
