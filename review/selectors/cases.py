"""A case as its reviewer may see it, and the states of a round's cases for the board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import RoundState
from questionnaire.models import Indicator, Option, Round, Standard
from questionnaire.selectors.reviewer import BlindReading, blind_readings

from ..enums import CaseState, ItemState
from ..models import Case, CaseItem
from ..rules import may_be_coded, may_review
from .blind import (
    OpinionView,
    Place,
    RequestView,
    RulingView,
    item_state_label,
    place_of,
    ruling_view,
)
from .last_word import LastWordView, last_word_view
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
from .reopening import void_words, with_voids
from .sealing import code_first, sealed_items, sealed_reading

SEALED = "to_code"
"""The state that a sealed answer shows, wherever it stands."""

NOT_TO_CODE = no("")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One answer under review. BEFORE is the version judged last, where this one is newer.

    OPINIONS are on the present version, EARLIER on older ones; others' are left out while
    OPINIONS_HIDDEN. MAY_SPEAK says whether this person may give an opinion now, or why not.
    Of a row that IS_SEALED this person reads nothing before coding the question; MAY_CODE says
    whether that can be done now. VOID says that an approval or a ruling is void, LAST_WORD what
    the expert said of the settled answer.
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
    is_sealed: bool = False
    may_code: Verdict = NOT_TO_CODE
    void: str = ""
    last_word: LastWordView | None = None

    @property
    def state_label(self) -> str:
        return _("to be coded") if self.is_sealed else item_state_label(self.state)

    @property
    def needs_you(self) -> bool:
        """Whether it waits for this person: for an opinion, or for a coding first."""
        return bool(self.may_speak or self.may_code)


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
        """On how many answers this person has yet to speak; some must be coded first."""
        return sum(row.needs_you for row in self.rows)

    @property
    def to_code(self) -> int:
        return sum(bool(row.may_code) for row in self.rows)

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
        with_voids(CaseItem.objects.filter(case_id=case.pk))
        .select_related("indicator", "last_word")
        .prefetch_related("indicator__options", "indicator__standards")
        .order_by("indicator__order", "reference_date")
    )
    names = names_in(case)
    drawn = any(item.is_coded_blind for item in items)
    sealed = sealed_items(user, items) if drawn else set()
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
        rows=tuple(
            parts.sealed_row(item) if item.pk in sealed else parts.row(item) for item in items
        ),
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
        stands = dispute if dispute and dispute.version == item.version else None
        ruling = ruling_of(stands)
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
            void=void_words(item),
            last_word=last_word_view(item),
        )

    def sealed_row(self, item: CaseItem) -> CaseRow:
        """Return what may be read before it is coded: the question, and what is cited."""
        may_code = self.verdict
        if may_code:
            may_code = may_be_coded(item, self.round) if item.is_coded_blind else NOT_TO_CODE
        return CaseRow(
            indicator=item.indicator,
            options=tuple(item.indicator.options.all()),
            standards=tuple(item.indicator.standards.all()),
            reference_date=item.reference_date,
            version=0,
            state=SEALED,
            reading=sealed_reading(self.readings[item.answer_id, item.version]),
            before=None,
            own=None,
            opinions=(),
            earlier=(),
            opinions_hidden=True,
            requests=(),
            expert_point="",
            ruling=None,
            may_speak=no(code_first()) if self.verdict else self.verdict,
            is_sealed=True,
            may_code=may_code,
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
