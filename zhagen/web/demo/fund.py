"""The money that communities of the demo run themselves: ideas, co-signs, coaching, checks, the public list."""

import datetime as dt
from dataclasses import dataclass, field

from zhagen.community.actions.fund_cycle import CycleDraft, draft_cycle, end_ideas, open_cycle
from zhagen.community.actions.fund_list import publish_list
from zhagen.community.actions.idea import (
    IdeaDraft,
    co_sign,
    decline_idea,
    raise_idea,
    show_idea,
    take_up_idea,
)
from zhagen.community.actions.library import reopen_proposal
from zhagen.community.actions.proposal import (
    LineDraft,
    ProposalDraft,
    change_proposal,
    check_proposal_cost,
    check_proposal_list,
    declare_proposer_tie,
    return_proposal,
    submit_proposal,
    write_proposal,
)
from zhagen.community.models import (
    Ballot,
    FundCycle,
    FundEntry,
    Grant,
    GrantClaim,
    Idea,
    Proposal,
    ProposedList,
)
from zhagen.core.fund.negative import Answer
from zhagen.lab.fund_story import MOST_NAMED, FundPlan, Project, Said, raiser_phone, signer_phone
from zhagen.lab.fund_texts import PLANS, SELLERS
from zhagen.lab.names import uscc_of
from zhagen.parties.models import Organisation
from zhagen.platform.vault import PersonalData
from zhagen.web.demo.world import World

FEN = 100
SHOWN_AFTER, SIGNED_AFTER, ANSWERED_AFTER = 1, 2, 3
"""Days after an idea came on which it is shown, neighbours begin to sign, and it is answered."""

FIRST_USCC = 200


@dataclass
class Told:
    """What has been told of a cycle so far.

    Args:
        plan: The cycle as it happens.
        projects: Title → project and who said it, those of the cycle before with it.
        codes: Number on the roll → code of its slip, known to the demo alone.
    """

    plan: FundPlan
    projects: dict[str, tuple[Said, Project]]
    cycle: FundCycle = field(default_factory=FundCycle)
    ideas: dict[str, Idea] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    ballot: Ballot = field(default_factory=Ballot)
    codes: dict[int, str] = field(default_factory=dict)
    made: ProposedList = field(default_factory=ProposedList)
    grants: dict[str, Grant] = field(default_factory=dict)
    entries: dict[str, FundEntry] = field(default_factory=dict)
    claims: dict[str, GrantClaim] = field(default_factory=dict)
    invoices: int = 0

    @property
    def street(self) -> str:
        """Code of the street."""
        return f"{self.plan.community[:9]}000"

    @property
    def office(self) -> str:
        """Key of who works for the community office."""
        return f"community:{self.plan.community}"

    @property
    def lead(self) -> str:
        """Key of the coach: the lead of the agency's station."""
        return f"lead:{self.plan.coach}"

    def overseer(self, number: int = 0) -> str:
        """Key of a member of the supervisory committee."""
        return f"overseer:{self.plan.community}:{number}"


def has_funds(world: World) -> bool:
    """Whether the district is that of the demo; a small world of a proof has no funds."""
    known = {each.code for each in world.district.communities}
    return len(world.district.streets) > 1 and all(each.community in known for each in PLANS)


def begin(world: World) -> list[Told]:
    """Make the shops and the residents' committees, and put every step up to the public list on its day."""
    if not has_funds(world):
        return []
    _make_organisations(world)
    projects: dict[str, tuple[Said, Project]] = {}
    stories = []
    for plan in PLANS:
        projects |= {each.project.title: (each, each.project) for each in plan.ideas if each.project}
        stories.append(Told(plan, dict(projects)))
    before: dict[str, Told] = {}
    for told in stories:
        _put_on_days(world, told, before.get(told.plan.community))
        before[told.plan.community] = told
    return stories


def committee_of(community: str) -> str:
    """Return the key of a community's residents' committee."""
    return f"committee:{community}"


