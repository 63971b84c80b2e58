"""Countries that join a published edition: by a revision that leaves the others as they are."""

import pytest

from editions.enums import RevisionKind
from editions.models import Revision
from editions.services import building, signing
from mipex_site.base.errors import NotAllowed
from questionnaire.enums import Role
from tests.editions.correcting import SPAIN, built, joining, sign_and_publish
from tests.factories.editions import publisher_of
from tests.factories.questionnaire import in_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(candidate) -> Revision:
    return sign_and_publish(candidate)


def joined_by(published, *countries):
    """Return the revision by which COUNTRIES join."""
    return Revision.objects.get(joining=joining(published, *countries))


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
