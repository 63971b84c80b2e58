"""Whose turn it is: what came to wait for somebody, said once in the daily letter.

It is read from what my work shows, so that a letter says nothing that the page would not: no
name, nothing of a country before its judge has declared, nothing that is sealed.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.templatetags.house import both_words
from mipex_site.mail.enums import NoticeKind
from questionnaire.enums import Role, RoundState
from questionnaire.models import Assignment, Round
from review.enums import CaseState, DisputeState
from review.models import Case
from review.selectors.blind import Place, place_of
from review.selectors.interests import to_decide, to_declare
from review.selectors.known import Known
from review.selectors.lists import DisputeLine, workbench
from review.selectors.reopening import reopenings_to_decide
from review.selectors.turns import your_turns

from .lines import Line

JUDGES = (Role.REVIEWER, Role.ADJUDICATOR)


def turns(user: User, known: Known) -> Iterator[Line]:
    """Yield what waits for the person now; a key stays the same for as long as it waits."""
    if not known.in_open_rounds:
        return
    if known.has(*JUDGES):
        yield from _declarations(user, known)
        yield from _judging(user, known)
    if known.has(Role.COORDINATOR):
        yield from _decisions(user, known)
    if known.has(Role.EXPERT):
        yield from _last_words(known)
    yield from _conversations(user, known)


def _line(user_id: object, thing: str, words: str, address: str, round_code: str) -> Line:
    return Line(f"turn/{user_id}/{thing}", NoticeKind.TURN, words, address, round_code)


def _codes(place: Place) -> list[str]:
    return [place.round_code, place.country_code, place.strand_code]


def _named(place: Place) -> dict[str, str]:
    return {
        "round": place.round_title,
        "country": place.country_name,
        "strand": place.strand_title,
    }


def _declarations(user: User, known: Known) -> Iterator[Line]:
    for line in to_declare(user, known=known):
        if not line.is_waiting:
            codes = [line.round.code, line.country_code]
            words = _(
                "%(round)s, %(country)s: declare your interests. Nothing of the country is shown"
                " to you before."
            ) % {"round": line.round.title, "country": line.country_name}
            address = reverse("review:interests", args=codes)
            yield _line(user.pk, "/".join(["declare", *codes]), words, address, codes[0])


def _judging(user: User, known: Known) -> Iterator[Line]:
    """Give what there is to read, to rule on and to consent to."""
    bench = workbench(user, known=known)
    returned = _returns({line.place.round_code for line in bench.cases if line.to_speak})
    for case in bench.cases:
        if case.to_speak:
            codes = _codes(case.place)
            words = _("%(round)s, %(country)s, %(strand)s: answers wait for you to read them.")
            thing = "/".join(["read", *codes, str(returned.get(tuple(codes), 0))])
            address = reverse("review:case", args=codes)
            yield _line(user.pk, thing, words % _named(case.place), address, codes[0])
    for dispute in bench.disputes:
        yield _dispute(user, dispute)
    for consent in bench.consents:
        codes = [*_codes(consent.place), consent.indicator_code]
        words = _("%(round)s, %(country)s, %(strand)s: exceptional points wait for a consent.")
        thing = "/".join(["consent", *codes, str(consent.version)])
        address = reverse("review:consent", args=codes)
        yield _line(user.pk, thing, words % _named(consent.place), address, codes[0])


def _dispute(user: User, line: DisputeLine) -> Line:
    codes = [*_codes(line.place), line.indicator_code]
    words = (
        _("%(round)s, %(country)s, %(strand)s: a ruling waits for your second look.")
        if line.state == DisputeState.SECOND_LOOK
        else _("%(round)s, %(country)s, %(strand)s: a dispute waits for a ruling.")
    )
    standing = [line.reference_date.isoformat(), line.state, line.since.isoformat()]
    thing = "/".join(["dispute", *codes, *standing])
    address = reverse("review:dispute", args=codes)
    address += f"?day={line.day.isoformat()}" if line.day else ""
    return _line(user.pk, thing, words % _named(line.place), address, codes[0])


def _returns(round_codes: set[str]) -> dict[tuple[str, ...], int]:
    """Return how often each case of these rounds was returned: each time it is read anew."""
    rows = Case.objects.filter(round__code__in=round_codes)
    place = ("round__code", "country__code", "strand__code")
    return {tuple(codes): n for *codes, n in rows.values_list(*place, "times_returned")}


def _decisions(user: User, known: Known) -> Iterator[Line]:
    """Give what a coordinator decides: ties, and reopenings that were asked for."""
    rounds = _run(known)
    for line in to_decide(user, rounds):
        codes = [line.round.code, line.country_code]
        words = _(
            "%(round)s, %(country)s: a declaration of interests waits for a decision."
        ) % {
            "round": line.round.title,
            "country": line.country_name,
        }
        thing = "/".join(["decide", *codes, line.since.isoformat()])
        yield _line(
            user.pk, thing, words, reverse("review:interests-decide", args=codes), codes[0]
        )
    for line in reopenings_to_decide(user, rounds):
        codes = _codes(line.place)
        words = _("%(round)s, %(country)s, %(strand)s: somebody asks to open answers again.")
        thing = "/".join(["reopening", *codes, line.since.isoformat()])
        address = reverse("review:reopening", args=codes)
        yield _line(user.pk, thing, words % _named(line.place), address, codes[0])


def _run(known: Known) -> list[Round]:
    """Return the open rounds that the person coordinates whole."""
    held = [
        row
        for row in known.running
        if row.role == Role.COORDINATOR and row.country_id is None and row.strand_id is None
    ]
    opened = Round.objects.filter(state=RoundState.OPEN)
    if all(row.round_id for row in held):
        opened = opened.filter(pk__in=[row.round_id for row in held])
    return list(opened.order_by("-cut_off", "-pk"))


def _last_words(known: Known) -> Iterator[Line]:
    """Give the sheets whose expert reads the outcome and may comment on it."""
    held = [row for row in known.running if row.role == Role.EXPERT and row.coding in {None, 1}]
    cases = Case.objects.filter(
        state=CaseState.LAST_WORD,
        round__state=RoundState.OPEN,
        round_id__in={row.round_id for row in held},
        last_word_until__isnull=False,
        last_word_given_at__isnull=True,
    )
    for case in cases.select_related("round", "country", "strand").order_by("pk"):
        if any(_reaches(row, case) for row in held):
            yield _last_word(known, case)


def _reaches(row: Assignment, case: Case) -> bool:
    return (
        row.round_id == case.round_id
        and row.country_id in {None, case.country_id}
        and row.strand_id in {None, case.strand_id}
    )


def _last_word(known: Known, case: Case) -> Line:
    codes = [case.round.code, case.country.code, case.strand.code]
    words = _(
        "%(round)s, %(country)s, %(strand)s: every answer is settled. You have the last word"
        " until %(moment)s."
    )
    about = _named(place_of(case)) | {"moment": both_words(case.last_word_until)}
    thing = "/".join(["last-word", *codes, case.last_word_until.isoformat()])
    address = reverse("review:last-word", args=codes)
    return _line(known.user_id, thing, words % about, address, codes[0])


def _conversations(user: User, known: Known) -> Iterator[Line]:
    for line in your_turns(user, known=known):
        codes = [*_codes(line.place), line.number]
        words = _(
            "%(round)s, %(country)s, %(strand)s: a conversation waits for you (%(kind)s)."
        )
        about = _named(line.place) | {"kind": capfirst(line.kind_label)}
        thing = "/".join(["conversation", *map(str, codes), line.since.isoformat()])
        address = reverse("review:conversation", args=codes)
        yield _line(user.pk, thing, words % about, address, line.place.round_code)
