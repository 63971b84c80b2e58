"""What every page of a framework begins with: who may open it, and the way back up."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import demand
from questionnaire.models import Framework

from ...rules import may_see_frameworks
from ...selectors.frameworks import words


def demand_open(user: User) -> None:
    demand(may_see_frameworks(user))


def open_framework(pk: int, user: User) -> Framework:
    """Return the framework of that key. Raises NotAllowed, or Http404."""
    demand_open(user)
    return get_object_or_404(Framework.objects.select_related("copied_from"), pk=pk)


def demand_section(kind: str) -> None:
    """Raise Http404 where there is no such section."""
    if kind not in words.SECTIONS:
        raise Http404


def crumbs(
    framework: Framework | None = None, *, with_list: bool = False
) -> list[dict[str, str]]:
    """Return the steps above a page: the list, and the framework where it is given."""
    steps = [{"title": _("My work"), "url": reverse("desk:work")}]
    if with_list:
        steps.append({"title": _("Frameworks"), "url": reverse("desk:frameworks")})
    if framework:
        address = reverse("desk:framework", args=[framework.pk])
        steps.append({"title": str(framework), "url": address})
    return steps
