"""What a round must be whose countries join the published edition of another round.

Which editions are published is known further down the flow; it is asked for by a signal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal
from mipex_site.base.verdict import demand

from ..models import Country, Round
from ..rules import may_manage_round
from ..selectors.designs import in_words
from ..signals import published_countries_asked_for


def countries_published(round_: Round) -> frozenset[str] | None:
    """Return the codes of the countries in the round's edition in force; None without one."""
    answers = published_countries_asked_for.send(sender=Round, round_=round_)
    found = [codes for _receiver, codes in answers if codes is not None]
    return frozenset().union(*found) if found else None


def faults_of_joining(round_: Round) -> Iterator[str]:
    """Give a sentence for each reason why the round cannot extend the one that it names."""
    extended = round_.extends
    if extended is None:
        return
    words = {"round": extended, "framework": extended.framework}
    if extended.pk == round_.pk:
        yield _("A round does not join its own edition.")
    elif countries_published(extended) is None:
        yield _("No edition of “%(round)s” is in force, so nobody can join it.") % words
    if extended.framework_id != round_.framework_id:
        yield (
            _(
                "“%(round)s” asks %(framework)s. Countries that join its edition are asked the"
                " same: choose this framework."
            )
            % words
        )
    if extended.is_demonstration != round_.is_demonstration:
        yield _("A demonstration joins no real edition, and no real round a demonstration.")


def already_there(round_: Round, countries: Iterable[Country]) -> str:
    """Return a sentence that names those of COUNTRIES that are in the edition to join; or none."""
    there = countries_published(round_.extends) if round_.extends else None
    names = sorted(country.name for country in countries if country.code in (there or ()))
    if not names:
        return ""
    words = {"countries": in_words(names), "round": round_.extends}
    return (
        ngettext(
            "%(countries)s is in the edition of “%(round)s” already. A published answer is"
            " corrected, not given again.",
            "%(countries)s are in the edition of “%(round)s” already. A published answer is"
            " corrected, not given again.",
            len(names),
        )
        % words
    )


def demand_may_join(*, round_: Round, by: User) -> None:
    """Raise NotAllowed, or ValidationError of `extends` with all that stands against it."""
    if round_.extends is None:
        return
    demand(may_manage_round(by, round_.extends))
    faults = [*faults_of_joining(round_), *_of_countries(round_)]
    if faults:
        raise ValidationError({"extends": faults})


def demand_not_there(*, round_: Round, countries: Collection[Country]) -> None:
    """Raise Refusal where one of COUNTRIES is in the edition that the round extends."""
    if words := already_there(round_, countries):
        raise Refusal(words)


def _of_countries(round_: Round) -> Iterator[str]:
    if round_.pk and (words := already_there(round_, taking_part(round_))):
        yield words


def taking_part(round_: Round) -> list[Country]:
    return [row.country for row in round_.participations.select_related("country")]
