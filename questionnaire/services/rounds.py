"""Set up a round, open it, and mark its end. How a review is closed is review's affair."""

from __future__ import annotations

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
from ..selectors.subjects import round_subject, sheet_subject
from ..signals import country_joined, round_opened
from .locking import hold_round, hold_sheets
from .remembering import save_as

BEFORE_THE_END = (RoundState.DESIGN, RoundState.LOCKED, RoundState.OPEN)


@transaction.atomic
def create_round(*, by: User, **fields: Any) -> Round:
    """Make a round in design. FIELDS are Round's own; the state is not among them.

    Raises ValidationError when the work dates do not follow each other or a code is taken.
    """
    demand(may_create_rounds(by))
    round_ = Round(**fields | {"state": RoundState.DESIGN, "closed_at": None})
    round_.full_clean()
    save_as(round_, by)
    _write(
        round_, "round.create", by, new={"cut_off": round_.cut_off, "framework": _of(round_)}
    )
    return round_


@transaction.atomic
def add_country(
    *, round_: Round, country: Country, own_cut_off: date | None = None, by: User
) -> Participation:
    """Let a country take part, with a cut-off of its own where it has one.

    It may join after the opening: its sheets are then made at once.
    """
    round_ = hold_round(round_)
    demand(may_manage_round(by, round_))
    _demand_state(round_, *BEFORE_THE_END)
    participation = Participation(round=round_, country=country, own_cut_off=own_cut_off)
    participation.full_clean()
    save_as(participation, by)
    if round_.state == RoundState.OPEN:
        for strand in _asked_strands(round_):
            _new_sheet(round_, country, strand, 1, by)
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
    _demand_state(round_, RoundState.DESIGN)
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
def lock_round(*, round_: Round, by: User) -> Round:
    """End the design: at least one country takes part, and the framework is locked."""
    round_ = hold_round(round_)
    demand(may_manage_round(by, round_))
    _demand_state(round_, RoundState.DESIGN)
    if not round_.participations.exists():
        raise Refusal(_("Add a country first: nobody takes part in this round."))
    return _move(_with_locked_framework(round_), RoundState.LOCKED, "round.lock", by)


@transaction.atomic
def open_round(*, round_: Round, by: User) -> Round:
    """Open a locked round: one sheet for each country and each strand that asks something."""
    round_ = hold_round(round_)
    demand(may_manage_round(by, round_))
    _demand_state(round_, RoundState.LOCKED)
    strands = _asked_strands(_with_locked_framework(round_))
    if not strands:
        raise Refusal(_("The framework of this round asks nothing. Choose another one."))
    for participation in round_.participations.select_related("country").order_by("pk"):
        for strand in strands:
            _new_sheet(round_, participation.country, strand, 1, by)
    _move(round_, RoundState.OPEN, "round.open", by)
    round_opened.send(sender=Round, round_=round_, by=by)
    return round_


@transaction.atomic
def add_coding(*, round_: Round, country: Country, strand: Aggregate, by: User) -> Assessment:
    """Add an independent further sheet for the same country and strand, for its own expert.

    Refused once a coding was submitted: its review has begun without the new one.
    """
    round_ = hold_round(round_)
    demand(may_manage_round(by, round_))
    _demand_state(round_, RoundState.OPEN)
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
    """Lock the round and its sheets and end it for good. Called by review's close_review alone.

    The sheets are looked at once more under the lock: a country that joined while the review
    was being closed keeps the round open.
    """
    round_ = hold_round(round_)
    demand(may_manage_round(by, round_))
    _demand_state(round_, RoundState.OPEN)
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
    return _move(round_, RoundState.REVIEW_CLOSED, "round.mark_review_closed", by)


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


def _with_locked_framework(round_: Round) -> Round:
    if round_.framework.state != FrameworkState.LOCKED:
        raise WrongState(
            _("The framework %(framework)s is still a draft. Lock it first.")
            % {"framework": round_.framework}
        )
    return round_


def _demand_state(round_: Round, *allowed: str) -> None:
    if round_.state not in allowed:
        raise WrongState(
            _("The round “%(round)s” is %(state)s; this is not possible now.")
            % {"round": round_, "state": round_.get_state_display()}
        )


def _move(round_: Round, state: str, act: str, by: User) -> Round:
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
