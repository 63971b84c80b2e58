"""Scores then and now, as they are shown: each rounded once, from what is exact."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from editions.models import Revision
from editions.services.trying import Figure, Tried, revisions_to_try, try_framework
from questionnaire.models import Framework
from questionnaire.selectors.tree import framework_document
from scoring.engine.rounding import half_up

MINUS, PLUS = "−", "+"


@dataclass(frozen=True, slots=True)
class Shown:
    """One score then, now, and by how much it moves."""

    title: str
    then: str
    now: str
    change: str


@dataclass(frozen=True, slots=True)
class Line:
    """One country."""

    name: str
    index: Shown
    rank_then: str
    rank_now: str
    strands: tuple[Shown, ...]
    answered: int


@dataclass(frozen=True, slots=True)
class TrialPage:
    framework: Framework
    choices: tuple[Revision, ...]
    revision: Revision | None
    lines: tuple[Line, ...] = ()
    troubles: tuple[str, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()
    """Code and title of each question that has no answer of then."""
    carried: int = 0
    questions: int = 0


def trial_page(framework: Framework, edition: str) -> TrialPage:
    """Return what the draft makes of an edition's answers, the newest if EDITION names none."""
    choices = tuple(revisions_to_try())
    chosen = next((each for each in choices if each.name == edition), None)
    revision = chosen or next(iter(choices), None)
    if revision is None:
        return TrialPage(framework, choices, None)
    trial = try_framework(framework, revision)
    document = framework_document(framework)
    titles = {
        entry["code"]: entry["title"]
        for section in ("aggregates", "indexes", "indicators")
        for entry in document[section]
    }
    return TrialPage(
        framework=framework,
        choices=choices,
        revision=revision,
        lines=tuple(_line(tried, titles) for tried in trial.countries),
        troubles=trial.troubles,
        broken=tuple((code, titles[code]) for code in trial.broken),
        carried=len(trial.carried),
        questions=len(document["indicators"]),
    )


def _line(tried: Tried, titles: dict[str, str]) -> Line:
    return Line(
        name=tried.name,
        index=_shown(tried.index, titles),
        rank_then=_rank(tried.rank_then, tried.ranked_then),
        rank_now=_rank(tried.rank_now, tried.ranked_now),
        strands=tuple(_shown(figure, titles) for figure in tried.moved),
        answered=tried.answered,
    )


def _shown(figure: Figure, titles: dict[str, str]) -> Shown:
    return Shown(
        title=titles.get(figure.node, figure.node),
        then=_points(figure.then),
        now=_points(figure.now),
        change=_change(figure.change),
    )


def _rank(rank: int | None, ranked: int) -> str:
    """Say a rank and of how many it is one; a dash without a rank."""
    return _("%(rank)s of %(count)s") % {"rank": rank, "count": ranked} if rank else "—"


def _points(exact: Fraction | None) -> str:
    return _("no score") if exact is None else str(half_up(exact))


def _change(exact: Fraction | None) -> str:
    """Return +3, −2 or 0; a change too small to be shown says so, for it is one."""
    if exact is None:
        return "—"
    shown = half_up(exact)
    if shown == 0 and exact != 0:
        return _("less than 1")
    sign = PLUS if shown > 0 else MINUS if shown < 0 else ""
    return f"{sign}{abs(shown)}"
