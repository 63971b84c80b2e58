"""The pages' data: complete for who looks, hidden where it would sway, in few queries."""

import pytest

from questionnaire.enums import AnswerKind
from review import selectors
from review.enums import CaseState, ItemState
from tests import world as worlds


def page(world, key, place=("PT", "a")):
    return selectors.case_page(world.case(*place), world[key])


def test_a_case_shows_each_answer_with_its_question_and_sources(reviewed):
    shown = page(reviewed, "PT_reviewer_1")

    assert (shown.place.country_code, shown.place.strand_code) == ("PT", "a")
    assert shown.cut_off == worlds.CUT_OFF
    assert [row.indicator.code for row in shown.rows] == ["aa1", "aa2"]
    row = shown.row("aa1")
    assert row.reading.option == reviewed.option("aa1", 100)
    assert [source.title for source in row.reading.sources] == ["Invented Act"]
    assert [option.points for option in row.options] == [100, 50, 0]
    assert (row.state, row.version, row.before) == (ItemState.UNDER_REVIEW, 1, None)
    assert row.may_speak


def test_each_is_called_by_a_pseudonym(reviewed):
    names = {
        a.person_id: a.pseudonym
        for a in reviewed.round.assignments.filter(country__code="PT").order_by("-pk")
    }
    shown = page(reviewed, "PT_reviewer_1")

    assert shown.you == names[reviewed["PT_reviewer_1"].pk]
    assert shown.expert == names[reviewed["PT_a_1"].pk]


def test_others_opinions_are_hidden_until_one_s_own_is_given(reviewed):
    worlds.disagree(reviewed, reviewed.item("PT", "aa1"), reviewed["PT_reviewer_1"])

    before = page(reviewed, "PT_reviewer_2").row("aa1")
    assert (before.opinions, before.opinions_hidden) == ((), True)

    worlds.disagree(reviewed, reviewed.item("PT", "aa1"), reviewed["PT_reviewer_2"])
    after = page(reviewed, "PT_reviewer_2").row("aa1")
    assert not after.opinions_hidden
    assert sorted(view.is_yours for view in after.opinions) == [False, True]
    assert after.own.is_yours


def test_whether_others_have_spoken_does_not_show_before(reviewed):
    untouched = page(reviewed, "PT_reviewer_2")
    worlds.disagree(reviewed, reviewed.item("PT", "aa1"), reviewed["PT_reviewer_1"])

    assert page(reviewed, "PT_reviewer_2") == untouched
    assert selectors.workbench(reviewed["PT_reviewer_2"]).cases[0].objections == 0


def test_where_the_round_hides_nothing_opinions_are_open(db):
    world = worlds.build(opinions_hidden=False)
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.disagree(world, world.item("PT", "aa1"), world["PT_reviewer_1"])

    assert len(page(world, "PT_reviewer_2").row("aa1").opinions) == 1


def test_a_new_version_hides_again_and_shows_what_was_judged_before(reviewed):
    worlds.return_objections(reviewed, "EE", "aa1")
    worlds.answer_the_requests(reviewed, reviewed.sheet("EE", "a"))
    worlds.submit(reviewed, reviewed.sheet("EE", "a"))
    worlds.agree(reviewed, reviewed.item("EE", "aa1"), reviewed["EE_reviewer_2"])

    row = page(reviewed, "EE_reviewer_1", ("EE", "a")).row("aa1")
    assert (row.version, row.reading.version, row.before.version) == (2, 2, 1)
    assert (row.opinions, row.opinions_hidden) == ((), True)
    assert len(row.earlier) == 2
    assert [request.state for request in row.requests] == ["changed"]

    newcomer = page(reviewed, "EE_reviewer_3", ("EE", "a")).row("aa1")
    assert (newcomer.earlier, newcomer.requests) == ((), ())


def test_while_a_sheet_is_being_changed_the_pinned_version_is_read(reviewed):
    worlds.return_objections(reviewed, "PT", "aa1")
    worlds.answer_the_requests(reviewed, reviewed.sheet("PT", "a"))

    row = page(reviewed, "PT_reviewer_1").row("aa1")
    assert (row.reading.version, row.reading.option.points) == (1, 100)
    assert not row.may_speak


