"""What is typed on a question and not yet, or not as it is, recorded: nothing of it is lost."""

import pytest

from questionnaire.enums import (
    Role,
)
from questionnaire.models import Answer, Draft, Source
from questionnaire.services.drafts import keep_draft
from tests.factories.questionnaire import (
    on_sheet,
)

from .viewing import HTMX, answer_of, filled, opened, text_of


@pytest.fixture
def question(desk):
    return opened(desk)


# --- Wrong input --------------------------------------------------------------------------

WRONG = {
    "nothing chosen": ({"option": ""}, "Choose an option, or say why there is none."),
    "an option of nowhere": ({"option": "9"}, "9 is not one of the available choices"),
    "no source": ({"sources": []}, "Add the law that this answer rests on"),
    "a source of nowhere": ({"sources": ["no-key"]}, "no-key is not one of the available"),
    "no points": ({"option": "exceptional"}, "Say how many points, or choose an option."),
    "points in words": ({"option": "exceptional", "points": "many"}, "Write the points as 75"),
    "points without end": (
        {"option": "exceptional", "points": "1e999999999"},
        "Write the points",
    ),
    "a fraction of nothing": ({"option": "exceptional", "points": "1/0"}, "Write the points"),
    "too many points": ({"option": "exceptional", "points": "101"}, "between 0 and 100"),
    "no reason for having none": (
        {"option": "unknown", "rationale": " "},
        "why no option fits",
    ),
    "no version": ({"version": ""}, "This field is required."),
}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["a page", "htmx"])
@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_refused_and_what_was_typed_is_kept(question, case, headers):
    fields, words = WRONG[case]
    fields = {"note": "Typed with care."} | fields

    response = question.client.post(question.url, filled(question, **fields), headers=headers)

    shown = text_of(response)
    assert response.status_code == 422
    assert words in shown.replace("&quot;", "").replace("&#x27;", "")
    assert "Typed with care." in shown
    assert not Answer.objects.exists()
    assert Draft.objects.get().content["note"] == "Typed with care."


def test_a_refused_text_is_still_in_the_form_on_another_day(question):
    question.client.post(question.url, filled(question, option="", rationale="Half a sentence"))

    shown = text_of(question.client.get(question.url))

    assert "Half a sentence</textarea>" in shown
    assert "A draft, kept on" in shown
    assert f'value="{question.law.key}" checked' in shown


def test_a_byte_that_a_database_cannot_keep_is_refused_and_the_rest_kept(question):
    response = question.client.post(
        question.url, filled(question, rationale="Half\x00 a sentence")
    )

    assert response.status_code == 422
    assert Draft.objects.get().content["rationale"] == "Half a sentence"


# --- Drafts -------------------------------------------------------------------------------


def test_what_is_being_typed_is_kept_as_a_draft(question):
    response = question.client.post(
        question.url, filled(question, act="keep", option=""), headers=HTMX
    )

    assert response.status_code == 200
    assert "Draft kept" in text_of(response)
    assert Draft.objects.get().content["rationale"] == "Section 4 says so."
    assert not Answer.objects.exists()


def test_a_draft_kept_on_leaving_the_page_needs_no_htmx(question):
    response = question.client.post(question.url, filled(question, act="keep"))

    assert response.url == question.url
    assert Draft.objects.count() == 1


def test_saving_takes_the_draft_away(question):
    question.client.post(question.url, filled(question, act="keep"))
    question.client.post(question.url, filled(question))

    assert not Draft.objects.exists()


def test_the_recorded_answer_can_be_shown_instead_of_the_draft(question):
    question.record(rationale="The recorded reason.")
    question.client.post(
        question.url, filled(question, act="keep", version=1, rationale="A newer reason.")
    )

    assert "A newer reason.</textarea>" in text_of(question.client.get(question.url))
    assert "The recorded reason.</textarea>" in text_of(
        question.client.get(f"{question.url}?draft=no")
    )


def test_a_draft_of_another_shape_does_not_break_the_page(question):
    for content in (
        ["a list"],
        {"rationale": {"a": "b"}, "sources": "x", "option": 2, "version": "one"},
    ):
        keep_draft(
            sheet=question.sheet,
            indicator=question.indicator,
            content=content,
            by=question.expert,
        )
        assert question.client.get(question.url).status_code == 200


def test_a_draft_of_an_answer_that_was_recorded_meanwhile_is_not_kept_in_silence(question):
    question.record()

    response = question.client.post(
        question.url, filled(question, act="keep", version=0), headers=HTMX
    )

    assert "Another version was recorded meanwhile." in text_of(response)
    assert not Draft.objects.exists()


# --- Two at once --------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["a page", "htmx"])
def test_two_texts_are_shown_side_by_side_and_neither_is_lost(question, headers):
    delegate = on_sheet(Role.DELEGATE, question.sheet)
    question.record(by=delegate, option=question.worst, rationale="What the other recorded.")

    response = question.client.post(
        question.url, filled(question, rationale="Mine."), headers=headers
    )

    shown = text_of(response)
    assert response.status_code == 409
    assert "Another version was recorded after you opened this answer." in shown
    assert "What the other recorded." in shown
    assert "Mine.</textarea>" in shown
    assert "By somebody else of this sheet." in shown
    assert delegate.name not in shown
    assert 'name="version" value="1"' in shown
    assert Draft.objects.get().content["rationale"] == "Mine."
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#answer", "outerHTML")


def test_after_reading_both_ones_own_text_can_be_saved(question):
    question.record(rationale="From another window.")
    question.client.post(question.url, filled(question, rationale="Mine."))

    assert "By you, in another window." in text_of(question.client.get(question.url))
    question.client.post(question.url, filled(question, rationale="Mine.", version=1))

    assert (answer_of(question).rationale, answer_of(question).version) == ("Mine.", 2)
    assert "two-texts" not in text_of(question.client.get(question.url))


# --- A source beside the answer -----------------------------------------------------------

SOURCE = {
    "act": "source",
    "source-kind": "law",
    "source-title": "Act on Kin",
    "source-article": "section 9",
    "source-in_force_from": "2015-03-01",
}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["a page", "htmx"])
def test_a_new_source_is_ticked_and_the_unfinished_answer_stays(question, headers):
    question.client.post(question.url, filled(question, **SOURCE), headers=headers)

    added = Source.objects.get(title="Act on Kin")
    shown = text_of(question.client.get(question.url))
    assert (added.entered_by, added.article) == (question.expert, "section 9")
    assert f'value="{added.key}" checked' in shown
    assert f'value="{question.law.key}" checked' in shown
    assert "Section 4 says so.</textarea>" in shown
    assert 'value="Act on Kin"' not in shown
    assert not Answer.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["a page", "htmx"])
def test_a_source_without_its_article_is_refused_with_all_that_was_typed(question, headers):
    wrong = SOURCE | {"source-article": ""}

    response = question.client.post(question.url, filled(question, **wrong), headers=headers)

    shown = text_of(response)
    assert response.status_code == 422
    assert "Name the article or paragraph" in shown
    assert 'value="Act on Kin"' in shown
    assert "Section 4 says so.</textarea>" in shown
    assert Source.objects.count() == 1
    assert 'value="Act on Kin"' in text_of(question.client.get(question.url))
