"""Whatever happens in windows: an answer is approved in the very version that was judged."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from questionnaire.enums import AssessmentState
from review.enums import AGREEING, SETTLED, CaseState, ItemState
from review.models import CaseItem, Opinion, SettledAnswer
from review.tasks import end_what_is_over
from tests import world as worlds

from .windows import change, open_for, pass_time

CODES = ("bb1", "bb2", "bb3")
WINDOWS = st.lists(
    st.tuples(
        st.sets(st.sampled_from(CODES), min_size=1),
        st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from((0, 50, 100))), max_size=4),
        st.booleans(),
        st.sets(st.sampled_from(CODES)),
    ),
    min_size=1,
    max_size=3,
)


def items():
    rows = CaseItem.objects.filter(case__country__code="PT", case__strand__code="b")
    return {item.indicator.code: item for item in rows.select_related("indicator", "answer")}


def play(world, listed, changes, *, early):
    """Open the listed answers, change some of them, and let the window end."""
    open_for(world, *sorted(listed), by="PT_b_1")
    for code, earns in changes:
        if code in listed:
            change(world, code, earns=earns)
    if early:
        worlds.submit(world, world.sheet("PT", "b"))
    else:
        pass_time()
        assert end_what_is_over() == 1


def demand_sound(before):
    """Unlisted and unchanged answers keep what they had; changed ones are settled by nobody."""
    for code, item in items().items():
        assert item.version == item.answer.version
        if item.version == before[code].version:
            assert item.state == before[code].state
        else:
            assert item.state == ItemState.UNDER_REVIEW
        settled = SettledAnswer.objects.filter(item=item).first()
        assert (settled is not None) == (item.state in SETTLED)
        if settled:
            assert settled.version == item.version
            agreed = Opinion.objects.filter(item=item, version=item.version, kind__in=AGREEING)
            assert agreed.count() >= item.case.round.opinions_required


@pytest.fixture
def cleared(reviewed):
    """Give the world with Portugal's strand b cleared, all of it approved."""
    for code in CODES:
        worlds.approve(reviewed, reviewed.item("PT", code))
    return reviewed


@given(windows=WINDOWS)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_answer_is_approved_in_a_version_that_nobody_judged(cleared, windows):
    with transaction.atomic():
        play_all(cleared, windows)
        transaction.set_rollback(True)


def play_all(world, windows):
    for listed, changes, early, judged in windows:
        before = items()
        play(world, listed, changes, early=early)
        demand_sound(before)
        for code in sorted(judged):
            if items()[code].state == ItemState.UNDER_REVIEW:
                worlds.approve(world, world.item("PT", code))
    is_settled = {item.state for item in items().values()} <= set(SETTLED)
    case = world.case("PT", "b")
    assert case.state == (CaseState.CLEARED if is_settled else CaseState.IN_REVIEW)
    assert world.sheet("PT", "b").state == AssessmentState.SUBMITTED
    assert AuditEntry.objects.filter(act="window.end").count() == len(windows)
    assert entries.walk(world.round.stream).broken_at is None
