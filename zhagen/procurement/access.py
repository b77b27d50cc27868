"""How far each reach goes for needs, plans, tenders, bids, contracts and claims."""

from django.db.models import Q

from zhagen.core.permissions import Reach
from zhagen.core.types import Actor, Grant
from zhagen.parties.access import in_street
from zhagen.platform.scope import Rows, register_reach
from zhagen.procurement.models import Amendment, Claim, Contract, Instalment, Need, Paper

register_reach(
    Need,
    {
        Reach.OFFICE: lambda grant, actor: in_street("place__code", grant),
        Reach.COMMUNITY: lambda grant, actor: Q(place_id=grant.place or None, is_private=False),
    },
)


def contract_reaches(prefix: str = "") -> dict[Reach, Rows]:
    """Return the reaches of a contract, or of what hangs on one behind a field path such as "contract__"."""

    def of_agency(grant: Grant, actor: Actor) -> Q:
        return Q(**{f"{prefix}agency_id": grant.organisation or None})

    return {
        Reach.OFFICE: lambda grant, actor: in_street(f"{prefix}place__code", grant),
        Reach.COMMUNITY: lambda grant, actor: Q(**{f"{prefix}communities": grant.place or None}),
        Reach.ORGANISATION: of_agency,
    }


register_reach(Contract, contract_reaches())
for hanging in (Amendment, Claim, Instalment):
    register_reach(hanging, contract_reaches("contract__"))
register_reach(
    Paper,
    {
        Reach.OFFICE: lambda grant, actor: in_street("place__code", grant),
        Reach.ORGANISATION: lambda grant, actor: Q(contract__agency_id=grant.organisation or None),
        Reach.PUBLISHED: lambda grant, actor: Q(is_public=True),
    },
)
