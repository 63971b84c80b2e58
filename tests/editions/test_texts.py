"""Texts of an edition: written by one, reviewed by another, stale once a figure is another."""

import re

import pytest
from django.core.exceptions import ValidationError

from editions import rules
from editions.enums import TextKind, TextState
from editions.models import EditionText
from editions.services import texts
from editions.services.texts import Place
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, Stale, WrongState
from questionnaire.enums import Role
from tests.factories.accounts import UserFactory
from tests.factories.editions import publisher_of
from tests.factories.questionnaire import in_round

from .writing import (
    FINDING,
    NOTE,
    PRESS,
    SAYS,
    candidate_of,
    earn_more,
    rehearse,
    review,
    standing,
    write,
)

pytestmark = pytest.mark.django_db


# --- Writing -----------------------------------------------------------------------------


def test_a_text_is_written_with_its_figures_by_reference(rehearsed, writer):
    text = write(rehearsed, writer)

    assert (text.version, text.state, text.written_by) == (1, TextState.DRAFT, writer)
    assert standing(text).filled == "Estonia has 75 points, of 2 countries."
    act = AuditEntry.objects.get(act="text.write")
    assert act.subject == f"text/{rehearsed.code}/finding/1"
    assert (act.old, act.new["body"], act.actor) == (None, SAYS, writer.pk)


def test_a_note_is_in_the_audit_of_its_country(rehearsed, writer):
    write(rehearsed, writer, NOTE)

    act = AuditEntry.objects.get(act="text.write")
    assert act.subject == f"text/{rehearsed.code}/EE/country_note"
    assert act.country == "EE"


@pytest.mark.parametrize("place", ["title", "body"])
def test_a_reference_that_cannot_be_is_refused_with_its_place(rehearsed, writer, place):
    wrong = "Line 2, {{score XX overall}}: there is no country “XX”."
    with pytest.raises(ValidationError, match=re.escape(wrong)) as refused:
        write(rehearsed, writer, **{place: "Here:\n{{score XX overall}}"})

    assert refused.value.message_dict == {place: [wrong]}
    assert not EditionText.objects.exists()


def test_before_a_rehearsal_a_text_can_be_written_and_not_reviewed(open_round, writer, reader):
    text = write(open_round, writer)

    with pytest.raises(Refusal, match="no figure yet for score EE overall"):
        review(text, reader)


def test_a_note_is_written_on_a_country_that_takes_part(rehearsed, writer):
    with pytest.raises(ValidationError, match="does not take part"):
        write(rehearsed, writer, Place(TextKind.COUNTRY_NOTE, "SE"))


def test_two_windows_never_lose_a_text(rehearsed, writer, reader):
    write(rehearsed, writer)
    write(rehearsed, reader, body="Another text.", version=1)

    with pytest.raises(Stale, match=reader.name):
        write(rehearsed, writer, body="A third text.", version=1)
    with pytest.raises(Stale):
        write(rehearsed, writer, body="A text for an empty place.")
    with pytest.raises(Stale, match="in another window"):
        write(rehearsed, reader, body="A fourth text.", version=1)

    assert EditionText.objects.get().body == "Another text."


def test_saving_the_same_words_changes_nothing(rehearsed, writer, reader):
    text = review(write(rehearsed, writer), reader)

    write(rehearsed, writer, version=1)

    text.refresh_from_db()
    assert (text.version, text.state) == (1, TextState.REVIEWED)
    assert AuditEntry.objects.filter(act="text.write").count() == 1


def test_a_text_is_taken_away_and_the_record_keeps_it(rehearsed, writer, reader):
    text = write(rehearsed, writer)
    with pytest.raises(Stale):
        texts.remove_text(text=text, version=7, by=reader)

    texts.remove_text(text=text, version=1, by=reader)

    assert not EditionText.objects.exists()
    assert AuditEntry.objects.get(act="text.remove").old["body"] == SAYS
    assert EditionText.history.filter(history_type="-").get().history_user == reader
    with pytest.raises(Stale, match="took this text away"):
        texts.remove_text(text=text, version=1, by=writer)


