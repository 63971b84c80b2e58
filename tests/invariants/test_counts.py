"""What a viewer reads, and each number in it, is made of rows that the viewer may see.

Shown by what cannot be seen: others do much where the viewer may not look, and every page that
counts something stays as it was, to the letter.
"""

import random
import re

import pytest
from django.test import Client

from review.enums import Audience, ItemState, Side, ThreadKind
from review.models import CaseItem, Opinion
from review.services import threads
from tests import world as worlds
from tests.factories.questionnaire import AssignmentFactory

from .grounds import reviewed

VARIES = re.compile(
    r'(name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": ?"[^"]*"'
    r'|nonce="[^"]*"|data-token="[^"]*"|data-now="[^"]*")'
)
ROUND = ("/my-work/", "/rounds/2019/board/", "/rounds/2019/closing/", "/consistency/2019/")
JUDGING = ("/my-work/", "/reviews/2019/by-indicator/", "/reviews/2019/by-indicator/bb1/")
ESTONIA = ("/reviews/2019/EE/a/", "/reviews/2019/EE/b/", "/reviews/2019/EE/b/bb1/")
ANSWERING = (
    "/my-work/",
    "/sheets/2019/EE/b/1/",
    "/sheets/2019/EE/b/1/check/",
    "/reviews/2019/EE/b/outcome/",
)


def pages(person, urls) -> dict[str, str]:
    """Return each page as this person reads it, but for what is new at every request."""
    client = Client()
    client.force_login(person)
    found = {}
    for url in urls:
        response = client.get(url)
        assert response.status_code == 200, url
        found[url] = VARIES.sub("", response.content.decode())
    return found


def differing(before, after) -> set[str]:
    return {url for url in before if before[url] != after[url]}


def opinion_in(world, dice, country):
    """Somebody speaks on something there; also when that decides it."""
    items = CaseItem.objects.for_page().filter(
        case__country__code=country, state=ItemState.UNDER_REVIEW
    )
    item = dice.choice(list(items.order_by("pk")))
    spoken = set(item.opinions.values_list("reviewer", flat=True))
    free = [one for one in world.reviewers(country) if one.pk not in spoken]
    dice.choice([worlds.agree, worlds.disagree])(world, item, dice.choice(free))


def talk_in(world, dice, country, audience=Audience.REVIEW):
    case = world.case(country, dice.choice(("a", "b")))
    threads.open_thread(
        case=case,
        kind=ThreadKind.QUESTION,
        audience=audience,
        is_blocking=dice.random() < 0.5,
        text="Which section is meant?",
        turn=Side.REVIEWERS,
        by=world.reviewers(country)[0],
    )


def much_in_portugal(world, dice):
    """What who has no part in Portugal may not see: opinions, disputes, rulings, returns."""
    for _time in range(5):
        dice.choice([opinion_in, opinion_in, talk_in])(world, dice, "PT")
    item = CaseItem.objects.for_page().filter(
        case__country__code="PT", state=ItemState.UNDER_REVIEW, opinions=None
    )
    for one in item:
        worlds.split(world, "PT", one.indicator.code)
        break
    worlds.rule_all(world)


def others_in_estonia(world, dice):
    """One opinion an answer by a colleague, which decides nothing, before one's own."""
    colleagues = [world[key] for key in ("EE_reviewer_1", "EE_reviewer_2")]
    for code in ("aa1", "aa2", "bb1", "bb2", "bb3"):
        say = dice.choice([worlds.agree, worlds.disagree])
        say(world, world.item("EE", code), dice.choice(colleagues))


def reviewers_in_estonia(world, dice):
    """What reviewers say among themselves, before anything of it is decided."""
    others_in_estonia(world, dice)
    talk_in(world, dice, "EE")


SEES = {
    "a reviewer, Portugal": ("EE_reviewer_3", (*JUDGING, *ESTONIA), much_in_portugal),
    "a reviewer, colleagues": ("EE_reviewer_3", (*JUDGING, *ESTONIA), others_in_estonia),
    "an expert, Portugal": ("EE_b_1", ANSWERING, much_in_portugal),
    "an expert, reviewers": ("EE_b_1", ANSWERING, reviewers_in_estonia),
    "a judge of Estonia": ("judge", ("/my-work/", "/disputes/"), much_in_portugal),
    "a tied coordinator": ("coordinator", ROUND, much_in_portugal),
}


def begun():
    """Return the reviewed world, with who judges Estonia alone, and a coordinator with a tie."""
    world = reviewed()
    world.people["judge"] = judge = worlds.UserFactory()
    estonia = {"round": world.round, "country": world.country("EE")}
    AssignmentFactory(person=judge, role="adjudicator", **estonia)
    worlds.declare(world, "judge", "EE")
    worlds.declare(world, "coordinator", "PT", interest="yes", text="A brother there.")
    return world


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("sees", SEES)
def test_what_others_do_out_of_sight_changes_no_number_on_a_page(db, sees, seed):
    world, dice = begun(), random.Random(f"{sees}{seed}")
    key, urls, out_of_sight = SEES[sees]
    before = pages(world[key], urls)

    out_of_sight(world, dice)

    assert Opinion.objects.exists()
    assert differing(before, pages(world[key], urls)) == set()


@pytest.mark.parametrize(("key", "urls"), [("PT_reviewer_1", JUDGING), ("coordinator", ROUND)])
def test_who_may_see_it_reads_other_numbers(db, key, urls):
    """The test of the test above: the same acts, read by who has no tie."""
    world = reviewed()
    before = pages(world[key], urls)

    much_in_portugal(world, random.Random(1))

    assert len(differing(before, pages(world[key], urls))) > 1
