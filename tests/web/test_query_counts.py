"""A list costs as many queries at fifty rows as at five."""

import datetime as dt
import itertools
import uuid

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.objects import AT, _builders_at, a_cycle, a_rule_draft, a_run, a_vote, fabricate, worlds
from zhagen.community import models as community
from zhagen.delivery import models as delivery
from zhagen.parties import models as parties
from zhagen.policy import models as policy
from zhagen.procurement import models as procurement

FEW, MANY = 5, 50
LISTS = {
    "need_list": "handler",
    "need_public": "outsider",
    "need_summary": "handler",
    "need_sort_many": "handler",
    "budget_line_list": "finance",
    "plan_list": "chief",
    "tender_list": "chief",
    "tender_notices": "outsider",
    "query_list": "chief",
    "bid_offers": "agency_head",
    "seat_list": "expert",
    "contract_list": "chief",
    "contract_public_list": "outsider",
    "claim_list": "finance",
    "acceptance_list": "handler",
    "notice_list": "handler",
    "tie_list": "expert",
    "person_list": "operator",
    "chain_view": "chief",
    "folder_list": "auditor",
    "overview_view": "chief",
    "ballot_list": "chief",
    "ballot_start": "outsider",
    "desk": "handler",
    "fund_cycle_list": "handler",
    "fund_cycle_public_list": "outsider",
    "idea_list": "community",
    "proposal_list": "community",
    "proposal_public_list": "outsider",
    "library_list": "community",
    "library_public": "outsider",
    "fund_guard": "overseer",
    "grant_list": "handler",
    "grant_claim_list": "finance",
    "lab_run_list": "handler",
    "rule_draft_list": "chief",
    "forecast_list": "chief",
}
_numbers = itertools.count(1)


@pytest.fixture
def world():
    return worlds()["own"]


def fill(world, times):
    """Add so many rows of everything that lists show, hanging together and on different persons."""
    with _builders_at(world):
        for _ in range(times):
            _one_of_each(world)


def _one_of_each(w):
    number, people = next(_numbers), w.people
    user = fabricate(parties.User, username=f"u{number}", name=f"同事{number}")
    fabricate(parties.Appointment, user=user, place=w.place(), role="handler", from_on=dt.date(2020, 1, 1))
    agency = fabricate(parties.Organisation, name=f"机构{number}")
    need = fabricate(
        procurement.Need, code=uuid.uuid4().hex[:8].upper(), place_id=w.community, theme="elderly",
        text=f"想有个地方下棋{number}", public_text="活动场地", next_on=AT.date(), owner=user,
    )  # fmt: skip
    line = fabricate(procurement.BudgetLine, place=w.place(), year=2026, code=f"c{number}", amount_fen=10**8)
    plan = fabricate(
        procurement.Plan, place=w.place(), budget_line=line, budget_fen=10**7, year_fen=10**6, drafted_by=user,
        needs=[need], state="approved", method="selection",
    )  # fmt: skip
    tender = fabricate(
        procurement.Tender, plan=plan, state="open", published_at=AT, closes_at=AT + dt.timedelta(days=900),
        method="selection", frozen={},
    )  # fmt: skip
    fabricate(procurement.Seat, tender=tender, user=people["expert"].user, kind="expert")
    fabricate(
        procurement.Query,
        tender=tender,
        agency=agency,
        answer_due_on=AT.date(),
        raised_by=user,
        kind="inquiry",
    )
    contract = fabricate(
        procurement.Contract, place=w.place(), agency=agency, plan=plan, number=f"HT-N{number}", amount_fen=10**6,
        starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 12, 31), state="in_service", signed_on=AT.date(),
    )  # fmt: skip
    part = fabricate(
        procurement.Instalment, contract=contract, order=1, budget_year=2026, amount_fen=10**6, payable_fen=10**6,
        claimed_fen=10**6,
    )  # fmt: skip
    fabricate(
        procurement.Claim,
        contract=contract,
        instalment=part,
        amount_fen=10**6,
        state="submitted",
        desk_since=AT,
    )
    fabricate(delivery.Acceptance, contract=contract, instalment=part, deemed_on=AT.date())
    fabricate(
        parties.Notice, recipient=people["handler"].user, code="site.test", url="/desk/", place=w.place()
    )
    fabricate(parties.Tie, person=people["expert"].user, organisation=agency)
    a_vote(w, "open")
    fabricate(procurement.Paper, place=w.place(), plan=plan, kind="decision_minutes", added_by=user)
    _one_of_each_of_the_fund(w, number, agency)
    _one_of_each_of_the_lab(w, number)


