"""What this person may do now with a thing of the review, and why not, for the page's side."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict

from .. import workflow
from ..models import Case, CaseItem, Dispute
from ..selectors.reading import ItemPage
from ..services import moving
from ..services.moving import Thing

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


def moves_of_case(case: Case, user: User) -> tuple[Possible, Possible]:
    """Return whether the case may be returned, and how it comes to be cleared."""
    lines = dict(_lines(case, user))
    return lines[workflow.RETURN], lines[workflow.CLEAR]


def moves_of_item(item: CaseItem, user: User, page: ItemPage) -> list[Possible]:
    """Return the acts on one answer: those that start where it stands, and the rulings."""
    lines = [Possible(_("Give an opinion"), page.row.may_speak, _("you"))]
    if page.consent:
        verdict = page.consent.may_consent
        lines.append(Possible(_("Consent to the points"), verdict, _("you")))
    of_case = dict(_lines(item.case, user))
    lines.append(of_case[workflow.RETURN])
    lines += [
        line
        for move, line in _lines(item, user)
        if move is workflow.RULE or (move in OF_AN_ITEM and item.state in move.sources)
    ]
    return lines


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
