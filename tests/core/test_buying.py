"""Rules of buying by property: methods by amount and day, least suppliers, price formula, periods, envelope."""

from dataclasses import replace
from datetime import UTC, date, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.cli import shipped
from zhagen.core.amounts import FEN_PER_YUAN
from zhagen.core.buying.deadline import check_in_time
from zhagen.core.buying.envelope import Figures, content_digest, pack, unpack
from zhagen.core.buying.notice import NoticeFacts, PanelPlan, check_notice, earliest_close
from zhagen.core.buying.plan import (
    Decision,
    PlanFacts,
    Purchase,
    check_decision,
    check_method,
    check_plan,
    methods_for,
    needs_collective_decision,
    split_warning,
)
from zhagen.core.contract_terms import default_terms
from zhagen.core.errors import RuleError
from zhagen.core.exact import half_up
from zhagen.core.rulebook.rules import LIGHT_METHODS, Rules
from zhagen.core.scoring.acceptance import Promise
from zhagen.core.scoring.bid import Outcome, score_bids
from zhagen.core.scoring.bid_terms import Bid, Criterion, CriterionKind, PanelMark
from zhagen.core.scoring.defaults import bid_scheme

QINGHE, SHANGHAI = "990101001000", timezone(timedelta(hours=8))
ON = date(2026, 3, 2)
RULES, CALENDAR = Rules(shipped.layers(), QINGHE, ON), shipped.calendar()
LIGHT, STATUTORY = RULES.texts(LIGHT_METHODS), RULES.texts("tender.statutory_methods")
METHODS = (*LIGHT, *STATUTORY)
AMOUNTS = st.integers(1, 10**11)
DAYS = st.dates(date(2026, 1, 1), date(2026, 11, 1))
PRICE = Criterion("price", CriterionKind.PRICE, 10_000)


def codes_of(call, *args):
    with pytest.raises(RuleError) as caught:
        call(*args)
    return {each.code for each in getattr(caught.value, "errors", [caught.value])}


# Methods by amount and day


@given(AMOUNTS)
def test_every_amount_may_be_bought_somehow_and_never_both_below_and_above_the_threshold_law(amount):
    choices = {each.method: each for each in methods_for(amount, RULES)}
    threshold = RULES.fen("procurement.threshold_services")

    assert tuple(choices) == METHODS
    assert choices["open_tender"].refusal is None
    light = [m for m in LIGHT if choices[m].refusal is None]
    assert bool(light) is (amount < threshold)
    assert "selection" in light or amount >= threshold


@given(AMOUNTS, AMOUNTS, st.sampled_from(METHODS))
def test_what_a_smaller_amount_forbids_a_larger_one_does_not_allow(one, other, method):
    small, large = sorted((one, other))
    allowed = {
        amount: next(each for each in methods_for(amount, RULES) if each.method == method).refusal is None
        for amount in (small, large)
    }

    assert allowed[small] or not allowed[large]


@given(AMOUNTS, st.sampled_from(METHODS))
def test_the_list_and_the_check_agree_and_a_refusal_names_figures_and_source(amount, method):
    refusal = next(each for each in methods_for(amount, RULES) if each.method == method).refusal

    if refusal is None:
        check_method(method, amount, RULES)
        return
    assert codes_of(check_method, method, amount, RULES) == {refusal.code}
    assert refusal.source
    assert set(refusal.figures) == {"amount", "limit"}


@pytest.mark.parametrize(
    ("place", "on", "threshold_yuan"),
    [
        (QINGHE, date(2026, 3, 2), 1_000_000),
        ("310101001000", date(2026, 3, 2), 500_000),
        ("110105001000", date(2026, 3, 2), 1_000_000),
    ],
    ids=["demo city", "a city without its own layer", "Beijing"],
)
def test_the_threshold_is_the_place_s_own_to_the_fen(place, on, threshold_yuan):
    rules = Rules(shipped.layers(), place, on)
    edge = threshold_yuan * FEN_PER_YUAN

    check_method("selection", edge - 1, rules)
    assert codes_of(check_method, "selection", edge, rules) == {"plan.over_threshold"}
    check_method("consultation", edge, rules)


def test_before_a_rule_is_in_force_there_is_no_answer_rather_than_a_guess():
    early = Rules(shipped.layers(), QINGHE, date(2019, 12, 31))

    assert codes_of(methods_for, 100, early) == {"rulebook.no_value"}


