"""Set up a round, open it, and mark its end. How a review is closed is review's affair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand

from ..enums import AggregateKind, AssessmentState, FrameworkState, Role, RoundState
from ..models import Aggregate, Assessment, Country, Participation, ReferenceDay, Round
from ..rules import may_create_rounds, may_manage_round
from ..selectors.designs import in_words, without_expert
from ..selectors.subjects import round_subject, sheet_subject
from ..signals import countries_set_up, country_joined, round_opened
from . import joining
from .locking import hold_round, hold_sheets
from .remembering import add_all_as, save_as

BEFORE_THE_END = (RoundState.DESIGN, RoundState.LOCKED, RoundState.OPEN)


@transaction.atomic
def create_round(*, by: User, **fields: Any) -> Round:
    """Make a round in design. FIELDS are Round's own; the state is not among them.

    Raises ValidationError when the work dates do not follow each other or a code is taken.
    """
    demand(may_create_rounds(by))
    round_ = Round(**fields | {"state": RoundState.DESIGN, "closed_at": None})
    round_.full_clean()
    joining.demand_may_join(round_=round_, by=by)
    save_as(round_, by)
    new = {"cut_off": round_.cut_off, "framework": _of(round_)}
    if round_.extends:
        new["extends"] = round_.extends.code
    _write(round_, "round.create", by, new=new)
    return round_


@transaction.atomic
def add_country(
    *,
    round_: Round,
    country: Country,
    own_cut_off: date | None = None,
    is_pending: bool = False,
    by: User,
) -> Participation:
    """Let a country take part, with a cut-off of its own where it has one.

    A round may open before the expert of a country that IS_PENDING is found. It may join after
    the opening: its sheets are then made at once.
    """
    round_ = hold_round(round_)
    demand(may_manage_round(by, round_))
    demand_state(round_, *BEFORE_THE_END)
    joining.demand_not_there(round_=round_, countries=[country])
    participation = Participation(
        round=round_, country=country, own_cut_off=own_cut_off, is_pending=is_pending
    )
    participation.full_clean()
    save_as(participation, by)
    if round_.state == RoundState.OPEN:
        add_sheets(round_=round_, countries=[country], by=by)
    new = {"country": country.code, "cut_off": participation.cut_off}
    _write(round_, "country.add", by, new=new)
    if round_.state == RoundState.OPEN:
        country_joined.send(sender=Round, round_=round_, by=by)
    return participation


@transaction.atomic
def ask_for_day(*, round_: Round, day: date, by: User) -> ReferenceDay:
    """Ask for the law of an earlier day too, before the design ends.

    A country whose own cut-off is not later than that day is not asked for it. Raises Refusal
    for a day that is not before the cut-off, ValidationError for one that is asked already.
    """
    round_ = hold_round(round_)
    demand(may_manage_round(by, round_))
    demand_state(round_, RoundState.DESIGN)
    if day >= round_.cut_off:
        raise Refusal(
            _("The cut-off is %(day)s: an earlier reference date lies before it.")
            % {"day": date_format(round_.cut_off, "j F Y")}
        )
    asked = ReferenceDay(round=round_, day=day)
    asked.full_clean()
    save_as(asked, by)
    _write(round_, "round.ask_for_day", by, new={"day": day})
    return asked


@transaction.atomic
def open_round(*, round_: Round, by: User) -> Round:
    """Open a locked round at once: a sheet for each country and each strand that asks something.

    What `setting_up` does country by country is done here in one transaction; a country that a
    worker has set up already is left as it is. Raises NotAllowed, WrongState, or Refusal.
    """
    round_ = hold_round(round_)
    demand_may_open(round_=round_, by=by)
    countries = not_set_up(round_)
    if countries:
        set_up_countries(round_=round_, countries=countries, by=by)
    return mark_open(round_=round_, by=by)


def demand_may_open(*, round_: Round, by: User) -> None:
    """Raise what keeps a locked round, whose row is held, from being opened by that person."""
    demand(may_manage_round(by, round_))
    demand_state(round_, RoundState.LOCKED)
    if round_.framework.state != FrameworkState.LOCKED:
        raise WrongState(
            _("The framework %(framework)s is still a draft. Lock it first.")
            % {"framework": round_.framework}
        )
    if not _asked_strands(round_):
        raise Refusal(_("The framework of this round asks nothing. Choose another one."))
    without = without_expert(round_)
    if without:
        raise Refusal(
            _("The round cannot open while nobody answers for these countries: %(countries)s.")
            % {"countries": in_words(without)}
        )


def not_set_up(round_: Round) -> list[Country]:
    """Return the countries that take part and have no sheet yet, in the order of their keys."""
    there = round_.assessments.values("country")
    rows = round_.participations.exclude(country__in=there).select_related("country")
    return [row.country for row in rows.order_by("pk")]


def set_up_countries(*, round_: Round, countries: Sequence[Country], by: User) -> None:
    """Make the sheets of these countries, and let the apps above add what they have for them.

    The round is held and locked, or open; all happens in the caller's transaction.
    """
    add_sheets(round_=round_, countries=countries, by=by)
    countries_set_up.send(sender=Round, round_=round_, countries=countries, by=by)


def mark_open(*, round_: Round, by: User) -> Round:
    """Open the round, whose row is held and whose countries are set up."""
    move(round_=round_, state=RoundState.OPEN, act="round.open", by=by)
    round_opened.send(sender=Round, round_=round_, by=by)
    return round_


def add_sheets(*, round_: Round, countries: Iterable[Country], by: User) -> None:
    """Insert the first coding's sheets of countries that have none, with their history."""
    strands = _asked_strands(round_)
    sheets = [
        Assessment(round=round_, country=country, strand=strand, coding=1)
        for country in countries
        for strand in strands
    ]
    add_all_as(sheets, by)


