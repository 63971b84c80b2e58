"""Copy what was settled and scored into plain facts, and the facts into frozen rows.

Nothing is computed here but the groups' means, and nothing is rounded: the engine did that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any

from django.db.models import F

from questionnaire.models import Citation, Country, GroupMembership, Option, Round
from review.models import SettledAnswer
from scoring import selectors
from scoring.engine.computing import score_all
from scoring.engine.groups import group_means
from scoring.engine.method import Method
from scoring.engine.score import Row
from scoring.engine.tree import Methodology
from scoring.models import Method as StoredMethod
from scoring.models import Score
from scoring.services.runs import columns_of

from ..models import FrozenAnswer, FrozenScore, Revision
from . import naming, reports, texts
from .as_engine import cell_of, memberships_of
from .frozen import (
    AnswerFacts,
    CountryFacts,
    Frozen,
    GroupScoreFacts,
    MembershipFacts,
    NotAssessedFacts,
    RevisionFacts,
    ScoreFacts,
    SourceFacts,
)
from .tables import results

BATCH = 500


def facts_of(revision: Revision) -> Frozen:
    """Return all that the revision says, sorted by key: the same facts on every attempt.

    The review of its round is closed and its run is done, so nothing of it changes any more but
    the texts, of which those are in it that are reviewed by now, and who asks to be named.
    """
    run, round_ = revision.run, revision.edition.round
    frozen = settled(head_of(revision), round_, run.method)
    frozen = _with_scores(frozen, _scores(run.pk))
    written = texts.facts_for(round_, frozen, with_drafts=False)
    frozen = replace(frozen, texts=written, credits=naming.facts_for(revision))
    return reports.with_reports(frozen, revision)


def facts_so_far(*, facts: RevisionFacts, round_: Round, method: StoredMethod) -> Frozen:
    """Return what a rehearsal shows: the answers settled by now, their scores, every text.

    The scores are those of the very answers that are in it, whatever is settled meanwhile.
    """
    frozen = settled(facts, round_, method)
    taking_part = {country.code for country in frozen.countries}
    answers = tuple(each for each in frozen.answers if each.country in taking_part)
    frozen = scored(replace(frozen, answers=answers))
    return replace(frozen, texts=texts.facts_for(round_, frozen, with_drafts=True))


def settled(facts: RevisionFacts, round_: Round, method: StoredMethod) -> Frozen:
    """Return what the review of a round settled, without scores yet."""
    return Frozen(
        revision=facts,
        methodology=selectors.methodology_document(round_.framework, method),
        countries=tuple(_countries(round_)),
        groups=tuple(_groups()),
        answers=tuple(_answers(round_)),
        scores=(),
        group_scores=(),
        not_assessed=tuple(_not_assessed(round_)),
    )


def scored(frozen: Frozen) -> Frozen:
    """Return the same with every figure computed from its answers."""
    results = score_all(
        Methodology.from_document(frozen.methodology), map(cell_of, frozen.answers)
    )
    return _with_scores(frozen, map(facts_of_score, results.rows))


def _with_scores(frozen: Frozen, scores: Iterable[ScoreFacts]) -> Frozen:
    frozen = replace(frozen, scores=tuple(scores))
    return replace(frozen, group_scores=tuple(_group_scores(frozen)))


def facts_of_score(row: Row) -> ScoreFacts:
    """Return one of the engine's rows as a fact."""
    return ScoreFacts(country=row.country, **columns_of(row))


def keep_rows(*, revision: Revision, frozen: Frozen) -> None:
    """Write the frozen rows of the revision; a second build finds them there and leaves them.

    Frozen rows are written once, in bulk: they have no history that would have to hear of it.
    """
    if revision.answers.exists() or revision.scores.exists():
        return
    FrozenAnswer.objects.bulk_create(
        (
            FrozenAnswer(
                revision=revision,
                country=answer.country,
                indicator=answer.indicator,
                reference_date=answer.reference_date,
                status=answer.status,
                option=answer.option,
                points=answer.points,
                basis=answer.basis,
                rationale=answer.rationale,
                sources=[_plain(source) for source in answer.sources],
            )
            for answer in frozen.answers
        ),
        batch_size=BATCH,
    )
    FrozenScore.objects.bulk_create(
        (FrozenScore(revision=revision, **_fields(score)) for score in frozen.scores),
        batch_size=BATCH,
    )


def _fields(facts: Any) -> dict[str, Any]:
    return {field.name: getattr(facts, field.name) for field in fields(facts)}


