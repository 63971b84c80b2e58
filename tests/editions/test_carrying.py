"""The latest published answers stand beside the same questions of a new round."""

import shutil
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from editions.enums import RevisionState
from editions.models import Edition, FrozenAnswer
from editions.services import archive, building, folders
from editions.services.carrying import carry_over
from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import NotAllowed, WrongState
from questionnaire.enums import AnswerKind, EvidenceRule, Relation, RoundState
from questionnaire.models import EarlierAnswer, Source
from questionnaire.services import framework as frameworks
from questionnaire.services import rounds
from questionnaire.services.countries import load_countries
from tests.factories.accounts import UserFactory
from tests.factories.editions import EditionFactory, RevisionFactory
from tests.factories.questionnaire import (
    CountryFactory,
    FrameworkFactory,
    IndicatorFactory,
    RoundFactory,
    StrandFactory,
    coordinator_of,
    head_coordinator,
)

from .conftest import prepared, scored
from .made import DATA, cut_down

pytestmark = pytest.mark.django_db
NOW = date(2023, 12, 31)


def asked(framework, *codes, relation=Relation.NEW, forerunners=()):
    """Give a framework a strand with these questions; each has the options 100, 50 and 0."""
    strand = StrandFactory(framework=framework)
    for code in codes:
        IndicatorFactory(
            strand=strand, code=code, relation=relation, forerunners=list(forerunners)
        )
    return framework


def new_round(framework, **said):
    """Return a locked round for the law of the end of 2023 in which Estonia takes part."""
    usual = {"framework": framework, "cut_off": NOW, "state": RoundState.LOCKED}
    round_ = RoundFactory(**usual | said)
    by = coordinator_of(round_)
    estonia = CountryFactory(code="EE")
    rounds.add_country(round_=round_, country=estonia, is_pending=True, by=by)
    return SimpleNamespace(round=round_, by=by)


def opened(framework, **said):
    place = new_round(framework, **said)
    rounds.open_round(round_=place.round, by=place.by)
    return place


def published(framework, *, state=RevisionState.PUBLISHED, **said):
    """Return a published revision of an edition of a round on this framework."""
    said = {"cut_off": date(2019, 12, 31), "published_at": timezone.now()} | said
    edition = EditionFactory(run__round__framework=framework, code=said.pop("code", "2019"))
    return RevisionFactory(edition=edition, number=1, state=state, **said)


def frozen(revision, indicator="q1", points=50, **said):
    usual = {
        "country": "EE",
        "reference_date": revision.cut_off,
        "status": "ok",
        "option": {100: 1, 50: 2, 0: 3}.get(points),
        "points": None if points is None else Fraction(points),
        "rationale": "As the act says.",
    }
    return FrozenAnswer.objects.create(revision=revision, indicator=indicator, **usual | said)


def came_over():
    """Return what was proposed: the question's code and the points of the option."""
    rows = EarlierAnswer.objects.select_related("indicator", "option").order_by("indicator")
    return [(row.indicator.code, row.option and row.option.points) for row in rows]


# --- the whole way -----------------------------------------------------------------------


def test_what_a_round_published_stands_beside_the_questions_of_the_next(round_):
    edition = prepared(round_)
    scored(round_)
    revision = edition.revisions.get()
    building.build(revision.pk)
    type(revision).objects.filter(pk=revision.pk).update(
        state=RevisionState.PUBLISHED, published_at=timezone.now()
    )

    place = opened(round_.framework)

    assert came_over() == [("a1", 100), ("a2", 100), ("b1", 100), ("b2", 0)]
    row = EarlierAnswer.objects.first()
    assert (row.edition, row.reference_date) == (revision.name, round_.cut_off)
    (law,) = Source.objects.filter(round=place.round)
    assert (law.title, law.carried_from) == ("Invented Act of Estonia", revision.name)
    (act,) = AuditEntry.objects.filter(act="round.carry_over")
    assert act.new == {
        "answers": 4,
        "sources": 1,
        "countries": 1,
        "editions": [revision.name],
    }
    assert all(walk.broken_at is None for walk in entries.walk_all())


