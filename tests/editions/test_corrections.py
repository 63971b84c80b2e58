"""Requests to correct an edition: from the note of a stranger to a new revision."""

import csv
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from editions.enums import CorrectionState, EditionKind, RevisionKind, RevisionState
from editions.models import CorrectionRequest, Revision
from editions.services import building, corrections
from editions.services.corrections import Cell
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from mipex_site.mail.models import Letter
from questionnaire.enums import Role
from tests.editions.correcting import filed, sign_and_publish
from tests.factories.accounts import UserFactory
from tests.factories.editions import publisher_of
from tests.factories.questionnaire import coordinator_of, in_round

pytestmark = pytest.mark.django_db

LAW = {"kind": "law", "title": "Invented Act of Correction", "article": "3"}
RIGHT = Cell(status="ok", option=1, rationale="The Act was read wrongly.", sources=[LAW])


@pytest.fixture
def published(candidate) -> Revision:
    return sign_and_publish(candidate)


@pytest.fixture
def request_(published) -> CorrectionRequest:
    return filed(published)


@pytest.fixture
def looked_into(request_) -> CorrectionRequest:
    by = coordinator_of(request_.edition.round)
    return corrections.look_into(request=request_, findings="It does.", cell=RIGHT, by=by)


def vote(request, *, accepts=True, by=None, public_words="The Act says more."):
    return corrections.decide(
        request=request,
        accepts=accepts,
        words="I read it.",
        public_words=public_words,
        by=by or publisher_of(request.edition.round),
    )


@pytest.fixture
def accepted(looked_into) -> CorrectionRequest:
    vote(looked_into)
    return vote(looked_into)


def issued(request) -> Revision:
    by = coordinator_of(request.edition.round)
    return corrections.issue(
        edition=request.edition, requests=[request], erratum="One answer was wrong.", by=by
    )


def table(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_stranger_s_note_is_kept_and_answered_and_names_nobody_in_the_audit(request_):
    entry = AuditEntry.objects.get(act="correction.file")

    assert request_.state == CorrectionState.FILED
    assert entry.actor is None
    assert "Nadia" not in f"{entry.new}{entry.subject}"
    assert Letter.objects.get().address == "nadia@example.org"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 1_000_000}, "text"),
        ({"email": "nobody"}, "email"),
        ({"evidence": "no link"}, "evidence"),
        ({"name": ""}, "name"),
    ],
)
def test_a_note_with_a_fault_names_its_field_and_keeps_nothing(published, said, field):
    with pytest.raises(ValidationError, match=field) as refused:
        filed(published, **said)

    assert field in refused.value.message_dict
    assert not CorrectionRequest.objects.exists()
    assert not Letter.objects.exists()


def test_an_answer_that_is_not_in_the_edition_is_refused(published):
    with pytest.raises(Refusal, match="no such answer"):
        filed(published, country="XX")


def test_only_the_revision_in_force_is_noted_on(candidate):
    with pytest.raises(WrongState, match="not in force"):
        filed(candidate)


def test_an_archive_is_corrected_by_its_publisher(published):
    published.edition.kind = EditionKind.ARCHIVE

    with pytest.raises(Refusal, match="archive"):
        filed(published)


def test_who_has_no_part_in_running_the_round_looks_into_nothing(request_):
    for stranger in (UserFactory(), UserFactory(is_superuser=True)):
        with pytest.raises(NotAllowed):
            corrections.look_into(request=request_, findings="It.", cell=RIGHT, by=stranger)


def test_what_the_edition_says_already_is_no_correction(request_):
    row = request_.revision.answers.get(country="PT", indicator="a1")
    same = Cell("ok", row.rationale, row.option, row.points, row.sources)

    with pytest.raises(Refusal, match="says already"):
        corrections.look_into(
            request=request_,
            findings="It.",
            cell=same,
            by=coordinator_of(request_.edition.round),
        )


def test_who_looked_into_it_does_not_decide_and_nobody_decides_twice(looked_into):
    with pytest.raises(NotAllowed, match="two others"):
        vote(looked_into, by=looked_into.triaged_by)

    by = publisher_of(looked_into.edition.round)
    vote(looked_into, by=by)
    with pytest.raises(NotAllowed, match="already"):
        vote(looked_into, by=by)


def test_who_had_a_side_in_the_round_does_not_decide(looked_into):
    round_ = looked_into.edition.round
    reviewer = publisher_of(round_, in_round(Role.REVIEWER, round_))

    with pytest.raises(NotAllowed):
        vote(looked_into, by=reviewer)


