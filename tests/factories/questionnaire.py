"""A framework, a round, its sheets and the people on them. Related rows agree."""

from datetime import date, timedelta

import factory
from django.utils import timezone

from questionnaire import models
from questionnaire.enums import (
    AggregateKind,
    AggregateRule,
    Evidence,
    FrameworkState,
    Relation,
    Role,
    RoundState,
    SourceKind,
    StandardKind,
)

from .accounts import UserFactory

CUT_OFF = date(2019, 12, 31)
POINTS = (100, 50, 0)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def days_from_now(days):
    return factory.LazyFunction(lambda: timezone.now() + timedelta(days=days))


def two_letters(number):
    """Return AA, AB … ZZ and begin again: no test has more than 676 countries."""
    return LETTERS[number // 26 % 26] + LETTERS[number % 26]


class FrameworkFactory(factory.django.DjangoModelFactory):
    """A locked version with nothing in it."""

    class Meta:
        model = models.Framework

    code = factory.Sequence(lambda n: f"framework-{n}")
    version = "1"
    title = "An invented framework"
    state = FrameworkState.LOCKED
    checksum = "0" * 64


class StandardFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Standard

    framework = factory.SubFactory(FrameworkFactory)
    code = factory.Sequence(lambda n: f"standard-{n}")
    kind = StandardKind.DIRECTIVE
    title = "An invented directive"
    article = "Article 1"
    year = 2003


class StrandFactory(factory.django.DjangoModelFactory):
    """A strand, the mean of what is below it."""

    class Meta:
        model = models.Aggregate

    framework = factory.SubFactory(FrameworkFactory)
    code = factory.Sequence(lambda n: f"s{n}")
    kind = AggregateKind.STRAND
    order = factory.Sequence(lambda n: n % 30000)
    title = factory.LazyAttribute(lambda o: f"Strand {o.code}")
    rule = AggregateRule.MEAN


class IndicatorFactory(factory.django.DjangoModelFactory):
    """A question on law, directly below its strand, with the options 100, 50 and 0."""

    class Meta:
        model = models.Indicator
        skip_postgeneration_save = True

    strand = factory.SubFactory(StrandFactory)
    framework = factory.LazyAttribute(lambda o: o.strand.framework)
    parent = factory.LazyAttribute(lambda o: o.strand)
    code = factory.Sequence(lambda n: f"i{n}")
    order = factory.Sequence(lambda n: n % 30000)
    title = factory.LazyAttribute(lambda o: f"Indicator {o.code}")
    question = factory.LazyAttribute(lambda o: f"What does the law say about {o.code}?")
    evidence = Evidence.LAW
    relation = Relation.NEW

    @factory.post_generation
    def options(self, create, extracted, **kwargs):
        for order, points in enumerate(POINTS if extracted is None else extracted):
            models.Option.objects.create(
                indicator=self, order=order, points=points, label=f"For {points} points."
            )


class CountryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Country
        django_get_or_create = ("code",)

    code = factory.Sequence(two_letters)
    alpha3 = factory.LazyAttribute(lambda o: f"{o.code}X")
    name = factory.LazyAttribute(lambda o: f"Country {o.code}")


class RoundFactory(factory.django.DjangoModelFactory):
    """An open round, half-way through its work dates, for the law of the end of 2019."""

    class Meta:
        model = models.Round

    code = factory.Sequence(lambda n: f"r{n}")
    title = factory.LazyAttribute(lambda o: f"Round {o.code}")
    framework = factory.SubFactory(FrameworkFactory)
    state = RoundState.OPEN
    cut_off = CUT_OFF
    opens_at = days_from_now(-30)
    due_at = days_from_now(20)
    grace_until = days_from_now(25)
    hard_close_at = days_from_now(30)
    review_due_at = days_from_now(60)
    blind_share = 0
    last_word_days = 0
    edition_code = factory.LazyAttribute(lambda o: f"e-{o.code}")


class ParticipationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Participation
        django_get_or_create = ("round", "country")

    round = factory.SubFactory(RoundFactory)
    country = factory.SubFactory(CountryFactory)


class AssessmentFactory(factory.django.DjangoModelFactory):
    """An open sheet, first coding, of a country that takes part. It has no indicator yet."""

    class Meta:
        model = models.Assessment
        skip_postgeneration_save = True

    round = factory.SubFactory(RoundFactory)
    country = factory.SubFactory(CountryFactory)
    strand = factory.LazyAttribute(lambda o: StrandFactory(framework=o.round.framework))

    @factory.post_generation
    def participation(self, create, extracted, **kwargs):
        ParticipationFactory(round=self.round, country=self.country, **kwargs)


class SourceFactory(factory.django.DjangoModelFactory):
    """A law in force long before the cut-off, where the given ``sheet`` can cite it."""

    class Meta:
        model = models.Source

    class Params:
        sheet = factory.SubFactory(AssessmentFactory)

    round = factory.LazyAttribute(lambda o: o.sheet.round)
    country = factory.LazyAttribute(lambda o: o.sheet.country)
    coding = factory.LazyAttribute(lambda o: o.sheet.coding)
    kind = SourceKind.LAW
    title = factory.Sequence(lambda n: f"Invented Act {n}")
    article = "section 4"
    year = 2010
    in_force_from = date(2011, 1, 1)
    entered_by = factory.SubFactory(UserFactory)


class AnswerFactory(factory.django.DjangoModelFactory):
    """The best option, by a fresh expert, first version, with no source."""

    class Meta:
        model = models.Answer

    assessment = factory.SubFactory(AssessmentFactory)
    indicator = factory.LazyAttribute(lambda o: IndicatorFactory(strand=o.assessment.strand))
    reference_date = factory.LazyAttribute(lambda o: o.assessment.round.cut_off)
    option = factory.LazyAttribute(lambda o: o.indicator.options.first())
    answered_by = factory.SubFactory(UserFactory)


class ChangeRequestFactory(factory.django.DjangoModelFactory):
    """Something asked about the first version of an answer."""

    class Meta:
        model = models.ChangeRequest

    assessment = factory.SubFactory(AssessmentFactory)
    indicator = factory.LazyAttribute(lambda o: IndicatorFactory(strand=o.assessment.strand))
    reference_date = factory.LazyAttribute(lambda o: o.assessment.round.cut_off)
    version = 1
    text = "Which paragraph says so?"


class AssignmentFactory(factory.django.DjangoModelFactory):
    """A running assignment; a scope that is not given reaches everything."""

    class Meta:
        model = models.Assignment

    person = factory.SubFactory(UserFactory)
    role = Role.OBSERVER
    round = factory.SubFactory(RoundFactory)
    pseudonym = factory.Sequence(lambda n: f"Invented Pseudonym {n}")


def on_sheet(role, sheet, person=None):
    """Give somebody that role on that sheet and return the person."""
    scope = {"round": sheet.round, "country": sheet.country, "strand": sheet.strand}
    person = person or UserFactory()
    coding = sheet.coding if role in {Role.EXPERT, Role.DELEGATE} else None
    AssignmentFactory(person=person, role=role, coding=coding, **scope)
    return person


def expert_of(sheet, person=None):
    return on_sheet(Role.EXPERT, sheet, person)


def in_round(role, round_, person=None):
    """Give somebody that role in the whole round (None: portal-wide) and return the person."""
    person = person or UserFactory()
    AssignmentFactory(person=person, role=role, round=round_)
    return person


def coordinator_of(round_, person=None):
    return in_round(Role.COORDINATOR, round_, person)


def head_coordinator(person=None):
    """Return somebody who coordinates the portal, and so may set up rounds."""
    return in_round(Role.COORDINATOR, None, person)
