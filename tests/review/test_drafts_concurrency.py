"""Two windows of one person at the same moment: every text is kept or given back."""

import pytest

from review.enums import DraftOf
from review.models import ReviewDraft
from review.services.drafts import Clash, Typed, keep_review_draft, on_item
from tests import world as worlds
from tests.at_once import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def spot():
    world = worlds.build()
    worlds.answer_all(world)
    worlds.submit_all(world)
    item = world.item("EE", "aa1")
    return on_item(item, DraftOf.OPINION), world["EE_reviewer_1"]


def saving(spot, fields, key):
    where, person = spot
    typed = Typed(fields=fields, based_on=1, draft=0, base={}, key=key)
    return lambda: keep_review_draft(spot=where, typed=typed, by=person)


def test_of_four_texts_of_one_field_one_is_kept_and_three_go_back(spot):
    texts = [f"Text {number}." for number in range(4)]
    came = at_once(*(saving(spot, {"text": text}, key=text[5]) for text in texts))

    clashes = [one for one in came if isinstance(one, Clash)]
    given_back = [clash.merge.clashes[0].yours for clash in clashes]
    assert sorted([ReviewDraft.objects.get().content["text"], *given_back]) == texts


def test_different_fields_are_all_in_the_draft(spot):
    names = ["text", "kind", "suggested_option", "note"]
    at_once(*(saving(spot, {name: f"{name}."}, key=str(n)) for n, name in enumerate(names)))

    draft = ReviewDraft.objects.get()
    assert draft.content == {name: f"{name}." for name in names}
    assert draft.version == 4


def test_the_same_key_at_the_same_moment_is_one_write(spot):
    at_once(*(saving(spot, {"text": "Once."}, key="one") for _window in range(4)))

    assert ReviewDraft.objects.get().version == 1
