"""Record answers: the one door for page, autosave, spreadsheet and command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal, Stale
from mipex_site.base.prepared import Prepared

from ..enums import AnswerKind, RequestState
from ..models import (
    Answer,
    Assessment,
    ChangeRequest,
    Citation,
    EarlierAnswer,
    Indicator,
    Option,
    Source,
)
from ..selectors.subjects import answer_subject
from .answering import Place, hold_place, present_answer, tidy
from .changing import demand_reason_of_change
from .drafts import drop_draft
from .evidence import faults_of_evidence
from .remembering import save_as

KEYS = ("assessment", "indicator", "option", "confirms", "answered_by")
CONTENT = ("kind", "option", "points", "rationale", "note", "change_reason", "confirms")

SOURCES = Prepared(lambda *keys: Source.objects.filter(pk__in=keys).order_by("pk"))


@dataclass(frozen=True, slots=True)
class Content:
    """What a version says. Two versions with the same content and sources are one."""

    kind: str
    option: Option | None
    points: Fraction | None
    rationale: str
    note: str
    change_reason: str
    confirms: EarlierAnswer | None


@transaction.atomic
def record_answer(
    *,
    sheet: Assessment,
    indicator: Indicator,
    by: User,
    kind: str = AnswerKind.CHOSEN,
    option: Option | None = None,
    points: Fraction | None = None,
    rationale: str = "",
    note: str = "",
    change_reason: str = "",
    sources: Sequence[Source] = (),
    confirms: EarlierAnswer | None = None,
    reference_date: date | None = None,
    expected_version: int | None = None,
    draft_version: int | None = None,
) -> Answer:
    """Record one answer, or a new version of it; the same content again makes no version.

    EXPECTED_VERSION is the version that the person read (0: there was none). POINTS is exact,
    0 to 100, for an exceptional answer only. REFERENCE_DATE is the cut-off where none is given.
    CONFIRMS is the earlier edition's answer that this one leaves as it was. DRAFT_VERSION is
    that of the draft it was made from (0: of none); what another draft says is not lost.

    Raises NotAllowed; Stale when somebody recorded another version meanwhile; ValidationError
    by field when the answer or its evidence is incomplete.
    """
    place = hold_place(sheet=sheet, indicator=indicator, by=by, reference_date=reference_date)
    typed = {"rationale": tidy(rationale), "note": tidy(note), "change_reason": change_reason}
    content = Content(kind=kind, option=option, points=points, confirms=confirms, **typed)
    read = {"expected_version": expected_version, "draft_version": draft_version}
    return _record(place, content, sources=sources, by=by, **read)


def _record(
    place: Place,
    content: Content,
    *,
    sources: Sequence[Source],
    expected_version: int | None,
    draft_version: int | None,
    by: User,
) -> Answer:
    answer = present_answer(place) or Answer(
        assessment=place.sheet, indicator=place.indicator, reference_date=place.day, version=0
    )
    given, cited = _sources(answer, sources)
    before = _as_record(answer, cited)
    act = "answer.confirm" if content.confirms else "answer.record"
    content = _still_confirming(content, answer)
    if answer.version and (content, given) == (_content(answer), cited):
        drop_draft(place, answer, version=draft_version)
        return answer
    _demand_fresh(answer, expected_version)
    for name in CONTENT:
        setattr(answer, name, getattr(content, name))
    answer.answered_by = by
    answer.version += 1
    _check(answer, place, given)
    save_as(answer, by)
    Citation.objects.bulk_create(
        Citation(answer=answer, version=answer.version, source=source) for source in given
    )
    drop_draft(place, answer, version=draft_version)
    _mark_changed(place, by)
    _write(place, act, by, old=before, new=_as_record(answer, given))
    return answer


@transaction.atomic
def maintain_answer(
    *,
    sheet: Assessment,
    indicator: Indicator,
    reply: str,
    by: User,
    reference_date: date | None = None,
) -> ChangeRequest:
    """Let a returned answer stand and tell the review why; it goes to a consortium reviewer.

    Raises Refusal where nothing was asked or the answer was changed, ValidationError without a
    reply.
    """
    place = hold_place(sheet=sheet, indicator=indicator, by=by, reference_date=reference_date)
    request = place.request
    if request is None or request.state == RequestState.CHANGED:
        raise Refusal(_("Nothing is asked about this answer that you could reply to."))
    if not tidy(reply):
        raise ValidationError({"reply": _("Say why the answer stands.")})
    request.state, request.reply = RequestState.MAINTAINED, tidy(reply)
    save_as(request, by)
    new = {"state": request.state, "version": request.version}
    _write(place, "answer.maintain", by, new=new, reason=request.reply)
    return request


def _sources(answer: Answer, asked: Sequence[Source]) -> tuple[list[Source], list[Source]]:
    """Read anew, in one query, the sources asked for and those of the present version."""
    wanted = {source.pk for source in asked}
    if not answer.version:
        return SOURCES.rows(*wanted), []
    present = Citation.objects.filter(
        answer=answer, version=answer.version, source_id=OuterRef("pk")
    )
    rows = Source.objects.annotate(is_cited=Exists(present))
    found = list(rows.filter(Q(pk__in=wanted) | Q(is_cited=True)).order_by("pk"))
    return (
        [source for source in found if source.pk in wanted],
        [source for source in found if source.is_cited],
    )


def _content(answer: Answer) -> Content:
    return Content(**{name: getattr(answer, name) for name in CONTENT})


def _still_confirming(content: Content, answer: Answer) -> Content:
    """Other words about the same choice leave it confirmed."""
    same = ("kind", "option", "points")
    if not answer.confirms or any(getattr(content, n) != getattr(answer, n) for n in same):
        return content
    return replace(content, confirms=answer.confirms)


def _demand_fresh(answer: Answer, expected_version: int | None) -> None:
    if expected_version is not None and expected_version != answer.version:
        raise Stale(
            _(
                "Somebody recorded another version of this answer after you opened it."
                " Read it first; what you typed is kept."
            )
        )


def _check(answer: Answer, place: Place, given: Sequence[Source]) -> None:
    """Check in Python what full_clean would ask of the database, which holds the same."""
    answer.clean_fields(exclude=KEYS)
    if (answer.kind == AnswerKind.CHOSEN) != (answer.option is not None):
        raise ValidationError({"option": _("Choose an option, or say why there is none.")})
    if (answer.kind == AnswerKind.EXCEPTIONAL) != (answer.points is not None):
        raise ValidationError(
            {"points": _("Only an exceptional answer has points of its own.")}
        )
    answer.clean()
    if answer.version > 1 and place.request and not answer.change_reason:
        raise ValidationError({"change_reason": _("Say what happened: why is it changed?")})
    demand_reason_of_change(answer, place, given)
    sheet = place.sheet
    at_home = (sheet.round_id, sheet.country_id, sheet.coding)
    strangers = [s for s in given if (s.round_id, s.country_id, s.coding) != at_home]
    faults = [_("“%(source)s” belongs to another sheet.") % {"source": s} for s in strangers]
    faults += faults_of_evidence(
        kind=answer.kind,
        indicator=place.indicator,
        rule=sheet.round.evidence_rule,
        sources=given,
        day=place.day,
    )
    if faults:
        raise ValidationError({"sources": faults})


def _mark_changed(place: Place, by: User) -> None:
    if place.request and place.request.state != RequestState.CHANGED:
        place.request.state, place.request.reply = RequestState.CHANGED, ""
        save_as(place.request, by)


def _as_record(answer: Answer, sources: Sequence[Source]) -> dict[str, Any] | None:
    """Return the present version for the audit: codes and exact texts, no keys of rows."""
    if not answer.version:
        return None
    points = _points(answer)
    return {
        "version": answer.version,
        "kind": answer.kind,
        "points": None if points is None else str(points),
        "rationale": answer.rationale,
        "note": answer.note,
        "change_reason": answer.change_reason,
        "confirms": answer.confirms.edition if answer.confirms else None,
        "sources": [str(source.key) for source in sources],
        "reference_date": answer.reference_date,
    }


def _points(answer: Answer) -> Fraction | int | None:
    return answer.option.points if answer.option else answer.points


def _write(place: Place, act: str, by: User, **values: Any) -> None:
    entries.write(
        stream=place.sheet.round.stream,
        act=act,
        subject=answer_subject(place.sheet, place.indicator),
        by=by.pk,
        role=place.standing.role,
        on_behalf_of=place.standing.on_behalf_of,
        **values,
    )
