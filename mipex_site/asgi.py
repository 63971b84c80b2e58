"""The door for ASGI servers. The portal itself is served through wsgi.py."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mipex_site.settings.local")

application = get_asgi_application()
