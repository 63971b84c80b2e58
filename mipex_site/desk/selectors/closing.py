"""What stands before the review of a round can close, and what closing it sets in motion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editions.models import Edition, Mandate
from editions.rules import SIGNATURES
from mipex_site.accounts.models import User
from mipex_site.base.templatetags.house import in_words
from mipex_site.base.verdict import Verdict
from questionnaire.enums import AnswerKind
from questionnaire.models import Participation, Round
from review.enums import BlockerKind, CaseState, DisputeState
from review.models import CaseItem, Dispute
from review.rules import may_close
from review.selectors.closing import things_that_block
from review.selectors.standing import CaseStanding, case_states
from scoring.selectors import newest_method

from ..rules import may_call_people
from .board.movers import GRAVEST, STATES, BlockerLine, Movers
from .board.words import why_words
from .going_back import GoingBack, going_back

NEXT = 3
"""How many of the things to do stand over the list of all."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold, or is good to know, with a sentence more."""

    state: str
    what: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The blockers of one kind, one by one."""

    state: str
    title: str
    lines: tuple[BlockerLine, ...]


@dataclass(frozen=True, slots=True)
class ClosingPage:
    """All that the closing page shows. CAN_CLOSE: nothing is in the way but the person's act.

    NEXT are the first things to do, those of the person before those of others.

    KEPT_BACK are the names of countries that block it and that a tie keeps from the person:
    another coordinator looks at them.
    """

    round: Round
    next: tuple[BlockerLine, ...]
    groups: tuple[Group, ...]
    checks: tuple[Check, ...]
    then: tuple[str, ...]
    may_close: Verdict
    blockers: int
    kept_back: tuple[str, ...]
    cases: int
    countries: int
    signers: tuple[str, ...]
    has_method: bool
    back: GoingBack | None

    @property
    def can_close(self) -> bool:
        blocked = self.blockers or self.kept_back
        return bool(self.may_close) and not blocked and self.has_method


def closing_page(round_: Round, user: User) -> ClosingPage:
    """Return the page's data, in a number of queries that does not grow with the blockers."""
    # Blockers count their days by the same clock.
    today = timezone.localdate()
    movers = Movers(round_, user, may_call=may_call_people(user, round_), today=today)
    lost = movers.people.lost
    states = {at: case for at, case in case_states(round_).items() if at[0] not in lost}
    parts = list(round_.participations.select_related("country").order_by("country__name"))
    left_out = [each for each in parts if each.excluded_because]
    method = newest_method()
    edition = Edition.objects.filter(round=round_).first()
    signers = _signers(edition)
    return ClosingPage(
        round=round_,
        next=movers.first(NEXT),
        groups=_groups(movers),
        checks=(
            *_checks(round_, movers, states, has_method=method is not None),
            *_left_out(each for each in left_out if each.country.code not in lost),
        ),
        then=_then(round_, edition, signers),
        may_close=may_close(user, round_),
        blockers=things_that_block(movers.found),
        kept_back=tuple(sorted({blocker.country_name for blocker in movers.kept_back})),
        cases=len(states),
        countries=len(parts) - len(left_out),
        signers=signers,
        has_method=method is not None,
        back=going_back(round_, user),
    )


