"""A mail server on a port of its own, in the place of the one of the settings."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.mail.server import MailServer, mail_server


@pytest.fixture
def serve_mail(settings) -> Iterator[Callable[..., MailServer]]:
    """Give `serve_mail(**behaviour)`: letters go to such a server from then on."""
    with ExitStack() as stack:

        def served(**behaviour: object) -> MailServer:
            server = stack.enter_context(mail_server(**behaviour))
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
            settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 5
            settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
            return server

        yield served
