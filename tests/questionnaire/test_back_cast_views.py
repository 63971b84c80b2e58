"""The time line below a question, and an earlier day on a page of its own."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from questionnaire.enums import AnswerKind, AssessmentState, RequestState, Role
from questionnaire.models import Answer, ReferenceDay
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import SourceFactory, on_sheet

from .viewing import at, opened, sent_back, signed_in, text_of

CUT_OFF = date(2019, 12, 31)
NEAR, FAR = date(2017, 12, 31), date(2014, 12, 31)


@pytest.fixture
def past(desk):
    """Give the desk two earlier days, an answer at the cut-off, and its addresses."""
    for day in (NEAR, FAR):
        ReferenceDay.objects.create(round=desk.sheet.round, day=day)
    opened(desk)
    desk.record(rationale="As the act says.")
    desk.line = f"{desk.url}time-line/"
    desk.far = f"{desk.url}on/{FAR}/"
    return desk


def told(past, near="same", far="same", **fields):
    """Return what a browser sends of the time line."""
    usual = {
        "act": "line",
        f"version-{CUT_OFF}": 1,
        f"version-{NEAR}": 0,
        f"version-{FAR}": 0,
        f"said-{NEAR}": near,
        f"said-{FAR}": far,
        f"reason-{NEAR}": "",
        f"reason-{FAR}": "",
        "sources": [str(past.law.key)],
    }
    return usual | fields


def stands() -> list[tuple[str, int | None]]:
    rows = Answer.objects.filter(reference_date__lt=CUT_OFF).select_related("option")
    return [
        (row.kind, row.option and row.option.points) for row in rows.order_by("-reference_date")
    ]


def test_a_round_without_earlier_days_shows_no_time_line(desk):
    opened(desk)
    desk.record()
    assert "On earlier days" not in text_of(desk.client.get(desk.url))
    assert desk.client.post(f"{desk.url}time-line/", {}).status_code == 404


def test_the_time_line_waits_for_the_answer_at_the_cut_off(desk):
    ReferenceDay.objects.create(round=desk.sheet.round, day=NEAR)
    opened(desk)
    assert "On earlier days" not in text_of(desk.client.get(desk.url))


def test_it_was_always_the_same_takes_one_button(past):
    answer = past.client.post(past.line, told(past, "", "", act="same"), follow=True)

    assert stands() == [("chosen", 100), ("chosen", 100)]
    shown = text_of(answer)
    assert "are saved" in shown
    assert "<dt>31 December 2014 to 31 December 2019</dt>" in shown


def test_a_change_is_told_with_its_reason(past):
    sent = told(past, far="2", **{f"reason-{FAR}": "The old section 4."})

    shown = text_of(past.client.post(past.line, sent, follow=True))

    assert stands() == [("chosen", 100), ("chosen", 50)]
    assert Answer.objects.get(reference_date=FAR).rationale == "The old section 4."
    assert "<dt>31 December 2017 to 31 December 2019</dt>" in shown
    assert "<dt>31 December 2014</dt><dd>For 50 points.</dd>" in shown


def test_what_is_shown_sent_again_changes_nothing(past):
    past.client.post(past.line, told(past, far="2", **{f"reason-{FAR}": "Before."}))
    versions = {f"version-{NEAR}": 1, f"version-{FAR}": 1}

    past.client.post(past.line, told(past, far="2", **versions, **{f"reason-{FAR}": "Before."}))

    assert set(Answer.objects.values_list("version", flat=True)) == {1}


def test_a_day_that_is_not_told_is_asked_for_and_what_was_typed_stays(past):
    sent = told(past, far="", **{f"reason-{FAR}": "I must look this up."})

    answer = past.client.post(past.line, sent)

    shown = text_of(answer)
    assert answer.status_code == 422
    assert "Say what held on 31 December 2014." in shown
    assert "I must look this up." in shown
    assert stands() == []


def test_a_law_that_was_not_yet_in_force_is_named_with_its_day(past):
    past.law.in_force_from = date(2016, 1, 1)
    past.law.save()

    answer = past.client.post(past.line, told(past))

    assert answer.status_code == 422
    assert "31 December 2014: Add the law that this answer rests on" in text_of(answer)
    assert stands() == []
    older = SourceFactory(sheet=past.sheet, in_force_from=date(2001, 1, 1))
    past.client.post(past.line, told(past, sources=[str(past.law.key), str(older.key)]))
    assert len(stands()) == 2


def test_an_answer_that_changed_meanwhile_is_not_overwritten(past):
    past.record(option=past.half)

    answer = past.client.post(past.line, told(past))

    assert answer.status_code == 409
    assert "Somebody recorded another answer for 31 December 2019" in text_of(answer)
    assert stands() == []


@pytest.mark.parametrize("said", ["4", "exceptional", "nonsense"])
def test_what_is_no_answer_of_this_question_is_refused(past, said):
    assert past.client.post(past.line, told(past, far=said)).status_code == 422
    assert stands() == []


def test_exceptional_points_are_told_in_full_and_kept_by_the_line(past):
    sent = {
        "version": 0,
        "option": "exceptional",
        "points": "75",
        "rationale": "The mean of two regions.",
        "sources": [str(past.law.key)],
    }
    assert past.client.post(past.far, sent).status_code == 302
    reason = {f"reason-{FAR}": "The mean of two regions.", f"version-{FAR}": 1}

    past.client.post(past.line, told(past, far="exceptional", **reason))

    oldest = Answer.objects.get(reference_date=FAR)
    assert (oldest.kind, oldest.points, oldest.version) == (AnswerKind.EXCEPTIONAL, 75, 1)
    assert len(stands()) == 2


def test_a_day_on_its_own_page_says_which_law_counts(past):
    shown = text_of(past.client.get(past.far))
    assert "The law in force on <strong>31 December 2014</strong>." in shown


def test_the_pages_of_other_days_are_not_there(past):
    for day in (CUT_OFF, "2012-01-01", "2014-02-30", "so"):
        assert past.client.get(f"{past.url}on/{day}/").status_code == 404


def test_nobody_else_reads_or_writes_an_earlier_day(past):
    for person in (on_sheet(Role.REVIEWER, past.sheet), UserFactory(is_superuser=True)):
        client = signed_in(person)
        assert client.get(past.far).status_code == 404
        assert client.post(past.far, {"option": "1"}).status_code == 403
        assert client.post(past.line, told(past)).status_code == 403
    watcher = signed_in(on_sheet(Role.OBSERVER, past.sheet))
    assert "Say what held on each day" not in text_of(watcher.get(past.url))
    assert watcher.post(past.line, told(past)).status_code == 403
    assert stands() == []


@pytest.fixture
def asked(past):
    """Send the sheet back with a question about the farther day alone."""
    past.client.post(past.line, told(past))
    sent_back(past)
    past.request.reference_date = FAR
    past.request.save()
    return past


def test_a_returned_day_is_shown_on_the_question_and_changed_on_its_page(asked):
    shown = text_of(asked.client.get(asked.url))
    assert "The review asks about 31 December 2014." in shown
    assert "Say what held on each day" not in shown
    assert "Which sentence of section 4?" in text_of(asked.client.get(asked.far))

    sent = {"version": 1, "option": "2", "rationale": "See.", "sources": [str(asked.law.key)]}
    unexplained = asked.client.post(asked.far, sent)
    done = asked.client.post(asked.far, sent | {"change_reason": "corrected"})

    assert unexplained.status_code == 422
    assert "Say what happened" in text_of(unexplained)
    assert done.status_code == 302
    asked.request.refresh_from_db()
    assert asked.request.state == RequestState.CHANGED


def test_a_returned_day_may_stand_with_a_reply(asked):
    empty = asked.client.post(asked.far, {"act": "maintain", "reply": ""})
    asked.client.post(asked.far, {"act": "maintain", "reply": "Section 4 is clear."})

    assert "Say why the answer stands." in text_of(empty)
    asked.request.refresh_from_db()
    assert (asked.request.state, asked.request.reply) == ("maintained", "Section 4 is clear.")


def test_a_day_that_the_review_does_not_ask_about_is_read_only(asked):
    answer = asked.client.get(f"{asked.url}on/{NEAR}/")
    assert "The review asked nothing about this answer" in text_of(answer)
    assert '<form class="answering' not in text_of(answer)


def test_the_check_page_names_the_days_and_leads_to_them(past):
    shown = text_of(past.client.get(at(past.sheet, "check/")))
    assert "31 December 2017 and 31 December 2014" in shown
    assert f'href="{past.url}' in shown


def test_the_check_page_leads_to_a_returned_day(asked):
    shown = text_of(asked.client.get(at(asked.sheet, "check/")))
    assert asked.sheet.state == AssessmentState.RETURNED
    assert "The review asks about 31 December 2014." in shown


def test_the_queries_do_not_grow_with_the_days(past, django_assert_max_num_queries):

    with CaptureQueriesContext(connection) as few:
        past.client.get(past.url)
    for year in range(2001, 2010):
        ReferenceDay.objects.create(round=past.sheet.round, day=date(year, 1, 1))
    with django_assert_max_num_queries(len(few)):
        past.client.get(past.url)
