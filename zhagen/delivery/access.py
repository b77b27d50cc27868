"""How far each reach goes for what is delivered and judged: as far as for its contract."""

from django.db.models import Q

from zhagen.core.reach import Reach
from zhagen.delivery.models import Acceptance, Activity, CaseFile, OffPlanTask, Staffing, Supervision
from zhagen.platform.scope import register_reach
from zhagen.procurement.access import contract_reaches

OF_CONTRACT = contract_reaches("contract__")

for hanging in (Acceptance, Activity):
    register_reach(hanging, OF_CONTRACT)

register_reach(
    OffPlanTask,
    {
        **OF_CONTRACT,
        Reach.COMMUNITY: lambda grant, actor: Q(place_id=grant.place or None),
        Reach.PUBLISHED: lambda grant, actor: Q(asker=OffPlanTask.Asker.RESIDENT),
    },
)
register_reach(Staffing, {**OF_CONTRACT, Reach.ASSIGNED: lambda grant, actor: Q(user_id=actor.key or None)})
register_reach(
    CaseFile, {**OF_CONTRACT, Reach.ASSIGNED: lambda grant, actor: Q(worker__user_id=actor.key or None)}
)
register_reach(
    Supervision, {**OF_CONTRACT, Reach.ASSIGNED: lambda grant, actor: Q(worker__user_id=actor.key or None)}
)
