"""The count of a closed vote: the box is taken out sorted, counted under the frozen terms, and kept with its reasons."""

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from zhagen.audit.record import record
from zhagen.community.actions.ballot import locked_ballot, terms_of, turnout
from zhagen.community.actions.fund_cycle import cycle_rules
from zhagen.community.actions.fund_notice import tell_vote
from zhagen.community.models import Ballot, Drawer, RollEntry
from zhagen.core.errors import RuleError
from zhagen.core.fund.vote import is_quorate, sorted_lines
from zhagen.core.lifecycle.ballot import BALLOT, PaperState
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx

if TYPE_CHECKING:  # the compiled count is loaded with the first count, not by every server at its start
    from zhagen.core.fund.vote_count import VoteResult


def count_ballot(ballot: Ballot, *, by: Actor, now: dt.datetime) -> Ballot:
    """Count a closed vote: take the box out, count outside any transaction, keep the result.

    Interrupted, it is taken up again where it stood.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "ballot.papers_unsettled", "ballot.box_differs".
    """
    from zhagen.core.fund.vote_count import count_vote, votes_file

    ballot = take_out_box(ballot, by=by, now=now)
    lines, terms = ballot.votes.split("\n") if ballot.votes else [], terms_of(ballot)
    result = count_vote(lines, terms)
    text = votes_file(lines, terms, meta_of(ballot), result.winners)
    return _keep(ballot, result, text, by=by, now=now)


@write_tx
def take_out_box(ballot: Ballot, *, by: Actor, now: dt.datetime) -> Ballot:
    """Take all ballots out of their drawers, sorted; they must be as many as the roll has marked.

    Raises:
        RuleError: as `count_ballot`.
    """
    ballot = locked_ballot(ballot)
    permit(by, "ballot.count", ballot)
    BALLOT.after("count", ballot.state)
    if ballot.is_box_sealed:
        return ballot
    unsettled = ballot.papers.filter(state__in=[PaperState.KEYED_ONCE, PaperState.DIFFERS]).count()
    waiting = ballot.papers_marked - ballot.papers_boxed - ballot.papers_spoilt
    if unsettled or waiting:
        raise RuleError("ballot.papers_unsettled", unsettled=unsettled, waiting=waiting)
    drawers = list(Drawer.objects.select_for_update().filter(ballot=ballot).order_by("pk"))
    lines = sorted_lines([drawer.lines for drawer in drawers])
    ways = turnout(ballot)
    expected = ways[RollEntry.Way.PAGE] + ways[RollEntry.Way.ASSISTED] + ballot.papers_boxed
    if not expected == len(lines) == sum(drawer.votes for drawer in drawers):
        raise RuleError("ballot.box_differs", box=len(lines), roll=expected)
    Drawer.objects.filter(pk__in=[drawer.pk for drawer in drawers]).delete()
    ballot.votes, ballot.is_box_sealed = "\n".join(lines), True
    ballot.save(update_fields=["votes", "is_box_sealed"])
    digest = hashlib.sha256(ballot.votes.encode()).hexdigest()
    record("ballot.box_taken_out", ballot, by=by, at=now, payload={"ballots": len(lines), "sorted": digest})
    return ballot


@write_tx
def _keep(ballot: Ballot, result: "VoteResult", text: str, *, by: Actor, now: dt.datetime) -> Ballot:
    """Keep a count's result; without a quorum it is kept and elects nobody."""
    ballot = locked_ballot(ballot)
    permit(by, "ballot.count", ballot)
    voted = sum(turnout(ballot).values())
    move = "count" if is_quorate(voted, ballot.roll_count, terms_of(ballot)) else "fail"
    ballot.state = BALLOT.after(move, ballot.state)
    ballot.result = {**result.plain(), "voted": voted, "ways": turnout(ballot)}
    ballot.votes_file, ballot.votes_digest = text, hashlib.sha256(text.encode()).hexdigest()
    ballot.counted_at, ballot.counted_by = now, user_of(by)
    ballot.save()
    payload = {"file": ballot.votes_digest, "winners": list(result.winners), "spent_fen": result.spent_fen,
               "voted": voted, "ballots": result.voters}  # fmt: skip
    record(
        "ballot.counted" if move == "count" else "ballot.no_quorum", ballot, by=by, at=now, payload=payload
    )
    tell_vote(ballot, now=now)
    return ballot


def meta_of(ballot: Ballot) -> dict[str, str]:
    """Return what the published file says of place and time."""
    cycle = ballot.cycle
    opened = ballot.opened_at.astimezone(SHANGHAI).date()
    return {
        "description": cycle.title,
        "country": "China",
        "unit": cycle.place.name,
        "instance": f"{cycle.year}",
        "date_begin": opened.isoformat(),
        "date_end": ballot.until_on.isoformat(),
        "language": "zh",
    }


def result_of(ballot: Ballot) -> "VoteResult":
    """Return the kept result of a counted vote."""
    from zhagen.core.fund.vote_count import VoteResult

    known = {name: value for name, value in ballot.result.items() if name not in {"voted", "ways"}}
    return VoteResult.of(known)


def winners_with(ballot: Ballot, budget_fen: int) -> tuple[int, ...]:
    """Return who would win the very same vote with another sum of money, in order of selection."""
    from zhagen.core.fund.vote_count import winners_at

    lines = ballot.votes.split("\n") if ballot.votes else []
    return winners_at(lines, terms_of(ballot), budget_fen)


def may_publish_ballots(ballot: Ballot) -> bool:
    """Return whether there are enough ballots to publish them one by one."""
    rules = cycle_rules(ballot.cycle, ballot.counted_at)
    return int(ballot.result["voters"]) >= rules.int("fund.vote_published_min")
