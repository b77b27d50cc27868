"""The whole chain over HTTP, each step a form posted by the person whose step it is.

A resident without an account says what is missing; a year later the office decides whether the agency that
answered it goes on. No action is called and no row is written except by a posted form; the only things made
beforehand are people, places and the other agencies' registrations. The receipts, words and codes that a
step needs are read from the pages that show them.
"""

import datetime as dt
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.http import HttpResponse
from django.urls import reverse

from tests.cast import Person, cast
from tests.journeys import scenario as story
from tests.journeys.scenario import CLEARED, LOSER, PRICE_FEN, WINNER, WORDS
from tests.procurement.builders_tender import PRICES, a_docx, bidders, member
from zhagen.audit.export import check_live
from zhagen.audit.models import Event
from zhagen.audit.sealer import seal_pending
from zhagen.delivery.models import Acceptance, Activity, AnnualReview, OffPlanTask, Staffing
from zhagen.procurement.actions.panel import active
from zhagen.procurement.models import Award, Bid, BudgetLine, Claim, Contract, Need, Paper, Plan, Seat, Tender


@pytest.fixture
def people():
    return cast()


def at(moment: dt.datetime) -> Callable:
    """Stop the clock of a stage."""
    return time_machine.travel(moment, tick=False)


def see(person: Person, name: str, *args: object) -> str:
    answer = person.client.get(reverse(name, args=args), headers={"accept-language": "zh-hans"})
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def send(person: Person, name: str, /, *args: object, **typed: object) -> HttpResponse:
    """Post a form and be led on; a refused form fails with what its page says."""
    answer = person.client.post(reverse(name, args=args), typed)
    form = (answer.context or {}).get("form")
    told = form.errors.as_json(escape_html=False) if form else answer.content.decode()[:2000]
    assert answer.status_code == 302, (name, answer.status_code, told)
    return answer


def proposed(person: Person, name: str, /, *args: object, **typed: object) -> dict[str, object]:
    """Return what a form proposes under what is typed, as a browser would send it."""
    form = person.client.get(reverse(name, args=args)).context["form"]
    values = {field: form.get_initial_for_field(form.fields[field], field) for field in form.fields}
    return {
        field: value for field, value in values.items() if value not in (None, "") and value is not False
    } | typed


def state_of(row: Model) -> str:
    row.refresh_from_db()
    return row.state


@at(story.RAISED_AT)
def raise_and_sort(people) -> tuple[Need, str]:
    """Raise a need without an account, keep its receipt, sort it to be bought, clear its words."""
    raised = send(people["outsider"], "need_raise", **story.NEED)
    need = Need.objects.get()
    assert need.state == "raised"
    receipt = urlsplit(raised["Location"]).path.rstrip("/").rsplit("/", 1)[-1]
    send(people["handler"], "need_buy", need.pk)
    assert state_of(need) == "to_buy"
    send(people["handler"], "need_clear", need.pk, public_text=CLEARED)
    return need, receipt


@at(story.PLANNED_AT)
def plan_with_money(people, need: Need) -> Plan:
    """Enter the budget line, draft the plan on it, submit, check."""
    send(people["finance"], "budget_line_add", **story.BUDGET_LINE)
    line = BudgetLine.objects.get()
    chosen = {"needs": [str(need.pk)], "budget_line": str(line.pk)}
    form = proposed(people["handler"], "plan_draft", **story.PLAN, **chosen)
    send(people["handler"], "plan_draft", **form)
    plan = Plan.objects.get()
    assert plan.state == "draft"
    send(people["handler"], "plan_submit", plan.pk)
    assert (state_of(plan), state_of(need)) == ("submitted", "planned")
    send(people["chief"], "plan_check", plan.pk)
    assert state_of(plan) == "checked"
    return plan


@at(story.DECIDED_AT)
def decide_plan(people, plan: Plan) -> None:
    """Record what the office decided together; the money is held on the line."""
    send(people["leader"], "plan_approve", plan.pk, **story.PLAN_DECISION)
    assert state_of(plan) == "approved"
    assert BudgetLine.objects.get().committed_fen == 13_500_000


@at(story.PUBLISHED_AT)
def publish(people, plan: Plan) -> tuple[Tender, dict[str, str]]:
    """Draft the round, give three holders their words, publish; return the words only they have seen."""
    handler = people["handler"]
    typed = {"closes_at": story.CLOSES_AT, "buyer": str(people["chief"].user.pk)}
    send(handler, "tender_draft", plan.pk, **proposed(handler, "tender_draft", plan.pk, **typed))
    tender, words = Tender.objects.get(), {}
    for role in story.HOLDERS:
        shown = people[role].client.post(reverse("tender_hold", args=[tender.pk]))
        words[role] = shown.context["words"].words
    send(handler, "tender_publish", tender.pk)
    assert state_of(tender) == "open"
    assert tender.title in see(people["outsider"], "tender_notice", tender.pk)
    return tender, words


