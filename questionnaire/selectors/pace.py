"""How much of a sheet is left, counted in minutes and said in calm words."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..enums import AssessmentState
from .expert import Progress

HOUR = 60
STEP = 5
"""Minutes: a finer number would promise more than anybody knows."""


@dataclass(frozen=True, slots=True)
class Load:
    """What of a sheet waits for its expert, by the kind of work it is."""

    questions: int = 0
    confirmations: int = 0
    returned: int = 0
    unsaved: int = 0
    """Drafts on answers that are recorded: they are only to be read and saved."""

    @property
    def things(self) -> int:
        return self.questions + self.confirmations + self.returned + self.unsaved

    @property
    def minutes(self) -> int:
        return (
            self.questions * settings.MINUTES_PER_QUESTION
            + (self.confirmations + self.unsaved) * settings.MINUTES_PER_CONFIRMATION
            + self.returned * settings.MINUTES_PER_RETURNED
        )


def load_of(progress: Progress, state: str) -> Load:
    """Return what is left of a sheet in STATE; a draft makes nothing dearer than it was."""
    if state == AssessmentState.RETURNED:
        return Load(returned=progress.returned)
    if state == AssessmentState.OPEN:
        return Load(progress.blank, progress.carried, unsaved=progress.unsaved)
    return Load()


def time_left(load: Load, *, counted: bool = True) -> str:
    """Say in one sentence how long the rest takes and, if COUNTED, what it is.

    Minutes go up to the next five, hours to the next half.
    """
    if not load.things:
        return _("Nothing is left to answer.")
    if not counted:
        return _("About %(time)s left.") % {"time": _in_words(load.minutes)}
    return _("About %(time)s left: %(things)s.") % {
        "time": _in_words(load.minutes),
        "things": ", ".join(_things(load)),
    }


def _things(load: Load) -> list[str]:
    kinds = (
        (load.returned, ngettext("%(n)d came back", "%(n)d came back", load.returned)),
        (load.questions, ngettext("%(n)d question", "%(n)d questions", load.questions)),
        (
            load.confirmations,
            ngettext("%(n)d to confirm", "%(n)d to confirm", load.confirmations),
        ),
        (
            load.unsaved,
            ngettext("%(n)d draft to save", "%(n)d drafts to save", load.unsaved),
        ),
    )
    return [words % {"n": number} for number, words in kinds if number]


def _in_words(minutes: int) -> str:
    steps = -(-minutes // STEP)
    if steps * STEP < HOUR:
        return ngettext("%(n)d minute", "%(n)d minutes", steps * STEP) % {"n": steps * STEP}
    hours, half = divmod(-(-minutes * 2 // HOUR), 2)
    if half:
        return _("%(n)d½ hours") % {"n": hours}
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
