"""Saves at the same moment: every text is kept, given back in a clash, or set aside."""

from uuid import uuid4

import pytest

from questionnaire.forms.saving import record_typed
from questionnaire.models import Answer, Draft, SetAside
from questionnaire.selectors.spot import spot_of
from questionnaire.services.drafts import Clash, Typed, keep_typed
from questionnaire.tasks import record_quiet_drafts
from tests.at_once import at_once

from .crowd import crowded_sheet

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sheet():
    return crowded_sheet()


def saving(sheet, person, fields, *, draft=0, service=keep_typed):
    """Save over what lay there before all of them began."""
    known = {"sheet": sheet} if service is record_typed else {}
    spot = spot_of(sheet.pk, sheet.indicator.pk, user=person)
    typed = Typed(fields, based_on=0, draft=draft, base={}, key=str(uuid4()))
    return lambda: service(spot=spot, typed=typed, by=person, **known)


@pytest.mark.parametrize("begun", [False, True], ids=["a blank", "a draft"])
def test_parallel_saves_of_one_text_lose_none(sheet, begun):
    first = sheet.people[0]
    if begun:
        saving(sheet, first, {"option": "1"})()
    texts = [f"Text {number}." for number in range(4)]
    came = at_once(
        *(
            saving(sheet, person, {"note": text}, draft=int(begun))
            for person, text in zip(sheet.people, texts, strict=True)
        )
    )

    kept = Draft.objects.get().content["note"]
    given_back = [clash.yours["note"] for clash in came if isinstance(clash, Clash)]
    assert sorted([kept, *given_back]) == texts
    assert len(given_back) == 3
    assert all(clash.theirs["note"] == kept for clash in came if isinstance(clash, Clash))


@pytest.mark.parametrize("begun", [False, True], ids=["a blank", "a draft"])
def test_parallel_saves_of_different_fields_are_all_in_the_draft(sheet, begun):
    if begun:
        saving(sheet, sheet.people[0], {"option": "1"})()
    names = ["rationale", "note", "points", "source-title"]
    at_once(
        *(
            saving(sheet, person, {name: f"{name}."}, draft=int(begun))
            for person, name in zip(sheet.people, names, strict=True)
        )
    )

    draft = Draft.objects.get()
    assert {name: draft.content[name] for name in names} == {n: f"{n}." for n in names}
    assert draft.version == 4 + begun


def test_recording_and_typing_at_once_lose_no_text(sheet):
    """The recorded text is in the answer, the typed one in a draft, an answer or a clash."""
    whole = {"option": "1", "rationale": "Recorded.", "sources": [str(sheet.law.key)]}
    expert, *others = sheet.people
    came = at_once(
        saving(sheet, expert, whole, service=record_typed),
        *(saving(sheet, one, {"note": f"Text {n}."}) for n, one in enumerate(others)),
    )

    answer = Answer.objects.get()
    found = {answer.note, *Draft.objects.values_list("content__note", flat=True)}
    found |= {clash.yours.get("note") for clash in came if isinstance(clash, Clash)}
    found |= {aside.content.get("note") for aside in SetAside.objects.all()}
    assert {f"Text {n}." for n in range(3)} <= found
    assert answer.rationale == "Recorded."


def test_two_workers_make_one_answer_of_a_rested_draft(sheet, settings):
    settings.QUIET_SECONDS = -1
    whole = {"option": "1", "rationale": "Rested.", "sources": [str(sheet.law.key)]}
    saving(sheet, sheet.people[0], whole)()

    made = at_once(record_quiet_drafts, record_quiet_drafts)

    assert sum(made) == 1
    assert Answer.objects.get().version == 1
    assert not Draft.objects.exists()
