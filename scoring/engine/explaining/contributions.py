"""What each answer contributes to a score, what it keeps from 100, and what would raise it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from ..faults import Fault
from ..means import GEOMETRIC_MEAN, HARMONIC_MEAN
from ..missing import Status
from ..nodes import INDICATOR
from ..options import FULL_SCORE
from ..score import Cell, score
from ..tree import Index, Methodology, Node
from .secants import secants
from .shapley import shapley
from .trees import WHOLE, Scores, kept_for, level_of, parent_of, scores_of, subtree, value_of

NOTHING, ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Step:
    """The next better option of one answer, and what the explained score would become.

    Units   option: its place, 1 for the first listed. points: what it earns. score: exact, None
            if the engine then gives none. gain: by how much the score would rise.
    """

    option: int
    points: Fraction
    score: Fraction | None
    gain: Fraction | None


@dataclass(frozen=True, slots=True)
class Part:
    """One indicator, node or index within an explained score.

    Units   points: its own score, 0 to 100; None if it has none, and `status` says why. weight:
            the share of the explained score that it carries as things stand, missing siblings
            absorbed; 0 where nothing of it counts. contribution and gap: points of the explained
            score; contribution = weight x points. For all that is not below a `whole` node the
            gap is weight x (100 - points), but below a geometric or harmonic mean.
    None    weight below a node that stands as a whole; contribution and gap where a combination
            of answers on the way has no score; step for all but answers with a better option.
    Shape   rule: of a node or index, empty for an indicator. base: what a whole node would
            contribute if everything below earned 0. parts: what lies directly below.
    """

    code: str
    level: str
    rule: str
    status: Status
    points: Fraction | None
    weight: Fraction | None
    contribution: Fraction | None
    gap: Fraction | None
    base: Fraction = NOTHING
    step: Step | None = None
    parts: tuple[Part, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether it stands in the sum by itself, and what lies below has no weights."""
        return self.rule in WHOLE

    def standing(self) -> Iterator[Part]:
        """Give the parts in whose sum the score stands: answers, and nodes that are whole."""
        if self.whole or not self.parts:
            yield self
            return
        for part in self.parts:
            yield from part.standing()

    def all_parts(self) -> Iterator[Part]:
        """Give the part and everything below it, a parent before its children."""
        yield self
        for part in self.parts:
            yield from part.all_parts()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one country's score at a node or index is what it is on one date.

    Shape   root: the node itself, with weight 1 and everything below it.
    Exact   the contributions of root.standing() sum to root.points, and their gaps to 100 less
            root.points; so do the parts of every node that is not whole; those of a whole node
            sum to its contribution less its base.
    """

    country: str
    date: str
    node: str
    root: Part

    def answers(self) -> tuple[Part, ...]:
        """Return every indicator, in the order of the methodology."""
        return tuple(part for part in self.root.all_parts() if part.level == INDICATOR)

    def raising(self) -> tuple[Part, ...]:
        """Return the answers whose next better option raises the score, the most first."""
        able = [part for part in self.answers() if _gain(part) > 0]
        return tuple(sorted(able, key=lambda part: (-_gain(part), part.code)))


def contributions_of(methodology: Methodology, cells: Iterable[Cell], node: str) -> Explanation:
    """Explain the score of NODE (a node, index or indicator) from one country's answers of a date.

    Below a mean of any kind each part has a weight w with contribution w x points. Arithmetic:
    the share of the weights of what counts. Geometric and harmonic: the weight that holds exactly
    between all answers at 0 and the answers as they are (see secants), for the contribution, and
    between these and all at 100, for the gap. A node that is computed by a table, or is the lowest
    or highest of several, is whole: what lies below shares it by its mean effect over all orders
    of raising the answers from 0 (Shapley 1953), which are no weights. The next step of an answer
    is computed by `score` itself.

    Raises  Fault if there is no such node, if it is not scored on that date, if the cells are of
            several countries or dates, or what `score` raises.
    """
    scope = subtree(methodology, node)
    kept = kept_for(scope, methodology, cells)
    scores = scores_of(scope, kept)
    there = node in scope.leaves or node in scores.rows
    if not there or not methodology.is_scored(node, scores.date):
        raise Fault(f"{node} is not scored for {scores.country} on {scores.date}")
    build = _Building(scores, _steps(scope, kept, scores, node))
    return Explanation(scores.country, scores.date, node, build.part(node, ALL, ALL))


def _gain(part: Part) -> Fraction:
    return part.step.gain or NOTHING if part.step else NOTHING


def _steps(
    scope: Methodology, cells: tuple[Cell, ...], scores: Scores, node: str
) -> dict[str, Step]:
    """Return what each answer's next better option would do to NODE."""
    now = scores.points(node)
    steps = {}
    for at, cell in enumerate(cells):
        better = _next_better(scope, cell)
        if better is None:
            continue
        option, points = better
        if node in scope.leaves:
            then: Fraction | None = points
        else:
            changed = [*cells[:at], replace(cell, points=points), *cells[at + 1 :]]
            rows = {row.node: row for row in score(scope, changed, draft=True).rows}
            then = rows[node].exact
        gain = None if then is None or now is None else then - now
        steps[cell.indicator] = Step(option, points, then, gain)
    return steps


def _next_better(scope: Methodology, cell: Cell) -> tuple[int, Fraction] | None:
    """Return the place and points of the option just above the answer, if there is one."""
    options = scope.leaves[cell.indicator].options
    if options is None or cell.points is None:
        return None
    above = [points for points in options.points if points > cell.points]
    return (len(above), above[-1]) if above else None


