"""Acts of two of a round: what waits for a second person, and what became of the last ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services.places import place_of
from mipex_site.base.templatetags.house import in_words
from mipex_site.base.verdict import Verdict
from questionnaire.enums import JointActKind, JointActState
from questionnaire.models import Country, JointAct, Round
from questionnaire.rules import may_decide_joint_act_as, may_withdraw_joint_act

from .people import lost_codes

KEPT = 20
"""How many decided acts the page lists."""


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act in words; FACTS are names and values of what it would bring."""

    act: JointAct
    title: str
    then: str
    facts: tuple[tuple[str, str], ...]
    may_decide: Verdict
    may_withdraw: Verdict


@dataclass(frozen=True, slots=True)
class JointActsPage:
    """LOST is how many waiting acts are about countries that a tie keeps from the person."""

    round: Round
    waiting: tuple[ActLine, ...]
    decided: tuple[ActLine, ...]
    lost: int


def joint_acts_page(round_: Round, user: User) -> JointActsPage:
    """Return the page's data; for a coordinator or publisher of the round. Five queries at most."""
    rows = JointAct.objects.filter(round_id=round_.pk).select_related("asked_by", "decided_by")
    asked = list(rows.filter(state=JointActState.ASKED).order_by("created_at", "pk"))
    ended = rows.exclude(state=JointActState.ASKED).order_by("-decided_at", "-pk")[:KEPT]
    lost = lost_codes(user, round_)
    decided = [act for act in ended if country_of(act) not in lost]
    waiting = [act for act in asked if country_of(act) not in lost]
    names = _names([*waiting, *decided])
    return JointActsPage(
        round=round_,
        waiting=tuple(_line(act, user, names) for act in waiting),
        decided=tuple(_line(act, user, names) for act in decided),
        lost=len(asked) - len(waiting),
    )


def act_of(round_: Round, user: User, key: int) -> JointAct | None:
    """Return one act of the round, unless a tie keeps its country from the person."""
    act = JointAct.objects.select_related("round").filter(round_id=round_.pk, pk=key).first()
    if act is None or country_of(act) in lost_codes(user, round_):
        return None
    return act


def country_of(act: JointAct) -> str | None:
    """Return the code of the country that an act is about, or None."""
    return place_of(act.subject, None, act.details)[0]


def title_of(kind: str, country: str) -> str:
    """Say in few words what an act does; COUNTRY is a name, or empty."""
    words = {
        JointActKind.EXCLUDE: _("Leave %(country)s out of the edition"),
        JointActKind.FOLLOW_LATER: _("Let %(country)s follow later"),
        JointActKind.INCLUDE: _("Take %(country)s in again"),
        JointActKind.EXTEND: _("Give %(country)s time that belongs to the review"),
    }
    said = words.get(JointActKind(kind)) if country else None
    return said % {"country": country} if said else capfirst(str(JointActKind(kind).label))


def _names(acts: list[JointAct]) -> dict[str, str]:
    codes = {code for code in map(country_of, acts) if code}
    if not codes:
        return {}
    return dict(Country.objects.filter(code__in=codes).values_list("code", "name"))


def _line(act: JointAct, user: User, names: Mapping[str, str]) -> ActLine:
    return ActLine(
        act=act,
        title=title_of(act.kind, names.get(country_of(act) or "", "")),
        then=_then(act.kind),
        facts=tuple(_facts(act)),
        may_decide=may_decide_joint_act_as(user, act, runs=True),
        may_withdraw=may_withdraw_joint_act(user, act),
    )


def _then(kind: str) -> str:
    """Say what becomes true once it is done."""
    words = {
        JointActKind.LOCK: _(
            "From then on the questions, the countries and the rules of the round stay as they"
            " are."
        ),
        JointActKind.UNLOCK: _(
            "The design can then be changed again. An opening is called off, and what it has set"
            " up is taken down."
        ),
        JointActKind.EXCLUDE: _(
            "Its answers then count nowhere in this edition, nothing there blocks the closing,"
            " and the edition says why it is not assessed."
        ),
        JointActKind.FOLLOW_LATER: _(
            "It is then left out of this edition, nothing there blocks the closing, and a later"
            " revision takes it in."
        ),
        JointActKind.INCLUDE: _(
            "Its answers then count again, and what is not done there blocks the closing."
        ),
        JointActKind.EXTEND: _("The review is then left fewer days than were kept for it."),
        JointActKind.CANCEL: _(
            "The round then ends for good: nobody writes in it any more, and nothing of it is"
            " published."
        ),
        JointActKind.BACK_TO_REVIEW: _(
            "The review of the round then goes on. What was computed and built is set aside, the"
            " signatures on it lapse, and sheets can be opened again. It is closed anew later."
        ),
    }
    return words[JointActKind(kind)]


def _facts(act: JointAct) -> list[tuple[str, str]]:
    """Return what of the details a person reads: checksums and keys are not among it."""
    found = []
    if act.details.get("text"):
        found.append((_("Public text"), act.details["text"]))
    if act.details.get("until"):
        until = datetime.fromisoformat(act.details["until"])
        found.append((_("Until"), in_words(until)))
    return found
