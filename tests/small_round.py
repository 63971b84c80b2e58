"""What is said of the small world's round when it is set up."""

from datetime import date, timedelta

from django.utils import timezone

from mipex_site.accounts.models import User
from questionnaire.models import Round
from questionnaire.services import deeds, joint_acts

CUT_OFF = date(2019, 12, 31)


def words() -> dict[str, object]:
    return {
        "code": "2019",
        "title": "Round 2019",
        "edition_code": "2020",
        "cut_off": CUT_OFF,
        "blind_share": 0,
        "last_word_days": 0,
    }


def dates() -> dict[str, object]:
    days = {
        "opens_at": -30,
        "due_at": 20,
        "grace_until": 25,
        "hard_close_at": 30,
        "review_due_at": 60,
    }
    now = timezone.now()
    return {name: now + timedelta(days=number) for name, number in days.items()}


def lock(round_: Round, *, asks: User, does: User) -> None:
    """Lock the design: one person asks for it, and another one does it."""
    joint_acts.do(act=deeds.ask_to_lock(round_=round_, by=asks), by=does)
