"""A round whose countries join a published edition: chosen in the steps, refused in sentences."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from editions.enums import RevisionState
from editions.models import FrozenAnswer, Revision
from editions.services.editions import prepare_edition
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal
from questionnaire.enums import RoundState
from questionnaire.models import Round
from questionnaire.services.completeness import faults_of_design
from questionnaire.services.copying import begin_round
from questionnaire.services.designs import Wanted, change_round, put_countries
from questionnaire.services.rounds import add_country
from tests.factories.editions import EditionFactory, RevisionFactory
from tests.factories.questionnaire import (
    CUT_OFF,
    CountryFactory,
    FrameworkFactory,
    IndicatorFactory,
    ParticipationFactory,
    RoundFactory,
    StrandFactory,
    coordinator_of,
    head_coordinator,
)

pytestmark = pytest.mark.django_db
NAME = "/rounds/late-ones/set-up/name/"
SETUP = "/rounds/late-ones/set-up/"


@pytest.fixture
def published() -> Revision:
    """A published edition in which there is Estonia."""
    framework = FrameworkFactory()
    IndicatorFactory(strand=StrandFactory(framework=framework))
    round_ = RoundFactory(code="first", framework=framework, state=RoundState.REVIEW_CLOSED)
    CountryFactory(code="EE", name="Estonia")
    edition = EditionFactory(round=round_)
    revision = RevisionFactory(edition=edition, number=1, state=RevisionState.PUBLISHED)
    cell = {"country": "EE", "indicator": "a1", "reference_date": CUT_OFF, "status": "ok"}
    FrozenAnswer.objects.create(revision=revision, **cell)
    return revision


@pytest.fixture
def extended(published) -> Round:
    return published.edition.round


@pytest.fixture
def late(extended) -> Round:
    """A round in design with the same framework, run by who runs the first too."""
    round_ = RoundFactory(
        code="late-ones", framework=extended.framework, state=RoundState.DESIGN
    )
    round_.runner = head_coordinator()
    return round_


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def sent(client, **given):
    form = client.get(NAME).context["form"]
    known = {bound.name: bound.value() or "" for bound in form}
    known["cut_off"] = form["cut_off"].value().isoformat()
    return client.post(NAME, known | {"then": "stay"} | given)


def refused(late, **given) -> str:
    response = sent(signed_in(late.runner), **given)
    assert response.status_code == 422
    late.refresh_from_db()
    assert late.extends is None
    return " ".join(response.context["form"].errors["extends"])


def test_a_coordinator_chooses_whose_edition_the_countries_join(late, extended):
    client = signed_in(late.runner)

    assert "joins the edition of" in client.get(NAME).content.decode()
    assert sent(client, extends=extended.pk).status_code == 302

    late.refresh_from_db()
    assert late.extends == extended
    act = AuditEntry.objects.filter(act="round.change").latest("number")
    assert (act.old, act.new) == ({"extends": None}, {"extends": "first"})
    assert "extends the edition of" in client.get(SETUP).content.decode()


def test_where_nothing_is_published_there_is_nothing_to_choose(late, published):
    Revision.objects.filter(pk=published.pk).update(state=RevisionState.WITHDRAWN)

    page = signed_in(late.runner).get(NAME).content.decode()

    assert "joins the edition of" not in page


def test_only_a_published_edition_is_joined(late, published, extended):
    Revision.objects.filter(pk=published.pk).update(state=RevisionState.WITHDRAWN)

    with pytest.raises(ValidationError, match="No edition of"):
        change_round(round_=late, part="name", extends=extended, by=late.runner)


def test_another_framework_joins_nothing(late, extended):
    late.framework = FrameworkFactory()
    late.save()

    assert "are asked the same" in refused(late, extends=extended.pk)


def test_the_framework_of_a_round_that_joins_stays(late, extended):
    change_round(round_=late, part="name", extends=extended, by=late.runner)

    sent_back = sent(signed_in(late.runner), framework=FrameworkFactory().pk)

    assert sent_back.status_code == 422
    assert "are asked the same" in sent_back.content.decode()


def test_a_demonstration_joins_no_real_edition(late, extended):
    late.is_demonstration = True
    late.save()

    assert "demonstration" in refused(late, extends=extended.pk)


def test_a_round_does_not_join_its_own_edition(extended):
    extended.state = RoundState.DESIGN
    extended.save()

    with pytest.raises(ValidationError, match="its own edition"):
        change_round(
            round_=extended, part="name", extends=extended, by=coordinator_of(extended)
        )


def test_who_runs_the_late_round_alone_lets_nobody_into_anothers_edition(late, extended):
    with pytest.raises(NotAllowed, match="coordinator of this round"):
        change_round(round_=late, part="name", extends=extended, by=coordinator_of(late))


def test_a_country_that_is_in_the_edition_is_named_and_not_taken(late, extended):
    estonia = ParticipationFactory(round=late, country=CountryFactory(code="EE"))
    words = refused(late, extends=extended.pk)
    assert "Estonia is in the edition" in words
    estonia.delete()
    change_round(round_=late, part="name", extends=extended, by=late.runner)

    for add in (
        lambda: add_country(round_=late, country=estonia.country, by=late.runner),
        lambda: put_countries(
            round_=late, wanted=[Wanted(estonia.country)], among=(), by=late.runner
        ),
    ):
        with pytest.raises(Refusal, match="Estonia is in the edition"):
            add()

    assert not late.participations.exists()


def test_the_lock_looks_once_more(late, published, extended):
    change_round(round_=late, part="name", extends=extended, by=late.runner)
    ParticipationFactory(round=late, is_pending=True)
    late.refresh_from_db()
    assert faults_of_design(late) == []

    Revision.objects.filter(pk=published.pk).update(state=RevisionState.WITHDRAWN)

    assert ["No edition of" in fault.words for fault in faults_of_design(late)] == [True]


def test_a_copy_that_joins_takes_only_the_countries_that_are_not_in_the_edition(extended):
    for code in ("EE", "ES"):
        ParticipationFactory(round=extended, country=CountryFactory(code=code))
    client = signed_in(head_coordinator())

    begun = client.post(
        "/rounds/new/",
        {
            "source": extended.pk,
            "extends": extended.pk,
            "title": "Late ones",
            "code": "late-ones",
            "edition_code": "late",
            "framework": extended.framework_id,
            "cut_off": "2023-06-30",
        },
    )

    assert begun.status_code == 302
    round_ = Round.objects.get(code="late-ones")
    assert round_.extends == extended
    assert [row.country.code for row in round_.participations.all()] == ["ES"]
    act = AuditEntry.objects.get(act="round.create", subject="round/late-ones")
    assert act.new["extends"] == "first"


def test_who_joins_a_demonstration_is_one(extended):
    extended.is_demonstration = True
    extended.save()

    round_ = begin_round(
        code="late-ones",
        title="Late ones",
        edition_code="late",
        framework=extended.framework,
        cut_off=CUT_OFF,
        extends=extended,
        by=head_coordinator(),
    )

    assert round_.is_demonstration


def test_such_a_round_prepares_no_edition_of_its_own(late, extended):
    change_round(round_=late, part="name", extends=extended, by=late.runner)

    page = signed_in(late.runner).get(reverse("desk:publishing", args=["late-ones"]))

    assert "The countries of this round join the edition of" in page.content.decode()
    with pytest.raises(NotAllowed, match="none of its own"):
        prepare_edition(
            round_=late, title="Late", licence="CC0-1.0", publisher="They", by=late.runner
        )


def test_publishing_lists_who_joins_with_their_own_cut_offs(late, extended):
    change_round(round_=late, part="name", extends=extended, by=late.runner)
    ParticipationFactory(
        round=late, country=CountryFactory(code="ES", name="Spain"), own_cut_off="2018-06-30"
    )

    page = signed_in(late.runner).get(reverse("desk:publishing", args=["first"]))

    assert "Countries that join" in page.content.decode()
    assert "Spain, " in page.content.decode()
    assert "30 June 2018" in page.content.decode()


def test_a_round_without_the_right_is_not_offered(late, extended):
    page = signed_in(coordinator_of(late)).get(NAME).content.decode()

    assert "joins the edition of" not in page
