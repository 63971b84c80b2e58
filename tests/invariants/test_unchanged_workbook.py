"""Whatever was done in a round, a workbook that comes back as it went out changes nothing."""

from io import BytesIO

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed
from questionnaire.enums import AnswerKind, ChangeReason
from questionnaire.models import Answer, Draft, SetAside, Source
from questionnaire.selectors.workbook import book_of
from questionnaire.services.drafts import keep_draft
from questionnaire.services.earlier import confirm_earlier
from questionnaire.services.sources import recheck_source
from questionnaire.services.workbooks.applying import apply_upload, keep_upload
from questionnaire.services.workbooks.writing import write_workbook
from tests import world as worlds
from tests.remembering import built_once
from tests.review.unchanged import said_before

from .storm import stormed, undone

TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40),
    st.sampled_from(
        ["=1+1", "+x", "-1", "@y", "a\r\nb\rc", "_x000D_", "\u200f\u0634", "'q", "12"]
    ),
)


def taken_back(world, country, coding, person):
    """Export and import one book; return whether it could be uploaded at all."""
    where = {"round_code": world.round.code, "country": country, "coding": coding}
    book = book_of(**where, user=person)
    if book is None:
        return False
    content = write_workbook(book, now=timezone.now())
    seen = {"file": BytesIO(content), "name": "sheets.xlsx", "size": len(content)}
    before = traces()
    try:
        upload = keep_upload(book=book, by=person, **seen)
        assert upload.rows["faults"] == []
        apply_upload(upload=upload, choices={}, by=person)
    except NotAllowed:
        assert not book.may_answer
        return False
    finally:
        assert traces() == before
    return True


def traces():
    rows = Answer.objects.order_by("pk").values_list("pk", "version", "updated_at")
    drafts = list(Draft.objects.order_by("pk").values_list("pk", "version", "content"))
    kept = (
        Answer.history,
        Source.objects,
        Source.history,
        AuditEntry.objects,
        SetAside.objects,
    )
    return list(rows), drafts, [rows.count() for rows in kept]


@pytest.mark.parametrize("seed", [1, 2])
def test_after_a_storm_no_book_of_anybody_changes_anything(db, seed):
    """Approved, disputed, ruled, returned and reopened answers, read by who may and who not."""
    world = stormed(seed=seed)
    experts = [world[key] for key in (*worlds.EXPERT_SIDE, "head", "EE_reviewer_1")]
    for person in experts:
        for country in worlds.COUNTRIES:
            for coding in (1, 2):
                taken_back(world, country, coding, person)


@built_once
def carried():
    """Return a world in which an edition said something about every question of Portugal."""
    world = worlds.build()
    said_before(world, "PT", "aa1", "aa2", "bb1", "bb2", "bb3")
    for source in Source.objects.of_sheet(world.sheet("PT", "a")):
        recheck_source(source=source, sheet=world.sheet("PT", "a"), by=world["PT_a_1"])
    return world


@pytest.fixture
def blank(db):
    return carried()


def left_blank(world, sheet, code, text):
    """Nobody says anything."""


def drafted(world, sheet, code, text):
    content = {"rationale": text or "Half", "option": "2"}
    indicator, by = world.indicator(code), world.expert(sheet)
    keep_draft(sheet=sheet, indicator=indicator, content=content, by=by)


def answered(world, sheet, code, text):
    worlds.answer(
        world,
        sheet,
        code,
        earns=0,
        rationale=text,
        note=text,
        change_reason=ChangeReason.CORRECTED,
    )


def without_option(world, sheet, code, text):
    kind = AnswerKind.UNKNOWN
    why = ChangeReason.REINTERPRETED
    worlds.answer(world, sheet, code, kind=kind, rationale=f"None. {text}", change_reason=why)


def exceptional(world, sheet, code, text):
    points, why = {"kind": AnswerKind.EXCEPTIONAL, "points": 67}, ChangeReason.CORRECTED
    worlds.answer(world, sheet, code, **points, rationale=f"Two. {text}", change_reason=why)


def confirmed(world, sheet, code, text):
    confirm_earlier(sheet=sheet, indicator=world.indicator(code), by=world.expert(sheet))


STATES = (left_blank, drafted, answered, without_option, exceptional, confirmed)


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(said=st.tuples(*[st.tuples(st.sampled_from(STATES), TEXTS)] * 5), drafts=st.booleans())
def test_no_mixture_of_states_makes_a_version(blank, said, drafts):
    with undone():
        for code, (state, text) in zip(("aa1", "aa2", "bb1", "bb2", "bb3"), said, strict=True):
            sheet = blank.sheet("PT", code[0])
            state(blank, sheet, code, text)
            if drafts:
                drafted(blank, sheet, code, text)
        assert taken_back(blank, "PT", 1, blank["PT_a_1"])
        assert taken_back(blank, "PT", 1, blank["PT_b_1"])
