"""Open a locked round as work for a worker: country by country, then the round at once.

Each few countries are set up in one transaction: their sheets, what was carried over to them, and
how many are done. So a worker that is killed loses at most these few, and another one goes on
with the countries that have no sheet yet. The round itself opens in the last transaction: until
then nobody can answer, however far the work has come.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import portal_robot
from mipex_site.audit.services import entries
from mipex_site.base import claimed
from mipex_site.base.claimed import Lost
from mipex_site.base.errors import WrongState

from ..enums import Role, SetUpState
from ..models import Round, SetUp
from ..selectors.subjects import round_subject
from ..signals import opening_asked
from .locking import hold_round
from .rounds import demand_may_open, mark_open, not_set_up, set_up_countries

AT_ONCE = 3
"""How many countries a transaction sets up: what a killed worker loses, and how often it says
how far it is."""

WORKING = (SetUpState.QUEUED, SetUpState.RUNNING)


@transaction.atomic
def ask_to_open(*, round_: Round, by: User) -> SetUp:
    """Queue the opening of a locked round; what failed before goes on where it stopped.

    Raises NotAllowed, WrongState while it is being opened or is not locked, or Refusal with
    what is missing.
    """
    round_ = hold_round(round_)
    demand_may_open(round_=round_, by=by)
    work = SetUp.objects.select_for_update().filter(round=round_).first() or SetUp(round=round_)
    if work.pk and work.state in WORKING:
        raise WrongState(_("The round is being opened already. Wait until that has ended."))
    claimed.begin_anew(work, state=SetUpState.QUEUED)
    work.asked_by, work.step, work.done_at = by, "", None
    work.of = round_.participations.count()
    work.done = work.of - len(not_set_up(round_))
    work.save()
    _write(round_, "round.ask_to_open", by, Role.COORDINATOR, new={"countries": work.of})
    opening_asked.send(sender=Round, round_=round_)
    return work


def waiting() -> list[int]:
    """Return the keys of the openings that wait for a worker, the oldest first."""
    return list(SetUp.objects.waiting().order_by("updated_at").values_list("pk", flat=True))


def run(set_up_id: int) -> bool:
    """Do one queued opening; False if it was not ours to do, or failed.

    What fails is kept for the coordinators to see; what was set up until then stays.
    """
    return claimed.do(
        set_up_id, rows=SetUp.objects.all(), what="set-up", work=_open, fail=_fail
    )


def _open(set_up_id: int, receipt: UUID) -> bool:
    while not step(set_up_id, receipt):
        pass
    return True


@transaction.atomic
def step(set_up_id: int, receipt: UUID) -> bool:
    """Set up the next few countries, or open the round if none is left; True when it is open.

    Round and rights are looked at anew each time: a country that joined meanwhile is set up
    too, and a coordinator whose part ended opens nothing any more. Raises Lost, or a refusal.
    """
    work = SetUp.objects.select_related("asked_by", "round").filter(pk=set_up_id).first()
    if work is None:
        raise Lost
    round_ = hold_round(work.round)
    _beat(set_up_id, receipt)
    demand_may_open(round_=round_, by=work.asked_by)
    left = not_set_up(round_)
    if not left:
        mark_open(round_=round_, by=work.asked_by)
        return _finish(set_up_id, receipt)
    now = left[:AT_ONCE]
    set_up_countries(round_=round_, countries=now, by=work.asked_by)
    of = round_.participations.count()
    _beat(set_up_id, receipt, done=of - len(left) + len(now), of=of, step=now[-1].code)
    return False


def _beat(set_up_id: int, receipt: UUID, **values: object) -> None:
    claimed.beat(SetUp.objects.all(), set_up_id, receipt=receipt, **values)


def _finish(set_up_id: int, receipt: UUID) -> bool:
    ended = {"state": SetUpState.DONE, "step": "", "error": "", "done_at": timezone.now()}
    claimed.finish(SetUp.objects.all(), set_up_id, receipt=receipt, **ended)
    return True


@transaction.atomic
def _fail(set_up_id: int, receipt: UUID, error: Exception) -> None:
    """Keep why it failed: a refusal in its own words, anything else by its name too."""
    text = claimed.in_words(error)
    ended = {"state": SetUpState.FAILED, "error": text, "done_at": timezone.now()}
    if SetUp.objects.finish(set_up_id, receipt=receipt, **ended):
        work = SetUp.objects.select_related("round").get(pk=set_up_id)
        new = {"error": text, "done": work.done, "of": work.of}
        _write(work.round, "round.fail_to_open", portal_robot(), "", new=new)


def call_off(round_: Round) -> None:
    """Let a worker that opens the round stop: it finds its work gone. The round's row is held."""
    SetUp.objects.filter(round=round_).exclude(state=SetUpState.DONE).delete()


def _write(round_: Round, act: str, by: User, role: str, **values: object) -> None:
    entries.write(
        stream=round_.stream,
        act=act,
        subject=round_subject(round_),
        by=by.pk,
        role=role,
        **values,
    )
