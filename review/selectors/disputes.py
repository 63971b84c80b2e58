"""The dispute file: all that an adjudicator reads before ruling, without a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from questionnaire.models import Indicator, Option, Standard
from questionnaire.selectors.reviewer import BlindReading, blind_readings

from ..enums import DisputeCause, DisputeState
from ..models import CaseItem, Dispute
from ..rules import may_adjudicate, may_review
from .blind import OpinionView, Place, RequestView, RulingView, place_of, ruling_view
from .last_edition import LastEdition, last_edition
from .parts import Voices, cut_off_of, experts_of, names_in, requests_about, ruling_of
from .rulings import WAITS, Precedent, RulingEntry, rulings_elsewhere, rulings_on


@dataclass(frozen=True, slots=True)
class CodingReading:
    """What one of the independent sheets says, under its expert's pseudonym."""

    coding: int
    who: str
    reading: BlindReading


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """Consent to exceptional points, for one version of the answer."""

    who: str
    text: str
    version: int
    day: date


@dataclass(frozen=True, slots=True)
class DisputePage:
    """A dispute without any person.

    RULINGS, all that were made on the answer, and INTERNAL_RATIONALE are empty for who may not
    rule here; ELSEWHERE then holds precedents alone. EARLIER_READINGS are the versions that the
    review read before this one.
    """

    place: Place
    indicator: Indicator
    options: tuple[Option, ...]
    standards: tuple[Standard, ...]
    reference_date: date
    cut_off: date
    version: int
    cause: str
    state: str
    opened_on: date
    expert_point: str
    you: str
    codings: tuple[CodingReading, ...]
    opinions: tuple[OpinionView, ...]
    requests: tuple[RequestView, ...]
    earlier_readings: tuple[BlindReading, ...]
    last: LastEdition | None
    consents: tuple[ConsentGiven, ...]
    elsewhere: tuple[Precedent, ...]
    rulings: tuple[RulingEntry, ...]
    ruling: RulingView | None
    internal_rationale: str
    may_rule: Verdict

    @property
    def precedents(self) -> tuple[Precedent, ...]:
        """Those of the rulings elsewhere that guide this one."""
        return tuple(one for one in self.elsewhere if one.ruling.is_precedent)

    @property
    def waiting(self) -> RulingEntry | None:
        """The ruling that waits for a second look."""
        return next((one for one in self.rulings if one.standing == WAITS), None)

    @property
    def cause_label(self) -> str:
        return str(DisputeCause(self.cause).label)

    @property
    def state_label(self) -> str:
        return str(DisputeState(self.state).label)


def dispute_page(dispute: Dispute, user: User) -> DisputePage:
    """Return the file of one dispute for this person, in a fixed number of queries."""
    item, case = dispute.item, dispute.item.case
    verdict = may_adjudicate(user, case)
    names = names_in(case)
    hidden = case.round.opinions_hidden and bool(may_review(user, case))
    voices = Voices([item], user, hidden=hidden).known_by(names)
    ruling = ruling_of(dispute)
    asked = requests_about(case).get((item.indicator_id, item.reference_date), [])
    opinions = voices.readable(item)
    requests = tuple(r for r in asked if not voices.hides(item, r.version))
    read_before = {said.version for said in (*opinions, *requests)}
    codings, earlier = _readings(dispute, read_before)
    cut_off = cut_off_of(case)
    return DisputePage(
        place=place_of(case),
        indicator=item.indicator,
        options=tuple(item.indicator.options.all()),
        standards=tuple(item.indicator.standards.all()),
        reference_date=item.reference_date,
        cut_off=cut_off,
        version=dispute.version,
        cause=dispute.cause,
        state=dispute.state,
        opened_on=timezone.localdate(dispute.opened_at),
        expert_point=dispute.text,
        you=names.get(user.pk, ""),
        codings=codings,
        opinions=opinions,
        requests=requests,
        earlier_readings=earlier,
        last=last_edition(item) if item.reference_date == cut_off else None,
        consents=_consents(item, names),
        elsewhere=rulings_elsewhere(
            item, precedents_only=not verdict, sealed_for=None if verdict else user
        ),
        rulings=rulings_on(item, user) if verdict else (),
        ruling=ruling_view(ruling) if ruling else None,
        internal_rationale=ruling.internal_rationale if ruling and verdict else "",
        may_rule=verdict,
    )


Readings = tuple[tuple[CodingReading, ...], tuple[BlindReading, ...]]


def _readings(dispute: Dispute, read_before: set[int]) -> Readings:
    """Return what each sheet says, and the older versions of the first that were reviewed.

    Of the first sheet that is the disputed version, of each other what it said when it came in.
    READ_BEFORE are the versions that somebody spoke of.
    """
    item = dispute.item
    versions = {1: (item.answer_id, dispute.version)}
    others = item.first_codings.exclude(coding=1).order_by("coding")
    for coding, answer, version in others.values_list("coding", "answer_id", "version"):
        versions[coding] = (answer, version)
    older = [(item.answer_id, n) for n in sorted(read_before) if n < dispute.version]
    readings = blind_readings((*versions.values(), *older))
    experts = experts_of(item.case)
    codings = tuple(
        CodingReading(coding=coding, who=experts.get(coding, ""), reading=readings[key])
        for coding, key in versions.items()
    )
    return codings, tuple(readings[key] for key in older)


def _consents(item: CaseItem, names: dict[object, str]) -> tuple[ConsentGiven, ...]:
    return tuple(
        ConsentGiven(
            who=names.get(consent.adjudicator_id, ""),
            text=consent.text,
            version=consent.version,
            day=timezone.localdate(consent.at),
        )
        for consent in item.consents.order_by("pk")
    )
