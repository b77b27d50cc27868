"""How far each reach goes for what is delivered and judged: as far as for its contract."""

from django.db.models import Q

from zhagen.core.lifecycle.annual_review import AnnualReviewState
from zhagen.core.reach import Reach
from zhagen.core.types import Actor, Grant, Role
from zhagen.delivery.models import (
    Acceptance,
    Activity,
    AnnualReview,
    CaseFile,
    DrawnParticipant,
    Evaluation,
    OffPlanTask,
    SampledDoor,
    SelfEvaluation,
    Staffing,
    Supervision,
)
from zhagen.platform.scope import register_reach
from zhagen.procurement.access import contract_reaches

OF_CONTRACT = contract_reaches("contract__")


def _own(grant: Grant, actor: Actor) -> Q:
    """Return what this very worker does or did; nothing for who has not signed in."""
    return Q(worker__user_id=actor.key or None)


register_reach(Acceptance, OF_CONTRACT)
register_reach(SelfEvaluation, OF_CONTRACT)
register_reach(Activity, {**OF_CONTRACT, Reach.ASSIGNED: _own})

register_reach(
    OffPlanTask,
    {
        **OF_CONTRACT,
        Reach.COMMUNITY: lambda grant, actor: Q(place_id=grant.place or None),
        Reach.ASSIGNED: _own,
    },
)
register_reach(
    Staffing,
    {
        **OF_CONTRACT,
        Reach.COMMUNITY: lambda grant, actor: Q(place_id=grant.place or None),
        Reach.ASSIGNED: lambda grant, actor: Q(user_id=actor.key or None),
    },
)
register_reach(CaseFile, {**OF_CONTRACT, Reach.ASSIGNED: _own})
register_reach(Supervision, {**OF_CONTRACT, Reach.ASSIGNED: _own})


def _own_evaluations(grant: Grant, actor: Actor) -> Q:
    """Evaluations of the evaluator's own; for an agency those of its contracts."""
    if grant.role is Role.EVALUATOR:
        return Q(evaluator_id=grant.organisation or None)
    return Q(contract__agency_id=grant.organisation or None)


register_reach(
    Evaluation,
    {
        **OF_CONTRACT,
        Reach.ORGANISATION: _own_evaluations,
        Reach.PUBLISHED: lambda grant, actor: Q(drafted_at__isnull=False),
    },
)
for asked in (SampledDoor, DrawnParticipant):
    register_reach(
        asked,
        {Reach.ORGANISATION: lambda grant, actor: Q(evaluation__evaluator=grant.organisation or None)},
    )
register_reach(
    AnnualReview,
    {**OF_CONTRACT, Reach.PUBLISHED: lambda grant, actor: Q(state=AnnualReviewState.DECIDED)},
)
