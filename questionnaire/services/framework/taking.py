"""Take a whole framework from outside: into the draft of its version, or as a new one."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.verdict import demand

from ...enums import Role
from ...models import Framework
from ...rules import may_import_framework
from ...selectors.tree import checksum_of, framework_document
from ..remembering import save_as
from .checking import faults_of_draft
from .differing import ADDED, Change
from .documents import HEAD, LISTS, Document, entries_of
from .editing import replace_document
from .history import address_of
from .loading import fill
from .once import demand_codes_are_new
from .refusing import StaleEntry, Unfit
from .shape import completed
from .translations import print_of_translations, put_translations

Translated = dict[str, dict[str, str]]
"""Texts by language and address."""


def version_in_place(data: Document) -> Framework | None:
    """Return the framework whose code and version a document has, or None."""
    named = {name: data[HEAD][name] for name in ("code", "version")}
    return Framework.objects.filter(**named).first()


def print_of_version(framework: Framework | None) -> str:
    """Return a fingerprint of all that a file could change; empty for what is not there."""
    if framework is None:
        return ""
    document = checksum_of(framework_document(framework))
    return checksum_of({"document": document, "texts": print_of_translations(framework)})


@transaction.atomic
def take_framework(
    *, data: Document, translations: Translated | None, base: str, by: User
) -> Framework:
    """Make a draft what DATA and TRANSLATIONS say; BASE is what they were compared with.

    None for the translations leaves them as they are. Raises NotAllowed; WrongState if the
    version is locked; StaleEntry if it changed since; Unfit with every fault.
    """
    demand(may_import_framework(by))
    found = version_in_place(data)
    if found is not None:
        found = Framework.objects.select_for_update().get(pk=found.pk)
    if print_of_version(found) != base:
        raise StaleEntry(
            _(
                "Somebody changed the framework after this was compared. Look at the file again."
            ),
            None,
        )
    if found is None:
        framework = _add(data, by)
    else:
        now = checksum_of(framework_document(found))
        framework = replace_document(framework=found, data=data, base=now, by=by)
    for language, texts in (translations or {}).items():
        _translate(framework, language, texts, by)
    return framework


def _add(data: Document, by: User) -> Framework:
    faults = faults_of_draft(data)
    if faults:
        raise Unfit(faults, [str(words) for _address, words in faults])
    data = completed(data)
    framework = Framework(**data[HEAD])
    demand_codes_are_new(
        framework,
        [
            Change(section, entry["code"], ADDED, new=entry)
            for section in LISTS
            for entry in entries_of(data, section)
        ],
    )
    save_as(framework, by)
    fill(framework, data)
    entries.write(
        stream=f"framework/{framework.code}",
        act="framework.import",
        subject=address_of(framework),
        by=by.pk,
        role=Role.COORDINATOR,
        new={"checksum": checksum_of(framework_document(framework))},
    )
    return framework


def _translate(framework: Framework, language: str, texts: dict[str, Any], by: User) -> None:
    """Make the translations of one language TEXTS; what is not among them goes."""
    rows = framework.translations.filter(language=language)
    now = dict(rows.values_list("address", "text"))
    wanted = dict.fromkeys(now, "") | texts
    put_translations(framework=framework, language=language, texts=wanted, bases=now, by=by)
