"""Each check goes red for its own fault, and a red check stops the revision at candidate."""

from dataclasses import replace
from fractions import Fraction

import pytest

from editions.enums import RevisionState
from editions.models import Revision
from editions.services import building, checks, freeze, package
from editions.tasks import take_queued_revisions
from mipex_site.base.claimed import Lost, Pulse
from review.enums import Basis, DisputeCause
from review.models import CaseItem, Dispute, SettledAnswer
from tests.factories.editions import HASH, RevisionFactory, publisher_of

pytestmark = pytest.mark.django_db


def quiet(step: str) -> None:
    pass


@pytest.fixture
def frozen(revision):
    return freeze.facts_of(revision)


@pytest.fixture
def folder(frozen, editions_root):
    package.write_folder(editions_root / "building-1", frozen, beat=quiet)
    return editions_root / "building-1"


@pytest.fixture
def red(revision, frozen, folder):
    """Give `red(frozen)`: the sentences of the red checks, by the check's name."""

    def run(facts=frozen) -> dict[str, str]:
        found = checks.run_checks(revision=revision, frozen=facts, folder=folder, beat=quiet)
        return {check["name"]: check["text"] for check in found if not check["ok"]}

    return run


def with_score(frozen, **said):
    return replace(frozen, scores=(replace(frozen.scores[0], **said), *frozen.scores[1:]))


def with_answer(frozen, **said):
    return replace(frozen, answers=(replace(frozen.answers[0], **said), *frozen.answers[1:]))


def test_a_sound_revision_is_green(red):
    assert red() == {}


def test_a_figure_rounded_otherwise_is_found(red, frozen):
    found = red(with_score(frozen, exact=Fraction(199, 2), shown=99))

    assert found == {"shown": "1 faults: EE a 2019-12-31: 199/2 → 99"}


def test_a_figure_without_a_score_that_shows_one_is_found(red, frozen):
    assert set(red(with_score(frozen, exact=None))) == {"shown"}


def test_a_figure_outside_the_scale_is_found(red, frozen):
    assert set(red(with_score(frozen, exact=Fraction(101), shown=101))) == {"scale"}


def test_a_question_that_nobody_settled_is_found(red, frozen):
    found = red(replace(frozen, answers=frozen.answers[1:]))

    assert found == {"coverage": "1 faults: EE a1"}


def test_a_chosen_option_without_a_source_is_found(red, frozen):
    assert red(with_answer(frozen, sources=())) == {"sources": "1 faults: EE a1"}


def test_a_ruling_stands_on_its_public_rationale(red, frozen):
    ruled = {"sources": (), "basis": Basis.RULED}

    assert red(with_answer(frozen, rationale="The law says so.", **ruled)) == {}
    assert set(red(with_answer(frozen, rationale=" ", **ruled))) == {"rationales", "sources"}


def test_a_dispute_without_a_ruling_is_found(red):
    item = CaseItem.objects.get(case__country__code="PT", indicator__code="b2")
    Dispute.objects.create(item=item, version=1, cause=DisputeCause.SPLIT)

    assert red() == {"rationales": "1 faults: PT b2"}


@pytest.mark.parametrize("name", ["index.html", "options.csv"])
def test_a_changed_file_is_found_and_named(red, folder, name):
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")

    assert red() == {"files": f"1 faults: {name}"}


def test_a_missing_and_a_foreign_file_are_found(red, folder):
    (folder / "index.html").unlink()
    (folder / "guest.html").write_text("<p>Hello.</p>")

    assert red() == {"files": "2 faults: guest.html; index.html"}


def test_results_that_do_not_follow_from_the_answers_are_found(red, folder):
    results = folder / "results.csv"
    results.write_text(results.read_text().replace("EE,overall,index,2019-12-31,75,75,75", "x"))

    assert red()["recomputed"] == "1 faults: results.csv"


def test_files_that_the_engine_cannot_read_are_found(red, folder):
    (folder / "answers.csv").write_text("nothing of use\n")

    assert "are missing" in red()["recomputed"]


def test_an_older_edition_that_was_tampered_with_stops_the_new_one(
    red, candidate, editions_root
):
    older = candidate
    Revision.objects.filter(pk=older.pk).update(state=RevisionState.PUBLISHED)
    newer = RevisionFactory(edition=older.edition, run=older.run, number=2)
    assert building.build(newer.pk)
    assert [c for c in Revision.objects.get(pk=newer.pk).checks if not c["ok"]] == []

    (editions_root / older.folder / "answers.csv").write_text("tampered\n")
    Revision.objects.filter(pk=newer.pk).update(state=RevisionState.QUEUED)
    assert building.build(newer.pk)

    newer.refresh_from_db()
    [found] = [check for check in newer.checks if not check["ok"]]
    assert found["name"] == "older_editions"
    assert older.name in found["text"]


def test_an_older_edition_whose_folder_is_gone_is_found(red):
    older = RevisionFactory(state=RevisionState.PUBLISHED, hash=HASH, folder="gone")

    assert red() == {"older_editions": f"1 faults: {older.name}"}


def test_many_faults_are_counted_and_the_first_five_named(red, frozen):
    found = red(replace(frozen, answers=()))["coverage"]

    assert found == "8 faults: EE a1; EE a2; EE b1; EE b2; PT a1"


def test_a_red_check_stops_the_chain_at_candidate(revision):
    round_ = revision.edition.round
    for _ in range(2):
        revision.edition.mandates.create(signer=publisher_of(round_))
    ruled = SettledAnswer.objects.first().item
    Dispute.objects.create(item=ruled, version=1, cause=DisputeCause.SPLIT)

    assert take_queued_revisions() == 1
    assert take_queued_revisions() == 0

    revision.refresh_from_db()
    assert revision.state == RevisionState.CANDIDATE
    assert not revision.signatures.exists()


def test_the_heart_beats_while_the_engine_runs(frozen, folder, revision, settings):
    """A long recomputation must not look like a dead worker."""
    settings.HEARTBEAT_SECONDS = 0
    beat = Pulse(revision.pk, Revision.objects.claim(revision.pk), Revision.objects.all())
    Revision.objects.filter(pk=revision.pk).update(receipt=None, state=RevisionState.QUEUED)

    with pytest.raises(Lost):
        checks.run_checks(revision=revision, frozen=frozen, folder=folder, beat=beat)
