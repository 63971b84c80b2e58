"""The difference of two scores, split into policy, method, coverage and correction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations, permutations

from ..score import Cell
from ..tree import Methodology
from .pairs import Pair
from .shapley import walk
from .splitting import split
from .states import Between, Side, Terms
from .terms import Answer, AnswerChange, Change, Term
from .trees import Scores, below

NONE = Fraction(0)
Marginals = Mapping[tuple[Terms, Term], Fraction]
"""The mean over the orders: how often a term is added to those that were added before it."""


def changes_between(
    old: tuple[Methodology, Iterable[Cell]],
    new: tuple[Methodology, Iterable[Cell]],
    *,
    pairs: Mapping[str, Pair],
    earlier: Iterable[Cell] = (),
    nodes: Iterable[str] | None = None,
) -> tuple[Change, ...]:
    """Return why one country's scores differ between two sides, at every node that both have.

    Shape   old, new: a methodology and the cells of one date; the same country. EARLIER: the cells
            of the new edition for the old date, which tell a correction from a change of policy;
            without them every other answer is policy. PAIRS: see comparability.pairs_of. NODES:
            the nodes and indices wanted; None for all. Sorted by node.
    Exact   the terms are Shapley values: the mean over the 24 orders in which policy, method,
            coverage and correction can be applied one after the other, each state scored by the
            engine. They sum to the difference. An order on which a score is missing on the way
            is left out; where all are, the difference hangs on what is covered, and is coverage.
    Raises  Fault as `scores_of`.
    Source  Shapley 1953; Shorrocks 2013 on decompositions in any order.
    """
    between = Between(
        Side(old[0], tuple(old[1])), Side(new[0], tuple(new[1])), pairs=pairs, earlier=earlier
    )
    splitting = _Splitting(between)
    both = set(between.old.scores.rows) & set(between.new.scores.rows)
    wanted = both if nodes is None else both & set(nodes)
    return tuple(splitting.change(node) for node in sorted(wanted))


class _Splitting:
    """Splits at every node, over the same states."""

    def __init__(self, between: Between) -> None:
        self.between = between
        self.active = tuple(term for term in Term if self._matters(term))
        self._splits: dict[tuple[int, int, str], dict[str, Fraction]] = {}

    def _matters(self, term: Term) -> bool:
        """Say whether the term changes anything, whatever else has changed before it."""
        others = [other for other in Term if other != term]
        some = (each for size in range(4) for each in combinations(others, size))
        states = ((frozenset(each), frozenset({*each, term})) for each in some)
        scores = self.between.scores
        return any(scores(before) is not scores(after) for before, after in states)

    def change(self, node: str) -> Change:
        old, new = self.between.old.scores, self.between.new.scores
        was, now = old.points(node), new.points(node)
        marginals = self._marginals(node)
        terms = dict.fromkeys(Term, NONE)
        parts: dict[tuple[str, Term], Fraction] = defaultdict(Fraction)
        for (before, term), times in marginals.items():
            effect = self._effect(before, term, node)
            terms[term] += times * effect
            for name, part in self._parts(before, term, node):
                parts[name, term] += times * part
        if was is not None and now is not None and not marginals and was != now:
            terms[Term.COVERAGE] = parts[node, Term.COVERAGE] = now - was
        return Change(
            country=new.country,
            node=node,
            level=new.rows[node].level,
            old_date=old.date,
            new_date=new.date,
            old=was,
            new=now,
            terms={} if was is None or now is None else terms,
            answers=() if was is None or now is None else self._answers(node, parts),
        )

    def _marginals(self, node: str) -> Marginals:
        """Return the share of the orders in which each term follows on each set of others."""

        def value(done: frozenset[str]) -> Fraction | None:
            return self.between.scores(frozenset(map(Term, done))).points(node)

        orders = [
            order for order in permutations(self.active) if walk(order, value) is not None
        ]
        counts: Counter[tuple[Terms, Term]] = Counter(
            (frozenset(order[:at]), term) for order in orders for at, term in enumerate(order)
        )
        return {key: Fraction(count, len(orders)) for key, count in counts.items()}

    def _sides(self, before: Terms, term: Term) -> tuple[Scores, Scores]:
        return self.between.scores(before), self.between.scores(before | {term})

    def _effect(self, before: Terms, term: Term, node: str) -> Fraction:
        one, other = self._sides(before, term)
        return (other.points(node) or NONE) - (one.points(node) or NONE)

    def _parts(self, before: Terms, term: Term, node: str) -> Iterator[tuple[str, Fraction]]:
        """Give each answer's part in one step, by its name; a step of method has none."""
        one, other = self._sides(before, term)
        if term == Term.METHOD or one is other:
            return
        key = (id(one), id(other), node)
        if key not in self._splits:
            self._splits[key] = split(one, other, node)
        for code, part in self._splits[key].items():
            yield self.between.name_of(code, before), part

    def _answers(
        self, node: str, parts: Mapping[tuple[str, Term], Fraction]
    ) -> tuple[AnswerChange, ...]:
        """Return every answer below NODE that changed, also where that moved nothing."""
        found = {key: part for key, part in parts.items() if part}
        for code in self._names_below(node):
            for term in _kinds(*self.between.of(code)):
                found.setdefault((code, term), NONE)
        return tuple(
            AnswerChange(code, term, was, now, part)
            for (code, term), part in sorted(found.items())
            for was, _, now in [self.between.of(code)]
        )

    def _names_below(self, node: str) -> set[str]:
        old, new = self.between.old.methodology, self.between.new.methodology
        names = set(below(new, node)) & set(new.leaves)
        if old is not new:
            gone = set(below(old, node)) & set(old.leaves)
            names |= {self.between.name_of(code, frozenset()) for code in gone}
        return names


def _kinds(was: Answer | None, earlier: Answer | None, now: Answer | None) -> Iterator[Term]:
    """Give the terms under which an answer changed; none if it is a question of one side."""
    if was is None or now is None:
        return
    if was.points is None or now.points is None:
        if was.points != now.points:
            yield Term.COVERAGE
        return
    said = earlier if earlier is not None and earlier.points is not None else was
    if said.points != was.points:
        yield Term.CORRECTION
    if now.points != said.points:
        yield Term.POLICY
