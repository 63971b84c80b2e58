"""The sheet on paper, and the blank questionnaire as a page and as a PDF."""

import io
import re
from datetime import date

import pikepdf
import pytest

from mipex_site.base import pdf
from questionnaire.enums import AnswerKind, FrameworkState, Role, RoundState
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AnswerFactory,
    AssignmentFactory,
    IndicatorFactory,
    ParticipationFactory,
    StandardFactory,
    coordinator_of,
    in_round,
    on_sheet,
)

from .viewing import at, opened, signed_in, text_of

POINTS = re.compile(r"\b(?:points|score)\b", re.IGNORECASE)


@pytest.fixture
def sheet(desk):
    """Give the desk with a question of its own words, its addresses and its expert's browser."""
    question = desk.indicator
    question.guidance = "Count the ordinary permit."
    question.save()
    for option, label in zip(question.options.all(), ("None", "A year", "More"), strict=True):
        option.label, option.description = label, f"{label}, as the law puts it."
        option.save()
    question.standards.add(StandardFactory(framework=desk.sheet.round.framework))
    desk.print = at(desk.sheet, "print/")
    desk.blank = f"{desk.print}?blank=yes"
    desk.pdf = at(desk.sheet, "questionnaire.pdf")
    desk.round_pdf = f"/rounds/{desk.sheet.round.code}/questionnaire.pdf"
    return opened(desk)


def content(page: str) -> str:
    """Return what lies on the paper of a page, without its frame."""
    return re.search(r'<div class="paper">(.*)</div> *</main>', page)[1]


def opened_pdf(response) -> pikepdf.Pdf:
    assert response["Content-Type"] == "application/pdf"
    return pikepdf.open(io.BytesIO(response.content))


# --- Pages to print -----------------------------------------------------------------------


def test_the_sheet_prints_as_it_stands(sheet):
    sheet.record(rationale="As the act says.")
    blank = IndicatorFactory(strand=sheet.sheet.strand)

    paper = content(text_of(sheet.client.get(sheet.print)))

    assert "1 of 2 questions have a recorded answer." in paper
    assert 'None <span class="hidden-words">(chosen)</span>' in paper
    assert paper.count("(chosen)") == 1
    assert "<strong>None" not in paper
    assert paper.count("Does not apply here") == paper.count("Cannot be known") == 2
    assert "A year, as the law puts it." in paper
    assert "As the act says." in paper
    assert str(sheet.law) in paper
    assert blank.question in paper
    assert paper.count("The law in force on 31 December 2019") == 2
    assert sheet.expert.name not in paper


def test_an_answer_without_an_option_is_ticked_and_exceptional_points_are_written(sheet):
    other = IndicatorFactory(strand=sheet.sheet.strand)
    sheet.record(kind=AnswerKind.UNKNOWN, option=None, rationale="No register is kept.")
    AnswerFactory(
        assessment=sheet.sheet,
        indicator=other,
        reference_date=date(2019, 12, 31),
        kind=AnswerKind.EXCEPTIONAL,
        option=None,
        points=60,
    )

    paper = content(text_of(sheet.client.get(sheet.print)))

    assert 'Cannot be known <span class="hidden-words">(chosen)</span>' in paper
    assert paper.count("(chosen)") == 1
    assert "<strong>exceptional points</strong>: 60" in paper


def test_the_blank_questionnaire_has_all_that_is_asked_and_room_to_write(sheet):
    sheet.record(rationale="As the act says.")

    paper = content(text_of(sheet.client.get(sheet.blank)))

    for words in ("Count the ordinary permit.", "None, as the law puts it.", "More"):
        assert words in paper
    assert "Measured against: An invented directive, Article 1 (2003)." in paper
    assert "The law in force on 31 December 2019" in paper
    assert paper.count("paper__room") > 1
    assert "As the act says." not in paper
    assert "(chosen)" not in paper
    assert POINTS.findall(paper) == []


def test_no_paper_shows_points(sheet):
    sheet.record(rationale="As the act says.")

    assert POINTS.findall(content(text_of(sheet.client.get(sheet.print)))) == []


def test_a_questionnaire_that_is_not_locked_says_that_it_may_change(sheet):
    framework = sheet.sheet.round.framework
    assert "may still change" not in text_of(sheet.client.get(sheet.blank))
    framework.state = FrameworkState.DRAFT
    framework.save()

    assert "This questionnaire is a draft and may still change." in text_of(
        sheet.client.get(sheet.blank)
    )


def test_the_whole_strand_leads_to_its_papers(sheet):
    page = text_of(sheet.client.get(at(sheet.sheet, "?view=all")))

    for url in (sheet.print, sheet.blank, sheet.pdf):
        assert f'href="{url}"' in page


# --- The PDF ------------------------------------------------------------------------------


