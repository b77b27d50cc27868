"""How far each reach goes for needs, plans, tenders, bids, contracts and claims."""

from django.db.models import Q

from zhagen.core.reach import Reach
from zhagen.core.types import Actor, Grant, Role
from zhagen.parties.access import in_street
from zhagen.platform.scope import NOTHING, Rows, register_reach
from zhagen.procurement.models import (
    Amendment,
    Award,
    Bid,
    BudgetLine,
    Claim,
    Contract,
    Instalment,
    Need,
    NeedRound,
    Paper,
    Plan,
    Query,
    Seat,
    Tender,
    TenderStep,
)

OPENED = Q(tender__opened_at__isnull=False)
NOTICED = Q(published_at__isnull=False)
BOARD = NOTICED & Q(is_invited_only=False)


def _own_seat(grant: Grant, actor: Actor) -> Q:
    """Bids that the member may read: his seat, declared, not recused, on an opened round."""
    return OPENED & Q(
        tender__seats__in=Seat.objects.filter(
            user_id=actor.key, declared_at__isnull=False, recused_at__isnull=True
        )
    )


def _organisation(field: str, grant: Grant) -> Q:
    return Q(**{field: grant.organisation}) if grant.organisation else NOTHING


def _may_bid(grant: Grant, actor: Actor) -> Q:
    """Rounds that an agency sees: open to all, or asked by name."""
    invited = Tender.objects.filter(NOTICED, invited=grant.organisation or None)
    return (BOARD | Q(pk__in=invited)) if grant.organisation else NOTHING


def names_me(actor: Actor) -> Q:
    """Return the needs that the actor owns, wrote down, or that were escalated to him."""
    return Q(owner_id=actor.key) | Q(helper_id=actor.key) | Q(escalated_to_id=actor.key)


def _needs_of_street(grant: Grant, actor: Actor) -> Q:
    """All needs for the handlers who sort them; private ones for others only where they are named."""
    rows = in_street("place__code", grant)
    return rows if grant.role is Role.HANDLER else rows & (Q(is_private=False) | names_me(actor))


def _needs_of_community(grant: Grant, actor: Actor) -> Q:
    """Shared needs; of the private ones those that this very worker wrote down."""
    return Q(place_id=grant.place or None) & (Q(is_private=False) | Q(helper_id=actor.key))


register_reach(
    Need,
    {
        Reach.OFFICE: _needs_of_street,
        Reach.COMMUNITY: _needs_of_community,
        Reach.ASSIGNED: lambda grant, actor: names_me(actor),
        Reach.ORGANISATION: lambda grant, actor: Q(
            rounds__evaluator=grant.organisation or None, rounds__state=NeedRound.State.DRAWN
        ),
        Reach.PUBLISHED: lambda grant, actor: Q(is_private=False) & ~Q(public_text=""),
    },
)
register_reach(
    NeedRound,
    {
        Reach.OFFICE: lambda grant, actor: in_street("place__code", grant),
        Reach.COMMUNITY: lambda grant, actor: Q(place_id=grant.place or None),
        Reach.ORGANISATION: lambda grant, actor: Q(evaluator=grant.organisation or None),
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
register_reach(BudgetLine, {Reach.OFFICE: lambda grant, actor: in_street("place__code", grant)})
register_reach(
    Plan,
    {
        Reach.OFFICE: lambda grant, actor: in_street("place__code", grant),
        Reach.COMMUNITY: lambda grant, actor: Q(communities=grant.place or None),
    },
)
register_reach(
    Tender,
    {
        Reach.OFFICE: lambda grant, actor: in_street("plan__place__code", grant),
        Reach.PUBLISHED: lambda grant, actor: BOARD,
        Reach.ORGANISATION: _may_bid,
    },
)
register_reach(
    Bid,
    {
        Reach.OFFICE: lambda grant, actor: OPENED & in_street("tender__plan__place__code", grant),
        Reach.ORGANISATION: lambda grant, actor: _organisation("agency_id", grant),
        Reach.ASSIGNED: _own_seat,
    },
)
register_reach(Seat, {Reach.ASSIGNED: lambda grant, actor: Q(user_id=actor.key)})
register_reach(
    Award,
    {
        Reach.OFFICE: lambda grant, actor: in_street("tender__plan__place__code", grant),
    },
)
register_reach(
    Query,
    {
        Reach.OFFICE: lambda grant, actor: in_street("tender__plan__place__code", grant),
        Reach.ORGANISATION: lambda grant, actor: _organisation("agency_id", grant),
    },
)
register_reach(TenderStep, {Reach.OFFICE: lambda grant, actor: in_street("tender__plan__place__code", grant)})
