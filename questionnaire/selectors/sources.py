"""The sources of a sheet's country: how often each is cited, whether it carries the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _

from mipex_site.base.verdict import Verdict, no

from ..models import Assessment, Citation, LinkCheck, Source, SourceFile, UpcomingChange
from .links import words_of_link
from .standing import carries, is_later, is_published_late, is_rechecked, standing_of

SHARED = ("title", "article", "in_force_from")
SEARCHED = ("title", "article", "publisher", "jurisdiction", "note", "quote", "url")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source with what is known of it. STATE and WORDS are a badge's, empty for nothing.

    LINK is the code and the words of a badge about its link, or two empty texts. FILES are those
    that nobody removed, the first one first. IS_LATE and IS_LATER tell what must be said of it:
    a publication from after the cut-off, a law that comes into force only after it.
    """

    source: Source
    cited: int
    state: str
    words: str
    may_edit: Verdict
    may_recheck: bool
    is_later: bool
    is_late: bool
    link: tuple[str, str]
    files: tuple[SourceFile, ...]


def source_lines(
    sheet: Assessment, sources: Iterable[Source], may_answer: Verdict, day: date
) -> tuple[SourceLine, ...]:
    """Return the sources with what is known of each, in four queries."""
    known = _Known(sheet)
    return tuple(known.line(source, may_answer, day) for source in sources)


class _Known:
    """What is known of the sources of a sheet's country and coding: one query a kind."""

    def __init__(self, sheet: Assessment) -> None:
        present = _citations(sheet).filter(version=F("answer__version"))
        counted = present.order_by().values("source_id").annotate(number=Count("pk"))
        self.sheet = sheet
        self.cited = dict(counted.values_list("source_id", "number"))
        self.read = read_by_the_review(sheet)
        links = LinkCheck.objects.filter(**_here(sheet))
        self.links = {link.source_id: link for link in links}
        self.files: dict[int, list[SourceFile]] = {}
        for file in SourceFile.objects.filter(**_here(sheet), removed_at=None):
            self.files.setdefault(file.source_id, []).append(file)

    @cached_property
    def upcoming(self) -> set[tuple[Any, ...]]:
        """The upcoming changes by what a source and its change share; asked for if need be."""
        place = {"round_id": self.sheet.round_id, "country_id": self.sheet.country_id}
        told = UpcomingChange.objects.filter(**place, coding=self.sheet.coding)
        return set(told.values_list(*SHARED))

    def line(self, source: Source, may_answer: Verdict, day: date) -> SourceLine:
        state, words = standing_of(source, day)
        is_told = is_later(source, day) and _as_upcoming(source) in self.upcoming
        if is_told:
            state, words = "passed", _("Listed as an upcoming change")
        return SourceLine(
            source=source,
            cited=self.cited.get(source.pk, 0),
            state=state,
            words=words,
            may_edit=_may_edit(may_answer, is_read=source.pk in self.read),
            may_recheck=bool(may_answer)
            and carries(source, day)
            and not is_rechecked(source, day),
            is_later=is_later(source, day) and not is_told,
            is_late=is_published_late(source, day) and not source.describes_cut_off,
            link=words_of_link(self.links.get(source.pk)),
            files=tuple(self.files.get(source.pk, ())),
        )


def _as_upcoming(source: Source) -> tuple[Any, ...]:
    return tuple(getattr(source, name) for name in SHARED)


def found(sources: Iterable[Source], words: str) -> list[Source]:
    """Return the sources that hold every one of WORDS somewhere, whatever their case."""
    wanted = words.casefold().split()
    return [source for source in sources if all(word in _text(source) for word in wanted)]


def _text(source: Source) -> str:
    texts = [getattr(source, name) for name in SEARCHED]
    return " ".join([*texts, str(source.year or "")]).casefold()


def read_by_the_review(sheet: Assessment) -> set[int]:
    """Return the keys of the sources that a submitted answer rests on: they stay as they are.

    Left out is what was cited only since a sheet came back; no reviewer has read that yet.
    """
    read = _citations(sheet).read_by_the_review()
    return set(read.values_list("source_id", flat=True))


def _citations(sheet: Assessment) -> QuerySet[Citation]:
    return Citation.objects.filter(**_here(sheet))


def _here(sheet: Assessment) -> dict[str, int]:
    return {
        "source__round_id": sheet.round_id,
        "source__country_id": sheet.country_id,
        "source__coding": sheet.coding,
    }


def _may_edit(may_answer: Verdict, *, is_read: bool) -> Verdict:
    if may_answer and is_read:
        return no(
            _("An answer that was submitted rests on this source. Add a new one and cite it.")
        )
    return may_answer
