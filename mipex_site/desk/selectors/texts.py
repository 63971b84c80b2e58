"""The texts of an edition as those who write them see them, and the figures to put in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from editions import rules as edition_rules
from editions.enums import TextKind
from editions.models import EditionText
from editions.services import figures as filling
from editions.services import texts
from editions.services.figures import Figures
from editions.services.pages.markdown import html_of
from editions.services.texts import Place, Standing
from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from questionnaire.models import Country, Round

MANY = 300
"""How many figures one page lists; more are found by choosing a country or a score."""


@dataclass(frozen=True, slots=True)
class Line:
    """A place for a text: its name in words, and the text if there is one."""

    place: Place
    name: str
    standing: Standing | None

    @property
    def state(self) -> str:
        """The code of a state that the house has a shape for."""
        if self.standing is None:
            return "not_begun"
        if self.standing.is_stale:
            return "warning"
        return "approved" if self.standing.is_reviewed else "draft"

    @property
    def words(self) -> str:
        if self.standing is None:
            return _("Not written")
        if self.standing.is_stale:
            return _("Figures changed")
        return _("Reviewed") if self.standing.is_reviewed else _("Draft")


@dataclass(frozen=True, slots=True)
class Group:
    """The texts of one kind."""

    title: str
    lines: tuple[Line, ...]
    empty: str = ""
    add: Place | None = None


@dataclass(frozen=True, slots=True)
class TextsPage:
    round: Round
    groups: tuple[Group, ...]
    source: str
    may_write: Verdict

    @property
    def waiting(self) -> int:
        """How many texts a signature could not stand on as they are now."""
        written = [line.standing for group in self.groups for line in group.lines]
        return sum(bool(one) and (one.is_stale or not one.is_reviewed) for one in written)


@dataclass(frozen=True, slots=True)
class Value:
    """A reference of a text: what it says now, and what it said when the text was reviewed."""

    name: str
    now: str
    then: str
    changed: bool


@dataclass(frozen=True, slots=True)
class TextPage:
    round: Round
    line: Line
    html: SafeString
    values: tuple[Value, ...]
    source: str
    may_write: Verdict
    may_review: Verdict


def texts_page(round_: Round, user: User) -> TextsPage:
    """Return every text of the round and every place for one; queries grow with nothing."""
    now = texts.figures_now(round_)
    found = {texts.place_of(each.text): each for each in texts.standings(round_, now)}
    return TextsPage(
        round=round_,
        groups=tuple(_groups(round_, found)),
        source=now.source if now else "",
        may_write=edition_rules.may_write_text(user, round_),
    )


def _groups(round_: Round, found: dict[Place, Standing]) -> Iterator[Group]:
    findings = sorted(place.order for place in found if place.kind == TextKind.FINDING)
    yield Group(
        title=_("Findings"),
        lines=tuple(_line(Place(TextKind.FINDING, order=order), found) for order in findings),
        empty=_("Nobody has written a finding yet."),
        add=Place(TextKind.FINDING, order=max(findings, default=0) + 1),
    )
    press = _line(Place(TextKind.PRESS), found)
    yield Group(title=_("Press release"), lines=(press,))
    taking_part = round_.participations.filter(excluded_because="").values("country")
    countries = Country.objects.filter(pk__in=taking_part).order_by("name")
    named = countries.values_list("code", "name")
    codes = {code for code, _name in named}
    gone = sorted(place.country for place in found if place.country not in {"", *codes})
    notes = [*named, *((code, code) for code in gone)]
    lines = (_line(Place(TextKind.COUNTRY_NOTE, code), found, name) for code, name in notes)
    yield Group(
        title=_("Notes on countries"),
        lines=tuple(lines),
        empty=_("No country takes part in the round yet."),
    )


def _line(place: Place, found: dict[Place, Standing], name: str = "") -> Line:
    return Line(place, name or texts.words_of(place), found.get(place))


def text_at(round_: Round, place: Place) -> EditionText | None:
    held = EditionText.objects.select_related("written_by", "reviewed_by")
    where = {"kind": place.kind, "country": place.country, "order": place.order}
    found = held.filter(round=round_, **where).first()
    if found:
        found.round = round_
    return found


def text_page(round_: Round, text: EditionText, user: User) -> TextPage:
    """Return a text with its figures as they are now."""
    now = texts.figures_now(round_)
    standing = texts.standing(text, now)
    place = texts.place_of(text)
    return TextPage(
        round=round_,
        line=Line(place, texts.words_of(place), standing),
        html=html_of(standing.filled),
        values=tuple(_values(standing)),
        source=now.source if now else "",
        may_write=edition_rules.may_write_text(user, round_),
        may_review=edition_rules.may_review_text(user, text),
    )


def _values(standing: Standing) -> Iterator[Value]:
    then = standing.then or {}
    for name in dict.fromkeys((*standing.now, *standing.gaps, *then)):
        now = standing.now.get(name, filling.LEFT_OPEN)
        changed = standing.then is not None and then.get(name) != now
        yield Value(f"{{{{{name}}}}}", now, then.get(name, ""), changed)


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as it would be read: TITLE and HTML with the figures of now."""

    title: str
    html: SafeString
    gaps: tuple[str, ...]
    problems: tuple[str, ...]


