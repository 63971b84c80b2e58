"""No letter tells its reader who is on the other side."""

import pytest
from django.core.cache import cache

from mipex_site.desk.services.reminding import write_daily_letters
from mipex_site.mail.models import Letter, MailChoice
from mipex_site.mail.tasks import send_letters
from review.enums import Audience, Side, ThreadKind
from review.services import threads
from tests import world as worlds
from tests.desk.crawling import words_of_mail

SIDES = {*worlds.EXPERT_SIDE, *worlds.REVIEW_SIDE}


@pytest.fixture
def written(db, mailoutbox):
    """Give a world in which both sides were written to about each other, and what they got."""
    cache.clear()
    world = worlds.build()
    for person in world.people.values():
        MailChoice.objects.create(person=person, hour=0)
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.return_objections(world, "EE", "aa1")
    worlds.split(world, "PT", "bb1")
    threads.open_thread(
        case=world.case("PT", "a"),
        kind=ThreadKind.QUESTION,
        audience=Audience.EXPERT_AND_REVIEW,
        is_blocking=False,
        turn=Side.EXPERT,
        text="Which section is it?",
        by=world["PT_reviewer_1"],
    )
    write_daily_letters()
    send_letters()
    yield world
    cache.clear()


def test_both_sides_were_written_to_and_read_no_name_of_another(written, mailoutbox):
    by_email = {written[key].email: key for key in SIDES}
    read = set()
    for message in mailoutbox:
        (reader,) = message.recipients()
        read.add(by_email.get(reader))
        others = SIDES - {by_email.get(reader)}
        said = words_of_mail(message).lower()
        assert not [one for one in written.traces_of(others) if one.lower() in said], said

    assert {"EE_a_1", "PT_a_1", "EE_reviewer_1", "PT_reviewer_1", "adjudicator"} <= read


def test_who_answers_reads_no_pseudonym_of_the_review(written):
    judges = written.round.assignments.filter(role__in=("reviewer", "adjudicator"))
    pseudonyms = set(judges.values_list("pseudonym", flat=True))
    experts = [written[key] for key in worlds.EXPERT_SIDE]

    for letter in Letter.objects.filter(person__in=experts):
        assert not [one for one in pseudonyms if one in letter.text + letter.subject]


def test_a_return_does_not_say_what_is_asked_nor_by_how_many(written):
    letter = Letter.objects.get(person=written["EE_a_1"], kind="returned")

    assert "Section 5" not in letter.text
    assert "aa1" not in letter.text
