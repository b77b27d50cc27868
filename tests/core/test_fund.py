"""The rules of a community's fund: quota, matching, negative list, decisions, concentration, dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.cli import shipped
from zhagen.core.errors import RuleError
from zhagen.core.fund import cycle, decision, quota
from zhagen.core.fund.concentration import By, Win, concentration
from zhagen.core.fund.matching import MatchingTerms, matched, terms_by_rule
from zhagen.core.fund.negative import Answer, check_negative_list, items_of, list_tests, list_version
from zhagen.core.rulebook.rules import Rules

RULES = Rules(shipped.layers(), "990101001001", date(2026, 3, 2))
PASS = Answer(True, "公共区域，没有责任主体")
ALL_PASS = dict.fromkeys(("private_duty", "other_liable", "government_duty"), PASS)
FEN = st.integers(0, 10**9)


def refused(code):
    return pytest.raises(RuleError, match=f"^{code}")


def test_a_city_community_of_7233_people_has_208495_yuan():
    assert quota.quota_fen("urban", residents=7233, direct_fen=0, rules=RULES) == 208_495_00
    assert quota.quota_fen("rural", residents=1000, direct_fen=0, rules=RULES) == 290_000_00
    assert quota.quota_fen("direct", residents=0, direct_fen=5, rules=RULES) == 5


@pytest.mark.parametrize(
    ("way", "residents", "code"),
    [
        ("rustic", 10, "fund_cycle.quota_way_unknown"),
        ("urban", 0, "fund_cycle.residents_missing"),
        ("direct", 10, "fund_cycle.quota_missing"),
    ],
)
def test_a_quota_without_its_figures_is_refused(way, residents, code):
    with refused(code):
        quota.quota_fen(way, residents=residents, direct_fen=0, rules=RULES)


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_more_people_never_mean_less_money(one, other):
    few, many = sorted((one, other))

    sums = [quota.quota_fen("urban", residents=n, direct_fen=0, rules=RULES) for n in (few, many)]

    assert sums == sorted(sums)


def test_the_coaching_agency_gets_at_most_its_share():
    assert quota.check_coaching(30_00, 100_00, RULES) == 3000
    with refused("fund_cycle.coaching_too_much"):
        quota.check_coaching(30_01, 100_00, RULES)


def test_unspent_money_is_cleared_by_the_end_of_may_and_the_next_quota_told_by_december():
    assert quota.clearing_on(2026, RULES) == date(2027, 5, 31)
    assert quota.next_quota_by(2026, RULES) == date(2026, 12, 31)
    assert quota.month_end(2028, 2) == date(2028, 2, 29)


def test_a_building_that_raises_500_yuan_is_matched_one_to_one_up_to_2000():
    terms = terms_by_rule(10_000_00, RULES)
    own = {"a": 499_00, "b": 500_00, "c": 3_000_00, "d": 1_000_00, "e": 0}
    costs = {"a": 2_000_00, "b": 2_000_00, "c": 9_000_00, "d": 1_600_00, "e": 100}

    assert matched(own, costs, terms) == {"a": 0, "b": 500_00, "c": 2_000_00, "d": 600_00, "e": 0}


def test_a_pot_too_small_gives_all_the_same_part():
    terms = MatchingTerms(0, 10_000, 10**6, 300)

    assert matched({"a": 400, "b": 200}, {"a": 10**4, "b": 10**4}, terms) == {"a": 200, "b": 100}


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=1), st.tuples(FEN, FEN)),
    st.integers(0, 10**6), st.integers(0, 20_000), FEN, FEN,
)  # fmt: skip
def test_matching_never_exceeds_the_pot_the_cost_or_its_own_limit(proposals, least, share, most, pot):
    own = {key: min(pair) for key, pair in proposals.items()}
    costs = {key: max(pair) for key, pair in proposals.items()}

    found = matched(own, costs, MatchingTerms(least, share, most, pot))

    assert sum(found.values()) <= pot
    assert all(0 <= fen <= min(most, costs[key] - own[key]) for key, fen in found.items())
    assert all(fen == 0 for key, fen in found.items() if own[key] < least)


def test_a_proposal_passes_the_list_only_with_all_three_tests_answered_and_passed():
    found = check_negative_list(ALL_PASS, RULES)

    assert found.passes
    assert found.failed == ()
    assert found.version == list_version(RULES) == "national 2020-01-01"
    assert list_tests(RULES) == tuple(ALL_PASS)


def test_a_property_fee_fails_the_first_test():
    answers = {**ALL_PASS, "private_duty": Answer(False, "这是物业费", "property_fee")}

    found = check_negative_list(answers, RULES)

    assert not found.passes
    assert found.failed == ("private_duty",)
    assert "property_fee" in items_of("private_duty", RULES)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"private_duty": PASS}, "proposal.test_unanswered"),
        ({**ALL_PASS, "beauty": PASS}, "proposal.test_unknown"),
        ({**ALL_PASS, "private_duty": Answer(True, "  ")}, "proposal.test_reason_missing"),
        ({**ALL_PASS, "private_duty": Answer(False, "不行", "staff_pay")}, "proposal.item_not_of_test"),
        ({**ALL_PASS, "private_duty": Answer(True, "行", "property_fee")}, "proposal.item_but_passes"),
    ],
)
def test_an_answer_to_the_list_that_says_nothing_is_refused(answers, code):
    with refused(code):
        check_negative_list(answers, RULES)


Figures = decision.DecisionFigures


@pytest.mark.parametrize(
    ("step", "body", "figures", "passed"),
    [
        ("assembly", "delegates", Figures(61, 31, 16, 15), True),
        ("assembly", "delegates", Figures(61, 40, 20, 20), False),
        ("assembly", "delegates", Figures(61, 40, 19, 18, 0, 3), True),
        ("party", "party_committee", Figures(9, 6, 5, 1), True),
        ("party", "party_committee", Figures(9, 5, 4, 1), False),
        ("assembly", "authorised_council", Figures(15, 10, 6, 4), True),
        ("street", "office_meeting", Figures(7, 5, 3, 1, 1), True),
    ],
)
def test_a_step_passes_with_a_quorum_and_a_majority(step, body, figures, passed):
    assert decision.is_passed(step, body, figures, RULES) is passed


@pytest.mark.parametrize(
    ("step", "body", "figures", "code"),
    [
        ("assembly", "delegates", Figures(60, 30, 30), "list_decision.no_quorum"),
        ("assembly", "authorised_council", Figures(15, 9, 9), "list_decision.no_quorum"),
        ("party", "delegates", Figures(60, 31, 31), "list_decision.body_unknown"),
        ("party", "party_committee", Figures(5, 6, 6), "list_decision.more_than_entitled"),
        ("party", "party_committee", Figures(5, 4, 3), "list_decision.votes_do_not_add_up"),
    ],
)
def test_a_decision_that_does_not_stand_is_refused(step, body, figures, code):
    with refused(code):
        decision.is_passed(step, body, figures, RULES)


@given(st.integers(1, 500), st.data())
def test_nobody_passes_a_list_with_fewer_yes_than_no(entitled, data):
    present = data.draw(st.integers(0, entitled))
    yes = data.draw(st.integers(0, present))
    figures = Figures(entitled, present, yes, present - yes)

    for body in decision.bodies_of("assembly", RULES):
        if present * 10_000 > entitled * RULES.table("fund.quorum_share")[body]:
            assert decision.is_passed("assembly", body, figures, RULES) is (yes > present - yes)
        else:
            with refused("list_decision.no_quorum"):
                decision.is_passed("assembly", body, figures, RULES)


def test_concentration_is_shown_by_proposer_building_and_supplier():
    wins = [
        Win("1", 3000, "王", "3号楼", {"快修公司": 2500}),
        Win("2", 3000, "王", "3号楼", {"快修公司": 500, "花木店": 500}),
        Win("3", 2000, "李", "5号楼"),
        Win("4", 1000, "", "", {"花木店": 1000}),
        Win("5", 1000, "赵", "3号楼"),
    ]

    found = {(row.by, row.key): row for row in concentration(wins, RULES)}

    assert found[By.PROPOSER, "王"].share_bp == 6000
    assert found[By.PROPOSER, "王"].is_high
    assert found[By.BUILDING, "3号楼"].wins == 3
    assert found[By.BUILDING, "3号楼"].amount_fen == 7000
    assert found[By.SUPPLIER, "快修公司"].amount_fen == 3000
    assert found[By.SUPPLIER, "快修公司"].is_high
    assert not found[By.SUPPLIER, "花木店"].is_high
    assert (By.PROPOSER, "") not in found


def test_with_few_wins_none_is_called_concentrated():
    assert not any(row.is_high for row in concentration([Win("1", 100, "王", "3号楼")], RULES))
    assert concentration([], RULES) == ()


def test_a_stage_takes_from_the_one_directly_below():
    cycle.check_stage("community", "courtyard", RULES)
    with refused("fund_cycle.stage_not_above"):
        cycle.check_stage("district", "community", RULES)
    with refused("fund_cycle.stage_unknown"):
        cycle.check_stage("nation", "", RULES)


def days(opened=(3, 2), ideas=(3, 16), begins=(4, 1), ends=(4, 7), clears=date(2027, 5, 31)):
    return cycle.CycleDates(*(date(2026, *each) for each in (opened, ideas, begins, ends)), clears)


def test_dates_stand_in_order_with_time_for_ideas_and_vote_and_a_clearing_in_time():
    cycle.check_dates(days(), 2026, RULES)
    for wrong, code in (
        (days(ideas=(4, 1)), "dates_out_of_order"),
        (days(ends=(3, 31)), "dates_out_of_order"),
        (days(ideas=(3, 15)), "ideas_too_short"),
        (days(ends=(4, 2)), "vote_too_short"),
        (days(clears=date(2027, 6, 1)), "clearing_too_late"),
    ):
        with refused(f"fund_cycle.{code}"):
            cycle.check_dates(wrong, 2026, RULES)


def test_the_list_is_public_for_five_days_before_the_vote():
    cycle.check_list_days(date(2026, 3, 27), date(2026, 4, 1), RULES)
    with refused("fund_cycle.list_too_short"):
        cycle.check_list_days(date(2026, 3, 28), date(2026, 4, 1), RULES)


def test_weights_are_whole_and_experts_weigh_no_more_than_half():
    cycle.check_weights(*cycle.weights_by_rule(RULES), RULES)
    cycle.check_weights(5000, 5000, RULES)
    with refused("fund_cycle.weights_not_whole"):
        cycle.check_weights(7000, 2000, RULES)
    with refused("fund_cycle.experts_too_heavy"):
        cycle.check_weights(4999, 5001, RULES)


def test_a_cost_adds_up_and_stays_under_the_ceiling_of_its_stage():
    assert cycle.check_cost([15_000_00, 6_000_00], 1_000_00, "community", RULES) == 21_000_00
    for lines, own, code in (
        ([], 0, "no_cost_lines"),
        ([100], 100, "own_exceeds_cost"),
        ([100], -1, "own_exceeds_cost"),
        ([20_000_01], 0, "over_ceiling"),
    ):
        with refused(f"proposal.{code}"):
            cycle.check_cost(lines, own, "community", RULES)


def test_co_signs_and_themes_come_from_the_rulebook():
    assert cycle.co_signs_needed("courtyard", RULES) < cycle.co_signs_needed("district", RULES)
    cycle.check_theme("elderly", RULES)
    with refused("fund_cycle.theme_unknown"):
        cycle.check_theme("magic", RULES)


def test_any_change_of_the_frozen_terms_changes_their_hash():
    terms = {"rule": "equal-shares", "most_named": 5, **cycle.dates_as_text(days())}

    one = cycle.digest_of(terms)

    assert one == cycle.digest_of(dict(reversed(terms.items())))
    assert one != cycle.digest_of({**terms, "most_named": 6})
