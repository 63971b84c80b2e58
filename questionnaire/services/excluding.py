"""Leave a country out of an edition, for good or until later, and take it in again: two people.

The country's sheets and their review stay as they are. A country that is left out blocks no
closing, counts in no average, and is named in the edition with the public text.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand

from ..enums import JointActKind, JointActState, RoundState
from ..models import Country, JointAct, Participation, Round
from ..rules import may_leave_out
from . import joint_acts
from .joint_acts import does
from .remembering import save_as

LONGEST_TEXT = 500
"""Characters of the public text: it stands in a list of the edition."""

BEFORE_THE_END = (RoundState.DESIGN, RoundState.LOCKED, RoundState.OPEN)
KINDS = (JointActKind.EXCLUDE, JointActKind.FOLLOW_LATER, JointActKind.INCLUDE)


def country_subject(country: Country) -> str:
    """Return what such an act is about: country/CODE."""
    return f"country/{country.code}"


@transaction.atomic
def ask_to_leave_out(
    *,
    round_: Round,
    country: Country,
    text: str,
    follows_later: bool = False,
    reason: str = "",
    by: User,
) -> JointAct:
    """Ask a second person to leave a country out; TEXT is what the edition's readers are told.

    With FOLLOWS_LATER a later revision takes it in. REASON is for the consortium alone. A
    country that is left out already can be asked to change from the one way to the other.

    Raises NotAllowed, WrongState once the review is closed, Refusal, ValidationError of `text`.
    """
    demand(may_leave_out(by, round_, country))
    kind = JointActKind.FOLLOW_LATER if follows_later else JointActKind.EXCLUDE
    return _ask(kind, round_, country, _public(text), reason, by)


@transaction.atomic
def ask_to_take_in(*, round_: Round, country: Country, reason: str = "", by: User) -> JointAct:
    """Ask a second person to take a country in again that was left out.

    Raises NotAllowed, WrongState once the review is closed, Refusal.
    """
    demand(may_leave_out(by, round_, country))
    left_out = round_.participations.filter(country=country).first()
    text = left_out.excluded_because if left_out else ""
    return _ask(JointActKind.INCLUDE, round_, country, text, reason, by)


def _ask(
    kind: JointActKind, round_: Round, country: Country, text: str, reason: str, by: User
) -> JointAct:
    return joint_acts.ask_for(
        kind=kind,
        round_=round_,
        subject=country_subject(country),
        details={"country": country.code, "text": text},
        reason=reason,
        by=by,
    )


def _public(text: str) -> str:
    """Return the text as one paragraph."""
    text = " ".join(text.split())
    if not text:
        raise ValidationError(
            {"text": _("Say in a sentence for readers why the country is not assessed.")}
        )
    if len(text) > LONGEST_TEXT:
        words = {"n": LONGEST_TEXT, "has": len(text)}
        raise ValidationError(
            {"text": _("It has %(has)d characters; %(n)d are the most.") % words}
        )
    return text


class _OfACountry(ABC):
    """What the three acts have in common: the state of the round, and one act at a time."""

    def check(self, round_: Round, act: JointAct) -> None:
        if round_.state not in BEFORE_THE_END:
            raise WrongState(
                _(
                    "The review of this round is closed or the round is cancelled: the"
                    " countries of its edition stay as they are."
                )
            )
        others = round_.joint_acts.filter(
            subject=act.subject, kind__in=KINDS, state=JointActState.ASKED
        )
        if others.exclude(pk=act.pk).exists():
            raise Refusal(
                _(
                    "Something else about this country waits for a second person already."
                    " It is done, refused or taken back first."
                )
            )
        self.check_country(round_, _taking_part(round_, act))

    def perform(self, round_: Round, act: JointAct) -> None:
        found = _taking_part(round_, act)
        self.put(found, act.details["text"])
        save_as(found, act.decided_by)

    @abstractmethod
    def check_country(self, round_: Round, found: Participation) -> None:
        """Raise Refusal where this cannot be done with the country now."""

    @abstractmethod
    def put(self, found: Participation, text: str) -> None:
        """Write onto the row what was asked for."""


def _taking_part(round_: Round, act: JointAct) -> Participation:
    rows = round_.participations.select_related("country")
    found = rows.filter(country__code=act.details["country"]).first()
    if found is None:
        raise Refusal(_("This country takes no part in the round."))
    return found


class _LeavingOut(_OfACountry):
    follows_later: bool

    def check_country(self, round_: Round, found: Participation) -> None:
        words = {"country": found.country.name}
        if found.excluded_because and found.follows_later == self.follows_later:
            raise Refusal(_("%(country)s is left out in this way already.") % words)
        others = round_.participations.filter(excluded_because="").exclude(pk=found.pk)
        if not others.exists():
            raise Refusal(
                _(
                    "%(country)s is the last country of the round. An edition has at least"
                    " one; cancel the round instead."
                )
                % words
            )

    def put(self, found: Participation, text: str) -> None:
        found.excluded_because, found.follows_later = text, self.follows_later


@does(JointActKind.EXCLUDE)
class _Exclude(_LeavingOut):
    follows_later = False


@does(JointActKind.FOLLOW_LATER)
class _FollowLater(_LeavingOut):
    follows_later = True


@does(JointActKind.INCLUDE)
class _Include(_OfACountry):
    def check_country(self, round_: Round, found: Participation) -> None:
        if not found.excluded_because:
            words = {"country": found.country.name}
            raise Refusal(_("%(country)s is not left out of this round.") % words)

    def put(self, found: Participation, text: str) -> None:
        found.excluded_because, found.follows_later = "", False
