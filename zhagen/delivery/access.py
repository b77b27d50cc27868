"""How far each reach goes for what is delivered and judged: as far as for its contract."""

from zhagen.delivery.models import Acceptance
from zhagen.platform.scope import register_reach
from zhagen.procurement.access import contract_reaches

for hanging in (Acceptance,):
    register_reach(hanging, contract_reaches("contract__"))
