"""The codes by which the audit and the pages know things of the review, never their keys."""

from __future__ import annotations

from typing import Any

from questionnaire.models import Country, Round

from ..models import Case, CaseItem, Dispute, Reopening


def item_of(thing: CaseItem | Dispute) -> CaseItem:
    return thing.item if isinstance(thing, Dispute) else thing


def case_of(thing: CaseItem | Case | Dispute | Reopening) -> Case:
    if isinstance(thing, Reopening):
        return thing.case
    return thing if isinstance(thing, Case) else item_of(thing).case


def round_of(thing: Any) -> Round:
    return thing if isinstance(thing, Round) else case_of(thing).round


def address_of(thing: Any) -> str:
    """Return round/CODE, case/ROUND/COUNTRY/STRAND or item/ROUND/COUNTRY/STRAND/INDICATOR.

    A dispute has the address of its item, a reopening that of its case: at most one is open
    there.
    """
    if isinstance(thing, Round):
        return f"round/{thing.code}"
    case = case_of(thing)
    place = f"{case.round.code}/{case.country.code}/{case.strand.code}"
    if isinstance(thing, Case | Reopening):
        return f"case/{place}"
    return f"item/{place}/{item_of(thing).indicator.code}"


def interests_of(round_: Round, country: Country) -> str:
    """Return interests/ROUND/COUNTRY: ties to a country, and who learned its names."""
    return f"interests/{round_.code}/{country.code}"
