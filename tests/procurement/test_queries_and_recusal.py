"""Queries and challenges with their clocks, annulment and a new round, fixed price, recusal by declared ties."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import STREET, cast, make_person
from tests.procurement import builders_tender as made
from tests.procurement.test_contract_draft_pages import filled
from zhagen.core.errors import RuleError
from zhagen.core.types import Role
from zhagen.parties.models import Organisation, Tie
from zhagen.procurement.actions import award, bid, panel, query, tender
from zhagen.procurement.actions.folder import PaperDraft, file_paper
from zhagen.procurement.models import Award, Bid, Contract, Plan, Query, Seat, Tender

# The award of the builders is published on Tuesday 24 March 2026; 4 to 6 April are days off (清明).
PUBLISHED = made.AWARDED_AT
TEXT = "中选单位的人员证书与响应文件不符，请核查。"


@pytest.fixture
def people():
    return cast()


def day(number: int, month: int = 3) -> dt.datetime:
    return dt.datetime(2026, month, number, 2, 0, tzinfo=dt.UTC)


def post(person, name, *args, **data):
    return person.client.post(reverse(name, args=args), data)


def challenge(people, of: Tender, at: dt.datetime) -> Query:
    return query.raise_query(of, "challenge", TEXT, by=people["agency_head_2"].actor, now=at)


def answer(people, asked: Query, at: dt.datetime, *, is_upheld=False, may_affect=False) -> Query:
    given = query.Answer("经核查，证书有效。", is_upheld, may_affect)
    return query.answer_query(asked, given, by=people["handler"].actor, now=at)


def drafted_contract(people, won: Award) -> Contract:
    client, url = people["handler"].client, reverse("contract_draft", args=[won.pk])
    assert client.post(url, filled(client.get(url))).status_code == 302
    return Contract.objects.get(award=won)


def sign(people, contract: Contract):
    scan = SimpleUploadedFile("合同.pdf", PDF)
    return post(people["handler"], "contract_sign", contract.pk, signed_on="2026-03-25", scan=scan)


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)


# Queries and challenges


def test_an_open_challenge_pauses_the_signing_and_its_answer_frees_it_over_http(people):
    won = made.an_award(people)
    with time_machine.travel(day(25), tick=False):
        contract = drafted_contract(people, won)
        raised = post(people["agency_head_2"], "query_raise", won.tender_id, kind="challenge", text=TEXT)
        asked = Query.objects.get()
        paused = sign(people, contract)
        told = people["handler"].client.get(reverse("award_view", args=[won.pk])).content.decode()
        answered = post(
            people["handler"],
            "query_answer",
            asked.pk,
            text="经核查，证书有效。",
            is_upheld="no",
            may_affect="no",
        )
        signed = sign(people, contract)

    assert raised.url == reverse("query_view", args=[asked.pk])
    assert paused.status_code == 422
    assert "尚未答复，暂不能签订" in paused.content.decode()
    assert "暂停签订合同" in told
    assert (answered.status_code, signed.status_code) == (302, 302)
    contract.refresh_from_db()
    assert contract.state == "signed"


def test_an_upheld_challenge_keeps_the_signing_paused_until_the_award_is_annulled(people):
    won = made.an_award(people)
    with time_machine.travel(day(25), tick=False):
        contract = drafted_contract(people, won)
        answer(people, challenge(people, won.tender, day(25)), day(25), is_upheld=True, may_affect=True)
        assert sign(people, contract).status_code == 422

        assert post(people["leader"], "award_annul", won.pk, reason="质疑成立").status_code == 302
        assert sign(people, contract).status_code == 422
    contract.refresh_from_db()
    assert contract.state == "draft"


def test_clocks_run_over_working_days_and_the_window_closes(people):
    won = made.an_award(people)

    on_last = challenge(people, won.tender, day(27))
    inquiry = query.raise_query(
        won.tender, "inquiry", "何时签约？", by=people["agency_head_2"].actor, now=day(3, 4)
    )

    assert on_last.answer_due_on == dt.date(2026, 4, 3)  # five working days
    assert inquiry.answer_due_on == dt.date(2026, 4, 9)  # three working days over the holiday
    with pytest.raises(RuleError) as refused:
        challenge(people, won.tender, day(28))
    assert refused.value.code == "query.window_over"
    assert "内控" in refused.value.source


def test_a_late_challenge_on_the_page_is_told_and_its_text_kept(people):
    won = made.an_award(people)
    with time_machine.travel(day(30), tick=False):
        sent = post(people["agency_head_2"], "query_raise", won.tender_id, kind="challenge", text=TEXT)

    assert sent.status_code == 422
    assert TEXT in sent.content.decode()
    assert "2026-03-27" in sent.content.decode()
    assert not Query.objects.exists()


def test_an_answer_is_given_once_and_by_the_street_only(people):
    won = made.an_award(people)
    asked = answer(people, challenge(people, won.tender, day(25)), day(26))

    with pytest.raises(RuleError) as refused:
        answer(people, asked, day(27))
    assert refused.value.code == "query.already_answered"
    for who in ("agency_head_2", "agency_head", "finance", "auditor"):
        assert post(people[who], "query_answer", asked.pk, text="x").status_code in {403, 404}, who
    assert people["agency_head"].client.get(reverse("query_view", args=[asked.pk])).status_code == 404


def test_a_letter_received_on_paper_has_its_clock_from_the_day_of_receipt(people):
    won = made.an_award(people)
    other = Organisation.objects.get(name="同心社会工作服务社")
    typed = {"agency": str(other.pk), "kind": "challenge", "received_on": "2026-03-26", "text": TEXT}
    with time_machine.travel(day(31), tick=False):
        kept = post(people["handler"], "query_record", won.tender_id, **typed)
        late = post(people["handler"], "query_record", won.tender_id, **typed | {"received_on": "2026-03-30"})
        ahead = post(
            people["handler"], "query_record", won.tender_id, **typed | {"received_on": "2026-04-01"}
        )
        stranger = post(people["finance"], "query_record", won.tender_id, **typed)

    assert kept.status_code == 302
    assert Query.objects.get().answer_due_on == dt.date(2026, 4, 2)
    assert (late.status_code, ahead.status_code) == (422, 422)
    assert TEXT in late.content.decode()
    assert stranger.status_code in {403, 404}
    with pytest.raises(RuleError):
        query.check_not_paused(won, day(31))


def test_a_challenge_to_an_award_on_the_finance_platform_pauses_its_signing_too(people):
    of = tender.draft_tender(
        made.a_plan(people, method="consultation", budget_fen=120_000_000, year_fen=60_000_000),
        tender.TenderDraft("社区社会工作服务", "财政平台采购"), by=people["handler"].actor, now=made.PUBLISHED_AT,
    )  # fmt: skip
    by = people["handler"].actor
    agency = people["agency_head"].user.appointments.get().organisation
    file_paper(
        of.plan, PaperDraft("award_letter", "通知书", made.a_docx(), "application/pdf"), by=by, now=PUBLISHED
    )
    won = award.record_outside_award(of, agency, 118_000_000, made.AWARD_DECISION, by=by, now=PUBLISHED)
    other = made.bidders(people)["同心社会工作服务社"].user.appointments.get().organisation
    letter = query.Letter(other, "challenge", TEXT, dt.date(2026, 4, 2))

    asked = query.record_query(won.tender, letter, by=by, now=day(2, 4))

    assert asked.answer_due_on == dt.date(2026, 4, 14)  # seven working days over the holiday
    with pytest.raises(RuleError) as refused:
        query.check_not_paused(won, day(2, 4))
    assert refused.value.source == "政府采购法 第五十三条"
    late = query.Letter(other, "challenge", TEXT, dt.date(2026, 4, 3))
    with pytest.raises(RuleError) as over:
        query.record_query(won.tender, late, by=by, now=day(3, 4))
    assert over.value.code == "query.window_over"


# Annulment and a new round


def test_an_annulled_award_frees_plan_and_money_and_a_new_round_names_the_old(people):
    won = made.an_award(people)
    plan = Plan.objects.get(pk=won.tender.plan_id)
    assert plan.held_fen > 0

    with time_machine.travel(day(26), tick=False):
        assert post(people["leader"], "award_annul", won.pk, reason="质疑成立").status_code == 302
        again = post(people["leader"], "award_annul", won.pk, reason="再撤一次")
    plan.refresh_from_db()
    later = made.CLOSES_AT + dt.timedelta(days=20)
    new = made.a_round(people, "draft", of=plan, closes_at=later).tender

    assert again.status_code == 422
    assert (plan.state, plan.held_fen) == ("approved", 0)
    assert new.previous_id == won.tender_id
    won.refresh_from_db()
    with pytest.raises(RuleError) as refused:
        award.awarded_terms(won)
    assert refused.value.code == "award.annulled"
    page = people["outsider"].client.get(reverse("award_result", args=[won.pk])).content.decode()
    assert "本结果已撤销" in page


def test_an_award_is_not_annulled_once_its_contract_is_signed_nor_without_a_reason(people):
    won = made.an_award(people)
    with time_machine.travel(day(25), tick=False):
        contract = drafted_contract(people, won)
        assert sign(people, contract).status_code == 302
        signed = post(people["leader"], "award_annul", won.pk, reason="反悔")
        empty = post(people["leader"], "award_annul", won.pk, reason="")

    assert (signed.status_code, empty.status_code) == (422, 422)
    won.refresh_from_db()
    assert won.annulled_at is None


def test_a_selection_with_one_valid_bid_fails_with_its_report_and_is_published_anew(people):
    round_ = made.a_round(people, "opened")
    keep = made.bid_of(round_.tender, "扎根社工服务中心")
    for each in Bid.objects.filter(tender=round_.tender).exclude(pk=keep.pk):
        with time_machine.travel(made.OPENED_AT, tick=False):
            assert post(people["handler"], "bid_void", each.pk, reason="未盖章").status_code == 302
    with time_machine.travel(made.OPENED_AT, tick=False):
        assert post(people["handler"], "tender_finish_scoring", round_.tender.pk).status_code == 302
    of = round_.fresh()

    assert (of.state, of.result["outcome"]) == ("failed", "too_few")
    assert "有效响应 1 家，少于 2 家" in of.fail_reason
    notices = people["outsider"].client.get(reverse("tender_notices")).content.decode()
    assert of.title in notices
    loser = people["agency_head_2"].client
    told = loser.get(
        reverse("award_reasons", args=[made.bid_of(of, "同心社会工作服务社").pk])
    ).content.decode()
    assert "未盖章" in told


# Fixed price, hours scored

FIXED = (
    tender.CriterionDraft("hours", "承诺服务时数", 5000),
    tender.CriterionDraft("quality", "对需求的理解", 5000, "逐条写明的 80–100 分"),
)


def fixed_round(people, prices: dict[str, int]) -> made.Round:
    round_ = made.a_round(people, "open", fixed_price_fen=16_000_000, criteria=FIXED)
    for place, (name, head) in enumerate(made.bidders(people).items()):
        draft = bid.BidDraft(prices.get(name, 16_000_000), (1600, 2000, 1800)[place], name, made.a_docx(name))
        bid.submit_bid(
            round_.tender, draft, by=head.actor, received_at=made.CLOSES_AT - dt.timedelta(hours=1)
        )
    made._close(people, round_)
    made._draw(people, round_)
    made._open(people, round_)
    made.mark_alike(people, round_)
    return round_


def test_at_a_fixed_price_the_hours_decide_exactly(people):
    of = fixed_round(people, {}).fresh()

    names = {str(each.pk): each.agency.name for each in of.bids.all()}
    totals = {names[line["bid"]]: line["total_bp"] for line in of.result["ranking"]}
    assert totals == {"同心社会工作服务社": 9000, "和邻公益发展中心": 8500, "扎根社工服务中心": 8000}


def test_another_than_the_fixed_price_is_no_valid_bid_and_says_so(people):
    of = fixed_round(people, {"同心社会工作服务社": 15_999_999}).fresh()

    rejected = {line["bid"]: line["reasons"][0]["code"] for line in of.result["rejected"]}
    assert list(rejected.values()) == ["bid.not_the_fixed_price"]
    assert len(of.result["ranking"]) == 2
    award.decide_award(of, made.AWARD_DECISION, by=people["leader"].actor, now=PUBLISHED)
    page = people["agency_head_2"].client.get(reverse("award_reasons", args=[next(iter(rejected))]))
    assert "160,000.00" in page.content.decode()


def test_a_notice_with_fixed_price_and_a_price_line_is_refused(people):
    with pytest.raises(RuleError) as refused:
        made.a_round(people, "open", fixed_price_fen=16_000_000)

    codes = {each.code for each in getattr(refused.value, "errors", [refused.value])}
    assert codes == {"bid.price_scored_at_fixed_price"}


# Recusal before a file opens


def tie(person, agency: Organisation, since: dt.date, until: dt.date | None, kind="employment") -> Tie:
    """Declare a tie as its owner does, on the day it began, and end it on its day."""
    return Tie.objects.create(
        person=person.user,
        organisation=agency,
        kind=kind,
        since_on=since,
        until_on=until,
        declared_at=made.DRAFTED_AT,
    )


def drawn_with(people, until: dt.date | None, **kind) -> tuple[made.Round, Seat]:
    """Return a drawn round whose expert was tied to a bidder until a day."""
    round_ = made.a_round(people, "drawn")
    seat = round_.tender.seats.get(kind=Seat.Kind.EXPERT)
    tie(
        made.member(people, seat),
        made.bid_of(round_.tender, "同心社会工作服务社").agency,
        dt.date(2019, 1, 1),
        until,
        **kind,
    )
    return round_, seat


@pytest.mark.parametrize(
    ("until", "kind", "steps_aside"),
    [
        (None, "employment", True),
        (dt.date(2023, 3, 20), "employment", True),
        (dt.date(2023, 3, 19), "employment", False),
        (dt.date(2020, 1, 1), "kin", True),
    ],
    ids=["still there", "ended three years ago to the day", "ended a day earlier", "kin never lapses"],
)
def test_a_declared_tie_is_looked_back_three_years_at_the_opening(people, until, kind, steps_aside):
    round_, seat = drawn_with(people, until, kind=kind)

    made._open(people, round_)

    seat.refresh_from_db()
    assert seat.is_recused is steps_aside
    experts = panel.active(round_.fresh()).filter(kind=Seat.Kind.EXPERT)
    assert experts.count() == 1
    assert (experts.get().pk != seat.pk) is steps_aside


def test_who_is_recused_sees_no_file_and_his_substitute_does_after_declaring(people):
    round_, seat = drawn_with(people, None)
    made._open(people, round_)
    gone = made.member(people, seat)
    new = panel.active(round_.fresh()).get(kind=Seat.Kind.EXPERT)
    came = made.member(people, new)
    file = reverse("bid_file", args=[made.bid_of(round_.tender, "扎根社工服务中心").pk])

    assert gone.client.get(file).status_code == 404
    assert came.client.get(file).status_code == 404  # not before he has declared
    with time_machine.travel(made.OPENED_AT, tick=False):
        refused = post(gone, "seat_declare", seat.pk)
        declared = post(came, "seat_declare", new.pk)
    assert refused.status_code == 422
    assert declared.status_code == 302
    assert came.client.get(file).status_code == 200
    page = gone.client.get(reverse("seat_view", args=[seat.pk])).content.decode()
    assert "您已回避" in page


def test_a_substitute_who_is_tied_too_steps_aside_in_the_same_opening(people):
    round_ = made.a_round(people, "drawn")
    agency = made.bid_of(round_.tender, "同心社会工作服务社").agency
    experts = [people[key] for key in ("expert", "expert_two", "expert_three")]
    free = experts[-1]
    for each in experts[:-1]:
        tie(each, agency, dt.date(2024, 1, 1), None)

    made._open(people, round_)

    seated = panel.active(round_.fresh()).get(kind=Seat.Kind.EXPERT)
    assert seated.user_id == free.user.pk


def test_a_member_steps_aside_by_his_own_word_and_the_next_by_lot_is_seated(people):
    round_ = made.a_round(people, "opened")
    seat = panel.active(round_.tender).get(kind=Seat.Kind.EXPERT)
    person = made.member(people, seat)
    with time_machine.travel(made.OPENED_AT, tick=False):
        empty = post(person, "seat_step_aside", seat.pk, reason="")
        assert post(person, "seat_step_aside", seat.pk, reason="与一家机构有合作课题").status_code == 302
        twice = post(person, "seat_step_aside", seat.pk, reason="再次")

    assert (empty.status_code, twice.status_code) == (422, 422)
    seats = round_.fresh().seats.filter(kind=Seat.Kind.EXPERT)
    assert seats.count() == 2
    assert panel.active(round_.tender).filter(kind=Seat.Kind.EXPERT).exclude(pk=seat.pk).count() == 1


def test_with_no_one_left_in_the_pool_the_round_cannot_be_scored(people):
    round_ = made.a_round(people, "drawn")
    agency = made.bid_of(round_.tender, "同心社会工作服务社").agency
    for key in ("expert", "expert_two", "expert_three"):
        tie(people[key], agency, dt.date(2024, 1, 1), None)
    made._open(people, round_)

    with time_machine.travel(made.OPENED_AT, tick=False):
        answered = post(people["handler"], "tender_finish_scoring", round_.tender.pk)

    assert not panel.active(round_.fresh()).filter(kind=Seat.Kind.EXPERT).exists()
    assert answered.status_code == 422
    assert round_.fresh().state == "opened"


def test_an_expert_of_the_finance_pool_with_a_tie_is_replaced_by_the_next_drawn_there(people):
    round_ = made.a_round(people, "closed", draw_kind=Tender.DrawKind.IMPORTED)
    made._draw(people, round_)
    first, second = people["expert"], people["expert_two"]
    tie(first, made.bid_of(round_.tender, "同心社会工作服务社").agency, dt.date(2024, 1, 1), None)
    at = made.CLOSES_AT + dt.timedelta(minutes=10)
    with time_machine.travel(at, tick=False):
        for origin, expected in (("", 422), ("财库抽〔2026〕18号", 302)):
            sent = post(
                people["handler"],
                "tender_seat_imported",
                round_.tender.pk,
                user=str(first.user.pk),
                origin=origin,
            )
            assert sent.status_code == expected
    made._open(people, round_)
    assert not panel.active(round_.fresh()).filter(kind=Seat.Kind.EXPERT).exists()

    panel.seat_imported(
        round_.tender, second.user, "财库抽〔2026〕19号", by=people["handler"].actor, now=made.OPENED_AT
    )

    assert panel.active(round_.fresh()).get(kind=Seat.Kind.EXPERT).user_id == second.user.pk
    with pytest.raises(RuleError) as refused:
        panel.seat_imported(
            round_.tender, people["expert_three"].user, "20号", by=people["handler"].actor, now=made.OPENED_AT
        )
    assert refused.value.code == "panel.full"


def test_a_tie_declared_on_the_page_by_a_newcomer_counts(people):
    newcomer = make_person("expert_new", "吴研究员", Role.EXPERT, STREET)
    people["expert_new"] = newcomer
    round_ = made.a_round(people, "drawn")
    agency = made.bid_of(round_.tender, "同心社会工作服务社").agency
    with time_machine.travel(made.DRAFTED_AT, tick=False):
        sent = post(
            newcomer, "tie_declare", organisation=str(agency.pk), kind="director", since_on="2025-01-01"
        )

    assert sent.status_code == 302
    assert str(newcomer.user.pk) in panel.tied(
        round_.tender, [str(newcomer.user.pk)], dt.date(2026, 3, 20), made.OPENED_AT
    )