@transaction.atomic
def add_coding(*, round_: Round, country: Country, strand: Aggregate, by: User) -> Assessment:
    """Add an independent further sheet for the same country and strand, for its own expert.

    Refused once a coding was submitted: its review has begun without the new one.
    """
    round_ = hold_round(round_)
    demand(may_manage_round(by, round_))
    demand_state(round_, RoundState.OPEN)
    codings = list(round_.assessments.filter(country=country, strand=strand).order_by("coding"))
    if not codings:
        raise Refusal(_("There is no first sheet for this country and strand in this round."))
    if any(sheet.submitted_at for sheet in codings):
        raise WrongState(_("It is too late for another coding: a sheet was submitted."))
    sheet = _new_sheet(round_, country, strand, codings[-1].coding + 1, by)
    _write(round_, "coding.add", by, subject=sheet_subject(sheet))
    return sheet


@transaction.atomic
def mark_review_closed(*, round_: Round, by: User) -> Round:
    """Lock the round and its sheets and end its review. Called by review's close_review alone.

    The sheets are looked at once more under the lock: a country that joined while the review
    was being closed keeps the round open.
    """
    round_ = hold_round(round_)
    demand(may_manage_round(by, round_))
    demand_state(round_, RoundState.OPEN)
    excluded = set(
        round_.participations.exclude(excluded_because="").values_list("country_id", flat=True)
    )
    unfinished = [
        sheet
        for sheet in hold_sheets(round=round_)
        if sheet.state != AssessmentState.SUBMITTED and sheet.country_id not in excluded
    ]
    if unfinished:
        raise Refusal(
            _("The round stays open: %(count)d of its sheets are not submitted.")
            % {"count": len(unfinished)}
        )
    round_.closed_at = timezone.now()
    ended = {"state": RoundState.REVIEW_CLOSED, "act": "round.mark_review_closed"}
    return move(round_=round_, **ended, by=by)


def mark_review_taken_up(*, round_: Round, by: User) -> Round:
    """Open a round again whose review was closed. Called by review's deed of two people alone.

    Entry stays closed: what is answered anew is opened again sheet by sheet.
    """
    round_ = hold_round(round_)
    demand_state(round_, RoundState.REVIEW_CLOSED)
    round_.closed_at = None
    return move(round_=round_, state=RoundState.OPEN, act="round.mark_review_taken_up", by=by)


def _asked_strands(round_: Round) -> list[Aggregate]:
    strands = Aggregate.objects.filter(
        framework_id=round_.framework_id, kind=AggregateKind.STRAND
    )
    return list(strands.filter(indicators_below__isnull=False).distinct().order_by("order"))


def _new_sheet(
    round_: Round, country: Country, strand: Aggregate, coding: int, by: User
) -> Assessment:
    sheet = Assessment(round=round_, country=country, strand=strand, coding=coding)
    save_as(sheet, by)
    return sheet


def demand_state(round_: Round, *allowed: str) -> None:
    """Raise WrongState unless the round, whose row is held, is in one of the states ALLOWED."""
    if round_.state not in allowed:
        raise WrongState(
            _("The round “%(round)s” is %(state)s; this is not possible now.")
            % {"round": round_, "state": round_.get_state_display()}
        )


def move(*, round_: Round, state: str, act: str, by: User) -> Round:
    """Write a new STATE of the round, whose row is held. Who may and when is asked before."""
    old = round_.state
    round_.state = state
    save_as(round_, by)
    _write(round_, act, by, old={"state": old}, new={"state": state})
    return round_


def _of(round_: Round) -> str:
    return str(round_.framework)


def _write(round_: Round, act: str, by: User, *, subject: str = "", **values: Any) -> None:
    entries.write(
        stream=round_.stream,
        act=act,
        subject=subject or round_subject(round_),
        by=by.pk,
        role=Role.COORDINATOR,
        **values,
    )
