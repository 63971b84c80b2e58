"""What a person does with a letter, the alarm of the outbox, and forgetting somebody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mipex_site.base.errors import WrongState
from mipex_site.mail.enums import LetterState
from mipex_site.mail.models import Letter, MailChoice
from mipex_site.mail.selectors import outbox_alarm
from mipex_site.mail.services import choices, outbox
from mipex_site.mail.services.forgetting import forget
from mipex_site.mail.tasks import send_letters
from tests.factories.accounts import UserFactory
from tests.factories.mail import LetterFactory, NoticeFactory

pytestmark = pytest.mark.django_db


def aged(letter: Letter, **ago: int) -> Letter:
    Letter.objects.filter(pk=letter.pk).update(created_at=timezone.now() - timedelta(**ago))
    return letter


def test_a_letter_that_waits_can_be_withdrawn_and_does_not_leave():
    outbox.withdraw(letter=LetterFactory())

    assert send_letters() == 0


@pytest.mark.parametrize("state", [LetterState.SENDING, LetterState.SENT, LetterState.FAILED])
def test_a_letter_that_does_not_wait_cannot_be_withdrawn(state):
    letter = LetterFactory(state=state)

    with pytest.raises(WrongState):
        outbox.withdraw(letter=letter)


@pytest.mark.parametrize("state", [LetterState.FAILED, LetterState.BOUNCED])
def test_what_failed_or_came_back_leaves_again_to_the_address_of_today(state, mailoutbox):
    letter = LetterFactory(state=state, address="old@example.org", attempt=8)

    outbox.send_again(letter=letter, by=UserFactory())
    assert send_letters() == 1

    assert mailoutbox[0].to == [letter.person.email]


def test_what_was_sent_is_not_sent_again():
    letter = LetterFactory(state=LetterState.SENT)

    with pytest.raises(WrongState):
        outbox.send_again(letter=letter, by=UserFactory())


def test_a_letter_whose_secret_link_is_spent_is_not_sent_again():
    letter = LetterFactory(state=LetterState.BOUNCED, text="Open {link}.")

    with pytest.raises(WrongState, match="spent"):
        outbox.send_again(letter=letter, by=UserFactory())


def test_what_is_laid_aside_raises_no_alarm_any_more():
    letter = LetterFactory(state=LetterState.FAILED)
    assert outbox_alarm().failed == 1

    outbox.let_lie(letter=letter)

    assert not outbox_alarm()


# --- The alarm ----------------------------------------------------------------------------


def test_a_letter_that_waits_too_long_raises_an_alarm(settings, django_assert_num_queries):
    settings.MAIL_STUCK_MINUTES = 30
    aged(LetterFactory(), minutes=29)
    assert not outbox_alarm()

    aged(LetterFactory(), minutes=31)

    with django_assert_num_queries(1):
        alarm = outbox_alarm()
    assert alarm.stuck_since is not None


def test_a_letter_that_is_tried_again_and_again_waits_since_it_was_written():
    later = timezone.now() + timedelta(hours=1)
    aged(LetterFactory(attempt=3, send_after=later), hours=2)

    assert outbox_alarm()


def test_a_letter_whose_hour_has_not_come_is_not_late():
    aged(LetterFactory(send_after=timezone.now() + timedelta(hours=1)), days=2)

    assert not outbox_alarm()


def test_letters_of_other_rounds_that_failed_are_others_affair():
    LetterFactory(state=LetterState.BOUNCED, round_code="2020")

    assert not outbox_alarm(codes=["2019"])
    assert outbox_alarm(codes=["2020"]).bounced == 1


def test_a_stuck_queue_is_said_in_the_log(caplog):
    aged(LetterFactory(send_after=timezone.now() + timedelta(hours=1), attempt=1), hours=2)
    send_letters()

    assert "has waited since" in caplog.text


# --- Forgetting ---------------------------------------------------------------------------


def test_who_is_forgotten_is_in_no_letter_and_no_line():
    person = UserFactory(name="Gerda Ejemplo", email="gerda@example.org")
    sent = LetterFactory(person=person, state=LetterState.SENT, text="Good day, Gerda Ejemplo")
    waiting = LetterFactory(person=None, address="gerda@example.org", secret="https://x")
    other = LetterFactory(text="Write to Gerda Ejemplo, gerda@example.org.")
    line = NoticeFactory(words="Gerda Ejemplo was invited.")
    own = NoticeFactory(person=person)
    choices.choose(hour=9, snoozed_until=None, by=person)

    assert forget(person=person) == 2

    for row in (sent, waiting, other, line, own):
        row.refresh_from_db()
        words = f"{vars(row)}"
        assert "Gerda" not in words
        assert "gerda@" not in words
    assert waiting.state == LetterState.WITHDRAWN
    assert not MailChoice.objects.exists()


# --- One's own choice ---------------------------------------------------------------------


def test_somebody_chooses_the_hour_and_a_rest(client):
    person = UserFactory()
    client.force_login(person)

    answer = client.post("/my-mail/", {"hour": "20", "snoozed_until": "2030-01-02"})

    assert answer.status_code == 302
    choice = MailChoice.objects.get(person=person)
    assert (choice.hour, str(choice.snoozed_until)) == (20, "2030-01-02")
    assert 'value="2030-01-02"' in client.get("/my-mail/").content.decode()


@pytest.mark.parametrize("sent", [{"hour": "24"}, {"hour": "7", "snoozed_until": "soon"}])
def test_a_choice_that_makes_no_sense_is_not_kept(client, sent):
    client.force_login(UserFactory())

    assert client.post("/my-mail/", sent).status_code == 422
    assert not MailChoice.objects.exists()
