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

from tests.cast import COMMUNITY, Person, cast
from tests.procurement.builders_tender import PRICES, a_docx, bidders, member
from zhagen.audit.export import check_live
from zhagen.audit.models import Event
from zhagen.audit.sealer import seal_pending
from zhagen.delivery.models import Acceptance, Activity, AnnualReview, OffPlanTask, Staffing
from zhagen.procurement.actions.panel import active
from zhagen.procurement.models import Award, Bid, BudgetLine, Claim, Contract, Need, Paper, Plan, Seat, Tender

WORDS = "楼上独居的刘奶奶摔倒过，希望有人常去看看"
CLEARED = "独居老人日常探望"
WINNER = "扎根社工服务中心"
LOSER = "同心社会工作服务社"
PRICE_FEN = PRICES[WINNER] * 100
VOUCHER = "记-2026-1018"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
TERMS = {
    "staff_percent": "60", "wage_day": "15", "deemed_days": "15", "promise_visits": "4", "promise_hours": "6",
    "closing": ["term_elapsed", "acceptance_passed"],
}  # fmt: skip
INSTALMENTS = {
    "amount_fen_1": "68800", "due_on_1": "2026-04-20", "budget_year_1": "2026", "condition_1": "合同签订后",
    "is_on_signing_1": "on",
    "amount_fen_2": "51600", "due_on_2": "2026-09-30", "budget_year_2": "2026", "condition_2": "中期验收合格后",
    "amount_fen_3": "51600", "due_on_3": "2027-03-31", "budget_year_3": "2027", "condition_3": "履约验收合格后",
}  # fmt: skip


@pytest.fixture
def people():
    return cast()


