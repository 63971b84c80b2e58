"""Translate a framework's texts, and let translations follow the texts that they are of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
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
from .translating import readdressed, texts_in, texts_of

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")

Words = Mapping[str, str]
"""Translated texts by their addresses."""


@transaction.atomic
def put_translations(
    *,
    framework: Framework,
    language: str,
    texts: Words,
    bases: Words,
    by: User,
    still_right: Collection[str] = (),
) -> Framework:
    """Save translations by address; an empty one removes it. BASES are the texts as read.

    One that is saved anew, or of which it is said that it is STILL_RIGHT, is up to date.

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
    _demand_known(framework, language, [*texts, *still_right])
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
    _confirm(framework, language, [rows[one] for one in still_right if one in rows], by)
    return framework


def _confirm(framework: Framework, language: str, rows: list[Translation], by: User) -> None:
    """Say of what is out of date, and was not saved anew, that it is right as it stands."""
    kept = [row for row in rows if row.outdated_on]
    for row in kept:
        _mark(row, made_of="", on=None)
        save_as(row, by)
    if kept:
        entries.write(
            stream=f"framework/{framework.code}",
            act="framework.confirm_translation",
            subject=address_of(framework, "translations", language),
            by=by.pk,
            role=Role.COORDINATOR,
            new={"addresses": sorted(row.address for row in kept)},
        )


def _demand_known(framework: Framework, language: str, addresses: Iterable[str]) -> None:
    if not LANGUAGE.fullmatch(language) or language == framework.language:
        raise ValidationError(
            _("“%(language)s” is no code of another language, such as fr.")
            % {"language": language}
        )
    known = {text.address for text in texts_of(framework_document(framework))}
    unknown = sorted(set(addresses) - known)
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
    _mark(row, made_of="", on=None)
    save_as(row, by)


def _mark(row: Translation, *, made_of: str, on: date | None) -> None:
    row.made_of, row.outdated_on = made_of, on


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

    Those of texts that are others now are marked: they are to be looked at again. Returns what
    was removed, by language and address.
    """
    ways: dict[str, str] = {}
    before: dict[str, str] = {}
    for change in changes:
        if change.what == CHANGED:
            before |= {text.address: text.base for text in texts_in(change.section, change.old)}
            if change.section == "indicators":
                ways |= readdressed(change.old, change.new)
    now = {text.address: text.base for text in texts_of(new)}
    gone: dict[str, str] = {}
    for row in framework.translations.order_by("pk"):
        address = ways.get(row.address, row.address)
        if address not in now:
            gone[f"{row.language}/{row.address}"] = row.text
            row.delete()
            continue
        is_marked = _follow(row, before.get(row.address), now[address])
        if is_marked or address != row.address:
            row.address = address
            save_as(row, by)
    return gone


def _follow(row: Translation, before: str | None, now: str) -> bool:
    """Mark a translation whose text was BEFORE and is another NOW; return whether that is new.

    A text that is again what was translated takes the mark away.
    """
    if before is None or before == now:
        return False
    made_of = row.made_of if row.outdated_on else before
    if made_of == now:
        _mark(row, made_of="", on=None)
    else:
        _mark(row, made_of=made_of, on=row.outdated_on or timezone.localdate())
    return True


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
