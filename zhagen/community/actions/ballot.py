"""A vote from its preparation to its close: all that decides it is frozen by hash when it opens."""

import datetime as dt
import hashlib

from django.db import models

from zhagen.audit.record import record
from zhagen.community.actions.fund_cycle import check_frozen, cycle_rules, day_of, locked_cycle
from zhagen.community.actions.fund_notice import tell_stage, tell_vote
from zhagen.community.models import Ballot, Drawer, FundCycle, Proposal, ProposerTie, RollEntry
from zhagen.core.errors import RuleError
from zhagen.core.fund.cycle import check_vote_days
from zhagen.core.fund.vote import VotedLimit, VotedProject, VoteTerms, check_terms, drawers_for
from zhagen.core.lifecycle.ballot import BALLOT, LIVE, BallotState
from zhagen.core.lifecycle.fund_cycle import FUND_CYCLE, FundCycleState
from zhagen.core.lifecycle.proposal import IN_COUNT
from zhagen.core.rulebook.rules import Rules, canonical_json
from zhagen.core.types import SYSTEM, Actor
from zhagen.parties.actor import user_of
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx

FULL_DRAWER = 100
"""About so many ballots share a drawer of the box when all vote: the crowd in which each one stands."""

VOTABLE = (FundCycleState.LISTED, FundCycleState.VOTING)


def locked_ballot(ballot: Ballot) -> Ballot:
    """Return the vote again with its row locked, as the first step of every change of it."""
    rows = Ballot.objects.select_for_update(of=("self",)).select_related("cycle__place")
    return rows.get(pk=ballot.pk)


def terms_of(ballot: Ballot) -> VoteTerms:
    """Return the frozen terms of a vote.

    Raises:
        RuleError: "ballot.terms_changed" when the row no longer holds what was hashed.
    """
    if hashlib.sha256(canonical_json(ballot.terms)).hexdigest() != ballot.terms_digest:
        raise RuleError("ballot.terms_changed", digest=ballot.terms_digest[:12])
    return VoteTerms.of(ballot.terms)


@write_tx
def prepare_ballot(
    cycle: FundCycle, *, until_on: dt.date | None = None, by: Actor, now: dt.datetime
) -> Ballot:
    """Begin the vote of a cycle whose list is public: its roll is made next.

    A vote that is held anew, or later than planned, ends on a last day of its own (`until_on`).

    Raises:
        RuleError: "permission.denied", "ballot.list_not_public", "ballot.has_one", "ballot.day_missing" and
            what `check_vote_days` refuses.
    """
    cycle = locked_cycle(cycle)
    permit(by, "ballot.prepare", cycle)
    if cycle.state not in VOTABLE:
        raise RuleError("ballot.list_not_public")
    if cycle.ballots.filter(state__in=LIVE).exists():
        raise RuleError("ballot.has_one")
    ballot = Ballot.objects.create(
        cycle=cycle, round=cycle.ballots.count() + 1, until_on=_last_day(cycle, until_on, now),
        prepared_by=user_of(by), prepared_at=now,
    )  # fmt: skip
    payload = {"round": ballot.round, "until_on": ballot.until_on.isoformat()}
    record("ballot.prepared", ballot, by=by, at=now, payload=payload)
    return ballot


