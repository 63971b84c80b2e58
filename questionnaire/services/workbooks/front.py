"""The first sheet of a workbook: whose it is, how to fill it in, what may not be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ...selectors.workbook import Book
from .template import plain, sheet_names, sources_name

NAMES, WORDS = 26, 96
"""The widths of its two columns, in characters."""


def write_front(
    page: Worksheet, book: Book, formats: Mapping[str, Format], *, now: datetime
) -> None:
    page.set_column(0, 0, NAMES)
    page.set_column(1, 1, WORDS)
    page.write_string(0, 0, plain(str(book.country)), formats["title"])
    line = 2
    if book.round.is_demonstration:
        words = _("DEMONSTRATION. What stands here is invented or played, and nobody's word.")
        page.write_string(line, 0, _("DEMONSTRATION"), formats["strong"])
        page.write_string(line, 1, words, formats["strong"])
        line += 2
    for name, words in (*_facts(book, now), *_states(book), *_how_to(book), *_notices(book)):
        page.write_string(line, 0, plain(name), formats["name"])
        page.write_string(line, 1, plain(words), formats["words"])
        line += 1
    page.protect()


def _facts(book: Book, now: datetime) -> Iterator[tuple[str, str]]:
    yield _("Round"), str(book.round)
    yield _("Answers describe"), date_format(book.cut_off, "j F Y")
    if book.coding > 1:
        yield _("Coding"), str(book.coding)
    local = localtime(now)
    yield _("Downloaded"), f"{date_format(local, 'j F Y, H:i')} {local.tzname()}"


def _states(book: Book) -> Iterator[tuple[str, str]]:
    """Say of each sheet what it holds, and why it is only there to be read where it is."""
    for name, one in zip(sheet_names(book), book.sheets, strict=True):
        words = one.sheet.strand.title
        if not one.may_answer:
            words = _("%(title)s. Read only: %(reason)s") % {
                "title": words,
                "reason": one.may_answer.reason,
            }
        yield name, words


def _how_to(book: Book) -> Iterator[tuple[str, str]]:
    if not book.may_answer:
        yield (
            _("Your copy"),
            _("This workbook is a copy to read and to keep. It cannot be uploaded now."),
        )
        return
    yield from (
        (_("How to fill it in"), _("White cells are yours. Grey cells stay as they are.")),
        ("", _("Pick the answer from the list of its cell; leave a question blank for later.")),
        (
            "",
            _("Enter each source once on “%(sheet)s”, with a number of its own such as S9.")
            % {"sheet": sources_name()},
        ),
        ("", _("In an answer, name its sources by their numbers: S1; S9.")),
        ("", _("Write days as 2019-12-31. Write texts, not formulas.")),
        ("", _("Points are only for an exceptional answer: 75, 67.5 or 200/3.")),
        ("", _("Upload the file where you downloaded it: you see what it would change.")),
        ("", _("Nothing is saved before you say so there.")),
    )


def _notices(book: Book) -> Iterator[tuple[str, str]]:
    framework = book.round.framework
    if framework.notice:
        yield _("Notice"), framework.notice
    if framework.licence:
        yield _("Licence"), framework.licence
