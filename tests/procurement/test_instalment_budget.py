"""Money of a contract's later years: listed until it stands on a line of its year, and spent only once."""

import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse

from tests.cast import OTHER_STREET, STREET, cast, foreign_cast
from tests.procurement.builders_contract import NOW, SCAN, a_contract
from tests.procurement.builders_tender import a_budget_line, a_plan
from zhagen.core.errors import RuleError
from zhagen.parties.models import Place
from zhagen.platform import clock
from zhagen.procurement.actions.amendment import AmendmentDraft, agree_amendment, propose_amendment
from zhagen.procurement.actions.budget import LineDraft, add_budget_line, change_budget_line
from zhagen.procurement.actions.claim import submit_claim
from zhagen.procurement.actions.contract import (
    HandoverResult,
    InstalmentDraft,
    begin_ending,
    release_instalment,
    sign_contract,
    terminate_contract,
)
from zhagen.procurement.actions.instalment_budget import (
    tie_instalment,
    tie_waiting,
    untie_instalment,
    waiting_instalments,
)
from zhagen.procurement.models import BudgetLine, Contract, Instalment, Plan

CODE = "2080299"


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def contract(people) -> Contract:
    return planned(people)


def planned(people) -> Contract:
    """A contract of a plan of 2026: 120,000 yuan in 2026, 180,000 yuan in 2027."""
    return a_contract(people, plan=a_plan(people))


def a_line(people, year=2027, yuan=1_000_000, code=CODE, place=STREET) -> BudgetLine:
    draft = LineDraft(Place.objects.get(pk=place), year, code, "社区服务购买", yuan * 100)
    return add_budget_line(draft, by=people["finance"].actor, now=NOW)


def second(contract) -> Instalment:
    return contract.instalments.get(order=2)


def tie(people, instalment, line) -> Instalment:
    return tie_instalment(instalment, line, by=people["finance"].actor, now=NOW)


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def waiting(year=2026) -> list[Instalment]:
    return list(waiting_instalments(Instalment.objects.all(), year))


def test_only_the_later_year_waits_and_a_line_of_that_year_holds_it(people, contract):
    assert waiting() == [second(contract)]
    line = a_line(people)

    tied = tie(people, second(contract), line)

    line.refresh_from_db()
    assert (tied.budget_line_id, tied.held_fen, line.committed_fen) == (line.pk, 18_000_000, 18_000_000)
    assert waiting() == []
    with refused("budget.tied_already"):
        tie(people, tied, line)
    with refused("budget.below_committed"):
        change_budget_line(line, amount_fen=100, arrived_on=None, by=people["finance"].actor, now=NOW)


def test_an_instalment_stands_on_no_other_year_or_office_and_not_twice_beside_its_plan(people, contract):
    foreign_cast()
    same_year, other = a_line(people, 2026, code="2080301"), a_line(people, place=STREET, code="2080302")
    BudgetLine.objects.filter(pk=other.pk).update(place=OTHER_STREET)
    other.refresh_from_db()

    with refused("budget.other_year"):
        tie(people, second(contract), same_year)
    with refused("budget.other_office"):
        tie(people, second(contract), other)
    with refused("budget.held_by_plan"):
        tie(people, contract.instalments.get(order=1), same_year)
    assert BudgetLine.objects.filter(committed_fen__gt=0).get().code == CODE, "only what the plan holds"


def test_a_line_is_not_overspent(people, contract):
    line = a_line(people, yuan=200_000)
    tie(people, second(contract), line)

    with refused("budget.line_exceeded"):
        tie(people, second(planned(people)), line)
    line.refresh_from_db()
    assert line.left_fen == 2_000_000


def test_what_was_put_on_a_line_by_mistake_comes_off_until_it_is_claimed(people, contract):
    line = a_line(people)
    tied = tie(people, second(contract), line)

    free = untie_instalment(tied, by=people["finance"].actor, now=NOW)

    line.refresh_from_db()
    assert (free.budget_line, free.held_fen, line.committed_fen) == (None, 0, 0)
    with refused("budget.not_tied"):
        untie_instalment(free, by=people["finance"].actor, now=NOW)
    tie(people, free, line)
    Instalment.objects.filter(pk=free.pk).update(payable_fen=18_000_000)
    submit_claim(second(contract), 1_000_000, invoice_no="1", by=people["agency_head"].actor, now=NOW)
    with refused("budget.claimed_already"):
        untie_instalment(second(contract), by=people["finance"].actor, now=NOW)