def test_who_does_not_review_reads_all_opinions(reviewed):
    worlds.disagree(reviewed, reviewed.item("PT", "aa1"), reviewed["PT_reviewer_1"])

    for key in ("adjudicator", "coordinator", "observer"):
        row = page(reviewed, key).row("aa1")
        assert len(row.opinions) == 1
        assert not row.may_speak


def test_the_dispute_file_holds_both_sides(world):
    worlds.answer(world, world.sheet("EE", "b", 2), "bb2", earns=0)
    worlds.answer_all(world)
    worlds.submit_all(world)

    shown = selectors.dispute_page(world.dispute("EE", "bb2"), world["adjudicator"])

    assert shown.may_rule
    values = [(coding.coding, coding.reading.option.points) for coding in shown.codings]
    assert values == [(1, 100), (2, 0)]
    assert all(coding.who for coding in shown.codings)
    assert shown.cause == "codings"


def test_the_dispute_file_holds_the_thread_and_the_opinions(reviewed):
    worlds.return_objections(reviewed, "PT", "aa1")
    sheet = reviewed.sheet("PT", "a")
    worlds.answer_the_requests(reviewed, sheet, maintain=True)
    worlds.submit(reviewed, sheet)

    shown = selectors.dispute_page(reviewed.dispute("PT", "aa1"), reviewed["adjudicator"])

    assert shown.expert_point == "The act means what it says."
    assert [view.suggested.points for view in shown.opinions] == [50, 50]
    (request,) = shown.requests
    assert (request.state, request.reply) == ("maintained", "The act means what it says.")


def test_internal_reasons_are_for_adjudicators_alone(reviewed):
    dispute = worlds.split(reviewed, "PT", "aa1")
    worlds.rule(reviewed, dispute)
    dispute = reviewed.dispute("PT", "aa1")

    shown = {
        key: selectors.dispute_page(dispute, reviewed[key])
        for key in ("adjudicator", "PT_reviewer_1", "coordinator")
    }

    assert shown["adjudicator"].internal_rationale
    assert not shown["PT_reviewer_1"].internal_rationale
    assert not shown["coordinator"].internal_rationale
    publics = {page.ruling.public_rationale for page in shown.values()}
    assert publics == {"The act was in force on the day."}


def test_a_precedent_guides_the_same_question_elsewhere(reviewed):
    worlds.rule(reviewed, worlds.split(reviewed, "EE", "aa1"), is_precedent=True)
    worlds.rule(reviewed, worlds.split(reviewed, "EE", "aa2"), is_precedent=False)
    dispute = worlds.split(reviewed, "PT", "aa1")

    (precedent,) = selectors.dispute_page(dispute, reviewed["adjudicator"]).precedents

    assert precedent.country_name == "Estonia"
    assert precedent.ruling.value_label == "For 100 points."
    own = selectors.dispute_page(reviewed.dispute("EE", "aa1"), reviewed["adjudicator"])
    assert own.precedents == ()


def test_a_workbench_lists_what_waits_for_this_reviewer(reviewed):
    worlds.agree(reviewed, reviewed.item("PT", "aa1"), reviewed["PT_reviewer_1"])
    worlds.disagree(reviewed, reviewed.item("PT", "aa2"), reviewed["PT_reviewer_1"])

    bench = selectors.workbench(reviewed["PT_reviewer_1"])

    lines = [
        (c.place.strand_code, c.total, c.spoken, c.to_speak, c.objections) for c in bench.cases
    ]
    assert lines == [("a", 2, 2, 0, 1), ("b", 3, 0, 3, 0)]
    assert all(line.needs_you and line.you for line in bench.cases)
    assert (bench.disputes, bench.consents) == ((), ())


def test_a_workbench_lists_what_waits_for_this_adjudicator(world):
    worlds.answer(world, world.sheet("PT", "a"), "aa2", kind=AnswerKind.EXCEPTIONAL, points=75)
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.split(world, "PT", "aa1")

    bench = selectors.workbench(world["adjudicator"])

    assert [(line.indicator_code, line.cause) for line in bench.disputes] == [("aa1", "split")]
    assert [line.indicator_code for line in bench.consents] == ["aa2"]
    assert bench.cases == ()

    worlds.consent_all(world)
    worlds.rule_all(world)
    bench = selectors.workbench(world["adjudicator"])
    assert (bench.disputes, bench.consents) == ((), ())