def _groups(movers: Movers) -> tuple[Group, ...]:
    """Return every blocker, by kind, the gravest kind first and the oldest blocker first."""
    by_kind: dict[str, list[BlockerLine]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for blocker in sorted(movers.found, key=lambda each: (each.since, each.country_name)):
        by_kind[blocker.kind].append(movers.line(blocker))
        counts[blocker.kind] += blocker.count
    return tuple(
        Group(STATES[kind], why_words(kind, counts[kind]), tuple(by_kind[kind]))
        for kind in GRAVEST
        if by_kind[kind]
    )


def _checks(
    round_: Round,
    movers: Movers,
    states: dict[tuple[str, str], CaseStanding],
    *,
    has_method: bool,
) -> tuple[Check, ...]:
    kinds = {blocker.kind for blocker in (*movers.found, *movers.kept_back)}
    lost = movers.people.lost
    cleared = sum(case.state == CaseState.CLEARED for case in states.values())
    found = []
    if BlockerKind.NOT_SUBMITTED not in kinds:
        found.append(Check("passed", _("Every sheet is submitted")))
    if not kinds:
        words = {"done": cleared, "all": len(states)}
        found.append(
            Check("passed", _("Every case is cleared"), _("%(done)d of %(all)d.") % words)
        )
    if BlockerKind.DISPUTED not in kinds:
        found.append(Check("passed", _("No dispute is open"), _ruled(round_, lost)))
    found.append(_method(has_method=has_method))
    found += _exceptional(round_, lost)
    return tuple(found)


def _method(*, has_method: bool) -> Check:
    if has_method:
        return Check("passed", _("A method is locked"))
    more = _("Load and lock the method first: without it no score can be computed.")
    return Check("blocked", _("No method is locked"), more)


def _ruled(round_: Round, lost: frozenset[str]) -> str:
    disputes = Dispute.objects.filter(item__case__round=round_, state=DisputeState.RULED)
    ruled = disputes.exclude(item__case__country__code__in=lost).count()
    if not ruled:
        return _("There was none to rule on.")
    return ngettext("%(n)d was ruled on.", "%(n)d were ruled on.", ruled) % {"n": ruled}


def _exceptional(round_: Round, lost: frozenset[str]) -> list[Check]:
    """Values that are no option: allowed, but to be known by who closes."""
    exceptional = CaseItem.objects.filter(
        Q(answer__kind=AnswerKind.EXCEPTIONAL), case__round=round_
    )
    rows = exceptional.exclude(case__country__code__in=lost).values_list(
        "case__country__name", "indicator__code"
    )
    found = sorted(rows)
    if not found:
        return []
    number = len(found)
    what = ngettext(
        "%(n)d answer is an exceptional value",
        "%(n)d answers are exceptional values",
        number,
    ) % {"n": number}
    places = ", ".join(f"{country} {code}" for country, code in found)
    return [Check("warning", what, places)]


def _left_out(parts: Iterable[Participation]) -> Iterator[Check]:
    """Countries that the edition leaves out, each with the words that readers find."""
    for each in parts:
        words = {"country": each.country.name}
        what = _("%(country)s is not assessed in this edition") % words
        if each.follows_later:
            what = _("%(country)s follows later") % words
        yield Check("warning", what, each.excluded_because)


def _signers(edition: Edition | None) -> tuple[str, ...]:
    if edition is None:
        return ()
    running = Mandate.objects.filter(edition=edition, withdrawn_at__isnull=True)
    return tuple(running.order_by("at").values_list("signer__name", flat=True))


def _then(round_: Round, edition: Edition | None, signers: tuple[str, ...]) -> tuple[str, ...]:
    """Say in sentences what happens once the review is closed, as things stand now."""
    first = _("No answer, opinion or ruling of this round can change any more.")
    if edition is None:
        return (
            first,
            _("The scores are computed. No edition is prepared yet, so none is built."),
        )
    built = _("The scores are computed and the edition is built and checked, by itself.")
    return (first, built, _end(round_, len(signers)))


def _end(round_: Round, signers: int) -> str:
    if signers < SIGNATURES:
        missing = SIGNATURES - signers
        return ngettext(
            "Then it waits for %(n)d signature more.",
            "Then it waits for %(n)d signatures.",
            missing,
        ) % {"n": missing}
    if round_.publish_at:
        return _(
            "Two people have signed in advance: with every check green it is published by"
            " itself, at the earliest on %(moment)s. A red check stops it."
        ) % {"moment": in_words(round_.publish_at)}
    if round_.publishes_itself:
        return _(
            "Two people have signed in advance: with every check green it is published by"
            " itself. A red check stops it."
        )
    return _("Two people have signed in advance. A publisher then publishes it.")
