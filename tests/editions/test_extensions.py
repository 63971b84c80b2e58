"""Countries that join a published edition: by a revision that leaves the others as they are."""

import pytest

from editions.enums import RevisionKind
from editions.models import Revision
from editions.services import building, signing
from mipex_site.base.errors import NotAllowed
from questionnaire.enums import Role
from scoring.services import runs
from tests.editions.correcting import sign_and_publish
from tests.factories.editions import publisher_of
from tests.factories.questionnaire import coordinator_of, in_round
from tests.factories.scoring import closed_round

pytestmark = pytest.mark.django_db

SPAIN = ("ES", "ESP", "Spain")


@pytest.fixture
def published(candidate) -> Revision:
    return sign_and_publish(candidate)


def joined_by(published, *countries):
    """Let COUNTRIES go their own way to the end, and return the revision that comes of it."""
    round_ = published.edition.round
    later = closed_round(round_.framework, countries, extends=round_)
    run = runs.request_run(round_=later, method=published.run.method, by=coordinator_of(later))
    assert runs.execute(run.pk)
    return Revision.objects.get(joining=later)


def built(revision):
    assert building.build(revision.pk)
    revision.refresh_from_db()
    return revision


def exact(revision, *countries):
    rows = revision.scores.filter(country__in=countries).order_by("country", "node")
    return list(rows.values_list("country", "node", "exact", "shown"))


def test_late_joiners_leave_every_other_score_as_it_was(published):
    revision = built(joined_by(published, SPAIN))

    assert revision.kind == RevisionKind.EXTENSION
    assert [check for check in revision.checks if not check["ok"]] == []
    assert "unchanged_scores" in {check["name"] for check in revision.checks}
    assert exact(revision, "EE", "PT") == exact(published, "EE", "PT")
    assert {row.country for row in revision.answers.all()} == {"EE", "ES", "PT"}


def test_the_extension_takes_the_place_of_what_it_extends(published):
    revision = sign_and_publish(built(joined_by(published, SPAIN)))

    published.refresh_from_db()
    assert (published.state, revision.state) == ("superseded", "published")
    assert revision.number == published.number + 1


def test_a_country_that_is_in_the_edition_cannot_join_it(published):
    revision = joined_by(published, ("EE", "EST", "Estonia"))

    assert not building.build(revision.pk)

    revision.refresh_from_db()
    assert "already in the edition" in revision.error


def test_who_had_a_side_in_the_joining_countries_does_not_sign(published):
    revision = built(joined_by(published, SPAIN))
    reviewer = in_round(Role.REVIEWER, revision.joining)
    publisher_of(published.edition.round, reviewer)

    with pytest.raises(NotAllowed, match="join"):
        signing.sign(revision=revision, hash=revision.hash, by=reviewer)
