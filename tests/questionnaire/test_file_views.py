"""Who reads the files of sources, under which name, and how they are added and removed."""

import pytest
from django.utils import timezone

from questionnaire.enums import Role
from questionnaire.models import SourceFile
from questionnaire.selectors.reviewer import blind_reading
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssessmentFactory,
    expert_of,
    in_round,
    on_sheet,
)
from tests.factories.review import without_tie

from . import papers
from .papers import attach, fetched, hand_in, stored
from .viewing import at, signed_in, text_of

# --- Who reads it -------------------------------------------------------------------------


OWN = 'attachment; filename="law of Person X.pdf"'
NEUTRAL = 'attachment; filename="source-1.pdf"'
READERS = {
    "its expert": (lambda desk: desk.expert, OWN, OWN),
    "a delegate": (lambda desk: on_sheet(Role.DELEGATE, desk.sheet), OWN, OWN),
    "the coordinator": (
        lambda desk: in_round(Role.COORDINATOR, desk.sheet.round),
        NEUTRAL,
        NEUTRAL,
    ),
    "an observer": (lambda desk: in_round(Role.OBSERVER, desk.sheet.round), NEUTRAL, NEUTRAL),
    "its reviewer": (lambda desk: on_sheet(Role.REVIEWER, desk.sheet), None, NEUTRAL),
    "its adjudicator": (lambda desk: on_sheet(Role.ADJUDICATOR, desk.sheet), None, NEUTRAL),
    "a reviewer of the round": (
        lambda desk: in_round(Role.REVIEWER, desk.sheet.round),
        None,
        NEUTRAL,
    ),
    "a reviewer of another strand": (
        lambda desk: on_sheet(
            Role.REVIEWER,
            AssessmentFactory(round=desk.sheet.round, country=desk.sheet.country),
        ),
        None,
        None,
    ),
    "a reviewer of another country": (
        lambda desk: on_sheet(Role.REVIEWER, AssessmentFactory(round=desk.sheet.round)),
        None,
        None,
    ),
    "an expert of another country": (
        lambda desk: expert_of(AssessmentFactory(round=desk.sheet.round)),
        None,
        None,
    ),
    "an expert of the second coding": (
        lambda desk: expert_of(
            AssessmentFactory(
                round=desk.sheet.round,
                country=desk.sheet.country,
                strand=desk.sheet.strand,
                coding=2,
            )
        ),
        None,
        None,
    ),
    "a stranger": (lambda _desk: UserFactory(is_superuser=True), None, None),
}


@pytest.mark.parametrize("who", READERS)
def test_a_file_is_read_by_who_may_under_the_name_they_may_know(desk, who):
    make, before, after = READERS[who]
    file = attach(desk, name="law of Person X.pdf")
    client = signed_in(without_tie(make(desk), desk.sheet))

    open_ = fetched(client, file)
    assert open_.get("Content-Disposition") == before
    assert open_.status_code == (200 if before else 404)
    hand_in(desk)
    handed_in = fetched(client, file)
    assert handed_in.get("Content-Disposition") == after
    assert handed_in.status_code == (200 if after else 404)


def test_who_is_not_signed_in_is_sent_to_the_door(desk, client):
    assert client.get(f"/files/{attach(desk).key}/").url.startswith("/sign-in/")


def test_a_file_is_stored_by_the_browser_and_never_shown_or_kept(desk):
    file = attach(desk)
    response = fetched(signed_in(desk.expert), file)
    assert response.read == stored(file)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Type"] == "application/pdf"


def test_an_ended_right_reads_nothing_more(desk):
    file = attach(desk)
    hand_in(desk)
    reviewer = without_tie(on_sheet(Role.REVIEWER, desk.sheet), desk.sheet)
    reviewer_client = signed_in(reviewer)
    assert fetched(reviewer_client, file).status_code == 200
    held = desk.sheet.round.assignments.get(person=reviewer)
    held.ended_at = timezone.now()
    held.save()
    assert fetched(reviewer_client, file).status_code == 404


def test_the_review_reads_of_a_file_its_kind_its_size_and_a_neutral_name(desk):
    file = attach(desk, name="law of Person X.pdf")
    answer = desk.record()
    (source,) = blind_reading(answer.pk, 1).sources
    (shown,) = source.files
    assert (shown.key, shown.name, shown.size) == (file.key, "source-1.pdf", file.size)
    assert "Person X" not in repr(source)


# --- Pages --------------------------------------------------------------------------------


@pytest.fixture
def page(desk):
    desk.page = at(desk.sheet, f"sources/{desk.law.key}/")
    desk.client = signed_in(desk.expert)
    return desk


def test_a_file_is_added_and_removed_on_the_source_s_page(page):
    sent = {"file": papers.upload(papers.pdf(), "act.pdf")}
    added = page.client.post(f"{page.page}files/", sent, follow=True)
    assert "The file is added" in text_of(added)
    assert "act.pdf" in text_of(added)

    file = SourceFile.objects.get()
    removed = page.client.post(f"{page.page}files/{file.key}/remove/", follow=True)
    assert "The file is removed." in text_of(removed)
    assert "No file yet." in text_of(removed)


def test_a_refused_file_is_said_on_the_page(page):
    response = page.client.post(f"{page.page}files/", {"file": papers.upload(b"Hm.")})
    assert response.status_code == 422
    assert "Only PDF, Word (.docx), JPEG and PNG files are taken" in text_of(response)
    assert page.client.post(f"{page.page}files/", {}).status_code == 422


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER])
def test_who_runs_the_round_reads_a_neutral_name_and_adds_nothing(page, role):
    attach(page, name="law of Person X.pdf")
    client = signed_in(in_round(role, page.sheet.round))
    shown = text_of(client.get(page.page)) + text_of(client.get(at(page.sheet, "sources/")))
    assert "source-1.pdf" in shown
    assert "Person X" not in shown
    sent = {"file": papers.upload(papers.word())}
    assert client.post(f"{page.page}files/", sent).status_code == 403
