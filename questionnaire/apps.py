from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuestionnaireConfig(AppConfig):
    name = "questionnaire"
    verbose_name = _("Questionnaire")

    def ready(self) -> None:
        from . import receivers
        from .services import deeds, excluding, extending  # noqa: F401 - registers what acts of two do

        receivers.connect()