@write_tx
def open_ballot(ballot: Ballot, *, by: Actor, now: dt.datetime) -> Ballot:
    """Open a vote: roll, projects, money, limits and rule are frozen together by their hashes.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "ballot.same_person", "ballot.no_roll",
            "ballot.codes_missing", "ballot.not_yet", "ballot.too_late" and what `check_terms` refuses.
    """
    ballot = locked_ballot(ballot)
    permit(by, "ballot.open", ballot)
    cycle = locked_cycle(ballot.cycle)
    ballot.state = BALLOT.after("open", ballot.state)
    if str(ballot.prepared_by_id) == by.key:
        raise RuleError("ballot.same_person")
    check_frozen(cycle)
    ballot.closes_at = _closing(ballot, now)
    rules = cycle_rules(cycle, now)
    terms = frozen_terms(cycle, rules)
    check_terms(terms)
    ballot.roll_count, ballot.roll_digest = _check_roll(ballot)
    ballot.terms = {**terms.plain(), "closes_at": ballot.closes_at.isoformat(), "cycle": cycle.terms_digest,
                    "roll": ballot.roll_digest}  # fmt: skip
    ballot.terms_digest = hashlib.sha256(canonical_json(ballot.terms)).hexdigest()
    ballot.opened_by, ballot.opened_at = user_of(by), now
    ballot.save()
    if terms.mode in rules.texts("fund.vote_tie_bars"):
        _bar_by_ties(ballot)
    places = range(drawers_for(ballot.roll_count, FULL_DRAWER))
    Drawer.objects.bulk_create(Drawer(ballot=ballot, place=place) for place in places)
    if cycle.state == FundCycleState.LISTED:
        cycle.state = FUND_CYCLE.after("open_vote", cycle.state)
        cycle.roll_digest = ballot.roll_digest
        cycle.save(update_fields=["state", "roll_digest"])
    payload = {"terms": ballot.terms_digest, "roll": ballot.roll_digest, "roll_count": ballot.roll_count}
    record("ballot.opened", ballot, by=by, at=now, payload=payload)
    tell_stage(cycle, now=now)
    return ballot


def frozen_terms(cycle: FundCycle, rules: Rules) -> VoteTerms:
    """Return what the vote of a cycle would freeze now."""
    proposals = cycle.proposals.filter(state__in=IN_COUNT).order_by("number")
    return VoteTerms(
        mode=cycle.mode,
        vote_type=cycle.vote_type,
        budget_fen=cycle.votable_fen,
        rule=cycle.rule,
        utility=cycle.utility,
        completion=cycle.completion,
        tie=cycle.tie,
        seed=cycle.tie_seed,
        most_named=cycle.most_named,
        points=rules.int("fund.vote_points"),
        mark_most=rules.int("fund.vote_mark_max"),
        least_votes=cycle.least_votes,
        quorum_bp=rules.table("fund.vote_quorum_share")[cycle.mode],
        majority_bp=rules.table("fund.vote_majority_share")[cycle.mode],
        projects=tuple(
            VotedProject(p.number, p.title, p.asked_fen, p.theme, p.building, p.excludes) for p in proposals
        ),
        limits=tuple(
            VotedLimit(each.over, each.name, each.most_fen, each.most_count) for each in cycle.limits.all()
        ),
    )


def is_late(cycle: FundCycle, now: dt.datetime) -> bool:
    """Return whether the days planned for the vote are over, so that a vote needs a last day of its own."""
    return day_of(now) > cycle.vote_until_on


def _last_day(cycle: FundCycle, until_on: dt.date | None, now: dt.datetime) -> dt.date:
    """Return the last day of a new vote."""
    if until_on is None:
        if is_late(cycle, now):
            raise RuleError("ballot.day_missing", day=cycle.vote_until_on.isoformat())
        return cycle.vote_until_on
    first = max(day_of(now), cycle.vote_from_on)
    check_vote_days(first, until_on, cycle.clearing_on, cycle_rules(cycle, now))
    return until_on


def _closing(ballot: Ballot, now: dt.datetime) -> dt.datetime:
    """Return the end of the last day of a vote that may open now."""
    if day_of(now) < ballot.cycle.vote_from_on:
        raise RuleError("ballot.not_yet", day=ballot.cycle.vote_from_on.isoformat())
    midnight = dt.datetime.combine(ballot.until_on + dt.timedelta(1), dt.time(), SHANGHAI)
    if now >= midnight:
        raise RuleError("ballot.too_late", day=ballot.until_on.isoformat())
    return midnight.astimezone(dt.UTC)


