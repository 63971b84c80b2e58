"""The few tags every template may use: shapes, states, bands and dates.

Shapes are written into the page, not linked, so that a page of an edition shows them when it
is opened from a disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

register = template.Library()

DISC = '<circle class="icon__fill" cx="8" cy="8" r="7"/>'
RING = '<circle cx="8" cy="8" r="6.2"/>'

SHAPES = {
    "tick-disc": DISC + '<path class="icon__cut" d="M4.8 8.3 7 10.5 11.3 5.8"/>',
    "tick": '<path d="M3 8.6 6.4 12 13 4.6"/>',
    "half-disc": RING + '<path class="icon__fill" d="M8 1.8a6.2 6.2 0 0 0 0 12.4z"/>',
    "dotted-ring": '<circle class="icon__dots" cx="8" cy="8" r="6.28"/>',
    "ringed-dot": RING + '<circle class="icon__fill" cx="8" cy="8" r="2.4"/>',
    "arrow-back": '<path d="M14 8H3M7 4 3 8l4 4"/>',
    "arrow-up": '<path d="M8 14V3M4 7l4-4 4 4"/>',
    "split-diamond": '<path d="M8 1.4 14.6 8 8 14.6 1.4 8z"/>'
    '<path class="icon__fill" d="M8 1.4 14.6 8 8 14.6z"/>',
    "lined-square": '<rect x="2" y="2" width="12" height="12" rx="1.5"/>'
    '<path d="M5 6h6M5 8.5h6M5 11h3.5"/>',
    "octagon": '<path class="icon__fill" d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z"/>'
    '<path class="icon__cut" d="M8 4.4v4.2M8 11.4v.1"/>',
    "triangle": '<path d="M8 1.8 15 14H1z"/><path d="M8 6v4M8 12v.1"/>',
    "padlock": '<rect class="icon__fill" x="2.5" y="7" width="11" height="7.5" rx="1.2"/>'
    '<path d="M5 7V4.8a3 3 0 0 1 6 0V7"/>',
    "open-padlock": '<rect class="icon__fill" x="2.5" y="7" width="11" height="7.5" rx="1.2"/>'
    '<path d="M5 7V4.2a3 3 0 0 1 5.8-1"/>',
    "calendar": '<rect x="1.8" y="3" width="12.4" height="11.2" rx="1.4"/>'
    '<path d="M1.8 6.6h12.4M5 1.4v3M11 1.4v3"/>',
    "two-ways": '<path d="M2 5h11M10.5 2.5 13 5M14 11H3M5.5 8.5 3 11"/>',
    "equals": '<path d="M3 6h10M3 10.4h10"/>',
    "person": '<circle class="icon__fill" cx="8" cy="4.6" r="3.2"/>'
    '<path class="icon__fill" d="M1.8 14.6c0-3.6 2.8-5.4 6.2-5.4s6.2 1.8 6.2 5.4z"/>',
    "no-network": '<path d="M4.6 12.6h6.6a2.9 2.9 0 0 0 .3-5.8 3.9 3.9 0 0 0-7.4.6'
    ' 2.7 2.7 0 0 0 .5 5.2z"/>'
    '<path d="M2.4 2.4 13.6 14.6"/>',
    "crossed-ring": RING + '<path d="M3.8 12.2 12.2 3.8"/>',
    "seal": DISC + '<circle class="icon__cut" cx="8" cy="8" r="3"/>',
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown: its shape, its tone (the colour's role) and its word."""

    shape: str
    tone: str
    word: Any


