"""What every command has that does something in a person's name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal


class ActingCommand(BaseCommand, ABC):
    """Acts as the person of --as: their rights are asked, their name is in the record."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as", dest="email", metavar="EMAIL", required=True, help="who acts, by address"
        )

    def handle(self, *, email: str, **options: Any) -> None:
        person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody signs in with the address {email}.")
        try:
            self.act(by=person, **options)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        except Refusal as error:
            raise CommandError(error.reason) from error

    @abstractmethod
    def act(self, *, by: User, **options: Any) -> None:
        """Do it; what is refused ends the command with its sentence."""
