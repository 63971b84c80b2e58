"""What is known of a source's link, in a badge's code and words."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..enums import LinkState
from ..models import LinkCheck

REASONS = {
    "timeout": gettext_lazy("it did not answer in time"),
    "address": gettext_lazy("its address is not one of the open internet"),
    "name": gettext_lazy("nobody knows its name"),
    "certificate": gettext_lazy("its certificate is not trusted"),
    "redirects": gettext_lazy("it leads in a circle"),
    "scheme": gettext_lazy("it leads to something that is not a web page"),
    "connection": gettext_lazy("no connection was made"),
}


def words_of_link(check: LinkCheck | None) -> tuple[str, str]:
    """Return the code of a badge and words about a link; two empty texts for none."""
    if check is None or check.checked_at is None:
        return "", ""
    day = date_format(localdate(check.checked_at), "j F Y")
    if check.state == LinkState.DEAD:
        words = _("The link did not answer on %(day)s: %(reason)s")
        return "warning", words % {"day": day, "reason": reason_of(check.error)}
    if check.state == LinkState.ALIVE:
        return "passed", _("The link answered on %(day)s") % {"day": day}
    return "", ""


def reason_of(error: str) -> str:
    """Return why a link did not answer. ERROR is a code of REASONS, or a status such as 404."""
    if error.isdecimal():
        return _("the site said %(status)s") % {"status": error}
    return str(REASONS.get(error, REASONS["connection"]))
