"""One answer in the middle of its case: what the other sheets say, and whether it has consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict, no
from questionnaire.enums import AggregateKind, AnswerKind, RoundState
from questionnaire.models import Aggregate
from questionnaire.selectors.reviewer import blind_readings

from ..enums import ItemState
from ..models import Case, CaseItem, Consent, FirstCoding
from ..rules import may_consent
from .cases import CasePage, CaseRow, case_page
from .disputes import CodingReading
from .last_edition import LastEdition, last_edition
from .parts import experts_of
from .rulings import Precedent, rulings_elsewhere


@dataclass(frozen=True, slots=True)
class ConsentView:
    """The consent that exceptional points need. TEXT and DAY are empty until it is given."""

    text: str
    day: date | None
    may_consent: Verdict


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One answer and the case around it. CODINGS are the other sheets', once they may be read.

    GROUPS are the titles of the composites by their key, for the list of the case.
    CONSENT is None where the answer needs none, LAST where no edition answered it before.
    PRECEDENTS are rulings on the same question elsewhere that guide every country.
    """

    case: CasePage
    row: CaseRow
    place: int
    codings: tuple[CodingReading, ...]
    consent: ConsentView | None
    groups: dict[int, str]
    last: LastEdition | None = None
    precedents: tuple[Precedent, ...] = ()


def item_page(item: CaseItem, user: User) -> ItemPage:
    """Return all that the page of one answer shows, in a fixed number of queries."""
    page = case_page(item.case, user)
    place, row = _row_of(page, item)
    # What hides the others' opinions hides the other sheet: it would sway as much.
    codings = () if row.opinions_hidden or row.is_sealed else _other_codings(item)
    return ItemPage(
        case=page,
        row=row,
        place=place,
        codings=codings,
        consent=None if row.is_sealed else consent_view(item, user),
        groups=groups_of(item.case),
        last=None
        if row.is_sealed or row.reference_date != page.cut_off
        else last_edition(item),
        precedents=()
        if row.is_sealed
        else rulings_elsewhere(item, precedents_only=True, sealed_for=user),
    )


def groups_of(case: Case) -> dict[int, str]:
    """Return the titles of the framework's composites by key; one query."""
    composites = Aggregate.objects.filter(
        framework_id=case.round.framework_id, kind=AggregateKind.COMPOSITE
    )
    return dict(composites.order_by().values_list("pk", "title"))


def _other_codings(item: CaseItem) -> tuple[CodingReading, ...]:
    """Return what each further sheet said of the answer when it came in."""
    rows = FirstCoding.objects.filter(item_id=item.pk).exclude(coding=1).order_by("coding")
    codings = list(rows.values_list("coding", "answer_id", "version"))
    if not codings:
        return ()
    readings = blind_readings((answer, version) for _coding, answer, version in codings)
    experts = experts_of(item.case)
    return tuple(
        CodingReading(coding, experts.get(coding, ""), readings[answer, version])
        for coding, answer, version in codings
    )


def _row_of(page: CasePage, item: CaseItem) -> tuple[int, CaseRow]:
    cell = (item.indicator_id, item.reference_date)
    for place, row in enumerate(page.rows, start=1):
        if (row.indicator.pk, row.reference_date) == cell:
            return place, row
    raise KeyError(cell)


def consent_view(item: CaseItem, user: User) -> ConsentView | None:
    """Return how the consent to this answer's points stands, or None where it needs none."""
    if item.answer.kind != AnswerKind.EXCEPTIONAL:
        return None
    given = Consent.objects.filter(item_id=item.pk, version=item.version).first()
    return ConsentView(
        text=given.text if given else "",
        day=timezone.localdate(given.at) if given else None,
        may_consent=_may_consent_now(item, user, given=given is not None),
    )


def _may_consent_now(item: CaseItem, user: User, *, given: bool) -> Verdict:
    if item.case.round.state != RoundState.OPEN:
        return no(_("The review of this round is closed: nothing in it changes."))
    if item.state != ItemState.UNDER_REVIEW:
        return no(_("This answer is not under review now."))
    if given:
        return no(_("These points have their consent already."))
    return may_consent(user, item)
