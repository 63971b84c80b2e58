"""Who is certified to have reviewed: whoever reviewed or ruled in the round, also in the past."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.models import Assignment, Round

from .interests import JUDGES


def may_have_certificate(user: User, round_: Round) -> Verdict:
    """Whether the person was a reviewer or a consortium reviewer of the round."""
    if Assignment.objects.of(user, *JUDGES).filter(round_id=round_.pk).exists():
        return YES
    return no(_("Only who reviewed in this round gets a certificate of it."))
