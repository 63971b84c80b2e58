"""A case as its reviewer may see it, and the states of a round's cases for the board."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import RoundState
from questionnaire.models import Indicator, Option, Round, Standard
from questionnaire.selectors.reviewer import BlindReading, blind_readings

from ..enums import CaseState, ItemState
from ..models import Case, CaseItem
from ..rules import may_review
from .blind import (
    OpinionView,
    Place,
    RequestView,
    RulingView,
    item_state_label,
    place_of,
    ruling_view,
)
from .parts import (
    Voices,
    cut_off_of,
    disputes_on,
    experts_of,
    names_in,
    requests_about,
    review_due_on,
    ruling_of,
)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One answer under review. BEFORE is the version judged last, where this one is newer.

    OPINIONS are on the present version, EARLIER on older ones; others' are left out while
    OPINIONS_HIDDEN. MAY_SPEAK says whether this person may give an opinion now, or why not.
    """

    indicator: Indicator
    options: tuple[Option, ...]
    standards: tuple[Standard, ...]
    reference_date: date
    version: int
    state: str
    reading: BlindReading
    before: BlindReading | None
    own: OpinionView | None
    opinions: tuple[OpinionView, ...]
    earlier: tuple[OpinionView, ...]
    opinions_hidden: bool
    requests: tuple[RequestView, ...]
    expert_point: str
    ruling: RulingView | None
    may_speak: Verdict

    @property
    def state_label(self) -> str:
        return item_state_label(self.state)


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case without any person: YOU and EXPERT are pseudonyms, days are days."""

    place: Place
    state: str
    cut_off: date
    review_due: date
    opinions_required: int
    times_returned: int
    you: str
    expert: str
    may_review: Verdict
    rows: tuple[CaseRow, ...]

    @property
    def state_label(self) -> str:
        return str(CaseState(self.state).label)

    @property
    def spoken(self) -> int:
        """On how many answers this person has spoken in their present version."""
        return sum(row.own is not None for row in self.rows)

    @property
    def to_speak(self) -> int:
        return sum(bool(row.may_speak) for row in self.rows)

    def row(self, code: str) -> CaseRow:
        """Return the row of one indicator. Raises KeyError for a code that is not asked."""
        for row in self.rows:
            if row.indicator.code == code:
                return row
        raise KeyError(code)


def case_page(case: Case, user: User) -> CasePage:
    """Return all that the case's page shows to this person, in a fixed number of queries."""
    verdict = may_review(user, case)
    items = list(
        CaseItem.objects.filter(case_id=case.pk)
        .select_related("indicator")
        .prefetch_related("indicator__options", "indicator__standards")
        .order_by("indicator__order", "reference_date")
    )
    names = names_in(case)
    parts = _Parts(case, items, user, names, verdict)
    return CasePage(
        place=place_of(case),
        state=case.state,
        cut_off=cut_off_of(case),
        review_due=review_due_on(case.round),
        opinions_required=case.round.opinions_required,
        times_returned=case.times_returned,
        you=names.get(user.pk, ""),
        expert=experts_of(case).get(1, ""),
        may_review=verdict,
        rows=tuple(parts.row(item) for item in items),
    )


class _Parts:
    """What lies on the case's items, for one person's eyes."""

    def __init__(
        self, case: Case, items: list[CaseItem], user: User, names: dict, verdict: Verdict
    ) -> None:
        # Who does not review here is not to be kept from being swayed: the adjudicator and who
        # runs the round read all opinions, under pseudonyms.
        hidden = case.round.opinions_hidden and bool(verdict)
        self.voices = Voices(items, user, hidden=hidden).known_by(names)
        self.verdict = verdict
        self.round = case.round
        self.disputes = disputes_on(items)
        self.requests = requests_about(case)
        self.readings = blind_readings(
            key for item in items for key in self._versions(item) if key[1]
        )

    def _versions(self, item: CaseItem) -> tuple[tuple[int, int | None], ...]:
        before = self.voices.judged_before(item)
        return (item.answer_id, item.version), (item.answer_id, before)

    def row(self, item: CaseItem) -> CaseRow:
        now, before = self._versions(item)
        readable = self.voices.readable(item)
        present = tuple(view for view in readable if view.version == item.version)
        dispute = self.disputes.get(item.pk)
        ruling = ruling_of(dispute)
        asked = self.requests.get((item.indicator_id, item.reference_date), [])
        return CaseRow(
            indicator=item.indicator,
            options=tuple(item.indicator.options.all()),
            standards=tuple(item.indicator.standards.all()),
            reference_date=item.reference_date,
            version=item.version,
            state=item.state,
            reading=self.readings[now],
            before=self.readings.get(before),
            own=next((view for view in present if view.is_yours), None),
            opinions=present,
            earlier=tuple(view for view in readable if view.version < item.version),
            opinions_hidden=self.voices.hides(item, item.version),
            requests=tuple(r for r in asked if not self.voices.hides(item, r.version)),
            expert_point=dispute.text if dispute else "",
            ruling=ruling_view(ruling) if ruling else None,
            may_speak=self._may_speak(item),
        )

    def _may_speak(self, item: CaseItem) -> Verdict:
        if not self.verdict:
            return self.verdict
        return may_speak_on(item, self.round, spoken=self.voices.spoke_on(item, item.version))


def may_speak_on(item: CaseItem, round_: Round, *, spoken: bool) -> Verdict:
    """Return whether a reviewer of the case may give an opinion on this item now."""
    if round_.state != RoundState.OPEN:
        return no(_("The review of this round is closed: nothing in it changes."))
    if item.state != ItemState.UNDER_REVIEW:
        return no(_("This answer is not under review now."))
    if spoken:
        return no(_("You have already given your opinion on this version."))
    return YES


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """Where one country and strand stands, and how many answers are in which state."""

    state: str
    times_returned: int
    changed_on: date
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def state_label(self) -> str:
        return str(CaseState(self.state).label)

    @property
    def settled(self) -> int:
        return self.counts.get(ItemState.APPROVED, 0) + self.counts.get(ItemState.RULED, 0)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def case_states(round_: Round) -> dict[tuple[str, str], CaseStanding]:
    """Return the standing of each case by the codes of country and strand; two queries.

    A country and strand of which no sheet was submitted has no case yet, and is left out.
    """
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    items = CaseItem.objects.filter(case__round_id=round_.pk).order_by()
    for case_id, state, number in items.values_list("case_id", "state").annotate(Count("pk")):
        counts[case_id][state] = number
    cases = Case.objects.filter(round_id=round_.pk).select_related("country", "strand")
    return {
        (case.country.code, case.strand.code): CaseStanding(
            state=case.state,
            times_returned=case.times_returned,
            changed_on=timezone.localdate(case.updated_at),
            counts=counts[case.pk],
        )
        for case in cases
    }
