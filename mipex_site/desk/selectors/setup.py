"""The rounds that somebody runs, and the design of one with what it lacks and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from editions.enums import RevisionState
from editions.models import Revision
from mipex_site.accounts.models import User
from mipex_site.base.templatetags.house import in_words as moment_in_words
from mipex_site.base.templatetags.house import zone_words
from mipex_site.base.verdict import Verdict
from questionnaire.enums import (
    FrameworkState,
    JointActKind,
    JointActState,
    Role,
    RoundState,
    SetUpState,
)
from questionnaire.models import Country, JointAct, Participation, Round, SetUp
from questionnaire.rules import (
    may_decide_joint_act,
    may_manage_round,
    may_withdraw_joint_act,
)
from questionnaire.selectors.designs import Part
from questionnaire.services.completeness import Fault, faults_of_design
from questionnaire.services.deeds import BEFORE_PUBLISHED, KINDS

from ..rules import Held, held_by, holds

TITLES = {
    Part.NAME: gettext_lazy("Name and questions"),
    Part.COUNTRIES: gettext_lazy("Countries"),
    Part.CALENDAR: gettext_lazy("Calendar"),
    Part.RULES: gettext_lazy("Rules"),
}
SEGMENTS = 20
PAST_ACTS = 5


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round in the list: where it stands, and the page on which it goes on."""

    round: Round
    countries: int
    state: str
    next: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the design: its page, and what it lacks. NUMBER counts from 1."""

    number: int
    title: str
    url: str
    key: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActLine:
    """What waits for a second person, and what this person may do about it."""

    act: JointAct
    may_decide: Verdict
    may_withdraw: Verdict


@dataclass(frozen=True, slots=True)
class SetupPage:
    """All that the last step shows. PROGRESS has one word a segment of its bar."""

    round: Round
    steps: tuple[Step, ...]
    summary: tuple[tuple[Step, tuple[tuple[str, str], ...]], ...]
    faults: tuple[Fault, ...]
    acts: tuple[ActLine, ...]
    decided: tuple[JointAct, ...]
    may_manage: Verdict
    may_ask: tuple[str, ...]
    work: SetUp | None
    progress: tuple[str, ...]

    @property
    def is_working(self) -> bool:
        return bool(self.work and self.work.state in {SetUpState.QUEUED, SetUpState.RUNNING})


def rounds_list(user: User) -> list[RoundLine]:
    """Return the rounds that the person coordinates or publishes; two queries."""
    held = held_by(user)
    asked = JointAct.objects.filter(round=OuterRef("pk"), state=JointActState.ASKED)
    rows = Round.objects.filter(_reached(held)).annotate(
        countries=Count("participations"), waits=Exists(asked)
    )
    return [_line(row, held) for row in rows.select_related("set_up").order_by("-cut_off")]


def _reached(held: Iterable[Held], *roles: str) -> Q:
    roles = roles or (Role.COORDINATOR, Role.PUBLISHER)
    keys = {each.round_id for each in held if each.whole and each.role in roles}
    return Q() if None in keys else Q(pk__in=keys)


def rounds_to_copy(user: User) -> Any:
    """Return the rounds of which a new one may be a copy, the latest law first."""
    return Round.objects.filter(_reached(held_by(user))).order_by("-cut_off", "-pk")


def rounds_to_extend(user: User, round_: Round | None = None) -> QuerySet[Round]:
    """Return the rounds whose published edition countries may join, and the one that is chosen."""
    published = Revision.objects.filter(
        edition__round=OuterRef("pk"), state=RevisionState.PUBLISHED
    )
    runs = _reached(held_by(user), Role.COORDINATOR) & Q(Exists(published))
    chosen = Q(pk=round_.extends_id) if round_ and round_.extends_id else Q(pk__in=())
    found = Round.objects.filter(runs | chosen)
    return found.exclude(pk=round_.pk if round_ else None).order_by("-cut_off", "-pk")


def _line(row: Round, held: list[Held]) -> RoundLine:
    setup = reverse("desk:setup", args=[row.code])
    board = reverse("desk:board", args=[row.code])
    publishing = reverse("desk:publishing", args=[row.code])
    runs = holds(held, row, Role.COORDINATOR)
    work = getattr(row, "set_up", None)
    then = {
        RoundState.DESIGN: (_("Go on with the design"), setup),
        RoundState.LOCKED: (_("Open it"), setup),
        RoundState.OPEN: (_("See the board"), board if runs else setup),
        RoundState.REVIEW_CLOSED: (_("Go to publishing"), publishing),
        RoundState.CANCELLED: (_("See its design"), setup),
    }
    words, url = then[row.state]
    if row.waits and row.state != RoundState.CANCELLED:
        words, url = _("Waits for a second person"), setup
    elif row.state == RoundState.LOCKED and work and work.state == SetUpState.FAILED:
        words = _("Its opening stopped: look why")
    elif row.state == RoundState.LOCKED and work and work.state != SetUpState.DONE:
        words = _("See how far its opening is")
    return RoundLine(row, row.countries, row.state, words, url)


def steps_of(round_: Round, faults: Iterable[Fault]) -> tuple[Step, ...]:
    """Return the steps in their order, each with what it lacks."""
    found: dict[str, list[str]] = {}
    for fault in faults:
        found.setdefault(fault.part, []).append(fault.words)
    inner = tuple(
        Step(
            number,
            str(TITLES[part]),
            reverse(f"desk:setup-{part}", args=[round_.code]),
            part.value,
            tuple(found.get(part, ())),
        )
        for number, part in enumerate(Part, start=1)
    )
    last = Step(len(inner) + 1, _("Check and lock"), _page(round_), "check")
    return (*inner, last)


def _page(round_: Round) -> str:
    return reverse("desk:setup", args=[round_.code])


def setup_page(round_: Round, user: User) -> SetupPage:
    """Return the design of a round as a whole, and what this person may do with it."""
    in_design = round_.state == RoundState.DESIGN
    faults = tuple(faults_of_design(round_)) if in_design else ()
    steps = steps_of(round_, faults)
    may_manage = may_manage_round(user, round_)
    acts = list(
        round_.joint_acts.filter(kind__in=KINDS).select_related(
            "asked_by", "decided_by", "round"
        )
    )
    waiting = [act for act in acts if act.state == JointActState.ASKED]
    work = SetUp.objects.filter(round=round_).first()
    return SetupPage(
        round=round_,
        steps=steps,
        summary=tuple(zip(steps, _summary(round_), strict=False)),
        faults=faults,
        acts=tuple(
            ActLine(act, may_decide_joint_act(user, act), may_withdraw_joint_act(user, act))
            for act in waiting
        ),
        decided=tuple(act for act in acts if act.state != JointActState.ASKED)[:PAST_ACTS],
        may_manage=may_manage,
        may_ask=_may_ask(round_, waiting, faults) if may_manage else (),
        work=work,
        progress=_progress(work),
    )


def _may_ask(
    round_: Round, waiting: Iterable[JointAct], faults: tuple[Fault, ...]
) -> tuple[str, ...]:
    """Return the kinds that can be asked for now: none that waits already."""
    asked = {act.kind for act in waiting}
    can = {
        JointActKind.LOCK: round_.state == RoundState.DESIGN and not faults,
        JointActKind.UNLOCK: round_.state == RoundState.LOCKED,
        JointActKind.CANCEL: round_.state in BEFORE_PUBLISHED,
    }
    return tuple(kind.value for kind in KINDS if can[kind] and kind not in asked)


def _progress(work: SetUp | None) -> tuple[str, ...]:
    if work is None or not work.of:
        return ()
    done = work.done * SEGMENTS // work.of
    return ("done",) * done + ("none",) * (SEGMENTS - done)


def _summary(round_: Round) -> Iterable[tuple[tuple[str, str], ...]]:
    """Yield for each part what it says, as pairs of a name and a value."""
    yield (
        (_("Name"), round_.title),
        (_("Code"), round_.code),
        (_("Edition"), _edition(round_)),
        (_("Framework"), _framework(round_)),
        (_("Cut-off date"), moment_in_words(round_.cut_off)),
    )
    yield _countries(round_)
    yield (
        (_("Typed in the zone"), zone_words(round_.opens_at.astimezone(ZoneInfo(round_.zone)))),
        (_("Opens"), moment_in_words(round_.opens_at)),
        (_("Answers are due"), moment_in_words(round_.due_at)),
        (_("Grace ends"), moment_in_words(round_.grace_until)),
        (_("Entry closes for good"), moment_in_words(round_.hard_close_at)),
        (_("Review is due"), moment_in_words(round_.review_due_at)),
    )
    yield _rules(round_)


def _edition(round_: Round) -> str:
    """Return the code of its own edition, or whose edition its countries join."""
    if round_.extends is None:
        return round_.edition_code
    words = {"round": round_.extends, "edition": round_.extends.edition_code}
    return _("extends the edition of “%(round)s” (%(edition)s)") % words


def _framework(round_: Round) -> str:
    framework = round_.framework
    if framework.state == FrameworkState.LOCKED:
        return str(framework)
    return _("%(framework)s, a draft that is locked with the round") % {"framework": framework}


def _countries(round_: Round) -> tuple[tuple[str, str], ...]:
    rows = list(round_.participations.select_related("country").order_by("country__name"))
    own = [
        f"{row.country}: {moment_in_words(row.own_cut_off)}" for row in rows if row.own_cut_off
    ]
    pending = [row.country.name for row in rows if row.is_pending]
    number = ngettext("%(n)d country", "%(n)d countries", len(rows)) % {"n": len(rows)}
    lines = [(_("Taking part"), number)]
    if own:
        lines.append((_("Own cut-off"), "; ".join(own)))
    if pending:
        lines.append((_("Opens without an expert"), ", ".join(pending)))
    return tuple(lines)


def _rules(round_: Round) -> tuple[tuple[str, str], ...]:
    days = ", ".join(moment_in_words(row.day) for row in round_.reference_days.all())
    when = moment_in_words(round_.publish_at) or _("as soon as it is signed")
    return (
        (_("An answer rests on"), round_.get_evidence_rule_display()),
        (_("Opinions required"), str(round_.opinions_required)),
        (_("Others’ opinions"), _after_own(round_)),
        (_("Returns allowed"), str(round_.returns_allowed)),
        (_("Coded blind, of 100"), str(round_.blind_share)),
        (_("Days for the last word"), str(round_.last_word_days)),
        (_("Days kept for the review"), str(round_.review_days)),
        (_("Earlier days of law"), days or _("none")),
        (_("Publishes itself"), _("yes") if round_.publishes_itself else _("no")),
        (_("Published"), when),
    )


def _after_own(round_: Round) -> str:
    return _("seen after one’s own") if round_.opinions_hidden else _("seen at once")


def countries_shown(
    round_: Round, words: str, only: str
) -> tuple[list[Country], Mapping[str, Participation]]:
    """Return the countries that the filter leaves, and all that take part by their code."""
    rows = round_.participations.select_related("country")
    taking_part = {row.country.code: row for row in rows}
    countries = Country.objects.order_by("name")
    if words:
        countries = countries.filter(Q(name__icontains=words) | Q(code__iexact=words))
    if only == "in":
        countries = countries.filter(code__in=taking_part)
    elif only == "out":
        countries = countries.exclude(code__in=taking_part)
    return list(countries), taking_part
