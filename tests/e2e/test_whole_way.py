"""From a blank sheet to an edition that a stranger reads, in one browser, each act by its page."""

from collections.abc import Callable

from django.core.management import call_command
from playwright.sync_api import BrowserContext, Page, expect

from questionnaire.enums import AssessmentState, ChangeReason
from review.enums import CaseState, ItemState
from tests import world as worlds
from tests.e2e import acts

SHEET, CASE = acts.sheet_of("EE", "a"), acts.case_of("EE", "a")
DISPUTE = acts.dispute_of("EE", "a", "aa2")
PATIENCE_MS = 60_000


def settle_the_others(world: worlds.World) -> None:
    """Let everybody else do their work without a page: all but Estonia's strand a."""
    others = [sheet for sheet in world.sheets() if sheet.state == AssessmentState.OPEN]
    for sheet in others:
        for indicator in worlds.STRANDS[sheet.strand.code]:
            worlds.answer(world, sheet, indicator, earns=100)
        worlds.submit(world, sheet)
    ours = world.case("EE", "a")
    for item in world.items(ItemState.UNDER_REVIEW):
        if item.case_id != ours.pk:
            worlds.approve(world, item)


def press_on(page: Page, selector: str, key: str) -> None:
    """Go to the element as Tab would, and press a key there."""
    page.locator(selector).first.focus()
    page.keyboard.press(key)


def type_into(page: Page, selector: str, text: str) -> None:
    page.locator(selector).focus()
    page.keyboard.type(text)


def add_the_law_by_keyboard(page: Page) -> None:
    page.keyboard.press("s")
    type_into(page, '[name="source-title"]', acts.LAW["title"])
    type_into(page, '[name="source-article"]', acts.LAW["article"])
    press_on(page, "#add-source", "Enter")
    expect(page.locator('[name="sources"]')).to_be_checked()


def answer_by_keyboard(page: Page, code: str) -> None:
    """Choose the first option by its key, tick the law, write why, and go on."""
    expect(page).to_have_url(f"{SHEET}{code}/")
    page.locator("body").press("1")
    expect(page.locator('[name="option"][value="1"]')).to_be_checked()
    type_into(page, "#id_rationale", f"Section 12 says so about {code}.")
    if not page.locator('[name="sources"]').is_checked():
        press_on(page, '[name="sources"]', "Space")
    press_on(page, "#save-next", "Enter")


def submit_by_keyboard(page: Page) -> None:
    expect(page).to_have_url(f"{SHEET}check/")
    press_on(page, "#id_declared", "Space")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{SHEET}?view=all")


def answer_the_sheet(page: Page, world: worlds.World) -> None:
    acts.sign_in(page, world["EE_a_1"])
    page.goto(f"{SHEET}aa1/")
    add_the_law_by_keyboard(page)
    for code in ("aa1", "aa2"):
        answer_by_keyboard(page, code)
    submit_by_keyboard(page)


def object_and_return(page: Page) -> None:
    for code in ("aa1", "aa2"):
        acts.disagree(page, f"{CASE}{code}/", suggests=1, why=f"Section 13 limits {code}.")
    acts.return_case(page, CASE)


def correct_one_and_maintain_the_other(page: Page) -> None:
    page.goto(f"{SHEET}aa1/")
    expect(page.locator("main")).to_contain_text("Section 13 limits aa1.")
    corrected = {"why": "Section 13 narrows it.", "changed": ChangeReason.CORRECTED}
    acts.answer(page, f"{SHEET}aa1/", option=2, **corrected)
    acts.maintain(page, f"{SHEET}aa2/", why="Section 13 is about another permit.")
    acts.submit(page, SHEET)


def rule_for_the_expert(page: Page) -> None:
    page.goto(DISPUTE)
    expect(page.locator("main")).to_contain_text("Section 13 is about another permit.")
    acts.uphold_the_expert(page, DISPUTE, public="Section 12 was in force on the day.")


def close_and_wait(page: Page) -> None:
    """Close the review; the page says by itself when the worker has published the edition."""
    acts.close(page)
    page.goto(f"/rounds/{acts.ROUND}/publishing/")
    public = page.get_by_role("link", name="The public edition")
    expect(public).to_be_visible(timeout=PATIENCE_MS)


def test_a_round_goes_from_the_first_answer_to_a_verified_edition(
    page: Page,
    context: BrowserContext,
    sign_in: Callable[[object], BrowserContext],
    start_worker: Callable[..., object],
):
    world = worlds.build(publishes_itself=True, opinions_required=1)
    answer_the_sheet(page, world)
    settle_the_others(world)
    sign_in(world["EE_reviewer_1"])
    object_and_return(page)
    sign_in(world["EE_a_1"])
    correct_one_and_maintain_the_other(page)
    sign_in(world["EE_reviewer_1"])
    acts.agree(page, f"{CASE}aa1/")
    sign_in(world["adjudicator"])
    rule_for_the_expert(page)
    assert world.case("EE", "a").state == CaseState.CLEARED

    sign_in(world["coordinator"])
    acts.prepare_edition(page)
    for publisher in ("publisher_1", "publisher_2"):
        sign_in(world[publisher])
        acts.sign_in_advance(page)
    with start_worker():
        sign_in(world["coordinator"])
        close_and_wait(page)

    context.clear_cookies()
    read_as_a_stranger(page)
    call_command("verify_edition", "2020.1")


def read_as_a_stranger(page: Page) -> None:
    """Come in by the front door and find Estonia, its score and why the answer stands.

    Strand a earned 50 and 100, strand b 100 throughout: 75 and 100, overall 87.5, shown 88.
    """
    page.goto("/")
    page.get_by_role("link", name="Estonia").first.click()
    main = page.locator("main")
    expect(main).to_contain_text("Estonia")
    expect(main).to_contain_text("88")
    expect(main).to_contain_text("75")
    answers = page.request.get("/e/2020.1/answers.csv").text()
    assert "Section 12 was in force on the day." in answers
