"""The network goes in the middle of a sentence and comes back: every word arrives, once."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from questionnaire.enums import AssessmentState
from questionnaire.models import Answer, Assessment, Draft, SetAside
from tests import world as worlds
from tests.e2e import acts

ADDRESS = f"{acts.sheet_of('EE', 'b')}bb1/"
WAITING = "Waiting for the network: kept in this browser"
KEPT = "Draft kept"


@pytest.fixture
def page(page: Page, sign_in: Callable[[object], BrowserContext]) -> Page:
    """Give the expert's page of a blank answer."""
    sign_in(worlds.build()["EE_b_1"])
    page.goto(ADDRESS)
    return page


def state_of(page: Page):
    return page.locator("[data-save-state]").first


def type_on(page: Page, words: str) -> None:
    page.locator("#id_rationale").press_sequentially(words)


def reason() -> str:
    return Draft.objects.get().content["rationale"]


def test_what_is_typed_without_a_network_is_sent_when_it_is_back(
    page: Page, context: BrowserContext
):
    type_on(page, "Before,")
    expect(state_of(page)).to_contain_text(KEPT)

    context.set_offline(offline=True)
    type_on(page, " during")
    expect(state_of(page)).to_contain_text(WAITING)
    type_on(page, " it,")
    assert reason() == "Before,"
    context.set_offline(offline=False)
    type_on(page, " and after.")

    expect(state_of(page)).to_contain_text(KEPT)
    assert reason() == "Before, during it, and after."
    expect(page.locator("[data-clash]")).to_have_count(0)


def test_an_answer_of_the_portal_that_is_lost_makes_no_second_text(
    page: Page, context: BrowserContext
):
    """The draft arrives, its answer does not: sent again, it is no clash with itself."""
    lost: list[str] = []

    def lose_the_first(route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort()

    page.route("**/draft/", lose_the_first)
    type_on(page, "Half")
    expect(state_of(page)).to_contain_text(WAITING)
    type_on(page, " and whole.")

    expect(state_of(page)).to_contain_text(KEPT)
    assert reason() == "Half and whole."
    assert len(lost) == 1


def test_a_page_that_is_closed_without_a_network_gives_its_text_to_the_next(
    page: Page, context: BrowserContext
):
    page.route("**/draft/", lambda route: route.abort())
    type_on(page, "Typed and not sent.")
    expect(state_of(page)).to_contain_text(WAITING)
    page.close()

    page = context.new_page()
    page.goto(ADDRESS)

    expect(page.locator("#id_rationale")).to_have_value("Typed and not sent.")
    expect(page.locator("[data-save-words]")).to_contain_text("It is back in the form.")
    expect(state_of(page)).to_contain_text(KEPT)
    assert reason() == "Typed and not sent."


def test_an_answer_saved_without_a_network_is_recorded_later(
    page: Page, context: BrowserContext
):
    page.check('[name="option"][value="unknown"]')
    context.set_offline(offline=True)
    type_on(page, "Nobody knows.")
    page.locator("#save").click()

    expect(state_of(page)).to_contain_text(WAITING)
    expect(page.locator("[data-save-words]")).to_contain_text("recorded as soon as")
    expect(page.locator("[data-trouble]")).not_to_be_visible()
    context.set_offline(offline=False)

    expect(state_of(page)).to_contain_text("Saved")
    assert Answer.objects.get().rationale == "Nobody knows."


def test_what_is_typed_while_the_form_is_saved_stays_in_it(page: Page):
    page.check('[name="option"][value="unknown"]')
    type_on(page, "Nobody knows")

    def slowly(route) -> None:
        type_on(page, " so far.")
        route.continue_()

    page.route(f"**{ADDRESS}", slowly)
    page.locator("#save").click()

    expect(state_of(page)).to_contain_text(KEPT)
    expect(page.locator("#id_rationale")).to_have_value("Nobody knows so far.")
    assert Answer.objects.get().rationale == "Nobody knows"
    assert reason() == "Nobody knows so far."


def test_a_browser_that_keeps_nothing_says_so_and_sends_all_the_same(page: Page):
    page.add_init_script("delete Window.prototype.indexedDB; delete window.indexedDB;")
    page.route("**/draft/", lambda route: route.abort())
    page.reload()
    type_on(page, "Kept nowhere")
    expect(state_of(page)).to_contain_text("Not kept in this browser")

    page.unroute("**/draft/")
    type_on(page, " but there.")

    expect(state_of(page)).to_contain_text(KEPT)
    assert reason() == "Kept nowhere but there."


def test_what_is_typed_too_late_stays_in_the_form_and_is_kept_aside(page: Page):
    sheet = Assessment.objects.at(acts.ROUND, "EE", "b", 1).get()
    sheet.state, sheet.submitted_at = AssessmentState.SUBMITTED, timezone.now()
    sheet.save()

    type_on(page, "A minute late.")

    expect(state_of(page)).to_contain_text("Not saved:")
    expect(page.locator("#id_rationale")).to_have_value("A minute late.")
    assert SetAside.objects.get().content["rationale"] == "A minute late."
