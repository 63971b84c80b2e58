"""Who people are. What they may do is in questionnaire's Assignment, never here."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from .querysets import UserManager


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail, or the portal robot. The key is random: it counts nobody."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=10, default="en")
    zone = models.CharField(_("time zone"), max_length=60, default="Europe/Brussels")
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    is_robot = models.BooleanField(_("is the portal itself"), default=False)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)
    erased_as = models.PositiveIntegerField(
        _("number of a former user"), null=True, unique=True, editable=False
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ("name",)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (
            models.UniqueConstraint(
                fields=("is_robot",), condition=models.Q(is_robot=True), name="one_portal_robot"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def browser_key(self) -> str:
        """What a browser may know this person by: the same on every day, and it names nobody."""
        return salted_hmac("accounts.browser_key", str(self.pk)).hexdigest()[:24]
