"""The door of autosave: what is typed is kept, merged, or both texts come back."""

from datetime import date

import pytest

from questionnaire.enums import Role, SetAsideBecause
from questionnaire.models import Answer, Draft, ReferenceDay, SetAside
from questionnaire.selectors.spot import spot_of
from questionnaire.services.drafts import Typed, keep_typed
from questionnaire.services.merging import all_alike
from tests.factories.questionnaire import (
    IndicatorFactory,
    on_sheet,
)

from .viewing import at, kept, send, signed_in

pytestmark = pytest.mark.usefixtures("empty_cache")


# --- Keeping ------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_the_moment_said(door):
    response = send(door.client, door.door, {"rationale": "Section 4 sa"})

    said = response.json()
    assert (response.status_code, said["state"]) == (200, "kept")
    assert (said["version"], said["draft"], said["merged"]) == (0, 1, [])
    assert said["words"] == f"Saved at {said['shown']}."
    assert said["fields"] == {"rationale": "Section 4 sa"}
    assert kept(door) == {"rationale": "Section 4 sa"}
    assert not Answer.objects.exists()


def test_only_what_changed_is_sent_and_the_rest_of_the_draft_stays(door):
    send(door.client, door.door, {"rationale": "One.", "option": "1"})
    response = send(door.client, door.door, {"rationale": "One. Two."}, draft=1)

    assert response.json()["draft"] == 2
    assert kept(door) == {"rationale": "One. Two.", "option": "1"}


def test_a_draft_over_a_recorded_answer_begins_from_what_it_says(door):
    door.record(rationale="As the act says.")

    said = send(door.client, door.door, {"note": "Hm."}, based_on=1).json()

    assert said["fields"] == {
        "option": "1",
        "points": "",
        "change_reason": "",
        "rationale": "As the act says.",
        "note": "Hm.",
        "sources": [str(door.law.key)],
    }


def test_the_same_key_again_answers_as_the_first_time_and_changes_nothing(door):
    first = send(door.client, door.door, {"note": "One."}, key="k1").json()
    second = send(door.client, door.door, {"note": "Sent by a bad line."}, key="k1").json()

    assert [said["draft"] for said in (first, second)] == [1, 1]
    assert kept(door) == {"note": "One."}


def test_what_the_recorded_answer_says_already_makes_no_draft(door):
    door.record(note="As it is.")

    said = send(door.client, door.door, {"note": "As it is."}, based_on=1).json()

    assert (said["state"], said["draft"]) == ("recorded", 0)
    assert not Draft.objects.exists()


def test_the_draft_that_lies_there_is_told(door):
    assert door.client.get(door.door).json()["state"] == "blank"
    door.record(note="Recorded.")
    recorded = door.client.get(door.door).json()
    send(door.client, door.door, {"note": "Typed."}, based_on=1)
    there = door.client.get(door.door).json()

    assert (recorded["state"], recorded["fields"]["note"]) == ("recorded", "Recorded.")
    assert (there["state"], there["fields"]["note"]) == ("kept", "Typed.")
    assert (there["version"], there["draft"]) == (1, 1)


def test_an_earlier_reference_date_has_a_draft_of_its_own(door):
    ReferenceDay.objects.create(round=door.sheet.round, day=date(2015, 12, 31))
    send(door.client, door.door, {"note": "Now."})
    response = send(door.client, door.door, {"note": "Then."}, day="2015-12-31")

    assert response.status_code == 200
    assert Draft.objects.get(reference_date=date(2015, 12, 31)).content == {"note": "Then."}
    late = send(door.client, door.door, {"note": "Later."}, day="2020-12-31")
    assert late.status_code == 409
    assert "cut-off date or a day before" in late.json()["words"]
    unasked = send(door.client, door.door, {"note": "Whenever."}, day="2014-12-31")
    assert "does not ask about 31 December 2014" in unasked.json()["words"]
    assert Draft.objects.count() == 2


def test_a_byte_that_no_database_keeps_is_dropped(door):
    send(door.client, door.door, {"note": "Half\x00 a word", "sources": ["a\x00b"]})
    assert kept(door) == {"note": "Half a word", "sources": ["ab"]}


# --- Two at once --------------------------------------------------------------------------


