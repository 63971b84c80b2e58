"""The secret of an invitation's link: random, known to its letter alone, kept as a hash."""

from __future__ import annotations

import secrets
from hashlib import sha256

from django.urls import reverse
from django.utils.translation import gettext as _

from mipex_site.base.errors import Refusal
from mipex_site.mail.services.links import absolute

TOKEN_BYTES = 32


class NoInvitation(Refusal):
    """Nothing is behind a link, or no longer. The words are the same whatever the cause."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("This link opens no invitation, or no longer."))


def new_token() -> str:
    """Return 256 random bits as they stand in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def link_of(token: str) -> str:
    """Return the whole address that opens the invitation."""
    return absolute(reverse("questionnaire:invitation", args=[token]))