@at(story.BID_AT)
def bid(people, tender: Tender) -> None:
    """Three agencies send sealed bids and get a receipt; the street reads none of them."""
    for name, head in bidders(people).items():
        upload = SimpleUploadedFile("响应文件.docx", a_docx(name))
        url = reverse("bid_submit", args=[tender.pk])
        sent = head.client.post(
            url, {"price_fen": str(PRICES[name]), "summary": f"{name}的做法", "file": upload}
        )
        assert "核验码" in sent.content.decode()
    assert Bid.objects.filter(tender=tender, price_fen__isnull=True).count() == 3
    assert WINNER not in see(people["handler"], "tender_view", tender.pk)


@at(story.OPENED_AT)
def open_and_score(people, tender: Tender, words: dict[str, str]) -> None:
    """Close, draw the panel, open with the words of two holders, score."""
    handler = people["handler"]
    send(handler, "tender_close", tender.pk)
    send(handler, "tender_draw", tender.pk)
    assert state_of(tender) == "closed"
    send(
        handler, "tender_open_bids", tender.pk, first="handler", first_words=words["handler"],
        second="discipline", second_words=words["discipline"],
    )  # fmt: skip
    assert state_of(tender) == "opened"
    assert {each.price_fen for each in Bid.objects.all()} == {price * 100 for price in PRICES.values()}
    for seat in active(tender):
        person = member(people, seat)
        send(person, "seat_declare", seat.pk)
        send(person, "seat_score", seat.pk, **marks_on(person, seat))
    send(handler, "tender_finish_scoring", tender.pk)
    assert state_of(tender) == "scored"


def marks_on(person: Person, seat: Seat) -> dict[str, str]:
    """Return marks in the fields of a member's own page; the winner's are the highest."""
    best = str(Bid.objects.get(agency__name=WINNER).pk)
    page = see(person, "seat_score", seat.pk)
    fields = set(re.findall(r'name="([0-9a-f-]{36}:[0-9a-f-]{36})"', page))
    assert len({field.split(":")[0] for field in fields}) == 3
    return {"dissent": "", **{field: "88" if field.startswith(best) else "72" for field in fields}}


@at(story.AWARDED_AT)
def decide_award(people, tender: Tender) -> Award:
    send(people["leader"], "award_decide", tender.pk, **story.AWARD_DECISION)
    award = Award.objects.get()
    assert (state_of(tender), award.agency.name, award.amount_fen) == ("awarded", WINNER, PRICE_FEN)
    reasons = see(people["agency_head_2"], "award_reasons", Bid.objects.get(agency__name=LOSER).pk)
    assert "贵机构第" in reasons
    return award


@at(story.SIGNED_AT)
def sign(people, award: Award) -> Contract:
    """Draft the contract from the award, write its text, record the stamped scan."""
    handler = people["handler"]
    typed = proposed(handler, "contract_draft", award.pk, **story.CONTRACT)
    send(handler, "contract_draft", award.pk, **typed)
    contract = Contract.objects.get()
    assert (contract.state, contract.amount_fen) == ("draft", PRICE_FEN)
    send(handler, "contract_write_text", contract.pk)
    scan = SimpleUploadedFile("合同.pdf", story.PDF, "application/pdf")
    send(handler, "contract_sign", contract.pk, signed_on="2026-03-31", scan=scan)
    assert state_of(contract) == "signed"
    assert {each.kind for each in Paper.objects.filter(contract=contract)} >= {
        "contract_text",
        "contract_scan",
    }
    return contract


@at(story.STARTED_AT)
def start(people, contract: Contract, need: Need) -> Staffing:
    send(people["handler"], "contract_start", contract.pk)
    assert (state_of(contract), state_of(need)) == ("in_service", "in_service")
    worker = str(people["social_worker"].user.pk)
    send(people["agency_head"], "staffing_place", contract.pk, user=worker, **story.STAFFING)
    return Staffing.objects.get()


@at(story.SERVED_AT)
def serve(people, worker: Staffing, need: Need) -> None:
    """Log two visits, write down a task beside the plan, let the community confirm it."""
    social_worker, common = people["social_worker"], {"worker": str(worker.pk)}
    for title in story.VISITS:
        send(social_worker, "activity_log", title=title, needs=[str(need.pk)], **story.VISIT, **common)
    assert [list(each.needs.all()) for each in Activity.objects.all()] == [[need], [need]]
    send(social_worker, "off_plan_record", **story.OFF_PLAN, **common)
    task = OffPlanTask.objects.get()
    assert task.state == "recorded"
    send(people["community"], "off_plan_confirm", task.pk)
    assert state_of(task) == "confirmed"


