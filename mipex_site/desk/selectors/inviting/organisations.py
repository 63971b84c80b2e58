"""The organisations, with how many people each has."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from questionnaire.models import Organisation


def organisations() -> QuerySet[Organisation]:
    """Return every organisation by its name; ``number`` says of how many people, never of whom."""
    rows = Organisation.objects.select_related("country")
    return rows.annotate(number=Count("affiliations")).order_by("name")