def _check_roll(ballot: Ballot) -> tuple[int, str]:
    """Return size and hash of a roll whose codes are all printed."""
    rows = list(ballot.roll.values_list("number", "label", "code_digest").order_by("number"))
    if not rows:
        raise RuleError("ballot.no_roll")
    missing = sum(not digest for _, _, digest in rows)
    if missing:
        raise RuleError("ballot.codes_missing", count=missing)
    return len(rows), roll_digest([(number, label) for number, label, _ in rows])


def roll_digest(rows: list[tuple[int, str]]) -> str:
    """Return the SHA-256 of a roll: a line `number;label` each, in order of number."""
    return hashlib.sha256(_lines(rows).encode()).hexdigest()


def _lines(rows: list[tuple[int, str]]) -> str:
    return "\n".join(f"{number};{label}" for number, label in rows)


def roll_lines(ballot: Ballot) -> str:
    """Return the text whose SHA-256 is the roll's hash."""
    return _lines(list(ballot.roll.order_by("number").values_list("number", "label")))


def _bar_by_ties(ballot: Ballot) -> None:
    """Bar delegates with an account from the proposals to which a tie is declared, by them or by the proposer."""
    delegates = ballot.roll.exclude(member=None).select_related("member")
    proposals = Proposal.objects.filter(cycle_id=ballot.cycle_id, state__in=IN_COUNT)
    for entry in delegates:
        tied = set(ProposerTie.objects.filter(member=entry.member).values_list("proposal_id", flat=True))
        organisations = entry.member.ties.filter(until_on=None).values("organisation_id")
        tied |= set(proposals.filter(cost_lines__supplier__in=organisations).values_list("pk", flat=True))
        tied |= set(proposals.filter(proposer=entry.member).values_list("pk", flat=True))
        entry.barred.add(*proposals.filter(pk__in=tied))


@write_tx
def close_ballot(ballot: Ballot, *, by: Actor, now: dt.datetime) -> Ballot:
    """Close a vote at its time, or earlier once the whole roll has voted.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "ballot.still_open".
    """
    ballot = locked_ballot(ballot)
    permit(by, "ballot.close", ballot)
    ballot.state = BALLOT.after("close", ballot.state)
    if now < ballot.closes_at and ballot.roll.filter(has_voted=False).exists():
        raise RuleError(
            "ballot.still_open", until=ballot.closes_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        )
    ballot.closed_at = now
    ballot.save(update_fields=["state", "closed_at"])
    voted = ballot.roll.filter(has_voted=True).count()
    record("ballot.closed", ballot, by=by, at=now, payload={"voted": voted})
    tell_vote(ballot, now=now)
    return ballot


@write_tx
def stop_ballot(ballot: Ballot, *, reason: str, by: Actor, now: dt.datetime) -> Ballot:
    """Stop a vote before its count, with a public reason; what the box held is deleted, the cycle may vote anew.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "ballot.reason_missing".
    """
    ballot = locked_ballot(ballot)
    permit(by, "ballot.stop", ballot)
    ballot.state = BALLOT.after("stop", ballot.state)
    if not reason.strip():
        raise RuleError("ballot.reason_missing")
    ballot.stopped_reason = reason.strip()
    ballot.save(update_fields=["state", "stopped_reason"])
    Drawer.objects.filter(ballot=ballot).delete()
    ballot.papers.update(first_line="", second_line="")
    record("ballot.stopped", ballot, by=by, at=now, payload={"reason": ballot.stopped_reason})
    return ballot


def close_passed(now: dt.datetime) -> int:
    """Close the votes whose time is over; return how many."""
    passed = Ballot.objects.filter(state=BallotState.OPEN, closes_at__lte=now)
    for ballot in passed:
        close_ballot(ballot, by=SYSTEM, now=now)
    return len(passed)


def turnout(ballot: Ballot) -> dict[str, int]:
    """Return how many of the roll voted by each way; never what."""
    rows = ballot.roll.filter(has_voted=True).order_by().values_list("way").annotate(models.Count("pk"))
    return {**dict.fromkeys(RollEntry.Way.values, 0), **dict(rows)}
