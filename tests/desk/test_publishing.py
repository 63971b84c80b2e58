"""Publishing: prepare, sign in advance or over the hash, publish, retry, and read before."""

import re

import pytest
from django.core.cache import cache

from editions.enums import RevisionState
from editions.models import Edition, Mandate, Revision, Signature
from editions.services import folders
from mipex_site.accounts.services.throttle import FAILURES_ALLOWED
from questionnaire.enums import RoundState
from questionnaire.models import Round
from scoring.enums import RunState
from tests import world as worlds
from tests.factories.accounts import PASSWORD
from tests.factories.editions import (
    GREEN,
    RED,
    EditionFactory,
    MandateFactory,
    RevisionFactory,
    SignatureFactory,
)
from tests.factories.scoring import ScoreRunFactory

PAGE = "/rounds/2019/publishing/"
ROLES = ("observer", "EE_a_1", "PT_reviewer_1", "adjudicator", "stranger")
TERMS = {"title": "Edition 2020", "licence": "CC0-1.0", "publisher": "Nobody"}


@pytest.fixture(autouse=True)
def _nobody_is_held_up():
    cache.clear()
    yield
    cache.clear()


def shown(client) -> str:
    response = client.get(PAGE)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def revision_in(world, state, **said) -> Revision:
    round_ = Round.objects.get(pk=world.round.pk)
    round_.state, round_.closed_at = RoundState.REVIEW_CLOSED, round_.opens_at
    round_.save()
    run = ScoreRunFactory(round=round_, state=RunState.DONE, done_at=round_.opens_at)
    edition = EditionFactory(round=round_, title="Edition 2020")
    return RevisionFactory(edition=edition, run=run, number=1, state=state, **said)


@pytest.fixture
def candidate(world):
    return revision_in(world, RevisionState.CANDIDATE)


@pytest.fixture
def built(candidate, editions_root):
    """A candidate whose folder is on the disk."""
    folder = editions_root / f"{candidate.name}-there"
    (folder / "countries").mkdir(parents=True)
    (folder / "index.html").write_text("<html><body><h1>Ranking</h1></body></html>")
    (folder / "countries" / "ee.html").write_text("<html><body>Estonia</body></html>")
    (folder / "results.csv").write_text("country,score\nEE,50\n")
    (folder / "SHA256SUMS").write_text("sums\n")
    (editions_root / "secret.html").write_text("<body>secret</body>")
    candidate.folder, candidate.hash = folder.name, folders.hash_of(folder.name)
    candidate.save()
    return candidate


# --- Who may open it ----------------------------------------------------------------------


@pytest.mark.parametrize("key", ROLES)
def test_strangers_to_publishing_are_refused_every_door_of_it(candidate, as_person, key):
    client = as_person(key)
    doors = ["prepare/", "in-advance/", "in-advance/withdraw/", "scores/retry/"]
    acts = ("sign", "publish", "retry", "instant", "instant/take-back", "explain")
    doors += [f"1/{act}/" for act in acts]
    doors += ["readers/", "readers/1/again/", "readers/1/end/"]

    looks = ("", "1/preview/", "readers/", "1/checks/shown/")
    answers = [client.get(PAGE + look) for look in looks]
    answers += [client.post(PAGE + door, {"password": PASSWORD}) for door in doors]

    for response in answers:
        assert response.status_code == 403
        assert "open to the coordinators and publishers" in response.content.decode()
    assert not Signature.objects.exists()


def test_who_is_not_signed_in_is_sent_to_the_door(client, world):
    assert client.get(PAGE).url == f"/sign-in/?next={PAGE}"
    assert client.get(f"{PAGE}1/preview/").status_code == 302


def test_an_act_takes_a_post(candidate, as_person):
    client = as_person("publisher_1")
    doors = ["prepare/", "in-advance/", "1/sign/", "1/publish/", "1/retry/", "1/explain/"]
    for door in [*doors, "1/instant/", "1/instant/take-back/", "readers/1/end/"]:
        assert client.get(PAGE + door).status_code == 405


# --- Where it stands ----------------------------------------------------------------------


def test_before_the_end_of_the_review_every_step_is_still_to_come(as_person):
    page = shown(as_person("publisher_1"))

    assert "A coordinator closes it when nothing blocks it." in page
    assert "Starts by itself when the review is closed." in page
    assert "Nothing is checked yet" in page
    assert "hx-get" not in page.partition("<main")[2]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RevisionState.QUEUED, "Waits for a worker to take it."),
        (RevisionState.BUILDING, "Step 7 of 10: Checking the files"),
    ],
)
def test_while_a_worker_is_busy_the_page_asks_again_and_can_be_left(
    world, as_person, state, words
):
    revision_in(world, state, step="checking the files")

    page = shown(as_person("publisher_1"))

    assert words in page
    assert 'hx-trigger="every 2s"' in page
    assert "You can leave this page and come back" in page


