"""What is known of one person in every round, read once for a page that asks for it often."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from uuid import UUID

from django.db.models import CharField, Value

from mipex_site.accounts.models import User
from questionnaire.enums import EXPERT_SIDE, Role, RoundState
from questionnaire.models import Answer, Assignment, Round

from ..models import Declaration, Opinion
from ..rules.interests import FATE, JUDGES, OPEN

Country = tuple[int, int]
"""The keys of a round and a country: ties are judged per country and round."""

WROTE, SPOKE = "wrote", "spoke"


class Known:
    """A person's rights, ended ones too, and what ties them; two queries, the second if asked.

    It is for pages. What changes anything asks its own rule.
    """

    def __init__(self, user: User) -> None:
        self.user_id: UUID = user.pk
        rows = Assignment.objects.of(user).select_related("round")
        self.held = tuple(rows.order_by("-country_id", "pk"))

    @cached_property
    def running(self) -> tuple[Assignment, ...]:
        return tuple(held for held in self.held if not held.is_over)

    @cached_property
    def in_open_rounds(self) -> tuple[Assignment, ...]:
        """The rights of the portal and of the rounds that are open now."""
        return tuple(
            held
            for held in self.held
            if held.round is None or held.round.state == RoundState.OPEN
        )

    @cached_property
    def rounds(self) -> dict[str, Round]:
        """Every round in which the person ever had a part, by its code."""
        return {held.round.code: held.round for held in self.held if held.round}

    @property
    def wrote(self) -> frozenset[Country]:
        """Where the person wrote any version of an answer."""
        return frozenset(self._facts.get(WROTE, ()))

    @property
    def spoke(self) -> frozenset[Country]:
        """Where the person gave any opinion."""
        return frozenset(self._facts.get(SPOKE, ()))

    @cached_property
    def fates(self) -> dict[Country, str]:
        """What became of each of the person's declarations: open, waiting or barred."""
        return {
            place: fact
            for fact, places in self._facts.items()
            if fact not in {WROTE, SPOKE}
            for place in places
        }

    def is_open(self, place: Country) -> bool:
        """Whether what the person declared opens the country to them."""
        return self.fates.get(place) == OPEN

    def may_have_lost(self, round_: Round) -> bool:
        """Whether a tie may keep a country of the round from who runs it."""
        parts = {*EXPERT_SIDE, *JUDGES}
        took_part = any(
            held.role in parts and held.round_id in {None, round_.pk} for held in self.held
        )
        return took_part or any(
            place[0] == round_.pk and fate != OPEN for place, fate in self.fates.items()
        )

    def judged_in(self, state: str) -> bool:
        """Whether the person ever was a judge in a round that is in this state now."""
        return any(
            held.role in JUDGES and held.round is not None and held.round.state == state
            for held in self.held
        )

    def has(self, *roles: Role) -> bool:
        return any(held.role in roles for held in self.running)

    @cached_property
    def _facts(self) -> dict[str, set[Country]]:
        found: dict[str, set[Country]] = {}
        for fact, round_, country in self._rows():
            found.setdefault(fact, set()).add((round_, country))
        return found

    def _rows(self) -> Iterator[tuple[str, int, int]]:
        """Give each fact with the keys of its round and country; one query."""
        wrote = Answer.history.filter(answered_by_id=self.user_id)
        spoke = Opinion.objects.filter(reviewer_id=self.user_id)
        declared = Declaration.objects.filter(person_id=self.user_id)
        of_sheet = ("assessment__round_id", "assessment__country_id")
        of_item = ("item__case__round_id", "item__case__country_id")
        rows = (
            wrote.order_by()
            .values_list(_text(WROTE), *of_sheet)
            .union(
                spoke.order_by().values_list(_text(SPOKE), *of_item),
                declared.order_by().values_list(FATE, "round_id", "country_id"),
            )
        )
        yield from rows


def _text(fact: str) -> Value:
    return Value(fact, output_field=CharField())
