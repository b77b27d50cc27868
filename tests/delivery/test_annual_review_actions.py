"""Annual review: advice from the contract's terms, decided together on record, carried out, never early."""

import datetime as dt

import pytest

from tests.cast import COMMUNITY, STREET, cast, foreign_cast
from tests.delivery.builders_judging import a_shared_need, at
from tests.procurement.builders_contract import ENDS, a_contract
from zhagen.core.contract_terms import terms_from_plain
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.annual_review import Advice
from zhagen.core.service_years import service_years
from zhagen.core.trace import trace_from_dict
from zhagen.core.types import SYSTEM
from zhagen.delivery.actions.annual_review import Ruling, advise, decide_review, note_correction, open_review
from zhagen.delivery.actions.renewal import draft_renewal, let_end, start_replan
from zhagen.delivery.due import open_reviews
from zhagen.delivery.models import AnnualReview, LoadRating
from zhagen.parties.models import Notice
from zhagen.procurement.models import BudgetLine, Contract, NeedWord

DUE = at(2027, 1, 10)
LATER = at(2027, 1, 20)


@pytest.fixture
def people():
    foreign_cast()
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def a_review(people, contract=None, now=DUE) -> AnnualReview:
    return open_review(contract or a_contract(people), by=people["handler"].actor, now=now)


def ruling(decision: Advice, **changes) -> Ruling:
    values = {
        "decision": decision, "body": "党工委会", "number": "〔2027〕3号", "decided_on": dt.date(2027, 1, 15),
        "attendees": "全体班子成员，社区列席", "differs_reason": "居民代表会议要求继续",
    }  # fmt: skip
    return Ruling(**{**values, **changes})


def decided(people, decision: Advice, contract=None, **changes) -> AnnualReview:
    return decide_review(
        a_review(people, contract), ruling(decision, **changes), by=people["chief"].actor, now=LATER
    )


def needs_said(people, contract, word: str, count: int = 8) -> None:
    for number in range(count):
        need = a_shared_need(people, contract, f"N{number:07d}")
        NeedWord.objects.create(
            need=need, raised_as=need, speaker="raiser", word=word, channel="page", said_at=at(2026, 6, 1)
        )


def load_rated(people, contract) -> None:
    """The one community served says that the agency brought no load."""
    LoadRating.objects.create(
        contract=contract, place_id=COMMUNITY, year=2026, rating=5, rated_by=people["community"].user,
        rated_at=at(2026, 12, 1),
    )  # fmt: skip


def test_the_clock_opens_the_review_before_the_end_and_never_for_early_numbers(people):
    contract = a_contract(people)

    assert open_reviews(at(2026, 9, 1)) == 0
    with refused("annual_review.not_due"):
        open_review(contract, by=people["handler"].actor, now=at(2026, 9, 1))
    assert open_reviews(DUE) == 1
    assert open_reviews(LATER) == 0

    review = contract.annual_reviews.get()
    assert (review.state, review.year, review.due_on) == ("advised", 1, ENDS)
    assert Notice.objects.filter(recipient=people["agency_head"].user, code="annual_review.opened").exists()
    contract.refresh_from_db()
    assert contract.state == "in_service"


def test_a_longer_contract_is_reviewed_each_year():
    years = service_years(dt.date(2026, 3, 1), dt.date(2029, 2, 28))

    assert [until.isoformat() for _, until in years] == ["2027-02-28", "2028-02-29", "2029-02-28"]
    assert len(service_years(dt.date(2026, 3, 1), dt.date(2026, 5, 31))) == 1


def test_needs_unmet_by_the_raisers_word_advise_not_to_renew_and_met_ones_to_renew(people):
    bad, good = a_contract(people), a_contract(people, communities=())
    needs_said(people, bad, "unmet")
    load_rated(people, bad)

    harsh = a_review(people, bad)
    NeedWord.objects.update(word="met")
    mild = advise(harsh, by=people["handler"].actor, now=LATER)
    nothing = a_review(people, good)

    met = next(each for each in mild.trace["terms"] if each["name"] == "met_share")
    assert (met["value"], met["threshold"], met["verdict"]) == (10_000, 5_000, "kept")
    assert harsh.advice == "not_renew"
    assert mild.advice == "renew"
    assert nothing.advice == "", "no data, no advice"
    assert all(each["verdict"] == "unmeasured" for each in nothing.trace["terms"])
    rows = trace_from_dict(mild.trace["trace"]).find("need.met_share").rows
    assert len(rows) == 8