class _Building:
    """Build the parts of one explanation from the top down."""

    def __init__(self, scores: Scores, steps: Mapping[str, Step]) -> None:
        self.scores, self.steps = scores, steps
        self.methodology = scores.methodology

    def part(
        self, code: str, up: Fraction | None, down: Fraction | None, *, shown: bool = True
    ) -> Part:
        """Build CODE, which adds UP x points, and keeps back DOWN x (100 - points).

        Not SHOWN: the multipliers are no weights, for a node above is whole.
        """
        points = self.scores.points(code)
        counts = points is not None
        if not counts:
            up, down = (None if each is None else NOTHING for each in (up, down))
        parent = parent_of(self.methodology, code)
        part = Part(
            code=code,
            level=INDICATOR if parent is None else level_of(parent),
            rule="" if parent is None else parent.rule,
            status=self.scores.status(code),
            points=points,
            weight=up if shown else None,
            contribution=None if up is None else up * (points or NOTHING),
            gap=None if down is None else down * (FULL_SCORE - (points or NOTHING)),
            step=self.steps.get(code),
        )
        if parent is None:
            return part
        if parent.rule in WHOLE:
            return self._whole(part, parent, up, down)
        return replace(part, parts=self._below_mean(parent, up, down, shown=shown))

    def _children(self, parent: Node | Index) -> list[str]:
        """Return what lies directly below and has a place on this date."""
        known = self.scores
        return [code for code in parent.weights if code in known.answers or code in known.rows]

    def _below_mean(
        self, parent: Node | Index, up: Fraction | None, down: Fraction | None, *, shown: bool
    ) -> tuple[Part, ...]:
        children = self._children(parent)
        points = {code: self.scores.points(code) for code in children}
        counted = {
            code: known
            for code, known in points.items()
            if known is not None and parent.weights[code]
        }
        ups, downs = self._multipliers(parent, counted)
        return tuple(
            self.part(
                code,
                None if up is None else up * ups.get(code, NOTHING),
                None if down is None else down * downs.get(code, NOTHING),
                shown=shown,
            )
            for code in children
        )

    def _multipliers(
        self, parent: Node | Index, counted: Mapping[str, Fraction]
    ) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
        """Return what each child adds for a point of its own, from 0, and to 100."""
        own = self.scores.points(parent.code)
        if own is None:
            return {}, {}
        rule, lowest = parent.rule, self.methodology.method.lowest
        none, full = dict.fromkeys(counted, NOTHING), dict.fromkeys(counted, FULL_SCORE)
        downs = secants(rule, parent.weights, lowest, counted, full, (own, FULL_SCORE))
        if rule in (GEOMETRIC_MEAN, HARMONIC_MEAN) and not lowest:
            return _from_untouched_zero(parent, counted, own), downs
        return secants(rule, parent.weights, lowest, none, counted, (NOTHING, own)), downs

    def _whole(
        self, part: Part, parent: Node | Index, up: Fraction | None, down: Fraction | None
    ) -> Part:
        """Share out a node that stands as a whole among what lies below it."""
        children = self._children(parent)
        points = {code: self.scores.points(code) for code in children}
        base = self._at(parent, points, NOTHING, frozenset())
        parts = tuple(
            self.part(code, *pair, shown=False)
            for code, pair in self._shared(parent, points, up, down).items()
        )
        return replace(part, base=(up or NOTHING) * (base or NOTHING), parts=parts)

    def _shared(
        self,
        parent: Node | Index,
        points: Mapping[str, Fraction | None],
        up: Fraction | None,
        down: Fraction | None,
    ) -> dict[str, tuple[Fraction | None, Fraction | None]]:
        """Return by child what it adds for a point of its own, and what it keeps back."""
        known = [code for code, each in points.items() if each is not None]
        rises = shapley(known, lambda some: self._at(parent, points, NOTHING, some))
        lacks = shapley(known, lambda some: self._at(parent, points, FULL_SCORE, some))
        shared: dict[str, tuple[Fraction | None, Fraction | None]] = {}
        for code, own in points.items():
            rise = _per_point(rises, code, own or NOTHING)
            lack = _per_point(lacks, code, (own or NOTHING) - FULL_SCORE)
            shared[code] = (
                None if up is None or rise is None else up * rise,
                None if down is None or lack is None else down * lack,
            )
        return shared

    def _at(
        self,
        parent: Node | Index,
        points: Mapping[str, Fraction | None],
        end: Fraction,
        some: frozenset[str],
    ) -> Fraction | None:
        """Return PARENT's score with SOME children as they are and the others at END."""
        mixed = {
            code: own if own is None or code in some else end for code, own in points.items()
        }
        return value_of(self.methodology, parent, mixed)


def _per_point(
    shares: Mapping[str, Fraction] | None, code: str, move: Fraction
) -> Fraction | None:
    """Return a child's share for each point of its MOVE; a child that did not move has none."""
    if shares is None:
        return None
    return shares.get(code, NOTHING) / move if move else NOTHING


def _from_untouched_zero(
    parent: Node | Index, counted: Mapping[str, Fraction], own: Fraction
) -> dict[str, Fraction]:
    """Return the limit of the weights as the positive scale begins ever closer to 0.

    Each child then contributes its share of the weights, whatever it earns.
    """
    whole = sum((parent.weights[code] for code in counted), NOTHING)
    return {code: parent.weights[code] / whole * own / each for code, each in counted.items()}