def test_a_smaller_contract_gives_money_back_to_the_line_of_its_later_year(people, contract):
    line = a_line(people)
    tie(people, second(contract), line)
    draft = AmendmentDraft("服务范围缩小", "〔2026〕9号", amount_fen=25_000_000)

    amendment = propose_amendment(contract, draft, by=people["handler"].actor, now=NOW)
    agree_amendment(amendment, by=people["agency_head"].actor, now=NOW)
    agree_amendment(amendment, by=people["chief"].actor, now=NOW)

    line.refresh_from_db()
    assert (second(contract).amount_fen, second(contract).held_fen) == (13_000_000, 13_000_000)
    assert line.committed_fen == 13_000_000


YUAN = 100
WHOLE_HANDOVER = HandoverResult(
    cases_without_receiver=0, tasks_open=0, records_handed_in=True, residents_told=True
)


def held(contract, line) -> tuple[int, int]:
    """What the plan holds of its own year and a line of the next year holds, in yuan."""
    plan = Plan.objects.get(pk=contract.plan_id)
    line.refresh_from_db()
    plan.budget_line.refresh_from_db()
    assert plan.budget_line.committed_fen == plan.held_fen
    return plan.held_fen // YUAN, line.committed_fen // YUAN


def amend(people, contract, yuan) -> None:
    draft = AmendmentDraft("服务范围调整", "〔2026〕9号", amount_fen=yuan * YUAN)
    amendment = propose_amendment(contract, draft, by=people["handler"].actor, now=NOW)
    agree_amendment(amendment, by=people["agency_head"].actor, now=NOW)
    agree_amendment(amendment, by=people["chief"].actor, now=NOW)


def break_off(people, contract, handover=WHOLE_HANDOVER) -> None:
    contract = begin_ending(contract, "双方协商", by=people["handler"].actor, now=NOW)
    terminate_contract(
        contract, handover, reason="双方协商", scan_digest=SCAN, by=people["chief"].actor, now=NOW
    )


def test_at_its_signing_a_contract_gives_back_what_its_plan_held_too_much(people):
    """Approved with 135,000 for 2026; the contract asks for 120,000 in 2026 and 180,000 in 2027."""
    plan, line = a_plan(people), a_line(people)
    assert plan.held_fen == 135_000 * YUAN

    contract = a_contract(people, plan=plan)

    assert held(contract, line) == (120_000, 0)


def test_a_contract_signed_after_its_plans_year_holds_nothing_of_it(people):
    parts = (InstalmentDraft(30_000_000, 2027, dt.date(2027, 2, 20), "履约验收合格后"),)

    contract = a_contract(people, plan=a_plan(people), instalments=parts)

    assert held(contract, a_line(people)) == (0, 0)


def test_a_signing_that_asks_more_of_the_year_than_its_line_has_is_refused(people):
    line = a_budget_line(people, amount_yuan=140_000, code="TIGHT")
    parts = (InstalmentDraft(30_000_000, 2026, dt.date(2026, 3, 20), "合同签订后", is_on_signing=True),)
    draft = a_contract(people, "draft", plan=a_plan(people, budget_line=line), instalments=parts)

    with refused("budget.line_exceeded"):
        sign_contract(draft, signed_on=NOW.date(), scan_digest=SCAN, by=people["handler"].actor, now=NOW)


def test_a_contract_broken_off_gives_back_what_no_acceptance_has_released(people, contract):
    """120,000 of 2026 were due on signing and stay owed; the 180,000 of 2027 were never accepted."""
    line = a_line(people)
    tie(people, second(contract), line)
    assert held(contract, line) == (120_000, 180_000)

    break_off(people, contract)

    assert held(contract, line) == (120_000, 0)