def test_queued_scores_keep_the_page_asking_too(world, as_person):
    ScoreRunFactory(round=world.round)

    assert 'hx-trigger="every 2s"' in shown(as_person("publisher_1"))


def test_a_candidate_rests_until_two_mandates_are_there(candidate, as_person, world):
    assert 'hx-trigger="every' not in shown(as_person("publisher_1"))
    for key in ("publisher_1", "publisher_2"):
        MandateFactory(edition=candidate.edition, signer=world[key])
    assert 'hx-trigger="every' in shown(as_person("publisher_1"))


def test_checks_are_shown_with_their_words_and_a_red_one_can_be_built_again(world, as_person):
    revision_in(world, RevisionState.CANDIDATE, checks=[*GREEN, *RED])

    page = shown(as_person("coordinator"))

    assert "Not fine." in page
    assert "1 is red." in page
    assert "A check is red, so this cannot be signed." in page
    assert "Build again" in page
    assert "The chain stopped: 1 check is red." in page
    assert f'href="{PAGE}1/checks/shown/"' in page
    assert as_person("coordinator").post(f"{PAGE}1/retry/").url == PAGE
    assert Revision.objects.get().state == RevisionState.QUEUED


def test_a_failed_build_says_why_and_who_can_try_again(world, as_person):
    revision_in(world, RevisionState.FAILED, error="OSError: the disk is full")

    for_coordinator = shown(as_person("coordinator"))
    for_publisher = shown(as_person("publisher_1"))

    assert "OSError: the disk is full" in for_coordinator
    assert "Build again" in for_coordinator
    assert "Build again" not in for_publisher
    assert "Only a coordinator of this round can do that." in for_publisher
    assert as_person("publisher_1").post(f"{PAGE}1/retry/").status_code == 403


def test_failed_scores_are_computed_again_on_demand(world, as_person):
    run = ScoreRunFactory(round=world.round, state=RunState.FAILED, error="ValueError: why")
    page = shown(as_person("coordinator"))

    response = as_person("coordinator").post(f"{PAGE}scores/retry/")

    run.refresh_from_db()
    assert "ValueError: why" in page
    assert "Compute again" in page
    assert (response.url, run.state) == (PAGE, RunState.QUEUED)


def test_what_is_not_there_cannot_be_acted_on(world, as_person):
    client = as_person("coordinator")
    for door in ("1/sign/", "1/publish/", "1/retry/", "scores/retry/", "in-advance/"):
        assert client.post(PAGE + door, {"password": PASSWORD}).status_code == 404
    assert client.get(f"{PAGE}1/checks/shown/").status_code == 404
    assert client.get(f"{PAGE}readers/").status_code == 404
    assert client.get(f"{PAGE}1/preview/").status_code == 404


# --- Preparing ----------------------------------------------------------------------------


def test_a_coordinator_prepares_the_edition(as_person):
    response = as_person("coordinator").post(f"{PAGE}prepare/", TERMS)

    assert response.url == PAGE
    assert Edition.objects.get().title == "Edition 2020"


def test_a_missing_term_is_said_beside_its_field_and_the_rest_is_kept(as_person):
    response = as_person("coordinator").post(f"{PAGE}prepare/", TERMS | {"licence": ""})

    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_licence"' in page
    assert 'value="Edition 2020"' in page
    assert not Edition.objects.exists()


def test_a_publisher_reads_who_prepares(as_person):
    client = as_person("publisher_1")

    assert "No edition is prepared yet" in shown(client)
    assert client.post(f"{PAGE}prepare/", TERMS).status_code == 403


# --- Signing in advance -------------------------------------------------------------------


def test_a_publisher_signs_in_advance_and_takes_it_back(world, as_person):
    EditionFactory(round=world.round)
    client = as_person("publisher_1")

    client.post(f"{PAGE}in-advance/", {"password": PASSWORD})
    signed = shown(client)
    client.post(f"{PAGE}in-advance/withdraw/")

    assert "Perpetua Okapinska" in signed.partition("<main")[2]
    assert "Take back my signature in advance" in signed
    assert Mandate.objects.get().withdrawn_at is not None


def test_nobody_takes_back_somebody_elses_signature(world, as_person):
    MandateFactory(edition=EditionFactory(round=world.round), signer=world["publisher_1"])

    assert as_person("publisher_2").post(f"{PAGE}in-advance/withdraw/").status_code == 404


# --- Signing ------------------------------------------------------------------------------


def sign(client, revision, passphrase=PASSWORD, **said):
    asked = {"hash": revision.hash, "password": passphrase} | said
    return client.post(f"{PAGE}1/sign/", asked)


def test_two_people_sign_the_hash_that_they_read(candidate, as_person):
    first = sign(as_person("publisher_1"), candidate)
    second = sign(as_person("publisher_2"), candidate)

    assert (first.url, second.url) == (PAGE, PAGE)
    assert Signature.objects.count() == 2
    assert Revision.objects.get().state == RevisionState.SIGNED


