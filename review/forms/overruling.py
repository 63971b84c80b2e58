"""A text that may name somebody comes back with a warning, which the person may overrule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mipex_site.base import forms as base

from ..services.scanning import Held


class OverruleMixin(forms.Form):
    """Adds the box that sends a held text all the same. The service takes it as `overruled`.

    The page shows the box with review/_overrule.html, and only once the text was held.
    """

    overruled = forms.BooleanField(label=_("Send it all the same"), required=False)

    held: Held | None = None

    def hold(self, held: Held) -> None:
        self.held = held
        self.add_error(None, held.reason)

    @property
    def asks_to_overrule(self) -> bool:
        return self.held is not None or bool(self.data.get(self.add_prefix("overruled")))


def attempt(form: OverruleMixin, action: Callable[..., object], **known: Any) -> bool:
    """Do as base's attempt does; a text that is held up comes back on the form, too."""
    try:
        return base.attempt(form, action, **known)
    except Held as held:
        form.hold(held)
        return False
