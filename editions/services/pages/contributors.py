"""Who made the edition, as far as they asked to be named."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from questionnaire.enums import Role

from .book import Book

PATH = "contributors.html"


@dataclass(frozen=True, slots=True)
class Listed:
    """People of one role, apart from any country; CODE is the role's."""

    code: str
    title: str
    people: list[str]


def is_there(book: Book) -> bool:
    """Whether the edition has such a page: an archive and a rehearsal have none."""
    return book.revision.kind == "round" and not book.revision.provisional


def card() -> dict[str, str]:
    """Return the way there."""
    words = _("Who answered and reviewed, where they asked to be named.")
    return {"title": _("Contributors"), "href": PATH, "words": words}


def context(book: Book) -> dict[str, object]:
    """Return experts by country and, apart from any country, the lists; all may be empty."""
    named = book.frozen.credits
    experts = [
        {"country": each.name, "href": each.href, "people": people}
        for each in book.countries
        if (people := [one.person for one in named if one.country == each.code])
    ]
    titles = {
        Role.EXPERT: _("More experts") if experts else _("Experts"),
        Role.REVIEWER: _("Reviewers"),
        Role.ADJUDICATOR: _("Consortium reviewers"),
    }
    lists = [
        Listed(str(role), title, people)
        for role, title in titles.items()
        if (people := [one.person for one in named if (one.role, one.country) == (role, "")])
    ]
    return {"experts": experts, "lists": lists}