@pytest.mark.parametrize(
    "key", ["PT_a_1", "coordinator", "head", "observer", "publisher_1", "stranger"]
)
def test_who_judges_nothing_has_an_empty_workbench(reviewed, key):
    bench = selectors.workbench(reviewed[key])

    assert (bench.cases, bench.disputes, bench.consents) == ((), (), ())


def test_a_closed_round_leaves_the_workbench(world):
    worlds.settle_all(world)
    worlds.close(world)

    assert selectors.workbench(world["PT_reviewer_1"]).cases == ()


def test_an_expert_reads_what_is_asked_and_suggested_after_the_return_only(reviewed):
    item = reviewed.item("PT", "aa1")
    for reviewer in reviewed.reviewers("PT"):
        worlds.disagree(reviewed, item, reviewer, suggests=50)
    expert, sheet = reviewed["PT_a_1"], reviewed.sheet("PT", "a")
    before = selectors.expert_view(sheet, expert).row("aa1")
    assert (before.requests, before.suggested) == ((), ())

    worlds.returning.return_case(case=item.case, by=reviewed["PT_reviewer_1"])

    view = selectors.expert_view(sheet, expert)
    row = view.row("aa1")
    assert view.state == CaseState.RETURNED
    assert row.requests[0].text == "Section 5 says otherwise about aa1."
    assert row.suggested == (reviewed.option("aa1", 50),)


def test_an_expert_reads_a_ruling_s_public_rationale(reviewed):
    worlds.rule(reviewed, worlds.split(reviewed, "PT", "aa1"))

    row = selectors.expert_view(reviewed.sheet("PT", "a"), reviewed["PT_a_1"]).row("aa1")

    assert row.state == ItemState.RULED
    assert row.ruling.public_rationale == "The act was in force on the day."
    assert "source that the expert cites" not in repr(row)


@pytest.mark.parametrize("key", ["PT_b_1", "PT_reviewer_1", "adjudicator", "stranger"])
def test_nobody_else_reads_the_expert_s_view(reviewed, key):
    view = selectors.expert_view(reviewed.sheet("PT", "a"), reviewed[key])

    assert (view.rows, view.may_see.allowed) == ((), False)


def test_before_the_first_submission_there_is_nothing_to_read(world):
    view = selectors.expert_view(world.sheet("PT", "a"), world["PT_a_1"])

    assert (view.state, view.rows, view.row("aa1")) == ("", (), None)


def test_the_board_knows_where_each_case_stands(reviewed):
    worlds.approve(reviewed, reviewed.item("PT", "aa1"))
    worlds.split(reviewed, "PT", "aa2")

    standing = selectors.case_states(reviewed.round)["PT", "a"]

    assert standing.counts == {"approved": 1, "disputed": 1}
    assert (standing.settled, standing.total) == (1, 2)
    assert len(selectors.case_states(reviewed.round)) == 4


def test_the_pages_cost_a_fixed_number_of_queries(reviewed, django_assert_num_queries):
    """The strand a asks two questions, b three; the disputes are two, then one."""
    worlds.return_objections(reviewed, "PT", "bb1")
    reviewer, adjudicator = reviewed["PT_reviewer_1"], reviewed["adjudicator"]
    small, large = reviewed.case("PT", "a"), reviewed.case("PT", "b")
    one, other = worlds.split(reviewed, "EE", "aa1"), worlds.split(reviewed, "EE", "bb1")

    for case in (small, large):
        with django_assert_num_queries(15):
            selectors.case_page(case, reviewer)
    for dispute, codings in ((one, 1), (other, 2)):
        with django_assert_num_queries(20):
            shown = selectors.dispute_page(dispute, adjudicator)
        assert len(shown.codings) == codings
    with django_assert_num_queries(4):
        assert len(selectors.workbench(reviewer).cases) == 2
    for disputes in (2, 1):
        with django_assert_num_queries(4):
            assert len(selectors.workbench(adjudicator).disputes) == disputes
        worlds.rule(reviewed, reviewed.dispute("EE", "aa1" if disputes == 2 else "bb1"))
    with django_assert_num_queries(1):
        selectors.case_states(reviewed.round)
