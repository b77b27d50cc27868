"""The public list: what passed the checks is listed with its matching; what did not goes to the library."""

import datetime as dt

from zhagen.audit.record import record
from zhagen.community.actions.fund_cycle import cycle_rules, day_of, moved_cycle
from zhagen.community.actions.fund_notice import tell_experts, tell_proposer, tell_stage
from zhagen.community.models import FundCycle
from zhagen.core.errors import RuleError
from zhagen.core.fund.cycle import check_list_days
from zhagen.core.fund.matching import MatchingTerms, matched
from zhagen.core.lifecycle.idea import IDEA
from zhagen.core.lifecycle.idea import OPEN as OPEN_IDEAS
from zhagen.core.lifecycle.proposal import PROPOSAL, ProposalState
from zhagen.core.types import Actor
from zhagen.platform.tx import write_tx

UNFINISHED = (
    ProposalState.DRAFT,
    ProposalState.SUBMITTED,
    ProposalState.COSTED,
    ProposalState.RETURNED,
)


@write_tx
def publish_list(cycle: FundCycle, *, by: Actor, now: dt.datetime) -> FundCycle:
    """Publish the list of proposals that passed the checks; matching is worked out and fixed here.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "fund_cycle.nothing_to_list",
            "fund_cycle.list_too_short", "fund_cycle.voices_unheard", "fund_cycle.terms_changed".
    """
    cycle = moved_cycle(cycle, "publish_list", by=by)
    check_list_days(day_of(now), cycle.vote_from_on, cycle_rules(cycle, now))
    ready = list(cycle.proposals.select_for_update(of=("self",)).filter(state=ProposalState.READY))
    if not ready:
        raise RuleError("fund_cycle.nothing_to_list")
    unheard = cycle.ideas.filter(state__in=OPEN_IDEAS, text="").count()
    if unheard:
        raise RuleError("fund_cycle.voices_unheard", count=unheard)
    own = {str(each.pk): each.own_fen for each in ready}
    found = matched(own, {str(each.pk): each.cost_fen for each in ready}, matching_terms(cycle))
    for proposal in ready:
        proposal.state = PROPOSAL.after("list", proposal.state)
        proposal.matched_fen, proposal.listed_at = found[str(proposal.pk)], now
        proposal.save(update_fields=["state", "matched_fen", "listed_at"])
        record("proposal.listed", proposal, by=by, at=now, payload={"matched_fen": proposal.matched_fen})
    _shelve_rest(cycle, by=by, now=now)
    cycle.listed_at = now
    cycle.save(update_fields=["state", "listed_at"])
    record("fund_cycle.list_published", cycle, by=by, at=now, payload={"proposals": len(ready)})
    tell_stage(cycle, now=now)
    tell_experts(cycle, now=now)
    for proposal in ready:
        tell_proposer(proposal, "listed", now=now)
    return cycle


def matching_terms(cycle: FundCycle) -> MatchingTerms:
    """Return the terms of matching that a cycle froze."""
    return MatchingTerms(
        cycle.matching_from_fen, cycle.matching_share_bp, cycle.matching_most_fen, cycle.matching_pot_fen
    )


def _shelve_rest(cycle: FundCycle, *, by: Actor, now: dt.datetime) -> None:
    """Keep in the library what did not get so far: ideas still open, proposals not finished."""
    for idea in cycle.ideas.filter(state__in=OPEN_IDEAS):
        idea.state = IDEA.after("shelve", idea.state)
        idea.save(update_fields=["state"])
        record("idea.shelved", idea, by=by, at=now)
    for proposal in cycle.proposals.filter(state__in=UNFINISHED):
        proposal.state = PROPOSAL.after("shelve", proposal.state)
        proposal.save(update_fields=["state"])
        record("proposal.shelved", proposal, by=by, at=now)
