"""Building: once, whole or not at all, and the same facts give the same bytes."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from editions.enums import RevisionState
from editions.models import FrozenAnswer, Revision
from editions.services import building, folders, freeze, package
from editions.tasks import take_queued_revisions
from mipex_site.audit.models import AuditEntry
from mipex_site.base.claimed import ATTEMPTS, Pulse
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from tests.factories.accounts import UserFactory
from tests.factories.editions import GREEN, RED, RevisionFactory
from tests.factories.questionnaire import coordinator_of

pytestmark = pytest.mark.django_db


def folders_in(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


def quiet(step: str) -> None:
    pass


def test_a_build_makes_a_candidate_with_its_folder_and_rows(revision, editions_root):
    assert building.build(revision.pk)

    revision.refresh_from_db()
    assert revision.state == RevisionState.CANDIDATE
    assert folders_in(editions_root) == [f"{revision.name}-{revision.hash[:12]}"]
    assert folders.hash_of(revision.folder) == revision.hash
    assert [check["name"] for check in revision.checks if not check["ok"]] == []
    assert (revision.receipt, revision.step, revision.error) == (None, "", "")
    assert FrozenAnswer.objects.filter(revision=revision).count() == 8


def test_a_candidate_is_not_public(candidate):
    assert not Revision.objects.public().exists()


def test_a_revision_is_built_once(candidate):
    assert not building.build(candidate.pk)
    assert candidate.attempt == 1


def test_the_build_is_in_the_audit(candidate):
    entry = AuditEntry.objects.get(act="revision.build")

    assert entry.subject == f"edition/{candidate.name}"
    assert entry.new == {"hash": candidate.hash, "red": []}


def test_the_same_facts_give_the_same_hash(candidate, tmp_path):
    again = package.write_folder(tmp_path / "again", freeze.facts_of(candidate), beat=quiet)

    assert again == candidate.hash


def test_eight_claims_one_after_the_other_give_one_receipt(revision):
    receipts = [Revision.objects.claim(revision.pk) for _ in range(8)]

    assert [receipt is not None for receipt in receipts] == [True] + [False] * 7


def test_the_heart_beats_at_most_every_few_seconds(
    revision, settings, django_assert_num_queries
):
    settings.HEARTBEAT_SECONDS = 60
    beat = Pulse(revision.pk, Revision.objects.claim(revision.pk), Revision.objects.all())

    with django_assert_num_queries(1):
        for step in ("freezing", "pages", "checks"):
            beat(step)

    revision.refresh_from_db()
    assert revision.step == "freezing"


def test_a_worker_that_was_taken_for_dead_stops_and_leaves_nothing(
    revision, settings, monkeypatch, editions_root
):
    settings.HEARTBEAT_SECONDS = 0
    steps = []

    def taken_over_meanwhile(folder, frozen, *, beat):
        folder.mkdir()
        Revision.objects.filter(pk=revision.pk).update(receipt=uuid4())
        beat("pages")
        steps.append("went on")

    monkeypatch.setattr(package, "write_folder", taken_over_meanwhile)

    assert not building.build(revision.pk)

    revision.refresh_from_db()
    assert revision.state == RevisionState.BUILDING
    assert steps == []
    assert folders_in(editions_root) == []
    assert not FrozenAnswer.objects.exists()


def test_a_worker_that_comes_late_changes_neither_row_nor_state(revision):
    late = Revision.objects.claim(revision.pk)
    built = building.write(revision.pk, receipt=late)
    Revision.objects.filter(pk=revision.pk).update(receipt=uuid4())

    assert not building.finish(revision.pk, receipt=late, built=built)
    assert not building.fail(revision.pk, receipt=late, error=ValueError("too late"))

    revision.refresh_from_db()
    assert (revision.state, revision.hash) == (RevisionState.BUILDING, "")
    assert not FrozenAnswer.objects.exists()


def test_the_next_worker_takes_the_folder_that_a_dead_one_had_put_in_place(
    revision, editions_root
):
    building.write(revision.pk, receipt=Revision.objects.claim(revision.pk))
    Revision.objects.filter(pk=revision.pk).update(
        heartbeat_at=timezone.now() - timedelta(hours=1)
    )
    [left] = folders_in(editions_root)

    take_queued_revisions()

    revision.refresh_from_db()
    assert (revision.state, revision.folder) == (RevisionState.CANDIDATE, left)
    assert folders_in(editions_root) == [left]


def test_a_folder_with_another_content_is_not_taken_for_ours(candidate, editions_root):
    Revision.objects.filter(pk=candidate.pk).update(state=RevisionState.QUEUED)
    (editions_root / candidate.folder / "SHA256SUMS").write_text("something else\n")

    assert not building.build(candidate.pk)

    candidate.refresh_from_db()
    assert candidate.state == RevisionState.FAILED
    assert "another content" in candidate.error


def test_what_builds_with_void_receipts_left_behind_is_swept_away(revision, editions_root):
    receipt = Revision.objects.claim(revision.pk)
    for name in (f"building-{uuid4()}", f"building-{receipt}", "2018.1-0123456789ab"):
        (editions_root / name / "pages").mkdir(parents=True)

    take_queued_revisions()

    assert folders_in(editions_root) == ["2018.1-0123456789ab", f"building-{receipt}"]


def test_a_failure_is_kept_and_leaves_no_half_edition(revision, monkeypatch, editions_root):
    def broken(folder, frozen, *, beat):
        (folder / "countries").mkdir(parents=True)
        raise ZeroDivisionError("an invented fault")

    with monkeypatch.context() as patched:
        patched.setattr(package, "write_folder", broken)
        assert not building.build(revision.pk)

    revision.refresh_from_db()
    assert revision.state == RevisionState.FAILED
    assert revision.error == "ZeroDivisionError: an invented fault"
    assert folders_in(editions_root) == []
    assert AuditEntry.objects.get(act="revision.fail").new["error"] == revision.error
    assert take_queued_revisions() == 0


def test_a_database_that_is_away_leaves_the_revision_to_the_next_worker(revision, monkeypatch):
    def away(folder, frozen, *, beat):
        raise OperationalError("database is locked")

    monkeypatch.setattr(package, "write_folder", away)

    assert not building.build(revision.pk)

    revision.refresh_from_db()
    assert (revision.state, revision.error) == (RevisionState.BUILDING, "")


def test_a_build_that_kills_its_workers_is_given_up_until_a_coordinator_wants_it(revision):
    Revision.objects.filter(pk=revision.pk).update(attempt=ATTEMPTS)

    assert not building.build(revision.pk)

    revision.refresh_from_db()
    assert revision.state == RevisionState.FAILED
    assert revision.error == "Refusal: 20 workers fell silent over it."
    building.retry(revision=revision, by=coordinator_of(revision.edition.round))
    assert building.build(revision.pk)


def test_a_coordinator_may_try_again_what_failed():
    revision = RevisionFactory(state=RevisionState.FAILED, error="An invented fault.")

    again = building.retry(revision=revision, by=coordinator_of(revision.edition.round))

    assert (again.state, again.error) == (RevisionState.QUEUED, "")


def test_a_red_candidate_is_built_again_with_the_same_rows(candidate):
    Revision.objects.filter(pk=candidate.pk).update(checks=RED)

    building.retry(revision=candidate, by=coordinator_of(candidate.edition.round))
    assert building.build(candidate.pk)

    again = Revision.objects.get(pk=candidate.pk)
    assert (again.state, again.hash) == (RevisionState.CANDIDATE, candidate.hash)
    assert FrozenAnswer.objects.filter(revision=again).count() == 8


def test_a_green_candidate_is_not_built_again():
    revision = RevisionFactory(state=RevisionState.CANDIDATE, checks=GREEN)

    with pytest.raises(NotAllowed, match="nothing to try again"):
        building.retry(revision=revision, by=coordinator_of(revision.edition.round))


def test_only_a_coordinator_tries_again():
    revision = RevisionFactory(state=RevisionState.FAILED)

    for person in (UserFactory(), UserFactory(is_superuser=True)):
        with pytest.raises(NotAllowed, match="coordinator"):
            building.retry(revision=revision, by=person)


def test_what_is_signed_is_not_tried_again():
    revision = RevisionFactory(state=RevisionState.SIGNED)

    with pytest.raises(WrongState, match="failed or has a red check"):
        building.retry(revision=revision, by=coordinator_of(revision.edition.round))


def test_an_empty_name_has_no_hash(editions_root):
    (editions_root / "SHA256SUMS").write_text("in the wrong place\n")

    assert folders.hash_of("") == ""
    assert folders.hash_of("2020.1-absent") == ""


def test_a_folder_is_put_in_place_once(editions_root):
    ours = editions_root / "building-1"
    ours.mkdir()
    (ours / "SHA256SUMS").write_text("ours\n")
    edition_hash = package.sha256(ours / "SHA256SUMS")
    folders.put_in_place(ours, name="2020.1-x", edition_hash=edition_hash)

    second = editions_root / "building-2"
    second.mkdir()
    with pytest.raises(Refusal, match="another content"):
        folders.put_in_place(second, name="2020.1-x", edition_hash="0" * 64)
    folders.put_in_place(second, name="2020.1-x", edition_hash=edition_hash)

    assert folders_in(editions_root) == ["2020.1-x"]


def test_the_command_builds_a_queued_revision(revision, capsys):
    call_command("freeze_edition", revision.name)

    revision.refresh_from_db()
    said = capsys.readouterr().out
    assert said == f"revision {revision.name}: candidate {revision.hash}\n"


@pytest.mark.parametrize(
    ("name", "reason"), [("2099", "no revision; write one"), ("2099.1", "no revision '2099.1'")]
)
def test_the_command_says_in_a_sentence_what_is_wrong(name, reason):
    with pytest.raises(CommandError, match=reason):
        call_command("freeze_edition", name)
