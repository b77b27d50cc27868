"""The library (点子库): what lost or was not finished is raised again in a later cycle, or one stage up."""

import datetime as dt

from zhagen.audit.record import record
from zhagen.community.actions.fund_cycle import locked_cycle
from zhagen.community.actions.proposal import locked_proposal, new_proposal
from zhagen.community.models import CostLine, FundCycle, Idea, Proposal
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.fund_cycle import FundCycleState
from zhagen.core.lifecycle.idea import IDEA
from zhagen.core.lifecycle.proposal import ProposalState
from zhagen.core.types import Actor
from zhagen.platform.scope import office_of, permit
from zhagen.platform.tx import write_tx

COPIED = (
    "title", "need", "steps", "safeguard", "theme", "building", "cost_fen", "own_fen", "proposer_ref",
    "proposer_key", "proposer_shown", "proposer",
)  # fmt: skip
"""What a proposal takes along; ties are declared anew and both checks are made anew."""


def open_cycles_for(cycle: FundCycle) -> list[FundCycle]:
    """Return the cycles that collect now and may take what another one left: of its place, or of its street."""
    rows = FundCycle.objects.filter(
        state=FundCycleState.COLLECTING, place_id__in=[cycle.place_id, office_of(cycle.place_id)]
    )
    return list(rows.exclude(pk=cycle.pk).order_by("-created_at"))


def _check_target(left: FundCycle, target: FundCycle) -> FundCycle:
    target = locked_cycle(target)
    if target not in open_cycles_for(left):
        raise RuleError("library.not_open_here", title=target.title)
    return target


@write_tx
def reopen_proposal(proposal: Proposal, target: FundCycle, *, by: Actor, now: dt.datetime) -> Proposal:
    """Raise a proposal of the library again as a draft of an open cycle; the old one stays where it is.

    Raises:
        RuleError: "permission.denied", "library.not_here", "library.not_open_here", "library.reopened_already".
    """
    proposal = locked_proposal(proposal)
    permit(by, "library.reopen_proposal", proposal)
    if proposal.state != ProposalState.LIBRARY:
        raise RuleError("library.not_here")
    target = _check_target(proposal.cycle, target)
    if proposal.reopened_as.filter(cycle=target).exists():
        raise RuleError("library.reopened_already", title=target.title)
    again = new_proposal(target, by=by, now=now)
    for name in COPIED:
        setattr(again, name, getattr(proposal, name))
    again.former = proposal
    again.save()
    CostLine.objects.bulk_create(
        CostLine(
            proposal=again, order=line.order, what=line.what, quantity=line.quantity, unit_fen=line.unit_fen,
            supplier=line.supplier, price_source=line.price_source,
        )
        for line in proposal.cost_lines.all()
    )  # fmt: skip
    record("proposal.reopened", proposal, by=by, at=now, payload={"as": str(again.pk)})
    record("proposal.written", again, by=by, at=now, payload={"cost_fen": again.cost_fen})
    return again


@write_tx
def reopen_idea(idea: Idea, target: FundCycle, *, by: Actor, now: dt.datetime) -> Idea:
    """Raise an idea of the library again in an open cycle, with its receipt and its co-signers.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "library.not_open_here".
    """
    idea = Idea.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=idea.pk)
    permit(by, "library.reopen_idea", idea)
    idea.state = IDEA.after("reopen", idea.state)
    left = idea.cycle
    idea.cycle = _check_target(left, target)
    idea.save(update_fields=["state", "cycle"])
    record("idea.reopened", idea, by=by, at=now, payload={"from": str(left.pk), "to": str(target.pk)})
    return idea
