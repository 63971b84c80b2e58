"""Enter and correct what answers rest on."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal
from mipex_site.base.verdict import demand

from ..enums import EXPERT_SIDE, EvidenceRule, SourceKind
from ..models import Assessment, Citation, Source
from ..rules import Standing, may_answer_as, standing_on
from .evidence import faults_of_law
from .locking import HeldSheet, hold_sheet, hold_sheets
from .remembering import save_as

GIVEN = (
    "kind",
    "title",
    "article",
    "jurisdiction",
    "year",
    "publisher",
    "url",
    "language",
    "in_force_from",
    "in_force_until",
    "published_on",
    "checked_on",
    "describes_cut_off",
    "quote",
    "quote_translated",
    "note",
)
"""What a person says about a source; the rest comes from the sheet."""


@transaction.atomic
def add_source(*, sheet: Assessment, by: User, **fields: Any) -> Source:
    """Enter a source for the sheet's country and coding; FIELDS are those of GIVEN.

    Raises NotAllowed, or ValidationError where what the kind needs is missing.
    """
    held = hold_sheet(sheet)
    standing = _demand_answering(by, held)
    source = Source(
        round=held.sheet.round,
        country=held.sheet.country,
        coding=held.sheet.coding,
        entered_by=by,
        **_known(fields),
    )
    _check(source, held)
    save_as(source, by)
    _write(held, source, "source.add", by, standing, new=as_given(source))
    return source


@transaction.atomic
def edit_source(*, source: Source, sheet: Assessment, by: User, **fields: Any) -> Source:
    """Correct a source, for every answer that cites it.

    Refused once an answer that was submitted rests on it: what a reviewer read stays as it was.
    """
    # All sheets that may cite it are held, so that none is submitted while its source changes.
    hold_sheets(round_id=source.round_id, country_id=source.country_id, coding=source.coding)
    held = hold_sheet(sheet)
    standing = _demand_answering(by, held)
    source = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    _demand_of_sheet(source, held.sheet)
    if source.citations.read_by_the_review().exists():
        raise Refusal(
            _("An answer that was submitted rests on this source. Add a new one and cite it.")
        )
    old = as_given(source)
    for name, value in _known(fields).items():
        setattr(source, name, value)
    _check(source, held)
    new = as_given(source)
    if new != old:
        save_as(source, by)
        _write(held, source, "source.edit", by, standing, old=old, new=new)
    return source


def as_given(source: Source) -> dict[str, Any]:
    return {name: getattr(source, name) for name in GIVEN}


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    strange = sorted(set(fields) - set(GIVEN))
    if strange:
        raise TypeError(f"A source has no field {', '.join(strange)} to be given.")
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in fields.items()
    }


def _demand_answering(by: User, held: HeldSheet) -> Standing:
    standing = standing_on(by, held.sheet, *EXPERT_SIDE)
    demand(may_answer_as(standing.role, held.sheet))
    return standing


def _demand_of_sheet(source: Source, sheet: Assessment) -> None:
    place = (source.round_id, source.country_id, source.coding)
    if place != (sheet.round_id, sheet.country_id, sheet.coding):
        raise Refusal(_("“%(source)s” belongs to another sheet.") % {"source": source})


def _check(source: Source, held: HeldSheet) -> None:
    """Check a source by itself, and a known one against the answers that cite it.

    What full_clean would ask of the database is held by it: the dates of a law, and the key,
    which is random and no person's to give.
    """
    source.clean_fields(exclude=["round", "country", "entered_by"])
    begins, ends = source.in_force_from, source.in_force_until
    if begins and ends and ends < begins:
        raise ValidationError({"in_force_until": _("The law cannot end before it begins.")})
    _demand_found_again(source, held.sheet.round.evidence_rule)
    if source.pk is None:
        return
    cited = Citation.objects.filter(source_id=source.pk, version=F("answer__version"))
    for day in cited.values_list("answer__reference_date", flat=True).distinct():
        if faults := faults_of_law([source], day):
            raise ValidationError(faults)


def _demand_found_again(source: Source, rule: str) -> None:
    """Raise unless it says, as its kind asks, where a reviewer finds it."""
    missing = {}
    if source.kind == SourceKind.LAW and not source.article:
        missing["article"] = _("Name the article or paragraph, so that a reviewer finds it.")
    if source.kind == SourceKind.PRACTICE and not (source.publisher or source.url):
        missing["publisher"] = _("Say who published it, or give the link.")
    if source.kind == SourceKind.DATASET and rule != EvidenceRule.DATASET_CELL:
        missing["kind"] = _("In this round answers rest on laws and publications.")
    if missing:
        raise ValidationError(missing)


def _write(
    held: HeldSheet, source: Source, act: str, by: User, standing: Standing, **values: Any
) -> None:
    entries.write(
        stream=held.sheet.round.stream,
        act=act,
        subject=f"source/{source.key}",
        by=by.pk,
        role=standing.role,
        on_behalf_of=standing.on_behalf_of,
        **values,
    )
