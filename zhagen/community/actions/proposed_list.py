"""The proposed list that a vote yields, and the three decisions on it, each with its minutes and quorum."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db.models import Max

from zhagen.audit.record import record
from zhagen.community.actions.ballot import terms_of
from zhagen.community.actions.decision_scan import add_decision_scan
from zhagen.community.actions.fund_cycle import (
    check_frozen,
    cycle_rules,
    day_of,
    locked_cycle,
    moved_cycle,
)
from zhagen.community.actions.fund_entry import open_book
from zhagen.community.actions.fund_notice import tell_proposer, tell_stage
from zhagen.community.actions.fund_receipt import Scan
from zhagen.community.actions.proposal import locked_proposal
from zhagen.community.models import (
    FundCycle,
    ListDecision,
    Meeting,
    Proposal,
    ProposedLine,
    ProposedList,
)
from zhagen.core.allocation.terms import Terms
from zhagen.core.amounts import FEN_PER_YUAN
from zhagen.core.errors import RuleError
from zhagen.core.fund.decision import COUNCIL, DecisionFigures, is_passed
from zhagen.core.lifecycle.ballot import BallotState
from zhagen.core.lifecycle.fund_cycle import DECISION_MOVES, FUND_CYCLE, FundCycleState
from zhagen.core.lifecycle.proposal import IN_COUNT, PROPOSAL, ProposalState
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx

if TYPE_CHECKING:  # the compiled count is loaded with the first count, not by every server at its start
    from zhagen.core.allocation.election import Election
    from zhagen.core.fund.tracks import Line, ListFound, Weights


@dataclass(frozen=True)
class CountedVote:
    """A vote that was counted: what the list is made from.

    Args:
        election: The ballots; a project's id is its proposal's number; money in fen.
        terms: The frozen terms of the count, the bar of the vote included.
        digest: Hash of the published list of ballots.
    """

    election: "Election"
    terms: Terms
    digest: str


def counted_vote(cycle: FundCycle) -> CountedVote:
    """Return the vote of a cycle as it was counted, with the bar that its turnout set.

    Raises:
        RuleError: "proposed_list.not_counted", "ballot.terms_changed".
    """
    from zhagen.core.fund.vote_count import count_of, election_of

    ballot = cycle.ballots.filter(state=BallotState.COUNTED).order_by("-round").first()
    if ballot is None:
        raise RuleError("proposed_list.not_counted")
    terms = terms_of(ballot)
    count = count_of(election_of(ballot.votes.split("\n") if ballot.votes else [], terms), terms)
    return CountedVote(count.election, count.terms, ballot.votes_digest)


@write_tx
def propose_list(cycle: FundCycle, vote: CountedVote, *, by: Actor, now: dt.datetime) -> ProposedList:
    """Make the proposed list from a counted vote and the experts' marks; after a return, the next version.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "proposed_list.stands", "proposed_list.no_votes",
            "proposed_list.no_marks", "fund_cycle.terms_changed".
    """
    from zhagen.core.fund.tracks import proposed_list

    permit(by, "fund_cycle.propose", cycle)
    cycle = moved_cycle(cycle, "propose", by=by)
    _check_returned(cycle)
    in_count = {
        str(each.number): each
        for each in cycle.proposals.select_for_update(of=("self",)).filter(
            state__in=[*IN_COUNT, ProposalState.STRUCK]
        )
    }
    struck = [name for name, each in in_count.items() if each.state == ProposalState.STRUCK]
    found = proposed_list(vote.election, vote.terms, marks_of(cycle), weights_of(cycle, now), struck)
    made = _keep(cycle, vote, found, by=by, now=now)
    _keep_lines(made, vote.election, found, in_count)
    cycle.save(update_fields=["state"])
    won = [line.proposal for line in found.lines if line.order]
    payload = {"version": made.version, "votes": vote.digest, "won": won, "spent_fen": made.spent_fen}
    record("proposed_list.made", made, by=by, at=now, payload=payload)
    record("fund_cycle.list_proposed", cycle, by=by, at=now, payload=payload)
    tell_stage(cycle, now=now)
    for each in made.lines.exclude(proposal__state=ProposalState.STRUCK).select_related(
        "proposal__written_by"
    ):
        tell_proposer(each.proposal, "won" if each.order else "lost", now=now)
    return made


def _check_returned(cycle: FundCycle) -> None:
    last = latest_list(cycle)
    if last is not None and not is_returned(last):
        raise RuleError("proposed_list.stands")


def latest_list(cycle: FundCycle) -> ProposedList | None:
    """Return the newest proposed list of a cycle; None before the count."""
    return cycle.proposed_lists.order_by("-version").first()


def is_returned(made: ProposedList) -> bool:
    """Return whether a decision sent a list back."""
    return made.decisions.filter(is_passed=False).exists()


def marks_of(cycle: FundCycle) -> Mapping[str, Mapping[str, int]]:
    """Return the experts' marks: expert → number of the proposal → basis points."""
    marks: dict[str, dict[str, int]] = {}
    rows = Proposal.objects.filter(cycle=cycle, scores__isnull=False)
    for expert, number, points in rows.values_list("scores__expert", "number", "scores__points_bp"):
        marks.setdefault(str(expert), {})[str(number)] = points
    return marks


