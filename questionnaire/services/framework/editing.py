"""Change a draft of a framework: every edit, in a form or by a file, comes through here.

The framework's row is locked first, then the document is read, changed as a whole, looked at,
and its differences are written. Each changed entry leaves one act with the values before and
after.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import WrongState
from mipex_site.base.verdict import demand

from ...enums import FrameworkState, Role
from ...models import Framework
from ...rules import may_import_framework
from ...selectors.tree import checksum_of, framework_document
from .checking import faults_of_draft
from .differing import ADDED, CHANGED, MOVED, REMOVED, Change, changes_between
from .documents import (
    HEAD,
    Document,
    Entry,
    entries_of,
    entry_of,
    moved,
    print_of,
    put,
    removed,
)
from .history import address_of
from .once import demand_codes_are_new
from .refusing import StaleEntry, Unfit
from .rows import write_changes
from .shape import Fault, completed, completed_entry, faults_of_entry
from .translations import follow_texts

ACTS = {
    ADDED: "framework.add",
    REMOVED: "framework.remove",
    CHANGED: "framework.change",
    MOVED: "framework.order",
}


@transaction.atomic
def put_entry(
    *, framework: Framework, section: str, entry: dict[str, Any], base: str, by: User
) -> Framework:
    """Add an entry to a draft or change one; BASE is the print it was read with, or empty.

    Raises NotAllowed; WrongState if the framework is locked; StaleEntry if the entry is not
    what BASE says; Unfit, by the entry's keys, with everything that is wrong with it.
    """
    framework, old = _begin(framework, by)
    if section == HEAD:
        entry = old[HEAD] | entry | {name: old[HEAD][name] for name in ("code", "version")}
    code = str(entry.get("code") or "")
    _demand_fresh(entry_of(old, section, code), base, is_new=not base)
    faults = list(faults_of_entry(section, entry))
    if faults:
        raise _unfit_entry(faults)
    new = put(old, section, completed_entry(section, entry))
    at = [each["code"] for each in entries_of(new, section)].index(code)
    found = faults_of_draft(new)
    inside = len(_prefix(section, at))
    own = [
        (address[inside:], words)
        for address, words in found
        if address[:inside] == _prefix(section, at)
    ]
    if found:
        raise _unfit_entry(own or found)
    return _write(framework, old, new, by)


@transaction.atomic
def remove_entry(
    *, framework: Framework, section: str, code: str, base: str, by: User
) -> Framework:
    """Take an entry out of a draft, with what documents.what_goes says goes with it.

    Raises NotAllowed, WrongState and StaleEntry as put_entry; WrongState also where a right of
    somebody, or a round, names what would go.
    """
    framework, old = _begin(framework, by)
    _demand_fresh(entry_of(old, section, code), base, is_new=False)
    return _write(framework, old, removed(old, section, code), by)


@transaction.atomic
def move_entry(
    *, framework: Framework, section: str, code: str, later: bool, by: User
) -> Framework:
    """Let an entry change places with the neighbour before it, or behind it where LATER."""
    framework, old = _begin(framework, by)
    _demand_fresh(entry_of(old, section, code), "", is_new=False, compares=False)
    return _write(framework, old, moved(old, section, code, later=later), by)


@transaction.atomic
def replace_document(
    *, framework: Framework, data: dict[str, Any], base: str, by: User
) -> Framework:
    """Make a draft what the checked document DATA says; BASE is the checksum it was compared with.

    Code and version stay. Raises NotAllowed; WrongState if it is locked; StaleEntry if anything
    changed after the comparison; Unfit with every fault.
    """
    framework, old = _begin(framework, by)
    if checksum_of(old) != base:
        raise StaleEntry(
            _("Somebody changed the framework after this was compared. Compare it again."), None
        )
    found = faults_of_draft(data)
    if found:
        raise Unfit(found, [str(words) for _address, words in found])
    named = {name: old[HEAD][name] for name in ("code", "version")}
    new = completed(data)
    return _write(framework, old, new | {HEAD: new[HEAD] | named}, by)


def _begin(framework: Framework, by: User) -> tuple[Framework, Document]:
    demand(may_import_framework(by))
    framework = Framework.objects.select_for_update().get(pk=framework.pk)
    if framework.state == FrameworkState.LOCKED:
        raise WrongState(
            _("The framework %(framework)s is locked. Copy it as a new version to change it.")
            % {"framework": framework}
        )
    return framework, framework_document(framework)


def _demand_fresh(
    current: Entry | None, base: str, *, is_new: bool, compares: bool = True
) -> None:
    if is_new and current is not None:
        words = _("The code “%(code)s” is used already.") % {"code": current["code"]}
        raise Unfit([(("code",), words)], {"code": [words]})
    if not is_new and current is None:
        raise StaleEntry(_("Somebody removed this while you had it open."), None)
    if not is_new and compares and print_of(current) != base:
        raise StaleEntry(
            _(
                "Somebody changed this while you had it open. Nothing was saved. Both texts"
                " stand below."
            ),
            current,
        )


def _prefix(section: str, at: int) -> tuple[str | int, ...]:
    return (section,) if section == HEAD else (section, at)


def _unfit_entry(faults: Iterable[Fault]) -> Unfit:
    """Sort the faults by the key of the entry that they stand under."""
    listed = list(faults)
    messages: dict[str, list[str]] = {}
    for address, words in listed:
        key = str(address[0]) if address else "__all__"
        messages.setdefault(key, []).append(str(words))
    return Unfit(listed, messages)


def _write(framework: Framework, old: Document, new: Document, by: User) -> Framework:
    """Write what differs, let the translations follow, and record each changed entry."""
    changes = changes_between(old, new)
    if not changes:
        return framework
    demand_codes_are_new(framework, changes)
    write_changes(framework=framework, changes=changes, new=new, by=by)
    gone = follow_texts(framework=framework, changes=changes, new=new, by=by)
    acts = [_act(framework, change) for change in changes]
    if gone:
        subject = address_of(framework, "translations")
        acts.append({"act": "framework.translate", "subject": subject, "old": gone, "new": {}})
    entries.write_all(
        stream=f"framework/{framework.code}", acts=acts, by=by.pk, role=Role.COORDINATOR
    )
    return framework


def _act(framework: Framework, change: Change) -> dict[str, Any]:
    """Return the act of one change; of a changed entry only the keys that differ."""
    kept = change.keys if change.what == CHANGED else None
    values = {
        name: {key: each[key] for key in kept if key in each} if kept and each else each
        for name, each in (("old", change.old), ("new", change.new))
    }
    subject = address_of(framework, change.section, change.code)
    return {"act": ACTS[change.what], "subject": subject} | values
