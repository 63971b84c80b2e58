"""What scoring announces, inside the transaction, without knowing who listens."""

from django.dispatch import Signal

run_done = Signal()
"""Sent with ``run`` (state done, its scores written)."""
