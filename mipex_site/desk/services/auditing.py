"""Taking a copy of the audit is an act of the audit."""

from __future__ import annotations

from django.db import transaction

from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries


@transaction.atomic
def note_export(*, stream: str, kind: str, asked: dict[str, str], by: User) -> AuditEntry:
    """Write down who takes a copy, as which KIND of file, of which filter."""
    new = {"kind": kind, "filter": asked}
    return entries.write(
        stream=stream, act="audit.export", subject=f"audit/{stream}", by=by.pk, new=new
    )