def _make_organisations(world: World) -> None:
    rows = {key: Organisation(name=name, kind=Organisation.Kind.OTHER) for key, name in SELLERS}
    for code in dict.fromkeys(plan.community for plan in PLANS):
        name = f"{world.district.community(code).name}居民委员会"
        rows[committee_of(code)] = Organisation(name=name, kind=Organisation.Kind.COMMITTEE)
    for number, each in enumerate(rows.values()):
        each.uscc, each.created_at = uscc_of(FIRST_USCC + number), world.moment
    Organisation.objects.bulk_create(rows.values())
    world.organisations |= rows


def _put_on_days(world: World, told: Told, before: Told | None) -> None:
    days = told.plan.days
    world.later(days.drafted, draft, told)
    world.later(days.opened, open_, told)
    for said in told.plan.ideas:
        _put_idea_on_days(world, told, said)
    if before is not None and told.plan.again:
        world.later(days.opened + dt.timedelta(5), reopen, told, before)
    world.later(days.ideas_until + dt.timedelta(1), _end_ideas, told)
    world.later(days.written, write, told)
    world.later(days.checked, check, told)
    world.later(days.checked + dt.timedelta(2), mend, told)
    world.later(days.listed, publish, told)


def _put_idea_on_days(world: World, told: Told, said: Said) -> None:
    day = told.plan.days.opened + dt.timedelta(said.day)
    world.later(day, say, told, said)
    if said.public:
        world.later(day + dt.timedelta(SHOWN_AFTER), show, told, said)
    for number in range(said.signers):
        world.later(day + dt.timedelta(SIGNED_AFTER + number // 3), sign, told, said, number)
    if said.declined:
        world.later(day + dt.timedelta(ANSWERED_AFTER), decline, told, said)
    elif said.project:
        world.later(day + dt.timedelta(ANSWERED_AFTER), take_up, told, said)


def draft(world: World, told: Told) -> None:
    """Let the street draft the cycle; its money comes from the formula."""
    plan, days = told.plan, told.plan.days
    made = CycleDraft(
        place=world.places[plan.community],
        stage="community",
        title=plan.title,
        year=plan.year,
        quota_way=FundCycle.QuotaWay.DIRECT if plan.direct_yuan else FundCycle.QuotaWay.URBAN,
        residents=plan.residents,
        direct_fen=plan.direct_yuan * FEN,
        ideas_until_on=days.ideas_until,
        vote_from_on=days.vote_from,
        vote_until_on=days.vote_until,
        clearing_on=days.clearing,
        coach=world.organisations[plan.coach],
        coaching_fen=plan.coaching_yuan * FEN,
        matching_pot_fen=plan.pot_yuan * FEN,
        expert_weight_bp=plan.expert_weight_bp,
        most_named=MOST_NAMED,
    )
    told.cycle = world.act(draft_cycle, made, by=f"handler:{told.street}")


def open_(world: World, told: Told) -> None:
    """Let the section's chief open it: rules, money and limits are frozen."""
    told.cycle = world.act(open_cycle, told.cycle, by=f"chief:{told.street}")


def say(world: World, told: Told, said: Said) -> None:
    """Take an idea in: from the resident's own phone, or written down by the community office."""
    is_own = said.channel == Idea.Channel.PAGE
    person = PersonalData(name=said.shown_as or "邻居", phone=raiser_phone(said.raiser, PLANS))
    idea = IdeaDraft(said.text, said.theme, said.building, said.channel, person, has_consent=not is_own)
    by = "public" if is_own else told.office
    told.ideas[said.key] = world.act(raise_idea, told.cycle, idea, by=by)


def show(world: World, told: Told, said: Said) -> None:
    """Make it public in words that name nobody."""
    told.ideas[said.key] = world.act(show_idea, told.ideas[said.key], text=said.public, by=told.lead)


def sign(world: World, told: Told, said: Said, number: int) -> None:
    """Let a neighbour stand behind it."""
    place = list(told.ideas).index(said.key) * 10 + number
    world.act(co_sign, told.ideas[said.key], phone=signer_phone(told.plan, place), building=said.building)


def take_up(world: World, told: Told, said: Said) -> None:
    """Begin the agency's coaching."""
    told.ideas[said.key] = world.act(take_up_idea, told.ideas[said.key], by=told.lead)


def decline(world: World, told: Told, said: Said) -> None:
    """Answer what is not the fund's to pay."""
    told.ideas[said.key] = world.act(decline_idea, told.ideas[said.key], answer=said.declined, by=told.office)


def reopen(world: World, told: Told, before: Told) -> None:
    """Raise again what lost the year before."""
    for title in told.plan.again:
        old = before.proposals[title]
        told.proposals[title] = world.act(reopen_proposal, old, told.cycle, by=told.office)


def _end_ideas(world: World, told: Told) -> None:
    told.cycle = world.act(end_ideas, told.cycle, by="system")


def write(world: World, told: Told) -> None:
    """Write the proposals with their proposers, ties declared, and hand them in."""
    for title in told.proposals:
        told.proposals[title] = world.act(
            change_proposal, told.proposals[title], _draft_of(world, told, title), by=told.lead
        )
        _hand_in(world, told, title)
    for said in told.plan.ideas:
        if said.project is None:
            continue
        title = said.project.title
        told.proposals[title] = world.act(
            write_proposal, told.ideas[said.key], _draft_of(world, told, title), by=told.lead
        )
        if said.project.fate != "draft":
            _hand_in(world, told, title)


def _draft_of(world: World, told: Told, title: str) -> ProposalDraft:
    said, project = told.projects[title]
    lines = tuple(
        LineDraft(
            buy.what, buy.quantity, buy.unit_yuan * FEN, world.organisations.get(buy.seller),
            "问过三家，取中间价",
        )
        for buy in project.buys
    )  # fmt: skip
    return ProposalDraft(
        title=title,
        need=said.text,
        steps=project.steps,
        theme=said.theme,
        proposer_shown=said.shown_as,
        lines=lines,
        safeguard="装好后由楼门长登记，坏了报居委会；每季度公布一次。",
        building=said.building,
        own_fen=project.own_yuan * FEN,
        coaching_hours=4,
        has_no_ties=not project.kin_of,
    )


def _hand_in(world: World, told: Told, title: str) -> None:
    proposal = told.proposals[title]
    for key in told.projects[title][1].kin_of:
        whom = {"organisation": world.organisations.get(key), "member": world.people.get(key)}
        world.act(declare_proposer_tie, proposal, "kin", **whom, by=told.lead)
    told.proposals[title] = world.act(submit_proposal, proposal, by=told.lead)


FITS = "只用在公共部分，居民自己的事和物业、政府该办的事不在内。"
PASSES = {test: Answer(True, FITS) for test in ("private_duty", "other_liable", "government_duty")}
REFUSED = {
    **PASSES,
    "private_duty": Answer(False, "阳台防护窗是自家的事，由住户自己出钱。", "household_repair"),
}


def check(world: World, told: Told) -> None:
    """Let finance check each cost and the handler hold each against the negative list; one goes back first."""
    for title, proposal in told.proposals.items():
        fate = told.projects[title][1].fate
        if fate == "returned" and title not in told.plan.again:
            missing = "东墙下有供热管线，请先附物业同意开挖的说明。"
            told.proposals[title] = world.act(
                return_proposal, proposal, reason=missing, by=f"finance:{told.street}"
            )
            continue
        _pass(world, told, title, REFUSED if fate == "refused" else PASSES)


def _pass(world: World, told: Told, title: str, answers: dict[str, Answer]) -> None:
    note = "单价与三家报价相符。"
    checked = world.act(check_proposal_cost, told.proposals[title], note=note, by=f"finance:{told.street}")
    told.proposals[title] = world.act(check_proposal_list, checked, answers, by=f"handler:{told.street}")


def mend(world: World, told: Told) -> None:
    """Let the coach mend what was sent back, and check it."""
    for title, proposal in told.proposals.items():
        if proposal.state == "returned":
            changed = world.act(change_proposal, proposal, _draft_of(world, told, title), by=told.lead)
            told.proposals[title] = world.act(submit_proposal, changed, by=told.lead)
            _pass(world, told, title, PASSES)


def publish(world: World, told: Told) -> None:
    """Let the community office publish the list."""
    told.cycle = world.act(publish_list, told.cycle, by=told.office)