def test_a_review_that_rests_on_too_few_terms_advises_nothing_and_says_what_to_measure(people):
    contract = a_contract(people)
    needs_said(people, contract, "met")

    review = a_review(people, contract)

    measured = [each["name"] for each in review.trace["terms"] if each["verdict"] != "unmeasured"]
    assert sorted(measured) == ["met_share", "turnover"]
    assert review.advice == "", "two kept terms of five are no ground to renew"
    assert set(review.trace["missing"]) == {
        "need.sampled_met_share", "survey.trust_mean", "community.load_mean"
    }  # fmt: skip
    assert review.trace["reasons"][-1]["code"] == "renewal.not_yet_known"
    with refused("annual_review.reason_missing"):
        decide_review(
            review, ruling(Advice.RENEW, differs_reason=""), by=people["chief"].actor, now=LATER
        )  # fmt: skip
    load_rated(people, contract)
    assert advise(review, by=people["handler"].actor, now=LATER).advice == "renew"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": " "}, "annual_review.record_incomplete"),
        ({"attendees": ""}, "annual_review.record_incomplete"),
        ({"decided_on": dt.date(2027, 2, 1)}, "annual_review.decided_in_future"),
        ({"differs_reason": ""}, "annual_review.reason_missing"),
        ({"decision": Advice.CORRECT}, "annual_review.corrections_missing"),
        ({"decision": Advice.CORRECT, "corrections": "补充人员"}, "annual_review.corrections_missing"),
        (
            {"decision": Advice.CORRECT, "corrections": "补充人员", "correct_by_on": dt.date(2027, 3, 1)},
            "annual_review.correction_long",
        ),
    ],
)
def test_a_decision_off_the_record_is_refused(people, changes, code):
    with refused(code):
        decided(people, **{"decision": Advice.REPROCURE, **changes})
    assert AnnualReview.objects.filter(state="decided").count() == 0


def test_a_decision_like_the_advice_needs_no_reason(people):
    contract = a_contract(people)
    needs_said(people, contract, "unmet")
    load_rated(people, contract)

    review = decided(people, Advice.NOT_RENEW, contract, differs_reason="")

    assert (review.state, review.decision, review.differs_reason) == ("decided", "not_renew", "")
    with refused("lifecycle.not_now"):
        decide_review(review, ruling(Advice.RENEW), by=people["chief"].actor, now=LATER)


def test_a_renewal_keeps_terms_and_agency_and_begins_the_day_after(people):
    review = decided(people, Advice.RENEW)

    renewal = draft_renewal(review, "HT-续-1", by=people["handler"].actor, now=LATER)

    assert (renewal.previous_id, renewal.state) == (review.contract_id, "draft")
    assert (renewal.starts_on, renewal.ends_on) == (dt.date(2027, 3, 1), dt.date(2028, 2, 29))
    assert renewal.amount_fen == review.contract.amount_fen
    assert [each.amount_fen for each in renewal.instalments.all()] == [12_000_000, 18_000_000]
    assert [each.budget_year for each in renewal.instalments.all()] == [2027, 2028]
    before = terms_from_plain(review.contract.terms)
    assert terms_from_plain(renewal.terms).scheme == before.scheme
    with refused("annual_review.done_already"):
        draft_renewal(review, "HT-续-2", by=people["handler"].actor, now=LATER)


