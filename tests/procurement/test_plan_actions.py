"""A requirement plan from its draft to its decision: three people, a reason at each step back, its papers."""

import pytest

from tests.cast import OTHER_STREET, cast, foreign_cast
from tests.procurement import builders_tender as made
from tests.procurement.builders import a_need
from tests.procurement.test_tender_papers import words_of
from zhagen.core.errors import RuleError
from zhagen.core.types import Role
from zhagen.parties.actor import actor_of
from zhagen.parties.models import Appointment, Place
from zhagen.procurement.actions import plan as actions
from zhagen.procurement.actions.folder import PaperDraft, file_paper
from zhagen.procurement.actions.plan_paper import TITLES, plan_document
from zhagen.procurement.models import BudgetLine, Need, Paper, Plan

NOW = made.DRAFTED_AT
YUAN = made.YUAN


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def with_role(person, role: Role):
    """Return the actor of a person who holds a second post of the street."""
    first = Appointment.objects.get(user=person.user)
    Appointment.objects.create(user=person.user, role=role, place=first.place, from_on=first.from_on)
    return actor_of(person.user)


def edit(people, plan: Plan, by="handler", **changes) -> Plan:
    return actions.edit_plan(plan, made.a_plan_draft(people, **changes), by=people[by].actor, now=NOW)


# Drafting


def test_a_draft_is_rewritten_by_its_office_and_a_submitted_plan_no_longer(people):
    plan = made.a_plan(people, "draft")
    edited = edit(people, plan, title="西园社区独居老人支持服务", budget_fen=170_000 * YUAN)
    assert (edited.title, edited.budget_fen) == ("西园社区独居老人支持服务", 170_000 * YUAN)

    with refused("permission.denied"):
        edit(people, plan, by="community")
    actions.submit_plan(plan, by=people["handler"].actor, now=NOW)
    with refused("plan.no_longer_a_draft"):
        edit(people, plan, title="改晚了")
    assert Plan.objects.get().title == "西园社区独居老人支持服务"


def test_a_plan_takes_no_money_from_another_offices_line_and_never_more_a_year_than_in_all(people):
    plan = made.a_plan(people, "draft")
    other = BudgetLine.objects.create(
        place=Place.objects.get(pk=OTHER_STREET), year=2026, code="1", title="邻街", amount_fen=10**9
    )

    with refused("plan.line_of_another_office"):
        edit(people, plan, budget_line=other)
    with refused("plan.year_over_budget"):
        edit(people, plan, budget_fen=100, year_fen=101)
    assert Plan.objects.get().budget_fen == 180_000 * YUAN


# Three people, and the way back


def test_who_drafted_a_plan_does_not_check_it_and_who_checked_does_not_approve(people):
    both = with_role(people["handler"], Role.CHIEF)
    plan = made.a_plan(people, "submitted")
    with refused("plan.same_person"):
        actions.check_submitted_plan(plan, by=both, now=NOW)
    plan = actions.check_submitted_plan(plan, by=people["chief"].actor, now=NOW)

    for who in (both, people["chief"].actor):
        with refused("plan.same_person"):
            actions.approve_plan(plan, made.DECISION, by=who, now=made.PUBLISHED_AT)
    assert Plan.objects.get().state == "checked"


def test_a_plan_sent_back_says_why_loses_its_check_and_comes_again(people):
    plan = made.a_plan(people, "checked")

    with refused("permission.denied"):
        actions.return_plan(plan, "缺走访记录", by=people["handler"].actor, now=NOW)
    returned = actions.return_plan(plan, "缺走访记录", by=people["leader"].actor, now=NOW)
    assert (returned.state, returned.returned_reason, returned.checked_by) == ("returned", "缺走访记录", None)

    edit(people, plan, content="已补走访记录。" * 10)
    assert actions.submit_plan(plan, by=people["handler"].actor, now=NOW).state == "submitted"


def test_a_plan_given_up_frees_its_money_and_its_needs(people):
    need = a_need(people, "to_buy")
    plan = made.a_plan(people, needs=[need], no_needs_reason="")
    need.refresh_from_db()
    line = BudgetLine.objects.get()
    assert (need.state, line.committed_fen) == ("planned", 135_000 * YUAN)

    dropped = actions.drop_plan(plan, "市级项目已覆盖", by=people["chief"].actor, now=made.PUBLISHED_AT)

    line.refresh_from_db()
    assert (dropped.state, dropped.held_fen, line.committed_fen) == ("dropped", 0, 0)
    assert Need.objects.get().state == "to_buy"
    with refused("lifecycle.not_now"):
        actions.drop_plan(plan, "再来一次", by=people["chief"].actor, now=made.PUBLISHED_AT)


# Its papers


def make(people, plan: Plan, kind: str, by="handler") -> Paper:
    return plan_document(plan, kind, by=people[by].actor, now=made.PUBLISHED_AT)


def test_each_paper_of_a_plan_says_what_the_plan_says_and_is_on_file(people):
    plan = made.a_plan(people, needs=[a_need(people, "to_buy", text="三号楼老人买菜难")], no_needs_reason="")

    texts = {kind: words_of(make(people, plan, kind)) for kind in TITLES}

    assert set(texts) == {"project_request", "meeting_paper", "requirement_plan"}
    for text in texts.values():
        assert plan.title in text
        assert "180,000.00" in text
    assert "三号楼老人买菜难" in texts["project_request"]
    assert "陈立文" in texts["project_request"]
    assert "青禾办纪〔2026〕7号" in texts["meeting_paper"]
    assert {"240", "1800"} <= set(texts["requirement_plan"].splitlines()), "what is promised, and how much"
    assert Paper.objects.filter(plan=plan, tender=None).count() == len(TITLES)


def test_a_meeting_hears_that_light_purchases_of_the_year_add_up_to_the_threshold(people):
    line = made.a_budget_line(people, 2_000_000)
    first = made.a_plan(people, budget_line=line, budget_fen=900_000 * YUAN, year_fen=10_000 * YUAN)
    second = made.a_plan(people, "draft", budget_line=line, title="第二个项目", budget_fen=180_000 * YUAN)

    alone, together = (
        words_of(make(people, first, "meeting_paper")),
        words_of(make(people, second, "meeting_paper")),
    )

    assert "化整为零" not in alone
    assert "1,080,000.00 元，已核查是否化整为零" in together


def test_a_plan_above_the_threshold_says_so_in_its_basis(people):
    plan = made.a_plan(people, method="consultation", budget_fen=1_200_000 * YUAN, year_fen=600_000 * YUAN)

    assert "预算达到采购限额标准" in words_of(make(people, plan, "project_request"))


def test_a_paper_that_is_none_of_a_plans_and_a_reader_who_files_none_are_refused(people):
    plan = made.a_plan(people)

    with refused("paper.kind_unknown"):
        make(people, plan, "love_letter")
    with refused("permission.denied"):
        make(people, plan, "meeting_paper", by="auditor")
    with refused("permission.denied"):
        plan_document(plan, "meeting_paper", by=foreign_cast()["handler"].actor, now=NOW)
    with refused("paper.kind_unknown"):
        file_paper(
            plan, PaperDraft("love_letter", "信", made.a_docx(), "x"), by=people["handler"].actor, now=NOW
        )
    assert not Paper.objects.exists()
