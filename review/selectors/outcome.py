"""What became of a sheet in the review, for the side that answered it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from mipex_site.accounts.models import User
from questionnaire.enums import EXPERT_SIDE, AnswerKind, RequestState
from questionnaire.models import Answer, Assessment, Indicator, Option
from questionnaire.rules import has_role, may_see_sheet
from questionnaire.selectors.tree import indicators_of

from ..enums import SETTLED, ItemState
from .experts import ExpertRow, ExpertView, expert_view


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One answer of the sheet as it stands, and what the review says of it."""

    indicator: Indicator
    kind: str
    option: Option | None
    points: Fraction | None
    review: ExpertRow

    @property
    def kind_label(self) -> str:
        return str(AnswerKind(self.kind).label)

    @property
    def needs_you(self) -> bool:
        """Whether something that the review asked waits for a reply."""
        return any(request.state == RequestState.OPEN for request in self.review.requests)

    @property
    def was_discussed(self) -> bool:
        disputed = self.review.state in {ItemState.DISPUTED, ItemState.REOPENED}
        if self.review.void or self.review.last_word:
            return True
        said = self.review.requests or self.review.remarks
        return bool(said or self.review.ruling or disputed)


@dataclass(frozen=True, slots=True)
class OutcomePage:
    """The review of one sheet, without a word on who reviewed it."""

    view: ExpertView
    discussed: tuple[OutcomeRow, ...]
    quiet: tuple[OutcomeRow, ...]

    @property
    def total(self) -> int:
        return len(self.discussed) + len(self.quiet)

    @property
    def settled(self) -> int:
        rows = (*self.discussed, *self.quiet)
        return sum(row.review.state in SETTLED for row in rows)

    @property
    def waiting(self) -> int:
        return sum(row.needs_you for row in self.discussed)


def sheet_seen_by(user: User, sheets: Iterable[Assessment]) -> Assessment | None:
    """Return the sheet that the person answers, else the first that the person may see.

    SHEETS are the codings of one country and strand.
    """
    codings = sorted(sheets, key=lambda sheet: sheet.coding)
    own = [sheet for sheet in codings if has_role(user, sheet, *EXPERT_SIDE)]
    seen = own or [sheet for sheet in codings if may_see_sheet(user, sheet)]
    return seen[0] if seen else None


def outcome_page(sheet: Assessment, user: User) -> OutcomePage:
    """Return what the sheet's side may read of its review, in a fixed number of queries."""
    view = expert_view(sheet, user)
    indicators = {indicator.code: indicator for indicator in indicators_of(sheet.strand)}
    answers = {
        (answer.indicator_id, answer.reference_date): answer
        for answer in Answer.objects.filter(assessment_id=sheet.pk).select_related("option")
    }
    rows = [
        _row(indicators[row.indicator_code], answers, row)
        for row in view.rows
        if (indicators[row.indicator_code].pk, row.reference_date) in answers
    ]
    return OutcomePage(
        view=view,
        discussed=tuple(row for row in rows if row.was_discussed),
        quiet=tuple(row for row in rows if not row.was_discussed),
    )


def _row(indicator: Indicator, answers: dict, review: ExpertRow) -> OutcomeRow:
    answer = answers[indicator.pk, review.reference_date]
    return OutcomeRow(
        indicator=indicator,
        kind=answer.kind,
        option=answer.option,
        points=answer.points,
        review=review,
    )
