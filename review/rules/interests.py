"""Whether a tie keeps a country from a person, and which ties are found without asking.

A judge declares before any content of a country is shown; what a coordinator has to decide
stays closed until then. Who looks at a country from above loses it by a tie.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import CharField, Q, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import EXPERT_SIDE, Role
from questionnaire.models import (
    Affiliation,
    Assignment,
    Country,
    Organisation,
    Participation,
    Round,
    Source,
)
from questionnaire.rules import may_manage_round

from ..models import Declaration, Unblinding

JUDGES = (Role.REVIEWER, Role.ADJUDICATOR)
LOOKERS = (Role.COORDINATOR, Role.OBSERVER)

OPEN, WAITING, BARRED = "open", "waiting", "barred"
"""What became of a declaration. Without one, it is None."""

FLAGS = {
    "organisation": gettext_lazy("Works where somebody of the country’s expert side works."),
    "expert_side": gettext_lazy(
        "Is or was on the country’s expert side in this round or one of the two before."
    ),
    "source": gettext_lazy("Seems to be the author or the publisher of a source cited here."),
}
"""What the standing rules find, by the name under which a declaration keeps it."""

ROUNDS_BEFORE = 2
SHORTEST_NAME = 4
NAMES_ARE_SHOWN_FOR = timedelta(hours=24)

FATE = Choice(
    When(is_cleared=True, then=Value(OPEN)),
    When(is_cleared=False, then=Value(BARRED)),
    default=Value(WAITING),
    output_field=CharField(),
)


def assignments_with_tie(user: User, *, round_id: int, country_id: int) -> QuerySet[Assignment]:
    """Return every assignment that reaches the country, ended ones too, each with `declared`.

    The person's declaration about the country comes with them, so that no rule asks twice.
    """
    declared = Declaration.objects.filter(
        person_id=user.pk, round_id=round_id, country_id=country_id
    )
    reaching = Q(round__isnull=True) | Q(round_id=round_id)
    there = Q(country__isnull=True) | Q(country_id=country_id)
    held = Assignment.objects.of(user).filter(reaching, there)
    return held.annotate(declared=Subquery(declared.annotate(fate=FATE).values("fate")))


def tie_of_judge(held: Iterable[Assignment], country: Country) -> Verdict:
    """Whether what a judge declared opens the country; HELD is from assignments_with_tie."""
    fate = _fate_in(held)
    return YES if fate == OPEN else no(words_of(fate, country))


def tie_of_looker(held: Iterable[Assignment], country: Country) -> Verdict:
    """Whether who runs or observes the round keeps the country; HELD is as above."""
    if _keeps(list(held)):
        return YES
    return no(
        _("Your tie to %(country)s keeps it from you. Another coordinator looks after it.")
        % {"country": country.name}
    )


def may_look_at(user: User, *, role: str, round_id: int, country_id: int) -> Verdict:
    """Whether no tie keeps the country from who has this ROLE there; one query if so."""
    held = list(assignments_with_tie(user, round_id=round_id, country_id=country_id))
    if _fate_in(held) == OPEN if role in JUDGES else _keeps(held):
        return YES
    country = Country.objects.get(pk=country_id)
    return tie_of_judge(held, country) if role in JUDGES else tie_of_looker(held, country)


def fate_of(declared: Declaration) -> str:
    """Return what became of a declaration, as `declared` says it in assignments_with_tie."""
    return {True: OPEN, False: BARRED, None: WAITING}[declared.is_cleared]


def _fate_in(held: Iterable[Assignment]) -> str | None:
    return next((one.declared for one in held), None)


def _keeps(held: list[Assignment]) -> bool:
    took_part = any(one.role in (*EXPERT_SIDE, *JUDGES) for one in held)
    return not took_part and _fate_in(held) in {None, OPEN}


def words_of(fate: str | None, country: Country) -> str:
    """Say why a country is still closed to a judge. What a standing rule found stays unsaid."""
    words = {
        None: _("Declare your interests in %(country)s first. Its answers are shown then."),
        WAITING: _(
            "A coordinator looks at your declaration about %(country)s before its answers are"
            " shown."
        ),
    }
    closed = _("Your tie to %(country)s keeps its answers from you. Somebody else judges them.")
    return words.get(fate, closed) % {"country": country.name}


def may_declare(user: User, round_: Round, country: Country) -> Verdict:
    """Who judges the country, or who runs or observes the round; all others have no say."""
    if round_.participations.filter(country_id=country.pk).exists():
        held = assignments_with_tie(user, round_id=round_.pk, country_id=country.pk)
        if any(one.declared or _asks_for_one(one) for one in held):
            return YES
    return no(_("Only who judges or runs this round declares interests in it."))


def _asks_for_one(held: Assignment) -> bool:
    return not held.is_over and held.role in (*JUDGES, *LOOKERS)


def must_declare(user: User, *, round_id: int, country_id: int) -> bool:
    """Whether a running right to judge the country waits for the person's declaration."""
    held = assignments_with_tie(user, round_id=round_id, country_id=country_id)
    running = held.running().filter(role__in=JUDGES)
    return any(one.declared != OPEN for one in running)


