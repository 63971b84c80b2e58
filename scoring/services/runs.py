"""Ask for a computation, do it once however many workers try, and try again after a failure."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import portal_robot
from mipex_site.audit.services import entries
from mipex_site.base import claimed
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import Role, RoundState
from questionnaire.models import Country, Round
from questionnaire.services.locking import hold_round

from .. import rules, selectors
from ..engine import ENGINE_VERSION
from ..engine.computing import score_all
from ..engine.score import Results, Row
from ..engine.tree import Methodology
from ..enums import MethodState, RunState
from ..models import Method, Score, ScoreRun
from ..signals import run_done


@transaction.atomic
def request_run(*, round_: Round, method: Method | None, by: User) -> ScoreRun:
    """Queue the computation of a closed round, or return the run there is for this very input.

    One that is done already is announced once more: a round that went back to its review may
    be closed with the very answers that it had before.

    Raises NotAllowed, or WrongState while the review is open or no method is locked.
    """
    round_ = hold_round(round_)
    demand(rules.may_request_run(by, round_))
    if round_.state != RoundState.REVIEW_CLOSED:
        raise WrongState(_("Scores are computed when the review of the round is closed."))
    if method is None or method.state != MethodState.LOCKED:
        raise WrongState(
            _("No method is locked. Load and lock the method of this index first.")
        )
    document = selectors.methodology_document(round_.framework, method)
    digest = selectors.input_hash(document, selectors.engine_cells(round_))
    run, is_new = ScoreRun.objects.get_or_create(
        round=round_, method=method, input_hash=digest, defaults={"requested_by": by.pk}
    )
    if is_new:
        _record(run, act="run.request", by=by, new={"method": str(method), "input": digest})
    elif run.state == RunState.DONE:
        run_done.send(sender=ScoreRun, run=run)
    return run


@transaction.atomic
def call_off(*, round_: Round, by: User) -> None:
    """Let go of the computations of a round that are not done: what they compute is changing.

    The round is held. A worker that is at one finds its row gone, and ends.
    """
    unfinished = ScoreRun.objects.filter(round=round_).exclude(state=RunState.DONE)
    for run in unfinished.select_for_update(of=("self",)).select_related("round"):
        _record(run, act="run.call_off", by=by, old={"state": run.state})
        run.delete()


@transaction.atomic
def retry(*, run: ScoreRun, by: User) -> ScoreRun:
    """Queue a failed run again. Raises NotAllowed, or WrongState if it did not fail."""
    run = ScoreRun.objects.select_for_update().get(pk=run.pk)
    demand(rules.may_retry(by, run))
    if run.state != RunState.FAILED:
        raise WrongState(_("Only a computation that failed can be tried again."))
    old = run.error
    run.save(update_fields=claimed.begin_anew(run, state=RunState.QUEUED))
    _record(run, act="run.retry", by=by, old={"error": old})
    return run


def execute(run_id: int) -> bool:
    """Do one queued run; False if another worker had it or took it over, or if it failed.

    The scores are computed outside a transaction and written in one, together with the run's
    end and with what listens to it. A failure is kept on the run, for the coordinators to see.
    """
    return claimed.do(
        run_id,
        rows=ScoreRun.objects.all(),
        what="run",
        work=_work,
        fail=lambda pk, receipt, error: fail(pk, receipt=receipt, error=error),
    )


def _work(run_id: int, receipt: UUID) -> bool:
    results = compute(run_id, receipt=receipt)
    return results is not None and finish(run_id, receipt=receipt, results=results)


def compute(run_id: int, *, receipt: UUID) -> Results | None:
    """Return the run's figures, or None if it was taken from us meanwhile.

    Raises Refusal if the input is no longer what was asked for.
    """
    found = ScoreRun.objects.select_related("round__framework", "method").filter(pk=run_id)
    run = found.first()
    if run is None:
        return None
    document = selectors.methodology_document(run.round.framework, run.method)
    cells = selectors.engine_cells(run.round)
    if selectors.input_hash(document, cells) != run.input_hash:
        raise Refusal(_("The answers or the method changed after the run was asked for."))
    if not ScoreRun.objects.beat(run_id, receipt=receipt):
        return None
    return score_all(Methodology.from_document(document), cells)


@transaction.atomic
def finish(run_id: int, *, receipt: UUID, results: Results) -> bool:
    """Close the run with its scores and say so; False if it was taken from us meanwhile."""
    # The round's row first, as everybody who writes about a round's result: who prepares its
    # edition at this moment waits for us, and so sees a run that is done.
    held = ScoreRun.objects.select_related("round").filter(pk=run_id).first()
    if held is None:
        return False
    hold_round(held.round)
    ours = ScoreRun.objects.finish(
        run_id,
        receipt=receipt,
        state=RunState.DONE,
        done_at=timezone.now(),
        engine_version=ENGINE_VERSION,
        error="",
    )
    if not ours:
        return False
    Score.objects.bulk_create(_scores(run_id, results))
    run = ScoreRun.objects.select_related("round", "method").get(pk=run_id)
    run_done.send(sender=ScoreRun, run=run)
    figures = {"figures": len(results.rows), "with_a_score": len(results.scored())}
    _record(run, act="run.finish", by=portal_robot(), new=figures)
    return True


@transaction.atomic
def fail(run_id: int, *, receipt: UUID, error: Exception) -> bool:
    """Keep on the run why it failed; False if it was taken from us meanwhile."""
    text = claimed.named(error)
    if not ScoreRun.objects.finish(run_id, receipt=receipt, state=RunState.FAILED, error=text):
        return False
    run = ScoreRun.objects.select_related("round").get(pk=run_id)
    _record(run, act="run.fail", by=portal_robot(), new={"error": text})
    return True


def columns_of(row: Row) -> dict[str, Any]:
    """Return one of the engine's rows as a score is kept, but for the country."""
    return {
        "node": row.node,
        "level": row.level,
        "reference_date": date.fromisoformat(row.date),
        "exact": row.exact,
        "shown": row.shown,
        "rank": row.rank,
        "tied": row.tied,
        "band": row.band or "",
        "coverage": row.coverage,
        "status": str(row.status),
        "reason": row.reason,
        "lo": row.lo,
        "hi": row.hi,
        "flags": " ".join(row.flags),
    }


def _scores(run_id: int, results: Results) -> list[Score]:
    countries = dict(Country.objects.values_list("code", "pk"))
    return [
        Score(run_id=run_id, country_id=countries[row.country], **columns_of(row))
        for row in results.rows
    ]


def _record(run: ScoreRun, *, act: str, by: User, **values: Any) -> None:
    entries.write(
        stream=run.round.stream,
        act=act,
        subject=f"run/{run.pk}",
        by=by.pk,
        role="" if by.is_robot else Role.COORDINATOR,
        **values,
    )
