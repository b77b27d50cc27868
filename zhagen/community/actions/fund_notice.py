"""Who is told what comes next in the community's fund, and by when: cycles, votes, proposals, ideas.

Residents have no account: what they are to know stands behind their receipt's code, on their slips and on the
public pages; whoever wrote an idea or a proposal down for them is told to pass it on.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from zhagen.community.models import Ballot, FundCycle, Idea, Proposal
from zhagen.core.lifecycle.ballot import BallotState
from zhagen.core.lifecycle.fund_cycle import FundCycleState
from zhagen.core.types import Role
from zhagen.parties.actions.notice import Note, notify, people_at, people_of, settle_left
from zhagen.parties.models import Notice, User
from zhagen.parties.rules import thawed
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.tx import write_tx

S = FundCycleState
COACHES = (Role.STATION_LEAD, Role.SOCIAL_WORKER)
DayOf = Callable[[FundCycle], dt.date | None]


def _rule(cycle: FundCycle, name: str) -> dt.timedelta:
    return dt.timedelta(thawed(cycle.rules_id).int(name))


def _last_day_to_list(cycle: FundCycle) -> dt.date:
    """Return the last day on which the list may become public, so that it is so long enough before the vote."""
    return cycle.vote_from_on - _rule(cycle, "fund.list_public_min")


def _decision_day(cycle: FundCycle) -> dt.date | None:
    """Return by when the next decision on the newest list is to be taken."""
    made = cycle.proposed_lists.order_by("-version").first()
    if made is None:
        return None
    last = made.decisions.order_by("-recorded_at").first()
    moment = last.recorded_at if last else made.made_at
    return moment.astimezone(SHANGHAI).date() + _rule(cycle, "fund.decision_max")


def _vote_day(cycle: FundCycle) -> dt.date:
    ballot = cycle.ballots.order_by("-round").first()
    return ballot.until_on if ballot else cycle.vote_until_on


@dataclass(frozen=True, slots=True)
class Stage:
    """Who acts while a cycle stands somewhere, and by when."""

    roles: tuple[Role, ...]
    day: DayOf
    coaches: tuple[Role, ...] = ()


STAGES: Mapping[str, Stage] = {
    S.COLLECTING: Stage((Role.COMMUNITY,), lambda cycle: cycle.ideas_until_on, COACHES),
    S.CHECKING: Stage((Role.HANDLER, Role.FINANCE, Role.COMMUNITY), _last_day_to_list, COACHES),
    S.LISTED: Stage((Role.COMMUNITY,), lambda cycle: cycle.vote_from_on),
    S.VOTING: Stage((Role.COMMUNITY, Role.OVERSEER, Role.HANDLER), _vote_day),
    S.PROPOSED: Stage((Role.COMMUNITY,), _decision_day),
    S.PARTY_REVIEWED: Stage((Role.COMMUNITY,), _decision_day),
    S.DECIDED: Stage((Role.CHIEF, Role.LEADER), _decision_day),
    S.GRANTED: Stage((Role.HANDLER, Role.CHIEF), lambda cycle: None),
}


def day_of_stage(cycle: FundCycle) -> dt.date | None:
    """Return by when a cycle's next step is to be taken; None where no day presses."""
    stage = STAGES.get(cycle.state)
    return stage.day(cycle) if stage else None


def tell_stage(cycle: FundCycle, *, now: dt.datetime, code: str = "", is_urgent: bool = False) -> None:
    """Tell whoever acts next in a cycle, inside the action that moved it; what waited before is settled.

    Args:
        cycle: Where it stands now.
        now: The moment.
        code: Another text than that of the state, such as that of a list sent back.
        is_urgent: A reminder, mailed at once.
    """
    settle_left(cycle, now)
    stage = STAGES.get(cycle.state)
    if stage is None:
        return
    people = people_at(cycle.place_id, *stage.roles)
    if stage.coaches and cycle.coach:
        people += people_of(cycle.coach, *stage.coaches)
    note = Note(
        f"fund_cycle.{code or cycle.state}",
        reverse("fund_cycle_view", args=[cycle.pk]),
        due_on=stage.day(cycle),
        figures={"title": cycle.title},
        is_urgent=is_urgent,
        about=cycle,
    )
    notify(note, to=people, now=now)


