"""Models of procurement; Django finds them here."""

from zhagen.procurement.models.award import Award, Query
from zhagen.procurement.models.bid import Bid
from zhagen.procurement.models.contract import Amendment, Claim, Contract, Instalment
from zhagen.procurement.models.need import Need, NeedSupport, NeedWord
from zhagen.procurement.models.need_round import NeedDoor, NeedRound
from zhagen.procurement.models.panel import Score, Seat
from zhagen.procurement.models.paper import Paper
from zhagen.procurement.models.plan import BudgetLine, Plan
from zhagen.procurement.models.tender import Criterion, Holder, Tender, TenderStep

__all__ = [
    "Amendment",
    "Award",
    "Bid",
    "BudgetLine",
    "Claim",
    "Contract",
    "Criterion",
    "Holder",
    "Instalment",
    "Need",
    "NeedDoor",
    "NeedRound",
    "NeedSupport",
    "NeedWord",
    "Paper",
    "Plan",
    "Query",
    "Score",
    "Seat",
    "Tender",
    "TenderStep",
]
