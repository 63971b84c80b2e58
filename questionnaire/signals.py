"""What questionnaire announces, inside the transaction, without knowing who listens."""

from django.dispatch import Signal

assessment_submitted = Signal()
"""Sent with ``assessment`` (locked, state submitted) and ``by``."""
