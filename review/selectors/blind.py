"""What crosses the line between the sides: values without a name, a key of a person or a time.

Every page of the review is built from these. What is not a field here cannot be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from questionnaire.enums import AnswerKind, RequestState
from questionnaire.models import ChangeRequest, Option

from ..enums import ItemState, OpinionKind, VerdictCode
from ..models import Case, Opinion, Ruling


@dataclass(frozen=True, slots=True)
class Place:
    """The address of a case by codes, with the words for them."""

    round_code: str
    round_title: str
    country_code: str
    country_name: str
    strand_code: str
    strand_title: str


def place_of(case: Case) -> Place:
    return Place(
        round_code=case.round.code,
        round_title=case.round.title,
        country_code=case.country.code,
        country_name=case.country.name,
        strand_code=case.strand.code,
        strand_title=case.strand.title,
    )


@dataclass(frozen=True, slots=True)
class OpinionView:
    """A position on one version, under a pseudonym. DAY is no more exact than a day."""

    who: str
    is_yours: bool
    kind: str
    suggested: Option | None
    text: str
    version: int
    day: date

    @property
    def kind_label(self) -> str:
        return str(OpinionKind(self.kind).label)


def opinion_view(opinion: Opinion, *, who: str, is_yours: bool) -> OpinionView:
    return OpinionView(
        who=who,
        is_yours=is_yours,
        kind=opinion.kind,
        suggested=opinion.suggested_option,
        text=opinion.text,
        version=opinion.version,
        day=timezone.localdate(opinion.at),
    )


@dataclass(frozen=True, slots=True)
class RequestView:
    """What the expert was asked about one version, under no name, and the expert's reply."""

    version: int
    text: str
    state: str
    reply: str
    day: date

    @property
    def state_label(self) -> str:
        return str(RequestState(self.state).label)


def request_view(request: ChangeRequest) -> RequestView:
    return RequestView(
        version=request.version,
        text=request.text,
        state=request.state,
        reply=request.reply,
        day=timezone.localdate(request.created_at),
    )


@dataclass(frozen=True, slots=True)
class RulingView:
    """A ruling as both sides and the public may read it."""

    verdict: str
    kind: str
    option: Option | None
    points: str
    public_rationale: str
    is_precedent: bool
    day: date

    @property
    def verdict_label(self) -> str:
        return str(VerdictCode(self.verdict).label)

    @property
    def value_label(self) -> str:
        """The value in words: the option's label, or the kind of answer."""
        return self.option.label if self.option else str(AnswerKind(self.kind).label)


def ruling_view(ruling: Ruling) -> RulingView:
    return RulingView(
        verdict=ruling.verdict,
        kind=ruling.kind,
        option=ruling.option,
        points="" if ruling.points is None else str(ruling.points),
        public_rationale=ruling.public_rationale,
        is_precedent=ruling.is_precedent,
        day=timezone.localdate(ruling.at),
    )


def item_state_label(state: str) -> str:
    return str(ItemState(state).label)
