"""What comes next in a fund cycle, in words for anyone and as buttons for whoever may do it."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions.ballot import VOTABLE
from zhagen.community.actions.proposed_list import is_returned, latest_list
from zhagen.community.models import Ballot, FundCycle, ProposedList
from zhagen.community.views.fund_common import allowed, moves_of
from zhagen.core.lifecycle.ballot import LIVE, BallotState
from zhagen.core.lifecycle.fund_cycle import DECISION_MOVES, FUND_CYCLE, FundCycleState
from zhagen.core.lifecycle.proposal import ProposalState
from zhagen.platform.parts import Move
from zhagen.platform.texts import say

RUNNING = {
    BallotState.DRAFT: _("准备投票：名册和投票码"),
    BallotState.OPEN: _("投票进行中：协助、收票、录票"),
    BallotState.CLOSED: _("投票已截止：录完纸质票，计票"),
    BallotState.COUNTED: _("看计票结果"),
}
DECISIONS = {
    "party": (_("记录党组织审议"), "list_decision_party"),
    "assembly": (_("记录居民（代表）会议决定"), "list_decision_assembly"),
    "street": (_("记录街道批准"), "list_decision_street"),
}


def live_ballot(cycle: FundCycle) -> Ballot | None:
    """Return the vote of a cycle that runs or was counted."""
    return cycle.ballots.filter(state__in=LIVE).first()


def next_words(cycle: FundCycle) -> str:
    """Return who does what next, in one sentence."""
    key = str(cycle.state)
    if cycle.state in VOTABLE:
        ballot = live_ballot(cycle)
        key = f"ballot_{ballot.state}" if ballot else "no_ballot"
    if cycle.state == FundCycleState.PROPOSED:
        made = latest_list(cycle)
        key = "returned" if made is not None and is_returned(made) else key
    return say(f"next.fund_cycle.{key}")


def next_moves(request: HttpRequest, cycle: FundCycle) -> list[Move]:
    """Return the buttons towards vote, decisions and grants that the reader may press now."""
    if cycle.state in VOTABLE:
        return _vote_moves(request, cycle)
    made = latest_list(cycle)
    if made is None:
        return []
    if cycle.state == FundCycleState.GRANTED:
        return _grant_moves(request, made)
    return [] if is_returned(made) else _decision_moves(request, made)


def _vote_moves(request: HttpRequest, cycle: FundCycle) -> list[Move]:
    ballot = live_ballot(cycle)
    if ballot is None:
        return moves_of(
            request, cycle, [("ballot.prepare", _("准备投票"), "ballot_prepare", "primary", False)]
        )
    label = RUNNING[BallotState(ballot.state)]
    return moves_of(request, ballot, [("ballot.view", label, "ballot_view", "primary", False)])


def _decision_moves(request: HttpRequest, made: ProposedList) -> list[Move]:
    possible = FUND_CYCLE.moves_from(made.cycle.state)
    wanted = [
        (f"list_decision.{step}", *DECISIONS[step], "primary", False)
        for step, move in DECISION_MOVES.items()
        if move in possible
    ]
    return moves_of(request, made, wanted)  # type: ignore[arg-type]


def _grant_moves(request: HttpRequest, made: ProposedList) -> list[Move]:
    waiting = made.cycle.proposals.filter(state=ProposalState.PROPOSED).order_by("number")
    words = now_("立项：%(title)s")
    return [
        Move(words % {"title": each.title}, reverse("grant_make", args=[each.pk]), "primary")
        for each in waiting
        if allowed(request.actor, "grant.make", each)  # type: ignore[attr-defined]
    ]


def may_propose(cycle: FundCycle) -> bool:
    """Return whether a list can be made now: the vote is counted, and no list stands that was not sent back."""
    if not cycle.ballots.filter(state=BallotState.COUNTED).exists():
        return False
    made = latest_list(cycle)
    return made is None or is_returned(made)
