"""The letters of a round as its coordinators read them: to whom, what kind, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.mail.enums import LetterKind, LetterState
from mipex_site.mail.models import LINK, Letter
from mipex_site.mail.services.messages import NAME, whole_text
from mipex_site.mail.services.outbox import BY_HAND
from mipex_site.mail.services.sending import UNSURE
from questionnaire.models import Round

from .people import Correspondent, Correspondents

A_PAGE = 50

LOOKS = {
    LetterState.QUEUED: "pending",
    LetterState.SENDING: "pending",
    LetterState.SENT: "done",
    LetterState.FAILED: "failed",
    LetterState.BOUNCED: "failed",
    LetterState.WITHDRAWN: "planned",
}
"""How a state is shown."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a coordinator asks the outbox for; an empty text asks for all."""

    state: str = ""
    kind: str = ""
    batch: UUID | None = None
    page: str = "1"

    @classmethod
    def from_query(cls, query: QueryDict) -> Asked:
        state, kind = query.get("state", ""), query.get("kind", "")
        return cls(
            state=state if state in LetterState.values else "",
            kind=kind if kind in LetterKind.values else "",
            batch=_uuid(query.get("batch", "")),
            page=query.get("page", "1"),
        )

    @property
    def query(self) -> str:
        """Return the filter as it stands in an address."""
        found = QueryDict(mutable=True)
        for name in ("state", "kind", "batch"):
            if value := getattr(self, name):
                found[name] = str(value)
        return found.urlencode()


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One letter of the list. NUMBER leads to its page; LOOK and STATE are its state."""

    number: int
    to: str
    address: str
    kind: str
    subject: str
    state: str
    look: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """A page of the outbox. COUNTS are of the letters that the reader may know of, by state."""

    lines: tuple[LetterLine, ...]
    page: Page
    counts: tuple[tuple[str, str, int], ...]
    asked: Asked
    waiting: int


@dataclass(frozen=True, slots=True)
class LetterPage:
    """A whole letter; TEXT is empty where it would tell more than its reader may know."""

    letter: Letter
    line: LetterLine
    text: str
    error: str
    is_unsure: bool
    may_withdraw: bool
    may_send_again: bool


def letters_of(round_: Round, people: Correspondents) -> QuerySet[Letter]:
    """Return the letters of a round without those to who has a part in a lost country."""
    of_round = Q(round_code=round_.code) | Q(round_code="", person_id__in=list(people.keys()))
    return Letter.objects.filter(of_round).exclude(people.lost_ones())


def outbox_page(round_: Round, user: User, asked: Asked) -> OutboxPage:
    """Return a page of the outbox; nine queries, however many letters there are."""
    people = Correspondents(round_, user)
    letters = letters_of(round_, people)
    by_state = dict(letters.order_by().values_list("state").annotate(n=Count("pk")))
    shown = letters.filter(
        **{
            name: value
            for name in ("state", "kind", "batch")
            if (value := getattr(asked, name))
        }
    )
    page = Paginator(shown.order_by("-created_at", "-pk"), A_PAGE).get_page(asked.page)
    return OutboxPage(
        lines=tuple(_line(letter, people.of(letter)) for letter in page),
        page=page,
        counts=tuple(
            (value, str(capfirst(label)), by_state.get(value, 0))
            for value, label in LetterState.choices
        ),
        asked=asked,
        waiting=shown.filter(state=LetterState.QUEUED).count() if asked.batch else 0,
    )


def letter_page(round_: Round, user: User, number: int) -> LetterPage | None:
    """Return one letter of the round, or None where the reader has none of that number."""
    people = Correspondents(round_, user)
    letter = letters_of(round_, people).select_related("person").filter(pk=number).first()
    if letter is None:
        return None
    person = people.of(letter)
    return LetterPage(
        letter=letter,
        line=_line(letter, person),
        text=_shown(letter, person),
        error=_hidden(letter.error.removeprefix(UNSURE), person),
        is_unsure=letter.error.startswith(UNSURE),
        may_withdraw=letter.state == LetterState.QUEUED,
        may_send_again=letter.state in BY_HAND,
    )


def _line(letter: Letter, person: Correspondent | None) -> LetterLine:
    is_known = person is None or person.is_known
    subject = letter.subject.replace(NAME, _("[name]"))
    return LetterLine(
        number=letter.pk,
        to=person.called if person else _("Somebody without a part in the round"),
        address=letter.address if is_known else "",
        kind=str(capfirst(LetterKind(letter.kind).label)),
        subject=_("Not shown") if _is_hidden(person) else _hidden(subject, person),
        state=str(capfirst(LetterState(letter.state).label)),
        look=LOOKS[LetterState(letter.state)],
        at=letter.sent_at or letter.created_at,
    )


def _is_hidden(person: Correspondent | None) -> bool:
    return person is not None and person.is_several and not person.is_known


def _shown(letter: Letter, person: Correspondent | None) -> str:
    """Return the text as the history has it: a link that was secret, and the name, as marks."""
    if _is_hidden(person) or not letter.text:
        return ""
    text = whole_text(letter).replace(LINK, _("[link]")).replace(NAME, _("[name]"))
    return _hidden(text, person)


def _hidden(text: str, person: Correspondent | None) -> str:
    return person.hide(text) if person else text


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
