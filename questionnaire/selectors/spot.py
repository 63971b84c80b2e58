"""All that autosave must know before it writes, in one statement.

It is asked about once a second by everybody who types, so it is plain SQL: the same in the
words of the ORM takes longer to put together than to answer. Its rights are those of
rules.standing_on; a test compares the two.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from mipex_site.accounts.models import User

from ..enums import EXPERT_SIDE
from ..models import Assessment, Round

OWN = """(SELECT p.own_cut_off FROM questionnaire_participation p
          WHERE p.round_id = s.round_id AND p.country_id = s.country_id)"""
# What is there once only is asked for by a subquery and not joined: to plan a join of eight
# tables takes PostgreSQL four times as long as to plan these and to answer.
READ = f"""
SELECT s.id, s.state, s.submitted_at, s.open_until, s.round_id, s.country_id, s.strand_id,
       s.coding, r.code, r.state, r.hard_close_at, r.cut_off, {OWN}, i.id, i.code,
       s.extended_until,
       (SELECT x.role FROM questionnaire_assignment x
         WHERE x.person_id = %s AND x.role IN (%s, %s)
           AND x.ended_at IS NULL AND (x.ends_at IS NULL OR x.ends_at > %s)
           AND (x.round_id IS NULL OR x.round_id = s.round_id)
           AND (x.country_id IS NULL OR x.country_id = s.country_id)
           AND (x.strand_id IS NULL OR x.strand_id = s.strand_id)
           AND (x.coding IS NULL OR x.coding = s.coding)
         ORDER BY CASE WHEN x.granted_by_id IS NULL THEN 0 ELSE 1 END, x.id LIMIT 1),
       (SELECT a.version FROM questionnaire_answer a
         WHERE a.assessment_id = s.id AND a.indicator_id = i.id
           AND a.reference_date = COALESCE(%s, {OWN}, r.cut_off)),
       d.id, d.version, d.based_on, d.content, d.idempotency_key, d.updated_at,
       CASE WHEN d.author_id = %s THEN 1 ELSE 0 END
  FROM questionnaire_assessment s
  JOIN questionnaire_round r ON r.id = s.round_id
  JOIN questionnaire_indicator i ON i.strand_id = s.strand_id
  LEFT JOIN questionnaire_draft d ON d.assessment_id = s.id AND d.indicator_id = i.id
       AND d.reference_date = COALESCE(%s, {OWN}, r.cut_off)
"""  # noqa: S608 (one constant in another)
AT_ADDRESS = """
 WHERE r.code = %s AND s.country_id = (SELECT c.id FROM questionnaire_country c WHERE c.code = %s)
   AND (SELECT t.code FROM questionnaire_aggregate t WHERE t.id = s.strand_id) = %s
   AND s.coding = %s AND i.code = %s
"""
AT_KEYS = " WHERE s.id = %s AND i.id = %s"


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """The draft that lies on a spot. IS_MINE: the person who asks wrote it last."""

    pk: int
    version: int
    based_on: int
    content: dict[str, Any]
    key: str
    at: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """One question of a sheet on one day, as it is for one person.

    SHEET has of itself and of its round only what rules ask. VERSION is the recorded answer's,
    0 where there is none; ROLE is the person's on the expert's side, or empty.
    """

    sheet: Assessment
    indicator_id: int
    indicator: str
    cut_off: date
    day: date
    role: str
    version: int
    draft: KeptDraft | None


def spot_at(
    address: tuple[str, str, str, int, str], *, user: User, day: date | None = None
) -> Spot | None:
    """Return the spot at codes of round, country, strand, coding and indicator, or None."""
    return _read(AT_ADDRESS, address, user, day)


def spot_of(
    sheet_id: int, indicator_id: int, *, user: User, day: date | None = None
) -> Spot | None:
    return _read(AT_KEYS, (sheet_id, indicator_id), user, day)


def _read(where: str, keys: tuple[Any, ...], user: User, day: date | None) -> Spot | None:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    person = User._meta.pk.get_db_prep_value(user.pk, connection)
    asked = connection.ops.adapt_datefield_value(day)
    values = [person, *EXPERT_SIDE, now, asked, person, asked, *keys]
    with connection.cursor() as cursor:
        try:
            cursor.execute(READ + where, values)
        except OverflowError:
            # A number beyond all that SQLite can hold, as an address may have, equals none.
            return None
        row = cursor.fetchone()
    return None if row is None else _spot(row, day)


def _spot(row: tuple[Any, ...], day: date | None) -> Spot:
    round_ = Round(pk=row[4], code=row[8], state=row[9], hard_close_at=_moment(row[10]))
    sheet = Assessment(
        pk=row[0],
        state=row[1],
        submitted_at=_moment(row[2]),
        open_until=_moment(row[3]),
        round=round_,
        country_id=row[5],
        strand_id=row[6],
        coding=row[7],
        extended_until=_moment(row[15]),
    )
    cut_off = _date(row[12] or row[11])
    return Spot(
        sheet=sheet,
        indicator_id=row[13],
        indicator=row[14],
        cut_off=cut_off,
        day=day or cut_off,
        role=row[16] or "",
        version=row[17] or 0,
        draft=_draft(row[18:]) if row[18] else None,
    )


def _draft(columns: tuple[Any, ...]) -> KeptDraft:
    pk, version, based_on, content, key, at, mine = columns
    found = json.loads(content) if isinstance(content, str) else content
    typed = found if isinstance(found, dict) else {}
    return KeptDraft(pk, version, based_on, typed, key, _moment(at), bool(mine))


def _moment(value: Any) -> Any:
    """SQLite gives the moment without its zone, which is UTC."""
    return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