def preview_of(round_: Round, *, title: str, body: str) -> Preview:
    now = texts.figures_now(round_)
    head, rest = filling.fill(title, now), filling.fill(body, now)
    gaps = tuple(dict.fromkeys((*head.gaps, *rest.gaps)))
    problems = (*head.problems, *rest.problems)
    return Preview(head.text, html_of(rest.text), gaps, problems)


# --- The figures to put in ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure with the reference that says it in a text."""

    whose: str
    what: str
    value: str
    reference: str


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """What can be put in; LINES are of the country or group and the score that were chosen."""

    round: Round
    source: str
    whose: dict[str, str]
    nodes: dict[str, str]
    counts: tuple[FigureLine, ...]
    lines: tuple[FigureLine, ...]
    is_cut: bool


def figures_page(round_: Round, *, whose: str, node: str) -> FiguresPage:
    """Return the figures of now. Nothing is listed before a country or a score is chosen."""
    now = texts.figures_now(round_)
    if now is None:
        return FiguresPage(round_, "", {}, {}, (), (), is_cut=False)
    lines = list(_lines(now, whose, node)) if whose or node else []
    return FiguresPage(
        round=round_,
        source=now.source,
        whose=now.countries | now.groups,
        nodes=now.nodes,
        counts=tuple(_counts(now)),
        lines=tuple(lines[:MANY]),
        is_cut=len(lines) > MANY,
    )


def _counts(now: Figures) -> Iterator[FigureLine]:
    for what, words in (
        ("countries", _("Countries")),
        ("questions", _("Questions")),
        ("areas", _("Policy areas")),
    ):
        yield from _said(now, "", words, f"count {what}")


def _lines(now: Figures, whose: str, node: str) -> Iterator[FigureLine]:
    nodes = {code: title for code, title in now.nodes.items() if node in {"", code}}
    for code, title in nodes.items():
        for country, name in now.countries.items():
            if whose in {"", country}:
                yield from _of_country(now, (country, name), (code, title))
        for group, name in now.groups.items():
            if whose in {"", group}:
                yield from _said(
                    now, name, _("%(score)s, mean") % {"score": title}, f"mean {group} {code}"
                )
        if node and not whose:
            yield from _said(now, "", _("Countries with a rank"), f"count ranked {code}")


def _of_country(
    now: Figures, country: tuple[str, str], node: tuple[str, str]
) -> Iterator[FigureLine]:
    (key, name), (code, title) = country, node
    for word, words in (
        ("score", title),
        ("rank", _("%(score)s, rank") % {"score": title}),
        ("band", _("%(score)s, band") % {"score": title}),
        ("change", _("%(score)s, change since the first date") % {"score": title}),
    ):
        yield from _said(now, name, words, f"{word} {key} {code}")


def _said(now: Figures, whose: str, what: str, reference: str) -> Iterator[FigureLine]:
    """Give the figure if there is one; what is not there yet is not offered."""
    value = now.value_of(reference)
    if value is not None:
        yield FigureLine(whose, what, value, f"{{{{{reference}}}}}")
