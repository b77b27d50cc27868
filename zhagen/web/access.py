"""How far the public's reach and that of the printed sheets go."""

from django.db.models import Q

from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.lifecycle.tender import TenderState
from zhagen.core.permissions import Reach
from zhagen.parties.models import Place
from zhagen.platform.scope import register_reach
from zhagen.procurement.models import Contract

SHOWN_CONTRACTS = (
    ContractState.SIGNED,
    ContractState.IN_SERVICE,
    ContractState.SUSPENDED,
    ContractState.ENDING,
    ContractState.ENDED,
    ContractState.TERMINATED,
)
SHOWN_TENDERS = tuple(state for state in TenderState if state is not TenderState.DRAFT)

register_reach(Contract, {Reach.PUBLISHED: lambda grant, actor: Q(state__in=SHOWN_CONTRACTS)})
register_reach(
    Place, {Reach.ORGANISATION: lambda grant, actor: Q(served_by__agency=grant.organisation or None)}
)
