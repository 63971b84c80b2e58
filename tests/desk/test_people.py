"""The people of a round for who runs it: names that were typed, pseudonyms, and nothing between."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from mipex_site.audit.models import AuditEntry
from mipex_site.mail.enums import LetterState
from mipex_site.mail.models import Letter
from questionnaire.enums import OrganisationKind, Role
from questionnaire.models import Assignment, Invitation, Organisation
from questionnaire.selectors.people import letter_key
from questionnaire.services import invitations
from questionnaire.services.invitations import Part
from review.enums import Interest
from tests import world as worlds
from tests.questionnaire.inviting import newcomer, token_of

NAME, ADDRESS = "Zenobia Quollsdottir", "zenobia@example.org"
PEOPLE = "/rounds/2019/people/"
PAGES = (
    PEOPLE,
    f"{PEOPLE}invite/",
    f"{PEOPLE}table/",
    "/organisations/",
    "/organisations/new/",
)


def ask(world, role=Role.REVIEWER, country="PT", strand=None, **more):
    there = {"country": world.country(country) if country else None}
    there["strand"] = world.strand(strand) if strand else None
    said = {"email": ADDRESS, "name": NAME, "part": Part(role, **there), "by": world["head"]}
    return invitations.invite(round_=world.round, **said | more)


def text_of(client, url=PEOPLE):
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize(
    "key", ["stranger", "observer", "publisher_1", "adjudicator", "EE_a_1", "PT_reviewer_1"]
)
def test_who_does_not_run_the_round_opens_none_of_its_pages(as_person, key, url):
    client = as_person(key)
    assert client.get(url).status_code == 403
    assert client.post(url).status_code in {403, 405}


@pytest.mark.parametrize("url", PAGES)
def test_a_superuser_without_a_part_opens_none_of_its_pages(world, as_person, url):
    world["stranger"].is_superuser = world["stranger"].is_staff = True
    world["stranger"].save()
    assert as_person("stranger").get(url).status_code == 403


@pytest.mark.parametrize("key", ["head", "coordinator"])
@pytest.mark.parametrize("url", PAGES)
def test_who_runs_the_round_opens_all_of_them(as_person, key, url):
    assert as_person(key).get(url).status_code == 200


def test_a_name_is_shown_until_its_invitation_is_accepted_and_then_a_pseudonym(
    world, as_person
):
    asked = ask(world)
    client = as_person("coordinator")
    one = reverse("desk:invitation", args=["2019", asked.pk])
    assert NAME in text_of(client)
    assert ADDRESS in text_of(client, one)

    given = invitations.accept_as_new(**newcomer(asked, name=NAME)).assignment

    for page in (
        text_of(client),
        text_of(client, one),
        text_of(client, f"{PEOPLE}?format=csv"),
    ):
        assert NAME not in page
        assert ADDRESS not in page
    assert given.pseudonym in text_of(client)


def test_an_unblinding_shows_the_name_on_the_page_and_never_in_the_file(world, as_person):
    invitations.accept_as_new(**newcomer(ask(world), name=NAME))
    worlds.learn_names(world, "PT")
    assert NAME in text_of(as_person("coordinator"))
    assert NAME not in text_of(as_person("coordinator"), f"{PEOPLE}?format=csv")
    assert NAME not in text_of(as_person("head"))


def test_nobody_who_has_a_part_on_a_side_is_named(world, as_person):
    page = text_of(as_person("head"))
    blind = worlds.EXPERT_SIDE + worlds.REVIEW_SIDE
    assert not [trace for trace in world.traces_of(blind) if trace in page]
    assert world["observer"].name in page


def test_a_country_that_a_tie_keeps_from_a_coordinator_is_nowhere_on_the_page(world, as_person):
    hidden = ask(world)
    worlds.declare(world, "coordinator", "PT", interest=Interest.YES, text="A cousin there.")
    client = as_person("coordinator")
    for url in (PEOPLE, f"{PEOPLE}?format=csv", f"{PEOPLE}invite/"):
        page = text_of(client, url)
        assert NAME not in page
        assert "Portugal" not in page
    one = reverse("desk:invitation", args=["2019", hidden.pk])
    assert client.get(one).status_code == 404
    assert client.post(one, {"act": "hand-over"}).status_code == 404
    there = Assignment.objects.filter(country__code="PT", role=Role.EXPERT).first()
    replace = reverse("desk:replace", args=["2019", there.pk])
    assert client.get(replace).status_code == 404


def test_one_person_is_invited_by_the_form_and_their_letter_waits(world, as_person):
    said = {"name": NAME, "email": ADDRESS, "role": "expert", "country": "PT", "strand": "a"}
    client = as_person("coordinator")
    wrong = client.post(f"{PEOPLE}invite/", said | {"language": "en", "country": ""})
    assert wrong.status_code == 422
    assert "no country sees none" in wrong.content.decode()

    response = client.post(f"{PEOPLE}invite/", said | {"language": "en"})

    assert response.status_code == 302
    made = Invitation.objects.get()
    assert (made.invited_by, made.country.code) == (world["coordinator"], "PT")
    assert Letter.objects.get(key=letter_key(made)).address == ADDRESS
    again = client.post(f"{PEOPLE}invite/", said | {"language": "en"})
    assert "invited to this part already" in again.content.decode()


def test_the_form_is_filled_by_the_place_that_lacks_somebody(world, as_person):
    page = text_of(as_person("head"), f"{PEOPLE}invite/?role=reviewer&country=PT")
    assert '<option value="PT" selected>' in page
    assert '<option value="reviewer" selected>' in page


def test_what_is_missing_is_named_until_somebody_is_asked(world, as_person):
    held = Assignment.objects.get(country__code="PT", role=Role.EXPERT, strand__code="a")
    client = as_person("head")
    assert "No expert" not in text_of(client)
    said = {"reason": "Ill.", "name": NAME, "email": ADDRESS, "language": "en"}
    replaced = client.post(reverse("desk:replace", args=["2019", held.pk]), said)
    assert replaced.status_code == 302
    assert "No expert" not in text_of(client)
    invitations.withdraw(invitation=Invitation.objects.get(), by=world["head"])
    assert "No expert" in text_of(client)


def test_too_few_reviewers_are_counted_by_what_the_round_requires(world, as_person):
    for held in Assignment.objects.filter(country__code="PT", role=Role.REVIEWER)[:1]:
        held.ended_at = held.created_at
        held.save()
    assert "Reviewers missing" in text_of(as_person("head"))
    ask(world)
    assert "Reviewers missing" not in text_of(as_person("head"))


def test_a_link_is_shown_once_to_bring_it_by_other_means(world, as_person):
    one = reverse("desk:invitation", args=["2019", ask(world).pk])
    client = as_person("coordinator")

    shown = client.post(one, {"act": "hand-over"}).content.decode()

    token = token_of_page(shown)
    assert Client().get(f"/invitation/{token}/").status_code == 200
    assert token not in text_of(client, one)
    assert AuditEntry.objects.get(act="invitation.hand_over").actor == world["coordinator"].pk


def token_of_page(page):
    return page.partition("/invitation/")[2].partition("/")[0]


def test_an_invitation_is_renewed_extended_and_withdrawn_on_its_page(world, as_person):
    asked = ask(world)
    old = token_of(asked)
    one = reverse("desk:invitation", args=["2019", asked.pk])
    client = as_person("coordinator")
    assert client.post(one, {"act": "reissue"}).status_code == 302
    assert Client().get(f"/invitation/{old}/").status_code == 404
    assert client.post(one, {"act": "extend", "until": "2001-01-01"}).status_code == 422
    assert client.post(one, {"act": "extend", "until": "2099-01-01"}).status_code == 302
    assert client.post(one, {"act": "withdraw"}).status_code == 302
    assert "Withdrawn" in text_of(client, one)
    assert client.post(one, {"act": "withdraw"}).status_code == 409


def test_two_coordinators_make_a_third(world, as_person):
    asked = ask(world, Role.COORDINATOR, country=None)
    one = reverse("desk:invitation", args=["2019", asked.pk])
    assert "waits for a second coordinator" in text_of(as_person("coordinator"))
    assert as_person("head").post(one, {"act": "confirm"}).status_code == 403
    assert as_person("coordinator").post(one, {"act": "confirm"}).status_code == 302
    assert Letter.objects.filter(address=ADDRESS).count() == 1


def test_a_letter_that_came_back_is_told(world, as_person):
    asked = ask(world)
    Letter.objects.filter(key=letter_key(asked)).update(state=LetterState.BOUNCED)
    assert "The letter came back" in text_of(as_person("head"))


def test_the_list_is_filtered_and_the_file_has_what_is_shown_and_is_on_record(world, as_person):
    ask(world, name="=Formula Zenobia")
    ask(world, Role.OBSERVER, country=None, email="other@example.org", name="Someone Else")
    client = as_person("head")
    page = text_of(client, f"{PEOPLE}?role=reviewer&state=sent&country=PT")
    assert "Zenobia" in page
    assert "Someone Else" not in page

    file = text_of(client, f"{PEOPLE}?role=reviewer&format=csv").lstrip("\ufeff")

    rows = list(csv.DictReader(io.StringIO(file)))
    assert {row["role"] for row in rows} == {"reviewer"}
    assert "'=Formula Zenobia" in {row["who"] for row in rows}
    entry = AuditEntry.objects.get(act="people.export")
    assert entry.new["filter"]["role"] == "reviewer"


def test_a_delegate_and_oneself_are_not_replaced(world, as_person):
    client = as_person("coordinator")
    for key, role in (("EE_b_delegate", Role.DELEGATE), ("coordinator", Role.COORDINATOR)):
        held = Assignment.objects.get(person=world[key], role=role)
        url = reverse("desk:replace", args=["2019", held.pk])
        assert client.get(url).status_code == 404


QUERIES = 16
"""Session, person and rights, the round and its frame, and one each for what the page shows."""


def test_the_page_takes_the_same_queries_for_few_and_for_many(
    world, as_person, django_assert_max_num_queries
):
    client = as_person("head")
    text_of(client)
    for number in range(6):
        ask(world, email=f"{number}@example.org")
    with django_assert_max_num_queries(QUERIES):
        text_of(client)


# --- Organisations ------------------------------------------------------------------------------


def test_an_organisation_is_added_changed_and_recorded(world, as_person):
    client = as_person("coordinator")
    said = {"code": "lab", "name": "An Invented Laboratory", "kind": "university"}
    assert client.post("/organisations/new/", said).status_code == 302
    again = client.post("/organisations/new/", said | {"name": "Another"})
    assert again.status_code == 422
    assert "with this code already" in again.content.decode()

    changed = {"name": "A Laboratory", "kind": "ngo", "consortium_role": "partner"}
    assert client.post("/organisations/lab/", changed).status_code == 302

    lab = Organisation.objects.get()
    assert (lab.name, lab.kind) == ("A Laboratory", OrganisationKind.NGO)
    entry = AuditEntry.objects.filter(act="organisation.put").latest("number")
    assert entry.old["name"] == "An Invented Laboratory"
    assert "A Laboratory" in text_of(client, "/organisations/")


def test_the_same_words_again_write_nothing(world, as_person):
    client = as_person("coordinator")
    said = {"code": "lab", "name": "An Invented Laboratory", "kind": "university"}
    client.post("/organisations/new/", said)
    client.post("/organisations/lab/", said)
    assert AuditEntry.objects.filter(act="organisation.put").count() == 1