def test_an_imported_archive_is_carried_over_by_its_own_questions(tmp_path):
    by = head_coordinator()
    archive.import_release(
        folder=cut_down(tmp_path / "release", ("EE",)), code="core", title="Archive", by=by
    )
    core = frameworks.import_framework(path=DATA / "core.yaml", by=by)
    frameworks.lock_framework(framework=core, by=by)
    load_countries(path=DATA / "countries.csv", groups_path=DATA / "groups.csv", by=by)

    opened(core, evidence_rule=EvidenceRule.DATASET_CELL, is_demonstration=True)

    assert EarlierAnswer.objects.count() == core.indicators.count()
    assert set(EarlierAnswer.objects.values_list("edition", "reference_date")) == {
        ("core.1", date(2019, 12, 31))
    }
    shown = EarlierAnswer.objects.get(indicator__code="aa1")
    assert shown.sources[0]["article"] == "EE!E36"
    assert Source.objects.get(key=shown.sources[0]["key"]).checked_on is None


def test_an_archive_whose_folder_is_gone_keeps_no_round_from_opening(tmp_path, caplog):
    archive.import_release(
        folder=cut_down(tmp_path / "release", ("EE",)),
        code="core",
        title="Archive",
        by=head_coordinator(),
    )
    shutil.rmtree(folders.root())

    place = opened(asked(FrameworkFactory(code="mipex-core"), "aa1"))

    place.round.refresh_from_db()
    assert (place.round.state, came_over()) == (RoundState.OPEN, [])
    assert "core.1" in caplog.text


# --- which answer ------------------------------------------------------------------------


def test_the_latest_answer_with_a_value_is_taken_whichever_edition_has_it():
    framework = asked(FrameworkFactory(), "q1", "q2")
    old = published(framework, code="2014", cut_off=date(2014, 12, 31))
    new = published(framework, code="2019")
    frozen(old, "q1", 100)
    frozen(old, "q2", 100)
    frozen(new, "q1", 0)
    frozen(new, "q2", None, status="not_applicable")

    opened(framework)

    assert came_over() == [("q1", 0), ("q2", 100)]
    rows = EarlierAnswer.objects.order_by("indicator")
    assert [row.edition for row in rows] == ["2019.1", "2014.1"]


def test_of_several_days_in_one_edition_the_latest_before_the_cut_off_is_taken():
    framework = asked(FrameworkFactory(), "q1")
    revision = published(framework)
    for year, points in ((2014, 100), (2018, 0), (2016, 50)):
        frozen(revision, points=points, reference_date=date(year, 12, 31))

    opened(framework)

    assert came_over() == [("q1", 0)]


NOT_READ = {
    "a candidate": {"state": RevisionState.CANDIDATE},
    "superseded": {"state": RevisionState.SUPERSEDED},
    "withdrawn": {"state": RevisionState.WITHDRAWN},
    "of the same day": {"cut_off": NOW},
    "of a later day": {"cut_off": NOW + timedelta(days=365)},
}


@pytest.mark.parametrize("said", NOT_READ.values(), ids=NOT_READ)
def test_only_revisions_in_force_and_of_an_earlier_day_are_read(said):
    framework = asked(FrameworkFactory(), "q1")
    frozen(published(framework, **said))
    opened(framework)
    assert came_over() == []


def test_a_country_with_a_cut_off_of_its_own_is_compared_by_it():
    framework = asked(FrameworkFactory(), "q1")
    frozen(published(framework, cut_off=date(2019, 12, 31)))
    place = new_round(framework)
    place.round.participations.get().delete()
    rounds.add_country(
        round_=place.round,
        country=CountryFactory(code="EE"),
        own_cut_off=date(2019, 6, 30),
        is_pending=True,
        by=place.by,
    )

    rounds.open_round(round_=place.round, by=place.by)

    assert came_over() == []


@pytest.mark.parametrize("plays", [True, False])
def test_what_a_demonstration_made_up_is_carried_into_demonstrations_only(plays):
    framework = asked(FrameworkFactory(), "q1")
    revision = published(framework)
    Edition.objects.filter(pk=revision.edition_id).update(is_demonstration=True)
    frozen(revision)

    opened(framework, is_demonstration=plays)

    assert came_over() == ([("q1", 50)] if plays else [])


# --- which option ------------------------------------------------------------------------


def test_an_option_is_found_by_its_points_whatever_its_place():
    framework = asked(FrameworkFactory(), "q1")
    frozen(published(framework), points=50, option=1)
    opened(framework)
    assert came_over() == [("q1", 50)]


def test_an_option_that_is_no_longer_there_is_not_proposed():
    framework = asked(FrameworkFactory(), "q1")
    frozen(published(framework), points=75, option=2)
    opened(framework)
    assert came_over() == []


def test_exceptional_points_stay_exceptional_with_their_points():
    framework = asked(FrameworkFactory(), "q1")
    frozen(published(framework), points=Fraction(200, 3), option=None)

    opened(framework)

    row = EarlierAnswer.objects.get()
    assert (row.kind, row.option, row.points) == (
        AnswerKind.EXCEPTIONAL,
        None,
        Fraction(200, 3),
    )


