"""From an empty portal and a workbook to an edition, and to its corrected revision.

Everybody sits down in turn at one browser: coordinators, a publisher, experts, reviewers and a
reader. Only the bulk of the answers and opinions is given without a page.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from editions.enums import CorrectionState, RevisionKind, RevisionState
from editions.models import CorrectionRequest, Revision
from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.mail.models import Letter
from questionnaire.enums import AssessmentState, FrameworkState, Role, RoundState
from questionnaire.models import Assessment, Assignment, Country, Framework, JointAct, Round
from questionnaire.services.assignments import first_coordinator
from questionnaire.tasks import take_queued_set_ups
from review.enums import ItemState
from review.models import CaseItem
from scoring.tasks import take_queued_runs
from tests.e2e import acts, desk_acts
from tests.e2e import first_round as first
from tests.factories.accounts import PASSWORD

CODE = first.CODE
ERRATUM = "Nobody may work in Belmora."


@dataclass(frozen=True, slots=True)
class Play:
    """One browser, in which everybody sits down in turn, and a folder for their files."""

    page: Page
    sign_in: Callable[[User], object]
    folder: Path

    def by(self, address: str) -> Page:
        """Return the page, from now on of the person with this address."""
        self.sign_in(User.objects.get(email=address))
        return self.page

    def by_nobody(self) -> Page:
        """Return the page, from now on of a stranger."""
        self.page.context.clear_cookies()
        return self.page

    def accept(self, address: str) -> None:
        desk_acts.accept(self.by_nobody(), first.link_of(address))


@pytest.fixture
def play(page: Page, sign_in: Callable[[User], object], tmp_path: Path) -> Play:
    return Play(page, sign_in, tmp_path)


# --- Before the round is open -------------------------------------------------------------


def take_in_what_is_asked(play: Play) -> None:
    """Bring in the framework after a look at it, the countries, and the portal's own method."""
    desk_acts.look_at_framework(play.page, first.framework_workbook(play.folder))
    desk_acts.says(play.page, "The file would become a new draft with all of this.")
    assert not Framework.objects.exists()
    desk_acts.take_framework(play.page)
    desk_acts.says(play.page, "Ready to lock")
    desk_acts.lock_the_own_method(play.page)
    table = first.countries_table(play.folder)
    desk_acts.bring_in_countries(play.page, table, number=len(first.COUNTRIES))
    assert dict(Country.objects.values_list("code", "name")) == first.COUNTRIES


def design_the_round(desk: Page) -> None:
    desk_acts.begin_round(desk, framework="newcomers 1 (draft)", named=first.NAMED)
    desk_acts.choose_countries(desk, [*first.COUNTRIES])
    desk_acts.set_calendar(desk, zone="Europe/Brussels", dates=first.calendar())
    desk_acts.set_rules(desk, first.RULES)
    desk_acts.says(desk, "have no expert and are not marked as opening without one")


def invite_everybody(play: Play) -> None:
    """Invite a second coordinator, a publisher whom that one confirms, and the rest by a table."""
    run_by = {"role": Role.COORDINATOR, "name": "Corisande Axolotl", "email": first.SECOND}
    desk_acts.invite(play.page, CODE, **run_by)
    play.accept(first.SECOND)
    signed_by = {"role": Role.PUBLISHER, "name": "Perpetua Okapi", "email": first.PUBLISHER}
    desk_acts.invite(play.by(first.HEAD), CODE, **signed_by)
    assert not Letter.objects.filter(address=first.PUBLISHER).exists()
    desk_acts.confirm(play.by(first.SECOND), CODE, signed_by["name"])
    play.accept(first.PUBLISHER)
    asked = first.everybody_asked()
    table = first.people_table(play.folder)
    desk_acts.invite_by_table(play.by(first.HEAD), CODE, table, number=len(asked))
    for address in asked:
        play.accept(address)
    rights = Assignment.objects.running().filter(round__code=CODE)
    assert rights.count() == len(asked) + 2


def lock_by_two(play: Play) -> None:
    desk = play.by(first.HEAD)
    desk.goto(f"/rounds/{CODE}/people/")
    desk_acts.says(desk, "Every place has somebody")
    desk_acts.ask_to_lock(desk, first.TITLE)
    assert Round.objects.get().state == RoundState.DESIGN
    desk_acts.lock_as_second(play.by(first.SECOND), first.TITLE)
    act = JointAct.objects.select_related("asked_by", "decided_by").get()
    assert (act.asked_by.email, act.decided_by.email) == (first.HEAD, first.SECOND)
    assert Framework.objects.get().state == FrameworkState.LOCKED


