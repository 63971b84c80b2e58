"""Invitations, organisations and rights in and out of a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import fields, resources

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal
from mipex_site.base.verdict import demand

from ..enums import ConsortiumRole, OrganisationKind, Role
from ..models import Aggregate, Assignment, Country, Invitation, Organisation, Round
from ..rules import coordinates_the_portal, may_invite, may_keep_organisations
from ..services.assignments import assign
from ..services.invitations import Part, invite
from ..services.organisations import put_organisation

INVITATION_COLUMNS = (
    "name",
    "email",
    "organisation",
    "country",
    "strand",
    "role",
    "coding",
    "language",
)


class ByService(resources.ModelResource):
    """Rows that one service saves: what a page would refuse, a spreadsheet does not do either.

    A resource says who may (`demand_right`), what a row says in the service's terms (`read`,
    which raises ValidationError by column), and which service takes it (`save`).
    """

    demand_right: Callable[[], None]
    read: Callable[[Mapping[str, str]], dict[str, Any]]
    save: Callable[..., Any]

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Ask who imports before the first row is read."""
        self.by: User = kwargs["user"]
        self.demand_right()

    def import_instance(self, instance: Any, row: Mapping[str, str], **kwargs: Any) -> None:
        instance.said = self.read({key: str(value or "").strip() for key, value in row.items()})
        instance.is_known = self.is_known(instance)
        self.show(instance)

    def validate_instance(
        self,
        instance: Any,
        import_validation_errors: Any = None,
        validate_unique: bool = True,  # noqa: FBT001, FBT002 (as import-export calls it)
    ) -> None:
        """Say what could not be read; the rest is checked by the service."""
        if import_validation_errors:
            raise ValidationError(import_validation_errors)

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        return not import_validation_errors and instance.is_known

    def is_known(self, instance: Any) -> bool:
        """Whether the row says what is so already."""
        return False

    def show(self, instance: Any) -> None:
        """Put onto the instance what the admin compares with what was there."""

    def do_instance_save(self, instance: Any, is_create: bool) -> None:  # noqa: FBT001
        try:
            saved = self.save(**instance.said)
        except Refusal as refusal:
            raise ValidationError(refusal.reason) from refusal
        instance.pk = saved.pk


