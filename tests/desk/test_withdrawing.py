"""The desk's page on withdrawing a revision: who sees what, and what two people do there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editions.enums import RevisionState
from editions.models import Revision
from questionnaire.enums import RoundState
from tests.factories.accounts import UserFactory
from tests.factories.editions import RevisionFactory, publisher_of
from tests.factories.questionnaire import RoundFactory, coordinator_of

pytestmark = pytest.mark.django_db

REASON = "A court said so."


@pytest.fixture
def published() -> Revision:
    return RevisionFactory(number=1, state=RevisionState.PUBLISHED)


def at(revision, name="withdrawal"):
    return reverse(f"desk:{name}", args=[revision.edition.round.code, revision.number])


def shown(client, url, status=200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def seen_by(client, person, revision) -> str:
    client.force_login(person)
    return shown(client, at(revision))


def asked(client, revision, person=None) -> int:
    """Ask on the page, and return the number of what waits."""
    client.force_login(person or coordinator_of(revision.edition.round))
    assert client.post(at(revision), {"reason": REASON}).status_code == 302
    return client.get(at(revision)).context["page"].asked.number


def test_two_people_withdraw_it_on_the_pages(client, published):
    round_ = published.edition.round
    number = asked(client, published)
    publisher = publisher_of(round_)
    page = seen_by(client, publisher, published)
    assert "Waits for a second person" in page
    assert REASON in page

    done = client.post(at(published, "withdraw-decide"), {"verb": "do", "seen": number})

    assert done.status_code == 302
    published.refresh_from_db()
    assert published.state == RevisionState.WITHDRAWN
    assert "Withdrawn on" in shown(client, at(published))


def test_who_asked_is_offered_to_take_it_back_and_nothing_else(client, published):
    number = asked(client, published, publisher_of(published.edition.round))
    page = shown(client, at(published))

    assert "You asked for this" in page
    assert 'value="do"' not in page
    assert 'value="refuse"' not in page
    alone = client.post(at(published, "withdraw-decide"), {"verb": "do", "seen": number})
    assert alone.status_code == 403

    back = client.post(at(published, "withdraw-decide"), {"verb": "take_back", "seen": number})

    assert back.status_code == 302
    assert "Ask for it to be withdrawn" in shown(client, at(published))


def test_a_no_needs_words_and_leaves_the_revision_public(client, published):
    number = asked(client, published)
    client.force_login(coordinator_of(published.edition.round))
    url = at(published, "withdraw-decide")

    empty = client.post(url, {"verb": "refuse", "seen": number, "words": ""})
    said = client.post(url, {"verb": "refuse", "seen": number, "words": "No court did."})

    assert (empty.status_code, said.status_code) == (422, 302)
    published.refresh_from_db()
    assert published.state == RevisionState.PUBLISHED


def test_a_coordinator_reads_that_a_publisher_does_it(client, published):
    asked(client, published)

    page = seen_by(client, coordinator_of(published.edition.round), published)

    assert "Only a publisher of this round" in page
    assert 'value="do"' not in page


def test_without_a_reason_it_is_given_back(client, published):
    client.force_login(coordinator_of(published.edition.round))

    sent = client.post(at(published), {"reason": ""})

    assert sent.status_code == 422
    assert "Say in a sentence why" in sent.content.decode()


@pytest.mark.parametrize("verb", ["", "all", "do"])
def test_what_is_no_decision_is_not_found(client, published, verb):
    asked(client, published)

    sent = client.post(at(published, "withdraw-decide"), {"verb": verb, "seen": "x"})

    assert sent.status_code == 404


def test_nobody_else_opens_it(client, published):
    for stranger in (UserFactory(), UserFactory(is_superuser=True, is_staff=True)):
        client.force_login(stranger)
        assert client.get(at(published)).status_code == 403
        assert client.post(at(published), {"reason": REASON}).status_code == 403
        assert client.post(at(published, "withdraw-decide"), {}).status_code == 403
    client.logout()
    assert client.get(at(published)).status_code == 302


@pytest.mark.parametrize(
    "state", [state for state in RevisionState if state not in ("published", "superseded")]
)
def test_only_what_is_public_is_withdrawn(client, state):
    revision = RevisionFactory(number=1, state=state)
    client.force_login(publisher_of(revision.edition.round))

    page = client.get(at(revision))

    expected = 200 if state == RevisionState.WITHDRAWN else 404
    assert page.status_code == expected
    assert client.post(at(revision), {"reason": REASON}).status_code in {404, 409}


def test_publishing_leads_to_it_once_something_is_public(client, published):
    client.force_login(publisher_of(published.edition.round))
    publishing = reverse("desk:publishing", args=[published.edition.round.code])

    assert at(published) in shown(client, publishing)
    Revision.objects.filter(pk=published.pk).update(state=RevisionState.CANDIDATE)
    assert at(published) not in shown(client, publishing)


def test_what_waits_stands_in_my_work_of_who_may_decide_and_is_gone_once_decided(
    client, published
):
    round_, first = published.edition.round, publisher_of(published.edition.round)
    second, lead = publisher_of(round_), coordinator_of(round_)
    number = asked(client, published, first)

    told = {person: work_of(client, person) for person in (first, second, lead)}

    words, address = f"{published.name}: to be withdrawn", at(published)
    assert all(words in page and address in page for page in told.values())
    assert "Read the public reason; withdraw it, or say why not." in told[second]
    assert "you can take it back" in told[first]
    assert "you can say why not" in told[lead]
    assert words not in work_of(client, publisher_of(RevisionFactory().edition.round))
    assert words not in work_of(client, UserFactory(is_superuser=True))

    client.force_login(second)
    client.post(at(published, "withdraw-decide"), {"verb": "do", "seen": number})

    assert words not in work_of(client, second)


def test_my_work_asks_as_much_for_two_public_revisions_as_for_one(
    client, published, django_assert_num_queries
):
    work_of(client, publisher_of(published.edition.round))
    with CaptureQueriesContext(connection) as one:
        shown(client, reverse("desk:work"))
    RevisionFactory(edition=published.edition, number=2, state=RevisionState.SUPERSEDED)

    with django_assert_num_queries(len(one)):
        shown(client, reverse("desk:work"))


def test_a_round_that_joins_what_was_withdrawn_says_why_and_what_to_do(client, published):
    extended = published.edition.round
    later = RoundFactory(
        framework=extended.framework, extends=extended, state=RoundState.REVIEW_CLOSED
    )
    client.force_login(coordinator_of(later))
    publishing = reverse("desk:publishing", args=[later.code])
    before = shown(client, publishing)
    Revision.objects.filter(pk=published.pk).update(state=RevisionState.WITHDRAWN)

    after = shown(client, publishing)

    assert "cannot join" not in before
    assert f"{published.name} was withdrawn, and nothing of it is in force." in after
    assert f"/editions/{published.name}/" in after
    assert "begin a new round with them" in after
    assert "a revision of that edition is queued" not in after


def work_of(client, person) -> str:
    client.force_login(person)
    return shown(client, reverse("desk:work"))
