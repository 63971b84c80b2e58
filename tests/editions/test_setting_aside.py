"""What was built of a round that goes back to its review: set aside, and built anew later."""

from dataclasses import dataclass

import pytest
from django.test import Client

from editions import selectors
from editions.enums import RevisionKind, RevisionState
from editions.models import Edition, Mandate, Revision
from editions.services import building, embargo, package, publishing, signing
from editions.services.moves import SET_ASIDE
from editions.tasks import take_queued_revisions
from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.mail.models import Notice
from questionnaire.enums import RoundState
from questionnaire.models import Round
from questionnaire.services import joint_acts
from review.services.taking_up import ask_to_go_back
from scoring.enums import RunState
from scoring.models import ScoreRun
from scoring.services import runs
from scoring.tasks import take_queued_runs
from tests.at_once import at_once
from tests.editions.conftest import prepared
from tests.factories.editions import RevisionFactory, publisher_of
from tests.factories.questionnaire import RoundFactory, coordinator_of
from tests.factories.scoring import MethodFactory, ScoreRunFactory, closed_round

from .test_chain import close

WHY = "A source is the wrong one."
SHOWN = (RevisionState.PUBLISHED, RevisionState.SUPERSEDED, RevisionState.WITHDRAWN)


@dataclass
class Standing:
    """A closed round whose edition is a candidate, and two who run it."""

    round: Round
    edition: Edition
    first: User
    second: User


@pytest.fixture
def standing(db, editions_root) -> Standing:
    """Give a round that publishes itself, with a green candidate that one person has signed."""
    found = begun()
    close(found.round)
    assert take_queued_runs() == 1
    assert building.build(Revision.objects.get().pk)
    signing.apply_mandates(Revision.objects.get().pk)
    return found


def begun() -> Standing:
    MethodFactory()
    round_ = closed_round(publishes_itself=True)
    edition = prepared(round_)
    signing.sign_in_advance(edition=edition, by=publisher_of(round_))
    return Standing(round_, edition, coordinator_of(round_), coordinator_of(round_))


def asked(standing: Standing):
    return ask_to_go_back(round_=standing.round, reason=WHY, by=standing.first)


def go_back(standing: Standing) -> None:
    joint_acts.do(act=asked(standing), by=standing.second)


def close_again(round_: Round) -> None:
    """Close it as review does, whose own conditions are another test's affair."""
    held = Round.objects.get(pk=round_.pk)
    held.state = RoundState.REVIEW_CLOSED
    held.save()
    close(held)


def test_the_candidate_is_set_aside_and_its_signatures_lapse(standing):
    candidate = Revision.objects.get()
    assert candidate.signatures.count() == 1

    go_back(standing)

    candidate.refresh_from_db()
    assert (candidate.state, candidate.number) == (RevisionState.SET_ASIDE, 1)
    assert not Mandate.objects.filter(withdrawn_at__isnull=True).exists()
    entry = AuditEntry.objects.get(act="revision.set_aside")
    assert (entry.old["state"], entry.old["hash"]) == ("candidate", candidate.hash)
    assert (entry.new["signatures_lapsed"], entry.actor) == (1, standing.second.pk)
    assert AuditEntry.objects.filter(act="edition.lapse_mandates").exists()
    (told,) = Notice.objects.filter(key__startswith="signature-lapsed/")
    assert told.person_id == candidate.signatures.get().signer_id
    assert told.words.endswith("the review goes on again, so your signature has lapsed.")
    assert entries.walk(standing.round.stream).broken_at is None


