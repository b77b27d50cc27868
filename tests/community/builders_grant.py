"""What tests of a fund's money begin with: a grant, its receipts, a claim."""

import datetime as dt

from tests.cast import COMMUNITY, make_person
from tests.community.builders import (
    LISTED_AT,
    a_list,
    a_ready_proposal,
    a_vote,
    after_days,
    an_open_cycle,
    decide,
)
from zhagen.community.actions.fund_cycle import end_ideas
from zhagen.community.actions.fund_entry import approve_entry, show_own
from zhagen.community.actions.fund_list import publish_list
from zhagen.community.actions.fund_receipt import ReceiptDraft, Scan, add_receipt, check_receipt
from zhagen.community.actions.grant import GrantReport, accept_grant, report_grant, start_grant
from zhagen.community.actions.grant_claim import record_grant_payment, sign_grant_claim, submit_grant_claim
from zhagen.community.actions.grant_make import GrantDraft, make_grant
from zhagen.community.actions.proposed_list import propose_list
from zhagen.community.models import Grant
from zhagen.core.types import Role
from zhagen.parties.models import Organisation

AT = LISTED_AT + dt.timedelta(days=3)
LATER = AT + dt.timedelta(days=10)
SCAN = Scan("a" * 64, "image/jpeg", "b" * 64)


def a_made_grant(people, **changes):
    """Return a grant of 10,000 yuan to the agency, not begun."""
    made = a_list(people, **changes)
    decide(people, made, "party", "assembly", "street")
    return make_it(people, made)


def make_it(people, made):
    """Return the grant of the list's first winner."""
    agency = Organisation.objects.get(name="扎根社工服务中心")
    draft = GrantDraft(agency, due_on=dt.date(2026, 12, 31), contract_no="HT-1")
    proposal = made.lines.filter(order=1).get().proposal
    return make_grant(proposal, draft, by=people["handler"].actor, now=AT)


def a_grant(people, **changes):
    """Return a grant under way."""
    return start_grant(a_made_grant(people, **changes), by=people["agency_head"].actor, now=AT)


def a_matched_grant(people):
    """Return a grant under way whose residents promised 2,000 yuan, matched with as much."""
    cycle = an_open_cycle(people, matching_pot_fen=1_000_000)
    a_ready_proposal(people, cycle, own_fen=200_000)
    end_ideas(cycle, by=people["community"].actor, now=after_days(19))
    cycle = publish_list(cycle, by=people["community"].actor, now=after_days(20))
    type(cycle).objects.filter(pk=cycle.pk).update(state="voting")
    made = propose_list(cycle, a_vote(cycle, [[1]] * 6), by=people["community"].actor, now=LISTED_AT)
    decide(people, made, "party", "assembly", "street")
    return start_grant(make_it(people, made), by=people["agency_head"].actor, now=AT)


def a_receipt_draft(**changes):
    values = {
        "amount_fen": 300_000, "what": "石桌", "supplier_name": "青禾石材店", "invoice_no": "26110001",
        "invoiced_on": LATER.date(),
    }  # fmt: skip
    return ReceiptDraft(**{**values, **changes})


def a_receipt(people, grant, who="social_worker", **changes):
    """Return a receipt that the agency's worker handed in."""
    return add_receipt(grant, a_receipt_draft(**changes), SCAN, by=people[who].actor, now=LATER)


def a_checked_receipt(people, grant, **changes):
    return check_receipt(a_receipt(people, grant, **changes), by=people["handler"].actor, now=LATER)


def own_money(people, grant, amount_fen):
    """Show own money and have it confirmed."""
    by = people["agency_head"].actor
    entry = show_own(grant, amount_fen, what="楼里凑的", reference="收据 3", by=by, now=LATER)
    return approve_entry(entry, by=people["finance"].actor, now=LATER)


def a_claim(people, grant, **changes):
    """Return a claim of one checked receipt, handed in by the head of the agency."""
    a_checked_receipt(people, grant, **changes)
    return submit_grant_claim(grant, by=people["agency_head"].actor, now=LATER)


SIGNERS = ("community", "handler", "leader")


def a_signed_claim(people, grant, **changes):
    claim = a_claim(people, grant, **changes)
    for who in SIGNERS:
        claim = sign_grant_claim(claim, by=people[who].actor, now=LATER)
    return claim


def pay(people, claim, voucher="记-118"):
    by = people["finance"].actor
    return record_grant_payment(claim, voucher_no=voucher, paid_on=LATER.date(), by=by, now=LATER)


def reported(people, grant):
    report = GrantReport("桌椅装好了，六位老人一起装的", people_reached=120)
    return report_grant(grant, report, by=people["agency_head"].actor, now=LATER)


def accepted(people, grant):
    return accept_grant(reported(people, grant), note="看过了", by=people["handler"].actor, now=LATER)


def second(people, role, name="李小平"):
    """Return one more person of a role in the same community or street."""
    place = COMMUNITY if role is Role.COMMUNITY else people["handler"].user.appointments.get().place_id
    return make_person(f"second_{role}", name, role, place)


def again(grant):
    return Grant.objects.get(pk=grant.pk)
