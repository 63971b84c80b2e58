"""What a round's design lacks before two people may lock it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..enums import FrameworkState
from ..models import Framework, Indicator, Round
from ..selectors.designs import (
    Part,
    faults_of_dates,
    in_words,
    published_too_early,
    without_expert,
)
from ..selectors.tree import framework_document
from . import joining
from .framework.checking import faults_of


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps a round from being locked: the part to mend, and a whole sentence."""

    part: str
    words: str


def faults_of_design(round_: Round, now: datetime | None = None) -> list[Fault]:
    """Return all that keeps a round from being locked; none means that it can be."""
    return [
        *_of_framework(round_.framework),
        *_of_joining(round_),
        *_of_countries(round_),
        *_of_calendar(round_, now or timezone.now()),
    ]


def _of_framework(framework: Framework) -> Iterable[Fault]:
    if not Indicator.objects.filter(framework=framework).exists():
        yield Fault(
            Part.NAME, _("The framework of this round asks nothing. Choose another one.")
        )
    elif framework.state != FrameworkState.LOCKED:
        wrong = faults_of(framework_document(framework))
        if wrong:
            words = {"framework": framework, "number": len(wrong), "first": wrong[0][1]}
            yield Fault(
                Part.NAME,
                ngettext(
                    "The framework %(framework)s is a draft with %(number)d fault: %(first)s",
                    "The framework %(framework)s is a draft with %(number)d faults, the"
                    " first: %(first)s",
                    len(wrong),
                )
                % words,
            )


def _of_joining(round_: Round) -> Iterable[Fault]:
    for words in joining.faults_of_joining(round_):
        yield Fault(Part.NAME, words)
    if words := joining.already_there(round_, joining.taking_part(round_)):
        yield Fault(Part.COUNTRIES, words)


def _of_countries(round_: Round) -> Iterable[Fault]:
    taking_part = list(round_.participations.select_related("country"))
    if not taking_part:
        yield Fault(Part.COUNTRIES, _("Add a country first: nobody takes part in this round."))
    without = without_expert(round_, taking_part)
    if without:
        words = ngettext(
            "%(countries)s has no expert and is not marked as opening without one.",
            "%(countries)s have no expert and are not marked as opening without one.",
            len(without),
        )
        yield Fault(Part.COUNTRIES, words % {"countries": in_words(without)})


def _of_calendar(round_: Round, now: datetime) -> Iterable[Fault]:
    faults = faults_of_dates(round_)
    for words in dict.fromkeys(faults.values()):
        yield Fault(Part.CALENDAR, words)
    # The moment of opening may have passed: the round opens when somebody opens it.
    if not faults and round_.due_at <= now:
        yield Fault(
            Part.CALENDAR,
            _("The day on which the answers are due has passed. Move the calendar."),
        )
    if round_.publish_at and round_.publish_at <= round_.review_due_at:
        yield Fault(Part.RULES, published_too_early())