def open_the_round(desk: Page, start_worker: Callable[..., object]) -> None:
    """Ask for it while no worker is there; the page says how far it is, and then that it is."""
    desk_acts.ask_to_open(desk, first.TITLE)
    desk_acts.says(desk, "0 of 3 countries set up")
    with start_worker():
        take_queued_set_ups.apply_async()
        desk_acts.says(desk, "The round is open.")
    assert Assessment.objects.count() == 2 * len(first.COUNTRIES)


# --- Until the edition is public ----------------------------------------------------------


def code_and_review(play: Play) -> None:
    """Give one answer and one opinion on their pages, the others by the services."""
    sheet, case = f"/sheets/{CODE}/XA/entry/1/", f"/reviews/{CODE}/XA/entry/"
    expert = play.by(first.expert_of("XA"))
    acts.add_law(expert, f"{sheet}entry1/")
    acts.answer(expert, f"{sheet}entry1/", option=1, why="Section 12 opens it to anybody.")
    first.answer_the_rest()
    states = set(Assessment.objects.values_list("state", flat=True))
    assert states == {AssessmentState.SUBMITTED}
    reviewer = play.by(first.reviewer_of("XA"))
    desk_acts.declare_no_tie(reviewer, CODE, "XA")
    acts.agree(reviewer, f"{case}entry1/")
    first.agree_with_the_rest()
    assert set(CaseItem.objects.values_list("state", flat=True)) == {ItemState.APPROVED}


def close_the_review(desk: Page) -> None:
    desk_acts.prepare_edition(desk, CODE, first.EDITION)
    desk_acts.close_review(desk, CODE)
    assert Round.objects.get().state == RoundState.REVIEW_CLOSED


def build_the_edition(desk: Page) -> None:
    """Watch the candidate come: queued, taken by the worker, checked."""
    desk.goto(f"/rounds/{CODE}/publishing/")
    desk_acts.says(desk, "A worker is busy.")
    take_queued_runs.apply_async()
    desk_acts.wait_for_candidate(desk)
    desk_acts.says(desk, "The engine gives the same results from the edition's own files.")
    revision = Revision.objects.get()
    assert (revision.name, revision.state) == ("2031.1", RevisionState.CANDIDATE)


def sign_and_publish(play: Play, number: int) -> None:
    desk_acts.sign(play.by(first.HEAD), CODE)
    revision = Revision.objects.get(number=number)
    assert revision.state == RevisionState.CANDIDATE
    desk_acts.sign(play.by(first.PUBLISHER), CODE)
    desk_acts.publish(play.page, CODE)
    revision.refresh_from_db()
    assert revision.state == RevisionState.PUBLISHED
    signers = revision.signatures.order_by("pk").values_list("signer__email", flat=True)
    assert list(signers) == [first.HEAD, first.PUBLISHER]
    assert {each.hash for each in revision.signatures.all()} == {revision.hash}


def read_the_edition(reader: Page) -> None:
    """Arvenia earned 100, 50, 50 and 50: 75 and 50, overall 62.5, shown 63."""
    reader.goto("/")
    expect(reader).to_have_url("/e/2031.1/index.html")
    desk_acts.says(reader, "Arvenia leads 3 countries with 63 points of 100")
    desk_acts.follow(reader, "Arvenia")
    desk_acts.says(reader, "Section 12 opens it to anybody.")


def file_of(reader: Page, address: str) -> str:
    answer = reader.request.get(address)
    assert answer.ok, address
    return answer.text()


def rows_of(reader: Page, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(file_of(reader, address).splitlines()))


# --- The correction -----------------------------------------------------------------------


