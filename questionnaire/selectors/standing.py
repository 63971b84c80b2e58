"""Whether a source carries an answer about one day: in a state's code and in words."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..enums import SourceKind
from ..models import Source

REFUSED = "refused"


def standing_of(source: Source, day: date) -> tuple[str, str]:
    """Return the code of a badge, and words; both empty where there is nothing to say.

    DAY is the day whose law the sheet describes. "refused" means that the source cannot
    support an answer about that day, "warning" that a person should look again.
    """
    if source.kind == SourceKind.LAW:
        state, words = _standing_of_law(source, day)
    else:
        state, words = _standing_of_publication(source, day)
    shown = {"day": _shown(day)}
    if state in {"passed", ""} and is_rechecked(source, day):
        return "passed", _("%(standing)s, checked %(checked)s") % {
            "standing": words % shown if words else _("Describes %(day)s") % shown,
            "checked": _shown(source.checked_on),
        }
    return state, words % shown


def doubts_about(source: Source, day: date) -> list[str]:
    """Return what is worth a second look, in whole sentences; nothing here is an error."""
    name = {"source": source}
    if source.kind == SourceKind.LAW and not source.in_force_from:
        return [_("No date says since when “%(source)s” is in force.") % name]
    if source.kind != SourceKind.PRACTICE:
        return []
    if source.published_on is None:
        return [_("No date says when “%(source)s” was published.") % name]
    if source.published_on > day and not source.describes_cut_off:
        return [_("“%(source)s” was published after the cut-off date.") % name]
    return []


def is_rechecked(source: Source, day: date) -> bool:
    """Return whether somebody has seen in this round that the source carries DAY.

    A source that was carried over keeps no check of an earlier round: its row is made when the
    round opens, so a check from before that day is the last edition's.
    """
    if source.checked_on is None or not carries(source, day):
        return False
    carried_on = timezone.localdate(source.created_at)
    return not source.carried_from or source.checked_on >= carried_on


def carries(source: Source, day: date) -> bool:
    """Return whether a source can support an answer about DAY, as far as its dates say."""
    if source.kind == SourceKind.LAW:
        return not (is_later(source, day) or has_ended(source, day))
    return not is_published_late(source, day) or source.describes_cut_off


def is_later(source: Source, day: date) -> bool:
    """Return whether it is a law that came, or comes, into force only after DAY."""
    since = source.in_force_from
    return source.kind == SourceKind.LAW and since is not None and since > day


def has_ended(source: Source, day: date) -> bool:
    until = source.in_force_until
    return source.kind == SourceKind.LAW and until is not None and until < day


def is_published_late(source: Source, day: date) -> bool:
    """Return whether it is a publication from after DAY, which must say that it describes it."""
    published = source.published_on
    return source.kind == SourceKind.PRACTICE and published is not None and published > day


def _standing_of_law(source: Source, day: date) -> tuple[str, str]:
    if is_later(source, day):
        return REFUSED, _("Came into force after %(day)s: it cannot support an answer")
    if has_ended(source, day):
        return REFUSED, _("No longer in force on %(day)s: it cannot support an answer")
    if not source.in_force_from:
        return "warning", _("No date says since when it is in force")
    return "passed", _("In force on %(day)s")


def _standing_of_publication(source: Source, day: date) -> tuple[str, str]:
    if not is_published_late(source, day):
        return "", ""
    if source.describes_cut_off:
        return "passed", _("Published later, describes %(day)s")
    return "warning", _("Published after %(day)s: say that it describes that day")


def _shown(day: date) -> str:
    return date_format(day, "j F Y")
