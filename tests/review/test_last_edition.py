"""A reviewer reads beside an answer what the last edition published about the same question."""

from datetime import date

from questionnaire.services.earlier import Proposal, propose
from tests import world as worlds
from tests.review.clients import ITEM, said, signed_in


def carry(world):
    propose(
        round_=world.round,
        by=world["coordinator"],
        proposals=[
            Proposal(
                country=world.country("EE"),
                indicator=world.indicator("aa1"),
                edition="2014.1",
                reference_date=date(2014, 12, 31),
                kind="chosen",
                option=world.option("aa1", 50),
                points=None,
                rationale="The older act said so.",
                sources=(),
            )
        ],
    )


def aside(world):
    page = said(signed_in(world["EE_reviewer_1"]).get(ITEM))
    return page.partition('id="help"')[2] or page


def test_what_was_published_before_stands_beside_the_answer(reviewed):
    carry(reviewed)

    shown = aside(reviewed)

    assert "Last edition: 2014.1, as of 31 December 2014" in shown
    assert "For 50 points." in shown
    assert "The older act said so." in shown


def test_without_an_earlier_answer_nothing_is_said_of_one(reviewed):
    assert "Last edition" not in aside(reviewed)


def test_it_betrays_nobody_of_the_expert_side(reviewed):
    carry(reviewed)
    traces = reviewed.traces_of([*worlds.EXPERT_SIDE, "coordinator"])
    response = signed_in(reviewed["EE_reviewer_1"]).get(ITEM)
    everything = f"{response.headers} {response.content.decode()}"
    assert not {trace for trace in traces if trace in everything}
