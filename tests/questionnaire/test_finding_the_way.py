"""How much is left, what can be narrowed to, where to go on, and how heavy a page is."""

import gzip
import re

import pytest
from django.utils import timezone

from questionnaire.enums import AnswerKind, RequestState, Role
from questionnaire.models import EarlierAnswer
from questionnaire.selectors.pace import Load, time_left
from questionnaire.services.drafts import keep_draft
from tests.factories.questionnaire import (
    AssessmentFactory,
    ChangeRequestFactory,
    IndicatorFactory,
    SourceFactory,
    in_round,
    on_sheet,
)

from .viewing import at, opened, sent_back, signed_in, text_of

QUARTER_OF_AN_HOUR = 15
HEAVIEST = 60_000


def another(desk, **fields):
    return IndicatorFactory(strand=desk.sheet.strand, **fields)


def proposed(desk, indicator, option=None):
    """Let the last edition say something about a question: the best option, or another."""
    return EarlierAnswer.objects.create(
        round=desk.sheet.round,
        country=desk.sheet.country,
        indicator=indicator,
        edition="2014",
        reference_date="2014-12-31",
        kind=AnswerKind.CHOSEN,
        option=option or indicator.options.first(),
        rationale="As the act of 2010 said.",
    )


def views_in(page: str) -> dict[str, str]:
    """Return the views that the list offers, by their words, with their addresses."""
    links = re.findall(r'class="views__link" href="([^"]+)"[^>]*>([^<]+)<', page)
    return {words: url.replace("&amp;", "&") for url, words in links}


def listed(page: str) -> list[str]:
    return re.findall(r'id="row-([^"]+)"', page)


@pytest.fixture
def sheet(desk):
    desk.index, desk.check = at(desk.sheet), at(desk.sheet, "check/")
    return opened(desk)


# --- How much is left ---------------------------------------------------------------------

SPANS = [
    (Load(), "Nothing is left to answer."),
    (Load(questions=1), "About 15 minutes left: 1 question."),
    (Load(confirmations=2), "About 10 minutes left: 2 to confirm."),
    (Load(returned=1), "About 10 minutes left: 1 came back."),
    (Load(questions=4, confirmations=2), "About 55 minutes left: 4 questions, 2 to confirm."),
    (Load(questions=5), "About 1 hour left: 5 questions."),
    (Load(questions=6), "About 1½ hours left: 6 questions."),
    (Load(questions=10, confirmations=1), "About 2½ hours left: 10 questions, 1 to confirm."),
]


@pytest.mark.parametrize(("load", "words"), SPANS)
def test_the_time_left_is_said_in_calm_words(load, words):
    assert time_left(load) == words


def test_the_time_a_question_takes_can_be_set(settings):
    settings.MINUTES_PER_QUESTION = QUARTER_OF_AN_HOUR

    assert time_left(Load(questions=2)) == "About 30 minutes left: 2 questions."


def test_the_sheet_says_how_much_is_left_to_who_answers_it(sheet):
    drafted, carried = another(sheet), another(sheet)
    keep_draft(sheet=sheet.sheet, indicator=drafted, by=sheet.expert, content={"note": "Hm"})
    proposed(sheet, carried)
    words = "About 30 minutes left: 2 questions, 1 to confirm."

    for end in ("?view=all", "check/", f"{sheet.indicator.code}/"):
        assert words in text_of(sheet.client.get(sheet.index + end))
    observer = signed_in(in_round(Role.OBSERVER, sheet.sheet.round))
    assert "minutes left" not in text_of(observer.get(f"{sheet.index}?view=all"))


def test_a_draft_on_what_is_carried_or_recorded_costs_no_more_than_confirming(sheet):
    """A draft on a proposal is still to confirm; one on a recorded answer only to save."""
    carried = another(sheet)
    proposed(sheet, carried)
    sheet.record()
    url = f"{sheet.index}?view=all"
    assert "About 5 minutes left: 1 to confirm." in text_of(sheet.client.get(url))

    for one in (carried, sheet.indicator):
        keep_draft(sheet=sheet.sheet, indicator=one, by=sheet.expert, content={"note": "Hm"})

    words = "About 10 minutes left: 1 to confirm, 1 draft to save."
    assert words in text_of(sheet.client.get(url))
    assert words in text_of(sheet.client.get("/my-work/"))


def test_a_recorded_answer_with_a_newer_draft_is_done_in_words_and_in_the_segments(sheet):
    sheet.record()
    drafted = another(sheet)
    for one in (sheet.indicator, drafted):
        keep_draft(sheet=sheet.sheet, indicator=one, by=sheet.expert, content={"note": "Hm"})

    page = text_of(sheet.client.get(f"{sheet.index}?view=all"))

    assert "1 of 2 answered" in page
    assert re.findall(r"segments__part--(\w+)", page) == ["done", "going"]


def test_a_returned_sheet_counts_what_came_back_alone(sheet):
    another(sheet)
    sent_back(sheet)

    assert "About 10 minutes left: 1 came back." in text_of(sheet.client.get(sheet.check))


