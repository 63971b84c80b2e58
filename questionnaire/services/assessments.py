"""Submit a sheet, and take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.clock import present
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand

from ..enums import AssessmentState, RequestState, Role, RoundState
from ..models import Answer, Assessment, ChangeRequest, Indicator
from ..rules import may_submit
from ..selectors.back_casts import blank_days
from ..selectors.subjects import sheet_subject
from ..signals import assessment_submitted, sheet_returned
from .lateness import lateness_of
from .locking import HeldSheet, hold_sheet
from .remembering import save_as
from .reopened import end_window


@dataclass(frozen=True, slots=True)
class HandBack:
    """What the review asks about one version of one answer; TEXT names no reviewer."""

    indicator: Indicator
    reference_date: date
    version: int
    text: str


@transaction.atomic
def submit(*, sheet: Assessment, declared_for: date, by: User) -> Assessment:
    """Hand the sheet to the review, declared to be the law of its cut-off date.

    Sends ``assessment_submitted`` inside the transaction: the case opens with it, or neither.
    Raises NotAllowed, or Refusal naming every blank question and every request without a reply.
    """
    held = hold_sheet(sheet)
    demand(may_submit(by, held.sheet))
    _demand_declared(held, declared_for)
    _demand_complete(held)
    old = held.sheet.state
    end_window(sheet=held.sheet, by=by)
    held.sheet.state = AssessmentState.SUBMITTED
    held.sheet.submitted_at = timezone.now()
    lateness = _mark_first(held.sheet)
    held.sheet.declared_for = declared_for
    save_as(held.sheet, by)
    # Before our own record: the review locks its case now, and the audit is locked last.
    assessment_submitted.send(Assessment, assessment=held.sheet, by=by)
    new = {"state": held.sheet.state, "declared_for": declared_for, **lateness}
    _write(held.sheet, "sheet.submit", by, role=Role.EXPERT, old={"state": old}, new=new)
    return held.sheet


@transaction.atomic
def hand_back(
    *,
    sheet: Assessment,
    requests: list[HandBack],
    by: User,
    until: datetime | None = None,
) -> Assessment:
    """Give a submitted sheet back with what is asked.

    UNTIL is the end of a reopening: then no answer is owed, and the sheet goes back by itself.
    Sends ``sheet_returned`` inside the transaction.
    Called by review's workflow alone, which has asked its own rule. Raises WrongState unless
    the sheet is with the review.
    """
    held = hold_sheet(sheet)
    if held.sheet.round.state != RoundState.OPEN:
        raise WrongState(_("This round is not open: no sheet goes back to its expert."))
    if held.sheet.state != AssessmentState.SUBMITTED:
        raise WrongState(_("This sheet is not with the reviewers, so it cannot be returned."))
    if not requests:
        raise Refusal(_("Ask about at least one answer: an empty return helps nobody."))
    for asked in requests:
        save_as(_request(held.sheet, asked), by)
    old = held.sheet.state
    held.sheet.state = AssessmentState.RETURNED
    held.sheet.open_until = until
    save_as(held.sheet, by)
    sheet_returned.send(Assessment, assessment=held.sheet, until=until, by=by)
    new = {
        "state": held.sheet.state,
        "indicators": [asked.indicator.code for asked in requests],
        "until": until,
    }
    role = Role.COORDINATOR if until else Role.REVIEWER
    _write(held.sheet, "sheet.hand_back", by, role=role, old={"state": old}, new=new)
    return held.sheet


@transaction.atomic
def take_back(*, sheet: Assessment, by: User) -> Assessment:
    """Take a reopened sheet back into the review when its time is over, as it was recorded.

    Called by review's workflow alone. Drafts stay drafts; no answer is owed. Raises WrongState
    unless the sheet is open until a moment.
    """
    held = hold_sheet(sheet)
    if held.sheet.state != AssessmentState.RETURNED or held.sheet.open_until is None:
        raise WrongState(_("This sheet is not open until a moment, so it is not taken back."))
    old = {"state": held.sheet.state, "until": held.sheet.open_until}
    end_window(sheet=held.sheet, by=by)
    held.sheet.state = AssessmentState.SUBMITTED
    held.sheet.submitted_at = timezone.now()
    save_as(held.sheet, by)
    _write(held.sheet, "sheet.take_back", by, old=old, new={"state": held.sheet.state})
    return held.sheet


def _request(sheet: Assessment, asked: HandBack) -> ChangeRequest:
    """Ask about a version, once more where it was asked about and maintained before.

    The earlier question and reply stay to be read, before the new one. The moment is what
    tells the requests of this return from those of an earlier one.
    """
    cell = {"indicator": asked.indicator, "reference_date": asked.reference_date}
    version = {"assessment": sheet, "version": asked.version}
    row = ChangeRequest.objects.filter(**cell, **version).first()
    if row is None:
        return ChangeRequest(**cell, **version, text=asked.text)
    row.text, row.state = f"{row.text}\n\n{asked.text}", RequestState.OPEN
    row.created_at = timezone.now()
    return row


def _mark_first(sheet: Assessment) -> dict[str, Any]:
    """Keep when a sheet was first handed in and how late that was; return what is new of it."""
    if sheet.first_submitted_at is not None:
        return {}
    sheet.first_submitted_at = present()
    sheet.late_by = lateness_of(sheet, at=sheet.first_submitted_at)
    return {"late_by": sheet.late_by} if sheet.late_by else {}


def _demand_declared(held: HeldSheet, declared_for: date) -> None:
    if declared_for != held.cut_off:
        raise Refusal(
            _("This sheet describes the law of %(day)s. Declare it for that day.")
            % {"day": date_format(held.cut_off, "j F Y")}
        )


def _demand_complete(held: HeldSheet) -> None:
    asked = Indicator.objects.filter(strand_id=held.sheet.strand_id)
    answered = Answer.objects.filter(assessment=held.sheet, reference_date=held.cut_off)
    blank = list(
        asked.exclude(pk__in=answered.values("indicator_id")).values_list("code", flat=True)
    )
    if blank:
        raise Refusal(
            ngettext(
                "One question has no answer yet: %(codes)s.",
                "%(count)d questions have no answer yet: %(codes)s.",
                len(blank),
            )
            % {"count": len(blank), "codes": get_text_list(blank, _("and"))}
        )
    _demand_back_casts(held)
    _demand_replies(held)


def _demand_replies(held: HeldSheet) -> None:
    """Refuse while a request has no reply; in a reopening an answer may stay as it is."""
    if held.sheet.open_until is not None:
        return
    waiting = ChangeRequest.objects.filter(assessment=held.sheet, state=RequestState.OPEN)
    codes = list(waiting.values_list("indicator__code", flat=True))
    if codes:
        raise Refusal(
            ngettext(
                "The review still asks about one answer: %(codes)s."
                " Change it, or say why it stands.",
                "The review still asks about %(count)d answers: %(codes)s."
                " Change each, or say why it stands.",
                len(codes),
            )
            % {"count": len(codes), "codes": get_text_list(codes, _("and"))}
        )


def _demand_back_casts(held: HeldSheet) -> None:
    """Refuse while an earlier day that is asked has no answer: the first such day is named."""
    blank = blank_days(held.sheet, held.cut_off)
    if not blank:
        return
    day = max(day for days in blank.values() for day in days)
    codes = [code for code, days in blank.items() if day in days]
    raise Refusal(
        ngettext(
            "One question has no answer yet for %(day)s: %(codes)s.",
            "%(count)d questions have no answer yet for %(day)s: %(codes)s.",
            len(codes),
        )
        % {
            "count": len(codes),
            "day": date_format(day, "j F Y"),
            "codes": get_text_list(codes, _("and")),
        }
    )


def _write(sheet: Assessment, act: str, by: User, **values: Any) -> None:
    entries.write(
        stream=sheet.round.stream, act=act, subject=sheet_subject(sheet), by=by.pk, **values
    )