def may_decide(user: User, declaration: Declaration) -> Verdict:
    """A coordinator of the round, about somebody else, who has no tie to the country."""
    verdict = may_manage_round(user, declaration.round)
    if not verdict:
        return verdict
    if declaration.person_id == user.pk:
        return no(_("Nobody decides on their own declaration. Ask another coordinator."))
    place = {"round_id": declaration.round_id, "country_id": declaration.country_id}
    return tie_of_looker(assignments_with_tie(user, **place), declaration.country)


def may_unblind(user: User, round_: Round, country: Country) -> Verdict:
    """A coordinator of the round who has no tie to the country."""
    verdict = may_manage_round(user, round_)
    if not verdict:
        return verdict
    held = assignments_with_tie(user, round_id=round_.pk, country_id=country.pk)
    return tie_of_looker(held, country)


def may_see_unblindings(user: User, round_: Round) -> Verdict:
    held = Assignment.objects.running().of(user, *LOOKERS).in_round(round_)
    if held.filter(country__isnull=True, strand__isnull=True).exists():
        return YES
    return no(_("This list is open to those who run or observe the round."))


def countries_lost_by(user: User, round_: Round) -> frozenset[int]:
    """Return the keys of the countries that a tie keeps from who looks from above.

    One query; one more for somebody who had a part in the whole round.
    """
    took_part = Assignment.objects.of(user, *EXPERT_SIDE, *JUDGES).in_round(round_)
    declared = Declaration.objects.filter(person_id=user.pk, round_id=round_.pk)
    tied = declared.exclude(is_cleared=True).order_by()
    both = took_part.order_by().values_list("country_id").union(tied.values_list("country_id"))
    lost = {country for (country,) in both}
    if None in lost:
        every = Participation.objects.filter(round_id=round_.pk).order_by()
        return frozenset(every.values_list("country_id", flat=True))
    return frozenset(lost)


def countries_unblinded_for(user: User, round_: Round) -> dict[int, Unblinding]:
    """Return by country the unblinding that still shows this person names; one query."""
    mine = Unblinding.objects.filter(by_id=user.pk, round_id=round_.pk)
    running = mine.filter(until__gt=timezone.now()).order_by("until")
    return {one.country_id: one for one in running}


# --- The standing rules -------------------------------------------------------------------


def standing_ties(person: User, round_: Round, country: Country) -> list[str]:
    """Return the names in FLAGS of what ties a person to a country without being asked."""
    experts = Assignment.objects.filter(country_id=country.pk, role__in=EXPERT_SIDE)
    return [
        name
        for name, holds in (
            ("organisation", _works_with(person, round_, experts.filter(round_id=round_.pk))),
            ("expert_side", _was_expert(person, round_, experts)),
            ("source", _is_cited(person, round_, country)),
        )
        if holds
    ]


def _works_with(person: User, round_: Round, experts: QuerySet[Assignment]) -> bool:
    """Whether both work, or worked at any time since the round began, for one organisation."""
    in_its_time = Affiliation.objects.on_or_after(timezone.localdate(round_.opens_at))
    own = in_its_time.filter(person_id=person.pk).values("organisation_id")
    theirs = in_its_time.filter(person_id__in=experts.values("person_id"))
    return theirs.filter(organisation_id__in=own).exclude(person_id=person.pk).exists()


def _was_expert(person: User, round_: Round, experts: QuerySet[Assignment]) -> bool:
    before = Round.objects.filter(
        cut_off__lt=round_.cut_off, is_demonstration=round_.is_demonstration
    ).order_by("-cut_off", "-pk")
    rounds = [round_.pk, *before.values_list("pk", flat=True)[:ROUNDS_BEFORE]]
    return experts.filter(person_id=person.pk, round_id__in=rounds).exists()


def _is_cited(person: User, round_: Round, country: Country) -> bool:
    """Whether a source of the country's bears the person's name, or their organisation's."""
    sources = Source.objects.filter(round_id=round_.pk, country_id=country.pk)
    organisations = [set(words) for words in _organisations_of(person.pk) if words]
    name = words_in(person.name)
    for title, publisher in sources.values_list("title", "publisher").distinct():
        words = set(words_in(f"{title} {publisher}"))
        if _names(name, words) or any(own <= words for own in organisations):
            return True
    return False


def _organisations_of(person: UUID) -> Iterator[list[str]]:
    own = Organisation.objects.filter(affiliations__person_id=person)
    for name in own.order_by().values_list("name", flat=True):
        yield words_in(name)


def words_in(text: str) -> list[str]:
    """Return a text's words without accents and capitals, as names are compared."""
    plain = unicodedata.normalize("NFKD", text)
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return re.findall(r"\w+", letters.casefold())


def _names(name: list[str], words: set[str]) -> bool:
    """Whether every word of a person's name is there, or a family name long enough to tell."""
    if not name:
        return False
    family = name[-1]
    return set(name) <= words or (len(family) >= SHORTEST_NAME and family in words)