def _plain(source: SourceFacts) -> dict[str, Any]:
    """Return the source as JSON can hold it: dates as text."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(source).items()
    }


def head_of(revision: Revision) -> RevisionFacts:
    """Return what the revision says of itself."""
    edition = revision.edition
    return RevisionFacts(
        name=revision.name,
        edition=edition.code,
        number=revision.number,
        kind=edition.kind,
        title=edition.title,
        cut_off=revision.cut_off,
        licence=edition.licence,
        publisher=edition.publisher,
        notice=edition.notice,
        is_demonstration=edition.is_demonstration,
        audit_length=revision.audit_length,
        audit_head=revision.audit_head,
    )


def _countries(round_: Round) -> Iterable[CountryFacts]:
    taking_part = round_.participations.filter(excluded_because="").values("country")
    countries = Country.objects.filter(pk__in=taking_part).order_by("code")
    return (CountryFacts(each.code, each.alpha3, each.name) for each in countries)


def _not_assessed(round_: Round) -> Iterable[NotAssessedFacts]:
    left_out = round_.participations.exclude(excluded_because="").select_related("country")
    return (
        NotAssessedFacts(
            code=each.country.code,
            alpha3=each.country.alpha3,
            name=each.country.name,
            follows_later=each.follows_later,
            because=each.excluded_because,
        )
        for each in left_out.order_by("country__code")
    )


def _groups() -> Iterable[MembershipFacts]:
    """Give every membership there is: a group's mean says of how many members it is made."""
    memberships = GroupMembership.objects.select_related("group", "country")
    return (
        MembershipFacts(
            group=each.group.code,
            name=each.group.name,
            country=each.country.code,
            first_day=each.first_day,
            last_day=each.last_day,
        )
        for each in memberships.order_by("group__code", "country__code", "first_day")
    )


def _answers(round_: Round) -> Iterable[AnswerFacts]:
    excluded = round_.participations.exclude(excluded_because="").values("country")
    settled = SettledAnswer.objects.filter(round=round_).exclude(country__in=excluded)
    sources, places = _sources(round_), _places(round_)
    for each in settled.select_related("country", "indicator").order_by(
        "country__code", "indicator__code", "reference_date"
    ):
        yield AnswerFacts(
            country=each.country.code,
            indicator=each.indicator.code,
            reference_date=each.reference_date,
            status=str(selectors.STATUS[each.kind]),
            option=places.get(each.option_id),
            points=each.points,
            basis=each.basis,
            rationale=each.rationale,
            sources=sources[each.answer_id, each.version],
        )


def _places(round_: Round) -> dict[int, int]:
    """Return the place of every option among its indicator's, by key; the first listed is 1."""
    options: dict[int, list[int]] = defaultdict(list)
    asked = Option.objects.filter(indicator__framework=round_.framework_id)
    for indicator, option in asked.order_by("order").values_list("indicator_id", "pk"):
        options[indicator].append(option)
    return {pk: place for keys in options.values() for place, pk in enumerate(keys, start=1)}


def _sources(round_: Round) -> dict[tuple[int, int], tuple[SourceFacts, ...]]:
    """Return what each version of each answer of the round cites, sorted by what it says."""
    cited: dict[tuple[int, int], list[SourceFacts]] = defaultdict(list)
    citations = Citation.objects.filter(answer__assessment__round=round_)
    for each in citations.select_related("source"):
        cited[each.answer_id, each.version].append(
            SourceFacts(*(getattr(each.source, field.name) for field in fields(SourceFacts)))
        )
    sorted_ = {key: tuple(sorted(found, key=_by_text)) for key, found in cited.items()}
    return defaultdict(tuple, sorted_)


def _by_text(source: SourceFacts) -> tuple[str, ...]:
    return tuple(str(value) for value in _fields(source).values())


def _scores(run_id: int) -> Iterable[ScoreFacts]:
    """Give the run's figures, sorted by country, node and date."""
    columns = ("node", "level", "reference_date", "exact", "shown", "rank", "tied", "band")
    scores = Score.objects.filter(run_id=run_id).annotate(code=F("country__code"))
    more = ("coverage", "status", "reason", "lo", "hi", "flags")
    rows = scores.values_list("code", *columns, *more)
    return (ScoreFacts(*row) for row in sorted(rows, key=lambda row: (row[0], row[1], row[3])))


def _group_scores(frozen: Frozen) -> Iterable[GroupScoreFacts]:
    threshold = Method.from_block(frozen.methodology["method"]).coverage["group"]
    for row in group_means(results(frozen), memberships_of(frozen.groups), threshold=threshold):
        yield GroupScoreFacts(
            group=row.group,
            node=row.node,
            reference_date=date.fromisoformat(row.date),
            exact=row.exact,
            shown=row.shown,
            counted=row.n,
            members=row.of,
        )
