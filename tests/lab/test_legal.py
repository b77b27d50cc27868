"""Every limit of the law on a lever: the finding, its clause and date, in both languages."""

from datetime import date

import pytest

from zhagen.cli import shipped
from zhagen.core.rulebook.rules import Rules
from zhagen.lab.legal import Level, clauses, is_blocked, legal_check, legal_check_levers
from zhagen.lab.lever_map import LEVER_SOURCES
from zhagen.lab.local_facts import default_facts
from zhagen.lab.packs import base_levers, packs, regimes
from zhagen.lab.reform import lever_values, reform_of

ON, QINGHE = date(2026, 3, 2), "990101001000"
FACTS = default_facts()
RULES = Rules(shipped.layers(), QINGHE, ON)
LIVE = lever_values(RULES, FACTS)


def of_levers(facts=FACTS, **changed):
    return {
        each.code.removeprefix("legal."): each
        for each in legal_check_levers({**LIVE, **changed}, LIVE, RULES, facts)
    }


def of_reform(changes, on=ON, facts=FACTS):
    reform = reform_of(changes, RULES, facts)
    return {each.code.removeprefix("legal."): each for each in legal_check(RULES, reform, on, QINGHE, facts)}


LIMITS = (
    ({"term": 48}, "term_too_long", Level.BLOCK, "第二十四条"),
    ({"term": 24}, "term_needs_grounds", Level.WARN, "第二十四条"),
    ({"merit": 1}, "renewal_within_award", Level.NOTE, "第二十四条"),
    ({"w_sat": 2000}, "weights_not_whole", Level.BLOCK, "内控"),
    ({"w_out": 4500, "w_outcome": 0}, "too_much_paper", Level.BLOCK, "内控"),
    ({"w_out": 1000, "w_need": 0}, "scheme_declared_first", Level.NOTE, "第二十三条"),
    ({"w_out": 1000, "w_need": 0}, "own_form_stays", Level.NOTE, "财预〔2020〕10号"),
    ({"credit": 0.7}, "signed_contracts_stay", Level.NOTE, "政府采购法 第五十条"),
    ({"closing": 1}, "closes_early", Level.BLOCK, "内控"),
    ({"closing": 0}, "users_at_acceptance", Level.WARN, "实施条例 第四十五条"),
    ({"past_weight": 0.3}, "newcomers", Level.WARN, "实施条例 第二十条"),
    ({"need_tender": 0}, "needs_comment", Level.NOTE, "实施条例 第十五条"),
    ({"tender_mode": 1}, "direct_award", Level.BLOCK, "政府采购法 第三十一条"),
    ({"tender_mode": 2}, "residents_choose", Level.NOTE, "第110号"),
    ({"licensed": 1}, "market_closed", Level.BLOCK, "公平竞争"),
    ({"themes_closed": 1}, "market_closed", Level.BLOCK, "公平竞争"),
    ({"wage": 0.9}, "wages_set_by_agency", Level.NOTE, "第十条"),
    ({"wage": 0.9}, "minimum_wage_unknown", Level.NOTE, "最低工资规定"),
    ({"vote": 0}, "residents_decide", Level.WARN, "城市居民委员会组织法"),
    ({"vote": 1}, "residents_decide", Level.WARN, "城市居民委员会组织法"),
    ({"fund": 0.2}, "fund_clears", Level.NOTE, "成社办发〔2020〕2号"),
    ({"recuse": 0}, "committee_may_bid", Level.WARN, "第六条"),
    ({"ban": 1}, "ban_discriminates", Level.WARN, "第七条"),
    ({"seat": 0.5}, "seat_without_vote", Level.NOTE, "城市居民委员会组织法"),
    ({"post": 1}, "post_is_employment", Level.BLOCK, "第十条第五项"),
    ({"granularity": 4}, "short_bursts", Level.NOTE, "内控"),
    ({"audit": 0.3}, "checks_by_sample", Level.NOTE, "形式主义"),
)


@pytest.mark.parametrize(("changed", "code", "level", "clause"), LIMITS)
def test_each_limit_is_found_with_its_clause_and_day_in_both_languages(changed, code, level, clause):
    found = of_levers(**changed)[code]

    assert found.level is level
    assert clause in found.clause.source
    assert found.clause.since <= ON
    assert set(found.levers) <= set(LEVER_SOURCES)
    zh, en = (found.text(shipped.catalogue(), language) for language in ("zh", "en"))
    assert clause in zh
    assert found.clause.since.isoformat() in zh
    assert found.clause.since.isoformat() in en
    assert "{" not in zh + en
    assert ("待核" in zh) == ("to be confirmed" in en) == found.clause.confirm


