"""The portal as it is deployed, without TLS in front, and with the baselines' addresses."""

from mipex_site import env
from mipex_site.settings.base import *  # noqa: F403

SECRET_KEY = "only for benches"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.urls"
DATABASES = {"default": env.postgres()}