def _one_of_each_of_the_lab(w, number):
    run = a_run(w, number=f"预演-{number}")
    draft = a_rule_draft(w, number=f"规则-{number}", state="in_force")
    policy.RuleDraft.objects.filter(pk=draft.pk).update(run=run)
    fabricate(policy.Forecast, draft=draft, after_months=6)


def _one_of_each_of_the_fund(w, number, agency):
    cycle = a_cycle(w, "collecting")
    fabricate(community.FundLimit, cycle=cycle, over="theme", name="elderly", most_count=1)
    for state in ("raised", "library"):
        idea = fabricate(
            community.Idea, cycle=cycle, code=uuid.uuid4().hex[:8].upper(), theme="elderly", text="修桌子",
            channel="page", state=state,
        )  # fmt: skip
        fabricate(community.CoSign, idea=idea, key=f"k{number}", helper=None)
    for place, state in enumerate(("listed", "library", "granted")):
        proposal = fabricate(
            community.Proposal, cycle=cycle, number=place + 1, title="修桌子", theme="elderly", cost_fen=10**6,
            proposer_shown=f"赵大爷{number}", idea=None, former=None, state=state, listed_at=AT,
        )  # fmt: skip
        fabricate(community.CostLine, proposal=proposal, order=1, quantity=1, unit_fen=10**6, supplier=agency)
        fabricate(community.ProposerTie, proposal=proposal, kind="kin", member=None, organisation=agency)
    grant = fabricate(
        community.Grant, cycle=cycle, proposal=proposal, grantee=agency, amount_fen=10**6, open_fen=10**6,
        number=f"自治{number}",
    )  # fmt: skip
    entry = fabricate(
        community.FundEntry, cycle=cycle, grant=grant, way="bought", source="grant", target="due", amount_fen=100,
        submitted_by=w.people["social_worker"].user, approved_by=None,
    )  # fmt: skip
    fabricate(
        community.FundReceipt, grant=grant, entry=entry, amount_fen=100, invoice_key=f"{number}", supplier=agency,
        added_by=w.people["social_worker"].user, checked_by=None, claim=None, cost_line=None,
    )  # fmt: skip
    fabricate(
        community.GrantClaim, grant=grant, number=f"报账{number}", amount_fen=100, submitted_by=w.people["agency_head"].user,
        desks=["community", "handler", "leader", "finance"], paid_by=None, desk=1, desk_since=AT,
    )  # fmt: skip


def cost(client, url):
    """Return how many queries a page takes on all databases, warm."""
    client.get(url)
    with CaptureQueriesContext(connection) as main, CaptureQueriesContext(connections["throwaway"]) as other:
        assert client.get(url).status_code == 200, url
    return len(main) + len(other), [each["sql"][:160] for each in main]


def test_no_list_costs_more_queries_with_more_rows(world):
    clients = {who: world.people[who].client for who in set(LISTS.values())}
    fill(world, FEW)
    few = {name: cost(clients[who], reverse(name)) for name, who in LISTS.items()}
    fill(world, MANY - FEW)

    many = {name: cost(clients[who], reverse(name)) for name, who in LISTS.items()}

    grown = [
        f"{name}: {few[name][0]} queries at {FEW} rows, {many[name][0]} at {MANY}; such as {most(many[name][1])}"
        for name in LISTS
        if many[name][0] > few[name][0]
    ]
    assert not grown, "\n".join(grown)


def most(queries):
    """Return the query that came most often."""
    stems = [each.split("WHERE")[0][:90] for each in queries]
    return max(set(stems), key=stems.count)
