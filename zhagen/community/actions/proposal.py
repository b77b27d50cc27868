"""Every change of a proposal: written from a co-signed idea, ties declared, submitted, checked by others."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Max

from zhagen.audit.record import record
from zhagen.community.actions.fund_cycle import cycle_rules, locked_cycle
from zhagen.community.actions.fund_notice import tell_checkers, tell_proposer
from zhagen.community.actions.fund_tie import check_untied
from zhagen.community.actions.idea import check_written
from zhagen.community.models import (
    CostLine,
    FundCycle,
    Idea,
    ListCheck,
    Proposal,
    ProposalScore,
    ProposerTie,
)
from zhagen.core.errors import RuleError
from zhagen.core.fund import cycle as core
from zhagen.core.fund.negative import Answer, check_negative_list
from zhagen.core.lifecycle.fund_cycle import FundCycleState
from zhagen.core.lifecycle.idea import IDEA
from zhagen.core.lifecycle.proposal import PROPOSAL, ProposalState
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.parties.models import Organisation, User
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.platform.vault import phone_index_of

WRITABLE = (FundCycleState.COLLECTING, FundCycleState.CHECKING)
SCORABLE = (FundCycleState.LISTED, FundCycleState.VOTING)


@dataclass(frozen=True)
class LineDraft:
    """One line of the cost."""

    what: str
    quantity: int
    unit_fen: int
    supplier: Organisation | None = None
    price_source: str = ""


@dataclass(frozen=True)
class ProposalDraft:
    """What stands in a proposal; names as the fields of `Proposal`."""

    title: str
    need: str
    steps: str
    theme: str
    proposer_shown: str
    lines: tuple[LineDraft, ...]
    safeguard: str = ""
    building: str = ""
    excludes: str = ""
    own_fen: int = 0
    coaching_hours: int = 0
    has_no_ties: bool = False


@write_tx
def write_proposal(idea: Idea, draft: ProposalDraft, *, by: Actor, now: dt.datetime) -> Proposal:
    """Write a proposal from an idea that enough neighbours have co-signed.

    Raises:
        RuleError: "permission.denied", "proposal.not_now", "proposal.too_few_co_signs", "lifecycle.not_now"
            and what `core.fund.cycle` refuses.
    """
    permit(by, "proposal.write", idea)
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=idea.pk)
    cycle = locked_cycle(idea.cycle)
    rules = cycle_rules(cycle, now)
    check_written(idea)
    needed, signed = core.co_signs_needed(cycle.stage, rules), idea.co_signs.count()
    if signed < needed:
        raise RuleError("proposal.too_few_co_signs", signed=signed, needed=needed)
    idea.state = IDEA.after("propose", idea.state)
    proposal = new_proposal(cycle, by=by, now=now)
    proposal.idea, proposal.proposer_ref = idea, idea.raiser_ref
    proposal.proposer_key = phone_index_of(idea.raiser_ref) if idea.raiser_ref else ""
    _fill(proposal, draft, cycle, now)
    idea.save(update_fields=["state"])
    record("idea.proposed", idea, by=by, at=now, payload={"proposal": str(proposal.pk)})
    record("proposal.written", proposal, by=by, at=now, payload={"cost_fen": proposal.cost_fen})
    return proposal


def new_proposal(cycle: FundCycle, *, by: Actor, now: dt.datetime) -> Proposal:
    """Return a new proposal of a locked cycle with the next number, not yet saved.

    Raises:
        RuleError: "proposal.not_now".
    """
    if cycle.state not in WRITABLE:
        raise RuleError("proposal.not_now")
    last = cycle.proposals.aggregate(last=Max("number"))["last"] or 0
    return Proposal(cycle=cycle, number=last + 1, written_by=user_of(by), written_at=now)


def _fill(proposal: Proposal, draft: ProposalDraft, cycle: FundCycle, now: dt.datetime) -> None:
    rules = cycle_rules(cycle, now)
    core.check_theme(draft.theme, rules)
    amounts = [line.quantity * line.unit_fen for line in draft.lines]
    proposal.cost_fen = core.check_cost(amounts, draft.own_fen, cycle.stage, rules)
    for name, value in vars(draft).items():
        if name != "lines":
            setattr(proposal, name, value)
    proposal.save()
    proposal.cost_lines.all().delete()
    CostLine.objects.bulk_create(
        CostLine(proposal=proposal, order=order, **vars(line)) for order, line in enumerate(draft.lines, 1)
    )


@write_tx
def change_proposal(proposal: Proposal, draft: ProposalDraft, *, by: Actor, now: dt.datetime) -> Proposal:
    """Change a proposal that is a draft or was returned.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "proposal.not_now" and as `write_proposal`.
    """
    proposal = locked_proposal(proposal)
    permit(by, "proposal.change", proposal)
    PROPOSAL.after("submit", proposal.state)
    if proposal.cycle.state not in WRITABLE:
        raise RuleError("proposal.not_now")
    proposal.written_by = user_of(by)
    _fill(proposal, draft, proposal.cycle, now)
    record("proposal.changed", proposal, by=by, at=now, payload={"cost_fen": proposal.cost_fen})
    return proposal


@write_tx
def declare_proposer_tie(
    proposal: Proposal,
    kind: str,
    *,
    member: User | None = None,
    organisation: Organisation | None = None,
    by: Actor,
    now: dt.datetime,
) -> ProposerTie:
    """Note a tie as the proposer declared it: to a member of office or committee, or to an organisation.

    Raises:
        RuleError: "permission.denied", "proposal.tie_to_one", "proposal.ties_closed".
    """
    proposal = locked_proposal(proposal)
    permit(by, "proposal.declare_tie", proposal)
    if (member is None) == (organisation is None):
        raise RuleError("proposal.tie_to_one")
    if proposal.cycle.state not in (*WRITABLE, FundCycleState.LISTED):
        raise RuleError("proposal.ties_closed")
    tie = ProposerTie.objects.create(
        proposal=proposal, kind=kind, member=member, organisation=organisation, declared_at=now
    )
    proposal.has_no_ties = False
    proposal.save(update_fields=["has_no_ties"])
    record("proposal.tie_declared", proposal, by=by, at=now, payload={"kind": kind})
    return tie


@write_tx
def submit_proposal(proposal: Proposal, *, by: Actor, now: dt.datetime) -> Proposal:
    """Hand a proposal in for the checks; the proposer's ties must have been declared, or that there are none.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "proposal.not_now", "proposal.ties_unsaid".
    """
    proposal = _moved(proposal, "submit", by)
    if proposal.cycle.state not in WRITABLE:
        raise RuleError("proposal.not_now")
    if not proposal.has_no_ties and not proposal.proposer_ties.exists():
        raise RuleError("proposal.ties_unsaid")
    proposal.reason = ""
    proposal.save(update_fields=["state", "reason"])
    record("proposal.submitted", proposal, by=by, at=now)
    tell_checkers(proposal, "submitted", now=now)
    return proposal


@write_tx
def check_proposal_cost(proposal: Proposal, *, note: str, by: Actor, now: dt.datetime) -> Proposal:
    """Pass the cost check; neither who wrote it nor who is tied may.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "proposal.same_person", "proposal.note_missing",
            and as `check_untied`.
    """
    proposal = _moved(proposal, "check_cost", by)
    if str(proposal.written_by_id) == by.key:
        raise RuleError("proposal.same_person")
    check_untied(proposal, by=by, now=now)
    if not note.strip():
        raise RuleError("proposal.note_missing")
    proposal.cost_checked_by, proposal.cost_checked_at = user_of(by), now
    proposal.cost_note = note.strip()
    proposal.save(update_fields=["state", "cost_checked_by", "cost_checked_at", "cost_note"])
    record("proposal.cost_checked", proposal, by=by, at=now, payload={"cost_fen": proposal.cost_fen})
    tell_checkers(proposal, "cost_checked", now=now)
    return proposal


@write_tx
def check_proposal_list(
    proposal: Proposal, answers: Mapping[str, Answer], *, by: Actor, now: dt.datetime
) -> Proposal:
    """Hold a proposal against the negative list; it is ready, or refused with the reasons of the failed tests.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", as `check_untied` and `check_negative_list`.
    """
    proposal = _moved(proposal, "check_list", by)
    check_untied(proposal, by=by, now=now)
    finding = check_negative_list(answers, cycle_rules(proposal.cycle, now))
    ListCheck.objects.bulk_create(
        ListCheck(
            proposal=proposal, test=test, item=answer.item, passes=answer.passes,
            reason=answer.reason.strip(), checked_by=user_of(by), checked_at=now,
        )
        for test, answer in answers.items()
    )  # fmt: skip
    if not finding.passes:
        proposal.state = ProposalState.REFUSED
        proposal.reason = "；".join(answers[test].reason.strip() for test in finding.failed)[:300]
    proposal.save(update_fields=["state", "reason"])
    kind = "proposal.list_checked" if finding.passes else "proposal.refused"
    record(kind, proposal, by=by, at=now, payload={"failed": list(finding.failed), "list": finding.version})
    tell_proposer(proposal, "ready" if finding.passes else "refused", now=now)
    return proposal


@write_tx
def return_proposal(proposal: Proposal, *, reason: str, by: Actor, now: dt.datetime) -> Proposal:
    """Send a proposal back to be improved, with what is missing.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "proposal.reason_missing", as `check_untied`.
    """
    proposal = _moved(proposal, "return", by)
    check_untied(proposal, by=by, now=now)
    proposal = _with_reason(proposal, reason, "proposal.returned", by=by, now=now)
    tell_proposer(proposal, "returned", now=now)
    return proposal


@write_tx
def withdraw_proposal(proposal: Proposal, *, reason: str, by: Actor, now: dt.datetime) -> Proposal:
    """Take a proposal back at the proposer's wish.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "proposal.reason_missing".
    """
    return _with_reason(_moved(proposal, "withdraw", by), reason, "proposal.withdrawn", by=by, now=now)


def _with_reason(proposal: Proposal, reason: str, event: str, *, by: Actor, now: dt.datetime) -> Proposal:
    if not reason.strip():
        raise RuleError("proposal.reason_missing")
    proposal.reason = reason.strip()
    proposal.save(update_fields=["state", "reason"])
    record(event, proposal, by=by, at=now, payload={"reason": proposal.reason})
    return proposal


@write_tx
def score_proposal(
    proposal: Proposal, *, points_bp: int, reason: str, by: Actor, now: dt.datetime
) -> ProposalScore:
    """Give an expert's mark of a listed proposal, with its reason; it may be changed until the vote ends.

    Raises:
        RuleError: "permission.denied", "proposal.no_expert_track", "proposal.not_now",
            "proposal.reason_missing", as `check_untied`.
    """
    proposal = locked_proposal(proposal)
    permit(by, "proposal.score", proposal)
    if not proposal.cycle.expert_weight_bp:
        raise RuleError("proposal.no_expert_track")
    if proposal.cycle.state not in SCORABLE or proposal.state != ProposalState.LISTED:
        raise RuleError("proposal.not_now")
    check_untied(proposal, by=by, now=now)
    if not reason.strip():
        raise RuleError("proposal.reason_missing")
    score, _ = ProposalScore.objects.update_or_create(
        proposal=proposal,
        expert=user_of(by),
        defaults={"points_bp": points_bp, "reason": reason.strip(), "scored_at": now},
    )
    record("proposal.scored", proposal, by=by, at=now, payload={"points_bp": points_bp})
    return score


def locked_proposal(proposal: Proposal) -> Proposal:
    """Return the proposal again with its row locked, as the first step of every change."""
    return Proposal.objects.select_for_update(of=("self",)).select_related("cycle__place").get(pk=proposal.pk)


def _moved(proposal: Proposal, move: str, by: Actor) -> Proposal:
    proposal = locked_proposal(proposal)
    permit(by, f"proposal.{move}", proposal)
    proposal.state = PROPOSAL.after(move, proposal.state)
    return proposal
