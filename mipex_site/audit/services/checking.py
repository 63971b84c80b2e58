"""Walk the chains by the clock, and remember how far each was intact."""

from __future__ import annotations

import logging

from django.utils import timezone

from ..models import ChainCheck
from .walking import Walk, streams, walk

logger = logging.getLogger(__name__)


def check_all(*, whole: bool) -> list[Walk]:
    """Walk every chain, from its beginning or from where the last walk found it intact.

    A fault stays where it is until a walk finds none: nothing moves a check past it.
    """
    return [check(stream=stream, whole=whole) for stream in streams()]


def check(*, stream: str, whole: bool) -> Walk:
    """Walk one chain and keep what was found."""
    last = ChainCheck.objects.filter(stream=stream).first()
    start = {} if whole or last is None else {"after": last.number, "previous": last.hash}
    found = walk(stream, **start)
    kept = {"at": timezone.now(), "fault": found.fault}
    if found.broken_at is None:
        kept |= {"number": found.length, "hash": found.head}
    else:
        logger.error("The audit chain %s is broken: %s.", stream, found.fault)
    ChainCheck.objects.update_or_create(stream=stream, defaults=kept)
    return found
