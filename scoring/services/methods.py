"""Load a method from its file, and close it to edits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import Role
from questionnaire.services.remembering import save_as

from .. import rules
from ..engine import method as engine
from ..engine.canonical import canonical, fingerprint
from ..engine.method_shape import check_shape
from ..engine.versions import Version
from ..enums import MethodState
from ..models import Method
from .method_versions import demand_version

NAMED = ("code", "version", "title")
OWN = Path(settings.BASE_DIR) / "data" / "mipex" / "method.yaml"
"""The method that comes with the portal: that of MIPEX."""


def load_method(*, path: Path, by: User) -> Method:
    """Load the method in the YAML file at PATH: see take_method."""
    demand(rules.may_load_method(by))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _no_method(path.name, error) from error
    return take_method(content=content, name=path.name, by=by)


@transaction.atomic
def take_method(*, content: bytes, name: str, by: User) -> Method:
    """Take the method in the CONTENT of a YAML file; a draft of the same version is replaced.

    NAME is what its owner calls the file. The same content again changes nothing. Raises
    NotAllowed, Refusal if the file is no method, or WrongState if this version is locked with
    another content.
    """
    demand(rules.may_load_method(by))
    block = read_method(content=content, name=name)
    known = Method.objects.select_for_update()
    method = known.filter(code=block["code"], version=block["version"]).first()
    if method and method.settings == block:
        return method
    if method and method.state == MethodState.LOCKED:
        raise WrongState(
            _("%(method)s is locked. Give the changed method a new version.")
            % {"method": method}
        )
    old = method.settings if method else None
    method = method or Method(code=block["code"], version=block["version"])
    method.title, method.rank_on, method.settings = block["title"], block["rank_on"], block
    method.full_clean()
    save_as(method, by)
    _record(method, act="method.load", by=by, old=old, new=block)
    return method


@transaction.atomic
def lock_method(*, method: Method, by: User) -> Method:
    """Close the method to edits, for good. Locking it again changes nothing.

    Raises NotAllowed, or WrongState where its version does not rise, over the highest one locked
    under its code, by as much as its changes demand.
    """
    # All of the code are held, so that of two drafts the second one sees the first.
    rows = Method.objects.select_for_update().filter(code=method.code).order_by("pk")
    method = next(row for row in rows if row.pk == method.pk)
    demand(rules.may_load_method(by))
    if method.state == MethodState.LOCKED:
        return method
    demand_version(method)
    method.state = MethodState.LOCKED
    method.checksum = fingerprint(method.settings)
    save_as(method, by, fields=["state", "checksum", "updated_at"])
    _record(method, act="method.lock", by=by, new={"checksum": method.checksum})
    return method


def read_method(*, content: bytes, name: str) -> dict[str, Any]:
    """Return what a file says, checked by the engine that will compute with it. Keep nothing.

    Raises Refusal, which names the file as its owner calls it.
    """
    try:
        block = yaml.safe_load(content.decode("utf-8"))
        if not isinstance(block, dict):
            raise ValueError(_("it is no list of keys and values"))
        check_block(block)
    except (ValueError, yaml.YAMLError) as error:
        raise _no_method(name, error) from error
    return block


def check_block(block: dict[str, Any]) -> None:
    """Raise ValueError where a block is no method, or cannot be hashed."""
    missing = [key for key in NAMED if key not in block]
    if missing:
        raise ValueError(_("it lacks the texts %(keys)s") % {"keys": ", ".join(missing)})
    others = [key for key in NAMED if not isinstance(block[key], str)]
    if others:
        words = _("%(keys)s must be text: write it in quotes")
        raise ValueError(words % {"keys": ", ".join(others)})
    # What YAML has and no record keeps exactly, such as a date or 0.5.
    canonical(block)
    check_shape(block)
    Version.parse(block["version"])
    engine.Method.from_block(block)


def _no_method(name: str, error: Exception) -> Refusal:
    words = _("%(file)s is no method: %(reason)s.")
    return Refusal(words % {"file": name, "reason": error})


def _record(method: Method, *, act: str, by: User, **values: Any) -> None:
    entries.write(
        stream=f"method/{method.code}",
        act=act,
        subject=f"method/{method.code}/{method.version}",
        by=by.pk,
        role=Role.COORDINATOR,
        **values,
    )
