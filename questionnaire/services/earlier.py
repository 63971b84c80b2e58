"""Put an earlier edition's answers beside the questions, and confirm one of them.

A proposal counts for nothing by itself: only an answer that somebody recorded does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand

from ..enums import EvidenceRule, Role, RoundState, SourceKind
from ..models import (
    Answer,
    Assessment,
    Country,
    EarlierAnswer,
    Indicator,
    LinkCheck,
    Option,
    Round,
    Source,
)
from ..rules import may_manage_round
from ..selectors.earlier import carried_keys, differs, earlier_answer, may_confirm
from ..selectors.subjects import round_subject
from .answering import Place, hold_place, present_answer
from .answers import record_answer
from .locking import hold_round
from .remembering import BATCH, add_all_as

FIRST_CODING = 1
DATES = ("in_force_from", "in_force_until", "published_on")
FROZEN = ("kind", "title", "article", "year", "publisher", "url", *DATES)
"""What an edition keeps of a source."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an edition says about one question of the round. OPTION is the round's own.

    SOURCES are as the edition froze them: the columns of FROZEN, dates as ISO texts.
    """

    country: Country
    indicator: Indicator
    edition: str
    reference_date: date
    kind: str
    option: Option | None
    points: Fraction | None
    rationale: str
    sources: Sequence[Mapping[str, Any]]


@transaction.atomic
def propose(
    *,
    round_: Round,
    proposals: Iterable[Proposal],
    by: User,
    countries: Collection[Country] | None = None,
) -> int:
    """Put the proposals beside the questions of an open round; return how many are new.

    A question that has one keeps it. The sources become rows of the first coding, each once a
    country, not checked yet; which row a proposal rests on stands in its sources as ``key``.
    While a locked round is set up, they are for the COUNTRIES that are set up just now.
    """
    round_ = hold_round(round_)
    demand(may_manage_round(by, round_))
    sets_up = countries is not None and round_.state == RoundState.LOCKED
    if round_.state != RoundState.OPEN and not sets_up:
        raise WrongState(_("Answers are carried over into an open round only."))
    here = {"round": round_} | ({} if countries is None else {"country__in": countries})
    rows = EarlierAnswer.objects.filter(**here)
    there = set(rows.values_list("country_id", "indicator_id"))
    new = [one for one in proposals if (one.country.pk, one.indicator.pk) not in there]
    if not new:
        return 0
    shelf = _Shelf(here, round_, by)
    EarlierAnswer.objects.bulk_create(
        [_as_row(round_, one, shelf) for one in new], batch_size=BATCH
    )
    add_all_as(shelf.new, by)
    linked = [LinkCheck(source=one, url=one.url) for one in shelf.new if one.url]
    LinkCheck.objects.bulk_create(linked, batch_size=BATCH)
    counts = {
        "answers": len(new),
        "sources": len(shelf.new),
        "countries": len({one.country.pk for one in new}),
        "editions": sorted({one.edition for one in new}),
    }
    entries.write(
        stream=round_.stream,
        act="round.carry_over",
        subject=round_subject(round_),
        by=by.pk,
        role=Role.COORDINATOR,
        new=counts,
    )
    return len(new)


def _as_row(round_: Round, proposal: Proposal, shelf: _Shelf) -> EarlierAnswer:
    return EarlierAnswer(
        round=round_,
        country=proposal.country,
        indicator=proposal.indicator,
        edition=proposal.edition,
        reference_date=proposal.reference_date,
        kind=proposal.kind,
        option=proposal.option,
        points=proposal.points,
        rationale=proposal.rationale,
        sources=[shelf.with_key(frozen, proposal) for frozen in proposal.sources],
    )


class _Shelf:
    """The carried sources of a round by country and content; NEW are those to be written."""

    def __init__(self, here: Mapping[str, Any], round_: Round, by: User) -> None:
        self.round, self.by = round_, by
        self.new: list[Source] = []
        carried = Source.objects.filter(coding=FIRST_CODING, **here)
        self.keys: dict[tuple[Any, ...], UUID | None] = {
            (row.country_id, *_content(_as_given(row))): row.key
            for row in carried.exclude(carried_from="")
        }

    def with_key(self, frozen: Mapping[str, Any], proposal: Proposal) -> dict[str, Any]:
        """Return the frozen source with the key of its row; without one if none can be made."""
        place = (proposal.country.pk, *_content(frozen))
        if place not in self.keys:
            self.keys[place] = self._enter(frozen, proposal)
        key = self.keys[place]
        return {**frozen, "key": str(key)} if key else dict(frozen)

    def _enter(self, frozen: Mapping[str, Any], proposal: Proposal) -> UUID | None:
        if not _fits(frozen, self.round.evidence_rule):
            return None
        try:
            source = Source(
                round=self.round,
                country=proposal.country,
                coding=FIRST_CODING,
                carried_from=proposal.edition,
                entered_by=self.by,
                **dict(_columns(frozen)),
            )
            source.clean_fields(exclude=["round", "country", "entered_by"])
        except (ValidationError, ValueError):
            # What this version's fields refuse stays readable beside the answer, as text.
            return None
        self.new.append(source)
        return source.key


def _as_given(row: Source) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in FROZEN}
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in values.items()}


def _content(frozen: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(frozen.get(name) or None for name in FROZEN)


def _columns(frozen: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in FROZEN:
        value = frozen.get(name)
        if value:
            yield name, date.fromisoformat(value) if name in DATES else value


def _fits(frozen: Mapping[str, Any], rule: str) -> bool:
    """Whether answers of the round may rest on a source of this kind."""
    kind = frozen.get("kind")
    if kind == SourceKind.DATASET:
        return rule == EvidenceRule.DATASET_CELL
    return kind in SourceKind.values and bool(frozen.get("title"))


@transaction.atomic
def confirm_earlier(
    *,
    sheet: Assessment,
    indicator: Indicator,
    by: User,
    expected_version: int | None = None,
) -> Answer:
    """Record the last edition's answer as this round's, unchanged on the cut-off.

    It rests on the sources that came over with it, and each must have been checked again.
    Confirmed twice, it is recorded once.
    Raises NotAllowed, or Refusal with what is missing.
    """
    place = hold_place(sheet=sheet, indicator=indicator, by=by, reference_date=None)
    earlier = earlier_answer(place.sheet, place.indicator)
    if earlier is None:
        raise Refusal(_("The last edition has no answer to this question to confirm."))
    present = present_answer(place)
    if present and present.confirms_id == earlier.pk and not differs(present, earlier):
        return present
    if present:
        raise Refusal(_("This question is answered already. Change that answer if it must be."))
    sources = _checked_sources(place, earlier)
    return record_answer(
        sheet=place.sheet,
        indicator=place.indicator,
        by=by,
        kind=earlier.kind,
        option=earlier.option,
        points=earlier.points,
        rationale=earlier.rationale,
        sources=sources,
        confirms=earlier,
        expected_version=expected_version,
    )


def _checked_sources(place: Place, earlier: EarlierAnswer) -> list[Source]:
    keys = carried_keys(earlier)
    sources = list(Source.objects.of_sheet(place.sheet).filter(key__in=keys).order_by("pk"))
    verdict = may_confirm(sources, place.cut_off)
    if not verdict:
        raise Refusal(verdict.reason)
    return sources
