"""My work while a case ends: the expert has the last word, and others wait."""

import pytest
from django.test import Client

from questionnaire.models import Source
from review.enums import CaseState
from review.models import Case
from review.rules import writers
from tests import world as worlds


@pytest.fixture
def ending(db):
    """Give a world in which every answer is approved and the experts have the last word."""
    world = worlds.build(last_word_days=5)
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.approve_all(world)
    assert set(Case.objects.values_list("state", flat=True)) == {CaseState.LAST_WORD}
    return world


@pytest.mark.parametrize("key", ["EE_reviewer_1", "adjudicator", "EE_a_1", "coordinator"])
def test_everybody_s_work_opens_while_the_expert_has_the_last_word(ending, key):
    client = Client()
    client.force_login(ending[key])

    assert client.get("/my-work/").status_code == 200


def test_the_expert_is_led_to_the_last_word(ending):
    client = Client()
    client.force_login(ending["EE_a_1"])

    assert "/reviews/2019/EE/a/last-word/" in client.get("/my-work/").content.decode()


def test_a_source_that_came_over_makes_no_writer_of_who_opened_the_round(ending):
    case, head = ending.case("EE", "a"), ending["head"]
    source = Source.objects.filter(country=case.country).first()
    known = {"round": ending.round, "country": case.country, "kind": source.kind}
    Source.objects.create(**known, title="Act", entered_by=head, carried_from="2014.1")
    assert head.pk not in writers(case)

    Source.objects.create(**known, title="Act", entered_by=head)
    assert head.pk in writers(case)
