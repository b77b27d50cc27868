"""What votes on the community fund, marks, grants under way and the watch over them put on the desks."""

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions.ballot import VOTABLE
from zhagen.community.models import Ballot, FundCycle, Grant, PaperBallot, Proposal
from zhagen.core.lifecycle.ballot import KEYING, LIVE, BallotState, PaperState
from zhagen.core.lifecycle.fund_cycle import FundCycleState
from zhagen.core.lifecycle.fund_receipt import FundReceiptState
from zhagen.core.lifecycle.grant import GrantState
from zhagen.core.lifecycle.proposal import ProposalState
from zhagen.core.types import Role
from zhagen.platform.desk import DeskItem, Reader, desk_item
from zhagen.platform.scope import visible

MOST_SHOWN = 8


@desk_item(Role.COMMUNITY)
def votes_to_prepare(reader: Reader) -> Iterable[DeskItem]:
    """Cycles whose list is public and that have no vote yet, by the day on which it begins."""
    cycles = visible(reader.actor, "ballot.prepare", FundCycle).filter(state__in=VOTABLE)
    live = Ballot.objects.filter(state__in=LIVE).values("cycle_id")
    for cycle in cycles.exclude(pk__in=live).order_by("vote_from_on")[:MOST_SHOWN]:
        url = reverse("fund_cycle_view", args=[cycle.pk])
        yield DeskItem(_("准备投票"), url, cycle.vote_from_on, detail=cycle.title)


RUN = (
    ("ballot.make_roll", BallotState.DRAFT, _("编名册、印投票码")),
    ("ballot.open", BallotState.DRAFT, _("开始投票")),
    ("ballot.assist", BallotState.OPEN, _("协助投票、收纸质票")),
    ("ballot.count", BallotState.CLOSED, _("计票")),
)
"""What is done with a vote, in which state."""


@desk_item(Role.COMMUNITY, Role.OVERSEER, Role.HANDLER, Role.CHIEF)
def votes_to_run(reader: Reader) -> Iterable[DeskItem]:
    """Votes to be prepared, opened, run and counted."""
    for action, state, title in RUN:
        rows = visible(reader.actor, action, Ballot).filter(state=state).select_related("cycle")
        if state is BallotState.DRAFT:
            is_ready = Q(roll__isnull=False) & ~Q(pk__in=_unprinted())
            rows = rows.filter(is_ready).distinct() if action == "ballot.open" else rows.exclude(is_ready)
        for ballot in rows.order_by("until_on")[:MOST_SHOWN]:
            day = ballot.cycle.vote_from_on if state is BallotState.DRAFT else ballot.until_on
            yield DeskItem(title, reverse("ballot_view", args=[ballot.pk]), day, detail=ballot.cycle.title)


def _unprinted() -> object:
    return Ballot.objects.filter(state=BallotState.DRAFT, roll__code_digest="").values("pk")


@desk_item(Role.COMMUNITY, Role.OVERSEER)
def papers_to_key(reader: Reader) -> Iterable[DeskItem]:
    """Papers that wait for a first, a second or a third reading by this person."""
    ballots = visible(reader.actor, "ballot.key_paper", Ballot).select_related("cycle")
    for ballot in ballots.filter(state__in=KEYING, papers_marked__gt=0):
        papers = PaperBallot.objects.filter(ballot=ballot)
        begun = papers.filter(state__in=[PaperState.KEYED_ONCE, PaperState.DIFFERS])
        own = begun.filter(Q(first_by=reader.actor.key) | Q(second_by=reader.actor.key)).count()
        left = ballot.papers_marked - ballot.papers_boxed - ballot.papers_spoilt - own
        if left > 0:
            url = reverse("ballot_key_paper", args=[ballot.pk])
            yield DeskItem(_("录入纸质票"), url, ballot.until_on, count=left, detail=ballot.cycle.title)


