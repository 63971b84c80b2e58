"""Freezing copies what was settled and scored; the same facts give the same rows."""

from dataclasses import asdict
from datetime import date
from fractions import Fraction

import pytest

from editions.enums import EditionKind, RevisionKind
from editions.models import FrozenAnswer, FrozenScore
from editions.services import freeze
from editions.services.editions import prepare_edition, queue_revision
from mipex_site.audit.services import entries
from mipex_site.base.errors import NotAllowed, Refusal
from questionnaire.enums import RoundState
from questionnaire.models import CountryGroup, GroupMembership, Participation
from scoring.enums import RunState
from scoring.models import ScoreRun
from tests.editions.conftest import prepared, scored
from tests.factories.accounts import UserFactory
from tests.factories.editions import EditionFactory
from tests.factories.questionnaire import RoundFactory, coordinator_of
from tests.factories.scoring import ScoreRunFactory, closed_round

pytestmark = pytest.mark.django_db


def test_an_edition_takes_its_code_and_its_marks_from_the_round():
    round_ = RoundFactory(is_demonstration=True, framework__notice="An outline.")

    edition = prepared(round_)

    assert (edition.code, edition.kind) == (round_.edition_code, EditionKind.ROUND)
    assert edition.is_demonstration
    assert edition.notice == "An outline."


def test_an_edition_is_prepared_once_and_by_the_coordinator(edition):
    said = {"title": "Another", "licence": "CC0-1.0", "publisher": "Nobody"}

    with pytest.raises(Refusal, match="prepared already"):
        prepare_edition(round_=edition.round, by=coordinator_of(edition.round), **said)
    for person in (UserFactory(), UserFactory(is_superuser=True)):
        with pytest.raises(NotAllowed, match="coordinator"):
            prepare_edition(round_=edition.round, by=person, **said)


def test_the_end_of_the_run_queues_the_revision_with_the_audit_pinned(revision):
    stream = revision.edition.round.stream
    chain = {act.number: act for act in entries.AuditEntry.objects.filter(stream=stream)}

    pinned = chain[revision.audit_length]
    assert pinned.hash == revision.audit_head
    assert (pinned.act, pinned.subject) == ("revision.queue", f"edition/{revision.name}")
    assert revision.kind == RevisionKind.FIRST
    assert revision.cut_off == date(2019, 12, 31)


def test_an_edition_prepared_after_the_scores_gets_its_revision_at_once(round_):
    scored(round_)

    edition = prepared(round_)

    assert edition.revisions.get().run == ScoreRun.objects.get()


def test_one_run_makes_one_revision(revision):
    assert queue_revision(run=revision.run) == revision
    assert revision.edition.revisions.count() == 1


def test_a_later_run_makes_a_correction(revision):
    scored(revision.edition.round)

    later = revision.edition.revisions.get(number=2)
    assert later.kind == RevisionKind.CORRECTION


def test_scores_of_a_round_still_in_review_make_no_revision():
    run = ScoreRunFactory(round__state=RoundState.OPEN, state=RunState.DONE)
    edition = EditionFactory(run=run)

    assert queue_revision(run=run) is None
    assert not edition.revisions.exists()


def test_the_facts_of_a_revision_say_what_was_settled(revision):
    frozen = freeze.facts_of(revision)

    assert frozen.revision.name == f"{revision.edition.code}.1"
    assert frozen.revision.audit_head == revision.audit_head
    assert [(each.code, each.alpha3) for each in frozen.countries] == [
        ("EE", "EST"),
        ("PT", "PRT"),
    ]
    said = [(each.country, each.indicator, each.option, each.points) for each in frozen.answers]
    assert said == [
        ("EE", "a1", 1, Fraction(100)),
        ("EE", "a2", 1, Fraction(100)),
        ("EE", "b1", 1, Fraction(100)),
        ("EE", "b2", 3, Fraction(0)),
        ("PT", "a1", 2, Fraction(50)),
        ("PT", "a2", 2, Fraction(50)),
        ("PT", "b1", 2, Fraction(50)),
        ("PT", "b2", 2, Fraction(50)),
    ]
    assert {each.basis for each in frozen.answers} == {"approved"}
    assert [source.title for source in frozen.answers[0].sources] == ["Invented Act of Estonia"]