def test_what_is_set_aside_is_neither_signed_nor_published_nor_read(standing, client):
    candidate = Revision.objects.get()
    reader = embargo.invite(
        edition=standing.edition,
        name="A Reader",
        email="reader@example.org",
        house="A paper",
        by=standing.first,
    )
    go_back(standing)

    with pytest.raises(WrongState, match="Only a candidate"):
        signing.sign(revision=candidate, hash=candidate.hash, by=publisher_of(standing.round))
    with pytest.raises(WrongState, match="set aside"):
        publishing.publish(revision=candidate, by=publisher_of(standing.round))
    with pytest.raises(WrongState):
        building.retry(revision=candidate, by=standing.first)
    assert take_queued_revisions() == 0
    assert embargo.readable(reader.edition) is None
    assert selectors.public_revision(candidate.name) is None
    assert Client().get(f"/editions/{candidate.name}/index.html").status_code == 404


def test_closed_with_the_same_answers_a_new_revision_is_built_and_signed_anew(standing):
    """The scores are there already; the candidate that was read keeps its number."""
    first = Revision.objects.get()
    go_back(standing)
    for _ in range(2):
        signing.sign_in_advance(edition=standing.edition, by=publisher_of(standing.round))

    close_again(standing.round)

    assert (take_queued_runs(), ScoreRun.objects.count()) == (0, 1)
    assert take_queued_revisions() == 3
    second = Revision.objects.get(number=2)
    assert (second.state, second.kind) == (RevisionState.PUBLISHED, RevisionKind.FIRST)
    assert [each.name for each in selectors.public_revisions()] == [second.name]
    assert second.run_id == first.run_id
    first.refresh_from_db()
    assert first.state == RevisionState.SET_ASIDE


def test_a_red_candidate_is_mended_and_its_edition_is_green(db, editions_root):
    """The way out of a check that no retry can make green."""
    standing = begun()
    close(standing.round)
    take_queued_runs()
    red = Revision.objects.get()
    checks = [{"name": "sources", "ok": False, "text": "An answer has none."}]
    state, hash_ = RevisionState.CANDIDATE, "ab" * 32
    Revision.objects.filter(pk=red.pk).update(state=state, hash=hash_, checks=checks)

    go_back(standing)
    close_again(standing.round)
    take_queued_revisions()

    found = Revision.objects.get(number=2)
    assert found.state == RevisionState.CANDIDATE
    assert all(check["ok"] for check in found.checks)


@pytest.mark.django_db
@pytest.mark.parametrize("state", RevisionState)
def test_from_every_state_before_the_public_and_from_none_after_it(state):
    shown = {"published_at": "2026-01-01T00:00:00Z"} if state in SHOWN else {}
    revision = RevisionFactory(state=state, **shown)
    ScoreRun.objects.update(state=RunState.DONE)
    round_ = revision.edition.round
    first, second = coordinator_of(round_), coordinator_of(round_)

    if state in SHOWN:
        with pytest.raises(Refusal, match="corrected by a new revision"):
            ask_to_go_back(round_=round_, reason=WHY, by=first)
        assert Round.objects.get(pk=round_.pk).state == RoundState.REVIEW_CLOSED
    else:
        act = ask_to_go_back(round_=round_, reason=WHY, by=first)
        joint_acts.do(act=act, by=second)
        assert Round.objects.get(pk=round_.pk).state == RoundState.OPEN
    revision.refresh_from_db()
    moved = state in SET_ASIDE.sources
    assert revision.state == (RevisionState.SET_ASIDE if moved else state)


@pytest.mark.django_db
def test_what_was_published_after_it_was_asked_for_keeps_the_round_closed():
    revision = RevisionFactory(state=RevisionState.SIGNED)
    round_ = revision.edition.round
    act = ask_to_go_back(round_=round_, reason=WHY, by=coordinator_of(round_))
    Revision.objects.update(state=RevisionState.PUBLISHED, published_at="2026-01-01T00:00:00Z")

    with pytest.raises(Refusal, match="was published"):
        joint_acts.do(act=act, by=coordinator_of(round_))
    assert Round.objects.get(pk=round_.pk).state == RoundState.REVIEW_CLOSED


