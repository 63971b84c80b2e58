"""Which version a draft needs to be locked: asked of what was locked before under its code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from mipex_site.base.errors import WrongState

from ..engine.method_changes import Change, changes, least_bump
from ..engine.versions import Bump, Version
from ..enums import MethodState
from ..models import Method
from .method_words import DEMANDS, sentences, titles_in


@dataclass(frozen=True, slots=True)
class VersionDemand:
    """What a draft changes since BEFORE, the highest locked version of its code.

    None    BEFORE and NEEDED where nothing was locked under the code.
    """

    before: Method | None
    changes: tuple[Change, ...]
    bump: Bump
    needed: Version | None
    is_met: bool

    @property
    def why(self) -> str:
        """Say which number of the version rises, and why."""
        return str(DEMANDS[self.bump])


def demand_of(method: Method, *, locked: Iterable[Method] | None = None) -> VersionDemand:
    """Compare a draft with the highest locked version of its code.

    One query, or none where every LOCKED method is at hand.
    """
    if locked is None:
        locked = Method.objects.filter(code=method.code, state=MethodState.LOCKED)
    same = [each for each in locked if each.code == method.code]
    known = [(version, each) for each in same if (version := _version(each))]
    own = _version(method)
    if not known:
        return VersionDemand(None, (), Bump.NONE, None, is_met=own is not None)
    newest, before = max(known, key=lambda pair: pair[0])
    bump = least_bump(before.settings, method.settings)
    needed = newest.raised(max(bump, Bump.PATCH))
    return VersionDemand(
        before=before,
        changes=changes(before.settings, method.settings),
        bump=bump,
        needed=needed,
        is_met=own is not None and own >= needed,
    )


def demand_version(method: Method) -> None:
    """Raise WrongState where the version of a draft does not rise as its changes demand."""
    if _version(method) is None:
        raise WrongState(
            _("The version of %(method)s is not written as MAJOR.MINOR.PATCH, such as 1.0.0.")
            % {"method": method}
        )
    asked = demand_of(method)
    if asked.is_met:
        return
    titles = titles_in(method.settings)
    words = {
        "method": method,
        "before": asked.before,
        "needed": asked.needed,
        "changes": " ".join([asked.why, *sentences(asked.changes, titles)]),
    }
    raise WrongState(
        _(
            "%(method)s follows %(before)s, and needs version %(needed)s or a later one. "
            "%(changes)s Give it that version in its file and bring it in again."
        )
        % words
    )


def _version(method: Method) -> Version | None:
    try:
        return Version.parse(method.version)
    except ValueError:
        return None
