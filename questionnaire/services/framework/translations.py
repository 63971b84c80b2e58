"""Translate a framework's texts, and let translations follow the texts that they are of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import WrongState
from mipex_site.base.verdict import demand

from ...enums import FrameworkState, Role
from ...models import Framework, Translation
from ...rules import may_import_framework
from ...selectors.tree import checksum_of, framework_document
from ..remembering import save_as
from .differing import CHANGED, Change
from .documents import Document
from .history import address_of
from .refusing import StaleEntry
from .translating import readdressed, texts_of

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")

Words = Mapping[str, str]
"""Translated texts by their addresses."""


@transaction.atomic
def put_translations(
    *, framework: Framework, language: str, texts: Words, bases: Words, by: User
) -> Framework:
    """Save translations by address; an empty one removes it. BASES are the texts as read.

    Raises NotAllowed; WrongState if the framework is locked; StaleEntry, with the texts that
    stand now, where one of BASES no longer does; ValidationError on an unknown address or
    language.
    """
    demand(may_import_framework(by))
    framework = Framework.objects.select_for_update().get(pk=framework.pk)
    if framework.state == FrameworkState.LOCKED:
        raise WrongState(
            _("The framework %(framework)s is locked. Copy it as a new version to change it.")
            % {"framework": framework}
        )
    _demand_known(framework, language, texts)
    rows = {row.address: row for row in framework.translations.filter(language=language)}
    now = {address: rows[address].text if address in rows else "" for address in texts}
    changed = {address: text for address, text in texts.items() if text != now[address]}
    stale = {one: now[one] for one in changed if bases.get(one, "") != now[one]}
    if stale:
        raise StaleEntry(
            _(
                "Somebody changed a translation while you had it open. Nothing was saved. Both"
                " texts stand below."
            ),
            stale,
        )
    for address, text in changed.items():
        _save(framework, language, rows.get(address), address, text, by)
    if changed:
        old = {address: now[address] for address in changed}
        _record(framework, language, old, changed, by)
    return framework


def _demand_known(framework: Framework, language: str, texts: Words) -> None:
    if not LANGUAGE.fullmatch(language) or language == framework.language:
        raise ValidationError(
            _("“%(language)s” is no code of another language, such as fr.")
            % {"language": language}
        )
    known = {text.address for text in texts_of(framework_document(framework))}
    unknown = sorted(texts.keys() - known)
    if unknown:
        raise ValidationError(
            _("There is no text at: %(addresses)s.") % {"addresses": ", ".join(unknown)}
        )


def _save(
    framework: Framework,
    language: str,
    row: Translation | None,
    address: str,
    text: str,
    by: User,
) -> None:
    if not text:
        row.delete()
        return
    row = row or Translation(framework=framework, language=language, address=address)
    row.text = text
    save_as(row, by)


def _record(framework: Framework, language: str, old: Words, new: Words, by: User) -> None:
    entries.write(
        stream=f"framework/{framework.code}",
        act="framework.translate",
        subject=address_of(framework, "translations", language),
        by=by.pk,
        role=Role.COORDINATOR,
        old=dict(old),
        new=dict(new),
    )


def follow_texts(
    *, framework: Framework, changes: Iterable[Change], new: Document, by: User
) -> dict[str, str]:
    """Readdress the translations of moved options and remove those of texts that went.

    Returns what was removed, by language and address.
    """
    ways: dict[str, str] = {}
    for change in changes:
        if change.section == "indicators" and change.what == CHANGED:
            ways |= readdressed(change.old, change.new)
    known = {text.address for text in texts_of(new)}
    gone: dict[str, str] = {}
    for row in framework.translations.order_by("pk"):
        address = ways.get(row.address, row.address)
        if address not in known:
            gone[f"{row.language}/{row.address}"] = row.text
            row.delete()
        elif address != row.address:
            row.address = address
            save_as(row, by)
    return gone


def print_of_translations(framework: Framework) -> str:
    """Return a fingerprint of all translations of a framework."""
    rows = framework.translations.order_by("language", "address")
    return checksum_of(
        {"texts": [list(row) for row in rows.values_list("language", "address", "text")]}
    )


def translated(framework: Framework) -> dict[str, dict[str, str]]:
    """Return all translations by language and address."""
    found: dict[str, dict[str, str]] = {}
    rows = framework.translations.order_by("language", "pk")
    for language, address, text in rows.values_list("language", "address", "text"):
        found.setdefault(language, {})[address] = text
    return found
