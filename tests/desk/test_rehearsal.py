"""The pages of a rehearsal and of the texts: who opens them, what they show, what they refuse."""

import re

import pytest

from editions.enums import RehearsalState, RevisionState, TextState
from editions.models import EditionText, Rehearsal, Revision
from editions.services import rehearsing
from editions.tasks import take_queued_rehearsals
from questionnaire.enums import Role, RoundState
from review.enums import Interest
from scoring.enums import RunState
from tests import world as worlds
from tests.factories.editions import EditionFactory, RevisionFactory
from tests.factories.questionnaire import AssignmentFactory
from tests.factories.scoring import ScoreRunFactory
from tests.remembering import built_once

REHEARSAL, TEXTS = "/rounds/2019/rehearsal/", "/rounds/2019/texts/"
FINDING, NOTE = f"{TEXTS}finding/1/", f"{TEXTS}country_note/EE/"
PAGES = (REHEARSAL, TEXTS, f"{TEXTS}figures/", FINDING, f"{FINDING}edit/", NOTE)
SIDES = ("EE_a_1", "EE_b_delegate", "EE_reviewer_1", "adjudicator", "stranger")
TYPED = {"title": "Estonia leads", "body": "With {{score EE overall}} points.", "version": "0"}


@built_once
def half_reviewed():
    """Estonia is settled but for one answer, Portugal not at all."""
    world = worlds.build()
    worlds.answer_all(world)
    worlds.submit_all(world)
    for item in world.items("under_review"):
        if item.case.country.code == "EE":
            worlds.approve(world, item)
    worlds.rule_all(world)
    return world


@pytest.fixture
def world(db):
    return half_reviewed()


@pytest.fixture
def rehearsed(world, as_person):
    assert as_person("coordinator").post(f"{REHEARSAL}ask/").status_code == 302
    assert take_queued_rehearsals() == 1
    return Rehearsal.objects.get()


