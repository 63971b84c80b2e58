"""The board of the largest round that is planned for: two hundred countries, ten strands."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.questionnaire import coordinator_of

from .large import large_round

MOST = 12


def queries(client, round_, query: str) -> int:
    client.force_login(coordinator_of(round_))
    url = f"/rounds/{round_.code}/board/{query}"
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
    if "csv" in query:
        assert response.content.count(b"\r\n") == round_.assessments.count() + 1
    else:
        assert response.context["page"].cells == round_.assessments.count()
        assert len(response.context["page"].waits) == round_.participations.count() + 1
    return len(asked)


@pytest.mark.parametrize(
    ("countries", "asked"),
    [(2, ("", "?view=table", "?format=csv")), (200, ("", "?format=csv"))],
)
@pytest.mark.django_db
def test_the_board_asks_twelve_times_at_most_however_many_countries_there_are(
    client, countries, asked
):
    round_ = large_round(countries)

    for query in asked:
        assert queries(client, round_, query) <= MOST
