"""Spreadsheets in and out. A row is saved by the service that a page would call."""

from .countries import CountryResource
from .people import AssignmentResource, InvitationResource, OrganisationResource

__all__ = (
    "AssignmentResource",
    "CountryResource",
    "InvitationResource",
    "OrganisationResource",
)