@pytest.mark.parametrize("role", [None, Role.OBSERVER, Role.EXPERT, Role.REVIEWER])
def test_nobody_else_writes_reviews_or_takes_away(rehearsed, writer, role):
    text = write(rehearsed, writer)
    person = in_round(role, rehearsed) if role else UserFactory(is_superuser=True)

    with pytest.raises(NotAllowed):
        write(rehearsed, person, PRESS)
    with pytest.raises(NotAllowed):
        review(text, person)
    with pytest.raises(NotAllowed):
        texts.remove_text(text=text, version=1, by=person)


# --- Reviewing ---------------------------------------------------------------------------


def test_a_second_person_reviews_a_text_with_its_figures(rehearsed, writer, reader):
    text = review(write(rehearsed, writer), reader)

    assert (text.state, text.reviewed_by) == (TextState.REVIEWED, reader)
    assert not standing(text).is_stale
    act = AuditEntry.objects.get(act="text.review")
    assert act.new["figures"] == {"score EE overall": "75", "count countries": "2"}
    assert act.new["of"] == f"{rehearsed.edition_code}.rehearsal-1"


def test_nobody_reviews_what_they_wrote(rehearsed, writer, reader):
    text = write(rehearsed, writer)
    with pytest.raises(NotAllowed, match="You wrote this text"):
        review(text, writer)

    again = write(rehearsed, reader, body="Corrected by another.", version=1)
    for author in (writer, reader):
        assert not rules.may_review_text(author, again)
    assert rules.may_review_text(publisher_of(rehearsed), again)


def test_who_wrote_before_the_last_review_may_review_what_another_changed_since(
    rehearsed, writer, reader
):
    review(write(rehearsed, writer), publisher_of(rehearsed))
    changed = write(rehearsed, reader, body="Changed since.", version=1)

    assert rules.may_review_text(writer, changed)
    assert not rules.may_review_text(reader, changed)


def test_a_version_is_reviewed_and_no_other(rehearsed, writer, reader):
    text = write(rehearsed, writer)
    write(rehearsed, writer, body="Changed while it was read.", version=1)

    with pytest.raises(Stale):
        texts.review_text(text=text, version=1, by=reader)


def test_changing_a_reviewed_text_makes_it_a_draft(rehearsed, writer, reader):
    review(write(rehearsed, writer), reader)

    text = write(rehearsed, writer, body="Other words.", version=1)

    assert (text.state, text.reviewed_by, text.reviewed_at) == (TextState.DRAFT, None, None)


def test_a_text_is_stale_when_a_figure_changed_and_another_look_mends_it(
    rehearsed, writer, reader
):
    text = review(write(rehearsed, writer), reader)
    with pytest.raises(WrongState, match="still the same"):
        review(text, reader)
    earn_more(rehearsed)
    rehearse(rehearsed)

    found = standing(text)
    assert found.is_stale
    assert (found.then["score EE overall"], found.now["score EE overall"]) == ("75", "100")
    assert found.changed == ("score EE overall",)

    with pytest.raises(NotAllowed):
        review(text, writer)
    assert not standing(review(text, reader)).is_stale


def test_figures_that_did_not_change_leave_a_review_standing(rehearsed, writer, reader):
    text = review(write(rehearsed, writer, body="{{score EE a}}"), reader)
    earn_more(rehearsed)
    rehearse(rehearsed)

    assert not standing(text).is_stale


def test_the_candidates_figures_go_before_those_of_a_rehearsal(rehearsed, writer, reader):
    review(write(rehearsed, writer), reader)
    revision = candidate_of(rehearsed)

    assert texts.figures_now(rehearsed).source == revision.name


def test_listing_texts_costs_the_same_queries_for_one_and_three(
    rehearsed, writer, reader, django_assert_num_queries
):
    now = texts.figures_now(rehearsed)
    for count, place in enumerate((FINDING, NOTE, PRESS), start=1):
        review(write(rehearsed, writer, place), reader)
        with django_assert_num_queries(2):
            assert len(texts.standings(rehearsed, now)) == count