def weights_of(cycle: FundCycle, now: dt.datetime) -> "Weights":
    """Return the frozen weights of a cycle's tracks."""
    from zhagen.core.fund.tracks import Weights

    support_from = cycle_rules(cycle, now).int("fund.expert_support_from")
    return Weights(cycle.resident_weight_bp, cycle.expert_weight_bp, support_from)


def _keep(
    cycle: FundCycle, vote: CountedVote, found: "ListFound", *, by: Actor, now: dt.datetime
) -> ProposedList:
    last = cycle.proposed_lists.aggregate(last=Max("version"))["last"] or 0
    return ProposedList.objects.create(
        cycle=cycle,
        version=last + 1,
        budget_fen=_fen(vote.election, vote.election.budget),
        spent_fen=_fen(vote.election, found.spent),
        voters=found.voters,
        experts=found.experts,
        ties=[list(tie) for tie in found.ties],
        votes_digest=vote.digest,
        made_at=now,
        made_by=user_of(by),
    )


def _fen(election: "Election", units: int | Fraction) -> int:
    return int(election.money(units) * FEN_PER_YUAN)


def _keep_lines(
    made: ProposedList, election: "Election", found: "ListFound", proposals: Mapping[str, Proposal]
) -> None:
    for line in found.lines:
        proposal = proposals[line.proposal]
        ProposedLine.objects.create(
            proposed_list=made,
            proposal=proposal,
            order=line.order,
            votes=line.votes,
            resident_bp=line.resident_bp,
            expert_bp=line.expert_bp,
            reason=_reason(line, election),
        )
        if proposal.state != ProposalState.STRUCK:
            proposal.state = PROPOSAL.after("win" if line.order else "lose", proposal.state)
            proposal.save(update_fields=["state"])


def _reason(line: "Line", election: "Election") -> dict[str, int | None]:
    """Return why a proposal won or lost, in fen and votes; None where a figure does not exist."""
    return {
        "pays_fen": _fen(election, Fraction(line.resident_pays)) if line.resident_pays else None,
        "wins_at_fen": None if line.wins_at is None else _fen(election, line.wins_at),
        "ballots_more": line.ballots_more,
    }


@dataclass(frozen=True)
class DecisionDraft:
    """One decision as its minutes say; names as the fields of `ListDecision`."""

    step: str
    body: str
    held_on: dt.date
    minutes_no: str
    minutes: str
    entitled: int
    present: int
    in_favour: int
    against: int = 0
    abstained: int = 0
    recused: int = 0
    authorised_by: str = ""
    meeting: Meeting | None = None
    remark: str = ""
    scan: Scan | None = None


