"""An edition of a closed round, its revisions, and who signed."""

import factory

from editions import models
from editions.enums import EditionKind, RevisionState
from questionnaire.enums import Role

from .accounts import UserFactory
from .questionnaire import CUT_OFF, in_round
from .scoring import ScoreRunFactory

GREEN = [{"name": "shown", "ok": True, "text": "Fine."}]
RED = [{"name": "shown", "ok": False, "text": "Not fine."}]
HASH = "ab" * 32
NOT_BUILT = (RevisionState.QUEUED, RevisionState.BUILDING, RevisionState.FAILED)


class EditionFactory(factory.django.DjangoModelFactory):
    """An edition of a round whose review is closed, with nothing built."""

    class Meta:
        model = models.Edition

    class Params:
        run = factory.SubFactory(ScoreRunFactory)

    round = factory.LazyAttribute(lambda o: o.run.round)
    code = factory.LazyAttribute(lambda o: o.round.edition_code)
    title = "An invented edition"
    kind = EditionKind.ROUND
    licence = "CC-BY-4.0"
    publisher = "An invented consortium"


class RevisionFactory(factory.django.DjangoModelFactory):
    """A queued revision. In any state after that it has a hash and its checks are green."""

    class Meta:
        model = models.Revision

    edition = factory.SubFactory(EditionFactory)
    run = factory.LazyAttribute(lambda o: ScoreRunFactory(round=o.edition.round))
    number = factory.Sequence(lambda n: n % 30000 + 1)
    cut_off = CUT_OFF
    hash = factory.LazyAttribute(lambda o: "" if o.state in NOT_BUILT else HASH)
    checks = factory.LazyAttribute(lambda o: [] if o.state in NOT_BUILT else GREEN)
    state = RevisionState.QUEUED


class RehearsalFactory(factory.django.DjangoModelFactory):
    """A queued rehearsal."""

    class Meta:
        model = models.Rehearsal

    class Params:
        run = factory.SubFactory(ScoreRunFactory)

    round = factory.LazyAttribute(lambda o: o.run.round)
    method = factory.LazyAttribute(lambda o: o.run.method)
    number = factory.Sequence(lambda n: n % 30000 + 1)
    asked_by = factory.SubFactory(UserFactory)


class MandateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Mandate

    edition = factory.SubFactory(EditionFactory)
    signer = factory.SubFactory(UserFactory)


class SignatureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Signature

    revision = factory.SubFactory(RevisionFactory, state=RevisionState.CANDIDATE)
    signer = factory.SubFactory(UserFactory)
    hash = factory.LazyAttribute(lambda o: o.revision.hash)


def publisher_of(round_, person=None):
    return in_round(Role.PUBLISHER, round_, person)
