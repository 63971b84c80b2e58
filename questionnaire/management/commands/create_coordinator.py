from __future__ import annotations

import getpass
import os
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mipex_site.base.errors import Refusal
from questionnaire.services.assignments import first_coordinator


class Command(BaseCommand):
    help = (
        "Make the portal's first coordinator; refused once there is one. The password is asked"
        " for, or read from standard input where that is no terminal."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the address to sign in with")
        parser.add_argument("name", metavar="NAME", help="the person's name, in quotes")

    def handle(self, *, email: str, name: str, **options: Any) -> None:
        try:
            person = first_coordinator(email=email, name=name, password=_password())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except Refusal as error:
            raise CommandError(error.reason) from error
        self.stdout.write(f"coordinator {person.email}")


def _password() -> str:
    return getpass.getpass("Password: ") if os.isatty(0) else input()