def test_two_of_one_mind_decide(looked_into):
    assert vote(looked_into, accepts=False).state == CorrectionState.IN_TRIAGE
    assert vote(looked_into).state == CorrectionState.IN_TRIAGE
    assert vote(looked_into, accepts=False).state == CorrectionState.REFUSED

    with pytest.raises(WrongState):
        vote(looked_into)


def test_the_last_decision_needs_public_words_and_without_them_nothing_is_decided(looked_into):
    vote(looked_into)

    with pytest.raises(ValidationError, match="public_words"):
        vote(looked_into, public_words="")

    looked_into.refresh_from_db()
    assert looked_into.state == CorrectionState.IN_TRIAGE
    assert looked_into.votes.count() == 1


def test_nothing_is_accepted_without_the_answer_as_it_ought_to_be(request_):
    by = coordinator_of(request_.edition.round)
    corrections.look_into(request=request_, findings="Nothing wrong.", cell=None, by=by)

    with pytest.raises(Refusal, match="ought to be"):
        vote(request_)


@pytest.mark.parametrize(
    ("cell", "field"),
    [
        (Cell(status="ok", option=9, rationale="Why."), "option"),
        (Cell(status="ok", rationale="Why."), "points"),
        (Cell(status="ok", points=Fraction(101), rationale="Why."), "points"),
        (Cell(status="unknown", option=1, rationale="Why."), "option"),
        (Cell(status="ok", option=1, rationale=""), "rationale"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused_by_its_field(request_, cell, field):
    by = coordinator_of(request_.edition.round)

    with pytest.raises(ValidationError, match=field):
        corrections.look_into(request=request_, findings="It.", cell=cell, by=by)

    request_.refresh_from_db()
    assert request_.state == CorrectionState.FILED


def test_what_is_being_decided_is_not_looked_into_again(looked_into):
    vote(looked_into)

    with pytest.raises(WrongState):
        corrections.look_into(
            request=looked_into,
            findings="Again.",
            cell=RIGHT,
            by=coordinator_of(looked_into.edition.round),
        )


def test_a_request_that_is_not_accepted_is_not_issued(looked_into):
    with pytest.raises(Refusal, match="accepted"):
        issued(looked_into)


def test_a_second_revision_waits_until_the_first_is_out(accepted):
    issued(accepted)

    with pytest.raises(WrongState, match="on its way"):
        issued(accepted)


def test_a_correction_changes_the_named_answer_and_nothing_else(accepted, editions_root):
    before = accepted.revision
    revision = issued(accepted)
    assert building.build(revision.pk)
    revision.refresh_from_db()
    assert [check for check in revision.checks if not check["ok"]] == []

    published = sign_and_publish(revision)

    columns = ("country", "indicator", "status", "option", "points", "rationale")
    old, new = (set(one.answers.values_list(*columns)) for one in (before, published))
    assert {row[:2] for row in old ^ new} == {("PT", "a1")}
    folder = editions_root / published.folder
    (line,) = table(folder, "changes.csv")
    assert (line["country"], line["indicator"]) == ("PT", "a1")
    assert (line["old_option"], line["option"]) != (line["option"], line["old_option"])
    assert line["words"] == "The Act says more."
    moved = {
        row["node"] for row in table(folder, "score_changes.csv") if row["country"] == "PT"
    }
    assert {"a", "overall"} <= moved
    before.refresh_from_db()
    assert (before.state, published.number) == (RevisionState.SUPERSEDED, before.number + 1)
    accepted.refresh_from_db()
    assert accepted.state == CorrectionState.ISSUED
    assert Letter.objects.filter(key__endswith="/issued").exists()


def test_a_correction_that_was_overtaken_is_red_until_it_is_built_again(accepted):
    revision = issued(accepted)
    Revision.objects.filter(pk=accepted.revision_id).update(state=RevisionState.SUPERSEDED)

    assert building.build(revision.pk)

    revision.refresh_from_db()
    assert [check["name"] for check in revision.checks if not check["ok"]] == ["follows"]


def test_the_kind_of_a_correction_is_told(accepted):
    assert issued(accepted).kind == RevisionKind.CORRECTION


def test_building_the_revision_nudges_a_worker_once_it_is_there(
    accepted, monkeypatch, django_capture_on_commit_callbacks
):
    seen = []
    monkeypatch.setattr(
        "editions.receivers.nudge",
        lambda: seen.append(Revision.objects.filter(state=RevisionState.QUEUED).count()),
    )

    with django_capture_on_commit_callbacks(execute=True):
        issued(accepted)

    assert seen == [1]