STATES = {
    "ready": Look("tick-disc", "ok", pgettext_lazy("state", "Ready")),
    "agreed": Look("tick-disc", "ok", pgettext_lazy("state", "Agreed")),
    "agree": Look("tick-disc", "ok", pgettext_lazy("state", "Agrees")),
    "approved": Look("tick-disc", "ok", pgettext_lazy("state", "Approved")),
    "changed": Look("tick-disc", "ok", pgettext_lazy("state", "Changed")),
    "agree_with_remark": Look(
        "tick-disc", "ok", pgettext_lazy("state", "Agrees, with a remark")
    ),
    "cleared": Look("tick-disc", "ok", pgettext_lazy("state", "Cleared")),
    "ruled": Look("tick-disc", "ok", pgettext_lazy("state", "Ruled")),
    "done": Look("tick-disc", "ok", pgettext_lazy("state", "Done")),
    "passed": Look("tick-disc", "ok", pgettext_lazy("state", "Passed")),
    "signed": Look("tick-disc", "ok", pgettext_lazy("state", "Signed")),
    "published": Look("seal", "ok", pgettext_lazy("state", "Published")),
    "answered": Look("tick-disc", "going", pgettext_lazy("state", "Answered")),
    "last_word": Look("tick-disc", "going", pgettext_lazy("state", "Last word")),
    "draft": Look("half-disc", "going", pgettext_lazy("state", "Draft")),
    "answering": Look("half-disc", "going", pgettext_lazy("state", "Answering")),
    "writing": Look("half-disc", "going", pgettext_lazy("state", "Writing")),
    "open": Look("half-disc", "going", pgettext_lazy("state", "Open")),
    "reopened": Look("open-padlock", "going", pgettext_lazy("state", "Reopened")),
    "running": Look("half-disc", "going", pgettext_lazy("state", "Running")),
    "building": Look("half-disc", "going", pgettext_lazy("state", "Building")),
    "submitted": Look("arrow-up", "going", pgettext_lazy("state", "Submitted")),
    "candidate": Look("ringed-dot", "going", pgettext_lazy("state", "Candidate")),
    "in_review": Look("lined-square", "ink", pgettext_lazy("state", "In review")),
    "under_review": Look("lined-square", "ink", pgettext_lazy("state", "Under review")),
    "review_closed": Look("padlock", "ink", pgettext_lazy("state", "Review closed")),
    "locked": Look("padlock", "ink", pgettext_lazy("state", "Locked")),
    "not_yet": Look("padlock", "quiet", pgettext_lazy("state", "Not yet")),
    "carried": Look("ringed-dot", "quiet", pgettext_lazy("state", "To confirm")),
    "to_read": Look("dotted-ring", "quiet", pgettext_lazy("state", "To read")),
    "pending": Look("dotted-ring", "quiet", pgettext_lazy("state", "Pending")),
    "queued": Look("dotted-ring", "quiet", pgettext_lazy("state", "Queued")),
    "waiting": Look("dotted-ring", "quiet", pgettext_lazy("state", "Waiting")),
    "opinions": Look("dotted-ring", "quiet", pgettext_lazy("state", "Waits for opinions")),
    "planned": Look("dotted-ring", "quiet", pgettext_lazy("state", "Planned")),
    "design": Look("dotted-ring", "quiet", pgettext_lazy("state", "Design")),
    "not_begun": Look("dotted-ring", "quiet", pgettext_lazy("state", "Not begun")),
    "to_code": Look("dotted-ring", "ink", pgettext_lazy("state", "To code")),
    "not_answered": Look("dotted-ring", "ink", pgettext_lazy("state", "Not answered")),
    "not_submitted": Look("dotted-ring", "ink", pgettext_lazy("state", "Not submitted")),
    "not_qualified": Look("crossed-ring", "quiet", pgettext_lazy("state", "Not my field")),
    "superseded": Look("crossed-ring", "quiet", pgettext_lazy("state", "Superseded")),
    "set_aside": Look("crossed-ring", "quiet", pgettext_lazy("state", "Set aside")),
    "cancelled": Look("crossed-ring", "quiet", pgettext_lazy("state", "Cancelled")),
    "excluded": Look("crossed-ring", "quiet", pgettext_lazy("state", "Excluded")),
    "returned": Look("arrow-back", "warn", pgettext_lazy("state", "Returned")),
    "change_requested": Look("arrow-back", "warn", pgettext_lazy("state", "Change asked")),
    "to_return": Look("arrow-back", "warn", pgettext_lazy("state", "To return")),
    "no_reviewer": Look("triangle", "warn", pgettext_lazy("state", "No reviewer")),
    "consent": Look("triangle", "warn", pgettext_lazy("state", "Needs consent")),
    "second_look": Look("two-ways", "warn", pgettext_lazy("state", "Second look")),
    "late": Look("triangle", "warn", pgettext_lazy("state", "Late")),
    "warning": Look("triangle", "warn", pgettext_lazy("state", "Warning")),
    "disputed": Look("split-diamond", "stop", pgettext_lazy("state", "Disputed")),
    "maintained": Look("split-diamond", "stop", pgettext_lazy("state", "Maintained")),
    "disagree": Look("split-diamond", "stop", pgettext_lazy("state", "Disagrees")),
    "two_texts": Look("two-ways", "stop", pgettext_lazy("state", "Two texts")),
    "refused": Look("octagon", "stop", pgettext_lazy("state", "Refused")),
    "blocked": Look("octagon", "stop", pgettext_lazy("state", "Blocked")),
    "failed": Look("octagon", "stop", pgettext_lazy("state", "Failed")),
    "withdrawn": Look("octagon", "stop", pgettext_lazy("state", "Withdrawn")),
}
UNKNOWN_STATE = Look("ringed-dot", "quiet", "")

