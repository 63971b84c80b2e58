"""The pages beside publishing: one check with every fault, the instant, the readers."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from editions.enums import RevisionState
from editions.models import EmbargoReader, Revision
from mipex_site.audit.models import AuditEntry
from mipex_site.mail.models import Letter
from questionnaire.enums import RoundState
from questionnaire.models import Round
from scoring.enums import RunState
from tests.factories.editions import GREEN, EditionFactory, RevisionFactory
from tests.factories.scoring import ScoreRunFactory

PAGE = "/rounds/2019/publishing/"
CLOSED_TO = ("observer", "EE_a_1", "PT_reviewer_1", "adjudicator", "stranger")
READER = {"name": "Nella Lettore", "email": "nella@example.org", "house": "The Times"}


def fault(country: str, indicator: str, words: str = "") -> dict[str, str]:
    words = words or f"{country} {indicator}"
    return {"words": words, "country": country, "indicator": indicator}


def red(name: str, *faults: dict[str, str], seen=()) -> dict[str, object]:
    said = {"name": name, "ok": not faults, "text": f"{len(faults)} faults", "seen": [*seen]}
    return said | {"faults": [*faults]}


def revision_in(world, state, **said) -> Revision:
    round_ = Round.objects.get(pk=world.round.pk)
    round_.state, round_.closed_at = RoundState.REVIEW_CLOSED, round_.opens_at
    round_.save()
    run = ScoreRunFactory(round=round_, state=RunState.DONE, done_at=round_.opens_at)
    edition = EditionFactory(round=round_, title="Edition 2020")
    return RevisionFactory(edition=edition, run=run, number=1, state=state, **said)


def words_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode()).partition("<main")[2]


@pytest.fixture
def candidate(world):
    return revision_in(world, RevisionState.CANDIDATE)


# --- One check ----------------------------------------------------------------------------


def stop_at(candidate, *checks) -> None:
    Revision.objects.filter(pk=candidate.pk).update(checks=[*GREEN, *checks])


def test_a_red_check_lists_every_fault_and_leads_to_each(candidate, as_person):
    many = [fault("EE", code) for code in ("aa1", "aa2", "bb1", "bb2", "bb3")]
    stop_at(candidate, red("coverage", *many, fault("PT", "aa1"), fault("PT", "bb3")))

    page = words_of(as_person("coordinator").get(f"{PAGE}1/checks/coverage/"))

    assert "7 faults." in page
    assert page.count("faults__item") == 7
    assert 'href="/reviews/2019/PT/b/bb3/"' in page
    assert 'href="/consistency/2019/bb3/"' in page
    assert f'href="{PAGE}1/preview/countries/pt.html"' in page
    assert "It is mended in the review: two people take the round back to it" in page


def test_who_publishes_is_led_to_what_they_may_open_and_told_who_builds(candidate, as_person):
    stop_at(candidate, red("sources", fault("EE", "aa1")))

    page = words_of(as_person("publisher_1").get(f"{PAGE}1/checks/sources/"))

    assert "/reviews/" not in page
    assert f'href="{PAGE}1/preview/countries/ee.html"' in page
    assert "Only a coordinator of this round can do that." in page
    assert "Build again" not in page


def test_a_long_list_goes_over_pages_and_asks_no_more_queries(
    candidate, as_person, django_assert_num_queries
):
    client = as_person("coordinator")
    for number in (1, 250):
        stop_at(candidate, red("coverage", *[fault("EE", "aa1")] * number))
        with django_assert_num_queries(9):
            page = words_of(client.get(f"{PAGE}1/checks/coverage/"))

    assert "1 to 100 of 250." in page
    last = words_of(client.get(f"{PAGE}1/checks/coverage/?page=3"))
    assert last.count("faults__item") == 50


def test_stale_texts_lead_to_the_texts(candidate, as_person):
    stop_at(candidate, red("texts", fault("", "", "Finding 1 is not reviewed")))

    page = words_of(as_person("publisher_1").get(f"{PAGE}1/checks/texts/"))

    assert "Finding 1 is not reviewed" in page
    assert 'href="/rounds/2019/texts/"' in page


def test_a_check_that_was_kept_before_faults_were_is_shown_with_its_sentence(
    candidate, as_person
):
    stop_at(candidate, {"name": "scale", "ok": False, "text": "1 faults: EE overall: 101"})

    assert "EE overall: 101" in words_of(as_person("publisher_1").get(f"{PAGE}1/checks/scale/"))


def test_a_check_that_is_none_is_not_found(candidate, as_person):
    assert as_person("coordinator").get(f"{PAGE}1/checks/nothing/").status_code == 404
    assert as_person("coordinator").get(f"{PAGE}2/checks/shown/").status_code == 404


def test_a_coordinator_explains_a_jump_on_the_page_of_the_check(candidate, as_person):
    jump = fault("EE", "aa1", "EE aa1: 2 options up from 2014.1")
    seen = fault("PT", "bb1", "PT bb1: 2 options down from 2014.1. A new law.")
    stop_at(candidate, red("jumps", jump, fault("PT", "aa1"), seen=[seen]))
    client, door = as_person("coordinator"), f"{PAGE}1/explain/"
    place = {"country": "EE", "indicator": "aa1"}

    empty = client.post(door, place | {"words": " "})
    before = words_of(client.get(f"{PAGE}1/checks/jumps/"))

    assert empty.status_code == 422
    assert "This was not saved" in empty.content.decode()
    assert before.count("Keep the explanation") == 2
    assert "PT bb1: 2 options down from 2014.1. A new law." in before
    assert not AuditEntry.objects.filter(act="jump.explain").exists()


def test_a_publisher_reads_that_a_coordinator_explains(candidate, as_person):
    stop_at(candidate, red("jumps", fault("EE", "aa1")))
    client = as_person("publisher_1")

    page = words_of(client.get(f"{PAGE}1/checks/jumps/"))
    refused = client.post(
        f"{PAGE}1/explain/", {"country": "EE", "indicator": "aa1", "words": "So it is."}
    )

    assert "Keep the explanation" not in page
    assert "Only a coordinator of this round can do that." in page
    assert refused.status_code == 403


def test_what_a_green_check_found_can_be_read_too(candidate, as_person):
    stop_at(candidate, red("jumps", seen=[fault("EE", "aa1", "EE aa1: 2 options up. Why.")]))
    client = as_person("publisher_1")

    assert f'href="{PAGE}1/checks/jumps/"' in words_of(client.get(PAGE))
    assert "EE aa1: 2 options up. Why." in words_of(client.get(f"{PAGE}1/checks/jumps/"))


# --- The instant --------------------------------------------------------------------------

INSTANT = {"day": "2031-05-31", "at": "10:00", "zone": "Pacific/Auckland"}


def test_a_publisher_types_the_instant_in_a_zone_and_reads_it_in_utc_too(candidate, as_person):
    client = as_person("publisher_1")

    assert client.post(f"{PAGE}1/instant/", INSTANT).url == PAGE

    page = words_of(client.get(PAGE))
    assert Revision.objects.get().publish_at == datetime(2031, 5, 30, 22, tzinfo=UTC)
    assert "Planned for 31 May 2031, 10:00 Auckland time (30 May 2031, 22:00 UTC)" in page
    assert re.search(r"UTC\): \d+ days[^<]* left\.", page)
    assert "Take the instant back" in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"day": "2020-01-01"}, "This moment is past."),
        ({"day": "31 of May"}, "Enter a valid date."),
        ({"zone": "Mars/Olympus"}, "Select a valid choice."),
        ({"at": ""}, "This field is required."),
    ],
)
def test_what_is_no_instant_is_said_beside_its_field(candidate, as_person, said, words):
    response = as_person("publisher_1").post(f"{PAGE}1/instant/", INSTANT | said)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert Revision.objects.get().publish_at is None


def test_the_instant_is_taken_back(candidate, as_person):
    client = as_person("publisher_1")
    client.post(f"{PAGE}1/instant/", INSTANT)

    assert client.post(f"{PAGE}1/instant/take-back/").url == PAGE

    assert Revision.objects.get().publish_at is None
    assert "Planned for" not in words_of(client.get(PAGE))


def test_a_coordinator_reads_the_instant_and_who_chooses_it(candidate, as_person):
    Revision.objects.update(publish_at=datetime(2031, 5, 31, 8, tzinfo=UTC))
    client = as_person("coordinator")

    page = words_of(client.get(PAGE))

    assert "Planned for 31 May 2031, 10:00 Brussels time (08:00 UTC)" in page
    assert "Keep this instant" not in page
    assert client.post(f"{PAGE}1/instant/", INSTANT).status_code == 403
    assert client.post(f"{PAGE}1/instant/take-back/").status_code == 403


def test_the_rounds_own_instant_is_shown_before_there_is_a_revision(world, as_person):
    round_ = Round.objects.get(pk=world.round.pk)
    round_.publish_at = datetime(2031, 5, 31, 8, tzinfo=UTC)
    round_.save()

    assert "Planned for 31 May 2031" in words_of(as_person("publisher_1").get(PAGE))


def test_who_comes_second_reads_that_it_was_published(candidate, as_person):
    Revision.objects.filter(pk=candidate.pk).update(state=RevisionState.PUBLISHED)

    response = as_person("publisher_1").post(f"{PAGE}1/publish/")

    assert response.status_code == 409
    assert "published already; nothing was done a second time" in response.content.decode()


# --- The readers --------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["coordinator", "publisher_1"])
def test_who_runs_or_publishes_the_round_invites_a_reader(candidate, as_person, key):
    client = as_person(key)

    assert client.post(f"{PAGE}readers/", READER).url == f"{PAGE}readers/"

    page = words_of(client.get(f"{PAGE}readers/"))
    assert "Nella Lettore" in page
    assert "Invited" in page
    assert Letter.objects.get().address == "nella@example.org"
    assert Letter.objects.get().secret not in page


def test_a_form_with_gaps_keeps_what_was_typed(candidate, as_person):
    response = as_person("coordinator").post(f"{PAGE}readers/", READER | {"email": "nowhere"})

    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_email"' in page
    assert "This was not saved</h2>" in page
    assert 'value="Nella Lettore"' in page
    assert not EmbargoReader.objects.exists()


def test_a_reader_gets_a_new_link_and_is_ended_and_the_list_says_so(candidate, as_person):
    client = as_person("publisher_1")
    client.post(f"{PAGE}readers/", READER)
    reader = EmbargoReader.objects.get()
    door = f"{PAGE}readers/{reader.pk}/"

    assert client.post(f"{door}again/").url == f"{PAGE}readers/"
    EmbargoReader.objects.update(
        agreed_at=timezone.now(), last_read_at=datetime(2025, 5, 31, 8, tzinfo=UTC)
    )
    agreed = words_of(client.get(f"{PAGE}readers/"))
    assert client.post(f"{door}end/").url == f"{PAGE}readers/"
    ended = words_of(client.get(f"{PAGE}readers/"))

    assert Letter.objects.count() == 2
    assert "31 May 2025, 10:00 Brussels time" in agreed
    assert "Send a new link" in agreed
    assert "Send a new link" not in ended
    assert "Ended" in ended
    assert client.post(f"{door}end/").status_code == 409


def test_a_reader_of_another_edition_is_not_found(candidate, as_person, world):
    other = EmbargoReader.objects.create(
        edition=EditionFactory(), token_hash="0" * 64, invited_by=world["coordinator"], **READER
    )
    client = as_person("coordinator")

    for act in ("again", "end"):
        assert client.post(f"{PAGE}readers/{other.pk}/{act}/").status_code == 404
    assert EmbargoReader.objects.get().ended_at is None


def test_before_there_is_a_green_candidate_the_page_says_when_readers_can_be_invited(
    world, as_person
):
    revision_in(world, RevisionState.BUILDING)
    client = as_person("coordinator")

    assert "Send the link" not in words_of(client.get(f"{PAGE}readers/"))
    assert client.post(f"{PAGE}readers/", READER).status_code == 409


def test_the_list_costs_the_same_for_many_readers(
    candidate, as_person, world, django_assert_num_queries
):
    client = as_person("publisher_1")
    for number in (1, 8):
        EmbargoReader.objects.bulk_create(
            EmbargoReader(
                edition=candidate.edition,
                token_hash=f"{number}-{at}",
                invited_by=world["coordinator"],
                **READER,
            )
            for at in range(number)
        )
        with django_assert_num_queries(9):
            client.get(f"{PAGE}readers/")


@pytest.mark.parametrize("key", CLOSED_TO)
def test_nobody_else_opens_these_pages_or_does_anything_there(candidate, as_person, key):
    stop_at(candidate, red("jumps", fault("EE", "aa1")))
    client = as_person(key)
    place = {"country": "EE", "indicator": "aa1", "words": "So it is."}

    answers = [
        client.get(f"{PAGE}1/checks/jumps/"),
        client.get(f"{PAGE}readers/"),
        client.post(f"{PAGE}readers/", READER),
        client.post(f"{PAGE}1/explain/", place),
        client.post(f"{PAGE}1/instant/", INSTANT),
        client.post(f"{PAGE}1/instant/take-back/"),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert not EmbargoReader.objects.exists()
    assert not AuditEntry.objects.filter(act="jump.explain").exists()
