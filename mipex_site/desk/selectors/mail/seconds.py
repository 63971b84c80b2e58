"""Acts of two in the daily letter: what waits for a second person, to each who may be that one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.mail.enums import NoticeKind
from questionnaire.enums import JointActKind, JointActState, Role, RoundState
from questionnaire.models import Assignment, Country, JointAct
from review.selectors.known import Known

from ..joint_acts import country_of
from ..people import lost_codes
from .lines import Line

DECIDE = (Role.COORDINATOR, Role.PUBLISHER)


def waiting_acts() -> Iterable[JointAct]:
    """Return what waits in a round that is not over for good.

    More time is not among it: coordinators are told of that where it is granted, with its place
    and its moment.
    """
    asked = JointAct.objects.filter(state=JointActState.ASKED)
    return asked.exclude(kind=JointActKind.EXTEND).exclude(round__state=RoundState.CANCELLED)


def seconds(user: User, known: Known) -> Iterator[Line]:
    """Yield what the person may do as the second one. Two queries; none for who runs no round."""
    held = [row for row in known.running if _is_whole(row)]
    if not held:
        return
    acts = waiting_acts().exclude(asked_by=user).select_related("round")
    if all(row.round_id for row in held):
        acts = acts.filter(round_id__in=[row.round_id for row in held])
    found = [(act, country_of(act) or "") for act in acts.order_by("created_at", "pk")]
    codes = {code for _act, code in found if code}
    names = dict(Country.objects.filter(code__in=codes).values_list("code", "name"))
    lost = {
        act.round_id: lost_codes(user, act.round) if known.may_have_lost(act.round) else ()
        for act, code in found
        if code
    }
    for act, code in found:
        if not code or code not in lost[act.round_id]:
            yield _line(user, act, names.get(code, ""))


def _is_whole(row: Assignment) -> bool:
    return row.role in DECIDE and row.country_id is None and row.strand_id is None


def _line(user: User, act: JointAct, country: str) -> Line:
    words = (
        _("%(round)s, %(country)s: a second person is asked for, to %(what)s.")
        if country
        else _("%(round)s: a second person is asked for, to %(what)s.")
    )
    what = str(JointActKind(act.kind).label)
    return Line(
        key=f"turn/{user.pk}/act-of-two/{act.pk}",
        kind=NoticeKind.TURN,
        words=words % {"round": act.round.title, "country": country, "what": what},
        address=reverse("desk:joint-acts", args=[act.round.code]),
        round_code=act.round.code,
    )
