"""What is asked, of whom, and what was answered."""

from .answers import Answer, Assessment, ChangeRequest, Citation, Draft, Source
from .earlier import EarlierAnswer, UpcomingChange
from .framework import (
    Aggregate,
    Contradiction,
    Framework,
    Index,
    IndexPart,
    Indicator,
    Option,
    ScoredPeriod,
    Standard,
    Translation,
)
from .keeping import LinkCheck, SetAside, SourceFile, WorkbookUpload
from .people import Affiliation, Assignment, Organisation
from .rounds import Country, CountryGroup, GroupMembership, Participation, ReferenceDay, Round
from .running import Extension, Invitation, JointAct, SetUp

__all__ = (
    "Affiliation",
    "Aggregate",
    "Answer",
    "Assessment",
    "Assignment",
    "ChangeRequest",
    "Citation",
    "Contradiction",
    "Country",
    "CountryGroup",
    "Draft",
    "EarlierAnswer",
    "Extension",
    "Framework",
    "GroupMembership",
    "Index",
    "IndexPart",
    "Indicator",
    "Invitation",
    "JointAct",
    "LinkCheck",
    "Option",
    "Organisation",
    "Participation",
    "ReferenceDay",
    "Round",
    "ScoredPeriod",
    "SetAside",
    "SetUp",
    "Source",
    "SourceFile",
    "Standard",
    "Translation",
    "UpcomingChange",
    "WorkbookUpload",
)
