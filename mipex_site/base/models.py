"""Bricks of every app's models."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class Stamped(models.Model):
    """When a row came and when it last changed (UTC)."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        abstract = True


class RationalField(models.CharField):
    """An exact rational number, stored as text in lowest terms: ``623/8``, ``67/100``, ``75``.

    A score cannot be summed in SQL; nobody needs to, for a run is computed whole.
    """

    description = _("An exact rational number")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: Any) -> Fraction | None:
        return None if value is None else Fraction(value)

    def to_python(self, value: Any) -> Fraction | None:
        if value is None or value == "":
            return None
        if isinstance(value, float):
            raise ValidationError(
                _("A float is not exact; write a fraction or a decimal text.")
            )
        try:
            return Fraction(value)
        except (ValueError, TypeError, ZeroDivisionError) as error:
            raise ValidationError(
                _("“%(value)s” is no number. Write 67/100 or 0.67."), params={"value": value}
            ) from error

    def get_prep_value(self, value: Any) -> str | None:
        exact = self.to_python(value)
        return None if exact is None else str(exact)

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def run_validators(self, value: Any) -> None:
        """Measure the length of the text that is stored, not of the number."""
        super().run_validators(self.get_prep_value(value))
