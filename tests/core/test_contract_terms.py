"""Terms of a contract: what the rules forbid is refused, what is sealed comes back equal."""

from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.contract_terms import (
    ContractFacts,
    ContractKind,
    check_contract,
    default_terms,
    months_of,
    terms_digest,
    terms_from_plain,
    terms_to_plain,
)
from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.core.rulebook.parse import parse_layer
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.acceptance import Promise

NATIONAL = parse_layer(
    (files("zhagen") / "rulebooks" / "national.toml").read_text("utf-8"), file="national.toml"
)
RULES = Rules((NATIONAL,), "990101001000", date(2026, 1, 1))
TERMS = default_terms(RULES, (Promise("group_sessions", "count", 24), Promise("cases", "count", 12)))
FACTS = ContractFacts(
    ContractKind.PROJECT, date(2026, 1, 1), date(2026, 12, 31), 30_000_000, (18_000_000, 12_000_000)
)
GROUNDS = frozenset(RULES.texts("contract.long_term_conditions"))


def codes(terms=TERMS, facts=FACTS):
    try:
        check_contract(terms, facts, RULES)
    except SeveralRulesError as several:
        return [error.code for error in several.errors]
    except RuleError as error:
        return [error.code]
    return []


def test_the_proposed_terms_may_be_signed():
    assert codes() == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"ends_on": date(2025, 12, 31)}, "contract.ends_before_start"),
        ({"ends_on": date(2027, 1, 1)}, "contract.long_term_ungrounded"),
        ({"ends_on": date(2027, 1, 1), "grounds": GROUNDS}, "contract.long_term_ungrounded"),
        (
            {"ends_on": date(2029, 1, 1), "grounds": GROUNDS, "is_budget_assured": True},
            "contract.term_too_long",
        ),
        ({"instalments_fen": (18_000_000, 12_000_001)}, "contract.instalments_differ"),
        ({"instalments_fen": (30_000_000, 0)}, "contract.instalments_differ"),
    ],
)
def test_dates_and_money_are_held_to_the_rules(facts, code):
    assert codes(facts=replace(FACTS, **facts)) == [code]


def test_three_years_stand_on_recorded_conditions_and_an_assured_budget():
    long = replace(FACTS, ends_on=date(2028, 12, 31), grounds=GROUNDS, is_budget_assured=True)

    assert codes(facts=long) == []


@pytest.mark.parametrize(
    ("terms", "kind", "code"),
    [
        ({"promises": ()}, ContractKind.PROJECT, "contract.no_promises"),
        ({"asked": ("buyer_sets_wage",)}, ContractKind.POST, "contract.dispatch_like"),
        ({"closing": ("promises_reached",)}, ContractKind.PROJECT, "contract.closes_early"),
        ({"protected_staff_bp": 3000}, ContractKind.PROJECT, "contract.staff_cost_low"),
        ({"renewal": ()}, ContractKind.PROJECT, "renewal.no_terms"),
        ({"scheme": replace(TERMS.scheme, bands=())}, ContractKind.PROJECT, "evaluation.bands_wrong"),
    ],
)
def test_terms_that_invite_disembedding_are_refused(terms, kind, code):
    assert codes(replace(TERMS, **terms), replace(FACTS, kind=kind)) == [code]


def test_a_project_may_ask_what_a_post_may_not():
    assert codes(replace(TERMS, asked=("buyer_sets_wage",))) == []
    assert codes(TERMS, replace(FACTS, kind=ContractKind.POST)) == []


def test_all_faults_are_told_at_once():
    bad = replace(FACTS, amount_fen=0, instalments_fen=())

    assert codes(replace(TERMS, promises=()), bad) == ["contract.amount_not_positive", "contract.no_promises"]


def test_sealed_terms_come_back_equal_with_an_equal_digest():
    again = terms_from_plain(terms_to_plain(TERMS))

    assert again == TERMS
    assert terms_digest(again) == terms_digest(TERMS)


@pytest.mark.parametrize("damage", [{"scheme": None}, {"closing": None, "more": 1}, {"promises": [{"x": 1}]}])
def test_damaged_terms_are_refused(damage):
    with pytest.raises(RuleError, match=r"contract\.bad_terms"):
        terms_from_plain({**terms_to_plain(TERMS), **damage})


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 40))
def test_months_of_counts_whole_months(start, months):
    year, month = divmod(start.month - 1 + months, 12)
    if start.day > 28:
        return
    end = start.replace(year=start.year + year, month=month + 1)

    assert months_of(start, end.fromordinal(end.toordinal() - 1)) == months
    assert months_of(start, end) == months + 1
