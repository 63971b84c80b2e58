"""The one way a form calls a service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import Form


def attempt(form: Form, action: Callable[..., object], **known: Any) -> bool:
    """Call ACTION with the cleaned data; put what it finds invalid on the form."""
    if form.is_valid():
        try:
            action(**known, **form.cleaned_data)
        except ValidationError as error:
            _put(form, error)
    return form.is_valid()


def _put(form: Form, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error.messages)
        return
    for field, messages in error.message_dict.items():
        known = field in form.fields and field != NON_FIELD_ERRORS
        form.add_error(field if known else None, messages)