@pytest.mark.django_db
def test_of_an_extension_its_own_revision_is_set_aside_and_the_edition_stands():
    edition = RevisionFactory(
        state=RevisionState.PUBLISHED, published_at="2026-01-01T00:00:00Z"
    ).edition
    later = RoundFactory(state=RoundState.REVIEW_CLOSED, extends=edition.round)
    joining = RevisionFactory(
        edition=edition,
        joining=later,
        run=ScoreRunFactory(round=later, state=RunState.DONE),
        kind=RevisionKind.EXTENSION,
        state=RevisionState.CANDIDATE,
    )
    act = ask_to_go_back(round_=later, reason=WHY, by=coordinator_of(later))

    joint_acts.do(act=act, by=coordinator_of(later))

    joining.refresh_from_db()
    assert joining.state == RevisionState.SET_ASIDE
    assert edition.revisions.filter(state=RevisionState.PUBLISHED).exists()
    with pytest.raises(Refusal):
        ask_to_go_back(round_=edition.round, reason=WHY, by=coordinator_of(edition.round))


# --- While a worker is busy ---------------------------------------------------------------


def test_a_worker_that_builds_meanwhile_ends_without_a_trace(db, monkeypatch, editions_root):
    standing = begun()
    close(standing.round)
    take_queued_runs()
    whole = package.write_folder

    def interrupted(*args: object, **named: object) -> str:
        go_back(standing)
        return whole(*args, **named)

    monkeypatch.setattr(package, "write_folder", interrupted)
    monkeypatch.setattr("django.conf.settings.HEARTBEAT_SECONDS", 0)

    assert not building.build(Revision.objects.get().pk)

    revision = Revision.objects.get()
    assert (revision.state, revision.error, revision.hash) == (RevisionState.SET_ASIDE, "", "")
    assert list(editions_root.iterdir()) == []


@pytest.mark.parametrize("step", ["compute", "_scores"])
def test_a_worker_that_computes_meanwhile_ends_without_a_trace(monkeypatch, step, db):
    standing = begun()
    close(standing.round)
    whole = getattr(runs, step)

    def interrupted(*args: object, **named: object) -> object:
        if step == "compute":
            go_back(standing)
        return whole(*args, **named)

    monkeypatch.setattr(runs, step, interrupted)
    if step == "_scores":
        done = runs.score_all

        def then(*args: object) -> object:
            go_back(standing)
            return done(*args)

        monkeypatch.setattr(runs, "score_all", then)

    assert take_queued_runs() == 0

    assert not ScoreRun.objects.exists()
    assert not Revision.objects.exists()
    assert not AuditEntry.objects.filter(act="run.fail").exists()


@pytest.mark.django_db
def test_scores_that_failed_are_ordered_anew_at_the_next_closing():
    standing = begun()
    close(standing.round)
    ScoreRun.objects.update(state=RunState.FAILED, error="Nothing works.")
    go_back(standing)

    close_again(standing.round)

    assert ScoreRun.objects.get().state == RunState.QUEUED
    assert AuditEntry.objects.filter(act="run.call_off").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_publishing_and_going_back_at_once_leave_one_truth(editions_root):
    standing = begun()
    close(standing.round)
    take_queued_runs()
    assert building.build(Revision.objects.get().pk)
    revision = Revision.objects.get()
    for _ in range(2):
        by = publisher_of(standing.round)
        signing.sign(revision=revision, hash=revision.hash, by=by)
    act = asked(standing)

    published, gone_back = at_once(
        lambda: publishing.publish(revision=revision, by=publisher_of(standing.round)),
        lambda: joint_acts.do(act=act, by=standing.second),
    )

    revision.refresh_from_db()
    state = Round.objects.get(pk=standing.round.pk).state
    if isinstance(gone_back, Refusal):
        assert (revision.state, state) == (RevisionState.PUBLISHED, RoundState.REVIEW_CLOSED)
    else:
        assert isinstance(published, WrongState)
        assert (revision.state, state) == (RevisionState.SET_ASIDE, RoundState.OPEN)
    assert entries.walk(standing.round.stream).broken_at is None