def chained(people, months: int) -> Contract:
    """A contract whose chain has served so many months by its end."""
    first = a_contract(people)
    Contract.objects.filter(pk=first.pk).update(
        starts_on=dt.date(2027, 3, 1) - dt.timedelta(days=months * 365 // 12 + 1),
        ends_on=dt.date(2026, 2, 28),
    )
    return a_contract(people, previous=first)


def test_after_the_ceiling_only_a_new_purchase_goes_on(people):
    contract = chained(people, 36)

    review = a_review(people, contract)

    with refused("annual_review.term_used_up"):
        decide_review(review, ruling(Advice.RENEW), by=people["chief"].actor, now=LATER)


def test_a_renewal_is_cut_to_what_the_ceiling_leaves(people):
    review = decided(people, Advice.RENEW, chained(people, 29))

    renewal = draft_renewal(review, "HT-续", by=people["handler"].actor, now=LATER)

    assert renewal.ends_on == dt.date(2027, 8, 31) or renewal.ends_on == dt.date(2027, 9, 30)
    assert renewal.amount_fen < review.contract.amount_fen
    assert sum(each.amount_fen for each in renewal.instalments.all()) == renewal.amount_fen


def test_a_ceiling_reached_after_the_decision_stops_the_draft(people):
    contract = a_contract(people)
    review = decided(people, Advice.RENEW, contract)
    first = a_contract(people)
    Contract.objects.filter(pk=first.pk).update(starts_on=dt.date(2020, 3, 1))
    Contract.objects.filter(pk=contract.pk).update(previous=first)

    with refused("annual_review.term_used_up"):
        draft_renewal(review, "HT-续", by=people["handler"].actor, now=LATER)


def test_a_new_plan_begins_from_the_reviewed_contract(people):
    line = BudgetLine.objects.create(
        place_id=STREET, year=2027, code="2082001", title="社会工作服务", amount_fen=50_000_000
    )
    review = decided(people, Advice.REPROCURE)

    plan = start_replan(review, line, "selection", by=people["handler"].actor, now=LATER)

    assert (plan.state, plan.title, plan.budget_fen) == ("draft", review.contract.title, 30_000_000)
    assert [each.pk for each in plan.communities.all()] == [COMMUNITY]
    with refused("annual_review.done_already"):
        start_replan(review, line, "selection", by=people["handler"].actor, now=LATER)
    with refused("annual_review.decided_otherwise"):
        draft_renewal(review, "HT-续", by=people["handler"].actor, now=LATER)


def test_not_renewed_is_not_terminated(people):
    review = decided(people, Advice.NOT_RENEW)

    contract = let_end(review, by=people["handler"].actor, now=LATER)

    assert (contract.state, contract.ended_on) == ("ending", None)


def long_contract(people) -> Contract:
    contract = a_contract(people)
    Contract.objects.filter(pk=contract.pk).update(ends_on=dt.date(2029, 2, 28))
    contract.refresh_from_db()
    return contract


def test_in_the_middle_of_a_term_nothing_ends_and_nothing_is_renewed(people):
    ending = decided(people, Advice.NOT_RENEW, long_contract(people))
    going = decided(
        people, Advice.CORRECT, long_contract(people), corrections="补人", correct_by_on=dt.date(2027, 2, 10)
    )
    AnnualReview.objects.filter(pk=going.pk).update(decision="renew")
    handler = people["handler"].actor

    with refused("annual_review.year_goes_on"):
        let_end(ending, by=handler, now=LATER)
    with refused("annual_review.year_goes_on"):
        draft_renewal(going, "HT-续", by=handler, now=LATER)


def test_corrections_have_a_date_and_are_checked(people):
    review = decided(people, Advice.CORRECT, corrections="补齐两名社工", correct_by_on=dt.date(2027, 2, 10))
    handler = people["handler"].actor

    with refused("annual_review.decided_in_future"):
        note_correction(review, "已到岗", dt.date(2027, 2, 1), by=handler, now=LATER)
    with refused("annual_review.record_incomplete"):
        note_correction(review, "", dt.date(2027, 1, 19), by=handler, now=LATER)
    checked = note_correction(review, "两名社工已到岗", dt.date(2027, 1, 19), by=handler, now=LATER)

    assert checked.corrected_on == dt.date(2027, 1, 19)
    with refused("annual_review.nothing_to_correct"):
        note_correction(review, "再核实", dt.date(2027, 1, 19), by=handler, now=LATER)


def test_only_what_is_in_service_is_reviewed_and_only_by_the_street(people):
    with refused("annual_review.not_served"):
        open_review(a_contract(people, "draft"), by=people["handler"].actor, now=DUE)
    with refused("permission.denied"):
        open_review(a_contract(people), by=people["agency_head"].actor, now=DUE)
    assert open_review(a_contract(people), by=SYSTEM, now=DUE).year == 1
