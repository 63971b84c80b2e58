"""Who reads a signed edition before the world does."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mipex_site.base.models import Stamped

from .editions import Edition

PERSON = settings.AUTH_USER_MODEL


class EmbargoReader(Stamped):
    """Somebody without an account reads under embargo, by a link; its token is kept as a hash."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="readers")
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150)
    house = models.CharField(_("works for"), max_length=150, blank=True)
    token_hash = models.CharField(_("hash of the token"), max_length=64, unique=True)
    invited_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(_("agreed to the embargo"), null=True, blank=True)
    last_read_at = models.DateTimeField(_("last read"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("reader under embargo")
        verbose_name_plural = _("readers under embargo")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return f"reader {self.pk}"
