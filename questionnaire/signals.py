"""What questionnaire announces, inside the transaction, without knowing who listens."""

from django.dispatch import Signal

round_opened = Signal()
"""Sent with ``round_`` (locked, state open) and ``by``, once its sheets are there."""

country_joined = Signal()
"""Sent with ``round_`` (locked, state open) and ``by`` when a country joins after the opening."""

assessment_submitted = Signal()
"""Sent with ``assessment`` (locked, state submitted) and ``by``."""

sheet_returned = Signal()
"""Sent with ``assessment`` (locked, state returned), ``until`` (the end of a reopening, or None)
and ``by`` when a sheet is given back to its expert.
"""

names_asked_for = Signal()
"""Sent with ``person``, ``round_`` and ``country_id`` before a coordinator is shown who is on a
side of the blind there. Whoever knows of an unblinding answers True; no answer hides the names.
"""

country_asked_for = Signal()
"""Sent with ``person``, ``role``, ``round_id`` and ``country_id`` before content is shown to who
is not of its own side. Whoever knows of a tie answers with a Verdict; no answer lets it pass.
"""
