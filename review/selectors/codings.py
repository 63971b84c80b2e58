"""Blind codings to be read: one's own, how many there are, and all of them for reliability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from questionnaire.enums import Role, RoundState
from questionnaire.models import Assessment, Assignment, Indicator, Option, Round, Standard
from questionnaire.selectors.pseudonyms import BLIND_ROLES
from questionnaire.selectors.reviewer import BlindSource, blind_reading

from ..models import BlindCoding, Case, CaseItem, FirstCoding
from ..rules import may_be_coded, may_count_codings, writers
from ..rules.coding import cases_of_second
from ..rules.sealing import SECOND
from .blind import Place, place_of
from .known import Known
from .parts import cut_off_of
from .sealing import sealed_reading

FIRST = 1
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class OwnCoding:
    """What this person coded. POINTS are exceptional ones; DAY is no more exact than a day."""

    kind: str
    option: Option | None
    points: Fraction | None
    text: str
    day: date


def own_coding(item: CaseItem, user: User) -> OwnCoding | None:
    """Return what the person coded before reading the answer; no query for what is not drawn."""
    if not item.is_coded_blind:
        return None
    rows = BlindCoding.objects.filter(item_id=item.pk, coder_id=user.pk)
    return next((_own(row) for row in rows.select_related("option")), None)


def _own(row: BlindCoding) -> OwnCoding:
    return OwnCoding(row.kind, row.option, row.points, row.text, timezone.localdate(row.at))


# --- How many ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CodingProgress:
    """How many codings of a case are kept, of how many: its drawn questions by its coders."""

    drawn: int
    saved: int
    asked: int


def coding_progress(case: Case, user: User) -> CodingProgress | None:
    """Return the counts for who runs the round; None where nothing is drawn, or for others."""
    drawn = set(CaseItem.objects.filter(case_id=case.pk, is_coded_blind=True).values_list("pk"))
    if not drawn or not may_count_codings(user, case):
        return None
    kept = BlindCoding.objects.filter(item__case_id=case.pk)
    saved = set(kept.values_list("item_id", "coder_id"))
    asked = {(item, coder) for (item,) in drawn for coder in _coders(case)}
    # Who coded and left since is asked no more, and counts all the same.
    return CodingProgress(drawn=len(drawn), saved=len(saved), asked=len(asked | saved))


def _coders(case: Case) -> frozenset[UUID]:
    """Return who reviews the case without a tie, and its second experts; three queries."""
    running = Assignment.objects.running().in_round(case.round)
    here = running.reaching(country_id=case.country_id, strand_id=case.strand_id)
    held = list(here.values_list("role", "coding", "person_id"))
    sheets = Assessment.objects.filter(
        round_id=case.round_id, country_id=case.country_id, strand_id=case.strand_id
    )
    taken = set(sheets.values_list("coding", flat=True))
    heads = {person for role, _coding, person in held if role == Role.COORDINATOR}
    reviewers = {person for role, _coding, person in held if role == Role.REVIEWER}
    seconds = {
        person
        for role, coding, person in held
        if role == Role.EXPERT and (coding or FIRST) >= SECOND and coding not in taken
    }
    return frozenset((reviewers - heads - writers(case)) | seconds)


# --- For a second expert -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CodingLine:
    """A case whose drawn questions a second expert codes, and how many are kept."""

    place: Place
    drawn: int
    saved: int
    left: int
    you: str


@dataclass(frozen=True, slots=True)
class CodingRow:
    """One drawn question on a second expert's list. MAY_CODE says whether it can be coded."""

    indicator: Indicator
    is_saved: bool
    may_code: Verdict


@dataclass(frozen=True, slots=True)
class CodingQuestion:
    """One drawn question: what is asked and what is cited, and nothing of what was answered."""

    indicator: Indicator
    options: tuple[Option, ...]
    standards: tuple[Standard, ...]
    sources: tuple[BlindSource, ...]
    reference_date: date
    own: OwnCoding | None
    may_code: Verdict


def cases_to_code(user: User, *, known: Known | None = None) -> tuple[CodingLine, ...]:
    """Return the cases of open rounds where this person is a second expert.

    Two queries, and one for what is KNOWN of the person if it is not given.
    """
    drawn = CaseItem.objects.filter(case_id=OuterRef("pk"), is_coded_blind=True)
    open_ones = cases_of_second(user).filter(Exists(drawn), round__state=RoundState.OPEN)
    cases = list(open_ones.for_page().order_by("country__name", "strand__order", "pk"))
    if not cases:
        return ()
    rows = _drawn_of(cases, user)
    names = _own_names(known or Known(user))
    return tuple(
        CodingLine(
            place=place_of(case),
            drawn=len(rows[case.pk]),
            saved=sum(row.is_saved for row in rows[case.pk]),
            left=sum(bool(row.may_code) and not row.is_saved for row in rows[case.pk]),
            you=names.get((case.round_id, case.country_id), ""),
        )
        for case in cases
    )


def _own_names(known: Known) -> dict[tuple[int | None, int | None], str]:
    seconds = (
        held
        for held in known.running
        if held.role == Role.EXPERT and (held.coding or FIRST) >= SECOND
    )
    first_last = sorted(seconds, key=lambda held: held.pk, reverse=True)
    return {(held.round_id, held.country_id): held.pseudonym for held in first_last}


