"""An answer that differs from the last edition's says why; one that confirms it says the same."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..enums import ChangeReason, SourceKind
from ..models import Answer, EarlierAnswer, Source
from ..selectors.earlier import differs, earlier_answer
from ..selectors.standing import is_later
from .answering import Place

EXPLAINS_ITSELF = (ChangeReason.CORRECTED, ChangeReason.REINTERPRETED)


def demand_reason_of_change(answer: Answer, place: Place, given: Sequence[Source]) -> None:
    """Raise ValidationError unless an answer for the cut-off that changed says what happened.

    A changed law must be among the sources GIVEN, with the day since when it is in force: after
    the day of the earlier answer, and not after the one that is asked about.
    """
    if answer.confirms:
        _demand_the_same(answer, answer.confirms, place)
        return
    if place.day != place.cut_off or answer.change_reason in EXPLAINS_ITSELF:
        return
    earlier = earlier_answer(place.sheet, place.indicator)
    if earlier is None or not differs(answer, earlier):
        return
    if not answer.change_reason:
        words = _("The last edition, %(edition)s, says something else. Say what happened.")
        raise ValidationError({"change_reason": words % {"edition": earlier.edition}})
    if any(is_later(source, place.day) for source in given):
        # The evidence is refused for that, in words that lead to the upcoming changes.
        return
    if not any(_began_meanwhile(source, earlier, place) for source in given):
        raise ValidationError(
            {"sources": _("Say since when: cite the law that changed it, with its date.")}
        )


def _began_meanwhile(source: Source, earlier: EarlierAnswer, place: Place) -> bool:
    since = source.in_force_from
    if source.kind != SourceKind.LAW or since is None:
        return False
    return earlier.reference_date < since <= place.day


def _demand_the_same(answer: Answer, earlier: EarlierAnswer, place: Place) -> None:
    at_home = (place.sheet.round_id, place.sheet.country_id, place.indicator.pk)
    there = (earlier.round_id, earlier.country_id, earlier.indicator_id)
    if there != at_home or place.day != place.cut_off or differs(answer, earlier):
        raise ValidationError({"option": _("This is not what the last edition says.")})
