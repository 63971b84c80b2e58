"""Daily letters: who is reminded of what, when, and how often."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.utils import timezone

from mipex_site.base.errors import NotAllowed
from mipex_site.desk.services import reminding
from mipex_site.desk.services.reminding import write_daily_letters
from mipex_site.desk.tasks import write_daily_letters as task
from mipex_site.mail.enums import LetterKind, LetterState, NoticeKind
from mipex_site.mail.models import Letter, MailChoice, Notice
from mipex_site.mail.services.notices import tell
from questionnaire.enums import RoundState
from review.services import returning
from tests import world as worlds
from tests.review import windows

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _a_fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def only(world: worlds.World, *keys: str, hour: int = 7, zone: str | None = None) -> None:
    """Let everybody else rest from letters, so that a test is about these people."""
    for key, person in world.people.items():
        rests = None if key in keys else datetime(2999, 1, 1, tzinfo=UTC).date()
        MailChoice.objects.create(person=person, hour=hour, snoozed_until=rests)
        if zone and key in keys:
            person.zone = zone
            person.save()


def date_it(world: worlds.World, due: datetime) -> None:
    """Let the sheets be due then, and the rest of the calendar follow."""
    round_ = world.round
    round_.due_at = round_.grace_until = due
    round_.hard_close_at, round_.review_due_at = due + 10 * DAY, due + 40 * DAY
    round_.save()


def next_change(zone: str) -> datetime:
    """Return the first change of a zone's clocks that is more than three weeks away."""
    at = timezone.now() + 22 * DAY
    while True:
        here, later = (moment.astimezone(ZoneInfo(zone)) for moment in (at, at + DAY))
        if here.utcoffset() != later.utcoffset():
            return at + DAY
        at += DAY


def days_of_letters(person, due: datetime, time_machine) -> list[int]:
    """Run the task twice in every hour around DUE; return how far from it the letters came."""
    found = []
    zone = ZoneInfo(person.zone)
    at = (due - 16 * DAY).replace(minute=5)
    while at < due + 7 * DAY:
        # Before and after each morning, and at noon: an hour at a time would show no more.
        if at.astimezone(zone).hour in {6, 7, 12}:
            time_machine.move_to(at, tick=False)
            written = [write_daily_letters(), write_daily_letters()]
            assert written[1] == 0
            if written[0]:
                found.append((at.astimezone(zone).date() - due.astimezone(zone).date()).days)
                assert at.astimezone(zone).hour == 7
        at += timedelta(hours=1)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "clocks", "days"),
    [
        ("Pacific/Auckland", "Pacific/Auckland", [-14, -7, -2, 0, 2, 5]),
        # 11:59 UTC is 01:59 in Honolulu: the last morning is that of the day before.
        ("Pacific/Honolulu", "Pacific/Auckland", [-15, -8, -3, -1, 1, 4]),
        ("Europe/Brussels", "Europe/Brussels", [-14, -7, -2, 0, 2, 5]),
    ],
)
def test_an_expert_is_reminded_on_six_mornings_across_a_change_of_the_clocks(
    time_machine, zone, clocks, days
):
    world = worlds.build()
    due = (next_change(clocks) + DAY).replace(hour=11, minute=59)
    date_it(world, due)
    only(world, "EE_a_1", zone=zone)

    assert days_of_letters(world["EE_a_1"], due, time_machine) == days

    keys = list(Notice.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys)) == len(days)
    assert Letter.objects.count() == len(days)


@pytest.fixture
def reminded(db, time_machine):
    """Give a world whose sheets are due in seven days, at seven in the morning in Brussels."""
    world = worlds.build()
    due = (timezone.now() + 20 * DAY).replace(hour=20, minute=0, second=0, microsecond=0)
    date_it(world, due)
    time_machine.move_to(due - 7 * DAY - timedelta(hours=10), tick=False)
    return world


def words_to(world, key: str) -> str:
    write_daily_letters()
    letters = Letter.objects.filter(person=world[key]).order_by("pk")
    return "\n".join(" ".join(letter.text.split()) for letter in letters)


def test_a_reminder_says_the_round_what_waits_until_when_and_where(reminded):
    only(reminded, "EE_a_1", zone="Pacific/Auckland")
    worlds.answer(reminded, reminded.sheet("EE", "a"), "aa1", earns=100)
    due = reminded.round.due_at

    said = words_to(reminded, "EE_a_1")

    there = due.astimezone(ZoneInfo("Pacific/Auckland"))
    assert "Round 2019: your sheet Estonia," in said
    assert f"{there.day} {there:%B %Y, %H:%M} Auckland time" in said
    assert f"{due:%H:%M} UTC)" in said
    assert "1 question has no recorded answer yet." in said
    assert "http://127.0.0.1:8000/sheets/2019/EE/a/1/" in said


