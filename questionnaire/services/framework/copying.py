"""Begin a new version of a framework from the one before."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.verdict import demand

from ...enums import Relation, Role
from ...models import Framework, Translation
from ...rules import may_import_framework
from ...selectors.tree import framework_document
from ..remembering import add_all_as, save_as
from .documents import HEAD
from .history import address_of
from .loading import fill
from .shape import faults_of_entry

OF_A_TRANSLATION = ("language", "address", "text", "made_of", "outdated_on")


@transaction.atomic
def copy_framework(*, framework: Framework, version: str, by: User) -> Framework:
    """Return a new draft with everything of FRAMEWORK, its translations too.

    Each question is identical to its forerunner, the question of the same code. Raises
    NotAllowed, or ValidationError on a version that is empty, too long, or taken.
    """
    demand(may_import_framework(by))
    framework = Framework.objects.select_for_update().get(pk=framework.pk)
    version = version.strip()
    document = framework_document(framework)
    head = document[HEAD] | {"version": version}
    faults = [str(words) for _address, words in faults_of_entry(HEAD, head)]
    if Framework.objects.filter(code=framework.code, version=version).exists():
        faults.append(_("There is a version %(version)s already.") % {"version": version})
    if faults:
        raise ValidationError({"version": faults})
    copy = Framework(**head, copied_from=framework)
    save_as(copy, by)
    asked = [
        entry | {"relation": Relation.IDENTICAL.value, "forerunners": [entry["code"]]}
        for entry in document["indicators"]
    ]
    fill(copy, document | {"indicators": asked})
    values = framework.translations.order_by("pk").values(*OF_A_TRANSLATION)
    add_all_as([Translation(framework=copy, **said) for said in values], by)
    entries.write(
        stream=f"framework/{copy.code}",
        act="framework.copy",
        subject=address_of(copy),
        by=by.pk,
        role=Role.COORDINATOR,
        old={"version": framework.version},
        new={"version": copy.version},
    )
    return copy