def test_the_pdf_is_tagged_and_has_its_title_and_language(sheet):
    made = opened_pdf(sheet.client.get(sheet.pdf))

    assert made.Root.MarkInfo.Marked
    assert "/StructTreeRoot" in made.Root
    assert str(made.Root.Lang) == "en"
    country, strand = sheet.sheet.country.name, sheet.sheet.strand.title
    title = f"Questionnaire: {country}, {strand}, {sheet.sheet.round.title}"
    assert str(made.docinfo["/Title"]) == title


def test_a_question_more_makes_the_pdf_longer(sheet):
    one = opened_pdf(sheet.client.get(sheet.pdf))
    for _again in range(4):
        IndicatorFactory(strand=sheet.sheet.strand)

    assert len(opened_pdf(sheet.client.get(sheet.pdf)).pages) > len(one.pages)


def test_the_same_questionnaire_is_set_once(sheet, monkeypatch):
    first = sheet.client.get(sheet.pdf).content
    monkeypatch.setattr(pdf, "_made", lambda *_given: b"set again")

    assert sheet.client.get(sheet.pdf).content == first
    IndicatorFactory(strand=sheet.sheet.strand)
    assert sheet.client.get(sheet.pdf).content == b"set again"


@pytest.mark.parametrize("scheme", ["file://", "data:text/css,"])
def test_a_pdf_fetches_nothing(tmp_path, scheme):
    """A style that would turn the page is not read, wherever it lies."""
    rule = "@page{size:100mm 50mm}"
    (tmp_path / "turn.css").write_text(rule, encoding="utf-8")
    url = f"file://{tmp_path}/turn.css" if scheme == "file://" else f"{scheme}{rule}"
    page = f'<html lang="en"><title>A page</title><link rel="stylesheet" href="{url}">Words'

    made = pikepdf.open(io.BytesIO(pdf.pdf_of(page, styles=())))

    assert made.pages[0].mediabox[3] > made.pages[0].mediabox[2]


@pytest.mark.parametrize(
    "broken", [OSError("cannot load library 'pango-1.0-0'"), ImportError()]
)
def test_without_pango_there_is_the_page_to_print_and_a_sentence(sheet, monkeypatch, broken):
    def without(name):
        raise broken

    monkeypatch.setattr(pdf, "import_module", without)

    for url in (sheet.pdf, sheet.round_pdf):
        page = text_of(sheet.client.get(url))
        assert "This server cannot make PDF files: its Pango library is missing." in page
        assert sheet.indicator.question in page


# --- The questionnaire of a round ---------------------------------------------------------


def test_whoever_has_a_part_in_the_round_reads_it_before_the_opening_day(sheet):
    round_ = sheet.sheet.round
    round_.state = RoundState.LOCKED
    round_.save()
    people = [
        sheet.expert,
        on_sheet(Role.REVIEWER, sheet.sheet),
        coordinator_of(round_),
        in_round(Role.COORDINATOR, None),
    ]

    for person in people:
        assert len(opened_pdf(signed_in(person).get(sheet.round_pdf)).pages) == 1


def test_to_others_the_questionnaire_does_not_exist(sheet):
    for person in (UserFactory(), AssignmentFactory().person):
        for url in (sheet.pdf, sheet.round_pdf, sheet.print, sheet.blank):
            assert signed_in(person).get(url).status_code == 404
    reviewer = signed_in(on_sheet(Role.REVIEWER, sheet.sheet))
    assert reviewer.get(sheet.print).status_code == 404
    assert sheet.client.get("/rounds/nowhere/questionnaire.pdf").status_code == 404


def test_a_country_with_a_day_of_its_own_is_named(sheet, monkeypatch):
    monkeypatch.setattr(pdf, "import_module", lambda name: (_ for _ in ()).throw(OSError()))
    own = ParticipationFactory(round=sheet.sheet.round, own_cut_off="2020-06-30")

    page = text_of(sheet.client.get(sheet.round_pdf))

    assert f"{own.country.name} has a cut-off date of its own: 30 June 2020." in page


def test_my_work_offers_the_questionnaire_of_a_round_that_opens_later(client, db):
    expert = AssignmentFactory(role=Role.EXPERT, round__state=RoundState.LOCKED)

    page = text_of(signed_in(expert.person).get("/my-work/"))

    assert f'href="/rounds/{expert.round.code}/questionnaire.pdf"' in page
    assert "Its questionnaire is there to read and to print." in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_do_not_grow_with_the_questionnaire(
    sheet, django_assert_num_queries, number
):
    for _again in range(number):
        added = IndicatorFactory(strand=sheet.sheet.strand)
        added.standards.add(sheet.indicator.standards.get())

    with django_assert_num_queries(9):
        sheet.client.get(sheet.blank)
