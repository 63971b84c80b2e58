"""Whether the links of sources answer: asked by a task, shown as a hint, blocking nothing.

Two requests that fail, at least an hour apart, make a link dead; every link is asked again
after a week. A page that asks who we are is there, so it counts as alive.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from ..enums import LinkState
from ..models import LinkCheck, Source
from .fetching import Ways, ask

RETRY_AFTER = timedelta(hours=1)
ASK_AGAIN_AFTER = timedelta(days=7)


def watch_link(source: Source) -> None:
    """Let the link of a source be asked about, if it has a new one; forget a removed one."""
    if not source.url:
        LinkCheck.objects.filter(source=source).delete()
        return
    anew = {"state": LinkState.WAITING, "receipt": None, "attempt": 0, "error": ""}
    check = LinkCheck.objects.filter(source=source).first()
    if check is None:
        LinkCheck.objects.create(source=source, url=source.url)
    elif check.url != source.url:
        # A worker that is asking about the old link finds its receipt void.
        here = LinkCheck.objects.filter(pk=check.pk)
        here.update(url=source.url, checked_at=None, **anew)


def put_back_old(*, seconds: int) -> None:
    """Let be asked again what was asked a week ago, and what a worker left unfinished."""
    LinkCheck.objects.release_stale(seconds=seconds)
    old = LinkCheck.objects.filter(
        state__in=(LinkState.ALIVE, LinkState.DEAD),
        checked_at__lt=timezone.now() - ASK_AGAIN_AFTER,
    )
    old.update(state=LinkState.WAITING)


def due(*, number: int) -> list[int]:
    """Return the keys of at most NUMBER links to ask about now, new ones first."""
    before = timezone.now() - RETRY_AFTER
    waiting = LinkCheck.objects.waiting()
    fresh = waiting.filter(checked_at=None) | waiting.filter(checked_at__lt=before)
    return list(fresh.order_by("attempt", "pk").values_list("pk", flat=True)[:number])


def check_link(pk: int, *, ways: Ways | None = None) -> bool:
    """Ask about one link; False if another worker had it, or it was changed meanwhile.

    WAYS say which addresses may be asked, and how names are resolved; tests give their own.
    """
    receipt = LinkCheck.objects.claim(pk)
    if receipt is None:
        return False
    check = LinkCheck.objects.get(pk=pk)
    error = ask(check.url, ways=ways or Ways(), seconds=settings.LINK_TIMEOUT_SECONDS)
    return _settle(check, receipt, error)


def _settle(check: LinkCheck, receipt: UUID, error: str) -> bool:
    """Write what came of it. The first failure of a link that answered is no news yet."""
    failed = LinkState.DEAD if check.error else LinkState.WAITING
    state = failed if error else LinkState.ALIVE
    return LinkCheck.objects.finish(
        check.pk, receipt=receipt, state=state, error=error, checked_at=timezone.now()
    )
