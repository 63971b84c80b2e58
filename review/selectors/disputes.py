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
from ..models import CaseItem, Dispute, Ruling
from ..rules import may_adjudicate, may_review
from .blind import OpinionView, Place, RequestView, RulingView, place_of, ruling_view
from .parts import Voices, cut_off_of, experts_of, names_in, requests_about, ruling_of


@dataclass(frozen=True, slots=True)
class CodingReading:
    """What one of the independent sheets says, under its expert's pseudonym."""

    coding: int
    who: str
    reading: BlindReading


@dataclass(frozen=True, slots=True)
class Precedent:
    """A ruling on the same question elsewhere that guides this one."""

    country_name: str
    round_title: str
    ruling: RulingView


@dataclass(frozen=True, slots=True)
class DisputePage:
    """A dispute without any person. INTERNAL_RATIONALE is empty for who may not rule here."""

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
    precedents: tuple[Precedent, ...]
    ruling: RulingView | None
    internal_rationale: str
    may_rule: Verdict

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
    return DisputePage(
        place=place_of(case),
        indicator=item.indicator,
        options=tuple(item.indicator.options.all()),
        standards=tuple(item.indicator.standards.all()),
        reference_date=item.reference_date,
        cut_off=cut_off_of(case),
        version=dispute.version,
        cause=dispute.cause,
        state=dispute.state,
        opened_on=timezone.localdate(dispute.opened_at),
        expert_point=dispute.text,
        you=names.get(user.pk, ""),
        codings=_codings(dispute),
        opinions=voices.readable(item),
        requests=tuple(r for r in asked if not voices.hides(item, r.version)),
        precedents=_precedents(dispute),
        ruling=ruling_view(ruling) if ruling else None,
        internal_rationale=ruling.internal_rationale if ruling and verdict else "",
        may_rule=verdict,
    )


def _codings(dispute: Dispute) -> tuple[CodingReading, ...]:
    """The disputed version of the first sheet, and what each other said when it came in."""
    item = dispute.item
    versions = {1: (item.answer_id, dispute.version)}
    others = item.first_codings.exclude(coding=1).order_by("coding")
    for coding, answer, version in others.values_list("coding", "answer_id", "version"):
        versions[coding] = (answer, version)
    readings = blind_readings(versions.values())
    experts = experts_of(item.case)
    return tuple(
        CodingReading(coding=coding, who=experts.get(coding, ""), reading=readings[key])
        for coding, key in versions.items()
    )


def _precedents(dispute: Dispute) -> tuple[Precedent, ...]:
    rulings = Ruling.objects.filter(
        is_precedent=True,
        stands_in__isnull=False,
        dispute__item__indicator__code=dispute.item.indicator.code,
    ).exclude(dispute_id=dispute.pk)
    loaded = rulings.select_related(
        "option", "dispute__item__case__country", "dispute__item__case__round"
    )
    return tuple(
        Precedent(
            country_name=_item(ruling).case.country.name,
            round_title=_item(ruling).case.round.title,
            ruling=ruling_view(ruling),
        )
        for ruling in loaded.order_by("pk")
    )


def _item(ruling: Ruling) -> CaseItem:
    return ruling.dispute.item
