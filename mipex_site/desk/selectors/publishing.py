"""Where the edition of a round stands: its steps, checks, signatures, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from editions import rules as edition_rules
from editions.enums import RevisionState
from editions.models import Edition, Mandate, Revision, Signature
from editions.services.moves import verdicts_for
from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry
from mipex_site.base.clock import present
from mipex_site.base.templatetags.house import both_words, left_words
from mipex_site.base.verdict import Verdict, no
from questionnaire.enums import RoundState
from questionnaire.models import Round
from scoring import rules as scoring_rules
from scoring.enums import RunState
from scoring.models import ScoreRun

from ..rules import BUILT, may_see_closing
from .publishing_steps import (
    SHOWN,
    WORKING_REVISION,
    Build,
    Step,
    build_of,
    chain_of,
    is_stopped,
    red_in,
)

WORKING_RUN = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class Signed:
    """One of the two signatures, given or in advance."""

    who: str
    at: datetime
    in_advance: bool
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """When the edition is to appear, and the zone in which somebody said so."""

    at: datetime
    zone: str

    @property
    def words(self) -> str:
        """The moment in its zone and in UTC, with the time left."""
        with timezone.override(ZoneInfo(self.zone)):
            moment = both_words(self.at)
        left = self.at - present()
        if left.total_seconds() <= 0:
            return _("Planned for %(moment)s, which has come.") % {"moment": moment}
        words = {"moment": moment, "left": left_words(left)}
        return _("Planned for %(moment)s: %(left)s.") % words


@dataclass(frozen=True, slots=True)
class PublishingPage:
    """All that the publishing page shows. MOVES are titles with verdicts for this person."""

    round: Round
    edition: Edition | None
    revision: Revision | None
    run: ScoreRun | None
    steps: tuple[Step, ...]
    build: Build | None
    planned: Planned | None
    checks: tuple[dict[str, Any], ...]
    signatures: tuple[Signed, ...]
    mandates: tuple[Signed, ...]
    own_mandate: Mandate | None
    may: dict[str, Verdict]
    error: str
    is_working: bool
    older: tuple[Revision, ...]
    can_go_back: bool

    @property
    def missing(self) -> range:
        """The places of signatures that nobody has given yet."""
        return range(edition_rules.SIGNATURES - len(self.signatures or self.mandates))

    @property
    def red(self) -> int:
        return red_in(list(self.checks))

    @property
    def is_stopped(self) -> bool:
        return is_stopped(self.revision)

    @property
    def preview(self) -> bool:
        return bool(self.revision and self.revision.state in BUILT)

    @property
    def public(self) -> bool:
        return bool(self.revision and self.revision.state == RevisionState.PUBLISHED)


def publishing_page(round_: Round, user: User) -> PublishingPage:
    """Return the page's data, in a number of queries that does not grow with signatures."""
    edition = Edition.objects.filter(round=round_).first()
    if edition:
        edition.round = round_
    revisions = _revisions(edition)
    standing = [each for each in revisions if each.state != RevisionState.SET_ASIDE]
    revision = standing[0] if standing else None
    run = _run(round_)
    mandates = _running_mandates(edition)
    signatures = _signatures(revision)
    planned = planned_for(round_, revision)
    return PublishingPage(
        round=round_,
        edition=edition,
        revision=revision,
        run=run,
        steps=chain_of(
            round_,
            run,
            revision,
            signatures=len(signatures),
            planned=planned.words if planned else "",
        ),
        build=build_of(round_, revision),
        planned=planned,
        checks=tuple(revision.checks) if revision else (),
        signatures=tuple(_signed(each) for each in signatures),
        mandates=tuple(Signed(each.signer.name, each.at, in_advance=True) for each in mandates),
        own_mandate=next((each for each in mandates if each.signer_id == user.pk), None),
        may=_may(user, round_, edition, revision, run),
        error=_error(run, revision),
        is_working=_is_working(run, revision, len(mandates)),
        older=tuple(each for each in revisions if each is not revision),
        can_go_back=_can_go_back(round_, user, revisions),
    )


def _run(round_: Round) -> ScoreRun | None:
    """Return the newest computation; not what was done before the review was taken up again."""
    run = ScoreRun.objects.filter(round=round_).order_by("-pk").first()
    if run is None or (round_.state == RoundState.OPEN and run.state == RunState.DONE):
        return None
    run.round = round_
    return run


