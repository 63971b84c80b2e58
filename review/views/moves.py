"""What this person may do now with a thing of the review, and why not, for the page's side."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict

from .. import workflow
from ..models import Case, CaseItem, Dispute
from ..selectors.reading import ItemPage
from ..selectors.threads import Conversations, ThreadLine
from ..services import moving
from ..services.moving import Thing
from .places import codes_of

OF_AN_ITEM = (
    workflow.APPROVE,
    workflow.REQUEST_CHANGE,
    workflow.RESUBMIT,
    workflow.MAINTAIN,
    workflow.RULE,
)
"""What is worth a line. How an answer comes to be disputed is said where it is disputed."""


@dataclass(frozen=True, slots=True)
class Possible:
    """One line: what it is, whether it may be done now, and by whom it is done."""

    title: str
    verdict: Verdict
    who: str = ""
    talks: tuple[tuple[str, str], ...] = ()
    """Words and address of each blocking conversation that holds it up."""


def moves_of_case(
    case: Case, user: User, talk: Conversations | None = None
) -> tuple[Possible, Possible]:
    """Return whether the case may be returned, and how it comes to be cleared.

    TALK is what the person reads of the talk: what is not in it is not told of here either.
    """
    lines = dict(_lines(case, user))
    clear = replace(lines[workflow.CLEAR], talks=_blocking(talk))
    return lines[workflow.RETURN], clear


def moves_of_item(
    item: CaseItem, user: User, page: ItemPage, talk: Conversations | None = None
) -> list[Possible]:
    """Return the acts on one answer: those that start where it stands, and the rulings.

    TALK is as for a case, about this answer: it holds up the approval.
    """
    lines = [Possible(_("Give an opinion"), page.row.may_speak, _("you"))]
    if page.consent:
        verdict = page.consent.may_consent
        lines.append(Possible(_("Consent to the points"), verdict, _("you")))
    of_case = dict(_lines(item.case, user))
    lines.append(of_case[workflow.RETURN])
    lines += [
        replace(line, talks=_blocking(talk)) if move is workflow.APPROVE else line
        for move, line in _lines(item, user)
        if move is workflow.RULE or (move in OF_AN_ITEM and item.state in move.sources)
    ]
    return lines


def _blocking(talk: Conversations | None) -> tuple[tuple[str, str], ...]:
    """Return what each blocking conversation that is open is called, and its address."""
    lines = [line for line in (talk.going_on if talk else ()) if line.is_blocking]
    return tuple((_called(line), _url_of(line)) for line in lines)


def _url_of(line: ThreadLine) -> str:
    return reverse("review:conversation", args=[*codes_of(line.place), line.number])


def _called(line: ThreadLine) -> str:
    kind = {"kind": capfirst(line.kind_label), "n": line.number}
    if not line.indicator_title:
        return _("%(kind)s %(n)d about the whole case") % kind
    return _("%(kind)s %(n)d: %(title)s") % {**kind, "title": line.indicator_title}


def moves_of_dispute(dispute: Dispute, user: User) -> dict[str, Possible]:
    """Return by its name every move on the dispute that is worth a line.

    To propose asks the same of the person as to rule, and to dissent the same as to concur.
    """
    rule = moving.verdict_on(move=workflow.CLOSE, thing=dispute, by=user)
    look = moving.verdict_on(move=workflow.CONCUR, thing=dispute, by=user)
    told = ((workflow.CLOSE, rule), (workflow.CONCUR, look), (workflow.DISSENT, look))
    return {move.name: Possible(str(move.title), verdict, _("you")) for move, verdict in told}


def _lines(thing: Thing, user: User) -> list[tuple[workflow.Move, Possible]]:
    return [
        (move, Possible(str(move.title), verdict, _("you")))
        for move, verdict in workflow.verdicts_for(user, thing)
    ]