def test_what_was_handed_in_reminds_nobody(reminded):
    only(reminded, "EE_a_1")
    worlds.answer_all(reminded)
    worlds.submit(reminded, reminded.sheet("EE", "a"))

    assert words_to(reminded, "EE_a_1") == ""


@pytest.mark.parametrize("state", [RoundState.REVIEW_CLOSED, RoundState.CANCELLED])
def test_a_round_that_is_not_open_reminds_nobody(reminded, state):
    only(reminded, *reminded.people)
    reminded.round.state = state
    reminded.round.save()

    assert write_daily_letters() == 0


def test_a_sheet_with_more_time_is_reminded_of_its_own_day(reminded):
    only(reminded, "EE_a_1")
    sheet = reminded.sheet("EE", "a")
    sheet.extended_until = reminded.round.due_at + DAY
    sheet.save()

    said = words_to(reminded, "EE_a_1")

    assert f"is due on {sheet.extended_until.day} " in said


def test_a_date_that_moves_does_not_begin_the_reminders_anew(reminded, time_machine):
    only(reminded, "EE_a_1")
    write_daily_letters()
    sheet = reminded.sheet("EE", "a")
    sheet.extended_until = reminded.round.due_at + 5 * DAY
    sheet.save()
    time_machine.move_to(timezone.now() + DAY, tick=False)

    assert write_daily_letters() == 0


def test_who_came_after_a_reminders_day_is_not_sent_it(reminded, time_machine):
    """Somebody who has had a sheet since yesterday needs no reminder of last week."""
    only(reminded, "EE_a_1")
    held = reminded.round.assignments.get(person=reminded["EE_a_1"])
    held.created_at = timezone.now() + DAY
    held.save()
    time_machine.move_to(timezone.now() + 2 * DAY, tick=False)

    assert write_daily_letters() == 0


def test_a_portal_that_slept_makes_up_for_it_once_and_not_by_a_pile(reminded, time_machine):
    only(reminded, "EE_a_1")
    time_machine.move_to(reminded.round.due_at - DAY, tick=False)

    assert [write_daily_letters(), write_daily_letters()] == [1, 0]
    assert Notice.objects.filter(kind=NoticeKind.REMINDER).count() == 1


def test_who_is_late_is_told_so(reminded, time_machine):
    only(reminded, "EE_a_1")
    time_machine.move_to(reminded.round.due_at + 3 * DAY, tick=False)

    assert "was due on" in words_to(reminded, "EE_a_1")


def test_reminders_end_when_entry_closes(reminded, time_machine):
    only(reminded, "EE_a_1")
    time_machine.move_to(reminded.round.hard_close_at + DAY, tick=False)

    assert write_daily_letters() == 0


def test_who_rests_has_no_letter_until_the_rest_is_over(reminded, time_machine):
    only(reminded, "EE_a_1")
    choice = MailChoice.objects.get(person=reminded["EE_a_1"])
    choice.snoozed_until = timezone.localdate() + 4 * DAY
    choice.save()

    assert write_daily_letters() == 0
    time_machine.move_to(timezone.now() + 4 * DAY, tick=False)
    assert write_daily_letters() == 1


@pytest.mark.parametrize("how", [{"is_active": False}, {"erased_as": 3}])
def test_who_is_gone_has_no_letter(reminded, how):
    only(reminded, "EE_a_1")
    for name, value in how.items():
        setattr(reminded["EE_a_1"], name, value)
    reminded["EE_a_1"].save()

    assert write_daily_letters() == 0


def test_a_cache_that_was_emptied_sends_nothing_twice(reminded):
    only(reminded, "EE_a_1")
    assert write_daily_letters() == 1
    cache.clear()

    assert write_daily_letters() == 0


def test_news_that_come_after_the_hour_wait_for_the_next_morning(reminded, time_machine):
    only(reminded, "publisher_1")
    assert write_daily_letters() == 0
    tell(key="n", person=reminded["publisher_1"], kind=NoticeKind.NEWS, words="N.", address="/")
    cache.clear()
    time_machine.move_to(timezone.now() + timedelta(minutes=10), tick=False)
    assert write_daily_letters() == 0

    time_machine.move_to(timezone.now() + DAY, tick=False)
    assert task() == 1


