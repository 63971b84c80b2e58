"""Which tables go out and come in, who may take each away, and who may bring it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from questionnaire.models import Round
from questionnaire.resources.answers import AnswerResource
from questionnaire.resources.base import ByService
from questionnaire.resources.countries import CountryResource
from questionnaire.resources.groups import GroupResource
from questionnaire.resources.people import AssignmentResource, OrganisationResource
from questionnaire.resources.sources import SourceResource
from questionnaire.resources.users import UserResource
from questionnaire.rules import (
    may_assign,
    may_bring_answers,
    may_keep_organisations,
    may_keep_people,
    may_load_countries,
    may_manage_round,
    may_take_answers,
    may_take_lists,
)

Rule = Callable[[User, Round | None], Verdict]


@dataclass(frozen=True, slots=True)
class Thing:
    """One kind of table. TAKES and BRINGS ask who may, of a round where it belongs to one.

    IS_NOTED: taking it away is an act of its own, so it is asked for by a button.
    """

    slug: str
    title: Promise
    words: Promise
    hint: Promise
    resource: type[ByService]
    takes: Rule
    brings: Rule
    of_round: bool = False
    is_noted: bool = False


def _of_portal(rule: Callable[[User], Verdict]) -> Rule:
    return lambda user, _round: rule(user)


def _gives_rights(user: User, round_: Round | None) -> Verdict:
    """Rights that reach past an invitation are given by who coordinates the portal alone."""
    return may_assign(user, None)


THINGS = (
    Thing(
        "countries",
        _("Countries"),
        _("Each country with its codes and its name."),
        _("The code is of two capital letters and alpha3 of three, as in ISO 3166-1."),
        CountryResource,
        _of_portal(may_take_lists),
        _of_portal(may_load_countries),
    ),
    Thing(
        "groups",
        _("Groups of countries"),
        _("Which country belongs to which group, from when to when."),
        _(
            "One row a country, group and first day. Days are written as 2019-12-31; an empty"
            " “to” means until today and on."
        ),
        GroupResource,
        _of_portal(may_take_lists),
        _of_portal(may_load_countries),
    ),
    Thing(
        "organisations",
        _("Organisations"),
        _("Members of the consortium, and where its people work."),
        _("The code names an organisation for good; the country is a code or empty."),
        OrganisationResource,
        _of_portal(may_take_lists),
        _of_portal(may_keep_organisations),
    ),
    Thing(
        "users",
        _("People"),
        _("Who has an account: name, address, language, time zone. No part and no passphrase."),
        _(
            "An empty cell leaves a name, a language or a time zone as it is. A row with a round"
            " and a role invites to that part: the person gets a link, and the right on accepting."
        ),
        UserResource,
        _of_portal(may_keep_people),
        _of_portal(may_keep_people),
        is_noted=True,
    ),
    Thing(
        "assignments",
        _("Rights"),
        _("Who has which part in this round: pseudonyms go out, never a name."),
        _(
            "Rights come in by the address of somebody who has an account; others are invited."
            " What went out names nobody, so it cannot come in again."
        ),
        AssignmentResource,
        may_manage_round,
        _gives_rights,
        of_round=True,
    ),
    Thing(
        "answers",
        _("Answers"),
        _("What is recorded on the sheets that you may read, without who wrote it."),
        _(
            "The answer is the number of an option, counted from 1, or why there is none. Leave"
            " the version as it went out: by it the portal knows what you have read."
        ),
        AnswerResource,
        may_take_answers,
        may_bring_answers,
        of_round=True,
    ),
    Thing(
        "sources",
        _("Sources"),
        _(
            "Laws and publications of the countries that you may read, without who entered them."
        ),
        _("A row without a key is a new source. Answers name their sources by these keys."),
        SourceResource,
        may_take_answers,
        may_bring_answers,
        of_round=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Open:
    """A table as one person has it: TAKES and BRINGS say what of it is theirs, and why not."""

    thing: Thing
    takes: Verdict
    brings: Verdict

    @property
    def is_open(self) -> bool:
        return bool(self.takes or self.brings)


def opened(slug: str, user: User, round_: Round | None) -> Open | None:
    """Return the table of that name as USER has it, or None where there is none such."""
    return next((one for one in all_for(user, round_) if one.thing.slug == slug), None)


def all_for(user: User, round_: Round | None) -> Iterator[Open]:
    """Give the tables of a round, or of the whole portal, in their order."""
    for thing in THINGS:
        if thing.of_round == (round_ is not None):
            yield Open(thing, thing.takes(user, round_), thing.brings(user, round_))
