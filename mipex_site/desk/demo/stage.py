"""The stage: framework, countries, method, archive, people and an open round."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from editions.services.archive import import_release
from editions.services.editions import prepare_edition
from mipex_site.accounts.models import User
from questionnaire.enums import EvidenceRule, Role
from questionnaire.models import Assessment, Country, Framework, Indicator, Option, Round
from questionnaire.services import (
    assignments,
    countries,
    deeds,
    framework,
    joint_acts,
    rounds,
)
from scoring.services import methods

from .cast import PASSWORD, Cast, gather
from .facts import DATA, Fact, facts_of
from .progress import bar
from .script import Script, write_script

CUT_OFF = date(2019, 12, 31)
END_OF_DAY, BRUSSELS = time(23, 59), ZoneInfo("Europe/Brussels")
ROUND = "2019"
EDITION = "demo-2019"
ARCHIVE = "2007-2019"


@dataclass
class Stage:
    """What the play needs at hand, read once."""

    cast: Cast
    round: Round
    script: Script
    facts: dict[tuple[str, str], Fact]
    countries: list[Country]
    by_strand: dict[str, list[Indicator]]
    options: dict[str, dict[int, Option]]
    sheets: dict[tuple[str, str, int], Assessment] = field(default_factory=dict)


def set_stage() -> Stage:
    """Make everything that stands before the first answer. The database is empty but for tables."""
    first = assignments.first_coordinator(
        email="coordinator@example.org", name="Kora Koordinator", password=PASSWORD
    )
    loaded = framework.import_framework(path=DATA / "core.yaml", by=first)
    framework.lock_framework(framework=loaded, by=first)
    countries.load_countries(
        path=DATA / "countries.csv", groups_path=DATA / "groups.csv", by=first
    )
    method = methods.load_method(path=DATA / "method.yaml", by=first)
    methods.lock_method(method=method, by=first)
    import_release(folder=DATA, code=ARCHIVE, title="MIPEX core set, 2007 to 2019", by=first)

    facts = facts_of()
    taking_part = list(Country.objects.filter(code__in={code for code, _ in facts}))
    by_strand = _indicators(loaded)
    exceptional = {cell for cell, fact in facts.items() if fact.exceptional}
    script = write_script(taking_part, by_strand, exceptional)
    cast = gather(
        countries=len(taking_part), second_codings=len(script.coded_twice), first=first
    )
    stage = Stage(
        cast=cast,
        round=make_round(
            loaded,
            by=first,
            code=ROUND,
            title="Round 2019",
            edition_code=EDITION,
            publishes_itself=True,
        ),
        script=script,
        facts=facts,
        countries=taking_part,
        by_strand=by_strand,
        options=_options(loaded),
    )
    _open(stage)
    _assign(stage)
    return stage


def _indicators(loaded: Framework) -> dict[str, list[Indicator]]:
    by_strand: dict[str, list[Indicator]] = {}
    for indicator in Indicator.objects.filter(framework=loaded).select_related("strand"):
        by_strand.setdefault(indicator.strand.code, []).append(indicator)
    return by_strand


def _options(loaded: Framework) -> dict[str, dict[int, Option]]:
    by_points: dict[str, dict[int, Option]] = {}
    for option in Option.objects.filter(indicator__framework=loaded).select_related(
        "indicator"
    ):
        by_points.setdefault(option.indicator.code, {})[option.points] = option
    return by_points


def make_round(framework: Framework, *, by: User, **fields: Any) -> Round:
    """Make a demonstration's round: the law of 2019 if not said otherwise, work dates of today."""
    today = datetime.combine(timezone.localdate(), END_OF_DAY, tzinfo=BRUSSELS)
    day = timedelta(days=1)
    return rounds.create_round(
        by=by,
        framework=framework,
        opens_at=today - 30 * day,
        due_at=today + 15 * day,
        grace_until=today + 18 * day,
        hard_close_at=today + 21 * day,
        review_due_at=today + 45 * day,
        opinions_required=1,
        evidence_rule=EvidenceRule.DATASET_CELL,
        is_demonstration=True,
        **{"cut_off": CUT_OFF} | fields,
    )


