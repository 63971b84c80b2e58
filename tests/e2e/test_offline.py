"""A sheet opened once works without a network, and what was typed arrives when it is back."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from questionnaire.models import Answer, Draft, Source
from tests import world as worlds
from tests.e2e.acts import sheet_of
from tests.services.wire import Wire, wire_to

SHEET = sheet_of("EE", "b")
HOUR = "01:00:00"
SENT_MS = 20_000


@pytest.fixture
def wire(base_url: str) -> Iterator[Wire]:
    with wire_to(urlsplit(base_url).port) as wire:
        yield wire


@pytest.fixture
def on_the_train(browser: Browser, wire: Wire) -> Iterator[Callable[[object], Page]]:
    """Give `on_the_train(person)`: a page whose network is the wire, with the person signed in."""
    contexts = []

    def board(person: object) -> Page:
        client = Client()
        client.force_login(person)
        name = portal_settings.SESSION_COOKIE_NAME
        context = browser.new_context(base_url=wire.address)
        contexts.append(context)
        cookie = {"name": name, "value": client.cookies[name].value, "url": wire.address}
        context.add_cookies([cookie])
        return context.new_page()

    yield board
    for context in contexts:
        context.close()


def wait_until_kept(page: Page) -> None:
    """Wait until the page says that the browser keeps the sheet."""
    expect(page.locator("[data-sheet-kept]")).to_be_visible(timeout=SENT_MS)


def type_between_two_tunnels(page: Page) -> None:
    """Enter a law, answer bb1 with it, and begin a sentence about bb2."""
    page.locator("#q-bb1 [data-add-source]").click()
    page.fill('#new-source [name="source-title"]', "Act written on a train")
    page.fill('#new-source [name="source-article"]', "section 7")
    page.fill('#new-source [name="source-in_force_from"]', "2011-01-01")
    page.locator('#new-source button[value="add"]').click()
    page.check('#q-bb1 [name="option"][value="1"]')
    page.fill('#q-bb1 [name="rationale"]', "Typed between two tunnels.")
    page.locator("#q-bb1 [data-record]").click()
    expect(page.locator("#q-bb2")).to_be_visible()
    page.fill('#q-bb2 [name="rationale"]', "Half a sentence about")


def test_an_hour_without_a_network_loses_no_text_and_the_answers_arrive_afterwards(
    wire: Wire, on_the_train: Callable[[object], Page]
) -> None:
    world = worlds.build()
    page = on_the_train(world["EE_b_1"])
    page.clock.install()
    page.goto(f"{SHEET}bb1/")
    wait_until_kept(page)

    wire.cut()
    page.goto(f"{SHEET}bb1/")
    expect(page.locator("#q-bb1")).to_be_visible()
    expect(page.locator("#q-bb2")).to_be_hidden()
    type_between_two_tunnels(page)
    expect(page.locator("[data-away-waiting]")).to_contain_text("3")
    page.clock.fast_forward(HOUR)
    assert not Draft.objects.exists()

    wire.mend()
    page.clock.fast_forward("01:00")
    expect(page.locator("[data-away-waiting]")).to_have_text("", timeout=SENT_MS)
    answer = Answer.objects.get(indicator__code="bb1")
    assert answer.rationale == "Typed between two tunnels."
    assert [one.source.title for one in answer.citations.all()] == ["Act written on a train"]
    assert Draft.objects.get().content["rationale"] == "Half a sentence about"


def test_a_reload_without_a_network_shows_what_was_typed_before(
    wire: Wire, on_the_train: Callable[[object], Page]
) -> None:
    world = worlds.build()
    page = on_the_train(world["EE_b_1"])
    page.goto(f"{SHEET}bb2/")
    wait_until_kept(page)
    wire.cut()
    page.goto(f"{SHEET}bb2/")
    page.fill('#q-bb2 [name="rationale"]', "Kept through a reload.")
    expect(page.locator("[data-away-waiting]")).not_to_have_text("")
    page.reload()
    expect(page.locator('#q-bb2 [name="rationale"]')).to_have_value("Kept through a reload.")


def test_nothing_of_a_sheet_is_kept_after_another_person_opened_theirs(
    on_the_train: Callable[[object], Page],
) -> None:
    world = worlds.build()
    page = on_the_train(world["EE_b_1"])
    page.goto(f"{SHEET}bb1/")
    wait_until_kept(page)
    client = Client()
    client.force_login(world["PT_a_1"])
    cookie = client.cookies[portal_settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": page.url.split("/sheets/")[0]}]
    )
    page.goto(f"{sheet_of('PT', 'a')}aa1/")
    page.wait_for_function(
        "async (page) => !(await caches.match(page))", arg=f"{SHEET}offline/"
    )


def test_a_source_entered_without_a_network_is_entered_once(
    wire: Wire, on_the_train: Callable[[object], Page]
) -> None:
    world = worlds.build()
    page = on_the_train(world["EE_b_1"])
    page.goto(f"{SHEET}bb1/")
    wait_until_kept(page)
    wire.cut()
    page.goto(f"{SHEET}bb1/")
    page.locator("#q-bb1 [data-add-source]").click()
    page.fill('#new-source [name="source-title"]', "Act entered once")
    page.fill('#new-source [name="source-article"]', "section 1")
    page.locator('#new-source button[value="add"]').click()
    expect(page.locator("[data-away-waiting]")).not_to_have_text("")
    wire.mend()
    with page.expect_response(lambda answer: answer.url.endswith("/sources/new/")):
        page.reload()
    page.goto(f"{SHEET}bb1/")
    expect(page.locator("label.tick", has_text="Act entered once")).to_be_visible(
        timeout=SENT_MS
    )
    assert Source.objects.filter(title="Act entered once").count() == 1


def test_another_sheets_address_without_a_network_leads_to_the_sheet_that_is_kept(
    wire: Wire, on_the_train: Callable[[object], Page]
) -> None:
    world = worlds.build()
    page = on_the_train(world["EE_b_1"])
    page.goto(f"{SHEET}bb1/")
    wait_until_kept(page)
    wire.cut()
    page.goto(f"{sheet_of('PT', 'a')}aa1/")
    expect(page.locator("h1")).to_have_text("There is no network")
    page.locator("[data-kept-list] a").click()
    expect(page.locator("#q-bb1")).to_be_visible()


def test_signing_out_takes_the_kept_sheet_away(on_the_train: Callable[[object], Page]) -> None:
    world = worlds.build()
    page = on_the_train(world["EE_b_1"])
    page.goto(f"{SHEET}bb1/")
    wait_until_kept(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/")
    assert not page.evaluate(
        "async (page) => Boolean(await caches.match(page))", f"{SHEET}offline/"
    )