def test_different_fields_are_merged_and_both_are_told(door):
    delegate = signed_in(on_sheet(Role.DELEGATE, door.sheet))
    send(delegate, door.door, {"note": "A colleague's."})

    said = send(door.client, door.door, {"rationale": "Mine."}, base={"note": ""}).json()

    assert (said["state"], said["merged"], said["draft"]) == ("kept", ["note"], 2)
    assert "Note for the review" in said["words"]
    assert kept(door) == {"note": "A colleague's.", "rationale": "Mine."}


def test_the_same_field_brings_both_texts_back_and_writes_nothing(door):
    delegate = signed_in(on_sheet(Role.DELEGATE, door.sheet))
    send(delegate, door.door, {"note": "A colleague's.", "option": "2"})

    response = send(door.client, door.door, {"note": "Mine.", "option": "1", "rationale": "R"})

    said = response.json()
    assert (response.status_code, said["state"], said["who"]) == (409, "clash", "other")
    assert (said["version"], said["draft"]) == (0, 1)
    assert {row["field"]: (row["yours"], row["theirs"]) for row in said["clashes"]} == {
        "note": ("Mine.", "A colleague's."),
        "option": ("1", "2"),
    }
    shown = {row["label"]: row["theirs_shown"] for row in said["clashes"]}
    assert shown == {"Note for the review": "A colleague's.", "Answer": door.half.label}
    assert said["fields"]["rationale"] == "R"
    assert kept(door) == {"note": "A colleague's.", "option": "2"}


def test_ones_own_other_window_is_named_as_such(door):
    send(door.client, door.door, {"note": "Here."})
    said = send(signed_in(door.expert), door.door, {"note": "There."}).json()
    assert (said["state"], said["who"]) == ("clash", "you")
    assert said["who_words"] == "By you, in another window."
    assert said["words"].startswith("You changed the same text in another window.")


def test_a_settled_clash_keeps_the_text_that_was_not_taken(door):
    send(door.client, door.door, {"note": "Theirs."})
    found = send(door.client, door.door, {"note": "Mine."}).json()

    said = send(
        door.client,
        door.door,
        {"note": "Mine."},
        draft=found["draft"],
        set_aside={"note": "Theirs."},
    ).json()

    assert said["state"] == "kept"
    aside = SetAside.objects.get()
    assert (aside.content, aside.because) == ({"note": "Theirs."}, SetAsideBecause.CLASH)


def test_typing_goes_on_over_an_answer_that_somebody_recorded_meanwhile(door):
    door.record(rationale="First.")
    door.record(rationale="First.", note="A colleague's.")

    read = {"rationale": "First.", "note": ""}
    said = send(door.client, door.door, {"rationale": "Second."}, based_on=1, base=read).json()

    assert (said["version"], said["merged"]) == (2, ["note"])
    assert (said["fields"]["rationale"], said["fields"]["note"]) == (
        "Second.",
        "A colleague's.",
    )


def test_a_recorded_text_clashes_with_what_is_typed_over_the_version_before(door):
    door.record(rationale="First.")
    door.record(rationale="Second.", by=on_sheet(Role.DELEGATE, door.sheet))

    said = send(
        door.client,
        door.door,
        {"rationale": "Third."},
        based_on=1,
        base={"rationale": "First."},
    ).json()

    assert (said["state"], said["who"], said["version"]) == ("clash", "other", 2)
    assert said["clashes"][0]["theirs"] == "Second."
    assert not Draft.objects.exists()


def test_a_write_that_others_overtook_is_merged_anew(door, monkeypatch):
    """Between reading and writing somebody else is faster: neither text is lost."""
    old = spot_of(door.sheet.pk, door.indicator.pk, user=door.expert)
    send(door.client, door.door, {"note": "Faster."})

    typed = Typed({"rationale": "Slower."}, based_on=0, draft=0, base={}, key="k2")
    result = keep_typed(spot=old, typed=typed, by=door.expert)

    assert (result.content, result.draft) == ({"note": "Faster.", "rationale": "Slower."}, 2)


# --- Recording ----------------------------------------------------------------------------


def whole(door, **fields):
    usual = {"option": "1", "rationale": "Section 4 says so.", "sources": [str(door.law.key)]}
    return usual | fields


