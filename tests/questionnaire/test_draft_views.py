"""What is typed on a question and not yet, or not as it is, recorded: nothing of it is lost."""

import pytest
from django.test import Client

from questionnaire.enums import AssessmentState, Role, SetAsideBecause
from questionnaire.models import Answer, Draft, SetAside, Source
from questionnaire.services.drafts import keep_draft
from tests.factories.questionnaire import coordinator_of, on_sheet

from .viewing import HTMX, answer_of, filled, opened, signed_in, text_of


@pytest.fixture
def question(desk):
    return opened(desk)


# --- Wrong input --------------------------------------------------------------------------

WRONG = {
    "nothing chosen": ({"option": ""}, "Choose an option, or say why there is none."),
    "an option of another question": ({"option": "9"}, "“9” is no option of this question."),
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
    "a reason without end": ({"rationale": "x" * 20_001}, "This text has 20,001 characters."),
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


def test_a_byte_that_a_database_cannot_keep_is_dropped_and_the_rest_recorded(question):
    question.client.post(question.url, filled(question, rationale="Half\x00 a sentence"))
    assert answer_of(question).rationale == "Half a sentence"


def test_who_does_not_say_which_version_was_read_overwrites_nothing(question):
    question.record(rationale="Recorded.")
    response = question.client.post(question.url, filled(question, version="", rationale="M"))
    assert response.status_code == 409
    assert answer_of(question).rationale == "Recorded."


def test_more_text_than_the_portal_takes_at_once_is_refused_with_a_sentence(question):
    form = filled(question, rationale="x" * 3_000_000)

    response = question.client.post(question.url, form)

    assert response.status_code == 413
    assert "nothing of it was saved" in text_of(response)
    assert not Answer.objects.exists()
    assert not Draft.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["a page", "htmx"])
def test_who_sends_a_refused_form_again_does_not_clash_with_themselves(question, headers):
    first = filled(question, sources=[], rationale="Once.")
    shown = text_of(question.client.post(question.url, first, headers=headers))
    assert 'name="draft" value="1"' in shown

    again = filled(question, draft=1, rationale="Twice.")
    question.client.post(question.url, again, headers=headers)

    assert answer_of(question).rationale == "Twice."


def test_typing_on_after_a_draft_was_kept_is_no_clash(question):
    response = question.client.post(
        question.url, filled(question, act="keep", rationale="On"), headers=HTMX
    )
    assert 'name="draft" value="1" id="id_draft" hx-swap-oob="true"' in text_of(response)

    question.client.post(question.url, filled(question, rationale="Once.", draft=1))
    assert answer_of(question).rationale == "Once."


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


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["a page", "htmx"])
def test_the_recorded_answer_can_be_taken_instead_of_the_draft(question, headers):
    question.record(rationale="The recorded reason.")
    question.client.post(
        question.url, filled(question, act="keep", version=1, rationale="A newer reason.")
    )
    assert "A newer reason.</textarea>" in text_of(question.client.get(question.url))

    question.client.post(
        question.url,
        filled(question, act="discard", version=1, draft=1, rationale="A newer reason."),
        headers=headers,
    )

    shown = text_of(question.client.get(question.url))
    assert "The recorded reason.</textarea>" in shown
    assert "A newer reason.</textarea>" not in shown
    assert "Texts not taken" in shown
    assert '<p class="as-typed">A newer reason.</p>' in shown
    assert not Draft.objects.exists()
    assert SetAside.objects.get().because == SetAsideBecause.DISCARDED


def test_a_draft_of_another_shape_does_not_break_the_page(question):
    draft = keep_draft(
        sheet=question.sheet, indicator=question.indicator, content={}, by=question.expert
    )
    for content in (["a list"], {"rationale": {"a": "b"}, "sources": "x", "option": 2}):
        Draft.objects.filter(pk=draft.pk).update(content=content)
        assert question.client.get(question.url).status_code == 200


def test_what_is_typed_after_somebody_recorded_is_merged_and_said(question):
    question.record()

    response = question.client.post(
        question.url, filled(question, act="keep", version=0, note="Hm."), headers=HTMX
    )

    assert "Draft kept" in text_of(response)
    assert Draft.objects.get().content["note"] == "Hm."


def test_a_draft_that_clashes_with_what_was_recorded_is_kept_beside_it(question):
    question.record(rationale="Recorded.")

    response = question.client.post(
        question.url, filled(question, act="keep", rationale="Typed."), headers=HTMX
    )

    assert "You changed the same text in another window." in text_of(response)
    assert answer_of(question).rationale == "Recorded."
    assert "Typed.</textarea>" in text_of(question.client.get(question.url))


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


