"""The frame of the portal: settings, addresses, the rooms below the apps and the one above."""

from mipex_site.celery import app as celery_app

__all__ = ("celery_app",)
