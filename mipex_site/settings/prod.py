"""A portal behind a proxy that ends TLS. Nothing here has a default that would be unsafe."""

from django.core.exceptions import ImproperlyConfigured

from mipex_site import env

from .base import *  # noqa: F403
from .base import USE_SMTP

SECRET_KEY = env.text("SECRET_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

# A portal that tells nobody of anything would look as if it worked.
if not USE_SMTP:
    raise ImproperlyConfigured("Set USE_SMTP to yes, and SMTP_HOST: the portal sends mail.")
PORTAL_ADDRESS = env.text("PORTAL_ADDRESS", f"https://{ALLOWED_HOSTS[0]}").rstrip("/")
