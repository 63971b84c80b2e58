"""Whether the outbox needs somebody, for those who look after it."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from mipex_site.accounts.models import User
from mipex_site.mail.selectors import outbox_alarm
from questionnaire.enums import Role
from questionnaire.models import Round

from ...rules import held_by, holds


def alarm_for(user: User, rounds: Iterable[Round]) -> dict[str, object]:
    """Return the alarm and the address of the letters of a round that the person coordinates.

    Nothing for who coordinates none of ROUNDS; else one query. It counts nothing: a tie may keep
    a letter that failed from the person, but not that somebody must look.
    """
    run = [round_ for round_ in rounds if holds(held_by(user), round_, Role.COORDINATOR)]
    if not run:
        return {}
    alarm = outbox_alarm(codes=[round_.code for round_ in run])
    return {"alarm": alarm, "alarm_url": reverse("desk:mail", args=[run[0].code])}
