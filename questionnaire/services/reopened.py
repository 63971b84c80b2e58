"""A sheet that was open again until a moment: what is let go when that ends."""

from __future__ import annotations

from mipex_site.accounts.models import User

from ..enums import RequestState
from ..models import Assessment, ChangeRequest
from ..rules import requests_of_this_return
from .remembering import save_as


def end_window(*, sheet: Assessment, by: User) -> None:
    """Let go of what was asked and not answered in a reopening; the caller saves the sheet.

    The sheet must be locked. Nothing is done to one that was returned, or never came back. What
    was maintained in an earlier return is maintained again; the history keeps what goes.
    """
    if sheet.open_until is None:
        return
    for request in requests_of_this_return(sheet).filter(state=RequestState.OPEN):
        if request.reply:
            request.state = RequestState.MAINTAINED
            save_as(request, by)
        else:
            _drop(request, by)
    sheet.open_until = None


def _drop(request: ChangeRequest, by: User) -> None:
    request._history_user = by  # noqa: SLF001 (the name by which simple-history asks)
    request.delete()
