"""A small world for tests: one round, two countries, two strands, and people with names.

Everything in it is made by the portal's own services. `build()` gives the open round; the
other functions take it further, each by the people whose act it is. The people are in cast.py.
"""

from collections.abc import Iterable
from datetime import date

from mipex_site.accounts.models import User
from questionnaire.enums import (
    AnswerKind,
    AssessmentState,
    ChangeReason,
    RequestState,
    Role,
    SourceKind,
)
from questionnaire.models import (
    Assessment,
    ChangeRequest,
    Index,
    IndexPart,
    Round,
    Source,
)
from questionnaire.services import answers, assessments, assignments, rounds, sources
from review.enums import DisputeState, ItemState, OpinionKind, VerdictCode
from review.models import Case, CaseItem, Dispute
from review.services import consents, disputes, opinions, returning
from review.services import rounds as reviewing
from tests import small_round
from tests.cast import EXPERT_SIDE, EXPERTS, NAMES, REVIEW_SIDE, REVIEWERS
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssignmentFactory,
    CountryFactory,
    FrameworkFactory,
    IndicatorFactory,
    StrandFactory,
)
from tests.factories.scoring import MethodFactory
from tests.looking import World
from tests.remembering import built_once, gone_once
from tests.ties import declare, declare_all, learn_names

CUT_OFF = small_round.CUT_OFF
COUNTRIES = {"EE": "Estonia", "PT": "Portugal"}
STRANDS = {"a": ("aa1", "aa2"), "b": ("bb1", "bb2", "bb3")}

__all__ = (
    "EXPERTS",
    "EXPERT_SIDE",
    "NAMES",
    "REVIEWERS",
    "REVIEW_SIDE",
    "World",
    "build",
    "declare",
    "declare_all",
    "learn_names",
)


@built_once
def build(
    *, asks_for: Iterable[date] = (), declares: bool = True, **about_the_round: object
) -> World:
    """Make the people, the questions and the round, and open it; Estonia's b is coded twice.

    ASKS_FOR are earlier reference dates; who judges DECLARES to have no tie, or has yet to; the
    other keyword arguments are fields of the round, such as ``opinions_required=3``.
    """
    people = {key: _person(name) for key, name in NAMES.items()}
    AssignmentFactory(person=people["head"], role=Role.COORDINATOR, round=None)
    framework = FrameworkFactory(code="small", title="A small framework")
    index = Index.objects.create(
        framework=framework, code="overall", title="Overall", order=0, is_headline=True
    )
    for order, (code, indicators) in enumerate(STRANDS.items()):
        strand = StrandFactory(framework=framework, code=code, order=order)
        for place, indicator in enumerate(indicators):
            IndicatorFactory(strand=strand, code=indicator, order=10 * order + place)
        IndexPart.objects.create(index=index, strand=strand, order=order)
    MethodFactory()
    head = people["head"]
    round_ = rounds.create_round(
        by=head,
        **small_round.dates(),
        framework=framework,
        **small_round.words() | about_the_round,
    )
    for day in asks_for:
        rounds.ask_for_day(round_=round_, day=day, by=head)
    world = World(round=round_, people=people)
    for code, name in COUNTRIES.items():
        country = CountryFactory(code=code, alpha3=f"{code}X", name=name)
        rounds.add_country(round_=round_, country=country, by=head)
    _give_roles(world)
    small_round.lock(round_, asks=head, does=people["coordinator"])
    world.round = rounds.open_round(round_=round_, by=head)
    rounds.add_coding(
        round_=world.round, country=world.country("EE"), strand=world.strand("b"), by=head
    )
    if declares:
        declare_all(world)
    return world


def _person(name: str) -> User:
    first, last = name.lower().split()
    return UserFactory(name=name, email=f"{first}.{last}@example.org")


def _give_roles(world: World) -> None:
    def give(key: str, role: str, **scope: object) -> None:
        assignments.assign(
            person=world[key], role=role, round_=world.round, by=world["head"], **scope
        )

    for key, role in {
        "coordinator": Role.COORDINATOR,
        "observer": Role.OBSERVER,
        "publisher_1": Role.PUBLISHER,
        "publisher_2": Role.PUBLISHER,
        "adjudicator": Role.ADJUDICATOR,
    }.items():
        give(key, role)
    for (country, strand, coding), key in EXPERTS.items():
        place = {"country": world.country(country), "strand": world.strand(strand)}
        give(key, Role.EXPERT, coding=coding, **place)
    estonia = {"country": world.country("EE"), "strand": world.strand("b")}
    give("EE_b_delegate", Role.DELEGATE, coding=1, **estonia)
    for code, keys in REVIEWERS.items():
        for key in keys:
            give(key, Role.REVIEWER, country=world.country(code))


# --- What the experts do -----------------------------------------------------------------


def law_of(world: World, sheet: Assessment) -> Source:
    """Return a law that this sheet can cite, entered by its expert where there is none yet."""
    found = Source.objects.of_sheet(sheet).first()
    return found or sources.add_source(
        sheet=sheet,
        by=world.expert(sheet),
        kind=SourceKind.LAW,
        title="Invented Act",
        article="section 4",
        year=2010,
        in_force_from=date(2011, 1, 1),
    )


def answer(
    world: World,
    sheet: Assessment,
    indicator: str,
    *,
    earns: int | None = None,
    by: User | None = None,
    **content: object,
) -> None:
    """Record one answer: the option that EARNS 0, 50 or 100, or what CONTENT says."""
    if earns is not None:
        content |= {"option": world.option(indicator, earns)}
    answers.record_answer(
        sheet=sheet,
        indicator=world.indicator(indicator),
        by=by or world.expert(sheet),
        **{"rationale": "The act says so.", "sources": [law_of(world, sheet)]} | content,
    )


