"""Prepare an edition, and queue a revision of it when its scores are there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import portal_robot
from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal
from mipex_site.base.verdict import demand
from questionnaire.enums import Role, RoundState
from questionnaire.models import Round
from questionnaire.services.locking import hold_round
from scoring.enums import RunState
from scoring.models import ScoreRun

from .. import rules
from ..enums import EditionKind, RevisionKind, RevisionState
from ..models import Edition, Revision


@transaction.atomic
def prepare_edition(
    *, round_: Round, title: str, licence: str, publisher: str, by: User
) -> Edition:
    """Name the edition that the round will end in, so that it can be signed in advance.

    If the scores are already there, its first revision is queued at once.
    Raises NotAllowed, Refusal if the round has an edition, or ValidationError.
    """
    # Who finishes the scores holds the round too: one of us two sees what the other wrote.
    round_ = hold_round(round_)
    demand(rules.may_prepare(by, round_))
    if Edition.objects.filter(round=round_).exists():
        raise Refusal(_("The edition of this round is prepared already."))
    edition = Edition(
        code=round_.edition_code,
        title=title,
        kind=EditionKind.ROUND,
        round=round_,
        licence=licence,
        publisher=publisher,
        notice=round_.framework.notice,
        is_demonstration=round_.is_demonstration,
    )
    edition.full_clean()
    edition.save()
    terms = {"title": title, "licence": licence, "publisher": publisher}
    record(edition=edition, act="edition.prepare", by=by, role=Role.COORDINATOR, new=terms)
    done = (
        ScoreRun.objects.filter(round=round_, state=RunState.DONE).order_by("-done_at").first()
    )
    if done:
        queue_revision(run=done)
    return edition


@transaction.atomic
def queue_revision(*, run: ScoreRun) -> Revision | None:
    """Queue a revision made from these scores, with the head of the audit chain pinned.

    None while the round's review is open or nobody has prepared its edition. For the same run
    there is only one revision.
    """
    held = Edition.objects.select_for_update(of=("self",)).select_related("round")
    edition = held.filter(round_id=run.round_id).first()
    if edition is None and run.round.extends_id:
        return _queue_extension(held.filter(round_id=run.round.extends_id).first(), run)
    if edition is None or edition.round.state != RoundState.REVIEW_CLOSED:
        return None
    standing = edition.revisions.exclude(state=RevisionState.SET_ASIDE)
    known = standing.filter(run=run).first()
    if known:
        return known
    number = _next_number(edition)
    act = record(
        edition=edition,
        number=number,
        act="revision.queue",
        by=portal_robot(),
        new={"run": run.pk},
    )
    return Revision.objects.create(
        edition=edition,
        number=number,
        kind=RevisionKind.CORRECTION if standing.exists() else RevisionKind.FIRST,
        run=run,
        cut_off=edition.round.cut_off,
        # The round's instant is its first publication's: what follows it is dated by itself.
        publish_at=None if _was_published(edition) else edition.round.publish_at,
        # The chain up to this very act: all that the edition rests on was written before it.
        audit_length=act.number,
        audit_head=act.hash,
    )


def _queue_extension(edition: Edition | None, run: ScoreRun) -> Revision | None:
    """Queue the revision by which the countries of the run's round join a published edition."""
    if edition is None or run.round.state != RoundState.REVIEW_CLOSED:
        return None
    before = edition.revisions.filter(state=RevisionState.PUBLISHED).first()
    standing = edition.revisions.exclude(state=RevisionState.SET_ASIDE)
    known = standing.filter(run=run).first()
    if known or before is None:
        return known
    number = _next_number(edition)
    act = record(
        edition=edition,
        number=number,
        act="revision.extend",
        by=portal_robot(),
        new={"run": run.pk, "based_on": before.name, "joining": run.round.code},
    )
    return Revision.objects.create(
        edition=edition,
        number=number,
        kind=RevisionKind.EXTENSION,
        run=run,
        based_on=before,
        joining=run.round,
        reason=run.round.title,
        cut_off=before.cut_off,
        audit_length=act.number,
        audit_head=act.hash,
    )


def _next_number(edition: Edition) -> int:
    """Return a number that no revision had: people may have read what was set aside."""
    last = edition.revisions.order_by("-number").first()
    return last.number + 1 if last else 1


def countries_in_force(round_: Round) -> frozenset[str] | None:
    """Return the codes of the countries in the round's published revision; None without one."""
    in_force = Revision.objects.filter(
        edition__round=round_, state=RevisionState.PUBLISHED
    ).first()
    if in_force is None:
        return None
    return frozenset(in_force.answers.values_list("country", flat=True).distinct())


def _was_published(edition: Edition) -> bool:
    return edition.revisions.filter(published_at__isnull=False).exists()


def letter_language(edition: Edition) -> str:
    """Return the language of letters to who has no account: the edition's, if we speak it."""
    language = edition.round.framework.language if edition.round else settings.LANGUAGE_CODE
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def hold_revision(pk: int) -> Revision:
    """Lock the edition, then one of its revisions: in this order, whatever is done to them."""
    edition_id = Revision.objects.values_list("edition_id", flat=True).get(pk=pk)
    edition = Edition.objects.select_for_update(no_key=True).get(pk=edition_id)
    revision = Revision.objects.select_for_update(no_key=True).get(pk=pk)
    revision.edition = edition
    return revision


def hold_edition(pk: int) -> Edition:
    return Edition.objects.select_for_update(no_key=True).get(pk=pk)


def record(
    *, edition: Edition, act: str, by: User | None, number: int = 0, **values: Any
) -> AuditEntry:
    """Write an act on the edition, or on its revision NUMBER, into the audit.

    BY is None where somebody without an account acted: a reader under embargo.
    """
    stream = edition.round.stream if edition.round else f"edition/{edition.code}"
    name = f"{edition.code}.{number}" if number else edition.code
    subject = f"edition/{name}"
    return entries.write(
        stream=stream, act=act, subject=subject, by=by.pk if by else None, **values
    )