def test_the_plans_own_year_gets_its_money_back_too(people):
    """40,000 due on signing, 80,000 after an acceptance in 2026 that never came: 80,000 are free again."""
    parts = (
        InstalmentDraft(4_000_000, 2026, dt.date(2026, 3, 20), "合同签订后", is_on_signing=True),
        InstalmentDraft(8_000_000, 2026, dt.date(2026, 9, 20), "履约验收合格后"),
    )
    contract = a_contract(people, plan=a_plan(people), amount_fen=12_000_000, instalments=parts)
    line = a_line(people)
    assert held(contract, line) == (120_000, 0)

    break_off(people, contract)

    assert held(contract, line) == (40_000, 0)


def test_a_contract_is_not_broken_off_over_an_acceptance_that_waits_for_its_answer(people, contract):
    with refused("contract.acceptance_open"):
        break_off(people, contract, replace(WHOLE_HANDOVER, acceptances_open=1))


def test_an_acceptance_that_cuts_a_sum_gives_the_rest_back(people, contract):
    line = a_line(people)
    tie(people, second(contract), line)

    release_instalment(
        second(contract), payable_fen=15_000_000, acceptance_ref="验收1", by=people["handler"].actor, now=NOW
    )

    assert held(contract, line) == (120_000, 150_000)
    assert second(contract).held_fen == 15_000_000


def test_what_an_amendment_adds_in_the_plans_own_year_is_not_covered_by_the_plan(people):
    """A contract of 2026 alone: 120,000 + 180,000 planned; 20,000 more wait for a line and are then held once."""
    parts = (
        InstalmentDraft(12_000_000, 2026, dt.date(2026, 3, 20), "合同签订后", is_on_signing=True),
        InstalmentDraft(18_000_000, 2026, dt.date(2026, 12, 20), "履约验收合格后"),
    )
    ends_on, plan = dt.date(2026, 12, 31), a_plan(people, budget_fen=30_000_000, year_fen=30_000_000)
    contract = a_contract(people, plan=plan, ends_on=ends_on, instalments=parts)
    assert waiting() == []

    amend(people, contract, 320_000)
    extra = contract.instalments.get(order=3)

    assert (extra.budget_year, extra.amount_fen) == (2026, 2_000_000)
    assert waiting() == [extra]
    assert Plan.objects.get(pk=plan.pk).held_fen == 300_000 * YUAN
    plan.budget_line.refresh_from_db()
    tie(people, extra, plan.budget_line)
    plan.budget_line.refresh_from_db()
    assert plan.budget_line.committed_fen == 320_000 * YUAN
    assert waiting() == []


def test_a_smaller_contract_gives_money_of_the_plans_own_year_back(people):
    parts = (
        InstalmentDraft(12_000_000, 2026, dt.date(2026, 3, 20), "合同签订后", is_on_signing=True),
        InstalmentDraft(18_000_000, 2026, dt.date(2026, 12, 20), "履约验收合格后"),
    )
    plan = a_plan(people, budget_fen=30_000_000, year_fen=30_000_000)
    contract = a_contract(people, plan=plan, instalments=parts)

    amend(people, contract, 250_000)

    assert held(contract, a_line(people)) == (250_000, 0)


def test_a_new_years_line_takes_the_instalments_of_the_same_code_while_its_money_lasts(people, contract):
    later, elsewhere = planned(people), a_contract(people)
    line = a_line(people, yuan=200_000)

    tied = tie_waiting(line, by=people["finance"].actor, now=NOW)

    assert [each.contract_id for each in tied] == [contract.pk]
    assert {each.contract_id for each in waiting(2027)} == {later.pk, elsewhere.pk}
    with refused("budget.nothing_waits"):
        tie_waiting(line, by=people["finance"].actor, now=NOW)


def test_a_contract_that_came_from_elsewhere_or_is_a_renewal_waits_in_each_of_its_years(people, contract):
    imported = a_contract(people)
    renewal = a_contract(people, plan=contract.plan, previous=contract)

    years = {(each.contract_id, each.budget_year) for each in waiting()}

    assert years == {
        (contract.pk, 2027), (imported.pk, 2026), (imported.pk, 2027), (renewal.pk, 2026), (renewal.pk, 2027)
    }  # fmt: skip


