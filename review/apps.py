from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "review"
    verbose_name = _("Review")

    def ready(self) -> None:
        from . import receivers
        from .services import taking_up  # noqa: F401 - registers what an act of two does

        receivers.connect()
