from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from editions.services import carrying
from questionnaire.management._acting import ActingCommand
from questionnaire.models import Round


class Command(ActingCommand):
    help = (
        "Put the latest published answers beside the questions of an open round, as proposals"
        " that count for nothing until an expert confirms them. Opening a round does it by itself;"
        " done again it adds what is missing and changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code", metavar="ROUND", help="the round's code, such as 2027")

    def act(self, *, by: Any, code: str, **options: Any) -> None:
        found = Round.objects.filter(code=code).select_related("framework").first()
        if found is None:
            raise CommandError(f"There is no round {code!r}.")
        number = carrying.carry_over(round_=found, by=by)
        self.stdout.write(f"round {found.code}: {number} answers carried over")