def test_the_door_records_an_answer_and_says_where_to_go_on(door):
    response = send(door.client, door.door, whole(door), act="record")

    said = response.json()
    assert (response.status_code, said["state"], said["version"]) == (200, "recorded", 1)
    assert said["draft"] == 0
    assert said["next"] == f"{at(door.sheet)}?after={door.indicator.code}"
    assert Answer.objects.get().rationale == "Section 4 says so."
    assert not Draft.objects.exists()


def test_what_was_kept_before_is_recorded_with_what_changed_last(door):
    send(door.client, door.door, whole(door))
    said = send(door.client, door.door, {"note": "Last."}, draft=1, act="record").json()

    assert said["state"] == "recorded"
    assert Answer.objects.values_list("rationale", "note").get() == (
        "Section 4 says so.",
        "Last.",
    )


def test_an_answer_recorded_twice_by_a_bad_line_has_one_version(door):
    for _twice in range(2):
        said = send(door.client, door.door, whole(door), act="record", key="k").json()
    assert (said["state"], said["version"]) == ("recorded", 1)


def test_an_incomplete_answer_is_not_recorded_but_kept(door):
    response = send(door.client, door.door, whole(door, sources=[]), act="record")

    said = response.json()
    assert (response.status_code, said["state"], said["draft"]) == (422, "refused", 1)
    assert "Add the law" in said["errors"]["sources"][0]
    assert "Add the law" in said["words"]
    assert kept(door)["rationale"] == "Section 4 says so."


def test_an_option_of_another_indicator_is_refused_with_a_sentence(door):
    said = send(door.client, door.door, whole(door, option="77"), act="record").json()
    assert said["errors"]["option"] == ["“77” is no option of this question. Choose another."]


def test_a_source_that_is_half_typed_is_not_lost_when_the_answer_is_recorded(door):
    half = whole(door) | {"source-kind": "law", "source-title": "Act on K"}
    send(door.client, door.door, half, act="record")

    assert Answer.objects.count() == 1
    assert SetAside.objects.get().content == {"source-title": "Act on K"}


def test_recording_over_a_draft_that_was_not_read_merges_it(door):
    send(signed_in(on_sheet(Role.DELEGATE, door.sheet)), door.door, {"note": "Theirs."})

    said = send(door.client, door.door, whole(door), act="record").json()

    assert said["state"] == "recorded"
    assert Answer.objects.get().note == "Theirs."


def test_a_draft_that_another_way_of_recording_did_not_read_is_set_aside(door):
    send(door.client, door.door, {"rationale": "Half a sen", "note": ""})
    door.record(rationale="From a workbook.")

    assert not Draft.objects.exists()
    aside = SetAside.objects.get()
    assert (aside.content, aside.author) == ({"rationale": "Half a sen"}, door.expert)
    assert aside.because == SetAsideBecause.DISCARDED


# --- Speed --------------------------------------------------------------------------------


def test_one_autosave_costs_four_statements(door, django_assert_num_queries):
    """Session, person, one reading of all there is to know, one writing."""
    send(door.client, door.door, {"note": "One."})

    with django_assert_num_queries(4):
        assert send(door.client, door.door, {"note": "Two."}, draft=1).json()["draft"] == 2


def test_the_first_autosave_of_a_question_costs_little_more(door, django_assert_num_queries):
    """The row is new: its writing is a transaction. Over an answer, three read what it says."""
    with django_assert_num_queries(4 + 2):
        send(door.client, door.door, {"note": "One."})

    other = IndicatorFactory(strand=door.sheet.strand)
    door.record(indicator=other, option=other.options.first())
    url = f"{at(door.sheet, other.code)}/draft/"
    with django_assert_num_queries(4 + 2 + 3):
        assert send(door.client, url, {"note": "One."}, based_on=1).json()["draft"] == 1


def test_the_whole_draft_can_be_kept_by_who_has_read_it(door):
    content = whole(door)
    typed = Typed(content, based_on=0, draft=0, whole=True)
    spot = spot_of(door.sheet.pk, door.indicator.pk, user=door.expert)
    assert all_alike(keep_typed(spot=spot, typed=typed, by=door.expert).content, content)