# --- Whose turn it is ---------------------------------------------------------------------


def test_who_judges_is_told_of_what_waits_once(reminded, time_machine):
    only(reminded, "EE_reviewer_1")
    worlds.answer_all(reminded)
    worlds.submit_all(reminded)

    said = words_to(reminded, "EE_reviewer_1")
    assert "Estonia" in said
    assert "answers wait for you to read them" in said

    time_machine.move_to(timezone.now() + DAY, tick=False)
    assert write_daily_letters() == 0


def test_a_case_that_is_read_anew_is_told_anew(reminded, time_machine):
    only(reminded, "EE_reviewer_1")
    worlds.answer_all(reminded)
    worlds.submit_all(reminded)
    write_daily_letters()
    worlds.return_objections(reminded, "EE", "aa1")
    worlds.answer_the_requests(reminded, reminded.sheet("EE", "a"))
    worlds.submit(reminded, reminded.sheet("EE", "a"))
    time_machine.move_to(timezone.now() + DAY, tick=False)

    assert write_daily_letters() == 1


def test_who_has_yet_to_declare_is_told_that_and_nothing_of_the_country(db):
    world = worlds.build(declares=False)
    only(world, "EE_reviewer_1", hour=0)
    worlds.answer_all(world)
    worlds.submit_all(world)

    said = words_to(world, "EE_reviewer_1")

    assert "declare your interests" in said
    assert "answers wait" not in said


def test_who_rules_is_told_of_a_dispute(reminded):
    only(reminded, "adjudicator")
    worlds.answer_all(reminded)
    worlds.submit_all(reminded)
    worlds.split(reminded, "EE", "aa1")

    said = words_to(reminded, "adjudicator")

    assert "a dispute waits for a ruling" in said
    assert "/disputes/2019/EE/a/aa1/" in said


def test_who_reviews_is_reminded_of_the_reviews_end(reminded, time_machine):
    only(reminded, "EE_reviewer_1")
    worlds.answer_all(reminded)
    worlds.submit_all(reminded)
    write_daily_letters()
    time_machine.move_to(reminded.round.review_due_at - 2 * DAY, tick=False)

    assert "the review is due on" in words_to(reminded, "EE_reviewer_1")


# --- At once ------------------------------------------------------------------------------


def test_a_sheet_that_comes_back_is_told_at_once_and_once_a_return(reminded, time_machine):
    worlds.answer_all(reminded)
    worlds.submit_all(reminded)
    worlds.return_objections(reminded, "EE", "aa1")

    letter = Letter.objects.get()
    assert (letter.kind, letter.state) == (LetterKind.RETURNED, LetterState.QUEUED)
    assert letter.person == reminded["EE_a_1"]
    assert "http://127.0.0.1:8000/sheets/2019/EE/a/1/" in letter.text

    worlds.answer_the_requests(reminded, reminded.sheet("EE", "a"))
    time_machine.move_to(timezone.now() + DAY, tick=False)
    worlds.submit(reminded, reminded.sheet("EE", "a"))
    worlds.return_objections(reminded, "EE", "aa1", suggests=0)
    assert Letter.objects.count() == 2


def test_answers_that_are_open_again_are_told_with_their_own_end(reminded):
    worlds.answer_all(reminded)
    worlds.submit_all(reminded)
    until = windows.open_for(reminded, "aa1").until

    letter = Letter.objects.get(kind=LetterKind.RETURNED)

    assert letter.person == reminded["PT_a_1"]
    assert "are open again" in letter.text
    assert f"{until:%d %B %Y}".lstrip("0") in letter.text


def test_what_goes_wrong_with_one_keeps_nobody_elses_letter_back(reminded, monkeypatch, caplog):
    only(reminded, "EE_a_1", "PT_a_1")
    whole = reminding.write_digest

    def fails_for_one(*, person, day):
        if person == reminded["EE_a_1"]:
            raise ValueError
        return whole(person=person, day=day)

    monkeypatch.setattr(reminding, "write_digest", fails_for_one)

    assert write_daily_letters() == 1
    assert Letter.objects.get().person == reminded["PT_a_1"]
    assert "The daily letter of person" in caplog.text


def test_a_return_that_fails_writes_to_nobody(reminded):
    worlds.answer_all(reminded)
    worlds.submit_all(reminded)

    with pytest.raises(NotAllowed):
        returning.return_case(case=reminded.case("EE", "a"), by=reminded["EE_reviewer_1"])

    assert not Letter.objects.exists()
