from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import BaseUserManager


class UserManager(BaseUserManager):
    """Makes people; an address is kept in lower case, so that nobody exists twice."""

    def get_by_natural_key(self, username: str | None) -> Any:
        return self.get(email=(username or "").strip().lower())

    def create_user(
        self, email: str, name: str, password: str | None = None, **extra: Any
    ) -> Any:
        user = self.model(email=email.strip().lower(), name=name, **extra)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user

    def create_superuser(
        self, email: str, name: str, password: str | None = None, **extra: Any
    ) -> Any:
        """Make somebody who may open the whole administration; it gives no right in a round."""
        extra |= {"is_staff": True, "is_superuser": True}
        return self.create_user(email, name, password, **extra)
