"""A lasting portal on one machine, in var/data: what `make run` serves and manage.py opens."""

from mipex_site import env

from .base import *  # noqa: F403
from .base import USE_SMTP, VAR

SECRET_KEY = env.kept_secret(VAR / "secret-key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
DEBUG = env.flag("DEBUG", default=False)
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# Without a mail server letters are read where the worker writes what it does.
if not USE_SMTP:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
