"""The whole strand, and the page on which a sheet is checked and submitted."""

import pytest
from django.utils import timezone

from questionnaire.enums import AggregateKind, AggregateRule, AssessmentState, Role, SourceKind
from questionnaire.models import Aggregate, Draft
from questionnaire.services.answers import maintain_answer
from questionnaire.services.drafts import keep_draft
from tests import world as worlds
from tests.factories.questionnaire import (
    AssessmentFactory,
    IndicatorFactory,
    SourceFactory,
    expert_of,
    in_round,
    on_sheet,
)

from .viewing import answer_of, at, opened, sent_back, signed_in, text_of

DECLARED = {"declared": "on"}


@pytest.fixture
def sheet(desk):
    """Give the desk with the addresses of its sheet's pages and its expert's browser."""
    desk.index, desk.check = at(desk.sheet), at(desk.sheet, "check/")
    return opened(desk)


# --- The whole strand ---------------------------------------------------------------------


def test_who_can_answer_is_led_to_the_first_question_that_needs_them(sheet):
    sheet.record()
    blank = IndicatorFactory(strand=sheet.sheet.strand)

    assert sheet.client.get(sheet.index).url == at(sheet.sheet, f"{blank.code}/")


def test_after_the_last_question_the_way_leads_round_to_the_first_that_is_left(sheet):
    last = IndicatorFactory(strand=sheet.sheet.strand)

    onward = sheet.client.get(f"{sheet.index}?after={last.code}")

    assert onward.url == sheet.url


def test_when_nothing_is_left_the_way_leads_to_the_check(sheet):
    sheet.record()

    assert sheet.client.get(f"{sheet.index}?after={sheet.indicator.code}").url == sheet.check
    assert sheet.client.get(sheet.index).status_code == 200


def test_the_whole_strand_shows_every_question_with_its_answer(sheet):
    sheet.record(rationale="As the act says.", note="Look twice.")
    blank = IndicatorFactory(strand=sheet.sheet.strand)

    shown = text_of(sheet.client.get(f"{sheet.index}?view=all"))

    assert "As the act says." in shown
    assert "Look twice." in shown
    assert str(sheet.law) in shown
    assert blank.title in shown
    assert "1 of 2 answered" in shown
    assert "Next that needs me" in shown


def test_questions_of_one_composite_stand_together(sheet):
    composite = Aggregate.objects.create(
        framework=sheet.sheet.round.framework,
        code="c1",
        kind=AggregateKind.COMPOSITE,
        parent=sheet.sheet.strand,
        order=1,
        title="Demands at entry",
        rule=AggregateRule.MEAN,
    )
    for _part in range(2):
        IndicatorFactory(strand=sheet.sheet.strand, parent=composite)

    shown = text_of(sheet.client.get(f"{sheet.index}?view=all"))

    assert shown.count("Demands at entry") == 1


def test_a_sheet_without_a_question_says_what_will_be_here(client, db):
    empty = AssessmentFactory()

    shown = text_of(signed_in(expert_of(empty)).get(at(empty)))

    assert "No question yet" in shown


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER])
def test_who_runs_the_round_reads_the_whole_strand_and_no_name(sheet, role):
    sheet.record(rationale="As the act says.")
    IndicatorFactory(strand=sheet.sheet.strand)

    shown = text_of(signed_in(in_round(role, sheet.sheet.round)).get(sheet.index))

    assert "As the act says." in shown
    assert sheet.expert.name not in shown
    assert "Only the expert of this sheet can change its answers." in shown
    assert "Next that needs me" not in shown


def test_an_unknown_sheet_and_anothers_look_alike(sheet):
    other = AssessmentFactory(round=sheet.sheet.round)
    second = at(sheet.sheet).replace("/1/", "/2/")

    for url in (at(other), at(other, "check/"), second):
        assert sheet.client.get(url).status_code == 404


# --- Checking and submitting --------------------------------------------------------------


def test_what_is_missing_is_named_and_the_button_is_not_there(sheet):
    drafted = IndicatorFactory(strand=sheet.sheet.strand, title="A drafted question")
    keep_draft(sheet=sheet.sheet, indicator=drafted, by=sheet.expert, content={"note": "Hm"})

    shown = text_of(sheet.client.get(sheet.check))

    assert "2 things are left to do" in shown
    assert sheet.indicator.title in shown
    assert "There is no answer yet." in shown
    assert "What was typed is kept, but no answer is recorded yet." in shown
    assert "2 questions have no recorded answer yet." in shown
    assert 'name="declared"' not in shown


def test_doubts_are_named_and_block_nothing(sheet):
    undated = SourceFactory(sheet=sheet.sheet, in_force_from=None, title="An undated act")
    published = {"kind": SourceKind.PRACTICE, "in_force_from": None, "publisher": "A board"}
    report = SourceFactory(sheet=sheet.sheet, title="An undated report", **published)
    late = SourceFactory(
        sheet=sheet.sheet, title="A later report", published_on=timezone.now(), **published
    )
    sheet.record(sources=[undated, report, late])
    keep_draft(sheet=sheet.sheet, indicator=sheet.indicator, by=sheet.expert, content={})
    between = IndicatorFactory(strand=sheet.sheet.strand)
    points = {"kind": "exceptional", "option": None, "points": 75, "rationale": "Two regions."}
    sheet.record(indicator=between, **points)

    shown = text_of(sheet.client.get(sheet.check))

    assert "since when “An undated act, section 4” is in force" in shown
    assert "when “An undated report, section 4” was published" in shown
    assert "“A later report, section 4” was published after the cut-off date" in shown
    assert "It says no reason." in shown
    assert "Newer text was typed and not recorded." in shown
    assert "need the consent of a consortium reviewer" in shown
    assert 'name="declared"' in shown