def test_an_unknown_method_and_each_limit_have_their_own_code():
    assert codes_of(check_method, "barter", 100, RULES) == {"plan.method_unknown"}
    assert codes_of(check_method, "direct", 3_000_001, RULES) == {"plan.over_method_limit"}
    assert codes_of(check_method, "consultation", 400_000_000, RULES) == {"plan.over_open_threshold"}


# The plan and its decision


def plan_facts(**changes) -> PlanFacts:
    terms = default_terms(RULES, (Promise("visits", "count", 240),))
    whole = PlanFacts(
        kind="project", method="selection", method_reason="", budget_fen=18_000_000, year_fen=13_500_000,
        term_months=12, grounds={}, needs=1, no_needs_reason="", communities=1,
        not_reserved_reason="承接主体为社会服务机构", terms=terms,
    )  # fmt: skip
    return replace(whole, **changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"needs": 0}, "plan.no_needs"),
        ({"communities": 0}, "plan.no_communities"),
        ({"method": "direct", "budget_fen": 100, "year_fen": 100}, "plan.no_method_reason"),
        ({"not_reserved_reason": " "}, "plan.not_reserved_reason_missing"),
        ({"year_fen": 18_000_001}, "plan.year_over_budget"),
        ({"budget_fen": 0, "year_fen": 0}, "plan.no_budget"),
        ({"term_months": 13}, "contract.long_term_ungrounded"),
        ({"term_months": 37}, "contract.term_too_long"),
    ],
)
def test_a_plan_that_lacks_something_is_told_what(changes, code):
    check_plan(plan_facts(), RULES, ON)

    assert code in codes_of(check_plan, plan_facts(**changes), RULES, ON)


@given(AMOUNTS)
def test_a_meeting_decides_from_its_threshold_on_and_with_enough_people(amount):
    least = RULES.int("procurement.decision_attendees_min")
    whole = Decision("主任办公会", "7号", ON, least)

    check_decision(whole, amount, RULES, ON)
    few = replace(whole, attendees=least - 1)
    if needs_collective_decision(amount, RULES):
        assert codes_of(check_decision, few, amount, RULES, ON) == {"decision.too_few"}
        assert codes_of(check_decision, replace(whole, body="科长"), amount, RULES, ON) == {
            "decision.body_unknown"
        }
    else:
        check_decision(replace(few, body="分管领导审批"), amount, RULES, ON)


def test_a_decision_has_a_number_and_lies_not_in_the_future():
    whole = Decision("主任办公会", "7号", ON, 5)

    assert codes_of(check_decision, replace(whole, number=" "), 100, RULES, ON) == {"decision.no_number"}
    assert codes_of(check_decision, whole, 100, RULES, ON - timedelta(days=1)) == {"decision.in_future"}


@given(st.lists(st.tuples(st.integers(1, 60_000_000), st.booleans()), max_size=6), st.integers(1, 60_000_000))
def test_splitting_is_warned_of_exactly_when_light_purchases_together_reach_the_threshold(rows, amount):
    others = [Purchase(f"{n}号", fen, is_light) for n, (fen, is_light) in enumerate(rows)]
    light = [each for each in others if each.is_light]
    total = amount + sum(each.amount_fen for each in light)

    found = split_warning(amount, True, others, RULES)

    assert (found is not None) is (bool(light) and total >= RULES.fen("procurement.threshold_services"))
    assert found is None or (found.total_fen, len(found.numbers)) == (total, len(light))
    assert split_warning(amount, False, others, RULES) is None


