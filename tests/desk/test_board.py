"""The board: every country and strand in one word, who moves next, filter, sort and file."""

from datetime import timedelta

import pytest
from django.utils import timezone

from questionnaire.models import Participation, Round
from questionnaire.services.assignments import end_assignment
from tests import world as worlds
from tests.desk.board_pages import BOARD, cell, page_of, shown
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import RoundFactory, coordinator_of


def move(world, country, key="coordinator"):
    return next(row for row in page_of(world, key).rows if row.code == country).move


# --- Who may open it ----------------------------------------------------------------------


@pytest.mark.parametrize("key", ["coordinator", "head", "observer"])
def test_those_who_run_or_observe_the_round_open_its_board(as_person, key):
    assert "0 of 4 cleared" in shown(as_person(key))


@pytest.mark.parametrize(
    "key",
    ["stranger", "EE_a_1", "EE_b_delegate", "PT_reviewer_1", "adjudicator", "publisher_1"],
)
def test_everybody_else_is_refused_with_a_sentence(as_person, key):
    response = as_person(key).get(BOARD)

    assert response.status_code == 403
    assert "The board is open to those who run or observe" in response.content.decode()


def test_who_is_not_signed_in_is_sent_to_the_door(client, world):
    assert client.get(BOARD).url == f"/sign-in/?next={BOARD}"


def test_a_superuser_without_an_assignment_gets_nothing(client, world):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    assert client.get(BOARD).status_code == 403


def test_an_unknown_round_is_not_there(as_person):
    assert as_person("head").get("/rounds/none/board/").status_code == 404


@pytest.mark.django_db
def test_a_round_without_a_sheet_says_what_will_be_here(client):
    round_ = RoundFactory(code="empty")
    client.force_login(coordinator_of(round_))

    assert "No sheet yet" in client.get("/rounds/empty/board/").content.decode()


# --- What a cell says ---------------------------------------------------------------------


def test_a_blank_sheet_is_not_begun(world):
    found = cell(world, "EE", "a")

    assert (found.state, found.count, found.url) == (
        "not_begun",
        "0 of 2",
        "/sheets/2019/EE/a/1/",
    )


def test_a_begun_sheet_counts_its_answers_over_both_codings(world):
    worlds.answer(world, world.sheet("EE", "b", 2), "bb1", earns=50)

    found = cell(world, "EE", "b")

    assert (found.state, found.count) == ("answering", "1 of 6")


def test_a_sheet_past_its_due_day_is_late(world):
    now = timezone.now()
    late = Round.objects.get(pk=world.round.pk)
    late.opens_at, late.due_at = now - timedelta(days=9), now - timedelta(days=3, hours=1)
    late.save()
    world.round = late

    found = cell(world, "EE", "a")

    assert (found.count, found.kind, found.is_late) == ("0 of 2, 3 d late", "warn", True)


def test_a_submitted_first_coding_waits_for_the_second(world):
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("EE", "b", 1))

    assert cell(world, "EE", "b").state == "answering"


def test_a_case_counts_what_is_settled_and_then_is_cleared(world):
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.approve(world, world.item("PT", "aa1"))
    before = cell(world, "PT", "a")
    worlds.approve_all(world)
    after = cell(world, "PT", "a")

    assert (before.state, before.count, before.url) == (
        "in_review",
        "1 of 2",
        "/reviews/2019/PT/a/",
    )
    assert (after.state, after.count, after.kind) == ("cleared", "", "")


def test_a_case_without_enough_reviewers_is_marked(world):
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("PT", "a"))
    held = world.round.assignments.get(person=world["PT_reviewer_2"])
    end_assignment(assignment=held, reason="Left.", by=world["head"])

    found = cell(world, "PT", "a")

    assert (found.state, found.count, found.kind) == ("in_review", "no reviewer", "warn")


def test_a_returned_sheet_and_a_dispute_are_marked_with_their_age(world):
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.return_objections(world, "EE", "aa1")
    worlds.split(world, "PT", "aa1")

    returned, disputed = cell(world, "EE", "a"), cell(world, "PT", "a")

    assert (returned.state, returned.count, returned.kind) == ("returned", "today", "warn")
    assert (disputed.state, disputed.count, disputed.kind) == ("disputed", "1, today", "stop")


def test_an_excluded_country_is_shown_as_such_and_blocks_nothing(world):
    row = Participation.objects.get(round=world.round, country__code="PT")
    row.excluded_because = "Not assessed in this edition."
    row.save()

    assert cell(world, "PT", "a").state == "excluded"
    assert move(world, "PT").who == "Nobody"


# --- Who moves next -----------------------------------------------------------------------


def test_the_next_mover_goes_by_a_pseudonym_that_only_coordinators_read(world):
    expert = world.round.assignments.get(person=world["PT_a_1"])

    assert move(world, "PT").who == expert.pseudonym
    assert move(world, "PT").why == "2 sheets to submit, today"
    assert move(world, "PT", "observer").who == "Expert"


def test_a_name_stands_there_for_who_asked_for_it_and_in_that_country_alone(world):
    worlds.learn_names(world, "PT")

    assert move(world, "PT").who == "Alcides Fossanova, expert"
    assert "Quokkastein" not in move(world, "EE").who
    assert "Fossanova" not in move(world, "PT", "head").who


def test_an_observer_reads_no_name_and_no_address(world, as_person):
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.split(world, "PT", "aa1")
    keys = [*worlds.EXPERT_SIDE, *worlds.REVIEW_SIDE]
    client = as_person("observer")
    for query in ("", "?country=PT", "?format=csv"):
        page = client.get(BOARD + query).content.decode()
        assert not {trace for trace in world.traces_of(keys) if trace in page}
        assert "mailto:" not in page


