"""Publishing, superseding, withdrawing; and the table of moves is what the services do."""

import itertools

import pytest

from editions.enums import EditionKind, RevisionState
from editions.models import Edition, Revision
from editions.services import building, package, publishing, signing, withdrawing
from editions.tasks import take_queued_revisions
from editions.workflow import PUBLISH, RETRY, REVISION_MOVES, SIGN, WITHDRAW, verdicts_for
from mipex_site.accounts.services.people import portal_robot
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from tests.editions.correcting import withdrawn
from tests.factories.accounts import UserFactory
from tests.factories.editions import (
    GREEN,
    RED,
    RevisionFactory,
    SignatureFactory,
    publisher_of,
)
from tests.factories.questionnaire import coordinator_of

pytestmark = pytest.mark.django_db


def in_folder(root, **said) -> Revision:
    """Return a revision whose folder is on the disk and has the revision's hash."""
    revision = RevisionFactory(**said)
    folder = root / f"{revision.name}-there"
    folder.mkdir()
    (folder / "SHA256SUMS").write_text(f"the sums of {revision.name}\n")
    revision.folder, revision.hash = folder.name, package.sha256(folder / "SHA256SUMS")
    revision.save()
    return revision


@pytest.fixture
def signed(editions_root):
    return in_folder(editions_root, state=RevisionState.SIGNED)


def test_a_publisher_publishes_what_is_signed(signed):
    by = publisher_of(signed.edition.round)

    published = publishing.publish(revision=signed, by=by)

    assert published.state == RevisionState.PUBLISHED
    assert published.published_at is not None
    assert list(Revision.objects.public()) == [signed]
    assert AuditEntry.objects.get(act="revision.publish").actor == by.pk


def test_a_new_revision_supersedes_the_published_one(signed, editions_root):
    by = publisher_of(signed.edition.round)
    publishing.publish(revision=signed, by=by)
    later = in_folder(editions_root, edition=signed.edition, state=RevisionState.SIGNED)

    publishing.publish(revision=later, by=by)

    signed.refresh_from_db()
    assert signed.state == RevisionState.SUPERSEDED
    assert set(Revision.objects.public()) == {signed, later}
    assert AuditEntry.objects.last().new["superseded"] == [signed.name]


@pytest.mark.parametrize("who", ["coordinator", "superuser", "robot"])
def test_nobody_but_a_publisher_publishes(signed, who):
    people = {
        "coordinator": coordinator_of(signed.edition.round),
        "superuser": UserFactory(is_superuser=True),
        "robot": portal_robot(),
    }

    with pytest.raises(NotAllowed, match="publisher"):
        publishing.publish(revision=signed, by=people[who])


def test_files_that_changed_after_the_signatures_are_not_published(signed, editions_root):
    (editions_root / signed.folder / "SHA256SUMS").write_text("other sums\n")

    with pytest.raises(Refusal, match="not those that were signed"):
        publishing.publish(revision=signed, by=publisher_of(signed.edition.round))

    assert not Revision.objects.public().exists()


def test_the_portal_publishes_where_the_round_publishes_itself(editions_root):
    signed = in_folder(
        editions_root, edition__run__round__publishes_itself=True, state=RevisionState.SIGNED
    )

    assert take_queued_revisions() == 1

    signed.refresh_from_db()
    assert signed.state == RevisionState.PUBLISHED
    assert AuditEntry.objects.get(act="revision.publish").actor == portal_robot().pk


def test_the_portal_waits_for_a_publisher_where_the_round_does_not(signed):
    assert take_queued_revisions() == 0

    signed.refresh_from_db()
    assert signed.state == RevisionState.SIGNED


def test_the_portal_says_on_the_revision_why_it_does_not_publish(editions_root):
    signed = in_folder(
        editions_root, edition__run__round__publishes_itself=True, state=RevisionState.SIGNED
    )
    (editions_root / signed.folder / "SHA256SUMS").unlink()

    assert take_queued_revisions() == 0

    signed.refresh_from_db()
    assert signed.state == RevisionState.SIGNED
    assert "not those that were signed" in signed.error


@pytest.mark.parametrize("state", [RevisionState.PUBLISHED, RevisionState.SUPERSEDED])
def test_a_publisher_withdraws_with_a_reason(state):
    revision = RevisionFactory(state=state)
    by = publisher_of(revision.edition.round)

    withdrawn(revision, by, reason="A court said so.")

    assert not Revision.objects.public().exists()
    assert AuditEntry.objects.get(act="revision.withdraw").reason == "A court said so."


def test_nobody_else_withdraws():
    revision = RevisionFactory(state=RevisionState.PUBLISHED)

    asked = withdrawing.ask(
        revision=revision, reason="A wish.", by=publisher_of(revision.edition.round)
    )

    for person in (coordinator_of(revision.edition.round), UserFactory(is_superuser=True)):
        with pytest.raises(NotAllowed, match="publisher"):
            withdrawing.withdraw(revision=revision, seen=asked.number, by=person)


def test_an_archive_has_no_moves_for_people():
    edition = Edition.objects.create(
        code="old", title="Old", kind=EditionKind.ARCHIVE, licence="CC0-1.0", publisher="They"
    )
    archive = RevisionFactory(edition=edition, run=None, state=RevisionState.PUBLISHED)

    [(move, verdict)] = verdicts_for(UserFactory(), archive)

    assert move == WITHDRAW
    assert "archive" in verdict.reason


# --- The table of moves ------------------------------------------------------------------

ACTS = {
    RETRY: lambda revision, by: building.retry(revision=revision, by=by),
    SIGN: lambda revision, by: signing.sign(revision=revision, hash=revision.hash, by=by),
    PUBLISH: lambda revision, by: publishing.publish(revision=revision, by=by),
    WITHDRAW: withdrawn,
}
PEOPLE = ("coordinator", "publisher", "signer", "stranger", "superuser", "robot")


def somebody(who: str, revision: Revision):
    round_ = revision.edition.round
    match who:
        case "coordinator":
            return coordinator_of(round_)
        case "publisher":
            return publisher_of(round_)
        case "signer":
            return publisher_of(round_, revision.signatures.get().signer)
        case "robot":
            return portal_robot()
    return UserFactory(is_superuser=who == "superuser")


def test_every_move_of_people_has_its_service_and_every_state_is_reached():
    assert {move for move in REVISION_MOVES if move.rule} == set(ACTS)
    reached = {move.target for move in REVISION_MOVES}
    assert reached == set(RevisionState)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("checks", [GREEN, RED], ids=["green", "red"])
@pytest.mark.parametrize(
    ("state", "move"),
    list(itertools.product(RevisionState, ACTS)),
    ids=lambda value: str(getattr(value, "name", value)).lower(),
)
def test_what_a_person_is_offered_is_what_the_server_accepts(
    state, move, checks, who, editions_root
):
    revision = in_folder(editions_root, state=state, checks=checks)
    SignatureFactory(revision=revision)
    by = somebody(who, revision)
    offered = dict(verdicts_for(by, revision))

    if offered.get(move):
        ACTS[move](revision, by)
        assert Revision.objects.get(pk=revision.pk).state == move.target
        return
    expected = NotAllowed if move in offered else WrongState
    with pytest.raises(expected) as refused:
        ACTS[move](revision, by)
    assert move not in offered or refused.value.reason == offered[move].reason
    assert Revision.objects.get(pk=revision.pk).state == state