def test_a_full_sheet_says_that_nothing_is_left(sheet):
    sheet.record()

    assert "Nothing is left to answer." in text_of(sheet.client.get(sheet.check))


# --- Views of the list --------------------------------------------------------------------


def test_a_view_is_offered_with_its_count_where_it_holds_something(sheet):
    carried, changed = another(sheet), another(sheet)
    proposed(sheet, carried)
    proposed(sheet, changed, changed.options.last())
    undated = SourceFactory(sheet=sheet.sheet, in_force_from=None)
    best = changed.options.first()
    sheet.record(
        indicator=changed,
        option=best,
        sources=[undated],
        change_reason="corrected",
        rationale="It was wrong.",
    )

    views = views_in(text_of(sheet.client.get(sheet.url)))

    assert list(views) == [
        "All",
        "Needs me 2",
        "Unanswered 2",
        "Carried over 1",
        "Changed 1",
        "With a warning 1",
    ]
    assert listed(text_of(sheet.client.get(views["Carried over 1"]))) == [
        sheet.indicator.code,
        carried.code,
    ]
    assert changed.code in listed(text_of(sheet.client.get(views["Changed 1"])))
    assert changed.code in listed(text_of(sheet.client.get(views["With a warning 1"])))


def test_what_came_back_and_what_was_maintained_are_views_of_their_own(sheet):
    other = another(sheet)
    sheet.record(indicator=other, option=other.options.first(), rationale="As the act says.")
    sent_back(sheet)
    ChangeRequestFactory(
        assessment=sheet.sheet, indicator=other, state=RequestState.MAINTAINED, reply="Stands."
    )

    views = views_in(text_of(sheet.client.get(sheet.url)))

    assert {"Returned 2", "Disputed 1", "Needs me 1"} <= set(views)
    page = text_of(sheet.client.get(f"{at(sheet.sheet, other.code)}/?show=disputed"))
    assert listed(page) == [other.code]


def test_the_whole_strand_can_be_narrowed_too(sheet):
    blank = another(sheet)
    sheet.record()

    page = text_of(sheet.client.get(f"{sheet.index}?view=all&show=unanswered"))

    assert f'id="q-{blank.code}"' in page
    assert f'id="q-{sheet.indicator.code}"' not in page
    assert f"{blank.code}/?show=unanswered" in page
    assert views_in(page)["All"] == "?view=all"


def test_stepping_stays_within_the_view(sheet):
    between, third = another(sheet), another(sheet)
    sheet.record(indicator=between, option=between.options.first())

    page = text_of(sheet.client.get(f"{sheet.url}?show=unanswered"))

    onward = re.search(r'href="([^"]+)" rel="next" data-key="j"', page)[1]
    assert onward == f"{at(sheet.sheet, third.code)}/?show=unanswered"
    assert 'data-key="k"' not in page


def test_saving_goes_on_within_the_view_and_then_beyond_it(sheet):
    carried, last = another(sheet), another(sheet)
    for indicator in (sheet.indicator, last):
        proposed(sheet, indicator)

    onward = sheet.client.get(f"{sheet.index}?after={sheet.indicator.code}&show=carried")
    sheet.record(indicator=last, option=last.options.first())
    sheet.record()
    beyond = sheet.client.get(f"{sheet.index}?after={last.code}&show=carried")

    assert onward.url == f"{at(sheet.sheet, last.code)}/?show=carried"
    assert beyond.url == f"{at(sheet.sheet, carried.code)}/"


def test_a_view_of_what_is_answered_is_walked_to_its_end(sheet):
    second, third = another(sheet), another(sheet)
    for indicator in (sheet.indicator, second, third):
        sheet.record(indicator=indicator, option=indicator.options.first(), rationale="")
    walk = [
        sheet.client.get(f"{sheet.index}?after={one.code}&show=warned").url
        for one in (sheet.indicator, second, third)
    ]

    assert walk == [
        f"{at(sheet.sheet, second.code)}/?show=warned",
        f"{at(sheet.sheet, third.code)}/?show=warned",
        sheet.check,
    ]


# --- Where to go on -----------------------------------------------------------------------


@pytest.mark.parametrize("end", ["?view=all", "check/", "sources/", "print/"])
def test_the_next_that_needs_the_expert_is_one_key_away_from_every_page(sheet, end):
    page = text_of(sheet.client.get(sheet.index + end))

    assert f'href="{sheet.url}" data-key="g"' in page


def test_from_a_question_the_key_leads_to_the_next_one(sheet):
    alone = text_of(sheet.client.get(sheet.url))
    another(sheet)

    page = text_of(sheet.client.get(sheet.url))

    assert 'data-key="g"' not in alone
    assert f'href="{sheet.index}?after={sheet.indicator.code}" data-key="g"' in page


def test_the_key_keeps_the_view_where_something_in_it_needs_the_expert(sheet):
    another(sheet)
    done = another(sheet)
    sheet.record(indicator=done, option=done.options.first(), rationale="")
    url = at(sheet.sheet, f"{done.code}/")

    needs = text_of(sheet.client.get(f"{url}?show=needs"))
    warned = text_of(sheet.client.get(f"{url}?show=warned"))

    assert f'?after={done.code}&amp;show=needs" data-key="g"' in needs
    assert f'?after={done.code}" data-key="g"' in warned