def test_signing_asks_for_the_passphrase_again(candidate, as_person):
    response = sign(as_person("publisher_1"), candidate, "wrong words")

    page = response.content.decode()
    assert response.status_code == 422
    assert "This is not your passphrase. Nothing was signed." in page
    assert "wrong words" not in page
    assert candidate.hash in page
    assert not Signature.objects.exists()


def test_guessing_the_passphrase_is_held_up(candidate, as_person):
    client = as_person("publisher_1")
    for _number in range(FAILURES_ALLOWED):
        sign(client, candidate, "wrong")

    assert "wrong too often" in sign(client, candidate).content.decode()
    assert not Signature.objects.exists()


def test_a_hash_that_was_built_anew_is_not_signed(candidate, as_person):
    response = sign(as_person("publisher_1"), candidate, hash="cd" * 32)

    assert response.status_code == 409
    assert "The edition was built anew since you read it." in response.content.decode()


def test_nobody_signs_twice_and_the_page_says_why(candidate, as_person, world):
    SignatureFactory(revision=candidate, signer=world["publisher_1"])
    client = as_person("publisher_1")

    assert "You have signed already." in shown(client)
    assert sign(client, candidate).status_code == 403


def test_a_refused_signature_does_not_print_the_passphrase(candidate, as_person, world):
    SignatureFactory(revision=candidate, signer=world["publisher_1"])

    assert PASSWORD not in sign(as_person("publisher_1"), candidate).content.decode()


# --- Publishing ---------------------------------------------------------------------------


def test_a_publisher_publishes_what_is_signed(built, as_person):
    Revision.objects.filter(pk=built.pk).update(state=RevisionState.SIGNED)
    client = as_person("publisher_1")

    assert "Publish the edition" in shown(client)
    assert client.post(f"{PAGE}1/publish/").url == PAGE

    page = shown(client)
    assert Revision.objects.get().state == RevisionState.PUBLISHED
    assert f'href="/e/{built.name}/"' in page


def test_a_coordinator_reads_who_publishes(built, as_person):
    Revision.objects.filter(pk=built.pk).update(state=RevisionState.SIGNED)
    client = as_person("coordinator")

    assert "Only a publisher of this round can do that." in shown(client)
    assert client.post(f"{PAGE}1/publish/").status_code == 403


# --- Reading it before --------------------------------------------------------------------


@pytest.mark.parametrize("key", ["publisher_1", "coordinator", "head"])
def test_who_signs_reads_the_candidate_under_a_strip_that_says_so(built, as_person, key):
    client = as_person(key)

    home = client.get(f"{PAGE}1/preview/").content.decode()
    country = client.get(f"{PAGE}1/preview/countries/ee.html").content.decode()

    for page in (home, country):
        assert page.startswith("<html><body>")
        assert "NOT PUBLISHED" in page
    assert "Ranking" in home
    assert "Estonia" in country


def test_the_strip_is_in_no_file(built, as_person):
    as_person("publisher_1").get(f"{PAGE}1/preview/")

    assert "NOT PUBLISHED" not in (folders.root() / built.folder / "index.html").read_text()


def test_other_files_come_as_they_are_and_nothing_is_kept_by_a_cache(built, as_person):
    response = as_person("publisher_1").get(f"{PAGE}1/preview/results.csv")

    assert b"".join(response.streaming_content) == b"country,score\nEE,50\n"
    assert response["Content-Type"].startswith("text/csv")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["../secret.html", "countries/../../secret.html", "%2e%2e/secret.html", "nothing"]
)
def test_a_path_that_leads_out_of_the_folder_finds_nothing(built, as_person, path):
    assert as_person("publisher_1").get(f"{PAGE}1/preview/{path}").status_code == 404


@pytest.mark.parametrize("state", [RevisionState.QUEUED, RevisionState.PUBLISHED])
def test_only_a_candidate_has_a_preview(built, as_person, state):
    Revision.objects.filter(pk=built.pk).update(state=state)

    assert as_person("publisher_1").get(f"{PAGE}1/preview/").status_code == 403


# --- Speed and the blind ------------------------------------------------------------------


@pytest.mark.parametrize(("signatures", "queries"), [(0, 18), (1, 17)])
def test_the_queries_are_few_and_do_not_grow_with_the_signatures(
    candidate, as_person, world, django_assert_num_queries, signatures, queries
):
    for key in ("publisher_2",)[:signatures]:
        SignatureFactory(revision=candidate, signer=world[key])
    client = as_person("publisher_1")

    with django_assert_num_queries(queries):
        client.get(PAGE)


def test_a_publisher_reads_no_name_of_those_who_answer_or_review(candidate, as_person, world):
    page = as_person("publisher_1").get(PAGE).content.decode()

    keys = [*worlds.EXPERT_SIDE, *worlds.REVIEW_SIDE]
    assert not {trace for trace in world.traces_of(keys) if trace in page}
