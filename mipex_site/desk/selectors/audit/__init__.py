"""All that the audit's pages show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry, Chain, ChainCheck, Channel
from questionnaire.models import Indicator, Round

from .asking import Asked
from .reading import PAGE, Ledger, Line, ledger_of_portal, ledger_of_round, line_of
from .words import act_choices

__all__ = ("Asked", "AuditPage", "Ledger", "audit_page", "portal_ledger", "round_ledger")

FIRST_STREAM = "accounts"
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of one chain. OLDER and NEWER are queries of the address, empty at an end."""

    ledger: Ledger
    asked: Asked
    length: int
    check: ChainCheck | None
    lines: list[Line]
    older: str
    newer: str
    countries: Choices
    indicators: list[str]
    people: Choices
    acts: list[tuple[str, Choices]]
    channels: Choices


def round_ledger(round_: Round, reader: User) -> Ledger:
    """Return a round's chain as this person may read it; three queries, four where tied."""
    return ledger_of_round(round_, reader)


def portal_streams() -> list[str]:
    """Return the names of the chains that are no round's; one query."""
    rows = Chain.objects.exclude(stream__startswith="round/").order_by("stream")
    return list(rows.values_list("stream", flat=True))


def portal_ledger(stream: str, known: list[str]) -> Ledger:
    """Return the chain STREAM if it is among the KNOWN, otherwise the one of the accounts."""
    return ledger_of_portal(stream if stream in known else FIRST_STREAM)


def audit_page(
    ledger: Ledger, asked: Asked, *, indicators: Callable[[], list[str]] = list
) -> AuditPage:
    """Return a page of the chain: the same number of queries whatever it holds."""
    shown, has_older, has_newer = _shown(ledger, asked)
    ledger.names_for(shown)
    return AuditPage(
        ledger=ledger,
        asked=asked,
        length=Chain.objects.filter(stream=ledger.stream)
        .values_list("length", flat=True)
        .first()
        or 0,
        check=ChainCheck.objects.filter(stream=ledger.stream).first(),
        lines=[line_of(entry, ledger, asked) for entry in shown],
        older=asked.address(older=shown[-1].number) if has_older else "",
        newer=asked.address(newer=shown[0].number) if has_newer else "",
        countries=list(ledger.countries.items()),
        indicators=indicators(),
        people=ledger.people.choices(asked.country, ledger.lost),
        acts=act_choices(),
        channels=[(str(value), str(label)) for value, label in Channel.choices],
    )


def indicators_of(round_: Round) -> list[str]:
    """Return the codes of the round's questions; one query."""
    rows = Indicator.objects.filter(framework_id=round_.framework_id).order_by("code")
    return list(rows.values_list("code", flat=True))


def _shown(ledger: Ledger, asked: Asked) -> tuple[list[AuditEntry], bool, bool]:
    """Return the page's entries, the newest first, and whether there are older and newer ones.

    One more is read than is shown, in the direction of the way; behind lies where one came from.
    """
    rows = ledger.entries(asked)
    if asked.newer is not None:
        above = list(rows.filter(number__gt=asked.newer).order_by("number")[: PAGE + 1])
        return above[:PAGE][::-1], bool(above), len(above) > PAGE
    if asked.older is not None:
        rows = rows.filter(number__lt=asked.older)
    below = list(rows.order_by("-number")[: PAGE + 1])
    return below[:PAGE], len(below) > PAGE, bool(below) and asked.older is not None