@at(story.ACCEPTED_AT)
def accept(people, contract: Contract) -> None:
    """The agency asks, a user is heard by the community, the street accepts what was promised by now."""
    middle = contract.instalments.get(order=2)
    send(people["agency_head"], "acceptance_request", middle.pk)
    acceptance = Acceptance.objects.get()
    assert acceptance.state == "requested"
    send(people["community"], "acceptance_hear", acceptance.pk, **story.OPINION)
    assert state_of(acceptance) == "users_asked"
    send(people["handler"], "acceptance_accept", acceptance.pk, **story.PAYABLE)
    assert state_of(acceptance) == "accepted"
    middle.refresh_from_db()
    assert middle.payable_fen == 5_160_000


@at(story.PAID_AT)
def pay(people, contract: Contract) -> Claim:
    """Claim, check, approve, voucher: four people."""
    middle = contract.instalments.get(order=2)
    send(people["agency_head"], "claim_submit", middle.pk, **story.CLAIM)
    claim, states = Claim.objects.get(), []
    assert claim.state == "submitted"
    for who, name, typed in (
        ("handler", "claim_check", {}),
        ("leader", "claim_approve", {}),
        ("finance", "claim_record_payment", story.PAYMENT),
    ):
        send(people[who], name, claim.pk, **typed)
        states.append(state_of(claim))
    assert states == ["checked", "approved", "paid"]
    assert (claim.amount_fen, claim.voucher_no) == (5_160_000, story.VOUCHER)
    return claim


@at(story.HEARD_AT)
def resident_speaks(people, need: Need, receipt: str) -> None:
    send(people["outsider"], "need_say", receipt, **story.OWN_WORD)
    assert state_of(need) == "met"


@at(story.REVIEWED_AT)
def review(people, contract: Contract) -> AnnualReview:
    send(people["handler"], "annual_review_open", contract.pk)
    found = AnnualReview.objects.get()
    send(people["handler"], "annual_review_advise", found.pk)
    assert state_of(found) == "advised"
    assert found.advice == "", (
        "one need and one worker are too little to advise on; the meeting says why it decides"
    )
    send(people["handler"], "annual_review_decide", found.pk, **story.REVIEW_DECISION)
    assert (state_of(found), found.decision) == ("decided", "renew")
    return found


@at(story.REVIEWED_AT + dt.timedelta(hours=6))
def look_back(people, need: Need, contract: Contract, claim: Claim) -> None:
    """From the yuan to the need and back; who may not open the need reads its cleared words."""
    for who, told, kept in (
        ("chief", WORDS, CLEARED), ("auditor", WORDS, CLEARED), ("finance", CLEARED, WORDS),
        ("agency_head", CLEARED, WORDS),
    ):  # fmt: skip
        behind = see(people[who], "chain_claim", claim.pk)
        assert all(each in behind for each in (need.code, told, "51,600.00 元")), who
        heard = behind.split("居民怎么说")[1].split("</table>")[0]
        assert re.findall(r'<td class="number"[^>]*>(\d+)', heard) == ["1", "0", "0", "0"], who
        assert kept not in behind, who
    money = see(people["handler"], "chain_need", need.pk)
    assert all(each in money for each in (contract.title, "172,000.00 元", "51,600.00"))
    year = people["chief"].client.get(reverse("chain_view"), {"year": "2026"}).content.decode()
    assert "51,600.00" in year


LOGGED = {
    "need.raised", "plan.approved", "tender.published", "bid.sealed", "tender.opened", "tender.awarded",
    "contract.signed", "contract.started", "activity.logged", "off_plan.confirmed", "acceptance.accepted",
    "claim.paid", "annual_review.decided",
}  # fmt: skip


def check_log() -> None:
    """What `zhagen log verify` checks of the live database: every step is in it and nothing is amiss."""
    seal_pending()
    assert set(Event.objects.values_list("kind", flat=True)) >= LOGGED
    report = check_live()
    assert (report.findings, report.size) == ((), Event.objects.count())


def test_a_need_said_at_the_door_becomes_a_service_a_payment_and_a_decision(people):
    need, receipt = raise_and_sort(people)
    plan = plan_with_money(people, need)
    decide_plan(people, plan)
    tender, words = publish(people, plan)
    bid(people, tender)
    open_and_score(people, tender, words)
    contract = sign(people, decide_award(people, tender))
    worker = start(people, contract, need)
    serve(people, worker, need)
    accept(people, contract)
    claim = pay(people, contract)
    resident_speaks(people, need, receipt)
    review(people, contract)

    look_back(people, need, contract, claim)
    check_log()
