"""A lasting portal on one machine, in var/data: what `make run` serves and manage.py opens."""

from mipex_site import env

from .base import *  # noqa: F403
from .base import VAR

SECRET_KEY = env.kept_secret(VAR / "secret-key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
DEBUG = env.flag("DEBUG", default=False)
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
