"""Enter and correct what answers rest on."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal

from ..enums import EvidenceRule, SourceKind
from ..models import Assessment, Citation, Source
from ..selectors.standing import carries
from .evidence import faults_of_law, faults_of_publications
from .links import watch_link
from .locking import hold_sheets
from .remembering import save_as
from .shelf import Shelf, hold_shelf, hold_source, known_fields, place_of, source_subject

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
def add_source(
    *, sheet: Assessment, by: User, key: UUID | None = None, **fields: Any
) -> Source:
    """Enter a source for the sheet's country and coding; FIELDS are those of GIVEN.

    KEY is given by who may have to send the same source twice: the second time the source that
    is there is returned, and nothing is written.

    Raises NotAllowed; ValidationError where what the kind needs is missing, or where the key
    belongs to a source that says something else.
    """
    shelf = hold_shelf(sheet=sheet, by=by)
    if there := _with_key(key):
        return _the_same(there, shelf, fields)
    source = Source(
        key=key or uuid4(),
        round=shelf.sheet.round,
        country=shelf.sheet.country,
        coding=shelf.sheet.coding,
        entered_by=by,
        **_known(fields),
    )
    _check(source, shelf)
    save_as(source, by)
    watch_link(source)
    shelf.write("source.add", source_subject(source), new=as_given(source))
    return source


@transaction.atomic
def edit_source(*, source: Source, sheet: Assessment, by: User, **fields: Any) -> Source:
    """Correct a source, for every answer that cites it.

    Refused once an answer that was submitted rests on it: what a reviewer read stays as it was.
    """
    # All sheets that may cite it are held, so that none is submitted while its source changes.
    hold_sheets(round_id=source.round_id, country_id=source.country_id, coding=source.coding)
    shelf = hold_shelf(sheet=sheet, by=by)
    source = hold_source(source, shelf)
    demand_unread(source)
    old = as_given(source)
    for name, value in _known(fields).items():
        setattr(source, name, value)
    _check(source, shelf)
    new = as_given(source)
    if new != old:
        save_as(source, by)
        watch_link(source)
        shelf.write("source.edit", source_subject(source), old=old, new=new)
    return source


@transaction.atomic
def recheck_source(*, source: Source, sheet: Assessment, by: User) -> Source:
    """Say that somebody saw today that a source carries the cut-off, for all that cite it.

    This is allowed of a source that reviewers have read too: it changes nothing of what the law
    says, and a sheet still open would otherwise have to enter the same law a second time.

    Raises NotAllowed; Refusal where the source's own dates say that it carries no such answer.
    """
    shelf = hold_shelf(sheet=sheet, by=by)
    source = hold_source(source, shelf)
    day, today = shelf.held.cut_off, timezone.localdate()
    if not carries(source, day):
        words = _("Say first that “%(source)s” describes the cut-off date.")
        raise Refusal(" ".join(faults_of_law([source], day)) or words % {"source": source})
    old = source.checked_on
    if old == today:
        return source
    source.checked_on = today
    save_as(source, by)
    dates = {"old": {"checked_on": old}, "new": {"checked_on": today}}
    shelf.write("source.recheck", source_subject(source), **dates)
    return source


def demand_unread(source: Source) -> None:
    """Raise Refusal once an answer that was submitted rests on the source."""
    if source.citations.read_by_the_review().exists():
        raise Refusal(
            _("An answer that was submitted rests on this source. Add a new one and cite it.")
        )


def _with_key(key: UUID | None) -> Source | None:
    return Source.objects.filter(key=key).first() if key else None


def _the_same(there: Source, shelf: Shelf, fields: dict[str, Any]) -> Source:
    """Return the source that is there already. Raises ValidationError if it says otherwise.

    When it was checked is left out: that is set by the day on which it came.
    """
    said = {name: text for name, text in _known(fields).items() if name != "checked_on"}
    is_here = place_of(there) == place_of(shelf.sheet)
    if not is_here or any(getattr(there, name) != text for name, text in said.items()):
        raise ValidationError(
            _("This was sent before with other words. Add it again as a new source.")
        )
    return there


def as_given(source: Source) -> dict[str, Any]:
    return {name: getattr(source, name) for name in GIVEN}


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    return known_fields(fields, given=GIVEN, thing="A source")


def _check(source: Source, shelf: Shelf) -> None:
    """Check a source by itself, and a known one against the answers that cite it.

    What full_clean would ask of the database is held by it: the dates of a law, and the key,
    which is random and no person's to give.
    """
    source.clean_fields(exclude=["round", "country", "entered_by"])
    begins, ends = source.in_force_from, source.in_force_until
    if begins and ends and ends < begins:
        raise ValidationError({"in_force_until": _("The law cannot end before it begins.")})
    _demand_found_again(source, shelf.sheet.round.evidence_rule)
    if source.pk is None:
        return
    cited = Citation.objects.filter(source_id=source.pk, version=F("answer__version"))
    for one in cited.select_related("answer__indicator"):
        answer = one.answer
        late = faults_of_publications(answer.indicator, [source], answer.reference_date)
        if faults := faults_of_law([source], answer.reference_date) + late:
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
