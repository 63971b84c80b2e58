"""Acts of two on my work: what a second person does, and what waits for somebody else."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from questionnaire.enums import JointActState
from questionnaire.models import Country, JointAct, Round
from review.selectors.known import Known

from ..joint_acts import country_of, title_of
from ..people import lost_codes
from .items import Part, Rank, Waiting, WorkItem


def part(user: User, known: Known, rounds: Iterable[Round]) -> Part:
    """Return what waits in these rounds; two queries, and none where there are no rounds."""
    by_key = {round_.pk: round_ for round_ in rounds}
    if not by_key:
        return Part()
    waiting = JointAct.objects.filter(round_id__in=by_key, state=JointActState.ASKED)
    acts = list(waiting.select_related("asked_by").order_by("created_at", "pk"))
    codes = {code for code in map(country_of, acts) if code}
    names = dict(Country.objects.filter(code__in=codes).values_list("code", "name"))
    lost = {
        key: lost_codes(user, round_) if known.may_have_lost(round_) else ()
        for key, round_ in by_key.items()
    }
    items, others = [], []
    for act in acts:
        code = country_of(act) or ""
        if code in lost[act.round_id]:
            continue
        round_, title = by_key[act.round_id], title_of(act.kind, names.get(code, ""))
        if act.asked_by_id == user.pk:
            others.append(_own(round_, title))
        else:
            items.append(_to_do(round_, title, act))
    return Part(tuple(items), tuple(others))


def _to_do(round_: Round, title: str, act: JointAct) -> WorkItem:
    return WorkItem(
        rank=Rank.TO_ASSIGN,
        state="pending",
        words=_("Waits for a second person"),
        title=_("%(round)s: %(what)s") % {"round": round_, "what": title},
        why=_("%(name)s asks for it. Do it, or say why not.") % {"name": act.asked_by.name},
        act=_("Decide"),
        url=_address(round_),
    )


def _own(round_: Round, title: str) -> Waiting:
    return Waiting(
        "pending",
        _("%(round)s: %(what)s") % {"round": round_, "what": title},
        _("You asked for it. It waits for a second person; you can take it back."),
        _address(round_),
    )


def _address(round_: Round) -> str:
    return reverse("desk:joint-acts", args=[round_.code])
