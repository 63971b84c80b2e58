"""Drafts of a small framework, loaded from the good file of test_framework_file.py."""

from mipex_site.audit.models import AuditEntry
from questionnaire.selectors.tree import framework_document
from questionnaire.services.framework import import_framework, lock_framework
from questionnaire.services.framework.copying import copy_framework
from questionnaire.services.framework.documents import entry_of, print_of
from questionnaire.services.framework.editing import put_entry
from tests.factories.questionnaire import head_coordinator

from .test_framework_file import GOOD


def draft(tmp_path, *, by=None):
    """Load the good file as a draft; return it and a coordinator of the portal."""
    by = by or head_coordinator()
    path = tmp_path / "framework.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return import_framework(path=path, by=by), by


def next_version(tmp_path):
    """Lock the good file's framework and copy it as version 2."""
    first, by = draft(tmp_path)
    locked = lock_framework(framework=first, by=by)
    return copy_framework(framework=locked, version="2", by=by), by


def document_of(framework):
    framework.refresh_from_db()
    return framework_document(framework)


def entry(framework, section, code):
    return entry_of(document_of(framework), section, code)


def change(framework, section, code, *, by, **values):
    """Save an entry with other values, begun on what stands now."""
    old = entry(framework, section, code)
    return put_entry(
        framework=framework, section=section, entry=old | values, base=print_of(old), by=by
    )


def last(framework):
    """Return the last act on a framework."""
    rows = AuditEntry.objects.filter(stream=f"framework/{framework.code}")
    return rows.order_by("number").last()
