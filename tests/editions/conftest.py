"""A small closed round with its scores, and the edition that is made from it."""

import pytest

from editions.models import Edition, Revision
from editions.services import building, rehearsing
from editions.services.editions import prepare_edition
from mipex_site.accounts.models import User
from questionnaire.enums import RoundState
from questionnaire.models import Round
from scoring.services import runs
from tests.factories.editions import publisher_of
from tests.factories.questionnaire import coordinator_of
from tests.factories.scoring import MethodFactory, closed_round


def prepared(round_: Round) -> Edition:
    return prepare_edition(
        round_=round_,
        title="An invented edition",
        licence="CC-BY-4.0",
        publisher="An invented consortium",
        by=coordinator_of(round_),
    )


def scored(round_: Round) -> None:
    """Ask for the scores of the round and compute them."""
    method = MethodFactory()
    run = runs.request_run(round_=round_, method=method, by=coordinator_of(round_))
    assert runs.execute(run.pk)


@pytest.fixture
def round_(db) -> Round:
    return closed_round()


@pytest.fixture
def edition(round_) -> Edition:
    return prepared(round_)


@pytest.fixture
def revision(edition) -> Revision:
    """A queued revision, made by the run's end as in the life of the portal."""
    scored(edition.round)
    return edition.revisions.get()


@pytest.fixture
def candidate(revision) -> Revision:
    """A built revision with every check green."""
    assert building.build(revision.pk)
    revision.refresh_from_db()
    return revision


@pytest.fixture
def open_round(db) -> Round:
    """The same answers, settled while the review is open."""
    round_ = closed_round(state=RoundState.OPEN, closed_at=None)
    MethodFactory()
    return round_


@pytest.fixture
def writer(open_round) -> User:
    return coordinator_of(open_round)


@pytest.fixture
def reader(open_round) -> User:
    return publisher_of(open_round)


@pytest.fixture
def rehearsed(open_round) -> Round:
    """The open round with a rehearsal that is ready."""
    asked = rehearsing.ask_for_rehearsal(round_=open_round, by=coordinator_of(open_round))
    assert rehearsing.build(asked.pk)
    return open_round
