"""What questionnaire announces, inside the transaction, without knowing who listens."""

from django.dispatch import Signal

opening_asked = Signal()
"""Sent with ``round_`` (locked) once its opening is queued for a worker."""

round_cancelling = Signal()
"""Sent with ``round_`` (locked) before it is cancelled, and before that is asked for. Whoever
knows why it must not be raises a Refusal.
"""

published_countries_asked_for = Signal()
"""Sent with ``round_`` where other countries are to join its edition. Whoever knows answers with
the codes of the countries in the revision that is in force, as a frozenset, or with None.
"""

countries_set_up = Signal()
"""Sent with ``round_`` (locked or open), ``countries`` and ``by`` once their sheets are there, in
the transaction that makes them and before the round is open. Sent twice, it adds nothing.
"""

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

affiliation_began = Signal()
"""Sent with ``affiliation`` when it is said that somebody works for an organisation."""
