"""Models of procurement; Django finds them here."""

from zhagen.procurement.models.contract import Amendment, Claim, Contract, Instalment
from zhagen.procurement.models.need import Need, NeedWord
from zhagen.procurement.models.paper import Paper
from zhagen.procurement.models.plan import BudgetLine, Plan
from zhagen.procurement.models.tender import Award, Bid, Criterion, Query, Score, Seat, Tender

__all__ = [
    "Amendment",
    "Award",
    "Bid",
    "BudgetLine",
    "Claim",
    "Contract",
    "Criterion",
    "Instalment",
    "Need",
    "NeedWord",
    "Paper",
    "Plan",
    "Query",
    "Score",
    "Seat",
    "Tender",
]
