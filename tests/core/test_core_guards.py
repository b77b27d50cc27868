"""Small guards of the core: claims and their desks, amendments, lifecycle ends, scopes of the table."""

from dataclasses import replace
from datetime import date

import pytest

from zhagen.cli import shipped
from zhagen.core.claims import check_claim_amount, check_two_people, desk_stay
from zhagen.core.contract_terms import ContractFacts, ContractKind, check_amendment
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.tender import TENDER, TenderState
from zhagen.core.permissions import TABLE, may, require, scopes
from zhagen.core.reach import Reach
from zhagen.core.rulebook.layers import turning_days
from zhagen.core.rulebook.rules import Rules
from zhagen.core.types import PUBLIC, SYSTEM, Actor, Grant, Role

CALENDAR = shipped.calendar()
RULES = Rules(shipped.layers(), "990101001000", date(2026, 3, 2))
HANDLER = Actor("1", "陈立文", (Grant(Role.HANDLER, "990101001000"), Grant(Role.EXPERT)))


def code_of(call, *args, **named):
    with pytest.raises(RuleError) as refused:
        call(*args, **named)
    return refused.value.code


def test_a_claim_lies_on_a_desk_for_working_days_only_and_on_none_once_paid():
    stay = desk_stay("submitted", date(2026, 4, 30), date(2026, 5, 8), most=3, calendar=CALENDAR)
    same = desk_stay("checked", date(2026, 4, 30), date(2026, 4, 30), most=0, calendar=CALENDAR)
    paid = desk_stay("paid", date(2026, 1, 1), date(2026, 5, 8), most=3, calendar=CALENDAR)

    assert (stay.role, stay.working_days, stay.is_late) == (Role.HANDLER, 3, False)  # 6 to 8 May
    assert (same.role, same.working_days, same.is_late) == (Role.LEADER, 0, False)
    assert (paid.role, paid.working_days, paid.is_late) == (None, 0, False)


def test_a_claim_asks_for_more_than_nothing_and_no_more_than_what_is_left():
    check_claim_amount(60, payable_fen=100, claimed_fen=40)

    assert code_of(check_claim_amount, 61, payable_fen=100, claimed_fen=40) == "claim.more_than_payable"
    assert code_of(check_claim_amount, 0, payable_fen=100, claimed_fen=0) == "claim.amount_not_positive"


def test_nobody_approves_his_own():
    check_two_people("a", "b", "c")

    assert code_of(check_two_people, "a", "b", "a") == "claim.same_person"


@pytest.mark.parametrize("method", ["selection", "consultation"])
def test_a_supplement_reaches_a_tenth_of_the_original_and_no_fen_more(method):
    before = ContractFacts(
        kind=ContractKind.PROJECT, starts_on=date(2026, 3, 1), ends_on=date(2027, 2, 28), amount_fen=1000,
        instalments_fen=(1000,), grounds=frozenset(), is_budget_assured=False,
    )  # fmt: skip
    asked = {"method": method, "original_fen": 1000, "rules": RULES}

    check_amendment(before, replace(before, amount_fen=1100), **asked)
    with pytest.raises(RuleError) as refused:
        check_amendment(before, replace(before, amount_fen=1101), **asked)
    assert refused.value.code == "contract.supplement_too_large"
    assert refused.value.source.startswith("内控") is (method == "selection")
    assert code_of(check_amendment, before, before, **asked) == "contract.amendment_empty"
    longer = replace(before, ends_on=date(2030, 2, 28))
    assert code_of(check_amendment, before, longer, **asked) == "contract.term_too_long"


def test_a_lifecycle_ends_where_no_move_leads_away():
    assert TENDER.ends() == {TenderState.FAILED, TenderState.CANCELLED}


def test_the_table_denies_by_default_and_gives_everyone_what_the_public_has():
    assert list(scopes(HANDLER, "tender.draft")) == [(Reach.OFFICE, HANDLER.grants[0])]
    assert [reach for reach, _ in scopes(HANDLER, "tender.notice")] == [Reach.PUBLISHED]
    assert may(PUBLIC, "tender.notice")
    assert not may(PUBLIC, "tender.view")
    require(SYSTEM, "tender.close")
    assert code_of(require, SYSTEM, "tender.draft") == "permission.denied"
    with pytest.raises(KeyError):
        may(PUBLIC, "tender.imagine")
    assert (PUBLIC.is_anonymous, HANDLER.is_anonymous, HANDLER.roles) == (
        True,
        False,
        {Role.HANDLER, Role.EXPERT},
    )
    assert all(lines for lines in TABLE.values())


def test_rules_stay_as_they_are_between_two_turning_days():
    days = turning_days(shipped.layers(), "990101001000")

    assert list(days) == sorted(set(days))
    assert date(2025, 1, 1) in days  # the street's own period of a selection
    for first, then in zip(days[-6:], days[-5:], strict=False):
        last = date.fromordinal(then.toordinal() - 1)
        before = Rules(shipped.layers(), "990101001000", first)
        assert (
            before.snapshot()["values"] == Rules(shipped.layers(), "990101001000", last).snapshot()["values"]
        )
