"""Somebody signed in for a case, as the cookies and headers that a browser would send."""

from django.conf import settings
from django.test import Client

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import create_person


def somebody(name: str) -> User:
    """Make an invented person who can sign in."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    return create_person(email=email, name=name, password=None, by=None)


def headers_of(person: User) -> dict[str, str]:
    """Return the headers of a signed-in browser, with the token that a form must carry."""
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    token = "b" * 32
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}"
    return {"Cookie": cookie, "X-CSRFToken": token}