def test_a_warning_of_splitting_names_the_sum_the_threshold_and_the_purchases_that_make_it_up():
    threshold = RULES.fen("procurement.threshold_services")
    others = [Purchase(f"{n}号", threshold // 4, n != 2) for n in (1, 2, 3)]

    found = split_warning(threshold // 2, True, others, RULES)

    assert (found.total_fen, found.threshold_fen, found.numbers) == (threshold, threshold, ("1号", "3号"))
    assert found.source == RULES.value("procurement.split_window").source
    assert split_warning(threshold // 2 - 1, True, others, RULES) is None
    assert split_warning(threshold // 2, False, others, RULES) is None
    assert split_warning(threshold, True, others[1:2], RULES) is None, "alone it is not split"


# Least suppliers by method


@given(st.sampled_from(METHODS), st.lists(st.integers(1, 100), max_size=5))
def test_a_round_goes_on_from_the_least_suppliers_of_its_method_and_not_below(method, prices):
    scheme = bid_scheme(RULES, method, budget_fen=10**6)
    scheme = replace(scheme, abnormal_below_bp=None, draw_order=tuple(f"{n}" for n in range(5)))
    bids = [Bid(f"{n}", price * 1000) for n, price in enumerate(prices)]
    least = RULES.int(RULES.keyed("tender", method, "suppliers_responsive_min"))

    result = score_bids(bids, (PRICE,), scheme)

    assert (result.outcome is Outcome.RANKED) is (len(bids) >= least)
    assert (result.outcome is Outcome.TOO_FEW) is (len(bids) < least)


def test_the_law_s_minimum_changes_with_its_day_and_never_with_a_street():
    before = Rules(shipped.layers(), QINGHE, date(2015, 6, 29))
    name = "tender.consultation.suppliers_responsive_min"

    assert (before.int(name), RULES.int(name)) == (3, 2)
    assert RULES.value("tender.open_tender.suppliers_responsive_min").layer == "national"


# The price formula


@given(st.lists(st.integers(1, 10**10), min_size=1, max_size=8), st.integers(1, 10_000))
def test_the_price_mark_is_lowest_over_own_times_weight_to_a_hundredth_of_a_point(prices, weight):
    table = (
        Criterion("price", CriterionKind.PRICE, weight),
        Criterion("plan", CriterionKind.PANEL, 10_000 - weight, high=100),
    )[: 1 if weight == 10_000 else 2]
    scheme = replace(
        bid_scheme(RULES, "selection", budget_fen=10**10), abnormal_below_bp=None, min_responsive=1,
        draw_order=tuple(f"{n}" for n in range(8)),
    )  # fmt: skip
    marks = (PanelMark("one", "plan", 0),)
    bids = [Bid(f"{n}", price, marks=marks) for n, price in enumerate(prices)]

    result = score_bids(bids, table, scheme)

    own = {bid.key: bid for bid in bids}
    for ranked in result.ranking:
        assert ranked.total_bp == half_up(Fraction(min(prices) * weight, own[ranked.key].amount_fen))
    in_order = [own[each.key].amount_fen for each in result.ranking]
    assert in_order == sorted(prices)  # a lower price never stands behind a higher one


@given(st.integers(2, 10**9), st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_lower_own_price_never_lowers_the_own_mark(own, cut, other):
    scheme = replace(
        bid_scheme(RULES, "selection", budget_fen=10**9), abnormal_below_bp=None, min_responsive=1
    )
    scheme = replace(scheme, draw_order=("own", "other"))

    def mark(price: int) -> Fraction:
        result = score_bids([Bid("own", price), Bid("other", other)], (PRICE,), scheme)
        return next(each.total_bp for each in result.ranking if each.key == "own")

    assert mark(max(1, own - cut)) >= mark(own)


# Periods and the deadline


@given(st.sampled_from(METHODS), DAYS)
def test_a_round_closes_not_before_its_period_counted_day_by_day(method, published):
    period = RULES.value(RULES.keyed("tender", method, "bid_period_min"))
    least = int(str(period.value))

    earliest = earliest_close(published, method, RULES, CALENDAR)

    if period.unit == "days":
        assert (earliest - published).days == least
    else:
        days = [published + timedelta(days=n) for n in range(1, (earliest - published).days + 1)]
        assert sum(CALENDAR.is_working_day(each) for each in days) == least
        assert not days or CALENDAR.is_working_day(earliest)


@given(DAYS, DAYS)
def test_publishing_later_never_lets_a_round_close_earlier(one, other):
    first, second = sorted((one, other))

    for method in METHODS:
        closing = [earliest_close(day, method, RULES, CALENDAR) for day in (first, second)]
        assert closing[0] <= closing[1], method


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-3_000_000, 3_000_000))
def test_the_deadline_holds_to_the_microsecond_whatever_the_zone(moment, microseconds):
    closes_at = moment.replace(year=2026, day=1)
    received_at = (closes_at + timedelta(microseconds=microseconds)).astimezone(SHANGHAI)

    if microseconds < 0:
        check_in_time(received_at, closes_at)
    else:
        assert codes_of(check_in_time, received_at, closes_at) == {"bid.too_late"}


def notice(**changes) -> NoticeFacts:
    table = (
        Criterion("1", CriterionKind.PRICE, 2000, label="报价"),
        Criterion("2", CriterionKind.PANEL, 8000, high=100, label="方案"),
    )
    whole = NoticeFacts(
        method="selection", published_on=date(2026, 3, 9), closes_on=date(2026, 3, 19), criteria=table,
        scheme=bid_scheme(RULES, "selection", budget_fen=18_000_000), invited=0, is_invited_only=False,
        panel=PanelPlan(experts=1, residents=1, buyers=1),
    )  # fmt: skip
    return replace(whole, **changes)


PRICE_ONLY = (Criterion("1", CriterionKind.PRICE, 10_000, label="报价"),)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"closes_on": date(2026, 3, 15)}, "tender.bid_period_short"),
        ({"is_invited_only": True, "invited": 2}, "tender.too_few_invited"),
        ({"criteria": PRICE_ONLY}, "tender.price_weight_out_of_bounds"),
        (
            {
                "criteria": (
                    replace(PRICE_ONLY[0], weight_bp=2000),
                    Criterion("2", CriterionKind.PANEL, 8000, high=9),
                )
            },
            "tender.standard_missing",
        ),
        ({"criteria": (replace(PRICE_ONLY[0], weight_bp=2000),)}, "bid.weights_not_full"),
        ({"panel": PanelPlan(2, 0, 1)}, "panel.too_few_residents"),
        ({"panel": PanelPlan(0, 1, 2)}, "panel.too_many_buyers"),
        ({"panel": PanelPlan(1, 1, 2)}, "panel.not_odd"),
        ({"panel": PanelPlan(0, 1, 0)}, "panel.too_small"),
    ],
)
def test_a_notice_that_lacks_something_is_told_what(changes, code):
    check_notice(notice(), RULES, CALENDAR)

    assert code in codes_of(check_notice, notice(**changes), RULES, CALENDAR)


