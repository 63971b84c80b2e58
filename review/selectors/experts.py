"""What the expert's side may read of the review: what is asked and ruled, by nobody's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from questionnaire.models import Assessment, ChangeRequest, Option
from questionnaire.rules import may_see_sheet

from ..enums import CaseState, OpinionKind
from ..models import Case, CaseItem, Dispute, Opinion, Ruling
from .blind import RequestView, RulingView, item_state_label, request_view, ruling_view
from .last_word import LastWordView, last_word_view
from .parts import disputes_on, ruling_of
from .remarks import remarks_sent
from .reopening import void_words, with_voids

FIRST = 1
"""The coding whose answers are under review."""


@dataclass(frozen=True, slots=True)
class ExpertRow:
    """What the review says of one answer. SUGGESTED are options that objections to it named.

    REMARKS are of reviewers who agree, under no name; they ask for no reply.
    VOID says that an approval or a ruling is void; LAST_WORD is the expert's own.
    """

    indicator_code: str
    reference_date: date
    state: str
    requests: tuple[RequestView, ...]
    suggested: tuple[Option, ...]
    ruling: RulingView | None
    remarks: tuple[str, ...] = ()
    void: str = ""
    last_word: LastWordView | None = None

    @property
    def state_label(self) -> str:
        return item_state_label(self.state)


@dataclass(frozen=True, slots=True)
class ExpertView:
    """The review of one sheet for its own side; STATE is empty before the first submission."""

    state: str
    times_returned: int
    may_see: Verdict
    rows: tuple[ExpertRow, ...]

    @property
    def state_label(self) -> str:
        return str(CaseState(self.state).label) if self.state else ""

    def row(self, code: str) -> ExpertRow | None:
        """Return the row of one indicator, or None where the review has not begun."""
        return next((row for row in self.rows if row.indicator_code == code), None)


def expert_view(sheet: Assessment, user: User) -> ExpertView:
    """Return what the sheet's own side may read of its review; no rows for anybody else."""
    verdict = may_see_sheet(user, sheet)
    case = Case.objects.filter(
        round_id=sheet.round_id, country_id=sheet.country_id, strand_id=sheet.strand_id
    ).first()
    if case is None or not verdict:
        return ExpertView(state="", times_returned=0, may_see=verdict, rows=())
    return ExpertView(
        state=case.state,
        times_returned=case.times_returned,
        may_see=verdict,
        rows=_rows(case, sheet),
    )


def _rows(case: Case, sheet: Assessment) -> tuple[ExpertRow, ...]:
    found = with_voids(CaseItem.objects.filter(case_id=case.pk)).for_page()
    items = list(found.select_related("indicator", "answer__option", "last_word"))
    requests: dict[tuple[int, date], list[RequestView]] = {}
    asked = ChangeRequest.objects.filter(assessment_id=sheet.pk).order_by("version")
    for request in asked:
        cell = (request.indicator_id, request.reference_date)
        requests.setdefault(cell, []).append(request_view(request))
    disputes = disputes_on(items)
    suggested = _suggested(case)
    remarks = _remarks(items, sheet, asked)
    return tuple(
        _row(
            item,
            requests.get((item.indicator_id, item.reference_date), []),
            suggested,
            _ruling_on(item, disputes),
            remarks.get(item.pk, ()),
        )
        for item in items
    )


def _row(
    item: CaseItem,
    requests: list[RequestView],
    suggested: dict[tuple[int, int], list[Option]],
    ruling: object,
    remarks: tuple[str, ...],
) -> ExpertRow:
    """Suggestions cross the line with the return, together with the texts; never before."""
    last = requests[-1].version if requests else None
    return ExpertRow(
        indicator_code=item.indicator.code,
        reference_date=item.reference_date,
        state=item.state,
        requests=tuple(requests),
        suggested=tuple(suggested.get((item.pk, last), ())),
        ruling=ruling_view(ruling) if ruling else None,
        remarks=remarks,
        void=void_words(item),
        last_word=last_word_view(item),
    )


def _ruling_on(item: CaseItem, disputes: dict[int, Dispute]) -> Ruling | None:
    """Return the ruling on the version under review; one on an older version is void."""
    dispute = disputes.get(item.pk)
    return ruling_of(dispute) if dispute and dispute.version == item.version else None


def _remarks(
    items: list[CaseItem], sheet: Assessment, asked: Iterable[ChangeRequest]
) -> dict[int, tuple[str, ...]]:
    """Return what reviewers remarked on the answers under review: those of the first sheet."""
    if sheet.coding != FIRST:
        return {}
    returned_at = max((request.created_at for request in asked), default=None)
    return remarks_sent(items, returned_at=returned_at)


def _suggested(case: Case) -> dict[tuple[int, int], list[Option]]:
    """Return the options suggested for each version, each once, in the indicator's order."""
    rows = Opinion.objects.filter(
        item__case_id=case.pk,
        kind=OpinionKind.DISAGREE,
        suggested_option__isnull=False,
    ).select_related("suggested_option")
    found: dict[tuple[int, int], list[Option]] = {}
    for row in rows.order_by("suggested_option__order", "pk"):
        options = found.setdefault((row.item_id, row.version), [])
        if row.suggested_option not in options:
            options.append(row.suggested_option)
    return found
