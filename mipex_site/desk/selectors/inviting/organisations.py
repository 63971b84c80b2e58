"""The organisations, with how many people each has."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from questionnaire.models import Organisation


def organisations() -> QuerySet[Organisation]:
    """Return every organisation by its name; ``number`` says of how many people, never of whom."""
    rows = Organisation.objects.select_related("country")
    there = Count("affiliations", filter=Q(affiliations__until__isnull=True))
    return rows.annotate(number=there).order_by("name")
