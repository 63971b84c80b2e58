"""May this person look again at a ruling that goes far from what the expert said?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no

from ..models import Dispute, Ruling
from .judging import may_adjudicate


def may_look_again(user: User, dispute: Dispute) -> Verdict:
    """Whoever might have ruled here, but for the person whose ruling waits."""
    verdict = may_adjudicate(user, dispute.item.case)
    if not verdict:
        return verdict
    waiting = Ruling.objects.unlooked().filter(dispute_id=dispute.pk)
    if waiting.filter(adjudicator_id=user.pk).exists():
        return no(_("You made this ruling, so another consortium reviewer looks at it."))
    return YES
