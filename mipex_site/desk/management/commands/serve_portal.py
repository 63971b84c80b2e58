from __future__ import annotations

import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from mipex_site.desk import serving
from questionnaire.enums import Role
from questionnaire.models import Assignment


class Command(BaseCommand):
    help = "Migrate, make the first coordinator where there is none, and serve with a worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=serving.PORT)

    def handle(self, *, port: int, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        self.make_first_coordinator()
        self.stdout.write(f"The portal is at http://{serving.HOST}:{port}/ until you stop it.")
        with serving.worker():
            serving.serve_until_stopped(port)

    def make_first_coordinator(self) -> None:
        """Ask at the terminal for the first coordinator, where the portal has none."""
        rights = Assignment.objects.running().filter(role=Role.COORDINATOR, round__isnull=True)
        if rights.exists():
            return
        if not sys.stdin.isatty():
            self.stdout.write(
                "No coordinator yet: run `manage.py create_coordinator EMAIL NAME`."
            )
            return
        self.stdout.write("This portal has no coordinator yet.")
        # It asks for the passphrase itself, so that none stands in a list of processes.
        call_command("create_coordinator", input("E-mail address: "), input("Name: "))
