"""Who looks from above loses a country by a tie, and learns names for a reason and a day."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed
from questionnaire.enums import Role
from questionnaire.models import SourceFile
from questionnaire.rules import may_read_file, may_see_sheet
from review import rules
from review.enums import Interest
from review.services.interests import unblind
from tests import world as worlds
from tests.factories.questionnaire import AssignmentFactory

JUDGE = "EE_reviewer_1"


@pytest.fixture
def world(db):
    """Give a round under review in which nobody has declared yet."""
    world = worlds.build(declares=False)
    worlds.answer_all(world)
    worlds.submit_all(world)
    return world


def tied(world, key, interest=Interest.POSSIBLE):
    worlds.declare(world, key, "EE", interest=interest, text="I was born there.")


def sees(world, key=JUDGE, code="EE"):
    return rules.may_see_case(world[key], world.case(code, "a"))


# --- Who looks from above -----------------------------------------------------------------


@pytest.mark.parametrize("key", ["coordinator", "observer"])
@pytest.mark.parametrize("interest", [Interest.POSSIBLE, Interest.YES])
def test_who_looks_from_above_loses_a_country_by_a_tie(world, key, interest):
    assert sees(world, key)
    assert may_see_sheet(world[key], world.sheet("EE", "a"))

    tied(world, key, interest)

    verdict = sees(world, key)
    assert "Your tie to Estonia keeps it from you." in verdict.reason
    assert not may_see_sheet(world[key], world.sheet("EE", "a"))
    assert sees(world, key, "PT")
    assert may_see_sheet(world[key], world.sheet("PT", "a"))
    lost = rules.countries_lost_by(world[key], world.round)
    assert lost == {world.country("EE").pk}


@pytest.mark.parametrize("role", [Role.EXPERT, Role.DELEGATE, Role.REVIEWER])
def test_a_coordinator_who_took_part_in_a_country_loses_it_for_good(world, role):
    AssignmentFactory(
        person=world["coordinator"],
        role=role,
        round=world.round,
        country=world.country("EE"),
        ended_at=timezone.now(),
    )

    assert not sees(world, "coordinator")
    assert sees(world, "coordinator", "PT")
    assert rules.countries_lost_by(world["coordinator"], world.round) == {
        world.country("EE").pk
    }


def test_a_part_in_the_whole_round_loses_every_country(world):
    AssignmentFactory(
        person=world["coordinator"],
        role=Role.ADJUDICATOR,
        round=world.round,
        ended_at=timezone.now(),
    )

    assert len(rules.countries_lost_by(world["coordinator"], world.round)) == 2


def test_a_reviewer_reads_no_file_of_a_source_before_declaring(world):
    file = SourceFile(source=worlds.law_of(world, world.sheet("EE", "a")))
    assert not may_read_file(world[JUDGE], file)

    worlds.declare(world, JUDGE, "EE")

    assert may_read_file(world[JUDGE], file)


# --- Names on demand ----------------------------------------------------------------------


def learn(world, key="coordinator", code="EE", reason="To call an expert."):
    return unblind(
        round_=world.round, country=world.country(code), reason=reason, by=world[key]
    )


def test_names_are_shown_for_a_day_and_it_is_on_record(world):
    learned = learn(world)

    entry = AuditEntry.objects.get(act="names.unblind")
    assert (entry.actor, entry.reason) == (world["coordinator"].pk, "To call an expert.")
    assert entry.subject == "interests/2019/EE"
    shown = rules.countries_unblinded_for(world["coordinator"], world.round)
    assert set(shown) == {world.country("EE").pk}
    assert learned.until - learned.at < timedelta(hours=24, minutes=1)
    assert not rules.countries_unblinded_for(world["head"], world.round)


def test_after_the_day_pseudonyms_stand_there_again(world, monkeypatch):
    learned = learn(world)
    later = learned.until + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert not rules.countries_unblinded_for(world["coordinator"], world.round)


@pytest.mark.parametrize("key", ["observer", "stranger", "publisher_1", "EE_a_1", JUDGE])
def test_nobody_but_a_coordinator_learns_names(world, key):
    with pytest.raises(NotAllowed):
        learn(world, key)


def test_a_coordinator_with_a_tie_learns_no_names_there(world):
    tied(world, "coordinator")

    with pytest.raises(NotAllowed):
        learn(world)
    assert learn(world, code="PT")


@pytest.mark.parametrize("reason", ["", " ", "x" * 20_001])
def test_names_are_asked_for_with_a_reason(world, reason):
    with pytest.raises(ValidationError, match=r"Say it|Shorten"):
        learn(world, reason=reason)
