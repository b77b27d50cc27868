"""The other methods of buying, as actions and over HTTP: direct, three quotes, and the finance platform."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import cast
from tests.procurement import builders_tender as made
from zhagen.core.errors import RuleError
from zhagen.procurement.actions import award, bid, step, tender
from zhagen.procurement.actions.folder import PaperDraft, file_paper
from zhagen.procurement.actions.tender import rules_in
from zhagen.procurement.models import Award, Contract, Paper, Plan, Tender

YUAN = made.YUAN
SMALL = {
    "method": "direct", "budget_fen": 18_000 * YUAN, "year_fen": 18_000 * YUAN,
    "method_reason": "金额小，两场培训，时间紧",
}  # fmt: skip
QUOTES = {"method": "three_quotes", "budget_fen": 90_000 * YUAN, "year_fen": 90_000 * YUAN}
LARGE = {"method": "consultation", "budget_fen": 1_200_000 * YUAN, "year_fen": 600_000 * YUAN}
AT = made.PUBLISHED_AT


@pytest.fixture
def people():
    return cast()


def post(person, name, *args, **data):
    return person.client.post(reverse(name, args=args), data)


def drafted(people, **plan) -> Tender:
    of = made.a_plan(people, **plan)
    draft = tender.TenderDraft("邻里互助培训", "两场培训", expert_seats=0, resident_seats=0)
    return tender.draft_tender(of, draft, by=people["handler"].actor, now=AT)


def winner(people):
    return people["agency_head"].user.appointments.get().organisation


GIVEN = {"body": "主任办公会", "number": "青禾办纪〔2026〕9号", "decided_on": "2026-03-09", "attendees": "5"}


# Direct purchase


def test_a_direct_purchase_goes_from_plan_to_contract_over_http(people):
    plan = made.a_plan(people, **SMALL)
    handler = people["handler"]
    with time_machine.travel(AT, tick=False):
        form = handler.client.get(reverse("tender_draft", args=[plan.pk])).context["form"]
        typed = {"title": "邻里互助培训", "notice": "两场培训，每场三十人"}
        assert set(form.fields) == set(typed)  # no deadline, panel or table for what has no round
        assert post(handler, "tender_draft", plan.pk, **typed).status_code == 302
        of = Tender.objects.get()
        page = handler.client.get(reverse("tender_view", args=[of.pk])).content.decode()
        given = GIVEN | {"agency": str(winner(people).pk), "amount_fen": "17,800"}
        answer = post(people["leader"], "award_direct", of.pk, **given)

    assert "密封口令" not in page
    made_award = Award.objects.get()
    assert answer.url == reverse("award_view", args=[made_award.pk])
    assert made_award.amount_fen == 17_800 * YUAN
    assert made_award.reason == SMALL["method_reason"]
    plan.refresh_from_db()
    assert plan.held_fen == 17_800 * YUAN
    draft = reverse("contract_draft", args=[made_award.pk])
    assert handler.client.get(draft).status_code == 200
    assert award.awarded_terms(made_award).frozen_digest == Tender.objects.get().frozen_digest


def test_a_plan_above_the_direct_limit_does_not_go_up(people):
    over = SMALL | {"budget_fen": 30_001 * YUAN, "year_fen": 30_001 * YUAN}

    with pytest.raises(RuleError) as refused:
        made.a_plan(people, "submitted", **over)

    codes = {each.code for each in getattr(refused.value, "errors", [refused.value])}
    assert codes == {"plan.over_method_limit"}


@pytest.mark.parametrize("amount", ["18,000.01", "0", "一万八"])
def test_a_direct_award_over_the_budget_or_no_amount_is_told_and_keeps_what_was_typed(people, amount):
    of = drafted(people, **SMALL)
    with time_machine.travel(AT, tick=False):
        given = GIVEN | {"agency": str(winner(people).pk), "amount_fen": amount}
        answer = post(people["leader"], "award_direct", of.pk, **given)

    assert answer.status_code == 422
    assert amount in answer.content.decode()
    assert not Award.objects.exists()


def test_a_direct_purchase_has_no_notice_and_a_selection_no_direct_award(people):
    of = drafted(people, **SMALL)
    assert post(people["handler"], "tender_publish", of.pk).status_code == 422

    other = made.a_round(people, "draft", of=made.a_plan(people, title="另一项目")).tender
    with pytest.raises(RuleError) as refused:
        award.award_directly(
            other, winner(people), 100 * YUAN, made.DECISION, by=people["leader"].actor, now=AT
        )
    assert refused.value.code == "award.not_direct"


def test_a_direct_award_above_the_threshold_of_decisions_needs_a_meeting(people):
    of = drafted(people, **SMALL | {"budget_fen": 30_000 * YUAN, "year_fen": 30_000 * YUAN})
    with time_machine.travel(AT, tick=False):
        given = GIVEN | {"agency": str(winner(people).pk), "amount_fen": "30000", "attendees": "2"}
        answer = post(people["leader"], "award_direct", of.pk, **given)

    assert answer.status_code == 422
    assert "到会" in answer.content.decode()


# Three quotes


def quotes(people, state="bids", *, invited=3, bidding=3):
    """Return a round of three quotes, invited by name, with so many quotes in."""
    heads = made.bidders(people, invited)
    agencies = tuple(head.user.appointments.get().organisation for head in heads.values())
    made_round = made.a_round(
        people, "open", of=made.a_plan(people, **QUOTES), criteria=(tender.CriterionDraft("price", "报价", 10_000),),
        is_invited_only=True, invited=agencies, expert_seats=0, resident_seats=0, buyer=None,
    )  # fmt: skip
    prices = (82_000, 79_500, 88_000, 70_000)
    for place, (name, head) in enumerate(list(heads.items())[:bidding]):
        draft = bid.BidDraft(prices[place] * YUAN, None, f"{name}报价", made.a_docx(name))
        received = made.CLOSES_AT - dt.timedelta(hours=place + 1)
        bid.submit_bid(made_round.tender, draft, by=head.actor, received_at=received)
    made_round.heads = heads
    if state != "bids":
        made._close(people, made_round)
        made._open(people, made_round)
    return made_round


def test_of_three_quotes_the_lowest_wins_without_a_panel(people):
    round_ = quotes(people, "opened")
    with time_machine.travel(made.OPENED_AT, tick=False):
        ranked = post(people["handler"], "tender_finish_scoring", round_.tender.pk)
        decided = post(
            people["leader"], "award_decide", round_.tender.pk, **GIVEN | {"decided_on": "2026-03-20"}
        )

    assert (ranked.status_code, decided.status_code) == (302, 302)
    won = Award.objects.get()
    assert won.agency.name == "同心社会工作服务社"
    assert won.amount_fen == 79_500 * YUAN
    assert not round_.tender.seats.exists()
    reasons = round_.heads["和邻公益发展中心"].client.get(
        reverse("award_reasons", args=[made.bid_of(round_.tender, "和邻公益发展中心").pk])
    )
    assert "贵机构第 3 名" in reasons.content.decode()


def test_two_quotes_are_too_few_and_the_plan_may_be_bought_anew(people):
    round_ = quotes(people, "opened", bidding=2)
    with time_machine.travel(made.OPENED_AT, tick=False):
        assert post(people["handler"], "tender_finish_scoring", round_.tender.pk).status_code == 302
    of = round_.fresh()

    assert of.state == "failed"
    assert "有效响应 2 家，少于 3 家" in of.fail_reason
    plan = Plan.objects.get(pk=of.plan_id)
    assert (plan.state, plan.held_fen) == ("approved", 0)
    with time_machine.travel(made.OPENED_AT, tick=False):
        page = people["handler"].client.get(reverse("tender_draft", args=[plan.pk]))
        again = page.context["form"]
    assert again.initial["title_1"] == "报价"  # the table of the failed round is offered, its deadline is not
    assert again.initial["closes_at"] is None


def test_two_invitations_are_too_few_for_three_quotes(people):
    with pytest.raises(RuleError) as refused:
        quotes(people, invited=2)

    assert refused.value.code == "tender.too_few_invited"


def test_who_is_not_invited_sees_no_notice_and_cannot_quote(people):
    round_ = quotes(people)
    made.bidders(people, 4)
    stranger = people["agency_head_4"]

    assert stranger.client.get(reverse("bid_submit", args=[round_.tender.pk])).status_code == 404
    assert people["outsider"].client.get(reverse("tender_notice", args=[round_.tender.pk])).status_code == 404


# On the finance department's platform


def letter(people, of: Tender) -> Paper:
    draft = PaperDraft(award.OUTSIDE_PAPER, "成交通知书", made.a_docx("成交通知书"), "application/pdf")
    return file_paper(of.plan, draft, by=people["handler"].actor, now=AT)


def test_an_award_from_outside_is_recorded_with_its_letter_over_http(people):
    plan = made.a_plan(people, **LARGE)
    handler = people["handler"]
    given = GIVEN | {"agency": str(winner(people).pk), "amount_fen": "1180000"}
    with time_machine.travel(AT, tick=False):
        typed = {"title": "社区社会工作服务", "notice": "委托代理机构在财政平台采购"}
        assert post(handler, "tender_draft", plan.pk, **typed).status_code == 302
        of = Tender.objects.get()
        without = post(handler, "award_record", of.pk, **given)
        upload = SimpleUploadedFile("成交通知书.docx", made.a_docx("成交通知书"))
        filed = post(handler, "paper_add", plan.pk, kind="award_letter", title="成交通知书", file=upload)
        recorded = post(handler, "award_record", of.pk, **given)

    assert without.status_code == 422
    assert "1180000" in without.content.decode()
    assert (filed.status_code, recorded.status_code) == (302, 302)
    won = Award.objects.get()
    assert won.is_from_outside
    page = handler.client.get(reverse("award_view", args=[won.pk])).content.decode()
    assert "平台外成交后登记" in page
    shown = handler.client.get(reverse("tender_view", args=[of.pk])).content.decode()
    assert reverse("paper_download", args=[Paper.objects.get(kind="award_letter").pk]) in shown
    assert reverse("tender_steps", args=[of.pk]) in shown  # signing and filing still follow
    assert not Contract.objects.exists()


def test_nothing_statutory_is_published_here_and_nothing_light_recorded_from_outside(people):
    statutory = drafted(people, **LARGE)
    refused = post(people["handler"], "tender_publish", statutory.pk)
    assert refused.status_code == 422
    assert "财政部门的采购平台" in refused.content.decode()

    light = drafted(people, **SMALL)
    letter(people, light)
    with pytest.raises(RuleError) as caught:
        award.record_outside_award(
            light, winner(people), 100 * YUAN, made.DECISION, by=people["handler"].actor, now=AT
        )
    assert caught.value.code == "award.not_outside"


def test_an_outside_award_above_the_budget_or_decided_tomorrow_is_refused(people):
    of = drafted(people, **LARGE)
    letter(people, of)
    for amount, day in (("1200000.01", "2026-03-09"), ("1100000", "2026-03-10")):
        given = GIVEN | {"agency": str(winner(people).pk), "amount_fen": amount, "decided_on": day}
        with time_machine.travel(AT, tick=False):
            assert post(people["handler"], "award_record", of.pk, **given).status_code == 422
    assert not Award.objects.exists()


# The statutory checklist


def tick(people, of: Tender, code: str, day: dt.date, paper: Paper | None):
    now = dt.datetime(2026, 6, 30, 2, 0, tzinfo=dt.UTC)
    return step.tick_step(of.steps.get(code=code), day, paper, by=people["handler"].actor, now=now)


def listed(people) -> tuple[Tender, Paper]:
    of = drafted(people, **LARGE)
    step.list_steps(of, by=people["handler"].actor, now=AT)
    return of, letter(people, of)


def test_the_steps_fit_the_method_and_their_dates_run_from_each_other(people):
    of, paper = listed(people)

    codes = [each.code for each in of.steps.all()]
    tick(people, of, "intention", dt.date(2026, 3, 2), paper)
    tick(people, of, "filing", dt.date(2026, 4, 1), paper)
    tick(people, of, "notice", dt.date(2026, 4, 2), paper)

    assert codes == [
        "survey", "comment", "review", "intention", "filing", "notice", "documents", "opening", "report", "decision", "result", "signing",
        "contract_notice", "contract_filing",
    ]  # fmt: skip
    assert "single_notice" not in codes
    due = {each.code: each.due_on for each in of.steps.all()}
    assert due["filing"] == dt.date(2026, 4, 1)  # thirty days after the intention
    assert due["opening"] == dt.date(2026, 4, 12)  # ten days of a consultation
    assert due["report"] is None


def test_a_step_too_early_out_of_order_in_the_future_or_without_paper_is_refused(people):
    of, paper = listed(people)
    tick(people, of, "intention", dt.date(2026, 3, 2), paper)
    cases = [
        ("filing", dt.date(2026, 3, 31), paper, "step.too_early"),
        ("opening", dt.date(2026, 4, 30), paper, "step.before_not_done"),
        ("survey", dt.date(2026, 7, 1), paper, "step.in_future"),
        ("survey", dt.date(2026, 3, 1), None, "step.paper_missing"),
    ]
    for code, day, proof, expected in cases:
        with pytest.raises(RuleError) as refused:
            tick(people, of, code, day, proof)
        assert refused.value.code == expected, code
        assert of.steps.get(code=code).done_on is None


def test_a_paper_of_another_purchase_proves_nothing(people):
    of, _ = listed(people)
    foreign = letter(people, drafted(people, **SMALL))

    with pytest.raises(RuleError) as refused:
        tick(people, of, "survey", dt.date(2026, 3, 2), foreign)

    assert refused.value.code == "step.paper_missing"


def test_the_checklist_is_walked_on_its_page_and_shows_what_came_late(people):
    of = drafted(people, **LARGE)
    paper = letter(people, of)
    handler = people["handler"]
    moment = dt.datetime(2026, 6, 30, 2, 0, tzinfo=dt.UTC)
    days = {
        "intention": "2026-03-02", "filing": "2026-04-01", "notice": "2026-04-02", "opening": "2026-04-13",
        "report": "2026-04-20",
    }  # fmt: skip
    with time_machine.travel(moment, tick=False):
        assert post(handler, "tender_steps", of.pk).status_code == 302
        for code, day in days.items():
            answer = post(
                handler, "tender_step_tick", of.steps.get(code=code).pk, done_on=day, paper=str(paper.pk)
            )
            assert answer.status_code == 302, code
        early = post(
            handler, "tender_step_tick", of.steps.get(code="decision").pk, done_on="2026-07-01", paper=""
        )
        page = handler.client.get(reverse("tender_steps", args=[of.pk])).content.decode()

    assert early.status_code == 422
    assert "2026-07-01" in early.content.decode()
    assert page.count("超过期限") == 1  # the report came on the fifth working day, due on the second
    assert "政府采购法实施条例 第四十三条" in page


def test_a_light_purchase_has_no_statutory_steps(people):
    of = drafted(people, **SMALL)

    answer = post(people["handler"], "tender_steps", of.pk)

    assert answer.status_code == 422
    assert not of.steps.exists()


def test_the_checklist_names_the_other_clocks_of_its_method_with_their_sources(people):
    of = drafted(people, **LARGE)
    step.list_steps(of, by=people["handler"].actor, now=AT)

    page = people["handler"].client.get(reverse("tender_steps", args=[of.pk])).content.decode()

    for words in ("竞争性磋商：澄清距截止的时间", "提起投诉的期限", "政府采购法 第五十七条"):
        assert words in page
    tick(people, of, "comment", dt.date(2026, 3, 2), letter(people, of))
    with pytest.raises(RuleError) as refused:
        tick(people, of, "review", dt.date(2026, 3, 8), letter(people, of))
    assert refused.value.code == "step.too_early"  # seven days of public comment


def test_the_leader_s_desk_says_by_when_a_ranked_round_is_decided_and_the_handler_s_the_next_step(people):
    ranked = made.a_tender(people, "scored")
    of = drafted(people, **LARGE)
    with time_machine.travel(made.OPENED_AT + dt.timedelta(hours=4), tick=False):
        leader = people["leader"].client.get("/desk/").content.decode()
        handler = people["handler"].client.get("/desk/").content.decode()

    assert "登记成交决定" in leader
    assert award.decide_by(ranked, rules_in(ranked, made.OPENED_AT)) == dt.date(
        2026, 3, 27
    )  # five working days
    assert reverse("tender_steps", args=[of.pk]) in handler
