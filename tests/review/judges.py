"""Adjudicators beside the one of the small world, and what their rulings say."""

from questionnaire.enums import Role
from questionnaire.services import assignments
from review.enums import VerdictCode
from review.services.disputes import rule
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.factories.review import without_tie

REASONS = {
    "internal_rationale": "Section 5 decides.",
    "public_rationale": "The act was in force on the day.",
}


def another_adjudicator(world):
    """Give the round one more adjudicator, who declared no tie to any country."""
    person = UserFactory(name="Aurelia Pademelonova", email="aurelia@example.org")
    assignments.assign(
        person=person, role=Role.ADJUDICATOR, round_=world.round, by=world["head"]
    )
    for country in worlds.COUNTRIES:
        without_tie(person, world.case(country, "a"))
    return person


def propose(world, dispute, by, *, points=0, **content):
    """Rule for an option that nobody named, which waits for a second look."""
    code = dispute.item.indicator.code
    said = {"verdict": VerdictCode.THIRD_VALUE, "option": world.option(code, points)}
    return rule(dispute=dispute, by=by, **REASONS | said | content)
