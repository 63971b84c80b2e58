"""Reading under embargo: a link of one's own, terms agreed to by hand, and an end."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from editions.enums import RevisionState
from editions.models import EmbargoReader, Revision
from editions.services import embargo, publishing
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from mipex_site.mail.enums import LetterKind
from mipex_site.mail.models import Letter
from tests.at_once import at_once
from tests.editions.correcting import withdrawn
from tests.factories.accounts import UserFactory
from tests.factories.editions import RED, publisher_of
from tests.factories.questionnaire import coordinator_of

pytestmark = pytest.mark.django_db

WHO = {"name": "Nella Lettore", "email": "nella@example.org", "house": "The Invented Times"}


def invited(candidate, **said) -> EmbargoReader:
    by = coordinator_of(candidate.edition.round)
    return embargo.invite(edition=candidate.edition, by=by, **WHO | said)


def link_of(reader) -> str:
    """Return the path in the newest letter to the reader."""
    letter = Letter.objects.filter(address=reader.email).order_by("-pk")[0]
    return re.sub(r"^\w+://[^/]+", "", letter.secret)


@pytest.fixture
def reader(candidate):
    return invited(candidate)


@pytest.fixture
def link(reader):
    return link_of(reader)


@pytest.fixture
def agreed(client, link):
    client.post(link)
    return link


def sign_and_publish(candidate) -> None:
    Revision.objects.filter(pk=candidate.pk).update(state=RevisionState.SIGNED)
    publishing.publish(revision=candidate, by=publisher_of(candidate.edition.round))


# --- Inviting -----------------------------------------------------------------------------


def test_the_letter_has_the_link_and_the_portal_only_its_hash(reader, link):
    letter = Letter.objects.get()

    token = link.split("/")[2]
    assert letter.kind == LetterKind.EMBARGO
    assert letter.address == WHO["email"]
    assert "until it is published" in letter.text
    assert token not in letter.text + letter.subject + letter.key
    assert len(token) >= 43
    kept = EmbargoReader.objects.values().get()
    assert token not in str(kept)
    assert token not in str(list(AuditEntry.objects.values_list("new", "subject")))


def test_an_invitation_is_in_the_audit_without_the_readers_name(reader):
    entry = AuditEntry.objects.get(act="embargo.invite")

    assert entry.new == {"reader": reader.pk, "house": WHO["house"]}
    assert entry.actor == reader.invited_by_id


def test_the_instant_stands_in_the_letter(candidate):
    instant = datetime(2031, 5, 31, 8, tzinfo=UTC)
    Revision.objects.filter(pk=candidate.pk).update(publish_at=instant)

    invited(candidate)

    assert "until 31 May 2031, 08:00 UTC" in Letter.objects.get().text


@pytest.mark.parametrize("who", ["stranger", "superuser"])
def test_nobody_without_the_role_invites_writes_again_or_ends(candidate, reader, who):
    by = UserFactory(is_superuser=who == "superuser")

    with pytest.raises(NotAllowed):
        embargo.invite(edition=candidate.edition, by=by, **WHO | {"email": "x@example.org"})
    with pytest.raises(NotAllowed):
        embargo.send_again(reader=reader, by=by)
    with pytest.raises(NotAllowed):
        embargo.end(reader=reader, by=by)
    assert EmbargoReader.objects.get().ended_at is None


def test_a_publisher_invites_too(candidate):
    by = publisher_of(candidate.edition.round)

    assert embargo.invite(edition=candidate.edition, by=by, **WHO).invited_by == by


def test_the_same_address_is_invited_once(reader, candidate):
    with pytest.raises(Refusal, match="invited already"):
        invited(candidate, email="NELLA@example.org")


@pytest.mark.parametrize(
    "now",
    [
        {"state": RevisionState.BUILDING},
        {"state": RevisionState.FAILED},
        {"state": RevisionState.PUBLISHED},
        {"checks": RED},
    ],
)
def test_nobody_is_invited_to_what_is_not_there_or_red(candidate, now):
    Revision.objects.filter(pk=candidate.pk).update(**now)

    with pytest.raises(Refusal, match="nothing to read yet"):
        invited(candidate)


def test_a_malformed_address_is_said_and_nothing_is_sent(candidate):
    with pytest.raises(ValidationError, match="valid email"):
        invited(candidate, email="nowhere")

    assert not Letter.objects.exists()


# --- Agreeing -----------------------------------------------------------------------------


def test_opening_the_link_agrees_to_nothing(client, reader, link):
    """Machines that look into letters open links, and ask for pages behind them."""
    shown = client.get(link)
    client.head(link)
    behind = client.get(f"{link}countries/ee.html")

    page = shown.content.decode()
    assert "This link is for Nella Lettore of The Invented Times" in page
    assert "until it is published" in page
    assert "Ranking" not in page
    assert behind.url == link
    reader.refresh_from_db()
    assert (reader.agreed_at, reader.last_read_at) == (None, None)


def test_who_agrees_reads_the_edition_with_a_strip_over_every_page(client, candidate, agreed):
    front = client.get(agreed)
    country = client.get(f"{agreed}countries/ee.html")

    for response in (front, country):
        page = response.content.decode()
        assert "UNDER EMBARGO" in page
        assert "Nella Lettore of The Invented Times" in page
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"
    assert "Estonia" in country.content.decode()
    assert AuditEntry.objects.filter(act="embargo.agree").count() == 1


def test_agreeing_needs_the_forms_token(link, reader):
    """Another site cannot agree for somebody."""
    assert Client(enforce_csrf_checks=True).post(link).status_code == 403

    reader.refresh_from_db()
    assert reader.agreed_at is None


def test_files_come_as_they_are_and_no_path_leads_out(client, candidate, agreed, editions_root):
    (editions_root / "secret.html").write_text("<body>secret</body>")

    data = client.get(f"{agreed}results.csv")

    whole = (editions_root / candidate.folder / "results.csv").read_bytes()
    assert b"".join(data.streaming_content) == whole
    assert "no-store" in data["Cache-Control"]
    for path in ("../secret.html", "%2e%2e/secret.html", "nothing", "countries/"):
        assert client.get(agreed + path).status_code == 404


@pytest.mark.parametrize("token", ["nothing", "x" * 43, "%00", "a" * 3000])
def test_a_token_that_nobody_has_opens_nothing(client, reader, token):
    for path in ("", "index.html"):
        assert client.get(f"/embargo/{token}/{path}").status_code == 404
    assert client.post(f"/embargo/{token}/").status_code == 404


def test_the_first_reading_of_a_day_is_in_the_audit_and_the_next_is_not(client, agreed):
    for _number in range(3):
        client.get(agreed)
        client.get(f"{agreed}countries/ee.html")
    read = AuditEntry.objects.filter(act="embargo.read")
    assert read.count() == 1
    assert read.get().actor is None
    assert read.get().new["house"] == WHO["house"]

    yesterday = timezone.now() - timedelta(days=1)
    EmbargoReader.objects.update(last_read_at=yesterday)
    client.get(agreed)

    assert read.count() == 2
    assert EmbargoReader.objects.get().last_read_at > yesterday


def test_the_last_reading_is_kept_to_the_minute(client, agreed):
    client.get(agreed)
    now = timezone.now()
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    earlier = max(start, now - timedelta(minutes=5))
    EmbargoReader.objects.update(last_read_at=earlier)

    client.get(agreed)

    kept = EmbargoReader.objects.get().last_read_at
    assert kept > earlier or now - earlier < embargo.A_WHILE
    assert AuditEntry.objects.filter(act="embargo.read").count() == 1


# --- A new link, and the end --------------------------------------------------------------


def test_a_new_link_makes_the_old_one_void_and_asks_for_the_terms_again(client, reader, agreed):
    embargo.send_again(reader=reader, by=reader.invited_by)
    new = link_of(reader)

    assert client.get(agreed).status_code == 404
    assert client.get(f"{agreed}index.html").status_code == 404
    assert "Before you read" in client.get(new).content.decode()
    assert new != agreed
    assert AuditEntry.objects.filter(act="embargo.send_again").count() == 1


def test_an_ended_link_is_closed_for_good(client, reader, agreed):
    embargo.end(reader=reader, by=reader.invited_by)

    assert client.get(agreed).status_code == 404
    assert client.post(agreed).status_code == 404
    for act in (embargo.end, embargo.send_again):
        with pytest.raises(WrongState):
            act(reader=reader, by=reader.invited_by)
    with pytest.raises(WrongState):
        embargo.agree(reader=reader)


def test_publishing_ends_the_embargo_and_the_link_leads_to_the_edition(
    client, candidate, agreed
):
    sign_and_publish(candidate)

    public = f"/e/{candidate.name}/index.html"
    assert client.get(agreed).url == public
    assert client.get(f"{agreed}countries/ee.html").url == public
    assert EmbargoReader.objects.get().ended_at is not None


def test_what_is_withdrawn_is_found_by_no_old_link(client, candidate, agreed):
    sign_and_publish(candidate)
    by = publisher_of(candidate.edition.round)
    withdrawn(candidate, by, reason="A court said so.")

    assert client.get(agreed).status_code == 404


@pytest.mark.parametrize(
    "now", [{"state": RevisionState.QUEUED}, {"checks": RED}, {"state": RevisionState.FAILED}]
)
def test_while_the_edition_is_built_anew_the_reader_is_asked_to_come_back(
    client, candidate, agreed, now
):
    Revision.objects.filter(pk=candidate.pk).update(**now)

    assert "nothing to read at this moment" in client.get(agreed).content.decode()
    assert client.get(f"{agreed}index.html").url == agreed
    assert client.post(agreed).status_code == 200


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_invite_the_same_reader_at_once_send_one_letter(candidate):
    by = coordinator_of(candidate.edition.round)

    done = at_once(
        *[lambda: embargo.invite(edition=candidate.edition, by=by, **WHO) for _ in range(2)]
    )

    assert sorted(isinstance(each, Refusal) for each in done) == [False, True]
    assert Letter.objects.count() == EmbargoReader.objects.count() == 1
