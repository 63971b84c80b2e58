"""Several workers at the same moment: each letter once, each day's letter once."""

from datetime import date
from functools import partial

import pytest

from mipex_site.mail.enums import LetterState
from mipex_site.mail.models import Letter
from mipex_site.mail.services.digests import write_digest
from mipex_site.mail.tasks import send_letters
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.mail import LetterFactory, NoticeFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS = 4


def test_workers_that_look_at_once_send_each_letter_once(mailoutbox):
    letters = LetterFactory.create_batch(6)

    sent = at_once(*[send_letters] * WORKERS)

    assert sum(sent) == len(letters)
    assert sorted(each.to[0] for each in mailoutbox) == sorted(one.address for one in letters)
    assert set(Letter.objects.values_list("state", flat=True)) == {LetterState.SENT}


def test_workers_that_write_a_days_letter_at_once_write_one():
    person = UserFactory()
    NoticeFactory.create_batch(3, person=person)
    write = partial(write_digest, person=person, day=date(2025, 5, 31))

    written = at_once(*[write] * WORKERS)

    assert len([letter for letter in written if letter]) == 1
    assert Letter.objects.get().notices.count() == 3
