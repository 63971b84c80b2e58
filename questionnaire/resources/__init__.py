"""Spreadsheets in and out. A row is saved by the service that a page would call."""

from .answers import AnswerResource
from .countries import CountryResource
from .groups import GroupResource
from .people import AssignmentResource, InvitationResource, OrganisationResource
from .sources import SourceResource
from .users import UserResource

__all__ = (
    "AnswerResource",
    "AssignmentResource",
    "CountryResource",
    "GroupResource",
    "InvitationResource",
    "OrganisationResource",
    "SourceResource",
    "UserResource",
)
