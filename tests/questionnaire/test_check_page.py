"""The page before submitting: each blank, doubt, carried and changed value, with its way back."""

import re
from datetime import date

import pytest
from django.utils import timezone

from questionnaire.enums import LinkState, SourceKind
from questionnaire.models import LinkCheck
from questionnaire.services.drafts import keep_draft
from tests.factories.questionnaire import IndicatorFactory, SourceFactory

from .carried import carried
from .viewing import at, opened, text_of


@pytest.fixture
def sheet(desk):
    desk.check = at(desk.sheet, "check/")
    return opened(desk)


def another(desk, **fields):
    return IndicatorFactory(strand=desk.sheet.strand, **fields)


def counts_in(page: str) -> dict[str, str]:
    """Return the counts on top of the page: how many, by the words of the group."""
    found = re.findall(r'counts__number">(\d+)</strong> ([^<]+)</a>', page)
    return {words: number for number, words in found}


def section(page: str, name: str) -> str:
    """Return one group of the page, by its anchor."""
    return re.search(rf'<section class="section" id="{name}".*?</section>', page)[0]


def test_what_was_found_is_counted_on_top_and_each_count_leads_to_its_list(sheet):
    drafted, blank = another(sheet), another(sheet)
    carried(sheet)
    keep_draft(sheet=sheet.sheet, indicator=drafted, by=sheet.expert, content={"note": "Hm"})

    page = text_of(sheet.client.get(sheet.check))

    assert counts_in(page) == {
        "Blank": "1",
        "Drafts that are not recorded": "1",
        "Carried over and not confirmed": "1",
    }
    assert "3 things are left to do" in page
    assert 'href="#carried"' in page
    assert blank.title in section(page, "blank")
    assert drafted.title in section(page, "drafts")
    assert "2014.2 said: For 50 points. It counts once you confirm or change it." in section(
        page, "carried"
    )


def test_each_line_leads_to_its_question_and_the_question_back_to_its_line(sheet):
    page = text_of(sheet.client.get(sheet.check))
    url = f"{sheet.url}?show=check"

    assert f'href="{url}"' in section(page, "blank")
    back = f'href="{sheet.check}#found-{sheet.indicator.code}"'
    assert back in text_of(sheet.client.get(url))
    assert back not in text_of(sheet.client.get(sheet.url))
    assert f'id="found-{sheet.indicator.code}"' in page


def test_a_question_with_two_findings_has_one_place_to_come_back_to(sheet):
    sheet.record()
    keep_draft(sheet=sheet.sheet, indicator=sheet.indicator, by=sheet.expert, content={})

    page = text_of(sheet.client.get(sheet.check))

    assert counts_in(page).keys() >= {"Newer text that is not recorded"}
    assert "Answers worth a second look" in counts_in(page)
    assert page.count(f'id="found-{sheet.indicator.code}"') == 1


def test_what_is_to_be_checked_can_be_stepped_through(sheet):
    fine, doubtful = another(sheet), another(sheet)
    reasons = {fine: "As the act says.", doubtful: ""}
    for indicator, rationale in reasons.items():
        best = indicator.options.first()
        sheet.record(indicator=indicator, option=best, rationale=rationale)

    page = text_of(sheet.client.get(f"{sheet.url}?show=check"))

    assert f'href="{at(sheet.sheet, doubtful.code)}/?show=check" rel="next"' in page
    assert f'id="row-{fine.code}"' not in page
    assert "To check 2" in page


def test_a_changed_value_stands_with_its_reason(sheet):
    carried(sheet)
    sheet.record(option=sheet.best, change_reason="corrected", rationale="It was wrong.")

    found = section(text_of(sheet.client.get(sheet.check)), "changed")

    assert "2014.2: For 50 points. Now: For 100 points." in found
    assert "What happened: the earlier answer was wrong." in found


def test_a_doubtful_source_is_named_once_with_all_that_rests_on_it(sheet):
    undated = SourceFactory(sheet=sheet.sheet, in_force_from=None, title="An undated act")
    other = another(sheet)
    sheet.record(sources=[undated])
    sheet.record(indicator=other, option=other.options.first(), sources=[undated])

    page = text_of(sheet.client.get(sheet.check))
    found = section(page, "sources")

    assert counts_in(page)["Sources worth a second look"] == "1"
    assert found.count("No date says since when “An undated act, section 4” is in force.") == 1
    for indicator in (sheet.indicator, other):
        assert f'href="{at(sheet.sheet, indicator.code)}/?show=check"' in found
    assert f'href="{at(sheet.sheet, "sources/")}{undated.key}/"' in found


def test_a_dead_link_and_a_carried_source_nobody_checked_are_doubts(sheet):
    url = "https://law.example.org/gone"
    gone = SourceFactory(sheet=sheet.sheet, url=url, title="A lost act")
    LinkCheck.objects.create(
        source=gone, url=url, state=LinkState.DEAD, error="404", checked_at=timezone.now()
    )
    old = SourceFactory(sheet=sheet.sheet, carried_from="2014.2", title="An old act")
    fine = SourceFactory(sheet=sheet.sheet, title="A fine act")
    sheet.record(sources=[gone, old, fine])

    found = section(text_of(sheet.client.get(sheet.check)), "sources")

    assert "The link did not answer on" in found
    assert "the site said 404." in found
    assert "It comes from 2014.2, and nobody has checked it for this round." in found
    assert "A fine act" not in found


def test_a_source_that_no_longer_carries_the_day_is_a_doubt(sheet):
    sheet.record()
    sheet.law.in_force_until = date(2012, 1, 1)
    sheet.law.save()

    found = section(text_of(sheet.client.get(sheet.check)), "sources")

    assert "No longer in force on 31 December 2019" in found


def test_a_report_without_a_date_is_a_doubt(sheet):
    report = SourceFactory(
        sheet=sheet.sheet,
        kind=SourceKind.PRACTICE,
        in_force_from=None,
        publisher="A board",
        title="A report",
    )
    sheet.record(sources=[sheet.law, report])

    found = section(text_of(sheet.client.get(sheet.check)), "sources")

    assert "No date says when “A report, section 4” was published." in found


def test_a_sheet_without_a_doubt_says_so_and_says_what_happens_next(sheet):
    sheet.record(rationale="As the act says.")

    page = text_of(sheet.client.get(sheet.check))

    assert "Every question is answered." in page
    assert counts_in(page) == {}
    assert "31 December 2019" in page
    assert "It goes to reviewers who do not know who you are." in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_do_not_grow_with_the_doubts(sheet, django_assert_num_queries, number):
    for _again in range(number):
        undated = SourceFactory(sheet=sheet.sheet, in_force_from=None)
        other = another(sheet)
        sheet.record(indicator=other, option=other.options.first(), sources=[undated])
        another(sheet)

    with django_assert_num_queries(19):
        sheet.client.get(sheet.check)
