"""Where a table is: its address, and the way back up."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.models import Round


def address_of(round_: Round | None, slug: str = "", act: str = "") -> str:
    """Return the address of a table, or of the list of them; ACT is what is done there."""
    name = "-".join(["exchange", *(["round"] if round_ else []), *(["table"] if slug else [])])
    name += f"-{act}" if act else ""
    args = [*([round_.code] if round_ else []), *([slug] if slug else [])]
    return reverse(f"desk:{name}", args=args)


def crumbs_of(round_: Round | None, *, below: bool = False) -> list[dict[str, str]]:
    """Return the steps above the list of tables, or with BELOW those above one table."""
    steps = [{"title": _("My work"), "url": reverse("desk:work")}]
    if below:
        words = _("Import and export")
        if round_:
            words = _("Import and export of %(round)s") % {"round": round_}
        steps.append({"title": words, "url": address_of(round_)})
    return steps
