"""One letter for each person and day, made of the lines that wait."""

from datetime import date

import pytest

from mipex_site.mail.enums import LetterKind, NoticeKind
from mipex_site.mail.models import Letter
from mipex_site.mail.services.digests import write_digest
from mipex_site.mail.services.notices import tell
from tests.factories.accounts import UserFactory
from tests.factories.mail import NoticeFactory

pytestmark = pytest.mark.django_db
DAY = date(2025, 5, 31)


def test_lines_that_wait_become_one_letter():
    person = UserFactory()
    for n in range(3):
        NoticeFactory(person=person, words=f"Thing {n} is new.")
    NoticeFactory(words="What somebody else is told.")

    letter = write_digest(person=person, day=DAY)

    assert letter.kind == LetterKind.DIGEST
    assert (letter.address, letter.person) == (person.email, person)
    assert letter.subject == "MIPEX portal: 3 things for you"
    assert all(f"Thing {n} is new." in letter.text for n in range(3))
    assert "somebody else" not in letter.text
    assert letter.notices.count() == 3


def test_a_second_letter_of_one_day_is_not_written():
    """What comes later waits for the next morning."""
    person = UserFactory()
    NoticeFactory(person=person)
    write_digest(person=person, day=DAY)
    late = NoticeFactory(person=person)

    assert write_digest(person=person, day=DAY) is None
    assert write_digest(person=person, day=date(2025, 6, 1)).notices.get() == late


def test_a_day_without_a_line_has_no_letter():
    assert write_digest(person=UserFactory(), day=DAY) is None
    assert not Letter.objects.exists()


def test_nobody_who_may_not_sign_in_is_written_to():
    person = UserFactory(is_active=False)
    NoticeFactory(person=person)

    assert write_digest(person=person, day=DAY) is None


def test_what_has_an_end_stands_before_what_is_new_with_whole_addresses():
    person = UserFactory()
    NoticeFactory(person=person, words="News.", kind=NoticeKind.NEWS, address="/n/")
    NoticeFactory(person=person, words="Due soon.", kind=NoticeKind.REMINDER, address="/r/")

    text = write_digest(person=person, day=DAY).text

    assert text.index("Due soon.") < text.index("News.")
    assert "  http://127.0.0.1:8000/r/" in text


def test_a_line_is_said_once_for_each_key():
    person = UserFactory()
    words = {"person": person, "kind": NoticeKind.NEWS, "address": "/", "words": "Once."}

    assert tell(key="k", **words) == tell(key="k", **words)


def test_a_letter_is_of_a_round_where_all_its_lines_are():
    person, other = UserFactory(), UserFactory()
    NoticeFactory.create_batch(2, person=person, round_code="2019")
    NoticeFactory(person=other, round_code="2019")
    NoticeFactory(person=other, round_code="2020")

    assert write_digest(person=person, day=DAY).round_code == "2019"
    assert write_digest(person=other, day=DAY).round_code == ""
