"""What editions does when scores are done, when a round begins, ends or goes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal
from questionnaire.models import Country, Round
from questionnaire.signals import (
    countries_set_up,
    country_joined,
    published_countries_asked_for,
    round_cancelling,
)
from review.signals import names_asked_about, review_taken_up, review_taking_up
from scoring.models import ScoreRun
from scoring.signals import run_done

from .services import editions, naming, setting_aside
from .services.carrying import carry_over
from .signals import revision_queued
from .tasks import take_queued_revisions


def connect() -> None:
    """Listen to the apps before this one."""
    run_done.connect(queue_the_revision, dispatch_uid="editions.queue_the_revision")
    revision_queued.connect(nudge_a_worker, dispatch_uid="editions.nudge_a_worker")
    countries_set_up.connect(propose_to_countries, dispatch_uid="editions.countries_set_up")
    round_cancelling.connect(keep_what_was_published, dispatch_uid="editions.round_cancelling")
    review_taking_up.connect(keep_what_was_read, dispatch_uid="editions.review_taking_up")
    review_taken_up.connect(set_aside_what_was_built, dispatch_uid="editions.review_taken_up")
    names_asked_about.connect(tell_if_names_are_frozen, dispatch_uid="editions.names_asked")
    published_countries_asked_for.connect(
        say_which_countries, dispatch_uid="editions.published_countries_asked_for"
    )
    country_joined.connect(propose_what_was_published, dispatch_uid="editions.country_joined")


def queue_the_revision(sender: Any, *, run: ScoreRun, **kwargs: Any) -> None:
    """Queue the revision in the transaction that ends the run, and nudge a worker after it.

    The nudge may get lost: a broker that is down is logged and breaks nothing, for the timed
    task finds the row.
    """
    if editions.queue_revision(run=run):
        transaction.on_commit(nudge, robust=True)


def nudge_a_worker(sender: Any, **kwargs: Any) -> None:
    """Nudge a worker once the correction is there for it to see."""
    transaction.on_commit(nudge, robust=True)


def propose_to_countries(
    sender: Any, *, round_: Round, countries: Sequence[Country], by: User, **kwargs: Any
) -> None:
    """Carry the latest published answers over in the transaction that sets countries up."""
    carry_over(round_=round_, by=by, countries=countries)


def propose_what_was_published(sender: Any, *, round_: Round, by: User, **kwargs: Any) -> None:
    """Carry the latest published answers over in the transaction in which a country joins."""
    carry_over(round_=round_, by=by)


def say_which_countries(sender: Any, *, round_: Round, **kwargs: Any) -> frozenset[str] | None:
    """Answer with the countries of the round's revision in force; None without one."""
    return editions.countries_in_force(round_)


def keep_what_was_published(sender: Any, *, round_: Round, **kwargs: Any) -> None:
    """Raise Refusal for a round of which a revision was published: it is withdrawn, not undone."""
    if setting_aside.was_published(round_):
        raise Refusal(
            _("An edition of this round was published, so it can be cancelled no more.")
        )


def keep_what_was_read(sender: Any, *, round_: Round, **kwargs: Any) -> None:
    """Raise Refusal for a round of which a revision was published: it is corrected instead."""
    if setting_aside.was_published(round_):
        raise Refusal(
            _(
                "An edition of this round was published, so its review is not taken up again."
                " What is wrong is corrected by a new revision."
            )
        )


def set_aside_what_was_built(sender: Any, *, round_: Round, by: User, **kwargs: Any) -> None:
    """Set aside what rests on the closed review, in the transaction that takes it up again."""
    setting_aside.set_aside(round_=round_, by=by)


def tell_if_names_are_frozen(sender: Any, *, round_: Round, hold: bool, **kwargs: Any) -> bool:
    """Say whether a yes comes too late."""
    return naming.are_frozen(round_, hold=hold)


def nudge() -> None:
    take_queued_revisions.apply_async(retry=False)