def coding_rows(case: Case, user: User) -> tuple[CodingRow, ...]:
    """Return the drawn questions of a case and which of them the person has coded; one query."""
    return tuple(_drawn_of([case], user)[case.pk])


def _drawn_of(cases: list[Case], user: User) -> dict[int, list[CodingRow]]:
    rounds = {case.pk: case.round for case in cases}
    theirs = BlindCoding.objects.filter(item_id=OuterRef("pk"), coder_id=user.pk)
    drawn = CaseItem.objects.filter(case__in=list(rounds), is_coded_blind=True)
    items = drawn.select_related("indicator").annotate(is_saved=Exists(theirs))
    found: dict[int, list[CodingRow]] = {pk: [] for pk in rounds}
    for item in items.order_by("indicator__order"):
        may_code = may_be_coded(item, rounds[item.case_id])
        found[item.case_id].append(CodingRow(item.indicator, item.is_saved, may_code))
    return found


def coding_question(item: CaseItem, user: User) -> CodingQuestion:
    """Return one drawn question as its coder reads it, also after it is coded."""
    reading = sealed_reading(blind_reading(item.answer_id, item.version))
    return CodingQuestion(
        indicator=item.indicator,
        options=tuple(item.indicator.options.all()),
        standards=tuple(item.indicator.standards.all()),
        sources=reading.sources,
        reference_date=item.reference_date,
        own=own_coding(item, user),
        may_code=may_be_coded(item, item.case.round),
    )


def drawn_items(case: Case) -> QuerySet[CaseItem]:
    """Return what is coded blind in a case, at its cut-off date."""
    drawn = CaseItem.objects.filter(case_id=case.pk, is_coded_blind=True)
    return drawn.filter(reference_date=cut_off_of(case)).select_related(
        "indicator", "answer__option"
    )


# --- For the figures of reliability ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CodedValue:
    """One coder's first answer to one question about one unit: a country on a day.

    IS_BLIND tells a coding beside the sheet from a sheet's own. POINTS are exact, None for a
    KIND that earns none.
    """

    country: str
    day: date
    strand: str
    indicator: str
    coder: str
    is_blind: bool
    kind: str
    points: Fraction | None


def first_codings(round_: Round) -> Iterator[CodedValue]:
    """Stream what every sheet said first and what was coded blind beside it, in long rows.

    Under pseudonyms, in an order that tells nothing of when: country, indicator, sheets before
    blind codings. Three queries; the rows are read by CHUNK at a time.
    """
    names = _Names(round_)
    yield from (
        _value(row, names.of_sheet(row), is_blind=False) for row in _stream(FirstCoding, round_)
    )
    yield from (
        _value(row, names.of_person(row), is_blind=True) for row in _stream(BlindCoding, round_)
    )


def _stream(model: type[FirstCoding | BlindCoding], round_: Round) -> Iterator:
    rows = model.objects.filter(item__case__round_id=round_.pk)
    coder = "coding" if model is FirstCoding else "coder_id"
    return (
        rows.select_related(
            "option", "item__indicator", "item__case__country", "item__case__strand"
        )
        .order_by(
            "item__case__country__code",
            "item__indicator__order",
            "item__reference_date",
            coder,
        )
        .iterator(CHUNK)
    )


def _value(row: FirstCoding | BlindCoding, coder: str, *, is_blind: bool) -> CodedValue:
    case = row.item.case
    return CodedValue(
        country=case.country.code,
        day=row.item.reference_date,
        strand=case.strand.code,
        indicator=row.item.indicator.code,
        coder=coder,
        is_blind=is_blind,
        kind=row.kind,
        points=Fraction(row.option.points) if row.option else row.points,
    )


class _Names:
    """The pseudonyms of a round: of persons by country, and of sheets by their experts."""

    def __init__(self, round_: Round) -> None:
        held = Assignment.objects.filter(round_id=round_.pk, role__in=BLIND_ROLES)
        columns = ("role", "country_id", "strand_id", "coding", "person_id", "pseudonym")
        rows = list(held.order_by("ended_at", "pk").values_list("ended_at", *columns))
        # Those who hold their right still go before those who held it.
        rows.sort(key=lambda row: row[0] is not None)
        self.persons: dict[tuple[UUID, int | None], str] = {}
        self.experts: dict[tuple[int | None, int | None, int], str] = {}
        for _ended, role, country, strand, coding, person, pseudonym in rows:
            self.persons.setdefault((person, country), pseudonym)
            if role == Role.EXPERT:
                self.experts.setdefault((country, strand, coding or FIRST), pseudonym)

    def of_person(self, row: BlindCoding) -> str:
        country = row.item.case.country_id
        there = self.persons.get((row.coder_id, country))
        return there or self.persons.get((row.coder_id, None), "")

    def of_sheet(self, row: FirstCoding) -> str:
        case = row.item.case
        place = (case.country_id, case.strand_id, row.coding)
        return self.experts.get(place) or self.experts.get((place[0], None, place[2]), "")
