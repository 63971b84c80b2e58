"""A dispute from opinion to ruling by three people, by keyboard where one would use it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from review.enums import DisputeState, DraftOf, ItemState, OpinionKind
from review.models import Dispute, Opinion, ReviewDraft
from tests import world as worlds
from tests.e2e import acts

ITEM = f"{acts.case_of('EE', 'a')}aa1/"
WHY = "Section 5 was repealed in 2012, so the duty no longer holds."
PUBLIC = "Section 5 was in force on the day; its repeal was struck down."
INTERNAL = "The second reviewer read the register of drafts, not of laws."


@pytest.fixture
def world() -> worlds.World:
    world = worlds.build()
    worlds.answer_all(world)
    worlds.submit_all(world)
    return world


@pytest.fixture
def page_of(
    browser: Browser, base_url: str, world: worlds.World
) -> Iterator[Callable[[str], Page]]:
    """Give `page_of(key)`: a browser of that person's own, signed in."""
    with ExitStack() as stack:

        def opened(key: str) -> Page:
            context = stack.enter_context(browser.new_context(base_url=base_url))
            page = context.new_page()
            acts.sign_in(page, world[key])
            return page

        yield opened


def state_of(page: Page):
    return page.locator("[data-save-state]").first


def send_by(page: Page, key: str) -> None:
    """Press a key that sends a form, and wait until the page shows the answer."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as got:
        page.keyboard.press(key)
    assert got.value.status in {200, 302}
    page.wait_for_load_state("networkidle")


def agree_by_keyboard(page: Page) -> None:
    page.goto(ITEM)
    page.keyboard.press("1")
    expect(page.locator('[name="kind"][value="agree"]')).to_be_checked()
    expect(state_of(page)).to_contain_text("Draft kept")
    send_by(page, "n")
    expect(page).to_have_url(f"{acts.case_of('EE', 'a')}aa2/")


def disagree_by_keyboard(page: Page) -> None:
    """Object, with a suggestion; what is typed is kept before it is sent."""
    page.goto(ITEM)
    page.keyboard.press("3")
    page.check('[name="suggested_option"][value="1"]')
    page.keyboard.press("c")
    page.keyboard.type(WHY)
    expect(page.locator('.opinion [name="text"]')).to_have_value(WHY)
    expect(state_of(page)).to_contain_text("Draft kept")
    draft = ReviewDraft.objects.get(kind=DraftOf.OPINION, content__text=WHY)
    assert draft.content["suggested_option"] == "1"
    acts.send(page, '.opinion [name="then"][value="stay"]')
    expect(page.locator(".opinion .saved--ok")).to_contain_text("Saved on")


def open_from_my_work(page: Page) -> None:
    line = page.locator(".work__item", has_text="The reviewers differ.")
    expect(line).to_contain_text("Indicator aa1")
    line.get_by_role("link", name="Rule").click()
    expect(page).to_have_url(acts.dispute_of("EE", "a", "aa1"))


def rule_by_keyboard(page: Page) -> None:
    """Read the file, uphold the expert, leave in the middle, come back and rule."""
    expect(page.locator("#dispute")).to_contain_text(WHY)
    page.keyboard.press("1")
    expect(page.locator('[name="verdict"][value="expert_upheld"]')).to_be_checked()
    page.locator("#id_public_rationale").press_sequentially(PUBLIC)
    expect(state_of(page)).to_contain_text("Draft kept")
    page.goto("/my-work/")
    expect(page.locator("main")).to_contain_text("You have an unfinished ruling on")

    page.goto(acts.dispute_of("EE", "a", "aa1"))
    expect(page.locator('[name="verdict"][value="expert_upheld"]')).to_be_checked()
    expect(page.locator("#id_public_rationale")).to_have_value(PUBLIC)
    page.fill("#id_internal_rationale", INTERNAL)
    acts.send(page, ".ruling button.button--primary")
    expect(page.locator("#dispute")).to_contain_text(PUBLIC)


def test_a_dispute_goes_from_two_opinions_to_a_ruling_and_its_expert_reads_it(
    world: worlds.World, page_of: Callable[[str], Page]
):
    agree_by_keyboard(page_of("EE_reviewer_1"))
    assert not Dispute.objects.exists()
    disagree_by_keyboard(page_of("EE_reviewer_2"))
    assert Dispute.objects.get().state == DisputeState.OPEN
    kinds = Opinion.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [OpinionKind.AGREE, OpinionKind.DISAGREE]

    adjudicator = page_of("adjudicator")
    open_from_my_work(adjudicator)
    rule_by_keyboard(adjudicator)

    dispute = Dispute.objects.get()
    assert dispute.state == DisputeState.RULED
    assert dispute.ruling.internal_rationale == INTERNAL
    assert world.item("EE", "aa1").state == ItemState.RULED
    assert not ReviewDraft.objects.exists()

    expert = page_of("EE_a_1")
    expert.goto(f"{acts.case_of('EE', 'a')}outcome/")
    main = expert.locator("main")
    expect(main).to_contain_text(PUBLIC)
    expect(main).not_to_contain_text(INTERNAL)
    for key in ("EE_reviewer_1", "EE_reviewer_2", "adjudicator"):
        expect(main).not_to_contain_text(world[key].name)
