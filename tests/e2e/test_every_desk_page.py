"""The pages with which a round is set up and run, one of each kind: as in test_every_page.

One world, with something on each page; wide by day and narrow by night.
"""

from datetime import timedelta

from playwright.sync_api import Page

from editions.services import rehearsing
from editions.tasks import take_queued_rehearsals
from mipex_site.mail.enums import LetterState
from questionnaire.enums import OrganisationKind, Role
from questionnaire.models import Assignment, Extension
from questionnaire.services import excluding, invitations
from questionnaire.services.copying import begin_round
from questionnaire.services.extending import ask_extension
from questionnaire.services.invitations import Part
from questionnaire.services.organisations import put_organisation
from tests import world as worlds
from tests.desk.framing import drafted, the_draft
from tests.desk.letters import WRITE, letter_to
from tests.e2e.acts import ROUND, case_of, sheet_of
from tests.e2e.looks import ACROSS, Visit, faults_shown
from tests.editions.writing import write
from tests.questionnaire.inviting import token_of

NEXT = "next"
DESK, SET_UP = f"/rounds/{ROUND}/", f"/rounds/{NEXT}/set-up/"
SHEET, CASE = sheet_of("EE", "b"), case_of("EE", "a")

PAGES = {
    "EE_b_1": (
        "/my-mail/",
        f"{SHEET}extension/",
        f"{SHEET}delegates/",
        f"{SHEET}upcoming/",
    ),
    "EE_reviewer_1": (
        f"/reviews/{ROUND}/by-indicator/",
        f"/reviews/{ROUND}/by-indicator/aa1/",
        f"/interests/{ROUND}/EE/",
        f"{CASE}conversations/new/",
    ),
    "adjudicator": ("/disputes/", f"/consistency/{ROUND}/"),
    "head": (
        "/rounds/",
        "/rounds/new/",
        SET_UP,
        *(f"{SET_UP}{step}/" for step in ("name", "countries", "calendar", "rules")),
        "/organisations/",
        "/organisations/invented/",
        "/audit/",
        "/frameworks/",
        "/frameworks/import/",
        "{framework}",
        "{framework}framework/small/",
        "{framework}indicators/aa1/",
        "{framework}indicators/aa1/remove/",
        "{framework}indicators/aa1/history/",
        "{framework}new/indicators/",
        "{framework}differences/",
        "{framework}scores/",
        "{framework}in/fr/",
    ),
    "coordinator": (
        f"{DESK}set-up/",
        f"{DESK}people/",
        f"{DESK}people/invite/",
        f"{DESK}people/table/",
        f"{DESK}people/invitations/{{invitation}}/",
        f"{DESK}people/parts/{{part}}/replace/",
        f"{DESK}left-out/",
        f"{DESK}acts-of-two/",
        f"{DESK}extensions/",
        f"{DESK}extensions/{{extension}}/",
        f"{DESK}mail/",
        f"{DESK}mail/{{letter}}/",
        f"{DESK}audit/",
        f"{DESK}rehearsal/",
        f"{DESK}rehearsal/1/index.html",
        f"{DESK}texts/",
        f"{DESK}texts/figures/",
        f"{DESK}texts/finding/1/",
        f"{DESK}texts/finding/1/edit/",
        f"/interests/{ROUND}/",
        f"/reviews/{ROUND}/late-changes/",
    ),
}


def begin_the_next(world: worlds.World) -> None:
    """Set up another round, and answer and rehearse this one."""
    begin_round(
        code=NEXT,
        title="The next round",
        edition_code="2021",
        framework=world.round.framework,
        cut_off=world.round.cut_off + timedelta(days=365),
        source=world.round,
        by=world["head"],
    )
    for indicator in worlds.STRANDS["a"]:
        worlds.answer(world, world.sheet("EE", "a"), indicator, earns=50)
    worlds.submit(world, world.sheet("EE", "a"))
    rehearsing.ask_for_rehearsal(round_=world.round, by=world["coordinator"])
    take_queued_rehearsals()
    write(world.round, world["coordinator"])


def ask_of_the_desk(world: worlds.World) -> dict[str, object]:
    """Let something wait on every page of the desk; return what stands in its addresses."""
    head, portugal = world["head"], world.country("PT")
    university = {"name": "An Invented University", "kind": OrganisationKind.UNIVERSITY}
    put_organisation(code="invented", **university, by=head)
    reasons = {"text": "No expert was found.", "reason": "She has left the university."}
    excluding.ask_to_leave_out(
        round_=world.round, country=portugal, **reasons, by=world["coordinator"]
    )
    until = world.round.hard_close_at + timedelta(days=1)
    ask_extension(
        sheet=world.sheet("EE", "b"), until=until, reason="It is long.", by=world["EE_b_1"]
    )
    invitation = invitations.invite(
        round_=world.round,
        email="zenobia@example.org",
        name="Zenobia Quollsdottir",
        part=Part(Role.REVIEWER, country=portugal),
        by=head,
    )
    failed = {"state": LetterState.FAILED, "error": "There is no such mailbox."}
    return {
        "token": token_of(invitation),
        "invitation": invitation.pk,
        "part": Assignment.objects.get(round=world.round, person=world["PT_b_1"]).pk,
        "extension": Extension.objects.get().pk,
        "letter": letter_to(world, "EE_a_1", **failed).pk,
        "framework": f"/frameworks/{the_draft().pk}/",
    }


def faults_on_the_way(
    page: Page, visit: Visit, world: worlds.World, token: object
) -> list[str]:
    """Return the faults of an invitation and of a letter, before and after a button is pressed."""
    envelope = f"/invitation/{token}/"
    found = visit(None, {envelope: 200}, looks=ACROSS)
    page.locator("main form button").first.click()
    page.locator("#id_terms").wait_for()
    found += faults_shown(page, f"{envelope} opened", looks=ACROSS)
    found += visit(world["coordinator"], {WRITE: 200}, looks=ACROSS)
    page.select_option('[name="role"]', Role.EXPERT)
    page.fill('[name="subject"]', "About {country}")
    page.fill('[name="text"]', "Good day, {name}.")
    page.locator('[name="act"][value="look"]').click()
    page.locator("#preview").wait_for()
    return found + faults_shown(page, f"{WRITE} as it would be sent", looks=ACROSS)


def test_every_page_of_the_desk_is_open_to_all_eyes(page: Page, visit: Visit):
    world = drafted()
    begin_the_next(world)
    places = ask_of_the_desk(world)

    found = faults_on_the_way(page, visit, world, places["token"])
    for key, pages in PAGES.items():
        addresses = [page.format(**places) for page in pages]
        found += visit(world[key], dict.fromkeys(addresses, 200), looks=ACROSS)

    assert found == []