@gone_once
def answer_all(world: World, *, earns: int = 100) -> None:
    """Answer every blank question of every open sheet with the option that EARNS so much."""
    for sheet in world.sheets():
        if sheet.state == AssessmentState.OPEN:
            done = set(sheet.answers.values_list("indicator__code", flat=True))
            for indicator in STRANDS[sheet.strand.code]:
                if indicator not in done:
                    answer(world, sheet, indicator, earns=earns)


def submit(world: World, sheet: Assessment) -> None:
    assessments.submit(sheet=sheet, declared_for=CUT_OFF, by=world.expert(sheet))


@gone_once
def submit_all(world: World) -> None:
    """Submit every sheet that its expert still has, in an order that shows the waiting case."""
    for sheet in world.sheets():
        if sheet.state != AssessmentState.SUBMITTED:
            submit(world, sheet)


def answer_the_requests(world: World, sheet: Assessment, *, maintain: bool = False) -> None:
    """Meet every open request on a returned sheet: with another option, or with a reason."""
    rows = ChangeRequest.objects.filter(assessment=sheet, state=RequestState.OPEN)
    for request in rows.select_related("indicator"):
        if maintain:
            answers.maintain_answer(
                sheet=sheet,
                indicator=request.indicator,
                reply="The act means what it says.",
                by=world.expert(sheet),
            )
        else:
            held = sheet.answers.get(indicator=request.indicator)
            another = 50 if held.option != world.option(request.indicator.code, 50) else 0
            corrected = {"earns": another, "change_reason": ChangeReason.CORRECTED}
            answer(world, sheet, request.indicator.code, **corrected)


# --- What the review does ----------------------------------------------------------------


def agree(world: World, item: CaseItem, by: User) -> None:
    opinions.give_opinion(item=item, version=item.version, kind=OpinionKind.AGREE, by=by)


def disagree(world: World, item: CaseItem, by: User, *, suggests: int | None = None) -> None:
    """Object in words; SUGGESTS is what the option that would be right earns."""
    code = item.indicator.code
    opinions.give_opinion(
        item=item,
        version=item.version,
        kind=OpinionKind.DISAGREE,
        by=by,
        suggested_option=None if suggests is None else world.option(code, suggests),
        text=f"Section 5 says otherwise about {code}.",
    )


def approve(world: World, item: CaseItem) -> None:
    """Let as many reviewers agree as the round requires."""
    reviewers = world.reviewers(item.case.country.code)
    for reviewer in reviewers[: world.round.opinions_required]:
        agree(world, item, reviewer)


@gone_once
def approve_all(world: World) -> None:
    for item in world.items(ItemState.UNDER_REVIEW):
        approve(world, item)


def return_objections(
    world: World, country: str, indicator: str, *, suggests: int = 50
) -> Case:
    """Two reviewers object to one answer, and the first returns the case with it."""
    _return_objections(world, country, indicator, suggests)
    return world.item(country, indicator).case


@gone_once
def _return_objections(world: World, country: str, indicator: str, suggests: int) -> None:
    item = world.item(country, indicator)
    first, second = world.reviewers(country)[:2]
    disagree(world, item, first, suggests=suggests)
    disagree(world, item, second, suggests=suggests)
    returning.return_case(case=item.case, by=first)


def split(world: World, country: str, indicator: str) -> Dispute:
    """One reviewer agrees and one objects, which disputes the answer."""
    _split(world, country, indicator)
    return world.dispute(country, indicator)


@gone_once
def _split(world: World, country: str, indicator: str) -> None:
    item = world.item(country, indicator)
    first, second = world.reviewers(country)[:2]
    agree(world, item, first)
    disagree(world, item, second, suggests=50)


@gone_once
def rule_all(world: World) -> None:
    """Uphold the expert in every open dispute."""
    rows = Dispute.objects.filter(
        state=DisputeState.OPEN, item__case__round=world.round
    ).order_by("pk")
    for dispute in rows:
        rule(world, dispute)


def rule(world: World, dispute: Dispute, **content: object) -> None:
    """Rule as CONTENT says; by itself, uphold the expert."""
    disputes.rule(
        dispute=dispute,
        by=world["adjudicator"],
        **{
            "verdict": VerdictCode.EXPERT_UPHELD,
            "internal_rationale": "The source that the expert cites decides.",
            "public_rationale": "The act was in force on the day.",
        }
        | content,
    )


@gone_once
def consent_all(world: World) -> None:
    """Consent to every exceptional answer that is under review."""
    for item in world.items(ItemState.UNDER_REVIEW):
        if world.item(item.case.country.code, item.indicator.code).answer.kind == (
            AnswerKind.EXCEPTIONAL
        ):
            consents.consent(
                item=item,
                version=item.version,
                text="Both regions were checked.",
                by=world["adjudicator"],
            )


@gone_once
def settle_all(world: World) -> None:
    """Take every answer from blank to settled, so that nothing blocks the closing."""
    answer_all(world)
    submit_all(world)
    consent_all(world)
    approve_all(world)
    rule_all(world)


@gone_once
def settle_all_but(world: World, country: str, indicator: str) -> None:
    """As settle_all, but one answer lacks the last reviewer's opinion."""
    answer_all(world)
    submit_all(world)
    last = world.item(country, indicator)
    for item in world.items(ItemState.UNDER_REVIEW):
        if item != last:
            approve(world, item)
    for reviewer in world.reviewers(country)[: world.round.opinions_required - 1]:
        agree(world, last, reviewer)


def close(world: World) -> Round:
    """Close the review by the round's coordinator."""
    world.round = reviewing.close_review(round_=world.round, by=world["coordinator"])
    return world.round