class InvitationResource(ByService):
    """A row invites somebody to a part of one round. Who was invited to it before is passed by."""

    class Meta:
        model = Invitation
        import_id_fields = ("email",)
        fields = INVITATION_COLUMNS
        use_transactions = True
        report_skipped = True
        skip_diff = True
        store_instance = True

    def __init__(self, *, round_: Round, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.round = round_

    def demand_right(self) -> None:
        demand(may_invite(self.by, self.round))

    def get_instance(self, instance_loader: Any, row: Any) -> None:
        """No row changes an invitation that is there."""

    def read(self, row: Mapping[str, str]) -> dict[str, Any]:
        return read_all(
            row,
            email=_email,
            name=lambda text: text,
            part=None,
            role=_role,
            country=lambda text: _country(text, self.round),
            strand=lambda text: _strand(text, self.round),
            coding=_coding,
            organisation=_organisation,
            language=lambda text: text.lower() or "en",
        )

    def is_known(self, instance: Invitation) -> bool:
        """Whether the address was invited to this part before, whatever came of it."""
        said = instance.said
        known = Invitation.objects.filter(
            round_id=self.round.pk,
            email=said["email"],
            role=said["role"],
            country=said["country"],
            strand=said["strand"],
        )
        coding = said["coding"] or (1 if said["role"] == Role.EXPERT else None)
        instance.earlier = known.filter(coding=coding).order_by("-pk").first()
        return instance.earlier is not None

    def save(self, **said: Any) -> Invitation:
        part = Part(
            said.pop("role"), *(said.pop(one) for one in ("country", "strand", "coding"))
        )
        return invite(round_=self.round, part=part, by=self.by, **said)


class OrganisationResource(ByService):
    """Organisations by their code."""

    country = fields.Field(attribute="country__code", column_name="country")

    class Meta:
        model = Organisation
        import_id_fields = ("code",)
        fields = ("code", "name", "country", "kind", "consortium_role")
        export_order = fields
        use_transactions = True
        report_skipped = True

    def demand_right(self) -> None:
        demand(may_keep_organisations(self.by))

    def read(self, row: Mapping[str, str]) -> dict[str, Any]:
        return read_all(
            row,
            code=lambda text: text.lower(),
            name=lambda text: text,
            country=_country,
            kind=lambda text: _choice(text, OrganisationKind),
            consortium_role=lambda text: _choice(text, ConsortiumRole) if text else "",
        )

    def is_known(self, instance: Organisation) -> bool:
        said = instance.said
        return bool(instance.pk) and all(
            getattr(instance, name) == value for name, value in said.items()
        )

    def show(self, instance: Organisation) -> None:
        for name, value in instance.said.items():
            setattr(instance, name, value)

    def save(self, **said: Any) -> Organisation:
        return put_organisation(by=self.by, **said)


class AssignmentResource(ByService):
    """Rights of people who have an account, by their address; others are invited.

    What goes out has the pseudonym and not the person: a list of both would unblind a round.
    """

    round = fields.Field(attribute="round__code", column_name="round")
    country = fields.Field(attribute="country__code", column_name="country")
    strand = fields.Field(attribute="strand__code", column_name="strand")

    class Meta:
        model = Assignment
        import_id_fields = ("email", "role")
        fields = ("pseudonym", "role", "round", "country", "strand", "coding", "ended_at")
        export_order = fields
        use_transactions = True
        report_skipped = True
        skip_diff = True

    def _check_import_id_fields(self, headers: Any) -> None:
        missing = {"email", "role", "round"} - set(headers or ())
        if missing:
            names = ", ".join(sorted(missing))
            raise ValidationError(_("A column is missing: %(columns)s.") % {"columns": names})

    def demand_right(self) -> None:
        if not coordinates_the_portal(self.by):
            raise Refusal(
                _("Only a coordinator of the whole portal gives rights here. Ask one.")
            )

    def get_instance(self, instance_loader: Any, row: Any) -> None:
        """No row changes a right that is there."""

    def read(self, row: Mapping[str, str]) -> dict[str, Any]:
        round_ = Round.objects.filter(code=row.get("round", "")).first()
        if round_ is None:
            raise ValidationError({"round": _("There is no round with this code.")})
        said = read_all(
            row,
            email=_person,
            role=_role,
            country=lambda text: _country(text, round_),
            strand=lambda text: _strand(text, round_),
            coding=_coding,
        )
        return {"person": said.pop("email"), "round_": round_} | said

    def is_known(self, instance: Assignment) -> bool:
        said = dict(instance.said)
        if said["role"] == Role.EXPERT:
            said["coding"] = said["coding"] or 1
        said["round"] = said.pop("round_")
        return Assignment.objects.running().filter(**said).exists()

    def save(self, **said: Any) -> Assignment:
        return assign(by=self.by, **said)


# --- Cells ----------------------------------------------------------------------------------


def read_all(row: Mapping[str, str], **readers: Any) -> dict[str, Any]:
    """Return every column as its reader understands it. Raises ValidationError with all faults."""
    said, faults = {}, {}
    for name, reader in readers.items():
        if reader is None:
            continue
        try:
            said[name] = reader(row.get(name, ""))
        except ValidationError as error:
            faults[name] = error
    if faults:
        raise ValidationError(faults)
    return said


def _choice(text: str, kind: Any) -> str:
    for value, label in kind.choices:
        if text.casefold() in {value.casefold(), str(label).casefold()}:
            return value
    known = ", ".join(kind.values)
    raise ValidationError(
        _("“%(text)s” is none of these: %(known)s.") % {"text": text[:60], "known": known}
    )


def _role(text: str) -> str:
    return _choice(text, Role)


def _email(text: str) -> str:
    return text.lower()


def _person(text: str) -> User:
    person = User.objects.filter(email=text.lower(), is_active=True).first()
    if person is None:
        raise ValidationError(_("Nobody signs in with this address. Invite the person."))
    return person


def _country(text: str, round_: Round | None = None) -> Country | None:
    if not text:
        return None
    known = Country.objects.filter(code=text.upper()) | Country.objects.filter(
        name__iexact=text
    )
    country = known.first()
    if country is None:
        raise ValidationError(
            _("There is no country with the code “%(code)s”.") % {"code": text[:60]}
        )
    return country


def _strand(text: str, round_: Round) -> Aggregate | None:
    if not text:
        return None
    strands = Aggregate.objects.filter(framework_id=round_.framework_id, kind="strand")
    strand = strands.filter(code=text).first()
    if strand is None:
        raise ValidationError(
            _("There is no strand with the code “%(code)s”.") % {"code": text[:60]}
        )
    return strand


def _coding(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= MOST_CODINGS:
        raise ValidationError(_("Write the number of the coding, such as 1 or 2."))
    return int(text)


MOST_CODINGS = 9


def _organisation(text: str) -> Organisation | None:
    if not text:
        return None
    known = Organisation.objects.filter(code=text.lower())
    found = (known | Organisation.objects.filter(name__iexact=text)).first()
    if found is None:
        raise ValidationError(
            _("There is no organisation “%(name)s”. Add it first.") % {"name": text[:60]}
        )
    return found