def test_a_draft_owes_nothing_and_only_finance_of_the_street_budgets(people):
    draft = a_contract(people, "draft")
    line = a_line(people)

    assert waiting() == []
    with refused("budget.not_owed"):
        tie(people, second(draft), line)
    for who in ("handler", "leader", "agency_head"):
        with refused("permission.denied"):
            tie_instalment(second(draft), line, by=people[who].actor, now=NOW)


def look(person, url, language="zh-hans"):
    with clock.batch_at(NOW):
        return person.client.get(url, headers={"accept-language": language})


@pytest.mark.parametrize(
    ("language", "to_do", "none_yet"), [("zh-hans", "待落实", "还没有录入"), ("en", "o be budgeted", "No budget line")]
)  # fmt: skip
def test_finance_sees_what_waits_and_puts_it_on_a_line(people, contract, language, to_do, none_yet):
    finance, instalment = people["finance"], second(contract)
    url = reverse("instalment_budget", args=[instalment.pk])

    waits = look(finance, reverse("instalment_to_budget"), language).content.decode()
    assert "180,000.00" in waits
    assert url in waits
    assert to_do in look(finance, reverse("contract_view", args=[contract.pk]), language).content.decode()
    assert none_yet in look(finance, url, language).content.decode()
    line = a_line(people)
    assert "1,000,000.00" in look(finance, url, language).content.decode()
    assert finance.client.post(url, {}).status_code == 422
    assert finance.client.post(url, {"line": line.pk}).status_code == 302

    shown = look(finance, reverse("contract_view", args=[contract.pk]), language).content.decode()
    assert url not in shown
    assert f"<strong>{to_do}" not in shown
    assert contract.number in look(finance, reverse("budget_line_view", args=[line.pk])).content.decode()
    assert finance.client.post(reverse("instalment_unbudget", args=[instalment.pk])).status_code == 302
    assert second(contract).budget_line is None


def test_the_clerks_desk_and_the_lines_page_offer_what_waits(people, contract):
    line, finance = a_line(people), people["finance"]

    assert reverse("instalment_to_budget") in look(finance, reverse("desk")).content.decode()
    shown = look(finance, reverse("budget_line_view", args=[line.pk])).content.decode()
    url = reverse("budget_line_tie_waiting", args=[line.pk])
    assert url in shown
    assert finance.client.post(url).status_code == 302
    assert second(contract).budget_line_id == line.pk
    assert finance.client.post(url).status_code == 422
    assert reverse("instalment_to_budget") not in _desk_items(finance)


def _desk_items(person) -> str:
    return look(person, reverse("desk")).content.decode().split("<main")[1].split("<footer")[0]


def test_others_read_the_list_and_only_finance_gets_the_step(people, contract):
    url = reverse("instalment_budget", args=[second(contract).pk])

    for who in ("chief", "leader", "auditor", "handler"):
        page = look(people[who], reverse("instalment_to_budget"))
        assert page.status_code == 200
        assert url not in page.content.decode()
        assert look(people[who], url).status_code == 404
    assert look(people["agency_head"], reverse("instalment_to_budget")).status_code == 404
    foreign = foreign_cast()["finance"]
    assert look(foreign, url).status_code == 404
    assert contract.number not in look(foreign, reverse("instalment_to_budget")).content.decode()


def test_the_year_counts_a_payment_on_the_line_that_holds_it_and_says_what_waits(people, contract):
    instalment, chief = second(contract), people["chief"]
    line = a_line(people)
    Instalment.objects.filter(pk=instalment.pk).update(payable_fen=18_000_000)
    claim = submit_claim(
        second(contract), 18_000_000, invoice_no="1", by=people["agency_head"].actor, now=NOW
    )
    type(claim).objects.update(state="paid")
    url = f"{reverse('overview_view')}?year=2027"

    waits = look(chief, url).content.decode()
    tie(people, instalment, line)
    held = look(chief, url).content.decode()

    assert "180,000.00 元付给了没有预算项目对应的分期" in waits
    assert "180,000.00 元合同分期要在这一年付" in waits
    assert "没有预算项目对应" not in held
    assert "要在这一年付" not in held
    assert "18%" in held
