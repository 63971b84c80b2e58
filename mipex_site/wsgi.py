"""The door for WSGI servers: `granian --interface wsgi mipex_site.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mipex_site.settings.local")

application = get_wsgi_application()
