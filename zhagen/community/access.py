"""How far each reach goes for meetings and the money the community runs itself."""

from django.db.models import Q

from zhagen.community.models import (
    Ballot,
    DecisionScan,
    FundCycle,
    FundEntry,
    FundReceipt,
    Grant,
    GrantClaim,
    Idea,
    ListDecision,
    Meeting,
    Proposal,
    ProposedList,
)
from zhagen.core.lifecycle.ballot import BallotState
from zhagen.core.lifecycle.fund_cycle import FundCycleState
from zhagen.core.reach import Reach
from zhagen.core.types import Actor
from zhagen.core.types import Grant as CoreGrant
from zhagen.parties.access import in_street
from zhagen.platform.scope import NOTHING, Rows, register_reach

register_reach(
    Meeting,
    {
        Reach.OFFICE: lambda grant, actor: in_street("place__code", grant),
        Reach.COMMUNITY: lambda grant, actor: Q(place_id=grant.place or None),
        Reach.ORGANISATION: lambda grant, actor: Q(agency_parts__agency_id=grant.organisation or None),
    },
)


def _hanging(prefix: str) -> dict[Reach, Rows]:
    """Return the reaches of a fund cycle, or of what hangs on one behind a field path such as "cycle__"."""

    def of_agency(grant: CoreGrant, actor: Actor) -> Q:
        return Q(**{f"{prefix}coach_id": grant.organisation}) if grant.organisation else NOTHING

    return {
        Reach.OFFICE: lambda grant, actor: in_street(f"{prefix}place__code", grant),
        Reach.COMMUNITY: lambda grant, actor: Q(**{f"{prefix}place_id": grant.place or None}),
        Reach.ORGANISATION: of_agency,
    }


OPENED = ~Q(state=FundCycleState.DRAFT.value)

register_reach(FundCycle, {**_hanging(""), Reach.PUBLISHED: lambda grant, actor: OPENED})
register_reach(
    Idea,
    {**_hanging("cycle__"), Reach.PUBLISHED: lambda grant, actor: Q(is_shown=True)},
)
register_reach(
    Proposal,
    {**_hanging("cycle__"), Reach.PUBLISHED: lambda grant, actor: Q(listed_at__isnull=False)},
)
EVERY = Q(pk__isnull=False)
"""All rows: an empty condition would vanish beside others."""

register_reach(ProposedList, _hanging("cycle__"))
register_reach(ListDecision, _hanging("proposed_list__cycle__"))
register_reach(DecisionScan, _hanging("decision__proposed_list__cycle__"))


def _granted(prefix: str) -> dict[Reach, Rows]:
    """Return the reaches of a grant, or of what hangs on one: an agency reads its own and those it coaches."""

    def of_agency(grant: CoreGrant, actor: Actor) -> Q:
        if not grant.organisation:
            return NOTHING
        mine = {f"{prefix}grantee_id": grant.organisation}
        return Q(**mine) | Q(**{f"{prefix}cycle__coach_id": grant.organisation})

    return {**_hanging(f"{prefix}cycle__"), Reach.ORGANISATION: of_agency}


register_reach(Grant, {**_granted(""), Reach.PUBLISHED: lambda grant, actor: EVERY})
register_reach(FundReceipt, _granted("grant__"))
register_reach(GrantClaim, _granted("grant__"))
register_reach(FundEntry, _hanging("cycle__"))

SHOWN_BALLOT = ~Q(state=BallotState.DRAFT.value)

register_reach(Ballot, {**_hanging("cycle__"), Reach.PUBLISHED: lambda grant, actor: SHOWN_BALLOT})