ANYWHERE = "Etc/GMT+12"
FIXED = "Etc/GMT"
OTHER_WAY = str.maketrans("+-", "-+")

FULL_SCORE = 100
NEAR_THE_END = 15  # points: closer than this, a label would run over the edge

# Stylesheets and scripts of an edition's pages, below static/ here and below assets/ there.
PUBLIC_STYLES = (
    "css/tokens.css",
    "css/base.css",
    "css/components/frame.css",
    "css/components/buttons.css",
    "css/components/states.css",
    "css/components/tables.css",
    "css/components/notices.css",
    "css/components/lists.css",
    "css/components/charts.css",
    "css/pages/public.css",
    "css/print.css",
)
PUBLIC_SCRIPTS = ("js/theme.js", "js/copy.js")

BANDS = {
    "critically_unfavourable": (1, pgettext_lazy("band", "Critically unfavourable")),
    "unfavourable": (2, pgettext_lazy("band", "Unfavourable")),
    "slightly_unfavourable": (3, pgettext_lazy("band", "Slightly unfavourable")),
    "halfway_favourable": (4, pgettext_lazy("band", "Halfway favourable")),
    "slightly_favourable": (5, pgettext_lazy("band", "Slightly favourable")),
    "favourable": (6, pgettext_lazy("band", "Favourable")),
}
NO_BAND = ("none", pgettext_lazy("band", "No score"))


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a shape by its own name or by the state it stands for. A word goes beside it."""
    shape = STATES[name].shape if name in STATES else name
    return _svg(SHAPES[shape])


def _svg(shape: str) -> SafeString:
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(shape),  # noqa: S308 - one of SHAPES, written above
    )


@register.simple_tag
def state_badge(state: str, words: str = "") -> SafeString:
    """Show a state as shape and word; WORDS replace the state's own word."""
    look = STATES.get(str(state), UNKNOWN_STATE)
    return format_html(
        '<span class="state state--{}">{}<span>{}</span></span>',
        look.tone,
        _svg(SHAPES[look.shape]),
        words or look.word or state,
    )


def _band(band: object) -> tuple[int | str, Any]:
    key = str(band or "").strip().lower().replace(" ", "_").replace("-", "_")
    return BANDS.get(key, NO_BAND)


@register.filter
def band_class(band: object) -> str:
    """Return the CSS class of a band's name; no band, or an unknown one, is hatched."""
    return f"band-{_band(band)[0]}"


@register.filter
def band_words(band: object) -> str:
    return str(_band(band)[1])


@register.filter(name="when")
def in_words(value: date | datetime | None) -> str:
    """Return 31 May 2025 for a day, 31 May 2025, 23:59 UTC for a moment; empty for nothing."""
    if not value:
        return ""
    if not isinstance(value, datetime):
        return date_format(value, "j F Y")
    local = timezone.localtime(value)
    return _("%(day)s, %(time)s %(zone)s") % {
        "day": date_format(local, "j F Y"),
        "time": date_format(local, "H:i"),
        "zone": zone_words(local),
    }


def zone_words(moment: datetime) -> str:
    """Name a zone as people do: Europe/Brussels is Brussels time, UTC is UTC.

    Etc/GMT+12 is the last zone on Earth: a day that ends there has ended everywhere. The others
    of its kind count, unlike everybody else, to the west.
    """
    key = getattr(moment.tzinfo, "key", None) or str(moment.tzname())
    if key == ANYWHERE:
        return _("anywhere on Earth")
    if key.startswith(FIXED):
        return "UTC" + key.removeprefix(FIXED).translate(OTHER_WAY)
    if "/" not in key:
        return key
    city = key.rsplit("/", 1)[1].replace("_", " ")
    return _("%(city)s time") % {"city": city}


