"""The smallest valid rows of a review: a case in review, its items, what was said of them."""

from datetime import timedelta
from fractions import Fraction

import factory
from django.utils import timezone

from questionnaire.enums import AssessmentState, Role
from review import models
from review.enums import (
    Basis,
    CaseState,
    DisputeCause,
    DisputeState,
    Interest,
    ItemState,
    OpinionKind,
    ReopeningReason,
    ReopeningState,
    VerdictCode,
)

from .accounts import UserFactory
from .questionnaire import (
    AnswerFactory,
    AssessmentFactory,
    CountryFactory,
    IndicatorFactory,
    RoundFactory,
    StrandFactory,
    on_sheet,
)


class CaseFactory(factory.django.DjangoModelFactory):
    """A case in review, with its one sheet submitted and no item yet."""

    class Meta:
        model = models.Case
        skip_postgeneration_save = True

    round = factory.SubFactory(RoundFactory)
    country = factory.SubFactory(CountryFactory)
    strand = factory.LazyAttribute(lambda o: StrandFactory(framework=o.round.framework))
    state = CaseState.IN_REVIEW

    @factory.post_generation
    def sheet(self, create, extracted, **kwargs):
        same = {"round": self.round, "country": self.country, "strand": self.strand}
        state = {"state": AssessmentState.SUBMITTED, "submitted_at": timezone.now()}
        AssessmentFactory(**same, **state | kwargs)


class CaseItemFactory(factory.django.DjangoModelFactory):
    """An answer with its first version under review."""

    class Meta:
        model = models.CaseItem

    case = factory.SubFactory(CaseFactory)
    indicator = factory.LazyAttribute(lambda o: IndicatorFactory(strand=o.case.strand))
    reference_date = factory.LazyAttribute(lambda o: o.case.round.cut_off)
    answer = factory.SubFactory(
        AnswerFactory,
        assessment=factory.LazyAttribute(lambda o: sheet_of(o.factory_parent.case)),
        indicator=factory.SelfAttribute("..indicator"),
        reference_date=factory.SelfAttribute("..reference_date"),
    )
    version = factory.LazyAttribute(lambda o: o.answer.version)


class OpinionFactory(factory.django.DjangoModelFactory):
    """Somebody who agrees with the version under review."""

    class Meta:
        model = models.Opinion

    item = factory.SubFactory(CaseItemFactory)
    version = factory.LazyAttribute(lambda o: o.item.version)
    reviewer = factory.SubFactory(UserFactory)
    kind = OpinionKind.AGREE
    text = factory.LazyAttribute(lambda o: "" if o.kind == OpinionKind.AGREE else "Section 5.")


class DisputeFactory(factory.django.DjangoModelFactory):
    """An open dispute on a disputed item, because the reviewers differ."""

    class Meta:
        model = models.Dispute

    item = factory.SubFactory(CaseItemFactory, state=ItemState.DISPUTED)
    version = factory.LazyAttribute(lambda o: o.item.version)
    cause = DisputeCause.SPLIT
    state = DisputeState.OPEN


class RulingFactory(factory.django.DjangoModelFactory):
    """A ruling that upholds the expert, and stands."""

    class Meta:
        model = models.Ruling
        skip_postgeneration_save = True

    dispute = factory.SubFactory(DisputeFactory)
    adjudicator = factory.SubFactory(UserFactory)
    verdict = VerdictCode.EXPERT_UPHELD
    kind = factory.LazyAttribute(lambda o: o.dispute.item.answer.kind)
    option = factory.LazyAttribute(lambda o: o.dispute.item.answer.option)
    points = factory.LazyAttribute(lambda o: o.dispute.item.answer.points)
    internal_rationale = "The cited section decides."
    public_rationale = "The act was in force on the day."

    @factory.post_generation
    def stands(self, create, extracted, **kwargs):
        self.dispute.ruling = self
        self.dispute.save()


class SettledAnswerFactory(factory.django.DjangoModelFactory):
    """The value of an approved item."""

    class Meta:
        model = models.SettledAnswer

    item = factory.SubFactory(CaseItemFactory, state=ItemState.APPROVED)
    round = factory.LazyAttribute(lambda o: o.item.case.round)
    country = factory.LazyAttribute(lambda o: o.item.case.country)
    indicator = factory.LazyAttribute(lambda o: o.item.indicator)
    reference_date = factory.LazyAttribute(lambda o: o.item.reference_date)
    answer = factory.LazyAttribute(lambda o: o.item.answer)
    version = factory.LazyAttribute(lambda o: o.item.version)
    basis = Basis.APPROVED
    kind = factory.LazyAttribute(lambda o: o.answer.kind)
    option = factory.LazyAttribute(lambda o: o.answer.option)
    points = factory.LazyAttribute(lambda o: Fraction(o.option.points))


def sheet_of(case):
    """Return the first coding's sheet of a case."""
    return case.round.assessments.get(country=case.country, strand=case.strand, coding=1)


def reviewer_of(case, person=None):
    """Give somebody without a tie the role of reviewer of the case and return the person."""
    return without_tie(on_sheet(Role.REVIEWER, sheet_of(case), person), case)


def adjudicator_of(case, person=None):
    """Give somebody without a tie the role of adjudicator of the case and return the person."""
    return without_tie(on_sheet(Role.ADJUDICATOR, sheet_of(case), person), case)


def without_tie(person, case):
    """Let a person have declared no tie to the case's country, and return the person."""
    place = {"person": person, "round": case.round, "country": case.country}
    models.Declaration.objects.get_or_create(
        **place, defaults={"interest": Interest.NONE, "is_cleared": True}
    )
    return person


class ReopeningFactory(factory.django.DjangoModelFactory):
    """A reopening that lists one approved answer, with the end and the reasons it would have.

    Where it is open, the case is back with the expert and the answer is open again.
    """

    class Meta:
        model = models.Reopening
        skip_postgeneration_save = True

    case = factory.SubFactory(CaseFactory)
    reason = ReopeningReason.CITATION
    text = "The article that is cited is the wrong one."
    asked_by = factory.LazyAttribute(lambda o: on_sheet(Role.EXPERT, sheet_of(o.case)))
    until = factory.LazyFunction(lambda: timezone.now() + timedelta(days=3))
    decision = "It is wrong indeed."

    @factory.post_generation
    def listed(self, create, extracted, **kwargs):
        item = CaseItemFactory(case=self.case, state=ItemState.APPROVED)
        models.ReopenedItem.objects.create(
            reopening=self, item=item, version=item.version, state_before=item.state
        )
        if self.state == ReopeningState.OPEN:
            item.state, self.case.state = ItemState.REOPENED, CaseState.RETURNED
            item.save()
            self.case.save()