@write_tx
def record_decision(made: ProposedList, draft: DecisionDraft, *, by: Actor, now: dt.datetime) -> ListDecision:
    """Record one of the three decisions in their order; a no sends the list back with its reason.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "list_decision.old_list",
            "list_decision.list_returned", "list_decision.minutes_missing", "list_decision.in_future",
            "list_decision.before_list", "list_decision.authorisation_missing", "list_decision.reason_missing"
            and what `core.fund.decision` refuses.
    """
    permit(by, f"list_decision.{draft.step}", made)
    cycle = locked_cycle(made.cycle)
    check_frozen(cycle)
    _check_list(cycle, made)
    after_yes = FUND_CYCLE.after(DECISION_MOVES[draft.step], cycle.state)
    _check_minutes(made, draft, now)
    figures = DecisionFigures(
        draft.entitled, draft.present, draft.in_favour, draft.against, draft.abstained, draft.recused
    )
    passed = is_passed(draft.step, draft.body, figures, cycle_rules(cycle, now))
    if not passed and not draft.remark.strip():
        raise RuleError("list_decision.reason_missing")
    said = {name: value for name, value in vars(draft).items() if name != "scan"}
    decision = ListDecision.objects.create(
        proposed_list=made, is_passed=passed, recorded_by=user_of(by), recorded_at=now, **said
    )
    cycle.state = after_yes if passed else FUND_CYCLE.after("return", cycle.state)
    cycle.save(update_fields=["state"])
    payload = {"step": draft.step, "body": draft.body, "minutes": draft.minutes_no, "passed": passed}
    record("list_decision.recorded", made, by=by, at=now, payload=payload)
    record("fund_cycle.list_decided", cycle, by=by, at=now, payload=payload)
    tell_stage(cycle, now=now, code="" if passed else "list_returned")
    if draft.scan:
        add_decision_scan(decision, draft.scan, by=by, now=now)
    if cycle.state == FundCycleState.GRANTED:
        open_book(cycle, by=by, now=now)
        _shelve_losers(cycle, by=by, now=now)
    return decision


def _check_list(cycle: FundCycle, made: ProposedList) -> None:
    last = latest_list(cycle)
    if last is None or last.pk != made.pk:
        raise RuleError("list_decision.old_list", version=made.version)
    if is_returned(made):
        raise RuleError("list_decision.list_returned", version=made.version)


def _check_minutes(made: ProposedList, draft: DecisionDraft, now: dt.datetime) -> None:
    if not draft.minutes_no.strip() or not draft.minutes.strip():
        raise RuleError("list_decision.minutes_missing")
    if draft.held_on > day_of(now):
        raise RuleError("list_decision.in_future", day=draft.held_on.isoformat())
    if draft.held_on < day_of(made.made_at):
        raise RuleError("list_decision.before_list", day=day_of(made.made_at).isoformat())
    if draft.body == COUNCIL and not draft.authorised_by.strip():
        raise RuleError("list_decision.authorisation_missing")


def _shelve_losers(cycle: FundCycle, *, by: Actor, now: dt.datetime) -> None:
    """Keep what lost in the library once the list is approved."""
    for proposal in cycle.proposals.filter(state=ProposalState.LOST):
        proposal.state = PROPOSAL.after("shelve", proposal.state)
        proposal.save(update_fields=["state"])
        record("proposal.shelved", proposal, by=by, at=now)


@write_tx
def strike_proposal(proposal: Proposal, *, reason: str, by: Actor, now: dt.datetime) -> Proposal:
    """Take a proposal off a list that a decision sent back, with a public reason; the count is then made anew.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "proposal.list_not_returned",
            "proposal.reason_missing".
    """
    proposal = locked_proposal(proposal)
    permit(by, "proposal.strike", proposal)
    proposal.state = PROPOSAL.after("strike", proposal.state)
    last = latest_list(proposal.cycle)
    if last is None or not is_returned(last):
        raise RuleError("proposal.list_not_returned")
    if not reason.strip():
        raise RuleError("proposal.reason_missing")
    proposal.reason = reason.strip()
    proposal.save(update_fields=["state", "reason"])
    record("proposal.struck", proposal, by=by, at=now, payload={"reason": proposal.reason})
    return proposal
