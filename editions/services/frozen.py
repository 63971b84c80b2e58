"""The facts of one revision, as plain values: what is written into its folder and its frozen rows.

Everything here is decided before the build writes a byte, so that the same facts give the same
bytes on every attempt: no clock, no database key, no name of a person but of who asked for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from scoring.engine.reliability.report import ReliabilityReport


@dataclass(frozen=True, slots=True)
class RevisionFacts:
    name: str
    """Edition and revision, such as ``2020.1``."""
    edition: str
    number: int
    kind: str
    """``round`` or ``archive``."""
    title: str
    cut_off: date
    licence: str
    publisher: str
    notice: str
    is_demonstration: bool
    audit_length: int
    audit_head: str
    provisional: str = ""
    """What a rehearsal is and is not, in a sentence that every page and file of it bears."""


@dataclass(frozen=True, slots=True)
class CountryFacts:
    code: str
    alpha3: str
    name: str


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    group: str
    name: str
    country: str
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class SourceFacts:
    kind: str
    title: str
    article: str
    year: int | None
    publisher: str
    url: str
    in_force_from: date | None
    in_force_until: date | None
    published_on: date | None


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """One answer. STATUS is the engine's word; OPTION its place in the indicator's list, from 1."""

    country: str
    indicator: str
    reference_date: date
    status: str
    option: int | None
    points: Fraction | None
    basis: str
    rationale: str
    sources: tuple[SourceFacts, ...]


@dataclass(frozen=True, slots=True)
class ScoreFacts:
    country: str
    node: str
    level: str
    reference_date: date
    exact: Fraction | None
    shown: int | None
    rank: int | None
    tied: bool
    band: str
    coverage: Fraction | None
    status: str
    reason: str
    lo: Fraction | None = None
    hi: Fraction | None = None
    flags: str = ""


@dataclass(frozen=True, slots=True)
class GroupScoreFacts:
    """The unweighted mean of a group's members: COUNTED of MEMBERS had a score."""

    group: str
    node: str
    reference_date: date
    exact: Fraction | None
    shown: int | None
    counted: int
    members: int


@dataclass(frozen=True, slots=True)
class TextFacts:
    """A text of those who publish, its figures filled in; COUNTRY only of a country's note.

    BODY is Markdown.
    """

    kind: str
    country: str
    order: int
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class CellChange:
    """An answer that a correction changed, as it was and as it is; WORDS say why."""

    country: str
    indicator: str
    reference_date: date
    old: AnswerFacts
    new: AnswerFacts
    words: str


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """A figure or rank that is another than in the revision before.

    OLD_RANKED and RANKED say of how many countries the ranks are; None without a rank.
    """

    country: str
    node: str
    reference_date: date
    old: ScoreFacts
    new: ScoreFacts
    old_ranked: int | None = None
    ranked: int | None = None


@dataclass(frozen=True, slots=True)
class SuccessionFacts:
    """What a revision changes in the one before: BEFORE is its name, such as ``2020.1``.

    KIND is ``correction`` or ``extension``; WORDS are the erratum; JOINED the countries that
    came, by their codes.
    """

    before: str
    kind: str
    words: str
    joined: tuple[str, ...]
    cells: tuple[CellChange, ...]
    scores: tuple[ScoreChange, ...]


@dataclass(frozen=True, slots=True)
class NotAssessedFacts:
    """A country that the edition leaves out: BECAUSE is the public text that two people gave."""

    code: str
    alpha3: str
    name: str
    follows_later: bool
    because: str


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """Somebody who asked to be named; COUNTRY is empty for who is named apart from any country.

    ROLE is ``expert``, ``reviewer`` or ``adjudicator``; only an expert has a country.
    """

    country: str
    role: str
    person: str


@dataclass(frozen=True, slots=True)
class DesignFacts:
    """By what the robustness of the ranks is computed: so many DRAWS, beginning from SEED.

    ERROR_RATE is the share of answers that are taken to be another option than they should be;
    IS_OBSERVED where the first codings of the edition tell it, and declared otherwise.
    """

    draws: int
    seed: int
    error_rate: Fraction
    is_observed: bool


@dataclass(frozen=True, slots=True)
class Frozen:
    """A whole revision; the tuples are sorted by their keys."""

    revision: RevisionFacts
    methodology: dict[str, Any]
    countries: tuple[CountryFacts, ...]
    groups: tuple[MembershipFacts, ...]
    answers: tuple[AnswerFacts, ...]
    scores: tuple[ScoreFacts, ...]
    group_scores: tuple[GroupScoreFacts, ...]
    texts: tuple[TextFacts, ...] = ()
    succession: SuccessionFacts | None = None
    not_assessed: tuple[NotAssessedFacts, ...] = ()
    credits: tuple[CreditFacts, ...] = ()
    reliability: ReliabilityReport | None = None
    """None in an archive, a rehearsal, and what was built before it was reported."""
    design: DesignFacts | None = None
    """None in a rehearsal and in what was built before ranks were varied."""