def test_the_figures_are_copied_and_not_rounded_again(revision):
    frozen = freeze.facts_of(revision)

    figures = [(each.country, each.node, each.exact, each.rank) for each in frozen.scores]
    assert figures == [
        ("EE", "a", Fraction(100), 1),
        ("EE", "b", Fraction(50), 1),
        ("EE", "overall", Fraction(75), 1),
        ("PT", "a", Fraction(50), 2),
        ("PT", "b", Fraction(50), 1),
        ("PT", "overall", Fraction(50), 2),
    ]


def test_a_group_has_the_mean_of_its_members_of_that_day(revision):
    group = CountryGroup.objects.create(code="pair", name="A pair")
    left = CountryGroup.objects.create(code="left", name="Left behind")
    for participation in Participation.objects.select_related("country"):
        for each, last_day in ((group, None), (left, date(2019, 12, 30))):
            GroupMembership.objects.create(
                group=each,
                country=participation.country,
                first_day=date(2004, 5, 1),
                last_day=last_day,
            )

    means = freeze.facts_of(revision).group_scores

    found = [(each.group, each.node, each.exact, each.shown, each.members) for each in means]
    assert found == [
        ("pair", "a", Fraction(75), 75, 2),
        ("pair", "b", Fraction(50), 50, 2),
        ("pair", "overall", Fraction(125, 2), 63, 2),
    ]


def test_an_excluded_country_is_not_in_the_edition():
    round_ = closed_round()
    participation = Participation.objects.get(round=round_, country__code="PT")
    participation.excluded_because = "An invented reason."
    participation.save()
    edition = prepared(round_)
    scored(round_)

    frozen = freeze.facts_of(edition.revisions.get())

    assert [each.code for each in frozen.countries] == ["EE"]
    assert {each.country for each in frozen.answers} == {"EE"}
    assert {each.country for each in frozen.scores} == {"EE"}


def test_the_same_revision_gives_the_same_facts(revision):
    assert freeze.facts_of(revision) == freeze.facts_of(revision)


def test_no_person_is_in_the_facts(revision):
    people = UserFactory._meta.model.objects.all()
    text = str(asdict(freeze.facts_of(revision)))

    for person in people:
        assert person.name not in text
        assert person.email not in text
        assert str(person.pk) not in text


def test_the_frozen_rows_hold_the_facts_and_are_written_once(revision):
    frozen = freeze.facts_of(revision)

    freeze.keep_rows(revision=revision, frozen=frozen)
    freeze.keep_rows(revision=revision, frozen=frozen)

    assert FrozenAnswer.objects.count() == len(frozen.answers)
    row = FrozenAnswer.objects.get(country="EE", indicator="b2")
    assert (row.option, row.points, row.status) == (3, Fraction(0), "ok")
    assert row.sources[0]["in_force_from"] == "2011-01-01"
    assert FrozenScore.objects.get(country="EE", node="overall").exact == Fraction(75)
    assert FrozenScore.objects.count() == len(frozen.scores)


@pytest.mark.parametrize("countries", [1, 2])
def test_freezing_costs_the_same_queries_for_one_country_and_two(
    revision, countries, django_assert_num_queries
):
    for participation in list(Participation.objects.order_by("country__code"))[countries:]:
        participation.excluded_because = "An invented reason."
        participation.save()
    again = type(revision).objects.select_related("edition__round__framework", "run__method")
    revision = again.get(pk=revision.pk)

    with django_assert_num_queries(30):
        freeze.facts_of(revision)