def test_all_faults_of_a_notice_come_at_once_and_a_light_one_quotes_no_law():
    with pytest.raises(RuleError) as caught:
        check_notice(notice(closes_on=date(2026, 3, 10), panel=PanelPlan(1, 1, 2)), RULES, CALENDAR)

    faults = caught.value.errors
    assert {each.code for each in faults} == {"tender.bid_period_short", "panel.not_odd"}
    assert all(each.source.startswith("内控") for each in faults if each.source)


def test_at_a_fixed_price_no_price_line_is_asked_for_and_without_a_marked_line_no_panel():
    fixed = bid_scheme(RULES, "selection", budget_fen=18_000_000, fixed_price_fen=16_000_000)
    hours = (
        Criterion("1", CriterionKind.MOST, 5000, label="时数"),
        Criterion("2", CriterionKind.PANEL, 5000, high=100, label="方案"),
    )
    quotes = bid_scheme(RULES, "three_quotes", budget_fen=18_000_000)

    check_notice(notice(scheme=fixed, criteria=hours), RULES, CALENDAR)
    check_notice(
        notice(method="three_quotes", scheme=quotes, criteria=PRICE_ONLY, panel=PanelPlan(0, 0, 0)),
        RULES,
        CALENDAR,
    )


# The envelope


FIGURES = st.builds(
    Figures, st.integers(1, 10**14), st.none() | st.integers(1, 10**6), st.text(max_size=80),
    st.text("0123456789abcdef", min_size=32, max_size=32),
)  # fmt: skip


@given(FIGURES, st.binary(max_size=200))
def test_an_envelope_gives_back_what_was_put_in(figures, file):
    assert unpack(pack(figures, file)) == (figures, file)


@given(FIGURES, st.binary(min_size=1, max_size=60), st.data())
def test_a_changed_byte_is_noticed_by_the_hash_and_in_the_file_by_the_envelope_itself(figures, file, data):
    whole = pack(figures, file)
    place = data.draw(st.integers(0, len(whole) - 1))
    broken = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]

    assert content_digest(broken) != content_digest(whole)
    if place >= len(whole) - len(file):
        assert codes_of(unpack, broken) == {"bid.content_damaged"}


@pytest.mark.parametrize(
    "content", [b"", b"{}\n", b'{"price_fen":1}\nx', b"\xff\xfe\nx", b"[1]\n", b"null\n"]
)
def test_what_is_no_envelope_is_told_as_damaged(content):
    assert codes_of(unpack, content) == {"bid.content_damaged"}


def test_several_faults_of_one_check_all_reach_the_reader():
    two_seats = notice(panel=PanelPlan(experts=1, residents=1, buyers=0))
    poor = replace(default_terms(RULES), protected_staff_bp=1)

    assert codes_of(check_notice, two_seats, RULES, CALENDAR) >= {"panel.too_small", "panel.not_odd"}
    found = codes_of(check_plan, plan_facts(terms=poor, term_months=37), RULES, ON)
    assert "contract.term_too_long" in found
    assert len(found) >= 2


def test_an_envelope_whose_file_was_swapped_is_told_as_damaged():
    whole = pack(Figures(100, None, "", "ab" * 16), b"one file")

    assert codes_of(unpack, whole.replace(b"one file", b"two file")) == {"bid.content_damaged"}