def test_who_comes_back_goes_on_where_they_were(sheet):
    """Neither the first blank question, which was left out on purpose, nor the last answer."""
    drafted, after = another(sheet), another(sheet)
    sheet.record(indicator=after, option=after.options.first())
    keep_draft(sheet=sheet.sheet, indicator=drafted, by=sheet.expert, content={"note": "Hm"})

    page = text_of(sheet.client.get(f"{sheet.index}?view=all"))

    assert f"Go on where you were: {drafted.code}" in page
    assert sheet.client.get(sheet.index).url == f"{at(sheet.sheet, drafted.code)}/"


def test_what_a_colleague_wrote_is_not_where_one_was(sheet):
    keep_draft(
        sheet=sheet.sheet, indicator=another(sheet), by=sheet.expert, content={"note": "Hm"}
    )
    colleague = signed_in(on_sheet(Role.DELEGATE, sheet.sheet))

    assert "Go on where you were" not in text_of(colleague.get(f"{sheet.index}?view=all"))


def test_my_work_leads_back_to_the_question_and_says_how_long(sheet):
    drafted = another(sheet)
    sheet.record()
    keep_draft(sheet=sheet.sheet, indicator=drafted, by=sheet.expert, content={"note": "Hm"})

    page = text_of(sheet.client.get("/my-work/"))

    assert f"Go on where you were: {drafted.code}" in page
    assert f'href="{at(sheet.sheet, drafted.code)}/"' in page
    assert "About 15 minutes left: 1 question." in page


def test_my_work_does_not_lead_back_to_what_is_recorded(sheet):
    drafted = another(sheet)
    keep_draft(sheet=sheet.sheet, indicator=drafted, by=sheet.expert, content={"note": "Hm"})
    sheet.record()

    page = text_of(sheet.client.get("/my-work/"))

    assert "Go on where you were" not in page
    assert 'data-key="g"' in page
    assert 'data-key="n"' not in page


def test_the_other_sheets_of_the_country_say_what_waits_on_each(sheet):
    beside = AssessmentFactory(round=sheet.sheet.round, country=sheet.sheet.country)
    first, second = (IndicatorFactory(strand=beside.strand) for _ in range(2))
    on_sheet(Role.EXPERT, beside, sheet.expert)
    keep_draft(sheet=beside, indicator=first, by=sheet.expert, content={"note": "Hm"})
    proposed(sheet, second)
    elsewhere = AssessmentFactory(round=sheet.sheet.round)
    on_sheet(Role.EXPERT, elsewhere, sheet.expert)

    page = text_of(sheet.client.get(f"{sheet.index}?view=all"))

    assert "Your other sheets of this country" in page
    assert f'href="{at(beside)}"' in page
    assert "2 need you" in page
    assert "About 15 minutes left: 1 question, 1 to confirm." in page
    assert f'href="{at(elsewhere)}"' not in page
    observer = signed_in(in_round(Role.OBSERVER, sheet.sheet.round))
    assert "Your other sheets" not in text_of(observer.get(f"{sheet.index}?view=all"))


def test_nothing_waits_on_a_sheet_whose_entry_has_closed(sheet):
    beside = AssessmentFactory(round=sheet.sheet.round, country=sheet.sheet.country)
    IndicatorFactory(strand=beside.strand)
    on_sheet(Role.EXPERT, beside, sheet.expert)
    round_ = sheet.sheet.round
    round_.due_at = round_.grace_until = round_.hard_close_at = timezone.now()
    round_.save()

    assert "nothing needs you" in text_of(sheet.client.get(f"{sheet.index}?view=all"))


# --- Speed --------------------------------------------------------------------------------


def filled_sheet(desk, number: int) -> None:
    """Give the sheet so many answers, each with sources and what the last edition said."""
    laws = [SourceFactory(sheet=desk.sheet, quote="As the law puts it. " * 5) for _ in range(6)]
    for place in range(number):
        indicator = another(desk, guidance="Count what the law asks of a resident. " * 3)
        proposed(desk, indicator)
        desk.record(
            indicator=indicator,
            option=indicator.options.first(),
            sources=[laws[place % 6], laws[(place + 1) % 6]],
            rationale=f"Section {place} of the act says so, and no decree says otherwise. " * 4,
        )


@pytest.mark.parametrize("number", [1, 3, 40])
@pytest.mark.parametrize(("end", "queries"), [("?view=all", 19), ("print/", 17)])
def test_the_queries_do_not_grow_with_the_sheet(
    sheet, django_assert_num_queries, number, end, queries
):
    filled_sheet(sheet, number)

    with django_assert_num_queries(queries):
        sheet.client.get(sheet.index + end)


def test_a_sheet_of_forty_questions_is_light_to_load(sheet):
    filled_sheet(sheet, 39)

    for url in (f"{sheet.index}?view=all", sheet.url, sheet.check):
        page = sheet.client.get(url).content
        assert page.count(b"Indicator i") >= 39 or url == sheet.check
        assert len(gzip.compress(page)) < HEAVIEST
