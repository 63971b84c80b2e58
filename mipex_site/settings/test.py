"""The portal under test: SQLite in memory or in a file, or PostgreSQL from the environment.

Tasks are called as functions, or done by a real worker; never eagerly, for that would hide
what happens at the end of a transaction.
"""

from mipex_site import env

from .base import *  # noqa: F403
from .base import REDIS_URL, USE_REDIS, VAR

SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

TEST_DATABASE = env.one_of("TEST_DATABASE", "memory", "file", "postgres")
if TEST_DATABASE == "postgres":
    # A connection that grows too old in a long run must not be closed under a test.
    DATABASES = {"default": env.postgres() | {"CONN_MAX_AGE": None}}
else:
    DATABASES = {"default": env.sqlite(VAR / "portal.sqlite3", synchronous="OFF")}
if TEST_DATABASE == "file":
    DATABASES["default"]["TEST"] = {"NAME": VAR / "test.sqlite3"}

# Nothing one test leaves behind may reach another process. Without Redis, nudges end with our
# own; with it, for real workers, each process of pytest-xdist has one of its databases.
if USE_REDIS:
    PROCESS = env.text("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    CELERY_BROKER_URL = f"{REDIS_URL.rpartition('/')[0]}/{PROCESS}"
else:
    CELERY_BROKER_URL = "memory://"
    CELERY_BROKER_TRANSPORT = None
    CELERY_BROKER_TRANSPORT_OPTIONS = {}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
