#!/usr/bin/env python
"""Django's door. Without DJANGO_SETTINGS_MODULE it opens the portal in var/data."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mipex_site.settings.local")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
