from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "mipex_site.mail"
    label = "mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from . import receivers

        receivers.connect()