ONLY_WHEN = {
    "term_too_long": {"term": 36}, "term_needs_grounds": {"term": 12}, "renewal_within_award": {"merit": 0},
    "weights_not_whole": {}, "too_much_paper": {"w_out": 2000, "w_outcome": 2500}, "closes_early": {"closing": 2},
    "users_at_acceptance": {"closing": 2}, "newcomers": {"past_weight": 0}, "needs_comment": {"need_tender": 1},
    "direct_award": {"tender_mode": 2}, "market_closed": {}, "residents_decide": {"vote": 2},
    "committee_may_bid": {"recuse": 1}, "ban_discriminates": {}, "seat_without_vote": {}, "post_is_employment": {},
    "short_bursts": {"granularity": 1}, "checks_by_sample": {"audit": 0.01}, "wages_set_by_agency": {},
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(ONLY_WHEN))
def test_a_limit_that_is_kept_is_not_spoken_of(code):
    assert code not in of_levers(**ONLY_WHEN[code])


def test_the_gravest_comes_first_and_a_block_is_a_block():
    found = legal_check_levers({**LIVE, "post": 1, "term": 24, "audit": 0.3}, LIVE, RULES)

    assert [each.level for each in found] == sorted((each.level for each in found), key=list(Level).index)
    assert found[0].level is Level.BLOCK
    assert is_blocked(found)
    assert not is_blocked(legal_check_levers(LIVE, LIVE, RULES))


def test_the_minimum_wage_is_the_one_that_the_district_states():
    low, high = (FACTS.with_values({"minimum_wage": yuan}) for yuan in (2540, 4000))

    assert of_levers(facts=low, wage=0.8).keys().isdisjoint({"below_minimum_wage", "minimum_wage_unknown"})
    found = of_levers(facts=high, wage=0.8)["below_minimum_wage"]
    assert (found.level, found.figures["wage"], found.figures["least"]) == (Level.BLOCK, 3704, 4000)


def test_a_reform_is_told_of_what_it_changes_and_of_every_block():
    shorter = of_reform({"contract.term_ceiling": 24})
    assert set(shorter) == {"term_needs_grounds", "renewal_within_award", "signed_contracts_stay"}
    assert shorter["term_needs_grounds"].stands_already
    assert not shorter["signed_contracts_stay"].stands_already
    assert shorter["renewal_within_award"].figures["months"] == 24

    credit = of_reform({"off_plan.credit_max": 2000})
    assert set(credit) == {"signed_contracts_stay"}

    posts = of_reform({"off_plan.credit_max": 2000, "practice.post_based": True})
    assert posts["post_is_employment"].level is Level.BLOCK


def test_a_scheme_over_the_cap_is_computed_under_a_red_banner():
    full = {**RULES.table("evaluation.full_at"), "hours": 1000}
    zero = {**RULES.table("evaluation.zero_at"), "hours": 0}
    scheme = {"hours": 4000, "met_share": 6000}
    changes = {"evaluation.scheme": scheme, "evaluation.full_at": full, "evaluation.zero_at": zero}

    found = of_reform(changes)["too_much_paper"]

    assert (found.level, found.figures) == (Level.BLOCK, {"paper_bp": 4000, "most_bp": 2000})
    assert "40%" in found.text(shipped.catalogue(), "zh")


def test_records_of_the_process_weigh_as_output_but_are_not_the_agency_s_own_paper():
    full = {**RULES.table("evaluation.full_at"), "pace": 1000}
    zero = {**RULES.table("evaluation.zero_at"), "pace": 0}
    scheme = {"pace": 4000, "met_share": 6000}
    changes = {"evaluation.scheme": scheme, "evaluation.full_at": full, "evaluation.zero_at": zero}

    assert "too_much_paper" not in of_reform(changes)


def test_a_clause_that_is_not_yet_in_force_says_nothing():
    change = {"practice.post_based": True, "practice.meetings_invited": 5000}

    assert set(of_reform(change, on=date(2019, 12, 31))) == set()
    assert set(of_reform(change, on=date(2025, 12, 31))) == {"post_is_employment"}
    assert set(of_reform(change)) == {"post_is_employment", "seat_without_vote"}


def test_what_each_pack_and_regime_breaks_is_known():
    base = base_levers()
    broken = {
        code: {
            each.code.removeprefix("legal.")
            for each in legal_check_levers(pack.levers, base, RULES)
            if each.level is Level.BLOCK
        }
        for code, pack in {**packs(), **regimes()}.items()
    }

    paper = {"too_much_paper"}
    assert broken["R6"] == {"post_is_employment", *paper}
    assert broken["R2"] == broken["R5"] == broken["base"] == paper
    assert broken["control"] == {"direct_award", "market_closed", *paper}
    assert broken["corporatism"] == {"direct_award", "market_closed", *paper}


def test_every_clause_is_cited_and_every_text_of_the_check_has_a_test():
    cited = {of_levers(**changed)[code].clause.source for changed, code, _, _ in LIMITS}
    texts = {code.removeprefix("legal.") for code in shipped.catalogue() if code.startswith("legal.")}

    assert {clause.source for clause in clauses().values()} <= cited
    assert texts == {code for _, code, _, _ in LIMITS} | {"cited", "cited_confirm", "below_minimum_wage"}


def test_what_the_present_levers_break_already_is_marked_as_standing():
    base = base_levers()
    found = {each.code: each.stands_already for each in legal_check_levers(packs()["R6"].levers, base, RULES)}

    assert found["legal.too_much_paper"]
    assert not found["legal.post_is_employment"]
