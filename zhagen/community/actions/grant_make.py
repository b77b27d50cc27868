"""A grant is made: a proposal of the approved list gets its money, its proposer leads the work."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from zhagen.audit.record import record
from zhagen.community.actions.fund_cycle import locked_cycle
from zhagen.community.actions.fund_entry import book_grant
from zhagen.community.actions.fund_tie import check_untied
from zhagen.community.actions.grant import carriers
from zhagen.community.actions.proposal import locked_proposal
from zhagen.community.models import Grant, Proposal
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.fund_cycle import FundCycleState
from zhagen.core.lifecycle.proposal import PROPOSAL, ProposalState
from zhagen.core.types import Actor, Role
from zhagen.parties.actions.notice import Note, notify, people_at, settle
from zhagen.parties.actor import user_of
from zhagen.parties.models import Organisation
from zhagen.platform.numbers import next_number
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx


@dataclass(frozen=True)
class GrantDraft:
    """To whom a proposal's money goes.

    Args:
        grantee: The residents' committee, or a contracted agency.
        contract_no: The agency's contract; a committee needs none.
        due_on: By when the work is done.
        not_led_reason: Why the proposer does not lead, where he does not.
        leader_shown: Who leads then.
    """

    grantee: Organisation
    due_on: dt.date
    contract_no: str = ""
    not_led_reason: str = ""
    leader_shown: str = ""


@write_tx
def make_grant(proposal: Proposal, draft: GrantDraft, *, by: Actor, now: dt.datetime) -> Grant:
    """Grant a proposal of the approved list its money; its proposer leads unless a reason is given.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "grant.list_not_approved",
            "grant.grantee_not_allowed", "grant.contract_missing", "grant.due_after_clearing",
            "grant.leader_missing", "fund_book.too_little", as `check_untied`.
    """
    cycle = locked_cycle(proposal.cycle)  # the cycle first, as in every change of its money
    proposal = locked_proposal(proposal)
    permit(by, "grant.make", proposal)
    if cycle.state != FundCycleState.GRANTED:
        raise RuleError("grant.list_not_approved")
    proposal.state = PROPOSAL.after("grant", proposal.state)
    check_untied(proposal, by=by, now=now)
    _check_grantee(draft)
    if draft.due_on > cycle.clearing_on:
        raise RuleError("grant.due_after_clearing", day=cycle.clearing_on.isoformat())
    if bool(draft.not_led_reason.strip()) != bool(draft.leader_shown.strip()):
        raise RuleError("grant.leader_missing")
    grant = Grant.objects.create(
        cycle=cycle,
        proposal=proposal,
        number=next_number("自治", cycle.place_id, now),
        grantee=draft.grantee,
        contract_no=draft.contract_no.strip(),
        amount_fen=proposal.asked_fen + proposal.matched_fen,
        own_fen=proposal.own_fen,
        matched_fen=proposal.matched_fen,
        leader_shown=draft.leader_shown.strip() or proposal.proposer_shown,
        leader_ref="" if draft.not_led_reason.strip() else proposal.proposer_ref,
        not_led_reason=draft.not_led_reason.strip(),
        due_on=draft.due_on,
        clearing_on=cycle.clearing_on,
        made_by=user_of(by),
        made_at=now,
    )
    proposal.save(update_fields=["state"])
    book_grant(grant, by=by, now=now)
    payload = {"amount_fen": grant.amount_fen, "grantee": str(draft.grantee.pk), "number": grant.number}
    record("grant.made", grant, by=by, at=now, payload=payload)
    record("proposal.granted", proposal, by=by, at=now, payload=payload)
    _tell(grant, now)
    return grant


def _tell(grant: Grant, now: dt.datetime) -> None:
    """Tell whoever carries a grant out; with the last of a cycle, nobody is asked any more to make them."""
    figures = {"title": grant.proposal.title, "number": grant.number}
    url = reverse("grant_view", args=[grant.pk])
    note = Note("grant.made", url, due_on=grant.due_on, figures=figures, about=grant)
    notify(note, to=carriers(grant), now=now)
    cycle = grant.cycle
    if not cycle.proposals.filter(state=ProposalState.PROPOSED).exists():
        settle(cycle, of=people_at(cycle.place_id, Role.HANDLER, Role.CHIEF), at=now)  # type: ignore[arg-type]


def _check_grantee(draft: GrantDraft) -> None:
    kinds = (Organisation.Kind.COMMITTEE, Organisation.Kind.AGENCY)
    if draft.grantee.kind not in kinds:
        raise RuleError("grant.grantee_not_allowed", name=draft.grantee.name)
    if draft.grantee.kind == Organisation.Kind.AGENCY and not draft.contract_no.strip():
        raise RuleError("grant.contract_missing", name=draft.grantee.name)
