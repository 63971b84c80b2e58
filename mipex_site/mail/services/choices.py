"""What people choose about the daily letter."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries

from ..models import MailChoice


@transaction.atomic
def choose(*, hour: int, snoozed_until: date | None, by: User) -> MailChoice:
    """Keep one's own HOUR of the daily letter, and the day before which none comes.

    The hour is counted where the person is. What concerns an act, such as a sheet that came
    back, is written at once whatever is chosen. Raises ValidationError.
    """
    choice = MailChoice.objects.select_for_update().filter(person=by).first()
    choice = choice or MailChoice(person=by)
    new = {"hour": hour, "snoozed_until": snoozed_until}
    changed = [name for name, value in new.items() if getattr(choice, name) != value]
    if not changed and choice.pk:
        return choice
    choice.hour, choice.snoozed_until = hour, snoozed_until
    choice.full_clean(validate_constraints=False, validate_unique=False)
    choice.save()
    entries.write(
        stream="accounts",
        act="person.choose_mail",
        subject=f"person/{by.pk}",
        by=by.pk,
        new={"changed": changed},
    )
    return choice
