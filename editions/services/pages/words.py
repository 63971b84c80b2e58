"""Words for figures: ranks, changes, answers, sources. Nothing here is rounded twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring.engine.rounding import decimal_text, half_up

from ..frozen import AnswerFacts, ScoreFacts, SourceFacts
from .book import Book, Indicator

MINUS = "−"
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Change:
    """From one reference date to another: POINTS is the exact difference, rounded once."""

    since: str
    first: int
    last: int
    exact: Fraction
    points: int

    @property
    def words(self) -> str:
        return signed(self.points) if self.exact else _("no change")

    @property
    def note(self) -> str:
        """What to say where the two shown scores suggest another change."""
        if self.points == self.last - self.first:
            return ""
        return _(
            "From %(first)s to %(last)s the change is %(exact)s, shown as %(points)s: each "
            "figure is rounded once, from its exact value."
        ) % {
            "first": self.first,
            "last": self.last,
            "exact": one_decimal(self.exact),
            "points": self.words,
        }


def signed(points: int) -> str:
    if points == 0:
        return "±0"
    return f"+{points}" if points > 0 else f"{MINUS}{-points}"


def one_decimal(value: Fraction) -> str:
    text = decimal_text(Fraction(half_up(value * TENTHS), TENTHS))
    return text.replace("-", MINUS)


def points_words(points: Fraction | int | None) -> str:
    """Say points as they count: whole, or as a decimal where they are not."""
    if points is None:
        return ""
    whole = Fraction(points)
    return str(whole) if whole.denominator == 1 else decimal_text(whole, digits=4)


def change_of(book: Book, country: str, node: str) -> Change | None:
    """Return how a figure changed from the first to the last date on which it has a score."""
    scored = [
        score
        for __, score in sorted(book.scores_of(country, node).items())
        if score.exact is not None and score.shown is not None
    ]
    if len(scored) < 2 or scored[-1].reference_date != book.last_day(country):  # noqa: PLR2004
        return None
    first, last = scored[0], scored[-1]
    exact = last.exact - first.exact
    since = book.label(first.reference_date)
    return Change(since, first.shown, last.shown, exact, half_up(exact))


def rank_words(book: Book, score: ScoreFacts | None) -> str:
    """Return 24 of 56, or 24= of 56 where the rank is shared; empty without a rank."""
    if score is None:
        return ""
    return place_words(score, len(book.ranks(score.node, score.reference_date)))


def place_words(score: ScoreFacts, ranked: int | None) -> str:
    """Say a rank among so many RANKED countries; empty without a rank."""
    if score.rank is None:
        return ""
    rank = f"{score.rank}=" if score.tied else str(score.rank)
    return _("%(rank)s of %(count)s") % {"rank": rank, "count": ranked}


def answer_words(indicator: Indicator, answer: AnswerFacts | None) -> str:
    """Say an answer: its option, or why there is none."""
    if answer is None:
        return _("No answer.")
    option = indicator.option(answer.option)
    if option is not None:
        return option.label
    if answer.points is not None:
        points = points_words(answer.points)
        return _("An exceptional value of %(points)s points, between the options.") % {
            "points": points
        }
    return {
        "not_applicable": _("The question does not apply here."),
        "unknown": _("This could not be established."),
    }.get(answer.status, _("This was not collected."))


def basis_words(book: Book, answer: AnswerFacts | None) -> str:
    """Say how an answer was settled; empty where all of the edition were settled alike."""
    if answer is None or answer.basis == book.usual_basis:
        return ""
    return _basis(answer.basis)


def usual_basis_words(book: Book) -> str:
    """Say how the answers were settled beside which nothing is said."""
    return _basis(book.usual_basis)


def _basis(basis: str) -> str:
    return {
        "approved": _("Approved by reviewers."),
        "ruled": _("Settled by a consortium reviewer’s ruling."),
        "corrected": _("Corrected after publication."),
        "published": _("Taken over from the published release."),
    }.get(basis, "")


@dataclass(frozen=True, slots=True)
class SourceLine:
    words: str
    url: str


def source_lines(sources: Iterable[SourceFacts]) -> list[SourceLine]:
    return [SourceLine(source_words(source), _web(source.url)) for source in sources]


def source_words(source: SourceFacts) -> str:
    """Say a source in one line: title, article, who, when, in force from and until."""
    parts = [source.title, source.article, source.publisher]
    parts.append(str(source.year) if source.year else "")
    if source.published_on:
        parts.append(_("published %(day)s") % {"day": day_words(source.published_on)})
    if source.in_force_from:
        parts.append(_("in force from %(day)s") % {"day": day_words(source.in_force_from)})
    if source.in_force_until:
        parts.append(_("in force until %(day)s") % {"day": day_words(source.in_force_until)})
    return ", ".join(part for part in parts if part)


def day_words(day: date) -> str:
    return date_format(day, "j F Y")


def _web(url: str) -> str:
    """Only addresses of the web become links: an address comes from outside."""
    return url if url.startswith(("https://", "http://")) else ""


@dataclass(frozen=True, slots=True)
class Run:
    """The same answer on several reference dates in a row: YEARS is 2010–2013, or 2014."""

    years: str
    words: str
    since: str
    points: Fraction | None


def answer_runs(book: Book, indicator: Indicator, country: str) -> list[Run]:
    """Return an indicator's answers over the edition's dates, the like ones joined."""
    answers = sorted(book.answers_of(country, indicator.code).items())
    runs = []
    for __, group in groupby(answers, key=lambda pair: same_answer(pair[1])):
        pairs = list(group)
        first, last = book.label(pairs[0][0]), book.label(pairs[-1][0])
        years = first if first == last else f"{first}–{last}"
        answer = pairs[0][1]
        runs.append(Run(years, answer_words(indicator, answer), first, answer.points))
    return runs


def same_answer(answer: AnswerFacts) -> tuple[str, int | None, Fraction | None]:
    return answer.status, answer.option, answer.points


def listed(words: Sequence[str]) -> str:
    """Join names into one phrase: a, b and c."""
    if len(words) < 2:  # noqa: PLR2004
        return "".join(words)
    return _("%(names)s and %(last)s") % {"names": ", ".join(words[:-1]), "last": words[-1]}


def counted_answers(count: int) -> str:
    return ngettext("%(n)s answer", "%(n)s answers", count) % {"n": count}
