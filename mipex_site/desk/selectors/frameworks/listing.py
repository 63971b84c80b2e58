"""The frameworks that there are, and which rounds use them."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaire.enums import FrameworkState
from questionnaire.models import Framework, Round


@dataclass(frozen=True, slots=True)
class Line:
    """One version of a framework in the list, and the rounds that use it."""

    framework: Framework
    rounds: tuple[Round, ...]

    @property
    def is_draft(self) -> bool:
        return self.framework.state == FrameworkState.DRAFT


def framework_lines() -> list[Line]:
    """Return every version, those of one framework together, the newest first; two queries."""
    used: dict[int, list[Round]] = {}
    for round_ in Round.objects.order_by("-cut_off", "code"):
        used.setdefault(round_.framework_id, []).append(round_)
    rows = Framework.objects.select_related("copied_from").order_by(
        "code", "-created_at", "-pk"
    )
    return [Line(row, tuple(used.get(row.pk, ()))) for row in rows]
