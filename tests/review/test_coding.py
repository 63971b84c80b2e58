"""Coding blind: by whom, once, kept as it is; and no opinion before it."""

from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, WrongState
from questionnaire.enums import TEXT_LIMIT, AnswerKind, Role, RoundState
from questionnaire.services import assignments
from review.enums import SETTLED, DraftOf, ItemState
from review.models import BlindCoding, Opinion, ReviewDraft
from review.rules import may_code, may_code_in
from review.rules.coding import cases_of_second
from review.services.coding import save_coding
from review.services.drafts import place_of_item
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.factories.review import CaseItemFactory, reviewer_of

from .drawn import build_drawn

EXCEPTIONAL = {"kind": AnswerKind.EXCEPTIONAL, "option": None}
CODE = {"kind": AnswerKind.CHOSEN, "text": "Section 7 says so."}


@pytest.fixture
def world(db):
    """Give the small round with every sheet submitted and every question drawn."""
    return build_drawn()


@pytest.fixture
def item(world):
    return world.item("PT", "aa1")


@pytest.fixture
def reviewer(world):
    return world["PT_reviewer_1"]


def second_expert(world, strand="a", coding=2):
    """Give somebody the right to a coding of a Portuguese strand of which there is no sheet."""
    person = UserFactory()
    assignments.assign(
        person=person,
        role=Role.EXPERT,
        round_=world.round,
        country=world.country("PT"),
        strand=world.strand(strand),
        coding=coding,
        by=world["head"],
    )
    return person


def code(item, by, **content):
    option = item.indicator.options.get(points=50)
    return save_coding(item=item, by=by, **{**CODE, "option": option} | content)


# --- By whom -----------------------------------------------------------------------------


def test_a_reviewer_codes_a_drawn_question(item, reviewer):
    coding = code(item, reviewer)

    kept = BlindCoding.objects.get()
    assert kept == coding
    assert (kept.item, kept.coder, kept.role) == (item, reviewer, Role.REVIEWER)
    assert (kept.kind, kept.option.points, kept.version) == (AnswerKind.CHOSEN, 50, 1)


def test_a_second_expert_codes_it_as_an_expert(world, item):
    person = second_expert(world)

    assert code(item, person).role == Role.EXPERT


@pytest.mark.parametrize(
    "key",
    ["stranger", "PT_a_1", "EE_reviewer_1", "adjudicator", "coordinator", "observer", "head"],
)
def test_nobody_else_codes(world, item, key):
    assert not may_code(world[key], item)
    with pytest.raises(NotAllowed):
        code(item, world[key])
    assert not BlindCoding.objects.exists()


def test_a_superuser_without_an_assignment_codes_nothing(item):
    with pytest.raises(NotAllowed):
        code(item, UserFactory(is_superuser=True, is_staff=True))


def test_an_expert_with_a_second_sheet_of_their_own_codes_nothing_blind(world):
    item = world.item("EE", "bb1")

    assert not may_code(world["EE_b_2"], item)


def test_a_second_expert_of_another_strand_codes_nothing_here(world, item):
    assert not may_code(second_expert(world, strand="b"), item)


def test_a_second_expert_whose_right_ended_codes_nothing(world, item):
    person = second_expert(world)
    held = world.round.assignments.get(person=person)
    assignments.end_assignment(assignment=held, reason="They left.", by=world["head"])

    assert not may_code(person, item)


def test_who_could_write_on_the_first_sheet_is_no_second_expert(world, item):
    """By services nobody has both; a row that came otherwise opens nothing."""
    person = second_expert(world)
    world.round.assignments.create(
        person=person,
        role=Role.DELEGATE,
        country=world.country("PT"),
        strand=world.strand("a"),
        coding=1,
        pseudonym="Delegate 9",
        ended_at=timezone.now(),
    )

    assert "somebody else codes it" in may_code(person, item).reason
    assert not cases_of_second(person).exists()


def test_who_wrote_on_the_first_sheet_is_no_second_expert(world, item):
    person = second_expert(world)
    item.answer.history.update(answered_by=person)

    assert not may_code(person, item)
    assert not cases_of_second(person).exists()


def test_the_list_of_cases_and_the_rule_agree_on_second_experts(world):
    people = [second_expert(world), second_expert(world, "b"), *world.people.values()]
    reviewers = {world[key].pk for key in worlds.REVIEW_SIDE}
    cases = [world.case(c, s) for c in ("EE", "PT") for s in ("a", "b")]
    for person in people:
        if person.pk not in reviewers:
            listed = set(cases_of_second(person))
            assert listed == {case for case in cases if may_code_in(person, case)}


def test_a_question_that_is_not_drawn_is_not_coded(item, reviewer):
    item.is_coded_blind = False
    item.save()

    with pytest.raises(NotAllowed, match="not among those"):
        code(item, reviewer)


# --- Once, and where it stands -----------------------------------------------------------


def test_a_question_is_coded_once_by_each_person(world, item, reviewer):
    first = code(item, reviewer)

    with pytest.raises(WrongState, match="already"):
        code(item, reviewer, kind=AnswerKind.UNKNOWN, option=None)
    code(item, world["PT_reviewer_2"])

    assert BlindCoding.objects.get(coder=reviewer).option == first.option
    assert BlindCoding.objects.count() == 2


