"""The figures of reliability of a set of first codings: per indicator, strand and pair."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..score import Cell
from ..tree import Methodology
from . import DRAWS, SEED
from .agreement import Answer, agreement_of, changed
from .alpha import METRICS, Metric, alpha_of
from .bootstrap import Interval, interval, resamples, tally
from .codings import Coding
from .kappa import Weights, kappa
from .samples import COUPLE, Sample, Scope, samples_of, strands_of, units_of

FIRM, TENTATIVE, REWRITE = "firm", "tentative", "rewrite"
FIRM_FROM, TENTATIVE_FROM = Fraction(800, 1000), Fraction(667, 1000)
"""The reading guide of K. Krippendorff, Content Analysis (2004), p. 241: rely on .800 and more,
draw tentative conclusions from .667; below that a question needs rewriting."""

NO_INTERVAL = Interval(None, None, 0, "")


@dataclass(frozen=True, slots=True)
class AlphaRow:
    """Krippendorff's alpha of one scope by one metric, with the agreement beside it.

    Shape   code: the indicator, the strand, the first coder of a pair; empty for all. other: the
            second coder of a pair. metric: nominal, ordinal, interval, ratio.
    Units   alpha: at most 1, exact. lo, hi: the middle 95 % of resamples of the countries.
            agreement: share of pairs, 0 to 1, exact. n_units: questions coded twice or more;
            n_codings: codings of these; n_pairs: pairs of codings of one question. degenerate:
            resamples without variation, left out of lo and hi.
    None    alpha, with its `reason`: not_coded_twice, no_variation, ...; lo and hi, with their
            `interval_reason`. agreement where nothing was coded twice.
    Reading firm, tentative or rewrite; empty without an alpha.
    """

    scope: Scope
    code: str
    other: str
    metric: str
    n_units: int
    n_codings: int
    n_pairs: int
    alpha: Fraction | None
    lo: float | None
    hi: float | None
    degenerate: int
    agreement: Fraction | None
    reading: str
    reason: str
    interval_reason: str


@dataclass(frozen=True, slots=True)
class KappaRow:
    """Cohen's kappa of the two coders of a scope; only where the scope has just two.

    Shape   first, second: the coders. weights: none, linear, quadratic.
    Units   observed, expected: (weighted) agreement, 0 to 1, exact. n_units: questions that both
            coded.
    None    kappa, with its `reason`.
    """

    scope: Scope
    code: str
    first: str
    second: str
    weights: str
    n_units: int
    observed: Fraction | None
    expected: Fraction | None
    kappa: Fraction | None
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """How many first answers the review changed, of those it has settled.

    Shape   scope: indicator, strand, coder, or all.
    Units   share: 0 to 1, exact; None where none is settled.
    """

    scope: Scope
    code: str
    n_codings: int
    n_changed: int
    share: Fraction | None


@dataclass(frozen=True, slots=True)
class ReliabilityReport:
    """Everything there is to say of a set of first codings.

    Shape   alphas, kappas, changes: indicators in the order of the framework, then strands, then
            pairs or coders, then all. left_out: codings without points, which no alpha, kappa or
            agreement counts. draws, seed: of the resampling.
    """

    alphas: tuple[AlphaRow, ...]
    kappas: tuple[KappaRow, ...]
    changes: tuple[ChangeRow, ...]
    n_codings: int
    left_out: int
    draws: int
    seed: int

    @property
    def coded_twice(self) -> bool:
        """Whether any question was coded by two: without that there is nothing to report."""
        return any(row.n_units for row in self.alphas if row.scope == Scope.ALL)


def reliability_report(
    codings: Iterable[Coding],
    methodology: Methodology,
    *,
    settled: Iterable[Cell] = (),
    metrics: Sequence[Metric] = METRICS,
    draws: int = DRAWS,
    seed: int = SEED,
    pairs: bool = True,
) -> ReliabilityReport:
    """Return every figure of reliability of CODINGS, whatever their order.

    Shape   codings: what each coder said before any review, one for a country, indicator, date
            and coder. settled: the answers that the review stands behind; without them there are
            no changes. pairs: False leaves out what is about persons (pairs, kappas, which name
            their two coders, and the changes of a coder): for a report that others read.
            A unit is a country, indicator and date. A strand pools the units of all its
            indicators. Resamples draw countries, with all that was coded on them.
    Raises  Fault on a coding of an unknown indicator, or two by one coder on one question.
    """
    codings = tuple(codings)
    units = units_of(codings, methodology)
    samples = list(samples_of(units, methodology, pairs=pairs))
    alphas = (
        row for each in samples for row in _alpha_rows(each, metrics, draws=draws, seed=seed)
    )
    kappas = (row for each in samples for row in _kappa_rows(each, methodology))
    changes = _change_rows(codings, settled, methodology)
    return ReliabilityReport(
        alphas=tuple(alphas),
        kappas=tuple(kappas) if pairs else (),
        changes=tuple(row for row in changes if pairs or row.scope != Scope.CODER),
        n_codings=len(codings),
        left_out=sum(coding.points is None for coding in codings),
        draws=draws,
        seed=seed,
    )


def reading_of(value: Fraction) -> str:
    """Return how far an alpha may be relied on: firm, tentative, or rewrite the question.

    >>> reading_of(Fraction(4, 5)), reading_of(Fraction(667, 1000)), reading_of(Fraction(2, 3))
    ('firm', 'tentative', 'rewrite')
    """
    if value >= FIRM_FROM:
        return FIRM
    return TENTATIVE if value >= TENTATIVE_FROM else REWRITE


def _alpha_rows(
    sample: Sample, metrics: Sequence[Metric], *, draws: int, seed: int
) -> Iterator[AlphaRow]:
    countries = sample.by_country()
    patterns = sum(countries.values(), Counter[tuple[Fraction, ...]]())
    agreement = agreement_of(patterns)
    counted = tally(countries)
    label = f"{sample.scope}:{sample.code}:{sample.other}"
    times = resamples(len(counted.counts), draws=draws, seed=seed, label=label)
    for metric in metrics:
        found = alpha_of(patterns, metric)
        bounds = NO_INTERVAL if found.value is None else interval(counted, metric, times)
        yield AlphaRow(
            scope=sample.scope,
            code=sample.code,
            other=sample.other,
            metric=str(metric),
            n_units=found.n_units,
            n_codings=found.n_codings,
            n_pairs=found.n_pairs,
            alpha=found.value,
            lo=bounds.lo,
            hi=bounds.hi,
            degenerate=bounds.degenerate,
            agreement=agreement,
            reading="" if found.value is None else reading_of(found.value),
            reason=found.reason,
            interval_reason=bounds.reason or found.reason,
        )


def _kappa_rows(sample: Sample, methodology: Methodology) -> Iterator[KappaRow]:
    """Give a row for each weighting, if the sample has two coders and no more."""
    coders = sample.coders
    if len(coders) != COUPLE:
        return
    first, second = coders
    both = [(u.said[first], u.said[second]) for u in sample.units if len(u.said) == COUPLE]
    categories = {value for pair in both for value in pair}
    for code in {unit.indicator for unit in sample.units}:
        options = methodology.leaves[code].options
        categories.update(options.points if options else ())
    for weights in Weights:
        found = kappa(both, sorted(categories), weights)
        yield KappaRow(
            scope=sample.scope,
            code="" if sample.scope == Scope.PAIR else sample.code,
            first=first,
            second=second,
            weights=str(weights),
            n_units=found.n_units,
            observed=found.observed,
            expected=found.expected,
            kappa=found.value,
            reason=found.reason,
        )


def _change_rows(
    codings: Sequence[Coding], settled: Iterable[Cell], methodology: Methodology
) -> Iterator[ChangeRow]:
    answers: dict[tuple[str, str, str], Answer] = {
        (cell.country, cell.indicator, cell.date): (cell.status, cell.points)
        for cell in settled
    }
    strands = strands_of(methodology)
    groups: dict[tuple[Scope, str], list[Coding]] = defaultdict(list)
    for coding in codings:
        groups[Scope.INDICATOR, coding.indicator].append(coding)
        groups[Scope.STRAND, strands[coding.indicator]].append(coding)
        groups[Scope.CODER, coding.coder].append(coding)
        groups[Scope.ALL, ""].append(coding)
    order = [(Scope.INDICATOR, code) for code in strands]
    order += [(Scope.STRAND, code) for code in dict.fromkeys(strands.values())]
    order += sorted(group for group in groups if group[0] == Scope.CODER)
    for scope, code in (*order, (Scope.ALL, "")):
        found = changed(groups.get((scope, code), ()), answers)
        if found.n_codings:
            yield ChangeRow(scope, code, found.n_codings, found.n_changed, found.share)
