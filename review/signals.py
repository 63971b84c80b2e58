"""What review announces, inside the transaction, without knowing who listens."""

from django.dispatch import Signal

review_closed = Signal()
"""Sent with ``round_`` (locked, state review_closed) and ``by``."""
