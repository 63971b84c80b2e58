"""The demonstration in var/demo: invented people, started anew each time, one machine only."""

from mipex_site import env

from .base import *  # noqa: F403
from .base import USE_POSTGRES, VAR

SECRET_KEY = env.kept_secret(VAR / "secret-key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
DEMONSTRATION = True
# Its coordinators read in the portal what would have been sent; see mail/sent/.
EMAIL_BACKEND = "mipex_site.mail.services.folder.FolderBackend"
EMAIL_FILE_PATH = VAR / "mail"

# The demonstration plays thousands of acts and is thrown away: it need not survive a power cut.
if not USE_POSTGRES:
    DATABASES = {"default": env.sqlite(VAR / "portal.sqlite3", synchronous="OFF")}
# Its static files are served as they lie: hashing and compressing them would take longer than
# anybody looks at it.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
