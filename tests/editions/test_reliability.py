"""What an edition tells of its first codings: figures over three countries, and nobody."""

import csv
from fractions import Fraction

import pytest

from editions.services import reliability
from editions.services.reliability import TOO_FEW
from questionnaire.enums import Role
from review.models import BlindCoding, CaseItem
from scoring.engine.reliability.report import Scope
from scoring.engine.reliability.tables import alpha_table
from scoring.selectors import methodology_document
from tests.codings import code_once, code_twice
from tests.factories.accounts import UserFactory
from tests.factories.scoring import EE_AND_PT, MethodFactory, closed_round

pytestmark = pytest.mark.django_db

FOUR = (*EE_AND_PT, ("ES", "ESP", "Spain"), ("FI", "FIN", "Finland"))


@pytest.fixture
def round_(db):
    return closed_round(countries=FOUR)


def report_on(round_):
    document = methodology_document(round_.framework, MethodFactory())
    return reliability.report_on(round_, document, edition="2027")


def row(report, scope, code="", metric="ordinal"):
    [found] = [r for r in report.alphas if (r.scope, r.code, r.metric) == (scope, code, metric)]
    return found


def change(report, scope, code=""):
    return [
        (r.n_changed, r.n_codings) for r in report.changes if (r.scope, r.code) == (scope, code)
    ]


def test_codings_that_agree_have_alpha_one_where_they_vary(round_):
    code_once(round_)
    code_twice(round_)
    report = report_on(round_)

    assert row(report, Scope.INDICATOR, "a1").alpha == 1
    assert row(report, Scope.ALL).n_units == 16
    assert row(report, Scope.ALL).agreement == 1


def test_no_variation_is_neither_one_nor_nought(round_):
    same = {(code, "a1"): 100 for code, _alpha3, _name in FOUR}
    code_once(round_, said=same)
    code_twice(round_, said=same)
    found = row(report_on(round_), Scope.INDICATOR, "a1")

    assert (found.alpha, found.reason, found.agreement) == (None, "no_variation", 1)


def test_what_was_coded_in_two_countries_only_is_not_told(round_):
    code_once(round_)
    code_twice(round_, only=["a1"])
    part = round_.participations.get(country__code="FI")
    part.excluded_because = "It came too late."
    part.save()
    part = round_.participations.get(country__code="ES")
    part.excluded_because = "It came too late."
    part.save()

    report = report_on(round_)

    for scope, code in ((Scope.INDICATOR, "a1"), (Scope.STRAND, "a"), (Scope.ALL, "")):
        found = row(report, scope, code)
        assert (found.alpha, found.lo, found.hi, found.agreement) == (None, None, None, None)
        assert (found.reason, found.reading) == (TOO_FEW, "")
    assert report.changes == ()


def test_what_could_be_worked_out_from_the_others_is_not_told_either(round_):
    """All of strand a but a1 is a2, which was coded twice in one country alone."""
    code_once(round_)
    code_twice(round_, only=["a1", "b1", "b2"])
    item = CaseItem.objects.get(case__country__code="EE", indicator__code="a2")
    BlindCoding.objects.create(
        item=item, coder=UserFactory(), role=Role.REVIEWER, version=1, **said_of(item)
    )
    report = report_on(round_)

    assert row(report, Scope.INDICATOR, "a1").agreement == 1
    kept = [(Scope.INDICATOR, "a2"), (Scope.STRAND, "a"), (Scope.ALL, "")]
    assert [row(report, *place).agreement for place in kept] == [None, None, None]
    assert row(report, Scope.STRAND, "b").agreement == 1


def said_of(item):
    return {"kind": item.answer.kind, "option": item.answer.option, "text": "It says so."}


def test_an_indicator_that_one_person_coded_is_not_coded_twice(round_):
    code_once(round_)
    code_twice(round_, only=["a1"])
    report = report_on(round_)

    assert row(report, Scope.INDICATOR, "a2").reason == "not_coded_twice"
    assert row(report, Scope.STRAND, "a").n_units == 4


def test_nobody_is_told_alone_or_as_one_of_a_pair(round_):
    code_once(round_)
    code_twice(round_)
    report = report_on(round_)

    told = {each.scope for each in (*report.alphas, *report.changes)}
    assert told == {Scope.INDICATOR, Scope.STRAND, Scope.ALL}
    assert report.kappas == ()
    assert {each.other for each in report.alphas} == {""}


def test_the_table_has_every_question_each_policy_area_and_the_whole(round_):
    code_once(round_)
    code_twice(round_)
    rows = csv.DictReader(alpha_table(report_on(round_)).splitlines())

    assert [(row["scope"], row["code"]) for row in rows if row["metric"] == "ordinal"] == [
        *(("indicator", code) for code in ("a1", "a2", "b1", "b2")),
        ("strand", "a"),
        ("strand", "b"),
        ("all", ""),
    ]


def test_the_share_that_the_review_changed_counts_the_sheets_own_first_answers(round_):
    code_once(round_, said={("EE", "a1"): 50, ("ES", "b1"): 0})
    code_twice(round_, said={("EE", "a2"): 0})
    report = report_on(round_)

    assert change(report, Scope.STRAND, "a") == [(1, 8)]
    assert change(report, Scope.ALL) == [(2, 16)]


def test_a_coding_without_points_is_counted_as_left_out(round_):
    code_once(round_)
    code_twice(round_, said={("EE", "a1"): None})
    report = report_on(round_)

    assert report.left_out == 1
    assert row(report, Scope.INDICATOR, "a1").n_units == 3


def test_the_rate_of_errors_is_half_the_share_of_pairs_that_disagree(round_):
    code_once(round_)
    code_twice(round_, said={("EE", "a1"): 0})

    assert reliability.error_rate(report_on(round_)) is None, "16 pairs are too few"


def test_a_rate_is_read_of_enough_pairs(round_, monkeypatch):
    monkeypatch.setattr(reliability, "PAIRS", 16)
    code_once(round_)
    code_twice(round_, said={("EE", "a1"): 0})

    assert reliability.error_rate(report_on(round_)) == Fraction(1, 32)


def test_the_draws_are_the_edition_s_own(round_):
    code_once(round_)
    code_twice(round_, said={("EE", "a1"): 0, ("ES", "b1"): 50})

    assert report_on(round_) == report_on(round_)
