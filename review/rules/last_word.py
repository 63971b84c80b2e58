"""May this person have the last word on a sheet, or say whether the edition names them?"""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import EXPERT_SIDE, Role
from questionnaire.models import Assignment, Country, Round

from ..models import Case
from ..signals import names_asked_about
from .reopening import is_lead_expert

NAMED = (*EXPERT_SIDE, Role.REVIEWER, Role.ADJUDICATOR)


def may_have_last_word(user: User, case: Case) -> Verdict:
    """The expert of the first sheet, until the days for it are over."""
    if not is_lead_expert(user, case):
        return no(_("Only the expert of this sheet has the last word on it."))
    if case.last_word_given_at:
        return no(_("You gave your last word on this sheet already."))
    until = case.last_word_until
    if until and timezone.now() >= until:
        day = date_format(timezone.localtime(until), "j F Y, H:i")
        return no(_("The last word was open until %(moment)s.") % {"moment": day})
    return YES


def may_say_naming(user: User, round_: Round, country: Country) -> Verdict:
    """Who answers or judges the country in the round, or did."""
    held = Assignment.objects.of(user, *NAMED).filter(round_id=round_.pk)
    there = held.filter(country__isnull=True) | held.filter(country_id=country.pk)
    if there.exists():
        return YES
    return no(_("Only who answers or reviews a country says whether the edition names them."))


def may_be_named(round_: Round, *, hold: bool = False) -> Verdict:
    """Whether a yes still gets into the edition: until it is built. A no is heard at any time.

    With HOLD nobody builds it before the caller's transaction ends.
    """
    answers = names_asked_about.send(None, round_=round_, hold=hold)
    if any(said for _receiver, said in answers):
        return no(
            _(
                "The edition is built with the names that were agreed to by then. You can still"
                " say no: a later revision leaves you out."
            )
        )
    return YES
