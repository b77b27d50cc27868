"""Models of the community; Django finds them here."""

from zhagen.community.models.ballot import Ballot, Drawer, PaperBallot, RollEntry
from zhagen.community.models.fund_cycle import FundCycle, FundLimit
from zhagen.community.models.grant import Grant
from zhagen.community.models.idea import CoSign, Idea
from zhagen.community.models.meeting import AgencyPart, Meeting
from zhagen.community.models.proposal import (
    CostLine,
    ListCheck,
    Proposal,
    ProposalScore,
    ProposerTie,
)
from zhagen.community.models.proposed_list import ListDecision, ProposedLine, ProposedList

__all__ = [
    "AgencyPart",
    "Ballot",
    "CoSign",
    "CostLine",
    "Drawer",
    "FundCycle",
    "FundLimit",
    "Grant",
    "Idea",
    "ListCheck",
    "ListDecision",
    "Meeting",
    "PaperBallot",
    "Proposal",
    "ProposalScore",
    "ProposedLine",
    "ProposedList",
    "ProposerTie",
    "RollEntry",
]
