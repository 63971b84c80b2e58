"""Close a framework to edits, for good."""

from __future__ import annotations

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
from ..remembering import save_as
from .checking import faults_of
from .refusing import Unready


@transaction.atomic
def lock_framework(*, framework: Framework, by: User) -> Framework:
    """Lock a draft and write down the checksum of its document, by which editions name it.

    Raises NotAllowed; WrongState if it is locked already; Unready with everything that is
    still wrong with it.
    """
    demand(may_import_framework(by))
    framework = Framework.objects.select_for_update().get(pk=framework.pk)
    if framework.state == FrameworkState.LOCKED:
        raise WrongState(
            _("The framework %(framework)s is already locked.") % {"framework": framework}
        )
    document = framework_document(framework)
    faults = [str(words) for _address, words in faults_of(document)]
    if faults:
        raise Unready(faults)
    framework.state = FrameworkState.LOCKED
    framework.checksum = checksum_of(document)
    save_as(framework, by)
    entries.write(
        stream=f"framework/{framework.code}",
        act="framework.lock",
        subject=f"framework/{framework.code}/{framework.version}",
        by=by.pk,
        role=Role.COORDINATOR,
        new={"state": framework.state, "checksum": framework.checksum},
    )
    return framework
