"""A published edition and a note on it: what tests of corrections begin with."""

from editions.models import CorrectionRequest, Edition, Revision
from editions.services import building, corrections, publishing, signing, withdrawing
from editions.services.corrections import Cell
from questionnaire.models import Round
from scoring.services import runs
from tests.factories.editions import publisher_of
from tests.factories.questionnaire import CUT_OFF, coordinator_of
from tests.factories.scoring import closed_round

ERRATUM = "One answer was wrong."
SPAIN = ("ES", "ESP", "Spain")


def sign_and_publish(revision: Revision) -> Revision:
    round_ = revision.edition.round
    for by in (coordinator_of(round_), publisher_of(round_)):
        signing.sign(revision=revision, hash=revision.hash, by=by)
    published = publishing.publish(revision=revision, by=publisher_of(round_))
    published.refresh_from_db()
    return published


def withdrawn(revision: Revision, by, reason: str = "So.") -> Revision:
    """Ask for it as a coordinator, and let BY do it as the second person."""
    first = coordinator_of(revision.edition.round)
    asked = withdrawing.ask(revision=revision, reason=reason, by=first)
    return withdrawing.withdraw(revision=revision, seen=asked.number, by=by)


def filed(revision: Revision, **said) -> CorrectionRequest:
    cell = {"country": "PT", "indicator": "a1", "reference_date": CUT_OFF}
    who = {"name": "Nadia Nobody", "email": "nadia@example.org", "text": "Section 3 says more."}
    return corrections.file_request(revision=revision, **cell | who | said)


def built(revision: Revision) -> Revision:
    assert building.build(revision.pk)
    revision.refresh_from_db()
    return revision


def corrected(published: Revision) -> Revision:
    """Queue a correction of Portugal's answer to a1: it is worth 100 instead of 50."""
    request, round_ = filed(published), published.edition.round
    law = {"kind": "law", "title": "Invented Act of Correction", "article": "3"}
    right = Cell(status="ok", option=1, rationale="It was read wrongly.", sources=[law])
    by = coordinator_of(round_)
    corrections.look_into(request=request, findings="It does.", cell=right, by=by)
    for _time in range(2):
        said = {"words": "I read it.", "public_words": "The Act says more."}
        corrections.decide(request=request, accepts=True, by=publisher_of(round_), **said)
    edition = Edition.objects.get(pk=published.edition_id)
    return corrections.issue(edition=edition, requests=[request], erratum=ERRATUM, by=by)


def joining(published: Revision, *countries: tuple[str, str, str], **said) -> Round:
    """Let COUNTRIES go their own way to the end of their scores, in a round that extends."""
    round_ = published.edition.round
    later = closed_round(round_.framework, countries, extends=round_, **said)
    by = coordinator_of(later)
    run = runs.request_run(round_=later, method=published.run.method, by=by)
    assert runs.execute(run.pk)
    return later