def tell_experts(cycle: FundCycle, *, now: dt.datetime) -> None:
    """Ask the experts for their marks where these weigh in the list."""
    if cycle.expert_weight_bp:
        url = f"{reverse('proposal_list')}?cycle={cycle.pk}"
        note = Note("proposal.to_mark", url, due_on=cycle.vote_until_on, figures={"title": cycle.title})
        notify(note, to=people_at(cycle.place_id, Role.EXPERT), now=now)


AFTER_VOTE: Mapping[str, tuple[Role, ...]] = {
    BallotState.CLOSED: (Role.COMMUNITY, Role.OVERSEER, Role.HANDLER),
    BallotState.COUNTED: (Role.COMMUNITY, Role.HANDLER),
    BallotState.NO_QUORUM: (Role.COMMUNITY, Role.HANDLER, Role.CHIEF),
}


def tell_vote(ballot: Ballot, *, now: dt.datetime) -> None:
    """Tell who counts a closed vote, and who goes on after the count."""
    note = Note(
        f"ballot.{ballot.state}",
        reverse("ballot_view", args=[ballot.pk]),
        figures={"title": ballot.cycle.title},
        about=ballot,
    )
    notify(note, to=people_at(ballot.cycle.place_id, *AFTER_VOTE[ballot.state]), now=now)


CHECKERS: Mapping[str, tuple[Role, ...]] = {
    "submitted": (Role.FINANCE, Role.HANDLER),
    "cost_checked": (Role.HANDLER, Role.COMMUNITY),
}


def tell_checkers(proposal: Proposal, what: str, *, now: dt.datetime) -> None:
    """Tell who checks a proposal next; whoever wrote it does not."""
    people = people_at(proposal.cycle.place_id, *CHECKERS[what])
    note = Note(
        f"proposal.{what}",
        reverse("proposal_view", args=[proposal.pk]),
        due_on=_last_day_to_list(proposal.cycle),
        figures={"title": proposal.title},
        about=proposal,
    )
    notify(note, to=[each for each in people if each.pk != proposal.written_by_id], now=now)


def tell_proposer(proposal: Proposal, what: str, *, now: dt.datetime) -> None:
    """Tell the proposer, where he has an account, and whoever wrote it with him, how a proposal fared."""
    figures = {"title": proposal.title, "reason": proposal.reason}
    staff = reverse("proposal_view", args=[proposal.pk])
    notify(Note(f"proposal.{what}", staff, figures=figures), to=[proposal.written_by], now=now)
    own = proposal.proposer
    if own and own.pk != proposal.written_by_id and proposal.listed_at:
        public = reverse("proposal_public", args=[proposal.pk])
        notify(Note(f"proposal.{what}", public, figures=figures), to=[own], now=now)


def tell_helper(idea: Idea, what: str, *, now: dt.datetime) -> None:
    """Tell whoever wrote an idea down for a resident how it fared; others read it behind their code."""
    helper: User | None = idea.helper
    if helper:
        note = Note(
            f"idea.{what}", reverse("idea_view", args=[idea.pk]),
            figures={"code": idea.code, "answer": idea.answer},
        )  # fmt: skip
        notify(note, to=[helper], now=now)


def remind_of_stages(now: dt.datetime) -> int:
    """Remind once, some days before, whoever acts in a cycle's stage; return how many cycles."""
    today, told = now.astimezone(SHANGHAI).date(), 0
    for cycle in FundCycle.objects.filter(state__in=list(STAGES)).select_related("coach"):
        day = day_of_stage(cycle)
        near = day is not None and today <= day <= today + _rule(cycle, "fund.stage_reminder")
        if near and _remind_once(cycle, day, now):
            told += 1
    return told


@write_tx
def _remind_once(cycle: FundCycle, day: dt.date | None, now: dt.datetime) -> bool:
    """Remind of a day unless that was done; the cycle's row keeps two reminders from crossing."""
    cycle = FundCycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    url = reverse("fund_cycle_view", args=[cycle.pk])
    code = f"fund_cycle.{cycle.state}"
    if Notice.objects.filter(url=url, code=code, due_on=day, is_urgent=True).exists():
        return False
    tell_stage(cycle, now=now, is_urgent=True)
    return True
