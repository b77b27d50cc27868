"""A round from its draft to its deadline or its end, and the clocks that run beside it."""

import datetime as dt

import pytest

from tests.cast import cast
from tests.procurement import builders_tender as made
from tests.procurement.test_methods import LARGE, SMALL, drafted, letter, winner
from tests.procurement.test_tender_papers import words_of
from zhagen.core.errors import RuleError
from zhagen.procurement.actions import award, query, step, tender
from zhagen.procurement.actions.tender_due import close_passed
from zhagen.procurement.actions.tender_paper import tender_document
from zhagen.procurement.models import BudgetLine, Plan, Tender

SOON = made.PUBLISHED_AT
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def draft(people, plan, **changes) -> Tender:
    return tender.draft_tender(
        plan, made.a_tender_draft(people, **changes), by=people["handler"].actor, now=SOON
    )


def publish(people, of: Tender) -> Tender:
    return tender.publish_tender(of, by=people["handler"].actor, now=SOON)


# Drafting


def test_only_an_approved_plan_is_bought_and_in_one_round_at_a_time(people):
    plan = made.a_plan(people, "checked")
    with refused("tender.plan_not_approved"):
        draft(people, plan)
    approved = made.a_plan(people, title="已批准的项目")
    draft(people, approved)

    with refused("tender.one_at_a_time"):
        draft(people, approved)
    assert Tender.objects.count() == 1


def test_a_draft_is_rewritten_with_its_table_until_it_is_published(people):
    of = draft(people, made.a_plan(people))
    price_only = (tender.CriterionDraft("price", "报价", 10_000),)
    rewritten = made.a_tender_draft(people, title="改过的标题", criteria=price_only)

    of = tender.edit_tender(of, rewritten, by=people["handler"].actor, now=SOON)

    assert (of.title, [line.title for line in of.criteria.all()]) == ("改过的标题", ["报价"])


def test_a_notice_names_its_deadline_and_waits_for_three_holders(people):
    endless = draft(people, made.a_plan(people), closes_at=None)
    with refused("tender.no_deadline"):
        publish(people, endless)
    unsealed = draft(people, made.a_plan(people, title="另一项目"))

    with refused("tender.holders_missing") as caught:
        publish(people, unsealed)
    assert caught.value.figures["count"] == 3
    assert not Tender.objects.exclude(state="draft").exists()


# Its deadline and its end


def test_a_round_is_closed_at_its_deadline_and_not_before_by_hand_or_by_the_clock(people):
    of = made.a_tender(people)
    with refused("tender.still_open"):
        tender.close_tender(of, by=people["handler"].actor, now=made.CLOSES_AT - HOUR)

    assert close_passed(made.CLOSES_AT - HOUR) == 0
    assert close_passed(made.CLOSES_AT) == 1
    of.refresh_from_db()
    assert (of.state, of.closed_at) == ("closed", made.CLOSES_AT)


@pytest.mark.parametrize("state", ["draft", "open"])
def test_a_round_called_off_frees_its_money_and_its_plan_for_a_new_one(people, state):
    of = made.a_tender(people, state)
    with refused("permission.denied"):
        tender.cancel_tender(of, "需求有变", by=people["handler"].actor, now=SOON)

    ended = tender.cancel_tender(of, "需求有变", by=people["chief"].actor, now=SOON)

    plan = Plan.objects.get()
    assert (ended.state, ended.fail_reason, plan.state) == ("cancelled", "需求有变", "approved")
    assert (plan.held_fen, BudgetLine.objects.get().committed_fen) == (0, 0)
    with refused("lifecycle.not_now"):
        tender.cancel_tender(of, "再来一次", by=people["chief"].actor, now=SOON)


# Clocks beside it


def test_a_round_that_is_not_ranked_has_no_day_of_decision_and_an_unpublished_one_no_challenge(people):
    of = draft(people, made.a_plan(people))
    rules = tender.rules_in(of, SOON)

    assert award.decide_by(of, rules) is None
    day, source = query.challenge_period(of, rules)
    assert day is None
    assert source


def test_the_window_of_a_purchase_on_the_finance_platform_runs_from_the_day_its_step_was_done_there(people):
    of = drafted(people, **LARGE)
    handler, rules = people["handler"].actor, tender.rules_in(of, SOON)
    step.list_steps(of, by=handler, now=SOON)
    of.steps.filter(code="notice").update(done_on=dt.date(2026, 4, 7))

    day, _ = query.challenge_period(of, rules)

    assert day == dt.date(2026, 4, 16), "seven working days after the notice"
    kinds = step.step_kinds()
    assert step.due_date(of, kinds["opening"], SOON) == dt.date(2026, 4, 17), "ten days after it"
    assert step.due_date(of, kinds["report"], SOON) is None, "nothing has been opened yet"


# Papers of what had no round


def test_a_direct_purchase_has_its_reason_and_its_decision_on_paper_with_the_limit_it_kept(people):
    of = drafted(people, **SMALL)
    award.award_directly(
        of, winner(people), 17_800 * made.YUAN, made.DECISION, by=people["leader"].actor, now=made.AWARDED_AT
    )
    of.refresh_from_db()

    texts = {
        kind: words_of(tender_document(of, kind, by=people["handler"].actor, now=made.AWARDED_AT)[0])
        for kind in ("direct_reason", "award_minutes")
    }

    for text in texts.values():
        assert SMALL["method_reason"] in text
    assert "30,000.00元" in texts["direct_reason"]
    assert "小额直接采购" in texts["award_minutes"]


def test_the_decision_on_an_award_from_outside_points_to_the_platforms_papers(people):
    of = drafted(people, **LARGE)
    handler = people["handler"].actor
    letter(people, of)
    award.record_outside_award(
        of, winner(people), 1_180_000 * made.YUAN, made.AWARD_DECISION, by=handler, now=made.AWARDED_AT
    )
    of.refresh_from_db()

    (paper,) = tender_document(of, "award_minutes", by=handler, now=made.AWARDED_AT)

    assert "评审和排序见平台材料" in words_of(paper)
