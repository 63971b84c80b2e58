"""What is asked, of whom, and what was answered."""

from .answers import Answer, Assessment, ChangeRequest, Citation, Draft, Source
from .framework import (
    Aggregate,
    Framework,
    Index,
    IndexPart,
    Indicator,
    Option,
    ScoredPeriod,
    Standard,
    Translation,
)
from .people import Affiliation, Assignment, Organisation
from .rounds import Country, CountryGroup, GroupMembership, Participation, Round

__all__ = (
    "Affiliation",
    "Aggregate",
    "Answer",
    "Assessment",
    "Assignment",
    "ChangeRequest",
    "Citation",
    "Country",
    "CountryGroup",
    "Draft",
    "Framework",
    "GroupMembership",
    "Index",
    "IndexPart",
    "Indicator",
    "Option",
    "Organisation",
    "Participation",
    "Round",
    "ScoredPeriod",
    "Source",
    "Standard",
    "Translation",
)
