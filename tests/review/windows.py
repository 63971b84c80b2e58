"""Reopenings of Portugal's sheets in the small world: asked for, granted, used, over."""

from datetime import timedelta

from django.utils import timezone

from questionnaire.enums import ChangeReason
from review.enums import ReopeningReason, ReopeningState
from review.models import Reopening
from review.services.reopening import ask_reopening, grant
from tests import world as worlds

SOON = timedelta(days=3)


def ask(world, *codes, by="PT_a_1", reason=ReopeningReason.CITATION):
    """Ask, as one of the people, that these answers of Portugal are opened again."""
    items = [world.item("PT", code) for code in codes]
    return ask_reopening(
        case=world.case("PT", items[0].case.strand.code),
        items=items,
        reason=reason,
        text="The article that is cited is the wrong one.",
        by=world[by],
    )


def open_for(world, *codes, by="PT_a_1"):
    """Ask for it as the expert and grant it, by as many as it takes."""
    asked = ask(world, *codes, by=by)
    until = timezone.now() + SOON
    granted = grant(reopening=asked, until=until, text="Do.", by=world["coordinator"])
    if granted.state == ReopeningState.SECONDING:
        granted = grant(reopening=granted, until=until, text="Do.", by=world["adjudicator"])
    return granted


def change(world, code, earns=50):
    """Let Portugal's expert record another option."""
    sheet = world.sheet("PT", world.indicator(code).strand.code)
    corrected = ChangeReason.CORRECTED
    worlds.answer(world, sheet, code, earns=earns, change_reason=corrected)


def pass_time():
    """Let the time of every open reopening be over."""
    for window in Reopening.objects.filter(state=ReopeningState.OPEN):
        window.until = timezone.now() - timedelta(seconds=1)
        window.save()
        sheet = window.case.round.assessments.get(
            country=window.case.country, strand=window.case.strand, coding=1
        )
        sheet.open_until = window.until
        sheet.save()
