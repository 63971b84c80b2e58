"""Where an answer is given: the place that record, draft and reply hold until commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal
from mipex_site.base.prepared import Prepared
from mipex_site.base.verdict import demand

from ..enums import EXPERT_SIDE, AssessmentState
from ..models import Answer, Assessment, ChangeRequest, Indicator
from ..rules import (
    Standing,
    may_answer_as,
    may_answer_what_was_asked,
    requests_of_this_return,
    standing_on,
)
from ..selectors.back_casts import days_asked
from .locking import hold_sheet

ANSWER = Prepared(
    lambda sheet, indicator, day: Answer.objects.select_related("option", "confirms").filter(
        assessment_id=sheet, indicator_id=indicator, reference_date=day
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer is recorded, held until commit, and in which role."""

    sheet: Assessment
    indicator: Indicator
    day: date
    cut_off: date
    standing: Standing
    request: ChangeRequest | None


def hold_place(
    *, sheet: Assessment, indicator: Indicator, by: User, reference_date: date | None
) -> Place:
    """Lock the sheet and demand that this person may answer this indicator for this day now."""
    held = hold_sheet(sheet)
    sheet = held.sheet
    if indicator.strand_id != sheet.strand_id:
        raise Refusal(_("This question is not on this sheet."))
    standing = standing_on(by, sheet, *EXPERT_SIDE)
    demand(may_answer_as(standing.role, sheet))
    day = reference_date or held.cut_off
    demand_day(sheet, day, held.cut_off)
    request = None
    if sheet.state == AssessmentState.RETURNED:
        asked = requests_of_this_return(sheet).filter(indicator=indicator, reference_date=day)
        request = asked.first()
        demand(may_answer_what_was_asked(asked=request is not None))
    return Place(
        sheet=sheet,
        indicator=indicator,
        day=day,
        cut_off=held.cut_off,
        standing=standing,
        request=request,
    )


def demand_day(sheet: Assessment, day: date, cut_off: date) -> None:
    """Raise Refusal unless the round asks about that day: the cut-off, or one before it."""
    if day > cut_off:
        raise Refusal(_("An answer describes the cut-off date or a day before it."))
    if day != cut_off and day not in days_asked(sheet, cut_off):
        raise Refusal(
            _("This round does not ask about %(day)s, so no answer is kept for that day.")
            % {"day": date_format(day, "j F Y")}
        )


def present_answer(place: Place) -> Answer | None:
    return ANSWER.first(place.sheet.pk, place.indicator.pk, place.day)


def tidy(text: str) -> str:
    """Browsers send other line ends than spreadsheets; neither makes a new version."""
    return text.replace("\r\n", "\n").strip()
