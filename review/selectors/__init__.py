"""Reads that fill a page: one module for each side that looks, blind where it must be."""

from .cases import CasePage, CaseRow, case_page, may_speak_on
from .closing import Blocker, blockers
from .disputes import DisputePage, dispute_page
from .experts import ExpertRow, ExpertView, expert_view
from .lists import Workbench, workbench
from .standing import CaseStanding, case_states

__all__ = (
    "Blocker",
    "CasePage",
    "CaseRow",
    "CaseStanding",
    "DisputePage",
    "ExpertRow",
    "ExpertView",
    "Workbench",
    "blockers",
    "case_page",
    "case_states",
    "dispute_page",
    "expert_view",
    "may_speak_on",
    "workbench",
)
