"""Answers that lie two options or more from the last edition's, and what explains each of them.

Options are counted, not points: a step of one option is the smallest there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal
from mipex_site.base.verdict import demand
from questionnaire.enums import ChangeReason, Role
from questionnaire.models import Round
from review.enums import Basis
from review.models import SettledAnswer
from review.selectors.consistency_grid import JUMP

from .. import rules
from ..models import Revision
from .carrying import Cell, latest
from .editions import hold_revision
from .frozen import AnswerFacts, Frozen

CHECK = "jumps"
EXPLAIN = "jump.explain"
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Jump:
    """One answer by its codes. STEPS are whole options, above 0 where it rose.

    EDITION is the name of the revision that said otherwise. WHY is empty where nothing says why.
    """

    country: str
    indicator: str
    steps: int
    edition: str
    why: str

    @property
    def words(self) -> str:
        up = ngettext("%(n)d option up", "%(n)d options up", self.steps)
        down = ngettext("%(n)d option down", "%(n)d options down", -self.steps)
        place = f"{self.country} {self.indicator}"
        moved = (up if self.steps > 0 else down) % {"n": abs(self.steps)}
        words = {"place": place, "moved": moved, "edition": self.edition}
        return _("%(place)s: %(moved)s from %(edition)s") % words


@dataclass(frozen=True, slots=True)
class _Until:
    cut_off: date


def jumps_in(revision: Revision, frozen: Frozen) -> list[Jump]:
    """Return every jump, by country and question. Two queries an older revision, and four.

    What explains one is the public rationale, what the expert said that happened, or, once the
    review is closed, what a coordinator has said about it since.
    """
    round_ = revision.edition.round
    present = _present(frozen)
    days = {
        country: _Until(answer.reference_date) for (country, _code), answer in present.items()
    }
    before = latest(round_, days)
    ladders = _ladders(frozen)
    moved = {
        cell: _steps(answer, before[cell].points, ladders[answer.indicator])
        for cell, answer in sorted(present.items())
        if cell in before
    }
    far = {cell: steps for cell, steps in moved.items() if abs(steps) >= JUMP}
    reasons, explained = (_reasons(round_), explanations(round_)) if far else ({}, {})
    return [
        Jump(
            country=cell[0],
            indicator=cell[1],
            steps=steps,
            edition=before[cell].revision.name,
            why=_why(present[cell], reasons.get(cell, ""), explained.get(cell, "")),
        )
        for cell, steps in far.items()
    ]


def explanations(round_: Round) -> dict[Cell, str]:
    """Return what coordinators said about jumps of the round since its review was closed."""
    said = AuditEntry.objects.filter(stream=round_.stream, act=EXPLAIN).order_by("number")
    rows = said.values_list("country", "indicator", "reason")
    return {(country, indicator): words for country, indicator, words in rows}


@transaction.atomic
def explain(
    *, revision: Revision, country: str, indicator: str, words: str, by: User
) -> AuditEntry:
    """Say why an answer of a candidate is far from the last edition's; its value stays.

    The entry in the audit is what the next build finds. Raises NotAllowed, or Refusal where the
    check names no such jump, or without words.
    """
    revision = hold_revision(revision.pk)
    demand(rules.may_explain(by, revision))
    if (country, indicator) not in _unexplained(revision):
        raise Refusal(_("No jump without an explanation is known there. Read the list again."))
    words = words.strip()
    if not words or len(words) > LONGEST:
        raise Refusal(_("Say in a few sentences what happened: at most 2000 characters."))
    round_ = revision.edition.round
    strand = _strand_of(round_, country, indicator)
    return entries.write(
        stream=round_.stream,
        act=EXPLAIN,
        subject=f"item/{round_.code}/{country}/{strand}/{indicator}",
        by=by.pk,
        role=Role.COORDINATOR,
        new={"revision": revision.name},
        reason=words,
    )


def _unexplained(revision: Revision) -> set[Cell]:
    faults: Sequence[Mapping[str, Any]] = next(
        (check.get("faults", ()) for check in revision.checks if check["name"] == CHECK), ()
    )
    return {(fault["country"], fault["indicator"]) for fault in faults}


def _strand_of(round_: Round, country: str, indicator: str) -> str:
    settled = SettledAnswer.objects.filter(
        round=round_, country__code=country, indicator__code=indicator
    )
    return settled.values_list("indicator__strand__code", flat=True)[0]


def _present(frozen: Frozen) -> dict[Cell, AnswerFacts]:
    """Return the answers as of each country's own cut-off, without those of earlier days."""
    found: dict[Cell, AnswerFacts] = {}
    days: dict[str, date] = {}
    for answer in frozen.answers:
        days[answer.country] = max(answer.reference_date, days.get(answer.country, date.min))
    for answer in frozen.answers:
        if answer.reference_date == days[answer.country]:
            found[answer.country, answer.indicator] = answer
    return found


def _ladders(frozen: Frozen) -> dict[str, list[Fraction]]:
    """Return the points of each question's options, in their order."""
    return {
        indicator["code"]: [Fraction(option["points"]) for option in indicator["options"]]
        for indicator in frozen.methodology["indicators"]
    }


def _steps(answer: AnswerFacts, before: Fraction, ladder: Sequence[Fraction]) -> int:
    """Return by how many whole options the answer lies above the one BEFORE."""
    if answer.points is None:
        return 0
    # A half step, between two options, is no whole one.
    return int(_rung(before, ladder) - _rung(answer.points, ladder))


def _rung(points: Fraction, ladder: Sequence[Fraction]) -> Fraction:
    """Return the place of a value among the options, half-way where it lies between two."""
    if points in ladder:
        return Fraction(ladder.index(points))
    return Fraction(2 * sum(option > points for option in ladder) - 1, 2)


def _reasons(round_: Round) -> dict[Cell, str]:
    """Return what the expert said that happened, where the review approved the answer."""
    settled = SettledAnswer.objects.filter(round=round_, basis=Basis.APPROVED)
    rows = settled.exclude(answer__change_reason="").order_by("reference_date")
    columns = ("country__code", "indicator__code", "answer__change_reason")
    return {
        (country, indicator): str(ChangeReason(reason).label)
        for country, indicator, reason in rows.values_list(*columns)
    }


def _why(answer: AnswerFacts, reason: str, explained: str) -> str:
    said: Iterator[str] = (each.strip() for each in (reason, answer.rationale, explained))
    return ": ".join(each for each in said if each)