def test_the_gravest_blocker_says_who_moves_and_many_people_are_counted(world):
    worlds.answer_all(world)
    worlds.submit_all(world)

    assert move(world, "EE").who == "3 reviewers"
    worlds.split(world, "EE", "aa1")
    assert move(world, "EE").who.startswith("Consortium reviewer ")
    assert move(world, "EE").why == "1 dispute, today"


def test_what_is_the_coordinators_own_is_said_to_be_theirs(world, as_person):
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("PT", "a"))
    held = world.round.assignments.get(person=world["PT_reviewer_2"])
    end_assignment(assignment=held, reason="Left.", by=world["head"])

    assert move(world, "PT").who == "You"
    assert "1 move is yours" in shown(as_person("coordinator"))


def test_a_country_in_which_all_is_cleared_waits_for_nobody(world):
    worlds.settle_all(world)

    found = move(world, "EE")

    assert (found.who, found.why, found.role) == ("Nobody", "All is cleared", "")


def test_the_blockers_of_one_country_open_by_a_link(world, as_person):
    client = as_person("coordinator")

    shut, opened = shown(client), shown(client, "?country=PT")

    assert 'href="?country=PT#PT" aria-expanded="false"' in shut
    assert "mail/write" not in shut
    assert 'href="?#PT" aria-expanded="true"' in opened
    assert "The sheet is not submitted." in opened


def test_one_click_begins_a_letter_to_who_moves_next_without_a_name(world, as_person):
    expert = world.round.assignments.get(person=world["PT_a_1"])
    client = as_person("coordinator")

    page = shown(client, "?country=PT")

    letter = f"/rounds/2019/mail/write/?to={expert.pk}"
    assert f'href="{letter}">Write to {expert.pseudonym}</a>' in page
    assert not {trace for trace in world.traces_of(worlds.EXPERT_SIDE) if trace in page}
    assert client.get(letter).status_code == 200


def test_each_of_several_people_has_a_letter_of_their_own(world, as_person):
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.learn_names(world, "PT")

    page = shown(as_person("coordinator"), "?country=PT")

    assert "Write to Rosamund Thylacinek" in page
    assert "Write to Rutger Zorillaman" in page


def test_an_observer_is_offered_no_letter(as_person):
    assert "mail/write" not in shown(as_person("observer"), "?country=PT")


# --- Filter and sort -------------------------------------------------------------------


def test_a_filter_narrows_the_countries_and_the_strands(world):
    worlds.answer(world, world.sheet("EE", "a"), "aa1", earns=50)

    by_state = page_of(world, state="answering")
    by_strand = page_of(world, strand="b")

    assert [row.code for row in by_state.rows] == ["EE"]
    assert by_strand.strands == (("b", "Strand b"),)
    assert [len(row.cells) for row in by_strand.rows] == [1, 1]


def test_a_state_is_looked_for_in_the_strand_that_is_shown(world):
    worlds.answer(world, world.sheet("EE", "a"), "aa1", earns=50)

    assert page_of(world, state="answering", strand="b").rows == ()


def test_a_filter_by_mover_finds_every_country_in_which_they_move_something(world):
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("PT", "a"))
    worlds.split(world, "PT", "aa1")

    assert [row.code for row in page_of(world, mover="adjudicator").rows] == ["PT"]
    assert [row.code for row in page_of(world, mover="expert").rows] == ["PT", "EE"]
    assert page_of(world, mover="me").rows == ()


def test_the_board_is_sorted_as_asked(world):
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.split(world, "PT", "aa1")
    for item in world.items("under_review"):
        if item.case.country.code == "EE":
            worlds.approve(world, item)

    orders = {
        sort: [row.code for row in page_of(world, sort=sort).rows]
        for sort in ("worst", "name", "oldest", "cleared")
    }

    assert orders == {
        "worst": ["PT", "EE"],
        "name": ["EE", "PT"],
        "oldest": ["PT", "EE"],
        "cleared": ["EE", "PT"],
    }


def test_totals_are_of_what_is_shown(world):
    worlds.settle_all(world)

    assert page_of(world).totals == (2, 2)
    assert page_of(world, strand="a").totals == (2,)
    assert page_of(world).counts == {"cleared": 4}


@pytest.mark.parametrize(
    "query", ["?state=nonsense&sort=sideways&mover=9", "?strand=%00&country=<script>"]
)
def test_an_address_that_asks_for_nonsense_shows_the_whole_board(as_person, query):
    page = shown(as_person("coordinator"), query)

    assert "2 of 2 countries shown." in page
    assert "<script>" not in page.partition("<body")[2]


def test_a_filter_that_nothing_fits_says_so(as_person):
    page = shown(as_person("coordinator"), "?state=cleared")

    assert "No country fits this filter" in page
    assert '<a href="?">Show all</a>' in page


def test_htmx_gets_the_table_alone_and_others_the_page(as_person):
    client = as_person("coordinator")

    part = client.get(BOARD + "?strand=a", headers={"HX-Request": "true"})

    page = part.content.decode()
    assert "<html" not in page
    assert page.count('id="board"') == 1
    assert "HX-Request" in part["Vary"]
    assert "<html" in client.get(BOARD + "?strand=a").content.decode()


# --- Speed --------------------------------------------------------------------------------


@pytest.mark.parametrize("is_reviewed", [False, True])
def test_the_queries_do_not_grow_with_what_is_on_the_board(
    world, as_person, django_assert_num_queries, is_reviewed
):
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("PT", "a"))
    if is_reviewed:
        worlds.submit_all(world)
        worlds.split(world, "PT", "aa1")
    client = as_person("coordinator")

    for query in ("", "?view=table", "?format=csv"):
        with django_assert_num_queries(11 if "csv" in query else 12):
            client.get(BOARD + query)
