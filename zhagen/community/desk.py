"""What the community's concepts put on the desks and into the menu."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.community import desk_vote  # noqa: F401 - registers its items
from zhagen.community.models import FundCycle, Idea, Proposal
from zhagen.core.lifecycle.fund_cycle import FundCycleState
from zhagen.core.lifecycle.idea import IdeaState
from zhagen.core.lifecycle.proposal import ProposalState
from zhagen.core.types import Role
from zhagen.platform.desk import DeskItem, Reader, desk_item, first_step, foot_place, menu_place
from zhagen.platform.scope import visible

menu_place(_("社区会议"), "meeting_list", "meeting.list", is_daily=False)
menu_place(_("社区自治金"), "fund_cycle_list", "fund_cycle.list")
menu_place(_("自治金监督"), "fund_guard", "fund_guard.view", is_daily=False)
menu_place(_("点子库"), "library_list", "library.list", is_daily=False)
menu_place(_("自治金投票"), "ballot_list", "ballot.list", is_daily=False)
foot_place(_("社区自治金"), "fund_cycle_public_list", "fund_cycle.public_list")
foot_place(_("投票"), "ballot_start", "ballot.vote")
first_step(_("看自治金监督"), "fund_guard", "fund_guard.view", Role.OVERSEER)

COUNTED = (
    (Idea, "idea.show", {"state": IdeaState.RAISED, "is_shown": False}, _("核对并公开点子"), "idea_list"),
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
            yield DeskItem(title, url, getattr(cycle, day), detail=cycle.title)


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
            detail=cycle.title,
        )
