"""The board: what is wrong in a cell, and what waits for somebody to decide."""

from datetime import timedelta

from django.utils import timezone

from questionnaire.models import Extension
from questionnaire.services import joint_acts
from questionnaire.services.assignments import end_assignment
from questionnaire.services.excluding import ask_to_leave_out as ask_to
from review.models import CaseItem
from tests import world as worlds
from tests.desk.board_pages import cell, page_of, shown


def test_a_cell_warns_that_a_sheet_has_no_expert(world):
    held = world.round.assignments.get(person=world["EE_b_2"])
    end_assignment(assignment=held, reason="Left.", by=world["head"])

    assert cell(world, "EE", "b").warnings == ("no expert yet",)
    assert cell(world, "EE", "a").warnings == ()
    assert [row.code for row in page_of(world, state="warning").rows] == ["EE"]


def late(world, *, days=3, **sheet):
    """Let the sheets be due some DAYS ago; what else is said is of Estonia's first sheet."""
    now = timezone.now()
    world.round.opens_at = now - timedelta(days=90)
    world.round.due_at = now - timedelta(days=days, hours=1)
    world.round.save()
    first = world.sheet("EE", "a")
    for name, value in sheet.items():
        setattr(first, name, value)
    first.save()


def test_an_extension_moves_the_day_from_which_a_sheet_is_late(world):
    late(world, extended_until=timezone.now() + timedelta(days=2))

    assert cell(world, "EE", "a").is_late is False
    assert cell(world, "PT", "a").warnings == ("3 d late",)


def test_a_sheet_that_was_due_this_morning_is_late_by_hours(world):
    late(world, days=0)

    assert cell(world, "EE", "a").count == "0 of 2, 1 h late"


def test_what_was_handed_in_late_stays_marked(world):
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("EE", "a"))
    sheet = world.sheet("EE", "a")
    sheet.late_by = timedelta(days=2, hours=4)
    sheet.save()

    assert cell(world, "EE", "a").warnings == ("handed in 2 days 4 hours late",)


def test_answers_that_wait_long_for_opinions_are_a_warning(world):
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("PT", "a"))
    assert cell(world, "PT", "a").warnings == ()

    CaseItem.objects.all().update(updated_at=timezone.now() - timedelta(days=20))

    assert cell(world, "PT", "a").warnings == ("2 answers to read, for 20 days",)


def ask_to_leave_out(world, country="PT", **asked):
    return ask_to(
        round_=world.round,
        country=world.country(country),
        text="No expert was found.",
        by=world["coordinator"],
        **asked,
    )


def test_what_waits_for_a_second_person_stands_at_the_top(world, as_person):
    ask_to_leave_out(world)

    asker, head, observer = (
        shown(as_person(key)) for key in ("coordinator", "head", "observer")
    )

    for page in (asker, head, observer):
        assert "1 act waits for a second person" in page
    assert 'href="/rounds/2019/acts-of-two/">Decide</a>' in head
    assert "acts-of-two" not in observer


def test_wishes_for_more_time_stand_at_the_top_and_in_their_cells(world, as_person):
    Extension(
        round=world.round,
        country=world.country("PT"),
        asked_by=world["PT_a_1"],
        reason="The ministry is closed.",
        wished_until=timezone.now() + timedelta(days=3),
    ).save()

    page = shown(as_person("coordinator"))

    assert "1 wish for more time" in page
    assert 'href="/rounds/2019/extensions/">Decide</a>' in page
    assert cell(world, "PT", "b").warnings == ("1 wish for more time",)
    assert "The ministry is closed." not in page


def test_a_country_that_follows_later_says_so(world):
    joint_acts.do(act=ask_to_leave_out(world, follows_later=True), by=world["head"])

    found = cell(world, "PT", "a")

    assert (found.state, found.count, found.warnings) == ("excluded", "follows later", ())
