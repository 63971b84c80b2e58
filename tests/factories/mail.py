"""Letters and lines of the daily letter."""

import factory

from mipex_site.mail.enums import LetterKind, NoticeKind
from mipex_site.mail.models import Letter, Notice

from .accounts import UserFactory


class LetterFactory(factory.django.DjangoModelFactory):
    """A letter that waits, to somebody with an account."""

    class Meta:
        model = Letter

    key = factory.Sequence(lambda n: f"letter/{n}")
    kind = LetterKind.WRITTEN
    person = factory.SubFactory(UserFactory)
    address = factory.SelfAttribute("person.email")
    subject = "A subject"
    text = "Good day,\n\nthis is the text."


class NoticeFactory(factory.django.DjangoModelFactory):
    """A line that waits for somebody's next daily letter."""

    class Meta:
        model = Notice

    key = factory.Sequence(lambda n: f"notice/{n}")
    person = factory.SubFactory(UserFactory)
    kind = NoticeKind.NEWS
    words = "Something is new."
    address = "/my-work/"
    day = factory.Faker("date_object")
