from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal
from questionnaire.models import Round
from scoring import selectors
from scoring.models import ScoreRun
from scoring.services import runs


class Command(BaseCommand):
    help = (
        "Score a round whose review is closed and print the run's number."
        " Changes no answer and no published edition."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", metavar="ROUND", help="the round's code, such as 2027")
        parser.add_argument(
            "--as", dest="email", metavar="EMAIL", required=True, help="who asks for it"
        )

    def handle(self, *, code: str, email: str, **options: Any) -> None:
        round_, by = _round(code), _person(email)
        try:
            run = runs.request_run(round_=round_, method=selectors.newest_method(), by=by)
        except Refusal as refusal:
            raise CommandError(refusal.reason) from refusal
        runs.execute(run.pk)
        run = ScoreRun.objects.get(pk=run.pk)
        self.stdout.write(f"run {run.pk} of round {code}: {run.state}")
        if run.error:
            raise CommandError(run.error)


def _round(code: str) -> Round:
    try:
        return Round.objects.get(code=code)
    except Round.DoesNotExist as error:
        raise CommandError(f"There is no round {code!r}.") from error


def _person(email: str) -> User:
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist as error:
        raise CommandError(f"There is no person with the address {email!r}.") from error
