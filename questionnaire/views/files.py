"""The files of sources: read by who may, added and removed by who answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from mipex_site.base.forms import attempt

from ..enums import FileKind
from ..forms.sources import FileForm
from ..models import SourceFile
from ..rules import is_of_the_owners_side, may_read_file
from ..selectors.files import name_of, place_among
from ..services.files import attach_file, remove_file
from .places import address, open_sheet
from .sources import show_source, source_at

TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
}


@require_safe
@never_cache
def read(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Serve a file to be stored, never to be shown: nothing in it runs on the portal's pages.

    Who may not read it learns nothing, not even that it is there.
    """
    rows = SourceFile.objects.select_related("source__round")
    file = get_object_or_404(rows, key=key, removed_at=None)
    if not may_read_file(request.user, file):
        raise Http404
    is_own = is_of_the_owners_side(request.user, file.source)
    try:
        content = file.stored.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content,
        as_attachment=True,
        filename=name_of(file, place_among(file), is_own=is_own),
        content_type=TYPES[FileKind(file.kind)],
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_POST
@never_cache
def attach(request: HttpRequest, key: UUID, **codes: Any) -> HttpResponse:
    """Add a file to a source."""
    sheet = open_sheet(request, **codes)
    source = source_at(sheet, key)
    form = FileForm(request.POST, request.FILES)
    known = {"source": source, "sheet": sheet, "by": request.user}
    if not attempt(form, lambda file, **more: attach_file(upload=file, **more), **known):
        return show_source(request, sheet, source, file_form=form)
    messages.success(
        request, _("The file is added. Author, place and date were removed from it.")
    )
    return redirect(address(sheet, "source-edit", key) + "#files")


@require_POST
@never_cache
def remove(request: HttpRequest, key: UUID, file: UUID, **codes: Any) -> HttpResponse:
    """Take a file away from a source."""
    sheet = open_sheet(request, **codes)
    rows = SourceFile.objects.filter(source=source_at(sheet, key), removed_at=None)
    remove_file(file=get_object_or_404(rows, key=file), sheet=sheet, by=request.user)
    messages.success(request, _("The file is removed."))
    return redirect(address(sheet, "source-edit", key) + "#files")