# --- which question ----------------------------------------------------------------------


LINES = [
    (Relation.IDENTICAL, (), True),
    (Relation.REWORDED, ("q1",), True),
    (Relation.RECODED, ("q1",), False),
    (Relation.MERGED, ("q1",), False),
    (Relation.SPLIT, ("q1",), False),
    (Relation.NEW, (), False),
]


@pytest.mark.parametrize(("relation", "forerunners", "comes"), LINES)
def test_a_question_of_a_new_version_takes_over_from_the_same_question_only(
    relation, forerunners, comes
):
    before = asked(FrameworkFactory(code="core", version="1"), "q1")
    after = asked(
        FrameworkFactory(code="core", version="2"),
        "q1",
        relation=relation,
        forerunners=forerunners,
    )
    frozen(published(before))

    opened(after)

    assert came_over() == ([("q1", 50)] if comes else [])


def test_a_forerunner_may_have_another_code_and_another_framework():
    before = asked(FrameworkFactory(code="old"), "f7")
    after = asked(
        FrameworkFactory(code="core"), "q1", relation=Relation.REWORDED, forerunners=["f7"]
    )
    frozen(published(before), "f7")
    opened(after)
    assert came_over() == [("q1", 50)]


def test_a_same_code_in_another_framework_is_another_question():
    frozen(published(asked(FrameworkFactory(code="other"), "q1")))
    opened(asked(FrameworkFactory(code="core"), "q1", relation=Relation.IDENTICAL))
    assert came_over() == []


@pytest.mark.parametrize(("between", "comes"), [("identical", True), ("recoded", False)])
def test_the_line_is_followed_from_version_to_version_and_may_not_break(between, comes):
    first = asked(FrameworkFactory(code="core", version="1"), "q1")
    second = asked(FrameworkFactory(code="core", version="2"), "q1", relation=between)
    third = asked(FrameworkFactory(code="core", version="3"), "q1", relation=Relation.IDENTICAL)
    frozen(published(first, code="2014", cut_off=date(2014, 12, 31)))
    published(second, code="2019")

    opened(third)

    assert came_over() == ([("q1", 50)] if comes else [])


# --- again, and later --------------------------------------------------------------------


def test_a_country_that_joins_later_gets_its_answers_too():
    framework = asked(FrameworkFactory(), "q1")
    revision = published(framework)
    frozen(revision)
    frozen(revision, country="PT", points=100)
    place = opened(framework)
    assert EarlierAnswer.objects.count() == 1

    rounds.add_country(round_=place.round, country=CountryFactory(code="PT"), by=place.by)

    assert set(EarlierAnswer.objects.values_list("country__code", "option__points")) == {
        ("EE", 50),
        ("PT", 100),
    }


def test_a_second_time_nothing_is_new_and_nothing_is_written():
    framework = asked(FrameworkFactory(), "q1")
    frozen(published(framework))
    place = opened(framework)

    assert carry_over(round_=place.round, by=place.by) == 0
    assert AuditEntry.objects.filter(act="round.carry_over").count() == 1


def test_only_a_coordinator_carries_over_and_only_into_an_open_round():
    place = new_round(asked(FrameworkFactory(), "q1"))
    with pytest.raises(NotAllowed):
        carry_over(round_=place.round, by=UserFactory())
    with pytest.raises(WrongState):
        carry_over(round_=place.round, by=place.by)


def test_a_round_that_was_open_before_gets_them_by_command(capsys):
    framework = asked(FrameworkFactory(), "q1")
    place = opened(framework)
    frozen(published(framework))

    call_command("carry_over", place.round.code, "--as", place.by.email)

    assert came_over() == [("q1", 50)]
    assert "1 answers carried over" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no round 'nothing'"):
        call_command("carry_over", "nothing", "--as", place.by.email)


@pytest.mark.parametrize("countries", [1, 12])
def test_the_statements_do_not_grow_with_the_countries(countries, django_assert_num_queries):
    framework = asked(FrameworkFactory(), "q1", "q2")
    revision = published(framework)
    place = opened(framework)
    codes = [f"X{letter}" for letter in "ABCDEFGHIJKL"[:countries]]
    for code in codes:
        rounds.add_country(round_=place.round, country=CountryFactory(code=code), by=place.by)
    for country, code in product(codes, ("q1", "q2")):
        frozen(revision, code, country=country)

    with django_assert_num_queries(21):
        assert carry_over(round_=place.round, by=place.by) == 2 * countries
