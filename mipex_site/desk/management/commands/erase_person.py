from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal
from mipex_site.desk.services.erasing import erase, erase_address


class Command(BaseCommand):
    help = (
        "Take a person's name and address out of the portal, for good, and print the number"
        " that stands for them from now on; or, of somebody who never had an account (invited,"
        " reading under embargo, sender of a note), what was emptied. What they did stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="whom to erase")
        parser.add_argument("--reason", required=True, help="why, without the name")
        parser.add_argument(
            "--as", dest="by", metavar="EMAIL", required=True, help="who erases"
        )

    def handle(self, *, email: str, reason: str, by: str, **options: Any) -> None:
        try:
            said = _erase(email, reason, _person(by))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except Refusal as refusal:
            raise CommandError(refusal.reason) from refusal
        self.stdout.write(said)


def _erase(email: str, reason: str, by: User) -> str:
    person = User.objects.filter(email__iexact=email).first()
    if person:
        return erase(person=person, reason=reason, by=by).name
    erased = erase_address(email=email, reason=reason, by=by)
    return ", ".join(f"{name}: {number}" for name, number in erased._asdict().items())


def _person(email: str) -> User:
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist as error:
        raise CommandError(f"There is no person with the address {email!r}.") from error
