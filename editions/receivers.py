"""What editions does when scores are done, and when a round begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal
from questionnaire.models import Country, Round
from questionnaire.signals import countries_set_up, country_joined, round_cancelling
from scoring.models import ScoreRun
from scoring.signals import run_done

from .models import Revision
from .services import editions
from .services.carrying import carry_over
from .tasks import take_queued_revisions


def connect() -> None:
    """Listen to the apps before this one."""
    run_done.connect(queue_the_revision, dispatch_uid="editions.queue_the_revision")
    countries_set_up.connect(propose_to_countries, dispatch_uid="editions.countries_set_up")
    round_cancelling.connect(keep_what_was_published, dispatch_uid="editions.round_cancelling")
    country_joined.connect(propose_what_was_published, dispatch_uid="editions.country_joined")


def queue_the_revision(sender: Any, *, run: ScoreRun, **kwargs: Any) -> None:
    """Queue the revision in the transaction that ends the run, and nudge a worker after it.

    The nudge may get lost: a broker that is down is logged and breaks nothing, for the timed
    task finds the row.
    """
    if editions.queue_revision(run=run):
        transaction.on_commit(nudge, robust=True)


def propose_to_countries(
    sender: Any, *, round_: Round, countries: Sequence[Country], by: User, **kwargs: Any
) -> None:
    """Carry the latest published answers over in the transaction that sets countries up."""
    carry_over(round_=round_, by=by, countries=countries)


def propose_what_was_published(sender: Any, *, round_: Round, by: User, **kwargs: Any) -> None:
    """Carry the latest published answers over in the transaction in which a country joins."""
    carry_over(round_=round_, by=by)


def keep_what_was_published(sender: Any, *, round_: Round, **kwargs: Any) -> None:
    """Raise Refusal for a round of which a revision was published: it is withdrawn, not undone."""
    published = Revision.objects.filter(edition__round=round_, published_at__isnull=False)
    if published.exists():
        raise Refusal(
            _("An edition of this round was published, so it can be cancelled no more.")
        )


def nudge() -> None:
    take_queued_revisions.apply_async(retry=False)
