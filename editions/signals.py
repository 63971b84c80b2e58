"""What editions announces, inside the transaction, without knowing who listens."""

from django.dispatch import Signal

revision_queued = Signal()
"""Sent with ``revision`` (state queued) where people asked for it themselves, without a run."""
