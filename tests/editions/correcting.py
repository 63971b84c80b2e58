"""A published edition and a note on it: what tests of corrections begin with."""

from editions.models import CorrectionRequest, Revision
from editions.services import corrections, publishing, signing
from tests.factories.editions import publisher_of
from tests.factories.questionnaire import CUT_OFF, coordinator_of


def sign_and_publish(revision: Revision) -> Revision:
    round_ = revision.edition.round
    for by in (coordinator_of(round_), publisher_of(round_)):
        signing.sign(revision=revision, hash=revision.hash, by=by)
    published = publishing.publish(revision=revision, by=publisher_of(round_))
    published.refresh_from_db()
    return published


def filed(revision: Revision, **said) -> CorrectionRequest:
    cell = {"country": "PT", "indicator": "a1", "reference_date": CUT_OFF}
    who = {"name": "Nadia Nobody", "email": "nadia@example.org", "text": "Section 3 says more."}
    return corrections.file_request(revision=revision, **cell | who | said)
