"""What the community's concepts put on the desks and into the menu."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.community import desk_vote  # noqa: F401 - registers its items
from zhagen.community.actions.fund_notice import day_of_stage
from zhagen.community.actions.grant_claim import may_act_at_desk
from zhagen.community.models import FundCycle, FundEntry, FundReceipt, Grant, GrantClaim, Idea, Proposal
from zhagen.core.lifecycle.fund_cycle import FundCycleState
from zhagen.core.lifecycle.fund_receipt import FundReceiptState
from zhagen.core.lifecycle.grant import GrantState
from zhagen.core.lifecycle.grant_claim import GrantClaimState
from zhagen.core.lifecycle.idea import IdeaState
from zhagen.core.lifecycle.proposal import ProposalState
from zhagen.core.types import Role
from zhagen.platform.desk import DeskItem, Reader, desk_item, first_step, foot_place, menu_place
from zhagen.platform.scope import visible

menu_place(_("社区会议"), "meeting_list", "meeting.list", is_daily=False)
menu_place(_("社区自治金"), "fund_cycle_list", "fund_cycle.list")
menu_place(_("自治金监督"), "fund_guard", "fund_guard.view", is_daily=False)
menu_place(_("自治金立项"), "grant_list", "grant.list", is_daily=False)
menu_place(_("自治金报账"), "grant_claim_list", "grant_claim.list", is_daily=False)
menu_place(_("点子库"), "library_list", "library.list", is_daily=False)
menu_place(_("自治金投票"), "ballot_list", "ballot.list", is_daily=False)
foot_place(_("社区自治金"), "fund_cycle_public_list", "fund_cycle.public_list")
foot_place(_("投票"), "ballot_start", "ballot.vote")
first_step(_("看自治金监督"), "fund_guard", "fund_guard.view", Role.OVERSEER)

COUNTED = (
    (Idea, "idea.write_down", {"state": IdeaState.RAISED, "text": ""}, _("听语音、记下点子"), "idea_list"),
    (
        Idea,
        "idea.show",
        {"state": IdeaState.RAISED, "is_shown": False, "text__gt": ""},
        _("核对并公开点子"),
        "idea_list",
    ),
    (Proposal, "proposal.check_cost", {"state": ProposalState.SUBMITTED}, _("核对提案造价"), "proposal_list"),
    (Proposal, "proposal.check_list", {"state": ProposalState.COSTED}, _("对照负面清单"), "proposal_list"),
    (Proposal, "proposal.change", {"state": ProposalState.RETURNED}, _("修改退回的提案"), "proposal_list"),
)
"""What waits in numbers: of which rows, for whoever may do what, which of them, what to do, on which page."""


@desk_item(Role.COMMUNITY, Role.STATION_LEAD, Role.SOCIAL_WORKER, Role.HANDLER, Role.CHIEF, Role.FINANCE)
def fund_waiting(reader: Reader) -> Iterable[DeskItem]:
    """Ideas to be shown, proposals to be checked or improved: one row each with how many wait."""
    for model, action, wanted, title, page in COUNTED:
        count = visible(reader.actor, action, model).filter(**wanted).count()
        if count:
            yield DeskItem(title, f"{reverse(page)}?state={wanted['state'].value}", count=count)


STEPS = (
    ("fund_cycle.open", FundCycleState.DRAFT, _("开放征集"), "ideas_until_on"),
    ("fund_cycle.publish_list", FundCycleState.CHECKING, _("公示提案清单"), "vote_from_on"),
)


@desk_item(Role.COMMUNITY, Role.HANDLER, Role.CHIEF, Role.LEADER)
def cycles_to_move(reader: Reader) -> Iterable[DeskItem]:
    """Cycles that wait to be opened or to have their list published, with the day that presses."""
    for action, state, title, day in STEPS:
        for cycle in visible(reader.actor, action, FundCycle).filter(state=state).order_by(day)[:8]:
            url = reverse("fund_cycle_view", args=[cycle.pk])
            due = day_of_stage(cycle) if cycle.rules_id else getattr(cycle, day)
            yield DeskItem(title, url, due, detail=cycle.title)


DECIDERS = (
    (Role.COMMUNITY, FundCycleState.PROPOSED, _("记录党组织审议")),
    (Role.COMMUNITY, FundCycleState.PARTY_REVIEWED, _("记录居民（代表）会议决定")),
    (Role.CHIEF, FundCycleState.DECIDED, _("记录街道批准")),
    (Role.LEADER, FundCycleState.DECIDED, _("记录街道批准")),
)


@desk_item(Role.COMMUNITY, Role.CHIEF, Role.LEADER)
def lists_to_decide(reader: Reader) -> Iterable[DeskItem]:
    """Proposed lists that wait for the decision which the reader records."""
    waiting = {state: title for role, state, title in DECIDERS if role in reader.actor.roles}
    cycles = visible(reader.actor, "fund_cycle.view", FundCycle).filter(state__in=list(waiting))
    for cycle in cycles.order_by("vote_until_on")[:8]:
        yield DeskItem(
            waiting[FundCycleState(cycle.state)],
            reverse("fund_cycle_view", args=[cycle.pk]),
            day_of_stage(cycle),
            detail=cycle.title,
        )


GRANT_STEPS = (
    ("grant.start", GrantState.MADE, _("开始实施立项")),
    ("grant.accept", GrantState.REPORTED, _("验收立项")),
    ("grant.clear", GrantState.ACCEPTED, _("结清立项")),
    ("grant.clear", GrantState.STOPPED, _("结清立项")),
)
CARRIERS = (Role.COMMUNITY, Role.AGENCY_HEAD, Role.STATION_LEAD, Role.SOCIAL_WORKER)


@desk_item(Role.HANDLER, Role.CHIEF, Role.FINANCE, *CARRIERS)
def grants_to_move(reader: Reader) -> Iterable[DeskItem]:
    """Grants that wait to be begun, accepted or cleared."""
    for action, state, title in GRANT_STEPS:
        rows = visible(reader.actor, action, Grant).filter(state=state).select_related("proposal")
        for grant in rows.order_by("due_on")[:8]:
            due = grant.due_on if state is GrantState.MADE else None
            yield DeskItem(title, reverse("grant_view", args=[grant.pk]), due, detail=grant.proposal.title)


@desk_item(Role.COMMUNITY, Role.HANDLER, Role.CHIEF)
def receipts_to_check(reader: Reader) -> Iterable[DeskItem]:
    """Receipts that somebody else handed in."""
    rows = visible(reader.actor, "fund_receipt.check", FundReceipt).filter(state=FundReceiptState.ADDED)
    rows = rows.exclude(added_by=reader.actor.key)
    for receipt in rows.order_by("added_at")[:8]:
        yield DeskItem(_("核对票据"), reverse("fund_receipt_view", args=[receipt.pk]), detail=receipt.what)


@desk_item(Role.COMMUNITY, Role.HANDLER, Role.CHIEF, Role.FINANCE)
def entries_to_approve(reader: Reader) -> Iterable[DeskItem]:
    """Entries of a fund's book that wait for another person's word."""
    rows = visible(reader.actor, "fund_entry.approve", FundEntry)
    rows = rows.filter(state=FundEntry.State.WAITING, receipt__isnull=True)
    for entry in rows.exclude(submitted_by=reader.actor.key).order_by("submitted_at")[:8]:
        yield DeskItem(_("复核账目"), reverse("fund_book_view", args=[entry.cycle_id]), detail=entry.what)


@desk_item(Role.COMMUNITY, Role.HANDLER, Role.CHIEF, Role.LEADER, Role.FINANCE)
def grant_claims_on_desk(reader: Reader) -> Iterable[DeskItem]:
    """Claims that lie on the reader's desk and that he has neither handed in nor signed."""
    rows = visible(reader.actor, "grant_claim.view", GrantClaim)
    rows = rows.filter(state__in=[GrantClaimState.SUBMITTED, GrantClaimState.APPROVED])
    rows = rows.select_related("grant__cycle").prefetch_related("signatures")
    for claim in rows.order_by("desk_since")[:20]:
        if may_act_at_desk(claim, reader.actor):
            url = reverse("grant_claim_view", args=[claim.pk])
            yield DeskItem(_("办理自治金报账"), url, detail=claim.number)
