"""How far each reach goes for meetings."""

from django.db.models import Q

from zhagen.community.models import Meeting
from zhagen.core.reach import Reach
from zhagen.parties.access import in_street
from zhagen.platform.scope import register_reach

register_reach(
    Meeting,
    {
        Reach.OFFICE: lambda grant, actor: in_street("place__code", grant),
        Reach.COMMUNITY: lambda grant, actor: Q(place_id=grant.place or None),
        Reach.ORGANISATION: lambda grant, actor: Q(agency_parts__agency_id=grant.organisation or None),
    },
)