def day(year: int, month: int, date: int, hour: int = 10) -> dt.datetime:
    """Return an hour of a day in Shanghai."""
    return dt.datetime(year, month, date, hour, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def at(moment: dt.datetime) -> Callable:
    """Stop the clock of a stage."""
    return time_machine.travel(moment, tick=False)


def see(person: Person, name: str, *args: object) -> str:
    answer = person.client.get(reverse(name, args=args), headers={"accept-language": "zh-hans"})
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def send(person: Person, name: str, *args: object, **typed: object) -> HttpResponse:
    """Post a form and be led on; a refused form fails with what its page says."""
    answer = person.client.post(reverse(name, args=args), typed)
    form = (answer.context or {}).get("form")
    told = form.errors.as_json(escape_html=False) if form else answer.content.decode()[:2000]
    assert answer.status_code == 302, (name, answer.status_code, told)
    return answer


def proposed(person: Person, name: str, *args: object, **typed: object) -> dict[str, object]:
    """Return what a form proposes under what is typed, as a browser would send it."""
    form = person.client.get(reverse(name, args=args)).context["form"]
    values = {field: form.get_initial_for_field(form.fields[field], field) for field in form.fields}
    return {field: value for field, value in values.items() if value not in (None, "", False)} | typed


def state_of(row: Model) -> str:
    row.refresh_from_db()
    return row.state


@at(day(2026, 2, 23))
def raise_and_sort(people) -> tuple[Need, str]:
    """Raise a need without an account, keep its receipt, sort it to be bought, clear its words."""
    raised = send(
        people["outsider"], "need_raise", place=COMMUNITY, text=WORDS, theme="elderly", who="shared"
    )
    need = Need.objects.get()
    assert need.state == "raised"
    receipt = urlsplit(raised["Location"]).path.rstrip("/").rsplit("/", 1)[-1]
    send(people["handler"], "need_buy", need.pk)
    assert state_of(need) == "to_buy"
    send(people["handler"], "need_clear", need.pk, public_text=CLEARED)
    return need, receipt


@at(day(2026, 3, 2))
def plan_with_money(people, need: Need) -> Plan:
    """Enter the budget line, draft the plan on it, submit, check."""
    send(
        people["finance"], "budget_line_add", year="2026", code="2080299", title="社区服务购买",
        amount_fen="2000000", arrived_on="2026-02-20",
    )  # fmt: skip
    line = BudgetLine.objects.get()
    form = proposed(
        people["handler"], "plan_draft", title="东园社区独居老人支持服务", kind="project", category="elderly",
        needs=[str(need.pk)], communities=[COMMUNITY], content="定期探访独居老人。", budget_line=str(line.pk),
        budget_fen="180000", year_fen="135000", method="selection", term_months="12",
        not_reserved_reason="承接主体为社会服务机构", **TERMS,
    )  # fmt: skip
    send(people["handler"], "plan_draft", **form)
    plan = Plan.objects.get()
    assert plan.state == "draft"
    send(people["handler"], "plan_submit", plan.pk)
    assert (state_of(plan), state_of(need)) == ("submitted", "planned")
    send(people["chief"], "plan_check", plan.pk)
    assert state_of(plan) == "checked"
    return plan


@at(day(2026, 3, 6))
def decide_plan(people, plan: Plan) -> None:
    """Record what the office decided together; the money is held on the line."""
    send(
        people["leader"], "plan_approve", plan.pk, body="主任办公会", number="青禾办纪〔2026〕7号",
        decided_on="2026-03-06", attendees="5",
    )  # fmt: skip
    assert state_of(plan) == "approved"
    assert BudgetLine.objects.get().committed_fen == 13_500_000


@at(day(2026, 3, 9))
def publish(people, plan: Plan) -> tuple[Tender, dict[str, str]]:
    """Draft the round, give three holders their words, publish; return the words only they have seen."""
    handler = people["handler"]
    typed = {"closes_at": "2026-03-19T17:00", "buyer": str(people["chief"].user.pk)}
    send(handler, "tender_draft", plan.pk, **proposed(handler, "tender_draft", plan.pk, **typed))
    tender, words = Tender.objects.get(), {}
    for role in ("handler", "finance", "discipline"):
        shown = people[role].client.post(reverse("tender_hold", args=[tender.pk]))
        words[role] = shown.context["words"].words
    send(handler, "tender_publish", tender.pk)
    assert state_of(tender) == "open"
    assert tender.title in see(people["outsider"], "tender_notice", tender.pk)
    return tender, words


@at(day(2026, 3, 19, 15))
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


@at(day(2026, 3, 20, 9))
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


@at(day(2026, 3, 24))
def decide_award(people, tender: Tender) -> Award:
    send(
        people["leader"], "award_decide", tender.pk, body="主任办公会", number="青禾办纪〔2026〕9号",
        decided_on="2026-03-23", attendees="5",
    )  # fmt: skip
    award = Award.objects.get()
    assert (state_of(tender), award.agency.name, award.amount_fen) == ("awarded", WINNER, PRICE_FEN)
    reasons = see(people["agency_head_2"], "award_reasons", Bid.objects.get(agency__name=LOSER).pk)
    assert "贵机构第" in reasons
    return award


@at(day(2026, 3, 31))
def sign(people, award: Award) -> Contract:
    """Draft the contract from the award, write its text, record the stamped scan."""
    handler = people["handler"]
    typed = {"number": "青禾购〔2026〕1号", "starts_on": "2026-04-01", **INSTALMENTS}
    send(handler, "contract_draft", award.pk, **proposed(handler, "contract_draft", award.pk, **typed))
    contract = Contract.objects.get()
    assert (contract.state, contract.amount_fen) == ("draft", PRICE_FEN)
    send(handler, "contract_write_text", contract.pk)
    scan = SimpleUploadedFile("合同.pdf", PDF, "application/pdf")
    send(handler, "contract_sign", contract.pk, signed_on="2026-03-31", scan=scan)
    assert state_of(contract) == "signed"
    assert {each.kind for each in Paper.objects.filter(contract=contract)} >= {
        "contract_text",
        "contract_scan",
    }
    return contract


@at(day(2026, 4, 1))
def start(people, contract: Contract, need: Need) -> Staffing:
    send(people["handler"], "contract_start", contract.pk)
    assert (state_of(contract), state_of(need)) == ("in_service", "in_service")
    send(
        people["agency_head"], "staffing_place", contract.pk, user=str(people["social_worker"].user.pk),
        place=COMMUNITY, post="worker", from_on="2026-04-01",
    )  # fmt: skip
    return Staffing.objects.get()


@at(day(2026, 4, 10, 16))
def serve(people, worker: Staffing, need: Need) -> None:
    """Log two visits, write down a task beside the plan, let the community confirm it."""
    social_worker, common = people["social_worker"], {"held_on": "2026-04-10", "worker": str(worker.pk)}
    for title in ("上午看望刘奶奶", "下午装扶手"):
        send(
            social_worker, "activity_log", kind="visit", title=title, minutes="90", needs=[str(need.pk)],
            **common,
        )  # fmt: skip
    assert [list(each.needs.all()) for each in Activity.objects.all()] == [[need], [need]]
    send(
        social_worker, "off_plan_record", what="帮社区录台账", asker="community", minutes="60",
        done_on="2026-04-10", worker=str(worker.pk),
    )  # fmt: skip
    task = OffPlanTask.objects.get()
    assert task.state == "recorded"
    send(people["community"], "off_plan_confirm", task.pk)
    assert state_of(task) == "confirmed"


@at(day(2026, 10, 8))
def accept(people, contract: Contract) -> None:
    """The agency asks, a user is heard by the community, the street accepts what was promised by now."""
    middle = contract.instalments.get(order=2)
    send(people["agency_head"], "acceptance_request", middle.pk)
    acceptance = Acceptance.objects.get()
    assert acceptance.state == "requested"
    send(people["community"], "acceptance_hear", acceptance.pk, speaker="刘奶奶", word="kept")
    assert state_of(acceptance) == "users_asked"
    send(people["handler"], "acceptance_accept", acceptance.pk, payable_fen="51600")
    assert state_of(acceptance) == "accepted"
    middle.refresh_from_db()
    assert middle.payable_fen == 5_160_000


@at(day(2026, 10, 18))
def pay(people, contract: Contract) -> Claim:
    """Claim, check, approve, voucher: four people."""
    middle = contract.instalments.get(order=2)
    send(people["agency_head"], "claim_submit", middle.pk, amount_fen="51,600", invoice_no="00112233")
    claim, states = Claim.objects.get(), []
    assert claim.state == "submitted"
    paid = {"voucher_no": VOUCHER, "paid_on": "2026-10-18"}
    for who, name, typed in (
        ("handler", "claim_check", {}),
        ("leader", "claim_approve", {}),
        ("finance", "claim_record_payment", paid),
    ):
        send(people[who], name, claim.pk, **typed)
        states.append(state_of(claim))
    assert states == ["checked", "approved", "paid"]
    assert (claim.amount_fen, claim.voucher_no) == (5_160_000, VOUCHER)
    return claim


@at(day(2026, 10, 20))
def resident_speaks(people, need: Need, receipt: str) -> None:
    send(people["outsider"], "need_say", receipt, word="met", remark="每周都来")
    assert state_of(need) == "met"


@at(day(2027, 3, 10))
def review(people, contract: Contract) -> AnnualReview:
    send(people["handler"], "annual_review_open", contract.pk)
    found = AnnualReview.objects.get()
    send(people["handler"], "annual_review_advise", found.pk)
    assert state_of(found) == "advised"
    assert found.advice
    send(
        people["handler"], "annual_review_decide", found.pk, decision="renew", body="党工委会", number="〔2027〕1号",
        decided_on="2027-03-09", attendees="全体班子成员", differs_reason="居民本人说已解决，要求继续",
    )  # fmt: skip
    assert (state_of(found), found.decision) == ("decided", "renew")
    return found


@at(day(2027, 3, 10, 16))
def look_back(people, need: Need, contract: Contract, claim: Claim) -> None:
    """From the yuan to the need and back; who may not open the need reads its cleared words."""
    for who, told, kept in (
        ("chief", WORDS, CLEARED), ("auditor", WORDS, CLEARED), ("finance", CLEARED, WORDS),
        ("agency_head", CLEARED, WORDS),
    ):  # fmt: skip
        behind = see(people[who], "chain_claim", claim.pk)
        assert all(each in behind for each in (need.code, told, "51,600.00 元")), who
        heard = behind.split("居民怎么说")[1].split("</table>")[0]
        assert re.findall(r'<td class="number">(\d+)', heard) == ["1", "0", "0", "0"], who
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
