"""The same forms in a browser that runs no script: nothing is lost but comfort."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from editions.enums import RevisionState
from editions.models import Revision
from editions.tasks import take_queued_revisions
from mipex_site.accounts.models import User
from questionnaire.enums import AssessmentState
from review.enums import ItemState
from scoring.tasks import take_queued_runs
from tests import world as worlds
from tests.e2e import acts


@pytest.fixture
def plain(browser: Browser, base_url: str) -> Iterator[Callable[[User], Page]]:
    """Give `plain(person)`: a page without scripts, in a browser of that person's own."""
    opened = []

    def open_for(person: User) -> Page:
        context = browser.new_context(base_url=base_url, java_script_enabled=False)
        opened.append(context)
        page = context.new_page()
        acts.sign_in(page, person)
        return page

    yield open_for
    for context in opened:
        context.close()


def test_a_sheet_is_answered_submitted_and_judged_without_scripts(
    plain: Callable[[User], Page],
):
    world = worlds.build(opinions_required=1)
    sheet, case = acts.sheet_of("EE", "a"), acts.case_of("EE", "a")

    expert = plain(world["EE_a_1"])
    acts.add_law(expert, f"{sheet}aa1/")
    for code in ("aa1", "aa2"):
        acts.answer(expert, f"{sheet}{code}/", option=1, why="Section 12 says so.")
    acts.submit(expert, sheet)
    assert world.sheet("EE", "a").state == AssessmentState.SUBMITTED

    reviewer = plain(world["EE_reviewer_1"])
    acts.agree(reviewer, f"{case}aa1/")
    acts.disagree(reviewer, f"{case}aa2/", suggests=1, why="Section 13 limits it.")
    acts.return_case(reviewer, case)
    assert world.item("EE", "aa1").state == ItemState.APPROVED

    acts.maintain(expert, f"{sheet}aa2/", why="Section 13 is about another permit.")
    acts.submit(expert, sheet)
    assert world.item("EE", "aa2").state == ItemState.DISPUTED


def test_what_is_wrong_is_said_and_what_was_typed_is_kept_without_scripts(
    plain: Callable[[User], Page],
):
    world = worlds.build()
    page = plain(world["EE_a_1"])
    page.goto(f"{acts.sheet_of('EE', 'a')}aa1/")
    page.fill("#id_rationale", "A reason that must not be lost.")

    page.locator("#save").click()

    expect(page.locator("#id_option_error")).to_contain_text("Choose an option")
    expect(page.locator("#id_rationale")).to_have_value("A reason that must not be lost.")


def test_a_half_sentence_is_kept_as_a_draft_without_scripts(plain: Callable[[User], Page]):
    world = worlds.build()
    page = plain(world["EE_a_1"])
    page.goto(f"{acts.sheet_of('EE', 'a')}aa1/")
    page.fill("#id_rationale", "Half a sentence about")

    page.get_by_role("button", name="Keep as a draft").click()

    expect(page.get_by_text("A draft, kept on")).to_be_visible()
    expect(page.locator("#id_rationale")).to_have_value("Half a sentence about")


def test_a_dispute_is_ruled_a_round_closed_and_an_edition_signed_without_scripts(
    plain: Callable[[User], Page],
):
    world = worlds.build(opinions_required=2)
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.split(world, "EE", "aa1")
    worlds.approve_all(world)

    adjudicator = plain(world["adjudicator"])
    dispute = acts.dispute_of("EE", "a", "aa1")
    acts.uphold_the_expert(adjudicator, dispute, public="The act was in force on the day.")
    assert world.item("EE", "aa1").state == ItemState.RULED

    coordinator = plain(world["coordinator"])
    acts.prepare_edition(coordinator)
    acts.close(coordinator)
    take_queued_runs()
    take_queued_revisions()

    for publisher in ("publisher_1", "publisher_2"):
        page = plain(world[publisher])
        acts.sign(page)
    assert Revision.objects.get().state == RevisionState.SIGNED
    send = '[action$="/publish/"] button[type=submit]'
    page.goto(f"/rounds/{acts.ROUND}/publishing/")
    acts.send(page, send)
    assert Revision.objects.get().state == RevisionState.PUBLISHED
