"""What the parts of a composite give together: shown when all are answered, and nothing else."""

import re
from fractions import Fraction

import pytest
from django.test import Client

from questionnaire.enums import AggregateKind, AggregateRule, AnswerKind, AssessmentState, Role
from questionnaire.models import Aggregate, ScoredPeriod
from scoring.models import Method
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AnswerFactory,
    AssessmentFactory,
    IndicatorFactory,
    coordinator_of,
    expert_of,
    in_round,
    on_sheet,
)
from tests.factories.scoring import MethodFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
POINTS = (100, 50, 0)
ROWS = [[one, other, one if other else one // 2] for one in POINTS for other in POINTS]
"""The second part halves the first where it earns nothing: 50 and 0 give 25."""


@pytest.fixture
def sheet():
    """Give an open sheet whose strand has a composite of two parts, read in a table."""
    MethodFactory()
    made = AssessmentFactory()
    composite(made, rule=AggregateRule.TABLE, table={"of": ["p1", "p2"], "rows": ROWS})
    return made


def composite(sheet, code="c1", parts=("p1", "p2"), **fields):
    common = {"framework": sheet.round.framework, "parent": sheet.strand, "order": 1}
    kind = {"kind": AggregateKind.COMPOSITE, "title": "Demands at entry"}
    found = Aggregate.objects.create(code=code, **common, **kind, **fields)
    for part in parts:
        IndicatorFactory(strand=sheet.strand, parent=found, code=part)
    return found


def answered(sheet, code, points=None, **fields):
    """Record an option of a part by its points, or what the test says instead."""
    indicator = sheet.strand.indicators_below.get(code=code)
    option = indicator.options.get(points=points) if points is not None else None
    return AnswerFactory(assessment=sheet, indicator=indicator, option=option, **fields)


def address(sheet, code="c1") -> str:
    place = (sheet.round.code, sheet.country.code, sheet.strand.code, sheet.coding)
    return f"/sheets/{'/'.join(map(str, place))}/parts/{code}/"


def asked(sheet, person, code="c1", **headers):
    client = Client()
    client.force_login(person)
    return client.get(address(sheet, code), headers=headers)


def seen(sheet, code="c1") -> str:
    response = asked(sheet, expert_of(sheet), code)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def figures(page: str) -> list[str]:
    return re.findall(r"<strong>(\d+ points?)</strong>", page)


def test_before_every_part_is_answered_it_says_which_are_missing_and_shows_no_points(sheet):
    answered(sheet, "p1", 100)

    page = seen(sheet)

    assert "For 100 points." in page
    assert "Not answered yet" in page
    assert "when every part is answered: 1 is missing" in page
    assert figures(page) == []
    assert "<table" not in page


TOGETHER = [(100, 100, "100 points"), (50, 0, "25 points"), (0, 50, "0 points")]


@pytest.mark.parametrize(("first", "second", "words"), TOGETHER)
def test_the_parts_are_read_together_in_the_table(sheet, first, second, words):
    answered(sheet, "p1", first)
    answered(sheet, "p2", second)

    assert figures(seen(sheet)) == [words]


def test_the_whole_table_stands_there_with_the_present_row_marked(sheet):
    answered(sheet, "p1", 50)
    answered(sheet, "p2", 0)

    page = seen(sheet)
    marked = re.findall(r'<tr class="table__row--picked" aria-current="true">(.*?)</tr>', page)

    assert page.count("<tr") == len(ROWS) + 1
    assert len(marked) == 1
    assert re.findall(r"<td>(.*?)</td>", marked[0]) == ["For 50 points.", "For 0 points."]
    assert "<strong>25</strong>" in marked[0]


def test_a_mean_is_exact_and_rounded_half_up_once(sheet):
    composite(sheet, "c2", ("q1", "q2", "q3", "q4"), rule=AggregateRule.MEAN)
    for code, points in {"q1": 50, "q2": 0, "q3": 0, "q4": 0}.items():
        answered(sheet, code, points)

    page = seen(sheet, "c2")

    assert figures(page) == ["13 points"]
    assert "their mean is taken" in page
    assert "<table" not in page


def test_a_weighted_mean_shows_its_weights(sheet):
    composite(sheet, "c2", ("q1", "q2"), rule=AggregateRule.WEIGHTED_MEAN)
    light = sheet.strand.indicators_below.get(code="q2")
    light.weight = "1/3"
    light.save()
    answered(sheet, "q1", 100)
    answered(sheet, "q2", 0)

    page = seen(sheet, "c2")

    assert figures(page) == ["75 points"]
    assert "weight 1/3" in page


@pytest.mark.parametrize("kind", [AnswerKind.UNKNOWN, AnswerKind.NOT_APPLICABLE])
def test_a_part_without_a_value_is_answered_and_the_table_decides(sheet, kind):
    answered(sheet, "p1", 0)
    answered(sheet, "p2", kind=kind, rationale="Nobody knows.")

    assert figures(seen(sheet)) == ["0 points"]


def test_where_no_points_come_out_it_says_why(sheet):
    answered(sheet, "p1", 100)
    answered(sheet, "p2", kind=AnswerKind.UNKNOWN, rationale="Nobody knows.")
    unknown = seen(sheet)
    table = {"of": ["q1", "q2"], "rows": ROWS}
    composite(sheet, "c2", ("q1", "q2"), rule=AggregateRule.TABLE, table=table)
    answered(sheet, "q1", 100)
    between = sheet.strand.indicators_below.get(code="q2")
    AnswerFactory(
        assessment=sheet,
        indicator=between,
        option=None,
        kind=AnswerKind.EXCEPTIONAL,
        points=Fraction(75),
        rationale="Two regions.",
    )

    assert "There are no points: a part cannot be known." in unknown
    assert "the table has no row for exceptional points" in seen(sheet, "c2")


def test_a_strand_that_is_not_scored_on_the_date_says_so(sheet):
    ScoredPeriod.objects.create(aggregate=sheet.strand, first_year=2030)
    answered(sheet, "p1", 100)
    answered(sheet, "p2", 100)

    assert "nothing says yet how they are computed" in seen(sheet)


def test_without_a_method_nothing_is_computed(sheet):
    answered(sheet, "p1", 100)
    answered(sheet, "p2", 100)
    Method.objects.all().delete()

    assert figures(seen(sheet)) == []


def test_an_answer_about_another_day_is_no_answer_here(sheet):
    answered(sheet, "p1", 100)
    answered(sheet, "p2", 100, reference_date="2010-05-31")

    assert figures(seen(sheet)) == []


def test_htmx_gets_the_piece_and_others_the_page_with_a_way_back(sheet):
    person = expert_of(sheet)
    piece = asked(sheet, person, **HTMX).content.decode()
    page = asked(sheet, person).content.decode()

    assert "<html" not in piece
    assert 'id="together"' in piece
    assert "<html" in page
    assert address(sheet).replace("parts/c1/", "p1/") in page


def test_the_question_offers_it_beside_its_parts(sheet):
    client = Client()
    client.force_login(expert_of(sheet))

    page = client.get(address(sheet).replace("parts/c1/", "p1/")).content.decode()

    assert f'hx-get="{address(sheet)}"' in page
    assert "See what these parts give" in page


def test_who_may_see_the_sheet_may_see_it_also_once_it_is_submitted(sheet):
    sheet.state = AssessmentState.SUBMITTED
    sheet.save()
    people = [
        expert_of(sheet),
        on_sheet(Role.DELEGATE, sheet),
        coordinator_of(sheet.round),
        in_round(Role.OBSERVER, sheet.round),
    ]

    assert [asked(sheet, person).status_code for person in people] == [200] * 4


def test_to_everybody_else_it_does_not_exist(sheet):
    other = AssessmentFactory(round=sheet.round)
    people = [UserFactory(), on_sheet(Role.REVIEWER, sheet), expert_of(other)]

    assert [asked(sheet, person).status_code for person in people] == [404] * 3
    assert Client().get(address(sheet)).status_code == 302


@pytest.mark.parametrize("code", ["nothing", "strand", "p1"])
def test_what_is_no_composite_of_the_sheet_is_not_found(sheet, code):
    code = sheet.strand.code if code == "strand" else code

    assert asked(sheet, expert_of(sheet), code).status_code == 404


@pytest.mark.parametrize("parts", [2, 5])
def test_the_queries_do_not_grow_with_the_parts(sheet, django_assert_num_queries, parts):
    codes = [f"q{place}" for place in range(parts)]
    composite(sheet, "c2", codes, rule=AggregateRule.MEAN)
    for code in codes:
        answered(sheet, code, 50)
    client = Client()
    client.force_login(expert_of(sheet))

    with django_assert_num_queries(18):
        client.get(address(sheet, "c2"))
