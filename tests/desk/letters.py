"""Letters of the small world, and reading pages about them."""

from html import unescape

from mipex_site.mail.models import Letter
from tests.factories.mail import LetterFactory

MAIL, WRITE = "/rounds/2019/mail/", "/rounds/2019/mail/write/"


def text_of(response) -> str:
    return unescape(response.content.decode())


def letter_to(world, key: str, **more: object) -> Letter:
    person = world[key]
    said = {"person": person, "address": person.email, "round_code": "2019"}
    return LetterFactory(**said | more)
