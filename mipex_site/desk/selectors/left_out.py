"""The countries of a round that its edition leaves out, and those that could be."""

from __future__ import annotations

from dataclasses import dataclass

from mipex_site.accounts.models import User
from questionnaire.enums import JointActState
from questionnaire.models import Country, JointAct, Participation, Round
from questionnaire.services.excluding import BEFORE_THE_END, KINDS

from .joint_acts import country_of, title_of
from .people import lost_codes


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One country that is left out, with its public text. WAITS: it is asked to be otherwise."""

    country: Country
    text: str
    follows_later: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class LeftOutPage:
    """COUNTRIES are those of the round, as choices; WAITING the titles of what was asked for.

    LOST is how many countries a tie keeps from the person: they are nowhere here.
    """

    round: Round
    left_out: tuple[LeftOut, ...]
    countries: tuple[Participation, ...]
    waiting: tuple[str, ...]
    lost: int
    can_change: bool


def left_out_page(round_: Round, user: User) -> LeftOutPage:
    """Return the page's data for a coordinator of the round; four queries at most."""
    every = round_.participations.select_related("country").order_by("country__name")
    lost = lost_codes(user, round_)
    known = tuple(each for each in every if each.country.code not in lost)
    names = {each.country.code: each.country.name for each in known}
    asked = JointAct.objects.filter(
        round_id=round_.pk, kind__in=KINDS, state=JointActState.ASKED
    )
    waiting = {country_of(act): act for act in asked.order_by("created_at")}
    return LeftOutPage(
        round=round_,
        left_out=tuple(
            LeftOut(
                each.country,
                each.excluded_because,
                each.follows_later,
                waits=each.country.code in waiting,
            )
            for each in known
            if each.excluded_because
        ),
        countries=known,
        waiting=tuple(
            title_of(act.kind, names[code]) for code, act in waiting.items() if code in names
        ),
        lost=len(lost),
        can_change=round_.state in BEFORE_THE_END,
    )