def _can_go_back(round_: Round, user: User, revisions: list[Revision]) -> bool:
    """Whether the person may ask that the review goes on: until something is published."""
    if round_.state != RoundState.REVIEW_CLOSED or any(each.published_at for each in revisions):
        return False
    return bool(may_see_closing(user, round_))


def planned_for(round_: Round, revision: Revision | None) -> Planned | None:
    """Return when the edition is to appear; None where nobody has said so, or it has appeared.

    One query where there is an instant: the zone in which it was chosen is in the audit alone.
    """
    if revision is None:
        return Planned(round_.publish_at, round_.zone) if round_.publish_at else None
    if revision.publish_at is None or revision.state in SHOWN:
        return None
    chosen = AuditEntry.objects.filter(
        stream=round_.stream, act="revision.schedule", subject=f"edition/{revision.name}"
    )
    last = chosen.order_by("-number").values_list("new", flat=True).first()
    return Planned(revision.publish_at, (last or {}).get("zone") or round_.zone)


def _revisions(edition: Edition | None) -> list[Revision]:
    """The newest first, each knowing its edition."""
    if edition is None:
        return []
    revisions = list(Revision.objects.filter(edition=edition).order_by("-number"))
    for revision in revisions:
        revision.edition = edition
    return revisions


def _running_mandates(edition: Edition | None) -> list[Mandate]:
    """Those that still wait for a candidate: each becomes one signature, and then rests."""
    if edition is None:
        return []
    used = Signature.objects.filter(
        revision__edition=OuterRef("edition"),
        signer=OuterRef("signer"),
        in_advance=True,
        at__gte=OuterRef("at"),
    )
    waiting = Mandate.objects.filter(edition=edition, withdrawn_at__isnull=True)
    running = waiting.exclude(Exists(used))
    return list(running.select_related("signer").order_by("at"))


def _signatures(revision: Revision | None) -> list[Signature]:
    if revision is None:
        return []
    given = Signature.objects.filter(revision=revision)
    return list(given.select_related("signer").order_by("at"))


def _signed(signature: Signature) -> Signed:
    return Signed(
        signature.signer.name, signature.at, signature.in_advance, hash=signature.hash
    )


def _may(
    user: User,
    round_: Round,
    edition: Edition | None,
    revision: Revision | None,
    run: ScoreRun | None,
) -> dict[str, Verdict]:
    """Return a verdict for each act that makes sense now, by its name."""
    may: dict[str, Verdict] = {}
    if edition is None:
        may["prepare"] = edition_rules.may_prepare(user, round_)
    elif revision is None or revision.state not in (*BUILT, *SHOWN):
        may["sign_in_advance"] = edition_rules.may_sign_in_advance(user, edition)
    if run and run.state == RunState.FAILED:
        may["retry_run"] = scoring_rules.may_retry(user, run)
    if revision:
        may |= {move.name: verdict for move, verdict in verdicts_for(user, revision)}
        if revision.state in BUILT:
            may["schedule"] = edition_rules.may_schedule(user, revision)
    if may.get("retry") and revision.state == RevisionState.CANDIDATE and not revision.checks:
        may["retry"] = no(_("The candidate has not been checked yet."))
    return may


def _is_working(run: ScoreRun | None, revision: Revision | None, mandates: int) -> bool:
    """Whether a worker has something to do, so that the page is worth looking at again."""
    if revision is None:
        return bool(run and run.state in WORKING_RUN)
    return revision.state in WORKING_REVISION or _moves_by_itself(revision, mandates)


def _moves_by_itself(revision: Revision, mandates: int) -> bool:
    """A green candidate with two mandates, or a signed revision whose time has come."""
    if revision.state == RevisionState.CANDIDATE:
        return edition_rules.is_green(revision) and mandates >= edition_rules.SIGNATURES
    is_due = edition_rules.publishes_by_itself(revision)
    return revision.state == RevisionState.SIGNED and is_due and not revision.error


def _error(run: ScoreRun | None, revision: Revision | None) -> str:
    """Return why the chain stands still, as it was kept; empty if nothing failed."""
    if revision:
        return revision.error
    return run.error if run and run.state == RunState.FAILED else ""


def revision_of(round_: Round, number: int) -> Revision | None:
    """Return one revision of the round's edition with its edition and round, or None."""
    revisions = Revision.objects.select_related("edition__round")
    return revisions.filter(edition__round=round_, number=number).first()
