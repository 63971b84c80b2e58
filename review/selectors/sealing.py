"""Which answers a person may not read yet, for every page of the review to ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from questionnaire.selectors.reviewer import BlindReading, BlindSource

from ..models import Case, CaseItem
from ..rules.sealing import sealed_from


def sealed_items(user: User, case_or_items: Case | Iterable[CaseItem]) -> set[int]:
    """Return the keys of the items that this person must code before reading them; one query.

    Of a sealed item nothing is shown but the question, the standards and bare citations: no
    value, reason, state, version, opinion, request, ruling, conversation or draft about them.
    """
    sealed = sealed_from(user).order_by()
    if isinstance(case_or_items, Case):
        sealed = sealed.filter(case_id=case_or_items.pk)
    else:
        sealed = sealed.filter(pk__in=[item.pk for item in case_or_items])
    return set(sealed.values_list("pk", flat=True))


def code_first() -> str:
    return _("Code this question first: then you see what the expert said.")


def is_sealed(user: User, item: CaseItem) -> bool:
    return bool(sealed_items(user, [item]))


def sealed_reading(reading: BlindReading) -> BlindReading:
    """Return what who has yet to code may read of an answer: bare citations and the day asked.

    A file has no address without its key, which is random and is left out with the file.
    """
    return BlindReading(
        kind="",
        kind_label="",
        option=None,
        points=None,
        rationale="",
        note="",
        change_reason="",
        change_label="",
        version=0,
        sources=tuple(_bare(source) for source in reading.sources),
        reference_date=reading.reference_date,
        day=reading.reference_date,
    )


def _bare(source: BlindSource) -> BlindSource:
    """Keep what names a source: kind, title, article, year, publisher, jurisdiction."""
    return replace(
        source,
        url="",
        language="",
        in_force_from=None,
        in_force_until=None,
        published_on=None,
        checked_on=None,
        describes_cut_off=False,
        quote="",
        quote_translated="",
        note="",
        files=(),
    )