@desk_item(Role.OVERSEER)
def concentration_to_look_at(reader: Reader) -> Iterable[DeskItem]:
    """Proposers, buildings and suppliers who get a large share: one row with how many."""
    from zhagen.community.views.fund_guard import groups_of

    grants = visible(reader.actor, "fund_guard.view", Grant).exclude(state=GrantState.STOPPED)
    count = sum(row.is_high for _, rows in groups_of(grants) for row in rows)
    if count:
        yield DeskItem(_("核实资金集中的情况"), reverse("fund_guard"), count=count)


@desk_item(Role.COMMUNITY, Role.HANDLER)
def lists_to_propose(reader: Reader) -> Iterable[DeskItem]:
    """Counted votes from which no proposed list was made yet."""
    cycles = visible(reader.actor, "fund_cycle.propose", FundCycle).filter(
        state=FundCycleState.VOTING, ballots__state=BallotState.COUNTED
    )
    for cycle in cycles.order_by("vote_until_on")[:MOST_SHOWN]:
        url = reverse("fund_cycle_view", args=[cycle.pk])
        yield DeskItem(_("出拟立项清单"), url, cycle.vote_until_on, detail=cycle.title)


@desk_item(Role.HANDLER, Role.CHIEF)
def grants_to_make(reader: Reader) -> Iterable[DeskItem]:
    """Approved proposals that have no grant yet: one row a cycle with how many wait."""
    waiting = visible(reader.actor, "grant.make", Proposal).filter(
        state=ProposalState.PROPOSED, cycle__state=FundCycleState.GRANTED
    )
    cycles = FundCycle.objects.filter(pk__in=waiting.values("cycle_id"))
    for cycle in cycles.order_by("clearing_on")[:MOST_SHOWN]:
        url = f"{reverse('proposal_list')}?cycle={cycle.pk}&state={ProposalState.PROPOSED.value}"
        count = waiting.filter(cycle=cycle).count()
        yield DeskItem(_("给批准的提案立项"), url, count=count, detail=cycle.title)


@desk_item(Role.EXPERT)
def proposals_to_mark(reader: Reader) -> Iterable[DeskItem]:
    """Listed proposals that the expert has not marked: one row a cycle with how many wait."""
    waiting = (
        visible(reader.actor, "proposal.score", Proposal)
        .filter(state=ProposalState.LISTED, cycle__expert_weight_bp__gt=0, cycle__state__in=VOTABLE)
        .exclude(scores__expert=reader.actor.key)
    )
    cycles = FundCycle.objects.filter(pk__in=waiting.values("cycle_id"))
    for cycle in cycles.order_by("vote_until_on")[:MOST_SHOWN]:
        url = f"{reverse('proposal_list')}?cycle={cycle.pk}&state={ProposalState.LISTED.value}"
        count = waiting.filter(cycle=cycle).count()
        yield DeskItem(_("给提案评分"), url, cycle.vote_until_on, count=count, detail=cycle.title)


@desk_item(Role.COMMUNITY, Role.STATION_LEAD, Role.AGENCY_HEAD)
def receipts_to_claim(reader: Reader) -> Iterable[DeskItem]:
    """Grants with checked receipts that no claim holds yet."""
    grants = visible(reader.actor, "grant_claim.submit", Grant).filter(
        receipts__state=FundReceiptState.CHECKED
    )
    for grant in grants.select_related("proposal").distinct().order_by("due_on")[:MOST_SHOWN]:
        url = reverse("grant_claim_submit", args=[grant.pk])
        yield DeskItem(_("把核对过的票据报账"), url, grant.due_on, detail=grant.proposal.title)


@desk_item(Role.COMMUNITY, Role.STATION_LEAD, Role.AGENCY_HEAD, Role.SOCIAL_WORKER)
def grants_under_way(reader: Reader) -> Iterable[DeskItem]:
    """Grants whose work runs, by the day on which it is to be done."""
    grants = visible(reader.actor, "grant.report", Grant).filter(state=GrantState.UNDER_WAY)
    for grant in grants.select_related("proposal").order_by("due_on")[:MOST_SHOWN]:
        url = reverse("grant_view", args=[grant.pk])
        yield DeskItem(_("做立项：交票据，完成后报告"), url, grant.due_on, detail=grant.proposal.title)
