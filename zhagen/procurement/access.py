"""How far each reach goes for needs, plans, tenders, bids, contracts and claims."""

from django.db.models import Q

from zhagen.core.permissions import Reach
from zhagen.parties.access import in_street
from zhagen.platform.scope import register_reach
from zhagen.procurement.models import Need

register_reach(
    Need,
    {
        Reach.OFFICE: lambda grant, actor: in_street("place__code", grant),
        Reach.COMMUNITY: lambda grant, actor: Q(place_id=grant.place or None, is_private=False),
    },
)
