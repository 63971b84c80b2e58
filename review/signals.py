"""What review announces, inside the transaction, without knowing who listens."""

from django.dispatch import Signal

review_closed = Signal()
"""Sent with ``round_`` (locked, state review_closed) and ``by``."""

review_taking_up = Signal()
"""Sent with ``round_`` (locked) before it goes back to its review, and before that is asked for.
Whoever knows why it must not raises a Refusal.
"""

review_taken_up = Signal()
"""Sent with ``round_`` (locked, state open) and ``by`` once its review goes on."""

names_asked_about = Signal()
"""Sent with ``round_`` and ``hold`` when it is asked whether its edition still hears a yes to being
named. Whoever has frozen the names answers True, and with ``hold`` lets nobody freeze them until
the transaction ends.
"""
