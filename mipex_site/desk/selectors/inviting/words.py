"""The states of an invitation in words, and the badge that goes with each."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from questionnaire.selectors import people as states

STATE_WORDS = {
    states.UNCONFIRMED: _("To be confirmed"),
    states.SENT: _("Sent, not opened"),
    states.OPENED: _("Opened, not answered"),
    states.ACCEPTED: _("Accepted"),
    states.DECLINED: _("Declined"),
    states.WITHDRAWN: _("Withdrawn"),
    states.EXPIRED: _("Link is over"),
}
BADGES = {
    states.UNCONFIRMED: "warning",
    states.SENT: "waiting",
    states.OPENED: "open",
    states.ACCEPTED: "done",
    states.DECLINED: "returned",
    states.WITHDRAWN: "cancelled",
    states.EXPIRED: "late",
}
