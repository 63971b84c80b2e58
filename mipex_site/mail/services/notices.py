"""Put a line into somebody's daily letter."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from mipex_site.accounts.models import User

from ..models import Notice


@transaction.atomic
def tell(
    *, key: str, person: User, kind: str, words: str, address: str, round_code: str = ""
) -> Notice:
    """Keep a line for the person's next daily letter, once for each KEY.

    WORDS are a sentence in the person's language; ADDRESS is a path of the portal. The day is
    the present one where the person is.
    """
    today = timezone.localdate(timezone=ZoneInfo(person.zone))
    notice, _made = Notice.objects.get_or_create(
        key=key,
        defaults={
            "person": person,
            "kind": kind,
            "words": words,
            "address": address,
            "round_code": round_code,
            "day": today,
        },
    )
    return notice