def test_changes_of_different_fields_are_both_recorded_and_that_is_said(question):
    question.record(rationale="As it was.")
    question.record(rationale="As it was.", note="A colleague's note.")

    response = question.client.post(
        question.url, filled(question, version=1, rationale="My reason."), follow=True
    )

    answer = answer_of(question)
    assert (answer.rationale, answer.note) == ("My reason.", "A colleague's note.")
    assert answer.version == 3
    assert "Changed elsewhere meanwhile, and both are kept: Note for the review." in text_of(
        response
    )


def test_the_recorded_text_that_lost_is_found_among_the_texts_not_taken(question):
    question.record(rationale="Theirs.", by=on_sheet(Role.DELEGATE, question.sheet))
    question.client.post(question.url, filled(question, rationale="Mine."))
    question.client.post(question.url, filled(question, rationale="Mine.", version=1, draft=1))

    assert answer_of(question).rationale == "Mine."
    assert SetAside.objects.get().content == {"rationale": "Theirs."}
    assert not Draft.objects.exists()


def test_two_drafts_of_one_text_are_both_kept_and_shown(question):
    delegate = signed_in(on_sheet(Role.DELEGATE, question.sheet))
    delegate.post(question.url, filled(question, act="keep", rationale="A colleague's."))

    response = question.client.post(question.url, filled(question, rationale="Mine."))

    shown = text_of(response)
    assert response.status_code == 409
    assert "Somebody typed here after you opened this answer." in shown
    assert "A colleague&#x27;s.</p>" in shown
    assert "Mine.</textarea>" in shown
    assert 'name="draft" value="1"' in shown
    assert Draft.objects.get().content["rationale"] == "A colleague's."

    question.client.post(question.url, filled(question, rationale="Mine.", draft=1))
    assert answer_of(question).rationale == "Mine."
    kept = {aside.content["rationale"] for aside in SetAside.objects.all()}
    assert kept == {"A colleague's.", "Mine."}
    shown = text_of(question.client.get(question.url))
    assert "A colleague&#x27;s.</p>" in shown
    assert '<p class="as-typed">Mine.</p>' not in shown


def test_texts_not_taken_are_shown_to_the_sheets_own_side_alone(question):
    question.record(rationale="Theirs.", by=on_sheet(Role.DELEGATE, question.sheet))
    question.client.post(question.url, filled(question, rationale="Mine."))
    question.client.post(question.url, filled(question, rationale="Mine.", version=1, draft=1))

    assert "Texts not taken" in text_of(question.client.get(question.url))
    boss = signed_in(coordinator_of(question.sheet.round))
    assert "Texts not taken" not in text_of(boss.get(question.url))


# --- Too late, signed out -----------------------------------------------------------------


@pytest.mark.parametrize("act", ["keep", "stay", "next", "source", "discard"])
def test_what_comes_after_the_sheet_was_submitted_is_offered_for_copying(question, act):
    question.sheet.state = AssessmentState.SUBMITTED
    question.sheet.save()

    form = filled(question, act=act, note="Typed on a train.") | SOURCE | {"act": act}
    response = question.client.post(question.url, form)

    assert response.status_code == 423
    assert "Typed on a train." in text_of(response)
    assert SetAside.objects.get().content["note"] == "Typed on a train."
    assert not Draft.objects.exists()


def test_a_text_sent_after_the_session_ended_comes_back_for_copying(question):
    response = Client().post(question.url, filled(question, rationale="Two words."))

    assert response.status_code == 401
    assert "You were signed out meanwhile." in text_of(response)
    assert "Two words.</blockquote>" in text_of(response)
    assert Client().post(question.url, {"act": "stay"}).status_code == 302


def test_a_text_sent_with_a_stale_token_comes_back_for_copying(question):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(question.expert)

    response = strict.post(question.url, filled(question, rationale="Two words."))

    assert response.status_code == 403
    assert "Two words.</blockquote>" in text_of(response)


# --- A source beside the answer -----------------------------------------------------------

SOURCE = {
    "act": "source",
    "source-kind": "law",
    "source-title": "Act on Kin",
    "source-article": "section 9",
    "source-in_force_from": "2015-03-01",
}


def test_the_tick_of_a_new_source_takes_the_focus_and_the_words_stand_with_the_sources(
    question,
):
    response = question.client.post(question.url, filled(question, **SOURCE), headers=HTMX)

    shown = text_of(response)
    added = Source.objects.get(title="Act on Kin")
    sources = shown.split('id="sources"')[1]
    assert shown.count("data-focus") == 1
    assert f'value="{added.key}" checked data-focus' in shown
    assert "The source is added and ticked." in sources.split(str(added.key))[0]


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
