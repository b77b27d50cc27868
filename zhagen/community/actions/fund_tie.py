"""Who may not check or accept a proposal: whoever is tied to its proposer, coach or suppliers."""

import datetime as dt

from zhagen.community.actions.fund_cycle import cycle_rules, day_of
from zhagen.community.models import Proposal
from zhagen.core.errors import RuleError
from zhagen.core.flags.tie import ORGANISATION, blocked_by_ties
from zhagen.core.types import Actor
from zhagen.parties.declared import declared_ties


def organisations_of(proposal: Proposal) -> set[str]:
    """Return the keys of all organisations that have something to gain from a proposal."""
    lines = proposal.cost_lines.filter(supplier__isnull=False).values_list("supplier_id", flat=True)
    ties = proposal.proposer_ties.filter(organisation__isnull=False).values_list("organisation_id", flat=True)
    found = {str(pk) for pk in (*lines, *ties)}
    if proposal.cycle.coach_id:
        found.add(str(proposal.cycle.coach_id))
    if hasattr(proposal, "grant"):
        found.add(str(proposal.grant.grantee_id))
        sellers = proposal.grant.receipts.filter(supplier__isnull=False).values_list("supplier_id", flat=True)
        found |= {str(pk) for pk in sellers}
    return found


def check_untied(proposal: Proposal, *, by: Actor, now: dt.datetime) -> None:
    """Refuse a member who is the proposer, is tied to him, or to an organisation that would gain.

    Raises:
        RuleError: "proposal.own_proposal", "proposal.tied_to_proposer", "proposal.tied_to_organisation".
    """
    if str(proposal.proposer_id) == by.key:
        raise RuleError("proposal.own_proposal")
    if proposal.proposer_ties.filter(member_id=by.key).exists():
        raise RuleError("proposal.tied_to_proposer")
    ends = [f"{ORGANISATION}{pk}" for pk in sorted(organisations_of(proposal))]
    rules = cycle_rules(proposal.cycle, now)
    paths = blocked_by_ties(
        f"user:{by.key}", ends, declared_ties([by.key]), day_of(now), rules.int("tie.look_back")
    )
    if paths:
        raise RuleError("proposal.tied_to_organisation", source=rules.value("tie.look_back").source)
