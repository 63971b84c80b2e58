"""No page's data of one side holds a trace of the other: no name, address or key, no moment.

The people of tests/world.py have names that no text of ours holds by chance. What a page is
built from is taken apart here to its last value; the pages themselves are crawled elsewhere.
"""

import dataclasses
from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import get_type_hints
from uuid import UUID

import pytest
from django.db.models import Model

from mipex_site.accounts.models import User
from questionnaire.models import Indicator, Option, Standard
from questionnaire.selectors.reviewer import BlindReading
from review import selectors, workflow
from review.models import Case, Dispute
from review.selectors import blind, cases, disputes, experts, lists
from tests import world as worlds

IMPERSONAL = (Indicator, Option, Standard)
"""Rows of the questionnaire: they have no key of a person."""


@pytest.fixture
def lively(world):
    """Give a world where everything has happened that one side could learn of the other."""
    worlds.answer(world, world.sheet("EE", "b", 2), "bb2", earns=0)
    delegate, sheet = world["EE_b_delegate"], world.sheet("EE", "b")
    worlds.answer(world, sheet, "bb1", earns=100, by=delegate)
    worlds.answer(world, world.sheet("PT", "b"), "bb3", kind="exceptional", points=75)
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.return_objections(world, "EE", "aa1")
    worlds.answer_the_requests(world, world.sheet("EE", "a"), maintain=True)
    worlds.submit(world, world.sheet("EE", "a"))
    worlds.return_objections(world, "PT", "aa1")
    worlds.answer_the_requests(world, world.sheet("PT", "a"))
    worlds.submit(world, world.sheet("PT", "a"))
    worlds.agree(world, world.item("PT", "aa1"), world["PT_reviewer_1"])
    worlds.rule(world, worlds.split(world, "PT", "bb1"), is_precedent=True)
    worlds.split(world, "EE", "bb1")
    return world


def pages_for(world, person) -> Iterator[object]:
    """Yield the data of every page of the review that this person could be served."""
    yield selectors.workbench(person)
    for case in Case.objects.for_page():
        yield selectors.case_page(case, person)
        yield reasons_for(person, case)
        for item in case.items.select_related("indicator"):
            yield reasons_for(person, item)
    for dispute in Dispute.objects.for_page():
        yield selectors.dispute_page(dispute, person)
        yield reasons_for(person, dispute)


def reasons_for(person, thing):
    """Return what is shown of the moves: the verdicts, not the table."""
    return [verdict for _move, verdict in workflow.verdicts_for(person, thing)]


def values_in(thing) -> Iterator[object]:
    """Yield every value that lies anywhere in a page's data."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        for field in dataclasses.fields(thing):
            yield from values_in(getattr(thing, field.name))
    elif isinstance(thing, dict):
        yield from values_in(list(thing.items()))
    elif isinstance(thing, list | tuple | set | frozenset):
        for part in thing:
            yield from values_in(part)
    elif isinstance(thing, Model) and isinstance(thing, IMPERSONAL):
        fields = thing._meta.concrete_fields
        yield from values_in([getattr(thing, field.attname) for field in fields])
    else:
        yield thing


def traces_found(data, traces):
    text = " ".join(str(value) for value in values_in(data))
    return {trace for trace in traces if trace.lower() in text.lower()}


@pytest.mark.parametrize("key", worlds.REVIEW_SIDE)
def test_the_review_side_finds_no_trace_of_anybody_else(lively, key):
    others = lively.traces_of(set(worlds.NAMES) - {key})

    for data in pages_for(lively, lively[key]):
        assert traces_found(data, others) == set()


@pytest.mark.parametrize("key", ["observer", "stranger", "PT_a_1"])
def test_nobody_reads_a_name_in_the_pages_of_the_review(lively, key):
    traces = lively.traces_of(worlds.NAMES)

    for data in pages_for(lively, lively[key]):
        assert traces_found(data, traces) == set()


def test_an_expert_finds_no_trace_of_a_reviewer_in_the_review_of_the_sheet(lively):
    traces = lively.traces_of(set(worlds.NAMES))

    for sheet in lively.sheets():
        view = selectors.expert_view(sheet, lively.expert(sheet))
        assert view.rows
        assert traces_found(view, traces) == set()


def test_an_expert_does_not_even_read_the_pseudonym_of_a_reviewer(lively):
    judges = lively.round.assignments.filter(role__in=("reviewer", "adjudicator"))
    pseudonyms = set(judges.values_list("pseudonym", flat=True))

    for sheet in lively.sheets():
        view = selectors.expert_view(sheet, lively.expert(sheet))
        assert traces_found(view, pseudonyms) == set()


def test_the_crawl_would_notice_a_name(lively):
    """The test of the test: one name put into a page is found."""
    person = lively["PT_a_1"]
    page = selectors.case_page(lively.case("PT", "a"), lively["PT_reviewer_1"])
    leaky = dataclasses.replace(page, expert=person.name)

    assert traces_found(leaky, lively.traces_of({"PT_a_1"})) == set(person.name.split())


def test_no_value_of_a_page_is_a_person_a_key_or_a_moment(lively):
    """A key can be looked up, and the hour of work tells a time zone."""
    known = (str, int, bool, Fraction, date, type(None))
    for key in (*worlds.REVIEW_SIDE, "observer"):
        for data in pages_for(lively, lively[key]):
            for value in values_in(data):
                assert not isinstance(value, datetime)
                assert isinstance(value, known), repr(value)


def fields_of_pages():
    for module in (blind, cases, disputes, experts, lists):
        for name, kind in vars(module).items():
            if dataclasses.is_dataclass(kind) and isinstance(kind, type):
                yield pytest.param(kind, id=f"{module.__name__}.{name}")
    yield pytest.param(BlindReading, id="BlindReading")


@pytest.mark.parametrize("kind", list(fields_of_pages()))
def test_a_page_s_data_is_frozen_and_has_no_field_for_a_person(kind):
    assert kind.__dataclass_params__.frozen
    hints = get_type_hints(kind)
    assert set(hints) & {"person", "user", "reviewer", "adjudicator", "author", "by"} == set()
    types = [hint for hint in hints.values() if isinstance(hint, type)]
    assert [hint for hint in types if issubclass(hint, User | UUID | datetime)] == []
