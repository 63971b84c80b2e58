"""A real worker is killed while it opens a round: another one ends it, and nothing is twice."""

import pytest

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.mail.models import Letter, Notice
from questionnaire.enums import RoundState, SetUpState
from questionnaire.models import Assessment, Assignment, EarlierAnswer, Round, SetUp, Source
from questionnaire.services import setting_up
from questionnaire.tasks import take_queued_set_ups
from tests.editions.test_chain import doomed_worker
from tests.factories.questionnaire import coordinator_of

from .before_opening import locked_round

COUNTRIES = 2 * setting_up.AT_ONCE
LAW = {"kind": "law", "title": "Aliens Act", "url": "https://law.example.org/act"}
STEP = "questionnaire.services.setting_up.set_up_countries:after"


def counted() -> tuple[int, ...]:
    """Count what an opening makes, and what it must not make."""
    rows = (Assessment, EarlierAnswer, Source, Assignment, Letter, Notice)
    return tuple(model.objects.count() for model in rows)


@pytest.mark.service
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_opens_a_round_is_followed_by_one_that_ends_it_once(tmp_path):
    """Killed with some countries done, and others done in a transaction that never ended."""
    round_ = locked_round(COUNTRIES, sources=[LAW])
    setting_up.ask_to_open(round_=round_, by=coordinator_of(round_))
    work = SetUp.objects.get()
    assert setting_up.step(work.pk, SetUp.objects.claim(work.pk)) is False
    first = counted()
    assert first[:3] == (setting_up.AT_ONCE,) * 3

    with doomed_worker(tmp_path, pause_at=STEP, tasks=[take_queued_set_ups]):
        assert counted() == first
    assert (counted(), Round.objects.get(pk=round_.pk).state) == (first, RoundState.LOCKED)
    SetUp.objects.release_stale(seconds=0)
    assert setting_up.run(work.pk)

    assert counted() == ((COUNTRIES,) * 3) + first[3:]
    work.refresh_from_db()
    assert (work.state, work.done, work.of) == (SetUpState.DONE, COUNTRIES, COUNTRIES)
    assert Round.objects.get(pk=round_.pk).state == RoundState.OPEN
    acts = AuditEntry.objects.filter(stream=round_.stream).values_list("act", flat=True)
    assert sorted(acts) == ["round.ask_to_open", *["round.carry_over"] * 2, "round.open"]
    assert entries.walk(round_.stream).broken_at is None
