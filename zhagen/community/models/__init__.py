"""Models of the community; Django finds them here."""

from zhagen.community.models.ballot import Ballot, Drawer, PaperBallot, RollEntry
from zhagen.community.models.fund_cycle import FundCycle, FundLimit
from zhagen.community.models.fund_entry import FundEntry
from zhagen.community.models.fund_receipt import FundReceipt
from zhagen.community.models.grant import Grant, GrantPhoto
from zhagen.community.models.grant_claim import ClaimSignature, GrantClaim
from zhagen.community.models.idea import CoSign, Idea
from zhagen.community.models.meeting import AgencyPart, Meeting
from zhagen.community.models.proposal import (
    CostLine,
    ListCheck,
    Proposal,
    ProposalScore,
    ProposerTie,
)
from zhagen.community.models.proposed_list import DecisionScan, ListDecision, ProposedLine, ProposedList

__all__ = [
    "AgencyPart",
    "Ballot",
    "ClaimSignature",
    "CoSign",
    "CostLine",
    "DecisionScan",
    "Drawer",
    "FundCycle",
    "FundEntry",
    "FundLimit",
    "FundReceipt",
    "Grant",
    "GrantClaim",
    "GrantPhoto",
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
