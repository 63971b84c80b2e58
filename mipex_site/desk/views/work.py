"""My work: the page after signing in."""

from __future__ import annotations

from django.contrib.humanize.templatetags.humanize import apnumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mipex_site.base.templatetags.house import zone_words

from ..selectors.mail.alarm import alarm_for
from ..selectors.navigation import nearest
from ..selectors.work import work_page


@require_GET
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show what needs this person, worst first."""
    data = work_page(request.user)
    if data.run:
        # The frame would read the same rounds again to lead there.
        request.round_at_hand = nearest(data.run)
    now = timezone.localtime()
    context = {
        "page": data,
        "heading": _heading(len(data.items)),
        "lines": [(item, item.due - now if item.due else None) for item in data.items],
        "zone": zone_words(now),
    }
    context |= alarm_for(request.user, data.run)
    if data.rounds:
        context["demonstration"] = data.is_demonstration
    return render(request, "desk/work.html", context)


def _heading(number: int) -> str:
    if not number:
        return _("My work")
    words = ngettext("%(n)s thing needs you", "%(n)s things need you", number)
    return capfirst(words % {"n": apnumber(number)})