def test_a_declared_sheet_is_submitted(sheet):
    sheet.record()

    response = sheet.client.post(sheet.check, DECLARED, follow=True)

    sheet.sheet.refresh_from_db()
    assert sheet.sheet.state == AssessmentState.SUBMITTED
    assert sheet.sheet.declared_for == sheet.sheet.round.cut_off
    assert "The sheet is submitted. It is with the reviewers now." in text_of(response)
    assert "With the reviewers since" in text_of(response)


def drafted(sheet, **fields):
    sheet.record()
    said = {"option": "1", "rationale": "", "sources": [str(sheet.law.key)]}
    content = said | fields
    keep_draft(sheet=sheet.sheet, indicator=sheet.indicator, by=sheet.expert, content=content)


def test_submitting_records_what_was_typed_and_is_complete(sheet):
    drafted(sheet, rationale="As the newer text says.")

    sheet.client.post(sheet.check, DECLARED)

    assert answer_of(sheet).rationale == "As the newer text says."
    assert answer_of(sheet).version == 2
    assert not Draft.objects.exists()


def test_submitting_leaves_an_incomplete_draft_and_hands_in_the_recorded_answer(sheet):
    drafted(sheet, option="", rationale="Half a thought.")

    sheet.client.post(sheet.check, DECLARED)

    sheet.sheet.refresh_from_db()
    assert sheet.sheet.state == AssessmentState.SUBMITTED
    assert answer_of(sheet).version == 1
    assert Draft.objects.get().content["rationale"] == "Half a thought."


def test_without_the_declaration_no_draft_is_recorded(sheet):
    drafted(sheet, rationale="As the newer text says.")

    sheet.client.post(sheet.check)

    assert answer_of(sheet).version == 1


def test_a_sheet_is_not_submitted_without_the_declaration(sheet):
    sheet.record()

    response = sheet.client.post(sheet.check)

    assert response.status_code == 422
    assert "Tick the sentence, or change what is not so." in text_of(response)
    assert "of 31 December 2019, at the end of that day" in text_of(response)
    sheet.sheet.refresh_from_db()
    assert sheet.sheet.state == AssessmentState.OPEN


def test_a_sheet_with_a_blank_is_refused_whoever_sends_the_form(sheet):
    response = sheet.client.post(sheet.check, DECLARED)

    assert response.status_code == 409
    assert f"One question has no answer yet: {sheet.indicator.code}." in text_of(response)


def test_a_delegate_reads_who_submits(sheet):
    sheet.record()
    client = signed_in(on_sheet(Role.DELEGATE, sheet.sheet))

    shown = text_of(client.get(sheet.check))

    assert "Only the expert of this sheet can submit it. Ask the expert." in shown
    assert 'name="declared"' not in shown
    assert client.post(sheet.check, DECLARED).status_code == 403


def test_after_a_return_what_was_met_and_what_is_open_is_listed(sheet):
    sent_back(sheet)
    before = text_of(sheet.client.get(sheet.check))
    maintain_answer(
        sheet=sheet.sheet, indicator=sheet.indicator, reply="Its second half.", by=sheet.expert
    )
    after = text_of(sheet.client.get(sheet.check))

    assert "The review asks about it. Change it, or say why it stands." in before
    assert "The review still asks about 1 answer." in before
    assert "Met since it came back" in after
    assert "Its second half." in after
    assert 'name="declared"' in after


def test_a_changed_answer_is_listed_with_what_happened(sheet):
    sent_back(sheet)
    sheet.record(option=sheet.half, change_reason="corrected")

    assert "The earlier answer was wrong" in text_of(sheet.client.get(sheet.check))


# --- The blind, and speed -----------------------------------------------------------------


def test_no_trace_of_the_review_side_is_on_any_page_of_a_returned_sheet(db):
    world = worlds.build()
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.return_objections(world, "EE", "aa1")
    sheet = world.sheet("EE", "a")
    client = signed_in(world.expert(sheet))
    traces = world.traces_of(worlds.REVIEW_SIDE)
    for end in ("", "?view=all", "aa1/", "aa2/", "check/", "sources/", "sources/add/"):
        response = client.get(at(sheet, end), follow=True)
        everything = f"{response.headers} {response.content.decode()}"
        assert not {trace for trace in traces if trace in everything}
    assert "Section 5 says otherwise about aa1." in text_of(client.get(at(sheet, "aa1/")))


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("end", "queries"), [("?view=all", 19), ("check/", 19)])
def test_the_queries_do_not_grow_with_the_sheet(
    sheet, django_assert_num_queries, number, end, queries
):
    for _again in range(number):
        other = IndicatorFactory(strand=sheet.sheet.strand)
        sources = [sheet.law, SourceFactory(sheet=sheet.sheet)]
        sheet.record(indicator=other, option=other.options.first(), sources=sources)

    with django_assert_num_queries(queries):
        sheet.client.get(sheet.index + end)
