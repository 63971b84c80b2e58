"""Which answers of a case may be agreed with all at once, and why each other one may not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from questionnaire.enums import AnswerKind
from questionnaire.models import Citation, Indicator, Source
from questionnaire.selectors.earlier import differs
from questionnaire.selectors.links import words_of_link
from questionnaire.selectors.reviewer import BlindReading, blind_readings
from questionnaire.selectors.standing import (
    REFUSED,
    doubts_about,
    is_rechecked,
    standing_of,
)

from ..enums import Audience
from ..models import Case, CaseItem, Opinion, Thread
from ..rules import may_review
from .blind import Place, place_of
from .cases import may_speak_on
from .parts import cut_off_of
from .sealing import code_first, sealed_items

Cell = tuple[int, date]
CAP = 50
"""How many answers one batch holds at most: what is read in one go."""


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One answer. WHY_NOT says in sentences what keeps it from the batch; READING is None where
    the person must code the question first."""

    indicator: Indicator
    reference_date: date
    version: int
    reading: BlindReading | None
    edition: str
    why_not: tuple[str, ...]

    @property
    def qualifies(self) -> bool:
        return not self.why_not


@dataclass(frozen=True, slots=True)
class BulkPage:
    """The dry run: what a batch would hold, and what stays to be read one by one."""

    place: Place
    cut_off: date
    may_review: Verdict
    qualifying: tuple[BulkRow, ...]
    others: tuple[BulkRow, ...]


def bulk_page(case: Case, user: User) -> BulkPage:
    """Return the dry run for this person, in a fixed number of queries."""
    verdict = may_review(user, case)
    items = list(items_with_answers(case))
    for item in items:
        item.case = case
    weighed = _Weighed(case, items, user, verdict)
    readings = blind_readings(
        (item.answer_id, item.version) for item in items if item.pk not in weighed.sealed
    )
    rows = [_row(item, weighed, readings) for item in items]
    return BulkPage(
        place=place_of(case),
        cut_off=cut_off_of(case),
        may_review=verdict,
        qualifying=tuple(row for row in rows if row.qualifies),
        others=tuple(row for row in rows if not row.qualifies),
    )


def items_with_answers(case: Case) -> Iterable[CaseItem]:
    items = CaseItem.objects.filter(case_id=case.pk).order_by(
        "indicator__order", "reference_date"
    )
    return items.select_related("indicator", "answer__option", "answer__confirms__option")


def whys_not_in_bulk(
    case: Case, items: list[CaseItem], user: User, *, verdict: Verdict
) -> dict[int, tuple[str, ...]]:
    """Return what keeps each item from a batch now, by its key; VERDICT is may_review's."""
    weighed = _Weighed(case, items, user, verdict)
    return {item.pk: weighed.why_not(item) for item in items}


def _row(item: CaseItem, weighed: _Weighed, readings: dict) -> BulkRow:
    sealed = item.pk in weighed.sealed
    confirmed = None if sealed else item.answer.confirms
    return BulkRow(
        indicator=item.indicator,
        reference_date=item.reference_date,
        version=item.version,
        reading=None if sealed else readings.get((item.answer_id, item.version)),
        edition=confirmed.edition if confirmed else "",
        why_not=weighed.why_not(item),
    )


class _Weighed:
    """What decides, for some items of one case; one query a kind."""

    def __init__(self, case: Case, items: list[CaseItem], user: User, verdict: Verdict) -> None:
        self.round, self.verdict = case.round, verdict
        keys = [item.pk for item in items]
        self.sealed = sealed_items(user, items)
        own = Opinion.objects.filter(item__in=keys, reviewer_id=user.pk)
        self.own = set(own.order_by().values_list("item_id", "version"))
        talks = Thread.objects.filter(item__in=keys).order_by()
        self.audiences: dict[int, set[str]] = defaultdict(set)
        for item_id, audience in talks.values_list("item_id", "audience"):
            self.audiences[item_id].add(audience)
        self.sources: dict[tuple[int, int], list[Source]] = defaultdict(list)
        cited = Citation.objects.filter(answer__in=[item.answer_id for item in items])
        for row in cited.select_related("source__link_check").order_by("source_id"):
            self.sources[row.answer_id, row.version].append(row.source)

    def why_not(self, item: CaseItem) -> tuple[str, ...]:
        if not self.verdict:
            return (self.verdict.reason,)
        if item.pk in self.sealed:
            return (code_first(),)
        spoken = (item.pk, item.version) in self.own
        verdict = may_speak_on(item, self.round, spoken=spoken)
        if not verdict:
            return (verdict.reason,)
        return (*self._not_unchanged(item), *self._doubtful(item), *self._talked_of(item))

    def _not_unchanged(self, item: CaseItem) -> Iterator[str]:
        answer, confirmed = item.answer, item.answer.confirms
        if answer.version != item.version:
            yield _("The expert has changed this answer since.")
        elif confirmed is None:
            yield _("It does not confirm an answer of the last edition.")
        elif differs(answer, confirmed):
            yield _("It says something else than the last edition.")
        if answer.kind == AnswerKind.EXCEPTIONAL:
            yield _("Exceptional points need the consent of a consortium reviewer.")

    def _doubtful(self, item: CaseItem) -> Iterator[str]:
        sources = self.sources[item.answer_id, item.version]
        if not sources:
            yield _("It cites no source.")
        for source in sources:
            yield from doubts_of(source, item.reference_date)

    def _talked_of(self, item: CaseItem) -> Iterator[str]:
        audiences = self.audiences[item.pk]
        if audiences - {Audience.CONSORTIUM}:
            yield _("There is a conversation about it.")
        elif audiences:
            # Whether others talk of it where reviewers do not read is not the reviewer's to know.
            yield _("It is to be read by itself.")


def doubts_of(source: Source, day: date) -> Iterator[str]:
    """Give what is doubtful about a cited source as of DAY, in whole sentences."""
    yield from doubts_about(source, day)
    state, words = standing_of(source, day)
    if state == REFUSED:
        yield _("“%(source)s”: %(words)s.") % {"source": source, "words": words}
    elif source.carried_from and not is_rechecked(source, day):
        yield _("“%(source)s” has not been checked again for this round.") % {"source": source}
    link, words = words_of_link(getattr(source, "link_check", None))
    if link == "warning":
        yield _("“%(source)s”: %(words)s.") % {"source": source, "words": words}
