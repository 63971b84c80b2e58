"""A letter leaves once, or somebody is asked."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from mipex_site.mail import receivers
from mipex_site.mail.enums import LetterKind, LetterState
from mipex_site.mail.models import Letter
from mipex_site.mail.services import sending
from mipex_site.mail.services.letters import queue
from mipex_site.mail.services.messages import message_id
from mipex_site.mail.services.sending import Outcome
from mipex_site.mail.tasks import send_letters
from tests.factories.accounts import UserFactory
from tests.factories.mail import LetterFactory

pytestmark = pytest.mark.django_db


def test_a_letter_leaves_once_however_often_the_task_runs():
    letter = LetterFactory()

    assert [send_letters(), send_letters()] == [1, 0]

    letter.refresh_from_db()
    assert (letter.state, letter.message_id) == (LetterState.SENT, message_id(letter.key))
    assert [each.to for each in mail.outbox] == [[letter.address]]


def test_a_letter_says_why_one_gets_it_and_where_to_choose():
    LetterFactory(kind=LetterKind.DIGEST)
    send_letters()

    (message,) = mail.outbox
    assert message.content_subtype == "plain"
    assert "something waits for you" in " ".join(message.body.split())
    assert "http://127.0.0.1:8000/my-mail/" in message.body
    assert message.extra_headers["List-Unsubscribe"] == "<http://127.0.0.1:8000/my-mail/>"


def test_what_concerns_an_act_cannot_be_unsubscribed_from():
    LetterFactory(kind=LetterKind.RETURNED)
    send_letters()

    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


def test_a_letter_is_written_in_the_language_of_the_letter():
    LetterFactory(person=UserFactory(language="fr"), language="fr", text="Bonjour à tous, ćž.")
    send_letters()

    sent = mail.outbox[0].message()
    assert sent.get_content_charset() == "utf-8"
    assert "Bonjour à tous, ćž." in sent.get_payload(decode=True).decode()


def test_the_secret_link_is_in_what_leaves_and_nowhere_else():
    address = "https://portal.example.org/invitations/abc"
    letter = LetterFactory(text="Open {link} soon.", secret=address)
    send_letters()

    assert f"Open {address} soon." in mail.outbox[0].body
    letter.refresh_from_db()
    assert letter.secret == ""
    assert "{link}" in letter.text


def test_the_name_is_put_in_when_the_letter_leaves_and_the_history_has_it_not():
    person = UserFactory(name="Nils Outil")
    letter = LetterFactory(person=person, text="Good day, {name},", subject="For {name}")
    send_letters()

    assert mail.outbox[0].body.startswith("Good day, Nils Outil,")
    assert mail.outbox[0].subject == "For Nils Outil"
    letter.refresh_from_db()
    assert "Outil" not in letter.text + letter.subject


def test_a_letter_waits_for_its_time():
    LetterFactory(send_after=timezone.now() + timedelta(minutes=1))

    assert send_letters() == 0


def test_a_run_sends_no_more_than_it_is_told_to(settings):
    settings.MAIL_A_MINUTE = 2
    LetterFactory.create_batch(3)

    assert [send_letters(), send_letters()] == [2, 1]


def test_a_letter_to_who_was_erased_does_not_leave():
    letter = LetterFactory(person=UserFactory(erased_as=7))
    send_letters()

    letter.refresh_from_db()
    assert (letter.state, mail.outbox) == (LetterState.WITHDRAWN, [])


def test_the_same_key_is_the_same_letter_and_the_same_mail():
    words = {"kind": LetterKind.ALARM, "address": "a@example.org", "text": "T", "subject": "S"}
    first, second = queue(key="k", **words), queue(key="k", **words)

    assert first == second
    assert message_id("k") == message_id("k") != message_id("l")
    assert re.fullmatch(r"<[0-9a-f]{40}@example\.org>", message_id("k"))


def test_letters_of_one_transaction_nudge_one_worker_once_they_are_there(
    monkeypatch, django_capture_on_commit_callbacks
):
    nudged = []
    monkeypatch.setattr(receivers.send_letters, "apply_async", lambda **how: nudged.append(how))

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        LetterFactory.create_batch(3)
        assert nudged == []

    assert nudged == [{"retry": False}]


# --- A real mail server -------------------------------------------------------------------


def after(letter: Letter) -> tuple[str, str]:
    letter.refresh_from_db()
    return letter.state, letter.error


def test_a_mail_server_takes_a_letter_with_all_its_words(serve_mail):
    server = serve_mail()
    letter = LetterFactory(subject="Žemė über alles?", text="Dots:\n.\n..\nŁódź, naïve.")

    assert send_letters() == 1

    (message,) = server.messages()
    assert message["Subject"] == "Žemė über alles?"
    assert message["To"] == letter.address
    assert message["Message-ID"] == message_id(letter.key)
    assert message.get_content().replace("\r", "").startswith("Dots:\n.\n..\nŁódź, naïve.\n")
    assert message.get_content_type() == "text/plain"


def test_an_address_that_nobody_has_is_not_tried_again(serve_mail):
    serve_mail(refuses="550 nobody of that name")
    letter = LetterFactory()
    send_letters()

    assert after(letter) == (LetterState.FAILED, "550 nobody of that name")
    assert send_letters() == 0


def test_what_is_refused_for_now_is_tried_again_after_growing_pauses(serve_mail, settings):
    settings.MAIL_ATTEMPTS = 3
    serve_mail(refuses="451 come back later")
    letter = LetterFactory()
    pauses = []
    for _attempt in range(3):
        began = timezone.now()
        send_letters()
        letter.refresh_from_db()
        if letter.state == LetterState.QUEUED:
            pauses.append((letter.send_after - began).total_seconds() // 60)
            Letter.objects.filter(pk=letter.pk).update(send_after=began)

    assert pauses == [1, 4]
    assert after(letter) == (LetterState.FAILED, "451 come back later")


def test_the_pauses_grow_to_six_hours():
    minutes = [sending.pause_after(n).total_seconds() / 60 for n in range(1, 8)]

    assert minutes == [1, 4, 16, 64, 256, 360, 360]


def test_where_no_server_answers_one_letter_is_tried_and_none_is_lost(serve_mail, settings):
    serve_mail()
    settings.EMAIL_PORT = 1
    letters = LetterFactory.create_batch(2)

    assert send_letters() == 0

    assert [after(each)[0] for each in letters] == [LetterState.QUEUED] * 2
    assert sorted(each.attempt for each in letters) == [0, 1]


def test_a_server_that_takes_a_letter_and_falls_silent_gets_it_no_second_time(serve_mail):
    """It may have delivered it. Only a person may send it again."""
    server = serve_mail(hangs_up=True)
    letter = LetterFactory()
    send_letters()
    send_letters()

    state, error = after(letter)
    assert state == LetterState.FAILED
    assert error.startswith(sending.UNSURE)
    assert len(server.mails) == 1


def test_a_letter_whose_worker_died_while_sending_is_left_to_a_person():
    long_ago = timezone.now() - timedelta(seconds=301)
    left = LetterFactory(state=LetterState.SENDING, heartbeat_at=long_ago)
    present = LetterFactory(state=LetterState.SENDING, heartbeat_at=timezone.now())

    assert send_letters() == 0

    state, error = after(left)
    assert state == LetterState.FAILED
    assert error.startswith(sending.UNSURE)
    assert after(present)[0] == LetterState.SENDING


def test_a_worker_that_was_given_up_writes_nothing_when_it_wakes(monkeypatch):
    letter = LetterFactory()

    def give_up_meanwhile(*_args: object, **_kwargs: object) -> None:
        Letter.objects.update(state=LetterState.FAILED, receipt=None, error="unsure: given up")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", give_up_meanwhile)
    sending.send(letter.pk)

    assert after(letter) == (LetterState.FAILED, "unsure: given up")


def test_two_workers_that_ask_at_once_send_one_mail():
    letter = LetterFactory()
    assert Letter.objects.claim(letter.pk)

    assert sending.send(letter.pk) is Outcome.NOT_OURS
    assert mail.outbox == []