@pytest.mark.parametrize("state", ItemState.values)
def test_it_is_coded_until_it_is_settled(item, reviewer, state):
    item.state = state
    item.save()

    if state in SETTLED:
        with pytest.raises(WrongState, match="has ended"):
            code(item, reviewer)
    else:
        assert code(item, reviewer).pk
    item.refresh_from_db()
    assert item.state == state


def test_it_is_not_coded_once_the_review_is_closed(world, item, reviewer):
    world.round.state = RoundState.REVIEW_CLOSED
    world.round.save()

    with pytest.raises(WrongState, match="is closed"):
        code(item, reviewer)
    assert not BlindCoding.objects.exists()


def test_a_coding_can_be_neither_changed_nor_deleted(item, reviewer):
    coding = code(item, reviewer)

    with pytest.raises(TypeError):
        BlindCoding.objects.update(text="Another.")
    with pytest.raises(TypeError):
        BlindCoding.objects.filter(pk=coding.pk).delete()


def test_the_record_says_who_coded_what(world, item, reviewer):
    code(item, reviewer)

    entry = AuditEntry.objects.get(act="coding.save")
    assert (entry.actor, entry.role) == (reviewer.pk, Role.REVIEWER)
    assert entry.subject == "item/2019/PT/a/aa1"
    assert entry.stream == world.round.stream
    assert entry.new == {
        "version": 1,
        "reference_date": "2019-12-31",
        "kind": "chosen",
        "option": item.indicator.options.get(points=50).order,
        "points": None,
        "text": "Section 7 says so.",
    }


def test_a_refused_coding_leaves_no_record(item, acts):
    with pytest.raises(NotAllowed):
        code(item, UserFactory())

    assert acts("coding.save") == []


def test_what_was_being_typed_goes_with_the_coding(world, item, reviewer):
    typed = {"kind": DraftOf.CODING, "place": place_of_item(item), "case": item.case}
    for person in (reviewer, world["PT_reviewer_2"]):
        ReviewDraft.objects.create(person=person, content={"text": "Secti"}, **typed)

    code(item, reviewer)

    assert [draft.person for draft in ReviewDraft.objects.all()] == [world["PT_reviewer_2"]]


# --- What is sound -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", [AnswerKind.NOT_APPLICABLE, AnswerKind.UNKNOWN])
def test_no_option_is_a_coding_too(item, reviewer, kind):
    kept = code(item, reviewer, kind=kind, option=None)

    assert (kept.kind, kept.option, kept.points) == (kind, None, None)


def test_exceptional_points_are_kept_exact(item, reviewer):
    code(item, reviewer, kind="exceptional", option=None, points=Fraction(200, 3))

    assert BlindCoding.objects.get().points == Fraction(200, 3)


@pytest.mark.parametrize(
    ("content", "field", "words"),
    [
        ({"option": None}, "option", "Choose an option"),
        ({"kind": "unknown"}, "option", "Choose an option"),
        ({"kind": "never heard of"}, "kind", "not a valid choice"),
        ({"points": Fraction(50)}, "points", "only there"),
        ({"kind": "exceptional", "option": None}, "points", "only there"),
        ({**EXCEPTIONAL, "points": Fraction(101)}, "points", "between 0 and 100"),
        ({**EXCEPTIONAL, "points": Fraction(-1, 2)}, "points", "between 0 and 100"),
        ({"kind": "unknown", "option": None, "text": " "}, "text", "why no option"),
        ({"text": "x" * (TEXT_LIMIT + 1)}, "text", "Shorten it to 20,000"),
    ],
)
def test_what_is_not_sound_is_refused_by_field(item, reviewer, content, field, words):
    with pytest.raises(ValidationError, match=words) as refused:
        code(item, reviewer, **content)

    assert set(refused.value.message_dict) == {field}
    assert not BlindCoding.objects.exists()


def test_another_indicator_s_option_is_refused(world, item, reviewer):
    with pytest.raises(ValidationError, match="another indicator"):
        code(item, reviewer, option=world.option("aa2", 50))


def test_a_text_of_the_limit_is_kept_whatever_ends_its_lines(item, reviewer):
    text = "x\r\n" * (TEXT_LIMIT // 2 - 1) + "xy"

    assert code(item, reviewer, text=text).pk


# --- An opinion only after it ------------------------------------------------------------


def test_no_opinion_is_given_before_the_coding(item, reviewer, world):
    with pytest.raises(WrongState, match="Code this question first"):
        worlds.agree(world, item, reviewer)
    assert not Opinion.objects.exists()

    code(item, reviewer)
    worlds.agree(world, item, reviewer)

    assert Opinion.objects.get().reviewer == reviewer


def test_what_is_not_drawn_asks_for_no_coding(world, item, reviewer):
    other = CaseItemFactory(case=item.case)

    worlds.agree(world, other, reviewer)

    assert Opinion.objects.get().item == other


def test_a_coding_moves_nothing(item, reviewer, acts):
    before = item.state
    code(item, reviewer)

    item.refresh_from_db()
    assert item.state == before
    assert acts()[-1] == "coding.save"


def test_a_new_reviewer_codes_what_others_have_coded(item, reviewer):
    code(item, reviewer)

    assert code(item, reviewer_of(item.case)).pk
