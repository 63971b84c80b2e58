"""The queue of disputes, by question: what one person rules on, in whichever country."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from ..enums import DisputeCause, DisputeState
from ..selectors.lists import DisputeLine
from ..selectors.queue import PROPOSED, QueueGroup, QueueLine, queue_of
from .places import address

FILTERS = ("indicator", "country", "state")


@require_GET
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Show every dispute where the person rules, grouped by indicator, narrowed by the address."""
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    found = queue_of(request.user, **asked)
    lines = [line for group in found.groups for line in group.lines]
    # One line may be the first and the last: j then leads to it.
    keys = {id(line): key for line, key in ((lines[-1], "k"), (lines[0], "j"))} if lines else {}
    context = {
        "queue": found,
        "groups": [(group, list(_lines(group, keys))) for group in found.groups],
        "asked": asked,
        "states": _state_choices(),
        "crumbs": [{"title": _("My work"), "url": reverse("desk:work")}],
        "is_narrowed": any(asked.values()),
    }
    return render(request, "review/queue.html", context)


def _state_choices() -> list[tuple[str, str]]:
    return [
        (DisputeState.OPEN.value, _("Waits for a ruling")),
        (DisputeState.SECOND_LOOK.value, _("Waits for your second look")),
        (PROPOSED, _("You proposed a ruling")),
    ]


def _lines(group: QueueGroup, keys: dict[int, str]) -> Iterator[dict[str, object]]:
    """Yield each line with its words, its address, and what may serve as its draft."""
    for line in group.lines:
        is_open = line.state == DisputeState.OPEN
        yield {
            "line": line,
            "cause": str(DisputeCause(line.dispute.cause).label),
            "words": _words(line),
            "url": url_of(line.dispute),
            "draft_url": url_of(line.dispute, "ruling-draft"),
            "drafts": group.rulings if is_open else (),
            "key": keys.get(id(line), ""),
        }


def url_of(dispute: DisputeLine, name: str = "dispute") -> str:
    return address(name, dispute.place, dispute.indicator_code, dispute.day)


def _words(line: QueueLine) -> str:
    return _("Waits for another person") if line.state == PROPOSED else ""
