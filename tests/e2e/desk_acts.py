"""What coordinators and the people they invite do on the pages of the desk, in a browser.

Each act ends with what the page says of it. None looks at the database.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.factories.accounts import PASSWORD

PATIENCE_MS = 60_000


def says(page: Page, words: str) -> None:
    """Wait until the page says so: a worker may have to do something first."""
    expect(page.locator("main")).to_contain_text(words, timeout=PATIENCE_MS)


def fill(page: Page, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        page.fill(f"#id_{name}", value)


def press(page: Page, words: str) -> None:
    """Press the button of that name, and wait until its form was taken and the page is there."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as got:
        page.get_by_role("button", name=words, exact=True).click()
    assert got.value.status in {200, 204, 302}, (words, got.value.status)
    page.wait_for_load_state()


def follow(page: Page, words: str) -> None:
    page.get_by_role("link", name=words, exact=True).first.click()
    page.wait_for_load_state()


# --- Frameworks and countries -------------------------------------------------------------


def look_at_framework(page: Page, workbook: Path) -> None:
    page.goto("/rounds/")
    follow(page, "Frameworks")
    page.set_input_files("#id_file", workbook)
    press(page, "Look at the file")


def take_framework(page: Page) -> None:
    press(page, "Take the file")
    says(page, "The file is taken.")


def lock_the_own_method(page: Page) -> None:
    """Take the method that comes with the portal, read it, and lock it."""
    page.goto("/rounds/")
    follow(page, "Method")
    press(page, "Take the portal’s own method")
    says(page, "80–100: Favourable")
    page.get_by_role("button", name="Lock the method").click()
    says(page, "Scores are computed by this one.")


def bring_in_countries(page: Page, table: Path, *, number: int) -> None:
    """Hand a table in, read what it would do, and save it."""
    page.goto("/rounds/")
    follow(page, "Import and export")
    follow(page, "Countries")
    page.set_input_files("#id_file", table)
    press(page, "Show what it would do")
    says(page, "Nothing has been saved yet.")
    expect(page.locator(".change")).to_have_count(number)
    press(page, "Save all of it")


# --- The round ----------------------------------------------------------------------------


def begin_round(page: Page, *, framework: str, named: Mapping[str, str]) -> None:
    """Begin a round from nothing; NAMED are its title, code, edition_code and cut_off."""
    page.goto("/rounds/")
    follow(page, "New round")
    fill(page, named)
    page.select_option("#id_framework", label=framework)
    press(page, "Begin the round")
    says(page, "The round is there, in design.")


def choose_countries(page: Page, codes: Sequence[str]) -> None:
    for code in codes:
        page.check(f"#id_in-{code}")
    press(page, "Save and go on")
    says(page, "This step is saved.")


def set_calendar(page: Page, *, zone: str, dates: Mapping[str, str]) -> None:
    page.select_option("#id_zone", zone)
    fill(page, dates)
    press(page, "Save and go on")
    says(page, "This step is saved.")


def set_rules(page: Page, rules: Mapping[str, str]) -> None:
    fill(page, rules)
    press(page, "Save and go on")
    says(page, "This step is saved.")


def ask_to_lock(page: Page, title: str) -> None:
    page.goto("/rounds/")
    follow(page, title)
    press(page, "Ask to lock the design")
    says(page, "It is asked for. A second person does it or says no.")


def lock_as_second(page: Page, title: str) -> None:
    page.goto("/rounds/")
    follow(page, title)
    says(page, "asked for it on")
    press(page, "Do it: lock the design")
    says(page, "It is done.")


def ask_to_open(page: Page, title: str) -> None:
    page.goto("/rounds/")
    follow(page, title)
    press(page, "Open the round")


# --- People -------------------------------------------------------------------------------


def invite(page: Page, code: str, *, role: str, name: str, email: str) -> None:
    """Invite one person to a part of the whole round."""
    page.goto(f"/rounds/{code}/people/")
    follow(page, "Invite somebody")
    fill(page, {"name": name, "email": email})
    page.select_option("#id_role", role)
    press(page, "Send the invitation")


