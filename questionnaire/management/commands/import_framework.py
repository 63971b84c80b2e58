from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from questionnaire.services.framework import import_framework, lock_framework

from .._acting import ActingCommand


class Command(ActingCommand):
    help = (
        "Load a framework file as a draft and print its code and version. Replaces only a draft"
        " of the same version that no round uses; a bad file changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", type=Path, help="such as core.yaml")
        parser.add_argument("--lock", action="store_true", help="lock it at once")

    def act(self, *, by: Any, file: Path, lock: bool, **options: Any) -> None:
        framework = import_framework(path=file, by=by)
        if lock:
            framework = lock_framework(framework=framework, by=by)
        self.stdout.write(f"framework {framework}: {framework.get_state_display()}")
