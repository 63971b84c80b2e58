"""Say once, for all that one reviewed in a round, whether the edition may name one."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal
from mipex_site.base.verdict import demand
from questionnaire.models import Round

from ..models import NamingConsent
from ..rules.certificate import may_have_certificate
from ..selectors.certificate import countries_judged_by
from .last_word import say_naming


@transaction.atomic
def say_naming_as_reviewer(*, round_: Round, is_named: bool, by: User) -> list[NamingConsent]:
    """Keep the person's word for every country they judged, each with its record.

    Raises NotAllowed, and Refusal where nothing was judged.
    """
    demand(may_have_certificate(by, round_))
    countries = countries_judged_by(by, round_)
    if not countries:
        raise Refusal(_("You gave no opinion and no ruling in this round."))
    return [
        say_naming(round_=round_, country=country, is_named=is_named, by=by)
        for country in countries
    ]
