"""The same row offered to a question's page and in a workbook: an import does no more.

What the workbook records, the page would have recorded, word for word; what it refuses leaves
nothing. The other way round it may be stricter: it asks about what a page lets pass.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import Refusal
from questionnaire.enums import AnswerKind, AssessmentState, ChangeReason
from questionnaire.models import Answer, Citation, SetAside, Source
from questionnaire.services.workbooks.applying import apply_upload
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import ChangeRequestFactory, SourceFactory, on_sheet
from tests.questionnaire import sheeting
from tests.questionnaire.viewing import at

from .storm import undone

WORDS = ("1. For 100 points.", "2. For 50 points.", "3. For 0 points.")
CHOICES = {str(place): word for place, word in enumerate(WORDS, 1)} | {
    kind.value: str(kind.label) for kind in AnswerKind if kind != AnswerKind.CHOSEN
}
REASONS = {reason.value: str(reason.label) for reason in ChangeReason}
CHARACTERS = st.characters(codec="utf-8", exclude_characters="\x00")
TEXTS = st.one_of(
    st.just("Section 4."),
    st.text(CHARACTERS, max_size=30),
    st.sampled_from(["", "a\nb", "+1", "@x", "-2", "  around  ", "12", "x" * 20_001]),
)
ROWS = st.fixed_dictionaries(
    {
        "option": st.sampled_from([*CHOICES, *"123", "", "9"]),
        "points": st.sampled_from(["", "", "75", "67,5", "200/3", "101", "1/0", "many", "-1"]),
        "rationale": TEXTS,
        "note": TEXTS,
        "change_reason": st.sampled_from(["", "", *REASONS]),
        "sources": st.lists(st.sampled_from(["law", "late", "law"]), unique=True, max_size=2),
    }
)
STATES = st.sampled_from(
    ["blank", "blank", "answered", "asked", "not asked", "submitted", "late", "review closed"]
)
PEOPLE = st.sampled_from(["expert", "expert", "expert", "delegate", "reviewer", "stranger"])


@pytest.fixture
def desk(db):
    """Give a country to answer, one law that carries an answer and one that came too late."""
    place = sheeting.country_to_answer()
    late = place.sheet.round.cut_off + timedelta(days=1)
    place.pool = {"law": place.law}
    place.pool["late"] = SourceFactory(sheet=place.sheet, in_force_from=late)
    place.people = {
        "expert": place.expert,
        "delegate": on_sheet("delegate", place.sheet),
        "reviewer": on_sheet("reviewer", place.sheet),
        "stranger": UserFactory(),
    }
    return place


def bring(place, state):
    """Bring the sheet into a state, with an answer where there must be one."""
    if state != "blank":
        sheeting.record(place, rationale="Section 4.")
    sheet, round_ = place.sheet, place.sheet.round
    if state in {"asked", "not asked"}:
        sheet.state, sheet.submitted_at = AssessmentState.RETURNED, timezone.now()
        asked = place.one if state == "asked" else place.two
        ChangeRequestFactory(assessment=sheet, indicator=asked)
    elif state == "submitted":
        sheet.state, sheet.submitted_at = AssessmentState.SUBMITTED, timezone.now()
    elif state == "late":
        round_.due_at = round_.grace_until = timezone.now() - timedelta(hours=1)
        round_.hard_close_at = round_.due_at
        round_.save()
    elif state == "review closed":
        round_.state, round_.closed_at = "review_closed", timezone.now()
        round_.save()
    sheet.save()


def recorded():
    """Return what is recorded, in values."""
    rows = Answer.objects.order_by("indicator").values_list(
        "indicator", "version", "kind", "option", "points", "rationale", "note", "change_reason"
    )
    cited = Citation.objects.order_by("source", "version").values_list("source", "version")
    return list(rows), list(cited)


def traces():
    """Return how much there is of everything that a refused act must leave alone."""
    models = (Answer, Answer.history, AuditEntry, Source, SetAside, Citation)
    return recorded(), [getattr(one, "objects", one).count() for one in models]


def by_the_page(place, row, by):
    """Send the row as a browser does; return what is recorded then."""
    client = Client()
    client.force_login(by)
    there = Answer.objects.filter(indicator=place.one).first()
    fields = row | {
        "act": "stay",
        "version": there.version if there else 0,
        "sources": [str(place.pool[name].key) for name in row["sources"]],
    }
    with undone():
        client.post(at(place.sheet, f"{place.one.code}/"), fields)
        return recorded()


def by_the_workbook(place, row, by):
    """Fill the row in and upload it; return what is recorded then, and whether it was taken."""
    content = sheeting.written(place)
    numbers = {"law": "S1", "late": "S2"}
    cells = {
        sheeting.CHOICE: CHOICES.get(row["option"], row["option"]),
        sheeting.POINTS: row["points"],
        sheeting.RATIONALE: as_cell(row["rationale"]),
        sheeting.NOTE: as_cell(row["note"]),
        sheeting.REASON: REASONS.get(row["change_reason"], ""),
        sheeting.CITED: "; ".join(numbers[name] for name in row["sources"]),
    }
    content = sheeting.answered(content, place, place.one, **cells)
    with undone():
        before = traces()
        if sheeting.book(place, by) is None:
            return before[0], False
        try:
            upload = sheeting.uploaded(place, content, by=by)
            apply_upload(upload=upload, choices={}, by=by)
        except Refusal:
            assert traces() == before
            return before[0], False
        return recorded(), True


def as_cell(text):
    """Return a text as an office program keeps it: no formula, and only what XML holds."""
    kept = "".join(one for one in text if one in "\n\t" or (one >= " " and one < "\ufffe"))
    return kept.lstrip("=")


@settings(
    max_examples=18,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(row=ROWS, state=STATES, who=PEOPLE)
def test_an_import_records_nothing_that_the_page_would_not(desk, row, state, who):
    row |= {name: as_cell(row[name]).strip() for name in ("rationale", "note")}
    with undone():
        bring(desk, state)
        before, by = recorded(), desk.people[who]
        imported, _was_taken = by_the_workbook(desk, row, by)
        if imported != before:
            assert imported == by_the_page(desk, row, by)
    for thing in (desk.sheet, desk.sheet.round):
        thing.refresh_from_db()


def test_the_rows_above_are_both_taken_and_refused(desk):
    """Otherwise the property would be true of nothing."""
    good = {
        "option": "2", "points": "", "rationale": "Section 4.", "note": "", "change_reason": "",
        "sources": ["law"],
    }  # fmt: skip
    for row, is_taken in (
        (good, True),
        (good | {"option": "exceptional", "points": "200/3"}, True),
        (good | {"sources": ["late"]}, False),
        (good | {"points": "101", "option": "exceptional"}, False),
    ):
        imported, was_taken = by_the_workbook(desk, row, desk.expert)
        assert was_taken is is_taken
        assert imported == by_the_page(desk, row, desk.expert)
        assert bool(imported[0]) is is_taken