def decide_about_the_note(play: Play) -> None:
    """One looks into it, and two others are of one mind: the law lets nobody work there."""
    answer = f"{first.NOTE['country']} {first.NOTE['indicator']}"
    desk = play.by(first.HEAD)
    desk_acts.open_note(desk, CODE, answer)
    found = {"findings": "Section 13 limits it.", "rationale": "Section 13 opens it to nobody."}
    desk_acts.look_into_note(desk, option="3", said=found)
    second = play.by(first.SECOND)
    desk_acts.open_note(second, CODE, answer)
    desk_acts.accept_note(second, words="Section 13 says so.")
    assert CorrectionRequest.objects.get().state == CorrectionState.IN_TRIAGE
    publisher = play.by(first.PUBLISHER)
    desk_acts.open_note(publisher, CODE, answer)
    desk_acts.accept_note(publisher, words="So it is.", public="Section 13 was overlooked.")
    assert CorrectionRequest.objects.get().state == CorrectionState.ACCEPTED
    desk_acts.issue(play.by(first.HEAD), CODE, answer=answer, erratum=ERRATUM)
    revision = Revision.objects.select_related("based_on").get(number=2)
    assert (revision.kind, revision.based_on.name) == (RevisionKind.CORRECTION, "2031.1")


def read_the_corrected_edition(reader: Page) -> None:
    """Belmora's second strand earned 50 and 0 now: 25, overall 37.5, shown 38."""
    reader.goto("/")
    expect(reader).to_have_url("/e/2031.2/index.html")
    row = reader.get_by_role("row").filter(has_text="Belmora")
    expect(row).to_contain_text("38")
    desk_acts.follow(reader, "See what changed")
    for words in (ERRATUM, "Section 13 was overlooked.", "50 → 38"):
        desk_acts.says(reader, words)
    cells = rows_of(reader, "/e/2031.2/changes.csv")
    assert [(cell["country"], cell["indicator"]) for cell in cells] == [("XB", "stay2")]
    moves = rows_of(reader, "/e/2031.2/score_changes.csv")
    moved = next(move for move in moves if (move["country"], move["node"]) == ("XB", "overall"))
    assert [moved[name] for name in ("old_shown", "shown", "old_rank", "rank")] == [
        "50",
        "38",
        "2",
        "3",
    ]
    reader.goto("/editions/2031.2/")
    desk_acts.says(reader, ERRATUM)
    desk_acts.follow(reader, "What was decided about earlier notes")
    desk_acts.says(reader, "Section 13 was overlooked.")
    expect(reader.locator("main")).not_to_contain_text(first.NOTE["name"])


def find_the_old_edition(reader: Page, checksums: str) -> None:
    """The first revision is where it was, byte by byte, and says which one is in force."""
    assert file_of(reader, "/e/2031.1/SHA256SUMS") == checksums
    reader.goto("/e/2031.1/index.html")
    desk_acts.says(reader, "Arvenia leads 3 countries with 63 points of 100")
    expect(reader.get_by_role("note")).to_contain_text("2031.1 was superseded by 2031.2.")
    reader.goto("/editions/2031.1/")
    desk_acts.says(reader, "This revision was superseded.")
    for name in ("2031.1", "2031.2"):
        call_command("verify_edition", name)


def test_a_coordinator_goes_from_a_workbook_to_a_corrected_edition(
    play: Play, start_worker: Callable[..., object]
):
    head = first_coordinator(email=first.HEAD, name="Hedda Narwhal", password=PASSWORD)
    acts.sign_in(play.page, head)
    take_in_what_is_asked(play)
    design_the_round(play.page)
    invite_everybody(play)
    lock_by_two(play)
    open_the_round(play.by(first.HEAD), start_worker)

    code_and_review(play)
    close_the_review(play.by(first.HEAD))
    with start_worker():
        build_the_edition(play.page)
        sign_and_publish(play, number=1)
        read_the_edition(play.by_nobody())
        checksums = file_of(play.page, "/e/2031.1/SHA256SUMS")

        desk_acts.tell_what_is_wrong(play.by_nobody(), "2031.1", first.NOTE)
        decide_about_the_note(play)
        desk_acts.wait_for_candidate(play.page)
        sign_and_publish(play, number=2)

    read_the_corrected_edition(play.by_nobody())
    find_the_old_edition(play.page, checksums)
    letters = Letter.objects.filter(address=first.NOTE["email"])
    assert [letter.key.rpartition("/")[2] for letter in letters.order_by("pk")] == [
        "filed",
        "decided",
        "issued",
    ]
    for stream in (Round.objects.get().stream, "framework/newcomers", "method/mipex"):
        assert entries.walk(stream).fault == ""
