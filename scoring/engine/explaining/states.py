"""Answers and methodologies half way between two editions: what four terms leave as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from ..faults import Fault
from ..gates import SCORE_MIN
from ..missing import Status
from ..score import Cell
from ..tree import Leaf, Methodology
from .pairs import Pair
from .terms import Answer, Term
from .trees import Scores, answers_of, place_of, scores_of

Terms = frozenset[Term]
MISSING = Answer(None, Status.NOT_COLLECTED)


@dataclass(frozen=True)
class Side:
    """One country's answers of one date under a methodology."""

    methodology: Methodology
    cells: tuple[Cell, ...]

    @cached_property
    def scores(self) -> Scores:
        """What the engine gives; raises what `scores_of` raises."""
        return scores_of(self.methodology, self.cells)

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """The answers as they count. What is below a node not scored on the date counts not."""
        _, date = place_of(self.cells)
        nodes = self.methodology.nodes
        scored = {code: self.methodology.is_scored(code, date) for code in nodes}
        children, closed = answers_of(self.methodology, self.cells)
        found = {}
        for code, child in children.items():
            counts = scored.get(self.methodology.leaves[code].parent, True)
            answer = Answer(child.score, child.status, closed=code in closed)
            found[code] = answer if counts else MISSING
        return found


class Between:
    """Every state between an OLD and a NEW side of one country.

    Shape   earlier: what the new edition says of the old side's date; nothing where it is
            silent. pairs: by the code of an indicator in the new methodology, that which it
            continues in the old one. An answer that is a break is no continuation of one that
            was given before it and is none, and what a gate closes is none of an answer on which
            the other methodology has no gate.
    """

    def __init__(
        self,
        old: Side,
        new: Side,
        *,
        pairs: Mapping[str, Pair],
        earlier: Iterable[Cell] = (),
    ) -> None:
        self.old, self.new = old, new
        earlier = tuple(earlier)
        self.earlier = Side(new.methodology, earlier).answers if earlier else {}
        self.pairs = {code: pair for code, pair in pairs.items() if self._continues(pair)}
        self.one_method = old.methodology == new.methodology and all(
            self.pairs.get(code) == Pair(code, code) for code in new.methodology.leaves
        )
        self.partners = {pair.old: pair for pair in self.pairs.values()}
        self._reached: dict[Terms, Scores] = {}
        self._known: dict[object, Scores] = {}

    def scores(self, terms: Terms) -> Scores:
        """Return the figures after the changes of TERMS, and before the others.

        None of them gives the old side's figures, all of them the new side's. Correction puts
        the new edition's answers of the old date in place of the old ones, policy those of the
        new date; where these two agree there was no policy to change. Coverage decides which
        questions have an answer, those of the old side or of the new, and on which date it is
        asked what is scored. Method decides everything else. Where two sets of terms lead to
        the same answers, the very same object is returned.
        """
        if self.one_method:
            terms -= {Term.METHOD}
        if terms not in self._reached:
            self._reached[terms] = self._reach(terms)
        return self._reached[terms]

    def _reach(self, terms: Terms) -> Scores:
        side = self.new if Term.METHOD in terms else self.old
        date = (self.new if Term.COVERAGE in terms else self.old).scores.date
        answers = {
            code: self._answer(leaf, terms) for code, leaf in side.methodology.leaves.items()
        }
        key = (id(side.methodology), date, tuple(answers.values()))
        if key not in self._known:
            country = self.old.scores.country
            self._known[key] = _scored(side.methodology, country, date, answers)
        return self._known[key]

    def _continues(self, pair: Pair) -> bool:
        return not self._breaks(pair) and not self._closed_by_one_methodology(pair)

    def _closed_by_one_methodology(self, pair: Pair) -> bool:
        """Say whether a gate closes the question, and the other methodology has no gate on it."""
        was, now = self.old.methodology.leaves[pair.old], self.new.methodology.leaves[pair.new]
        if was.gate is not None:
            return now.gate is None and self.old.answers[pair.old].closed
        said = self.earlier.get(pair.new)
        return self.new.answers[pair.new].closed or (said is not None and said.closed)

    def _breaks(self, pair: Pair) -> bool:
        """Say whether the later of the two answers is declared not comparable with the other."""
        first, last = self.old.answers[pair.old], self.new.answers[pair.new]
        if self.new.scores.date < self.old.scores.date:
            first, last = last, first
        given = first.points is not None and first.status != Status.BREAK
        return given and last.status == Status.BREAK

    def name_of(self, code: str, terms: Terms) -> str:
        """Return an indicator's code in the new methodology, or its old one if it has none."""
        pair = None if Term.METHOD in terms else self.partners.get(code)
        return pair.new if pair else code

    def of(self, code: str) -> tuple[Answer | None, Answer | None, Answer | None]:
        """Return the old answer, the new edition's of the old date, and the new one, by name.

        All are in the units of the new methodology; None where there is no such question.
        """
        if code not in self.new.answers:
            return self.old.answers.get(code), None, None
        pair = self.pairs.get(code)
        was = pair.forward(self.old.answers[pair.old]) if pair else None
        return was, self.earlier.get(code), self.new.answers[code]

    def _answer(self, leaf: Leaf, terms: Terms) -> Answer:
        if Term.METHOD in terms:
            known, said, _ = self.of(leaf.code)
            return _chosen(leaf, known, said, self.new.answers[leaf.code], terms=terms)
        was = self.old.answers[leaf.code]
        pair = self.partners.get(leaf.code)
        if pair is None:
            return was
        earlier, now = self.earlier.get(pair.new), self.new.answers[pair.new]
        read = None if earlier is None else pair.backward(earlier, was)
        return _chosen(leaf, was, read, pair.backward(now, was), terms=terms)


def _chosen(
    leaf: Leaf,
    was: Answer | None,
    earlier: Answer | None,
    now: Answer,
    *,
    terms: Terms,
) -> Answer:
    """Return which answer holds after the changes of TERMS."""
    if was is None:
        if earlier is None or earlier.points is None or Term.POLICY in terms:
            return now
        return earlier
    if leaf.gate is not None and was.closed and now.closed:
        return _closed(leaf.gate.then)
    counted = now if Term.COVERAGE in terms else was
    if was.points is None or now.points is None:
        return counted
    if earlier is None or earlier.points is None:
        earlier = was
    if Term.POLICY in terms and now.points != earlier.points:
        held = now
    else:
        held = earlier if Term.CORRECTION in terms else was
    return held if held.status == counted.status else replace(held, status=counted.status)


def _closed(then: str) -> Answer:
    if then == SCORE_MIN:
        return Answer(Fraction(0), closed=True)
    return Answer(None, Status.NOT_APPLICABLE, closed=True)


def _scored(
    methodology: Methodology, country: str, date: str, answers: Mapping[str, Answer]
) -> Scores:
    """Score answers that are as their gates left them, leaving out no figure.

    What the engine refuses, such as a score of 0 where a product needs more, has no scores: it
    is nobody's answers, but a state on the way.
    """
    cells = [
        Cell(country, code, date, answer.status, answer.points)
        for code, answer in answers.items()
    ]
    plain = replace(methodology, gated=(), unissued=frozenset())
    try:
        return scores_of(plain, cells)
    except Fault:
        return Scores(plain, country, date, {}, {}, frozenset())
