"""Invitations, organisations and rights in and out of a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from import_export import fields

from mipex_site.base.errors import Refusal
from mipex_site.base.verdict import demand

from ..enums import ConsortiumRole, OrganisationKind, Role
from ..models import Assignment, Invitation, Organisation, Round
from ..rules import coordinates_the_portal, may_invite, may_keep_organisations
from ..selectors.exchange import without_tied
from ..services.assignments import assign
from ..services.invitations import Part, invite
from ..services.organisations import put_organisation
from .base import ByService, Texts, read_all
from .cells import (
    choice_of,
    coding_of,
    country_of,
    email_of,
    organisation_of,
    person_of,
    role_of,
    round_of,
    strand_of,
)

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


class InvitationResource(ByService):
    """A row invites somebody to a part of one round. Who was invited to it before is passed by."""

    class Meta:
        model = Invitation
        import_id_fields = ("email",)
        fields = INVITATION_COLUMNS

    def __init__(self, *, round_: Round, **kwargs: Any) -> None:
        super().__init__(round_=round_, **kwargs)

    def demand_right(self) -> None:
        demand(may_invite(self.by, self.round))

    def get_instance(self, instance_loader: Any, row: Any) -> None:
        """No row changes an invitation that is there."""

    def read(self, row: Texts) -> dict[str, Any]:
        return read_all(
            row,
            email=email_of,
            name=lambda text: text,
            part=None,
            role=role_of,
            country=lambda text: country_of(text, self.round),
            strand=lambda text: strand_of(text, self.round),
            coding=coding_of,
            organisation=organisation_of,
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

    def demand_right(self) -> None:
        demand(may_keep_organisations(self.by))

    def prepare(self, dataset: Any) -> None:
        held = Organisation.objects.select_for_update(of=("self",), no_key=True)
        rows = held.select_related("country").order_by("pk")
        self.standing = {one.code: one for one in rows}

    def get_instance(self, instance_loader: Any, row: Any) -> Organisation | None:
        return self.standing.get(str(row.get("code") or "").strip().lower())

    def identity_of(self, texts: Texts) -> tuple[str, ...]:
        return (texts.get("code", "").lower(),)

    def read(self, row: Texts) -> dict[str, Any]:
        return read_all(
            row,
            code=lambda text: text.lower(),
            name=str,
            country=country_of,
            kind=lambda text: choice_of(text, OrganisationKind),
            consortium_role=lambda text: choice_of(text, ConsortiumRole) if text else "",
        )

    def show(self, instance: Organisation) -> None:
        for name, value in instance.said.items():
            setattr(instance, name, value)

    def becomes(self, instance: Organisation, texts: Texts) -> Texts:
        return self.texts_of(instance)

    def save(self, **said: Any) -> Organisation:
        return put_organisation(by=self.by, **said)


class AssignmentResource(ByService):
    """Rights of people who have an account, by their address; others are invited.

    What goes out has the pseudonym and not the person: a list of both would unblind a round.
    """

    empty = ("email", "role", "round", "country", "strand", "coding")
    optional = empty[2:]
    round = fields.Field(attribute="round__code", column_name="round")
    country = fields.Field(attribute="country__code", column_name="country")
    strand = fields.Field(attribute="strand__code", column_name="strand")

    class Meta:
        model = Assignment
        import_id_fields = ("email", "role")
        fields = ("pseudonym", "role", "round", "country", "strand", "coding", "ended_at")
        export_order = fields

    def _check_import_id_fields(self, headers: Any) -> None:
        always = {"email", "role"} if self.round else {"email", "role", "round"}
        missing = always - set(headers or ())
        if missing:
            names = ", ".join(sorted(missing))
            raise ValidationError(_("A column is missing: %(columns)s.") % {"columns": names})

    def demand_right(self) -> None:
        if not coordinates_the_portal(self.by):
            raise Refusal(
                _("Only a coordinator of the whole portal gives rights here. Ask one.")
            )

    def filter_export(self, queryset: QuerySet, **kwargs: Any) -> QuerySet:
        """Leave out the countries that a tie keeps from who takes the list away."""
        if self.round:
            queryset = queryset.filter(round=self.round)
        rows = queryset.select_related("round", "country", "strand").order_by("pk")
        return without_tied(rows, self.by) if self.by else rows

    def get_instance(self, instance_loader: Any, row: Any) -> None:
        """No row changes a right that is there."""

    def read(self, row: Texts) -> dict[str, Any]:
        try:
            round_ = self.round or round_of(row.get("round", ""))
        except ValidationError as error:
            raise ValidationError({"round": error}) from error
        if row.get("round", "") not in {"", round_.code}:
            raise ValidationError({"round": _("This page is of another round.")})
        said = read_all(
            row,
            email=person_of,
            role=role_of,
            country=lambda text: country_of(text, round_),
            strand=lambda text: strand_of(text, round_),
            coding=coding_of,
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