def shown(client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    said = b"".join(response.streaming_content) if response.streaming else response.content
    return re.sub(r"\s+", " ", said.decode())


def written(client, url: str = FINDING, **typed):
    return client.post(f"{url}edit/", TYPED | typed)


# --- The rehearsal -----------------------------------------------------------------------


def test_a_coordinator_asks_for_a_rehearsal_and_reads_it(rehearsed, as_person):
    client = as_person("coordinator")

    page = shown(client, REHEARSAL)
    assert f"{rehearsed.settled} of {rehearsed.asked} answers were settled" in page
    inside = shown(client, f"{REHEARSAL}1/")
    assert f"PROVISIONAL. Rehearsal 1, from {rehearsed.settled} of" in inside
    assert "Back to the rehearsals" in inside
    assert "provisional" in shown(client, f"{REHEARSAL}1/results.csv").partition(" ")[0]
    style = client.get(f"{REHEARSAL}1/assets/css/pages/provisional.css")
    assert style["Content-Type"] == "text/css"
    assert b"watermark" in b"".join(style.streaming_content)


def test_the_page_follows_the_builds_own_steps(world, as_person):
    client = as_person("coordinator")
    rehearsal = rehearsing.ask_for_rehearsal(round_=world.round, by=world["coordinator"])
    assert "waits for a worker" in shown(client, REHEARSAL)

    Rehearsal.objects.claim(rehearsal.pk)
    Rehearsal.objects.filter(pk=rehearsal.pk).update(step="Writing pages")
    page = shown(client, REHEARSAL)
    states = re.findall(r'<li class="steps__step"><span class="state[^>]*>.*?<span>(\w+)', page)
    assert states == ["Done", "Done", "Done", "Running", "Pending", "Pending"]
    assert 'hx-trigger="every 2s"' in page
    assert f"{REHEARSAL}ask/" not in page


def test_what_was_never_built_or_is_gone_is_not_found(rehearsed, as_person):
    client = as_person("coordinator")
    for path in ("1/nothing.html", "1/../../portal.sqlite3", "2/", "1/%2e%2e/%2e%2e/x"):
        assert client.get(f"{REHEARSAL}{path}").status_code == 404, path
    Rehearsal.objects.update(folder="")
    assert client.get(f"{REHEARSAL}1/").status_code == 404
    assert "Files removed" not in shown(client, REHEARSAL)


def test_a_failure_is_told_with_its_reason(rehearsed, as_person, world):
    Rehearsal.objects.create(
        round=world.round,
        method=rehearsed.method,
        number=2,
        asked_by=world["coordinator"],
        state=RehearsalState.FAILED,
        error="OSError: no room on the disk",
    )
    page = shown(as_person("coordinator"), REHEARSAL)

    assert "no room on the disk" in page
    assert "Read the rehearsal" in page


# --- Who opens them ----------------------------------------------------------------------


@pytest.mark.parametrize("key", SIDES)
def test_whoever_answers_reviews_or_rules_opens_none_of_it(rehearsed, as_person, key):
    written(as_person("coordinator"))
    client = as_person(key)
    for url in (*PAGES, f"{REHEARSAL}1/", f"{REHEARSAL}1/results.csv"):
        assert client.get(url).status_code == 403, url
    for url in (
        f"{REHEARSAL}ask/",
        f"{FINDING}edit/",
        f"{FINDING}review/",
        f"{FINDING}remove/",
    ):
        assert client.post(url, {"version": 1, **TYPED}).status_code == 403, url
    assert Rehearsal.objects.count() == 1
    assert EditionText.objects.get().version == 1


def test_a_coordinator_who_also_judges_opens_none_of_it(rehearsed, world, as_person):
    AssignmentFactory(person=world["coordinator"], role=Role.REVIEWER, round=world.round)
    client = as_person("coordinator")
    for url in (REHEARSAL, f"{REHEARSAL}1/", TEXTS):
        assert "answer, review or rule" in shown(client, url, 403)


def test_a_tie_to_a_country_closes_it_until_the_review_is_closed(rehearsed, world, as_person):
    worlds.declare(world, "coordinator", "PT", interest=Interest.YES, text="My employer.")
    client = as_person("coordinator")
    assert "A tie keeps a country" in shown(client, f"{REHEARSAL}1/", 403)

    world.round.state, world.round.closed_at = RoundState.REVIEW_CLOSED, world.round.opens_at
    world.round.save()
    assert "PROVISIONAL" in shown(client, f"{REHEARSAL}1/")


def test_an_observer_reads_and_does_nothing(rehearsed, as_person):
    written(as_person("coordinator"))
    client = as_person("observer")

    assert "Only a coordinator" not in shown(client, REHEARSAL)
    for url in (TEXTS, FINDING, f"{TEXTS}figures/", f"{REHEARSAL}1/"):
        shown(client, url)
    assert f'href="{FINDING}edit' not in shown(client, TEXTS) + shown(client, FINDING)
    for url in (f"{REHEARSAL}ask/", f"{FINDING}edit/", f"{FINDING}review/"):
        assert client.post(url, {"version": 1, **TYPED}).status_code == 403


# --- The texts ---------------------------------------------------------------------------


def test_a_text_is_written_previewed_reviewed_and_listed(rehearsed, as_person):
    coordinator, publisher = as_person("coordinator"), as_person("publisher_1")
    looked = written(coordinator, preview="yes")
    assert looked.status_code == 200
    assert "<p>With 100 points.</p>" in looked.content.decode()
    assert not EditionText.objects.exists()

    assert written(coordinator).url == FINDING
    page = shown(coordinator, FINDING)
    assert "<p>With 100 points.</p>" in page
    assert "You wrote this text" in page
    assert "{{score EE overall}}" in page
    assert "1 text stops the edition" in shown(coordinator, TEXTS)

    done = publisher.post(f"{FINDING}review/", {"version": 1})
    assert done.url == FINDING
    assert EditionText.objects.get().state == TextState.REVIEWED
    assert "stops the edition" not in shown(publisher, TEXTS)


def test_a_wrong_reference_comes_back_with_what_was_typed(rehearsed, as_person):
    response = written(as_person("coordinator"), body="A line.\n\n{{score XX overall}} & more")

    assert response.status_code == 422
    page = response.content.decode()
    assert "Line 3, {{score XX overall}}: there is no country “XX”." in page
    assert "{{score XX overall}} &amp; more</textarea>" in page


def test_a_stale_save_is_refused_and_both_texts_are_on_the_page(rehearsed, as_person):
    coordinator, publisher = as_person("coordinator"), as_person("publisher_1")
    written(coordinator)
    written(publisher, body="The other text.", version="1")

    response = written(coordinator, body="My own text.", version="1")

    assert response.status_code == 409
    page = response.content.decode()
    assert "changed this text since you opened it" in page
    assert "The other text." in page
    assert "My own text.</textarea>" in page
    assert EditionText.objects.get().body == "The other text."
    assert 'name="version" value="2"' in page
    assert written(coordinator, body="Both texts.", version="2").status_code == 302


def test_what_was_opened_is_reviewed_and_nothing_else(rehearsed, as_person):
    written(as_person("coordinator"))
    publisher = as_person("publisher_1")
    for version in ("", "7", "x"):
        asked = publisher.post(f"{FINDING}review/", {"version": version})
        assert asked.status_code == 409, version
    assert EditionText.objects.get().state == TextState.DRAFT


def test_a_text_is_taken_away(rehearsed, as_person):
    client = as_person("coordinator")
    written(client)

    assert client.post(f"{FINDING}remove/", {"version": 1}).url == TEXTS
    assert client.get(FINDING).status_code == 404


def test_markup_in_a_text_is_shown_as_it_was_typed(rehearsed, as_person):
    client = as_person("coordinator")
    written(client, body="<script>alert(1)</script> [a](javascript:alert(1))")

    page = shown(client, FINDING)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'href="javascript:' not in page


NOWHERE = (
    "finding/0/",
    "finding/1000/",
    "finding/x/",
    "press/2/",
    "country_note/1/",
    "other/1/",
)


@pytest.mark.parametrize("place", NOWHERE)
def test_there_are_no_other_places_for_a_text(world, as_person, place):
    client = as_person("coordinator")
    assert client.get(f"{TEXTS}{place}").status_code == 404
    assert client.get(f"{TEXTS}{place}edit/").status_code == 404


def test_a_note_needs_a_country_of_the_round(rehearsed, as_person):
    client = as_person("coordinator")
    assert written(client, f"{TEXTS}country_note/ee/").url == NOTE
    assert written(client, f"{TEXTS}country_note/XX/").status_code == 422


# --- The figures -------------------------------------------------------------------------


def test_figures_are_found_by_country_and_score_with_their_references(rehearsed, as_person):
    client = as_person("coordinator")

    assert "{{count countries}}" in shown(client, f"{TEXTS}figures/")
    page = shown(client, f"{TEXTS}figures/?whose=EE&node=overall")
    assert "{{score EE overall}}" in page
    assert "{{rank EE overall}}" in page
    assert "EE a}}" not in page
    assert "There is no figure for this yet" in shown(
        client, f"{TEXTS}figures/?whose=PT&node=overall"
    )
    assert "{{score EE overall}}" in shown(client, f"{TEXTS}figures/?node=overall")
    shown(client, f"{TEXTS}figures/?whose=nobody&node=<b>")


def test_before_a_rehearsal_the_pages_say_what_is_missing(world, as_person):
    client = as_person("coordinator")

    assert "Nothing is rehearsed yet" in shown(client, REHEARSAL)
    assert "No figures yet" in shown(client, f"{TEXTS}figures/")
    assert "No rehearsal is built yet" in shown(client, TEXTS)


@pytest.mark.parametrize("texts", [1, 3])
def test_the_list_costs_the_same_for_one_text_and_three(
    rehearsed, as_person, texts, django_assert_num_queries
):
    client = as_person("coordinator")
    for url in (FINDING, NOTE, f"{TEXTS}press/1/")[:texts]:
        written(client, url)
    shown(client, TEXTS)
    with django_assert_num_queries(13):
        shown(client, TEXTS)


# --- On the page of the edition ----------------------------------------------------------


def test_a_green_candidate_is_built_again_with_a_text_that_was_written_since(world, as_person):
    round_ = world.round
    round_.state, round_.closed_at = RoundState.REVIEW_CLOSED, round_.opens_at
    round_.save()
    run = ScoreRunFactory(round=round_, state=RunState.DONE, done_at=round_.opens_at)
    RevisionFactory(
        edition=EditionFactory(round=round_), run=run, number=1, state=RevisionState.CANDIDATE
    )
    client = as_person("coordinator")
    publishing = "/rounds/2019/publishing/"
    assert "Build again" not in shown(client, publishing)

    written(client, body="No figure in it.")

    assert "It can be built again with that text" in shown(client, publishing)
    assert client.post(f"{publishing}1/retry/").status_code == 302
    assert Revision.objects.get().state == RevisionState.QUEUED
