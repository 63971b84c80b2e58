"""Whatever is recorded in whatever order: versions count 1 to n, and the history has n rows."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mipex_site.audit.services import entries
from questionnaire.models import Answer
from questionnaire.selectors.reviewer import blind_reading
from questionnaire.services.answers import record_answer
from tests.factories.questionnaire import SourceFactory

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["best", "half", "worst"]), st.sampled_from(["", "Why.", "Why?"])
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_versions_count_from_one_and_each_has_its_row_of_history(desk, steps):
    # The database is the same for all examples of one run, so the question is not.
    indicator = type(desk.indicator).objects.get(pk=desk.indicator.pk)
    indicator.pk, indicator.code = None, f"x{Answer.objects.count()}"
    indicator.save()
    options = {
        name: indicator.options.create(order=at, points=50 * at, label=name)
        for at, name in enumerate(("worst", "half", "best"))
    }
    law = SourceFactory(sheet=desk.sheet)

    told = []
    for name, rationale in steps:
        answer = record_answer(
            sheet=desk.sheet,
            indicator=indicator,
            by=desk.expert,
            option=options[name],
            rationale=rationale,
            sources=[law],
        )
        if not told or told[-1] != (name, rationale):
            told.append((name, rationale))

    numbers = list(answer.history.order_by("history_id").values_list("version", flat=True))
    assert numbers == list(range(1, len(told) + 1))
    assert answer.version == len(told)
    readings = [blind_reading(answer.pk, number) for number in numbers]
    assert [(r.option.label, r.rationale) for r in readings] == told
    assert all(len(reading.sources) == 1 for reading in readings)
    assert entries.walk(desk.sheet.round.stream).broken_at is None