def _open(stage: Stage) -> None:
    lead = stage.cast.coordinators[0]
    open_round(stage)
    by_code = {country.code: country for country in stage.countries}
    for country, strand in stage.script.coded_twice:
        sheet = rounds.add_coding(
            round_=stage.round,
            country=by_code[country],
            strand=stage.by_strand[strand][0].strand,
            by=lead,
        )
        stage.sheets[country, strand, sheet.coding] = sheet
    prepare_edition(
        round_=stage.round,
        title="Demonstration edition 2019",
        licence="CC-BY-NC-SA-4.0",
        publisher="Demonstration consortium",
        by=lead,
    )


def open_round(stage: Stage) -> None:
    """Let the stage's countries take part, open its round, and put its sheets at hand.

    Two coordinators lock it. The experts come later, so every country opens without one.
    """
    lead, second = stage.cast.coordinators
    for country in stage.countries:
        rounds.add_country(round_=stage.round, country=country, is_pending=True, by=lead)
    assignments.assign(person=second, role=Role.COORDINATOR, round_=stage.round, by=lead)
    asked = deeds.ask_to_lock(round_=stage.round, by=lead)
    joint_acts.do(act=asked, by=second)
    rounds.open_round(round_=stage.round, by=lead)
    stage.round.refresh_from_db()
    sheets = Assessment.objects.filter(round=stage.round).for_page()
    stage.sheets = {(s.country.code, s.strand.code, s.coding): s for s in sheets}


def _assign(stage: Stage) -> None:
    lead = stage.cast.coordinators[0]
    scopes = [
        *_of_the_round(stage),
        *_of_experts(stage),
        *_of_reviewers(stage),
    ]
    for person, role, scope in bar(scopes, desc="Inviting people", unit=" rights"):
        assignments.assign(person=person, role=role, round_=stage.round, by=lead, **scope)


def _of_the_round(stage: Stage) -> list[tuple]:
    cast = stage.cast
    return [
        *((person, Role.PUBLISHER, {}) for person in cast.publishers),
        *((person, Role.ADJUDICATOR, {}) for person in cast.adjudicators),
        *((person, Role.OBSERVER, {}) for person in cast.observers),
    ]


def expert_of(stage: Stage, place: int, strand: str) -> User:
    """Return who answers: a country's first expert has strands a to d, its second e to h."""
    half = len(stage.by_strand) // 2
    return stage.cast.experts[2 * place + (sorted(stage.by_strand).index(strand) >= half)]


def reviewer_of(stage: Stage, place: int, strand: str) -> User:
    """Return who reviews: each strand has two reviewers, who take turns by country."""
    return stage.cast.reviewers[2 * sorted(stage.by_strand).index(strand) + place % 2]


def _of_experts(stage: Stage) -> list[tuple]:
    found = []
    for place, country in enumerate(stage.countries):
        for strand, indicators in stage.by_strand.items():
            scope = {"country": country, "strand": indicators[0].strand, "coding": 1}
            found.append((expert_of(stage, place, strand), Role.EXPERT, scope))
    places = {country.code: country for country in stage.countries}
    for person, (code, strand) in zip(
        stage.cast.second_experts, stage.script.coded_twice, strict=True
    ):
        scope = {
            "country": places[code],
            "strand": stage.by_strand[strand][0].strand,
            "coding": 2,
        }
        found.append((person, Role.EXPERT, scope))
    return found


def _of_reviewers(stage: Stage) -> list[tuple]:
    return [
        (
            reviewer_of(stage, place, strand),
            Role.REVIEWER,
            {"country": country, "strand": indicators[0].strand},
        )
        for place, country in enumerate(stage.countries)
        for strand, indicators in stage.by_strand.items()
    ]