def invite_by_table(page: Page, code: str, table: Path, *, number: int) -> None:
    """Hand a table in, read whom it would invite, and invite them."""
    page.goto(f"/rounds/{code}/people/")
    follow(page, "Invite by a table")
    page.set_input_files("#id_file", table)
    press(page, "Show what it would do")
    says(page, "Nothing has been saved yet, and no letter has left.")
    says(page, f"{number} new invitations")
    press(page, "Invite all of them")
    says(page, f"{number} invitations are made.")


def accept(page: Page, link: str) -> None:
    """Open a letter's link as somebody new, and take the part."""
    page.goto(link)
    press(page, "Open the invitation")
    if page.locator('[name="attribution"]').count():
        page.locator('[name="attribution"]').first.check()
    fill(page, {"password": PASSWORD})
    page.check("#id_terms")
    press(page, "Accept the part")
    says(page, "Thank you: the part is yours.")


def confirm(page: Page, code: str, name: str) -> None:
    """Let an invitation leave, as the second coordinator."""
    page.goto(f"/rounds/{code}/people/?state=unconfirmed")
    follow(page, name)
    press(page, "Confirm it, and send the letter")


def declare_no_tie(page: Page, code: str, country: str) -> None:
    page.goto(f"/interests/{code}/{country}/")
    says(page, "Declare first, then read")
    page.check('[name="interest"][value="none"]')
    press(page, "Declare")
    says(page, "The country is open to you")


# --- The edition --------------------------------------------------------------------------


def prepare_edition(page: Page, code: str, named: Mapping[str, str]) -> None:
    """Name the edition: its title, licence and publisher."""
    page.goto(f"/rounds/{code}/publishing/")
    fill(page, named)
    press(page, "Prepare the edition")


def close_review(page: Page, code: str) -> None:
    page.goto(f"/rounds/{code}/closing/")
    says(page, "Nothing blocks it")
    fill(page, {"code": code})
    press(page, "Close the review")


def wait_for_candidate(page: Page) -> None:
    """Watch until the worker is done; the page shows the candidate's checks by itself."""
    says(page, "All are green.")
    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_visible()


def sign(page: Page, code: str) -> None:
    page.goto(f"/rounds/{code}/publishing/")
    fill(page, {"password": PASSWORD})
    press(page, "Sign")


def publish(page: Page, code: str) -> None:
    page.goto(f"/rounds/{code}/publishing/")
    press(page, "Publish the edition")
    expect(page.get_by_role("link", name="The public edition")).to_be_visible()


# --- A correction -------------------------------------------------------------------------


def tell_what_is_wrong(page: Page, name: str, note: Mapping[str, str]) -> None:
    """As a reader, come to a revision by the list of editions and send a note about it.

    NOTE has country, indicator, text, evidence, name and email.
    """
    page.goto("/editions/")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))
    row.get_by_role("link", name="Checks and notes").click()
    follow(page, "Tell us what is wrong")
    for field in ("country", "indicator"):
        page.select_option(f"#id_{field}", note[field])
    said = {field: note[field] for field in ("text", "evidence", "name", "email")}
    fill(page, said)
    press(page, "Send the note")
    expect(page.get_by_role("heading", name="We have your note")).to_be_visible()


def open_note(page: Page, code: str, answer: str) -> None:
    page.goto(f"/rounds/{code}/publishing/")
    follow(page, "Corrections")
    page.get_by_role("row").filter(has_text=answer).get_by_role("link").click()
    says(page, answer)


def look_into_note(page: Page, *, option: str, said: Mapping[str, str]) -> None:
    """Say that the answer is wrong, and what it ought to be: SAID are findings and rationale."""
    fill(page, said)
    page.check('[name="is_wrong"][value="1"]')
    page.select_option("#id_option", option)
    press(page, "Keep what was found")
    says(page, "What was found")


def accept_note(page: Page, *, words: str, public: str = "") -> None:
    page.check('[name="accepts"][value="1"]')
    fill(page, {"words": words, "public_words": public})
    press(page, "Keep the decision")
    says(page, "Correct it")


def issue(page: Page, code: str, *, answer: str, erratum: str) -> None:
    page.goto(f"/rounds/{code}/corrections/")
    page.get_by_label(f"({answer})").check()
    fill(page, {"erratum": erratum})
    press(page, "Build the revision")