def utc_words(moment: datetime) -> str:
    """Say what a moment is in UTC: 21:59 UTC, with its day where that is another one.

    Empty where the reader's own zone is UTC: it is said already.
    """
    local, utc = timezone.localtime(moment), moment.astimezone(UTC)
    if getattr(local.tzinfo, "key", local.tzname()) in {"UTC", "Etc/UTC"}:
        return ""
    clock = _("%(time)s UTC") % {"time": date_format(utc, "H:i")}
    return clock if utc.date() == local.date() else f"{date_format(utc, 'j F Y')}, {clock}"


def both_words(moment: datetime) -> str:
    """Say a moment in plain words, in the reader's zone and in UTC, as letters have it."""
    utc = utc_words(moment)
    return f"{in_words(moment)} ({utc})" if utc else in_words(moment)


@register.simple_tag(name="when")
def when_tag(
    value: date | datetime | None,
    now: datetime | None = None,
    *,
    utc: bool = False,
) -> SafeString | str:
    """Mark up a day or a moment; with UTC also in that zone, with NOW also the time left.

    This is how every page shows a moment that somebody must keep: it names its zone.
    """
    if not value:
        return ""
    shown = format_html('<time datetime="{}">{}</time>', _iso(value), in_words(value))
    if not isinstance(value, datetime):
        return shown
    there = utc_words(value) if utc or now else ""
    if there:
        shown = format_html('{} <span class="quiet">({})</span>', shown, there)
    return (
        shown if now is None else format_html("{}: {}", shown, left_words(_between(now, value)))
    )


def _between(now: datetime, then: datetime) -> timedelta:
    """Return the time that passes, also where both are told by one clock that is changed."""
    return then.astimezone(UTC) - now.astimezone(UTC)


def _iso(value: date | datetime) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


@register.filter
def span_words(span: timedelta | None) -> str:
    """Say how long a span is in its two largest units: 2 days 3 hours, 5 hours, 20 minutes."""
    minutes = int(abs(span or timedelta(0)).total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if not days and not hours and not minutes:
        return _("less than a minute")
    found = [
        (days, ngettext("%(n)s day", "%(n)s days", days)),
        (hours, ngettext("%(n)s hour", "%(n)s hours", hours)),
        (0 if days else minutes, ngettext("%(n)s minute", "%(n)s minutes", minutes)),
    ]
    return " ".join(words % {"n": number} for number, words in found if number)


@register.filter
def left_words(span: timedelta) -> str:
    """Say how long there is: 2 days 3 hours left, 5 hours left, 3 days late."""
    words = _("%(span)s late") if span < timedelta(0) else _("%(span)s left")
    return words % {"span": span_words(span)}


@register.filter
def stacked(parts: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Pair each part of a bar, which has a count, with where it starts."""
    start = 0
    for part in parts:
        yield start, part
        start += part["count"] if isinstance(part, dict) else part.count


@dataclass(frozen=True, slots=True)
class Label:
    """One label over a scale: where it points, which way it runs, on which line it stands."""

    at: int
    anchor: str
    line: int


def _anchor(at: float, leaning: str) -> str:
    """Lean as asked, but never over the end of the scale."""
    if at < NEAR_THE_END:
        return "start"
    return "end" if at > FULL_SCORE - NEAR_THE_END else leaning


@register.simple_tag
def scale_labels(
    own: int, mean: int | None = None, before: int | None = None
) -> dict[str, Label | None]:
    """Place the labels of a 0-100 scale so that none covers another.

    The lower of mean and earlier score leans left and the higher right; where the end of the
    scale makes both lean the same way, the earlier one takes a line of its own.
    """
    labels: dict[str, Label | None] = {"own": Label(own, _anchor(own, "middle"), 2)}
    middle = own if mean is None else mean
    mean_leans, before_leans = ("start", "end")
    if before is not None and before > middle:
        mean_leans, before_leans = ("end", "start")
    mean_anchor, before_anchor = _anchor(middle, mean_leans), _anchor(before or 0, before_leans)
    crowded = mean is not None and mean_anchor == before_anchor
    labels["mean"] = None if mean is None else Label(mean, mean_anchor, 3)
    labels["before"] = None
    if before is not None:
        labels["before"] = Label(before, before_anchor, 1 if crowded else 3)
    return labels


@register.simple_tag
def public_styles() -> tuple[str, ...]:
    return PUBLIC_STYLES


@register.simple_tag
def public_scripts() -> tuple[str, ...]:
    return PUBLIC_SCRIPTS
